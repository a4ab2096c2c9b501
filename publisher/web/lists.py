"""Lists for people: events, narrowed and counted as they like, actors, documents, and a search.

In: the summary of a snapshot and what the address asks for. Out: HTML, and CSV of the same; no
list is longer than a page.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, render_template, request

from publisher.web.charts import GROUPS, timeline
from publisher.web.classes import group_of
from publisher.web.counting import GROUPINGS, Counted, count
from publisher.web.interface import language, message
from publisher.web.reading import node
from publisher.web.summary import Row, Summary, fold, most_first
from publisher.web.terms import find_terms
from publisher.web.views import (
    Link,
    address_of,
    document_view,
    event_link,
    link_to,
    reader,
    row_view,
    summary,
    term_label,
)

__all__ = ["lists"]

lists = Blueprint("lists", __name__)

_ON_A_PAGE: Final = 50
_FOUND: Final = 20
_TERMS: Final = 10
_COUNTED: Final = 100
_OFFERED: Final = 200
_KINDS: Final = ("state", "organisation", "body", "person", "group", "place")
_WANTED: Final = ("q", "kind", "who", "with", "status", "from", "to")
_NARROWS: Final = {
    "actor": "who",
    "recipient": "who",
    "kind": "kind",
    "group": "kind",
    "status": "status",
}


def _chosen(known: Summary) -> list[Row]:
    """Give the events that the address asks for, newest first."""
    wanted = {name: request.args.get(name, "").strip() for name in _WANTED}
    rows: Iterable[Row] = known.search(wanted["q"]) if wanted["q"] else known.rows
    kind, since, until = wanted["kind"], wanted["from"], wanted["to"]
    status = wanted["status"]
    who = [iri for iri in (wanted["who"], wanted["with"]) if iri]
    return [
        row
        for row in rows
        if (not kind or kind in (row.kind, group_of(row.kind)))
        and (not who or set(who) <= row.parties())
        and (not status or status in row.status)
        and (not since or row.day[: len(since)] >= since)
        and (not until or (row.day and row.day[: len(until)] <= until))
    ]


@lists.route("/events")
def events() -> str:
    """List the events with the words, kind, parties and time that are asked for."""
    known, code = summary(), language()
    rows = _chosen(known)
    number = _page_number()
    wanted = {name: request.args.get(name, "") for name in _WANTED}
    chart = timeline(
        rows, lambda since, until: event_link(**(wanted | {"from": since, "to": until}))
    )
    by = request.args.get("by", "")
    turned = wanted | {"by": by}
    return render_template(
        "events.html",
        title=message("events.title"),
        events=[row_view(r, known) for r in rows[(number - 1) * _ON_A_PAGE :][:_ON_A_PAGE]],
        found=len(rows),
        wanted=wanted,
        parties=[(i, known.label(i, code)) for i in (wanted["who"], wanted["with"]) if i],
        chart=chart if len(rows) > 1 else None,
        csv="/events.csv?" + request.query_string.decode("ascii", "replace"),
        earlier=event_link(**turned, page=str(number + 1)) if rows[number * _ON_A_PAGE :] else "",
        later=event_link(**turned, page=str(number - 1)) if number > 1 else "",
        **_choices(known),
        **_counted(rows, by, wanted, known),
    )


def _choices(known: Summary) -> dict[str, Any]:
    """What the form offers: kinds and the busiest actors, by name."""
    code = language()
    kinds = [(k, term_label(k)) for k in {r.kind for r in known.rows} | set(GROUPS)]
    actors = [(i, known.label(i, code)) for i, _ in most_first(known.actors())[:_OFFERED]]
    return {
        "kinds": sorted(kinds, key=lambda x: fold(x[1])),
        "actors": sorted(actors, key=lambda x: fold(x[1])),
        "statuses": [(s, term_label(s)) for s in sorted({s for r in known.rows for s in r.status})],
        "groupings": list(GROUPINGS),
    }


def _counted(
    rows: Iterable[Row], by: str, wanted: Mapping[str, str], known: Summary
) -> dict[str, Any]:
    """What the page shows where the events are to be counted by something."""
    counted = count(rows, by, known) if by in GROUPINGS else []
    numbers = any(c.number for c in counted)
    return {
        "by": by,
        "counted": [(c, _narrowed(wanted, by, c)) for c in counted[:_COUNTED]],
        "more": max(0, len(counted) - _COUNTED),
        "numbers": numbers,
        "top": max((c.number if numbers else c.events for c in counted), default=1),
    }


def _narrowed(wanted: Mapping[str, str], by: str, counted: Counted) -> str:
    """Give the address of the events that were counted together."""
    if by in ("year", "month"):
        return event_link(**{**wanted, "from": counted.key, "to": counted.key})
    name = _NARROWS.get(by)
    if name is None:
        return ""
    taken = wanted[name] not in ("", counted.key)
    return event_link(**{**wanted, "with" if name == "who" and taken else name: counted.key})


def _page_number() -> int:
    return max(1, request.args.get("page", 1, type=int))


@lists.route("/events.csv")
def events_as_csv() -> Response:
    """Give the events that are asked for as a table to take away."""
    known, code = summary(), language()
    out = io.StringIO()
    writer = csv.writer(out)
    by = request.args.get("by", "")
    if by in GROUPINGS:
        writer.writerow([by, "label", "events", "number"])
        for c in count(_chosen(known), by, known):
            writer.writerow([c.key, _cell(c.link.label), c.events, c.number or ""])
        return Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    writer.writerow(
        [
            "event",
            "day",
            "kind",
            "status",
            "actors",
            "recipients",
            "participants",
            "number",
            "reported",
        ]
    )
    for row in _chosen(known):
        roles = (row.actors, row.recipients, row.participants)
        named = ("; ".join(_cell(known.label(i, code)) for i in role) for role in roles)
        writer.writerow(
            [
                row.event,
                row.day if row.dated else "",
                row.kind,
                " ".join(row.status),
                *named,
                row.number or "",
                "" if row.dated else row.day,
            ]
        )
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8")


def _cell(text: str) -> str:
    """A cell that a spreadsheet would run as a formula is quoted."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


