"""Turn things of a snapshot into what the pages show of them, in the reader's language.

In: an opened snapshot and its summary. Out: links, events, claims and documents as plain values
for the templates. Only http(s) IRIs become links; names are names, never bare numbers.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol, TypeGuard
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Flask, current_app, request
from rdflib import URIRef
from rdflib.namespace import RDFS

from publisher.inference import load_ontology
from publisher.store import StoreError
from publisher.vocabulary import DCTERMS, DIP, GAZ, LEX, OA, PROV, WD
from publisher.web.classes import group_of
from publisher.web.interface import day_text, language, message
from publisher.web.reading import Data, Reader, node
from publisher.web.summary import Row, Summaries, Summary, row_of

__all__ = [
    "Link", "Quote", "Shown", "address_of", "base", "claim_view", "document_view", "event_link",
    "event_view", "install", "link_to", "links", "reader", "row_view", "shown_events",
    "summary", "summary_number", "term_label", "term_link", "title_of", "warm_summary",
]  # fmt: skip

_Value = ox.NamedNode | ox.Literal


def reader() -> Reader:
    """Give the reader of the server's data folder."""
    return current_app.extensions["communique"].reader


def summary() -> Summary:
    """Give the summary of the newest snapshot."""
    return _summaries().newest()


def summary_number() -> int:
    """Give the number of the snapshot that the summary there is was made from."""
    held = _summaries().held()
    return held.number if held is not None else 0


def _summaries() -> Summaries:
    return current_app.extensions["communique-summaries"]


def warm_summary(app: Flask) -> None:
    """Make the summary before the first reader comes; nothing published yet is no error."""
    with contextlib.suppress(StoreError):
        app.extensions["communique-summaries"].newest()


def base() -> str:
    """Give the base of our own names, without a slash at the end."""
    return str(current_app.extensions["communique"].config.base).rstrip("/")


def install(app: Flask) -> None:
    """Give the application its summaries, and the templates what they call."""
    app.extensions["communique-summaries"] = Summaries(app.extensions["communique"].reader)
    app.jinja_env.globals.update(term=term_link, in_language=_in_language, base=base)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _in_language(code: str) -> str:
    """Give the address of the page that is being made, in another language."""
    given = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{quote(request.path)}?{urlencode([*given, ('lang', code)])}"


@dataclass(frozen=True)
class Link:
    """A name for people and where it leads; ``away`` where that is not on this site."""

    label: str
    href: str | None = None
    away: bool = False


@dataclass(frozen=True)
class Quote:
    """The words of a claim, those around them, and where they stand in the document."""

    before: str
    exact: str
    after: str
    start: str
    end: str


@dataclass(frozen=True)
class Shown:
    """An event as lists show it."""

    link: Link
    day: str
    kind: str
    group: str
    status: tuple[tuple[str, str], ...]
    claims: int
    dated: bool


def address_of(iri: str) -> str | None:
    """Give the page about a thing; ``None`` where it has none that is safe to link to."""
    ours = f"{base()}/id/"
    for start, place, end in (
        (ours, "/", ".html"), (str(DIP), "/ontology/", ""), (str(WD), "/wikidata/", ""),
        (str(GAZ), "/gazetteer/", ""), (str(LEX), "/lexicon/", ""),
    ):  # fmt: skip
        if iri.startswith(start):
            return place + quote(iri.removeprefix(start)) + end
    return iri if iri.startswith(("http://", "https://")) else None


def link_to(thing: _Value, data: Data) -> Link:
    """Give the link that a page shows for a thing."""
    if isinstance(thing, ox.Literal):
        return Link(thing.value)
    href = address_of(thing.value)
    away = bool(href) and not str(href).startswith("/")
    if thing.value.startswith(str(DIP)):
        return Link(term_label(thing.value.removeprefix(str(DIP))), href)
    label = thing.value if away else data.label(thing, language())
    return Link(label, href, away)


def links(subject: ox.NamedNode, predicate: object, data: Data) -> list[Link]:
    """Give the links to the values of a property."""
    return [link_to(v, data) for v in data.values(subject, predicate)]


def term_label(name: str) -> str:
    """Name a term of the ontology in the language of the page."""
    return _term_labels(name).get(language()) or _term_labels(name).get("en") or name


def term_link(name: str) -> Link:
    """Give the link to a term of the ontology."""
    return Link(term_label(name), f"/ontology/{quote(name)}")


@cache
def _term_labels(name: str) -> Mapping[str, str]:
    values = load_ontology().objects(URIRef(DIP[name]), RDFS.label)
    return {getattr(v, "language", None) or "": str(v) for v in values}


