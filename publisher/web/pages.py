"""Pages for people: home, events, actors, documents, search, and the page about each thing.

In: a snapshot and its summary. Out: HTML that works without JavaScript and without any foreign
host, in the reader's language; every value is escaped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request
from markupsafe import Markup

from publisher.vocabulary import DIP, PROV, RDF, WD
from publisher.web.charts import GROUPS, network, timeline
from publisher.web.classes import group_of
from publisher.web.describing import describe
from publisher.web.interface import language, message
from publisher.web.linkeddata import framed
from publisher.web.notifications import Inbox
from publisher.web.profiling import PROFILES, view
from publisher.web.questions import questions
from publisher.web.reading import Data, node
from publisher.web.readings import reading_view
from publisher.web.summary import Row, Summary, most_first
from publisher.web.views import (
    Link,
    address_of,
    base,
    claim_view,
    document_view,
    event_link,
    event_view,
    link_to,
    links,
    reader,
    row_view,
    shown_events,
    summary,
    term_link,
)
from publisher.web.wording import entry_of
from publisher.web.world import world

__all__ = ["page", "pages"]

pages = Blueprint("pages", __name__)

_NEWEST: Final = 10
_PARTNERS: Final = 20


def page(kind: str, subject: ox.NamedNode, data: Data, place: str | None = None) -> str:
    """Render the page about an event, claim, document, actor, graph or reading.

    ``place`` is the address of the page without its suffix, where the name does not tell it.
    """
    own = f"/{kind}/{subject.value.rsplit('/', 1)[-1]}"
    shared = {
        "iri": subject.value,
        "place": place or own,
        "kind": kind,
        "profiles": PROFILES[1:],
        "schema_org": _schema_org(kind, subject, data),
        "linking": _linking(subject),
    }
    if data.is_gone(subject):
        title = message("gone.title")
        return render_template("gone.html", title=title, **shared)
    show = {
        "event": _event_page, "claim": _claim_page, "document": _document_page,
        "actor": _actor_page, "graph": _graph_page,
    }.get(kind, _reading_page)  # fmt: skip
    return show(subject, data, shared)


def _linking(subject: ox.NamedNode) -> list[tuple[str, list[str]]]:
    """Give the data elsewhere that links here, as accepted notifications tell."""
    told = Inbox(reader().folder).about(subject.value)
    return [(n.summary, n.sources(f"{base()}/")) for n in told]


def _schema_org(kind: str, subject: ox.NamedNode, data: Data) -> Markup:
    """Say for search engines what the page is about; safe to stand in a script element."""
    if kind not in ("event", "claim", "document") or data.is_gone(subject):
        return Markup("")
    triples = view(describe(kind, subject, data)[:_MOST_SAID], PROFILES[1])
    told = framed(sorted(triples, key=str), kind, subject.value, base(), PROFILES[1]).decode()
    return Markup(told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


_MOST_SAID: Final = 3000
"""Quads that are told to search engines at most."""


def _event_page(subject: ox.NamedNode, data: Data, shared: Mapping[str, Any]) -> str:
    event = event_view(subject, data)
    words = [c["quotes"][0].exact for c in event["claims"] if c["quotes"]]
    return render_template(
        "event.html", title=event["title"], event=event, about_it=words[:1] and words[0], **shared
    )


def _claim_page(subject: ox.NamedNode, data: Data, shared: Mapping[str, Any]) -> str:
    claim = claim_view(subject, data)
    events = shown_events(claim["events"], data)
    claim["entries"] = [e for e in map(entry_of, claim["entries"]) if e is not None]
    title = f"{message('claim.title')} – {events[0].link.label}" if events else subject.value
    return render_template("claim.html", title=title, claim=claim, events=events, **shared)


def _document_page(subject: ox.NamedNode, data: Data, shared: Mapping[str, Any]) -> str:
    claims = [claim_view(c, data) for c in _claims_of(subject, data)]
    claims.sort(key=lambda c: [(len(q.start), q.start) for q in c["quotes"]])
    for claim in claims:
        claim["shown"] = shown_events(claim["events"], data)
    facts = document_view(subject, data)
    return render_template(
        "document.html", title=data.label(subject), facts=facts, claims=claims, **shared
    )


def _claims_of(subject: ox.NamedNode, data: Data) -> list[ox.NamedNode]:
    claim = node(DIP.Claim)
    found = data.pointing(PROV.wasDerivedFrom, subject)
    return [c for c in found if claim in data.values(c, RDF.type)]


def _graph_page(subject: ox.NamedNode, data: Data, shared: Mapping[str, Any]) -> str:
    documents = links(subject, PROV.wasDerivedFrom, data)
    name = documents[0].label if documents else subject.value
    title = message("graph.title", document=name)
    readings = links(subject, PROV.wasGeneratedBy, data)
    return render_template(
        "graph.html", title=title, documents=documents, readings=readings, **shared
    )


def _reading_page(subject: ox.NamedNode, data: Data, shared: Mapping[str, Any]) -> str:
    shown = reading_view(shared["kind"], subject, data)
    return render_template("reading.html", title=shown["title"], reading=shown, **shared)


def _actor_page(subject: ox.NamedNode, data: Data, shared: Mapping[str, Any]) -> str:
    known, iri = summary(), subject.value
    rows = [row for row in known.rows if iri in row.parties()]
    did, done_to = _sides(rows, iri)
    chart = timeline(did, lambda since, until: event_link(who=iri, since=since, to=until), done_to)
    item = iri.removeprefix(str(WD)) if iri.startswith(str(WD)) else ""
    return render_template(
        "actor.html",
        title=data.label(subject, language()),
        subtitle=data.value(subject, DIP.kind),
        did=[row_view(r, known) for r in did[:_PARTNERS]],
        done_to=[row_view(r, known) for r in done_to[:_PARTNERS]],
        numbers={"did": len(did), "done_to": len(done_to), "all": len(rows)},
        all_href=event_link(who=iri),
        chart=chart,
        relations=_relations(_pairs(rows, iri), known, iri),
        partners=_partners(rows, iri, known),
        on_behalf=links(subject, DIP.onBehalfOf, data),
        acting=[link_to(a, data) for a in data.pointing(DIP.onBehalfOf, subject)],
        said=[claim_view(c, data) for c in data.pointing(DIP.statedBy, subject)[:_PARTNERS]],
        here=[
            row_view(known.by_event[e.value], known)
            for e in data.pointing(DIP.place, subject)
            if e.value in known.by_event
        ],
        item=item,
        **shared,
    )


def _sides(rows: Iterable[Row], iri: str) -> tuple[list[Row], list[Row]]:
    """Tell what an actor did, alone or with others, from what was done to it."""
    did: list[Row] = []
    done_to: list[Row] = []
    for row in rows:
        befell = iri in row.recipients and iri not in row.actors
        (done_to if befell else did).append(row)
    return did, done_to


def _pairs(rows: Iterable[Row], one: str | None = None) -> dict[tuple[str, str], Counter[str]]:
    """Count the events between each two: who acts and whom it befalls, or equal parties."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        group = group_of(row.kind)
        ways = {(a, b) for a in row.actors for b in row.recipients}
        equal = sorted(row.participants)
        ways |= {(a, b) for n, a in enumerate(equal) for b in equal[n + 1 :]}
        for pair in ways:
            if pair[0] != pair[1] and (one is None or one in pair):
                found[pair][group] += 1
    return found