@lists.route("/actors")
def actors() -> str:
    """List everyone who takes part in the events, by kind, the most active first."""
    known = summary()
    groups: dict[str, list[tuple[Link, int]]] = defaultdict(list)
    for iri, n in most_first(known.actors()):
        link = Link(known.label(iri, language()), address_of(iri))
        groups[known.kinds.get(iri, "group")].append((link, n))
    order = [
        k for k in ("state", "organisation", "body", "person", "group", "place") if k in groups
    ]
    top = max((n for found in groups.values() for _, n in found), default=1)
    return render_template(
        "actors.html",
        title=message("nav.actors"),
        groups=[(k, groups[k][:500]) for k in order],
        top=top,
        n=sum(len(found) for found in groups.values()),
    )


@lists.route("/documents")
def documents() -> str:
    """List the documents, newest first."""
    data, known = reader().data(), summary()
    number = _page_number()
    found = [
        document_view(node(d), data) | {"claims": known.claims_of.get(d, 0)}
        for d in list(known.documents)[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
    ]
    more = len(known.documents) > number * _ON_A_PAGE
    return render_template(
        "documents.html",
        title=message("nav.documents"),
        documents=found,
        earlier=f"/documents?page={number + 1}" if more else "",
        later=f"/documents?page={number - 1}" if number > 1 else "",
    )


@lists.route("/search")
def search() -> str:
    """Find actors, terms, documents and events by words."""
    known, data, code = summary(), reader().data(), language()
    words = request.args.get("q", "").strip()
    wanted = fold(words).split()

    def has(iri: str) -> bool:
        names = fold(" ".join(known.labels.get(iri, {}).values()))
        return bool(wanted) and all(w in names for w in wanted)

    found_events = list(known.search(words)) if wanted else []
    return render_template(
        "search.html",
        title=message("search.title"),
        words=words,
        actors=[
            (Link(known.label(i, code), address_of(i)), n)
            for i, n in most_first(known.actors()) if has(i)
        ][:_FOUND],
        documents=[link_to(node(d), data) for d in known.documents if has(d)][:_FOUND],
        terms=find_terms(wanted)[:_TERMS],
        events=[row_view(r, known) for r in found_events[:_FOUND]],
        found=len(found_events),
        all_href=event_link(q=words),
    )  # fmt: skip