def title_of(
    kind: str, actors: Iterable[str], recipients: Iterable[str], participants: Iterable[str]
) -> str:
    """Give an event's headline: what, who, to whom."""
    name = term_label(kind)
    left = ", ".join(participants) or ", ".join(actors)
    right = ", ".join(recipients)
    parties = f"{left} → {right}".strip() if right else left
    what = name[:1].upper() + name[1:]
    return message("event.headline", what=what, parties=parties) if parties else what


class Naming(Protocol):
    """What names things: a summary, or a snapshot itself."""

    def label(self, iri: str, language: str) -> str:
        """Give a thing's name in a language, or the best there is."""


@dataclass(frozen=True)
class InSnapshot:
    """Names things by looking them up, for pages that do without a summary."""

    data: Data

    def label(self, iri: str, language: str) -> str:
        """Give a thing's name in a language, or the best there is."""
        return self.data.label(node(iri), language)


def _row_title(row: Row, known: Naming) -> str:
    code = language()
    named = [
        [known.label(iri, code) for iri in role]
        for role in (row.actors or row.agents, row.recipients, row.participants)
    ]
    return title_of(row.kind, *named)


def row_view(row: Row, known: Naming) -> Shown:
    """Show an event of a list."""
    return Shown(
        Link(_row_title(row, known), address_of(row.event)), row.day, row.kind,
        group_of(row.kind), tuple((s, term_label(s)) for s in row.status), row.claims,
        row.dated,
    )  # fmt: skip


def shown_events(events: Iterable[_Value], data: Data) -> list[Shown]:
    """Show some events of a snapshot."""
    rows = (row_of(e, data) for e in events if isinstance(e, ox.NamedNode))
    return [row_view(row, InSnapshot(data)) for row in rows if row is not None]


def event_link(**wanted: str | None) -> str:
    """Give the address of the list of events with these properties."""
    given = {("from" if k == "since" else k): v for k, v in wanted.items() if v}
    return "/events" + (f"?{urlencode(given)}" if given else "")


_ROLES: Final = ("actor", "agent", "recipient", "recipientAgent", "participant", "place")


def _roles(subject: ox.NamedNode, data: Data) -> dict[str, list[Link]]:
    found = {role: links(subject, DIP[role], data) for role in _ROLES}
    for state, person in (("actor", "agent"), ("recipient", "recipientAgent")):
        named = {x.href for x in found[state]}
        found[person] = [x for x in found[person] if x.href not in named]
    return {role: values for role, values in found.items() if values}


def _count(subject: ox.NamedNode, data: Data) -> str:
    """Say how many: "at least 35 (diplomat)"."""
    number = data.value(subject, DIP["count"])
    qualifier = _local(data.value(subject, DIP.countQualifier))
    of = data.value(subject, DIP.countOf)
    if not number and not qualifier:
        return ""
    said = [] if qualifier in ("exactly", "") else [term_label(qualifier)]
    said += [number] if number else []
    return " ".join([*said, f"({of})" if of else ""]).strip()


def _when(subject: ox.NamedNode, data: Data) -> tuple[str, str]:
    day = data.value(subject, DIP.date)
    if day:
        return day, day
    return data.value(subject, DIP.startDate), data.value(subject, DIP.endDate)


def _local(iri: str) -> str:
    return iri.removeprefix(str(DIP))


def _statuses(subject: ox.NamedNode, data: Data) -> list[tuple[str, str]]:
    names = [_local(v.value) for v in data.values(subject, DIP.status)]
    return [(name, term_label(name)) for name in names]


def claim_view(claim: ox.NamedNode, data: Data) -> dict[str, Any]:
    """Show a claim: its words in their context, what they say, who says so, and where."""
    documents = [d for d in data.values(claim, PROV.wasDerivedFrom) if isinstance(d, ox.NamedNode)]
    kinds = [_local(v.value) for v in data.values(claim, DIP.claimedType)]
    entries = [v.value.removeprefix(str(LEX)) for v in data.values(claim, DIP.frame)]
    return {
        "link": Link(_tail(claim), address_of(claim.value)),
        "quotes": _quotes(claim, data),
        "kinds": [term_link(k) for k in kinds],
        "group": group_of(kinds[0]) if kinds else "",
        "status": _statuses(claim, data),
        "roles": _roles(claim, data),
        "count": _count(claim, data),
        "number": data.value(claim, DIP["count"]),
        "when": _when(claim, data),
        "certainty": data.value(claim, DIP.certainty),
        "stated_by": links(claim, DIP.statedBy, data),
        "documents": [document_view(d, data) for d in documents],
        "language": next((data.value(d, DCTERMS.language) for d in documents), ""),
        "events": [e for e in data.values(claim, DIP.reports) if isinstance(e, ox.NamedNode)],
        "entries": entries,
    }