def _relations(
    pairs: Mapping[tuple[str, str], Counter[str]], known: Summary, centre: str | None
) -> Any:
    code = language()
    return network(pairs, lambda i: known.label(i, code), address_of, centre)


def _partners(rows: Iterable[Row], iri: str, known: Summary) -> list[dict[str, Any]]:
    """Say with whom an actor has to do: how often it acts, is acted on, or both take part."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for other in {*row.actors, *row.recipients, *row.participants} - {iri}:
            if other in row.recipients and iri in {*row.actors, *row.agents}:
                way = "did"
            elif other in row.actors and iri in row.recipients:
                way = "done_to"
            elif other in row.participants and iri in {*row.participants, *row.agents}:
                way = "together"
            else:
                continue
            found[other][way] += 1
    ordered = sorted(found.items(), key=lambda x: (-x[1].total(), x[0]))[:_PARTNERS]
    return [
        {
            "link": Link(known.label(other, language()), address_of(other)),
            "href": event_link(who=iri, **{"with": other}),
            "ways": counts,
            "n": counts.total(),
        }
        for other, counts in ordered
    ]


@pages.route("/")
def home() -> str | Response:
    """What is in here: newest events, pictures, the busiest actors and questions to ask."""
    if request.args.get("q"):
        return redirect(f"/search?{request.query_string.decode('ascii', 'replace')}", 303)  # type: ignore[return-value]
    known = summary()
    pairs = _pairs(known.rows)
    actors = known.actors()
    states = [i for i, _ in most_first(actors) if known.kinds.get(i) in ("state", "organisation")]
    return render_template(
        "home.html",
        title="Communiqué",
        events=[row_view(r, known) for r in known.rows[:_NEWEST]],
        numbers={
            "events": len(known.rows),
            "claims": known.claims,
            "documents": len(known.documents),
            "actors": len(actors),
        },
        chart=timeline(known.rows, lambda since, until: event_link(since=since, to=until)),
        map=world(actors, lambda i: known.label(i, language()), address_of),
        classes=_classes(known.rows),
        relations=_relations(pairs, known, None),
        pairs=_top_pairs(pairs, known),
        busiest=[(Link(known.label(i, language()), address_of(i)), actors[i]) for i in states[:12]],
        questions=questions()[:6],
    )


def _classes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    counted = Counter(row.kind for row in rows)
    top = max(counted.values(), default=1)
    return [
        {"link": term_link(k), "href": event_link(kind=k), "n": n, "share": n / top,
         "group": group_of(k)}
        for k, n in most_first(counted)
    ]  # fmt: skip


def _top_pairs(
    pairs: Mapping[tuple[str, str], Counter[str]], known: Summary
) -> list[dict[str, Any]]:
    ordered = sorted(pairs.items(), key=lambda x: (-x[1].total(), x[0]))[:_PARTNERS]
    top = max((c.total() for _, c in ordered), default=1)
    return [
        {
            "one": Link(known.label(a, language()), address_of(a)),
            "other": Link(known.label(b, language()), address_of(b)),
            "href": event_link(who=a, **{"with": b}),
            "n": counts.total(),
            "share": counts.total() / top,
            "group": max(GROUPS, key=lambda g: counts.get(g, 0)),
        }
        for (a, b), counts in ordered
    ]


@pages.route("/about")
def about() -> str:
    """What this is, and how to use it."""
    return render_template("about.html", title=message("about.title"), home=base())