def _tail(thing: ox.NamedNode) -> str:
    return thing.value.rsplit("/", 1)[-1]


def _quotes(claim: ox.NamedNode, data: Data) -> list[Quote]:
    found = []
    for target in data.values(claim, OA.hasTarget):
        said = dict.fromkeys(_SELECTED, "")
        selectors = data.values(target, OA.hasSelector) if _is_named(target) else []
        for selector in filter(_is_named, selectors):
            for part in _SELECTED:
                said[part] = said[part] or data.value(selector, part)
        before, exact, after, start, end = said.values()
        found.append(Quote(_from_a_word(before), exact, _to_a_word(after), start, end))
    return sorted(found, key=lambda q: (len(q.start), q.start))


_SELECTED: Final = (OA.prefix, OA.exact, OA.suffix, OA.start, OA.end)


def _is_named(thing: _Value) -> TypeGuard[ox.NamedNode]:
    return isinstance(thing, ox.NamedNode)


def _from_a_word(text: str) -> str:
    """Leave out the half word that a context begins with."""
    return re.sub(r"^\S+(?=\s)", "", text) if len(text) > 31 else text


def _to_a_word(text: str) -> str:
    return re.sub(r"(?<=\s)\S+$", "", text) if len(text) > 31 else text


def document_view(document: ox.NamedNode, data: Data) -> dict[str, Any]:
    """Show where a claim comes from."""
    return {
        "link": link_to(document, data),
        "iri": document.value,
        "day": data.value(document, DCTERMS.issued),
        "publisher": data.value(document, DCTERMS.publisher),
        "language": data.value(document, DCTERMS.language),
        "licence": links(document, DCTERMS.license, data),
        "source": links(document, DCTERMS.source, data),
        "identifier": data.value(document, DCTERMS.identifier),
    }


def event_view(event: ox.NamedNode, data: Data) -> dict[str, Any]:
    """Show an event with its claims, what it answers and what answers it."""
    row = row_of(event, data)
    claims = [claim_view(c, data) for c in data.pointing(DIP.reports, event)]
    claims.sort(key=lambda c: [(d["day"], d["iri"]) for d in c["documents"]])
    return {
        "row": row,
        "title": _row_title(row, InSnapshot(data)) if row else data.label(event, language()),
        "kind": term_link(row.kind if row else "Event"),
        "group": group_of(row.kind) if row else "",
        "status": _statuses(event, data),
        "roles": _roles(event, data),
        "count": _count(event, data),
        "when": _when(event, data),
        "reported": data.event_day(event),
        "answers": _others(data.values(event, DIP.inResponseTo), data),
        "answered": _others(data.pointing(DIP.inResponseTo, event), data),
        "part_of": _others(data.values(event, DIP.partOf), data),
        "parts": _others(data.pointing(DIP.partOf, event), data),
        "related": _related(row) if row else [],
        "claims": claims,
        "disagree": _disagreement(claims),
    }


def _related(row: Row) -> list[Shown]:
    """Give the events nearest in time between the same parties."""
    known = _summaries().held()
    sides = {*row.actors, *row.recipients, *row.participants}
    if known is None or len(sides) < 2:
        return []
    others = [r for r in known.rows if sides <= r.parties() and r.event != row.event]
    at = sum(r.day > row.day for r in others)
    first = max(0, min(at - _RELATED // 2, len(others) - _RELATED))
    return [row_view(r, known) for r in others[first : first + _RELATED]]


_RELATED: Final = 6


def _others(events: Iterable[_Value], data: Data) -> list[Link]:
    found = shown_events(events, data)
    return [Link(f"{e.link.label}, {day_text(e.day)}", e.link.href) for e in found]


def _disagreement(claims: list[dict[str, Any]]) -> list[str]:
    """Say on what the claims of an event differ."""
    told: dict[str, set[str]] = {"count": set(), "when": set(), "status": set()}
    for claim in claims:
        told["count"].update([claim["number"]] if claim["number"] else [])
        told["when"].update([claim["when"][0]] if claim["when"][0] else [])
        told["status"].update(name for _, name in claim["status"])
    return [message(f"event.{what}") for what, values in told.items() if len(values) > 1]
