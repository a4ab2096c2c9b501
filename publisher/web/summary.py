"""See a whole snapshot at a glance: its events in rows, ready to list, count and draw.

In: an opened snapshot. Out: a :class:`Summary`, made once by scans along its indexes, and renewed
for the next snapshot by what changed. One that takes long is made beside the answers that are given
from the one before, so that publishing slows no page down.
"""

from __future__ import annotations

import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final, TypeVar

import pyoxigraph as ox

from publisher.store import StoreError
from publisher.store.snapshots import changed_between
from publisher.vocabulary import DCTERMS, DIP, PROV, RDF, RDFS
from publisher.web.classes import leaf_of, names_of
from publisher.web.reading import Data, Reader, node

__all__ = ["Row", "Summaries", "Summary", "fold", "most_first", "row_of"]

_ROLES: Final = (DIP.actor, DIP.recipient, DIP.participant, DIP.agent, DIP.recipientAgent)
_AT_ONCE: Final = 1.0
"""Seconds that a request waits for a summary; what takes longer is made beside it."""
_REST: Final = 10
"""How many times as long as it took to make a large summary until one is made again."""


_PATIENCE: Final = 5.0
"""Seconds that a request waits for another that makes the first summary."""
_MANY: Final = 200
"""Graphs that may have changed for a summary to be renewed, not made anew."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event: its IRI, days, class, status, who takes part in which role, and how many."""

    event: str
    day: str
    """The first day, or that on which it was first reported."""
    end: str
    kind: str
    status: tuple[str, ...]
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    participants: tuple[str, ...]
    agents: tuple[str, ...]
    claims: int
    number: int
    """How many persons or things it concerns; nought where that is not told."""
    dated: bool
    """Whether a day is told; otherwise ``day`` is that of the report."""

    def parties(self) -> set[str]:
        """Everyone in it, in whatever role."""
        return {*self.actors, *self.recipients, *self.participants, *self.agents}


@dataclass(frozen=True, eq=False)
class Summary:
    """The events of one snapshot, newest first, and how many of all things there are."""

    number: int
    rows: tuple[Row, ...]
    labels: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]
    documents: Mapping[str, str]
    """The day of issue of each document, the newest first."""
    claims: int
    claims_of: Mapping[str, int]
    texts: Mapping[str, str] = field(repr=False)
    by_event: Mapping[str, Row] = field(repr=False)

    def label(self, iri: str, language: str) -> str:
        """Name a thing; what has no name is called by the end of its address."""
        names = self.labels.get(iri, {})
        return (
            names.get(language) or names.get("en") or next(iter(names.values()), "") or _tail(iri)
        )

    def actors(self) -> Counter[str]:
        """How many events each actor is in."""
        return Counter(party for row in self.rows for party in row.parties())

    def search(self, words: str) -> Iterator[Row]:
        """Give the events in whose class, parties or day all the words are found."""
        wanted = fold(words).split()
        return (row for row in self.rows if all(w in self.texts[row.event] for w in wanted))


class Summaries:
    """Gives the summary of the newest snapshot, or of the one before while it is being made."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._held: Summary | None = None
        self._data: Data | None = None
        self._costs = {True: 0.0, False: 0.0}
        """Seconds that the last took that was renewed, and the last that was made anew."""
        self._made = 0.0
        self._lock = Lock()

    def newest(self) -> Summary:
        """Give a summary.

        Raises:
            StoreError: nothing is published yet, or the first summary takes its time.
        """
        data = self._reader.data()
        held = self._held
        if held is not None and self._is_as_new_as(data):
            return held
        cost = self._costs[self._changed(data) is not None]
        if held is not None and cost > _AT_ONCE:
            rested = time.monotonic() - self._made > _REST * cost
            if rested and self._lock.acquire(blocking=False):
                Thread(target=self._make_and_release, args=(data,), daemon=True).start()
            return held
        if not self._lock.acquire(timeout=_PATIENCE if held is None else _AT_ONCE):
            if held is not None:
                return held
            raise StoreError("The events are being counted. Try again in a moment.")
        self._make_and_release(data)
        assert self._held is not None
        return self._held

    def held(self) -> Summary | None:
        """Give the summary there is, of whatever snapshot, without waiting for any."""
        return self._held

    def _is_as_new_as(self, data: Data) -> bool:
        """Whether the summary that is held is of this snapshot of the same store, or a later."""
        if self._data is None:
            return False
        held, other = self._data.snapshot, data.snapshot
        return held.store_id == other.store_id and held.number >= other.number

    def _changed(self, data: Data) -> set[str] | None:
        """Give the graphs that changed since the summary that is held, where they are few."""
        if self._data is None:
            return None
        graphs = changed_between(self._reader.folder, self._data.snapshot, data.snapshot)
        return graphs if graphs is not None and len(graphs) <= _MANY else None

    def _make_and_release(self, data: Data) -> None:
        """Make the summary of a snapshot, unless it is there by now; the lock is held."""
        try:
            if not self._is_as_new_as(data):
                begun = time.monotonic()
                graphs = self._changed(data)
                if self._held is None or self._data is None or graphs is None:
                    self._held = summarise(data)
                else:
                    self._held = renew(self._held, self._data, data, graphs)
                self._data = data
                self._made = time.monotonic()
                self._costs[graphs is not None] = self._made - begun
        finally:
            self._lock.release()


def summarise(data: Data) -> Summary:
    """Scan a snapshot."""
    return _summary(data.snapshot.number, _read(data))


def renew(held: Summary, old: Data, new: Data, graphs: set[str]) -> Summary:
    """Give the summary of a snapshot from that of an older one, by the graphs that changed."""
    touched = {
        quad.subject.value
        for data in (old, new)
        for graph in graphs
        for quad in data.store.quads_for_pattern(None, None, None, node(graph))
        if isinstance(quad.subject, ox.NamedNode)
    }
    before, after = (_read(data, _with_sources(data, touched)) for data in (old, new))
    return _summary(
        new.snapshot.number,
        _Facts(
            rows=_replaced(held.by_event, before.rows, after.rows),
            labels=_replaced(held.labels, before.labels, after.labels),
            kinds=_replaced(held.kinds, before.kinds, after.kinds),
            documents=_replaced(held.documents, before.documents, after.documents),
            claims_of=_replaced(held.claims_of, before.claims_of, after.claims_of),
        ),
        held,
    )


_Held = TypeVar("_Held")


def row_of(event: ox.NamedNode, data: Data) -> Row | None:
    """Read one event of a snapshot; ``None`` where it is none."""
    return _read(data, _with_sources(data, {event.value})).rows.get(event.value)


def _replaced(
    held: Mapping[str, _Held], before: Mapping[str, _Held], after: Mapping[str, _Held]
) -> dict[str, _Held]:
    kept = dict(held)
    for gone in before:
        kept.pop(gone, None)
    return kept | dict(after)


@dataclass(frozen=True)
class _Facts:
    rows: dict[str, Row]
    labels: dict[str, Mapping[str, str]]
    kinds: dict[str, str]
    documents: dict[str, str]
    claims_of: dict[str, int]


def _summary(number: int, facts: _Facts, held: Summary | None = None) -> Summary:
    rows = sorted(facts.rows.values(), key=lambda r: (r.day, r.event), reverse=True)
    documents = sorted(facts.documents.items(), key=lambda x: (x[1], x[0]), reverse=True)
    old = held.texts if held is not None else {}
    same = held.by_event if held is not None else {}
    return Summary(
        number=number,
        rows=tuple(rows),
        labels=facts.labels,
        kinds=facts.kinds,
        documents=dict(documents),
        claims=sum(facts.claims_of.values()),
        claims_of=facts.claims_of,
        texts={
            r.event: old[r.event] if same.get(r.event) is r else _text(r, facts.labels)
            for r in rows
        },
        by_event=facts.rows,
    )


def _with_sources(data: Data, touched: set[str]) -> set[str]:
    """Add the claims that report the touched events, and the documents they come from."""
    claims = {c.value for s in touched for c in data.pointing(DIP.reports, node(s))}
    sources = {d.value for c in claims for d in data.values(node(c), PROV.wasDerivedFrom)}
    return touched | claims | sources


def _read(data: Data, subjects: set[str] | None = None) -> _Facts:
    """Read what a summary needs, of the whole snapshot or of some subjects."""
    scan = _Scan(data, subjects)
    documents = scan.of_class(DIP.Document)
    issued = scan.only(DCTERMS.issued)
    return _Facts(
        rows={row.event: row for row in _rows(scan, issued)},
        labels=scan.labels(),
        kinds=scan.only(DIP.kind),
        documents={d: issued.get(d, "") for d in documents},
        claims_of=_claims_of(data, documents, subjects),
    )


def _claims_of(data: Data, documents: set[str], subjects: set[str] | None) -> dict[str, int]:
    if subjects is None:
        claims = {claim.value for claim in data.of_class(DIP.Claim)}
        pairs = _Scan(data, None).pairs(PROV.wasDerivedFrom)
        return dict(Counter(d for c, d in pairs if c in claims and d in documents))
    found = {d: data.pointing(PROV.wasDerivedFrom, node(d)) for d in documents}
    counted = {d: sum("Claim" in data.types(c) for c in claims) for d, claims in found.items()}
    return {d: n for d, n in counted.items() if n}


@dataclass(frozen=True)
class _Scan:
    """A way along the values of a property: of everything, or of some subjects."""

    data: Data
    subjects: set[str] | None

    def quads(self, predicate: object) -> Iterator[ox.Quad]:
        """Give the quads of a property."""
        store = self.data.store
        if self.subjects is None:
            yield from store.quads_for_pattern(None, node(predicate), None, None)
            return
        for subject in self.subjects:
            yield from store.quads_for_pattern(node(subject), node(predicate), None, None)

    def pairs(self, predicate: object) -> Iterator[tuple[str, str]]:
        """Give subjects and values of a property."""
        for quad in self.quads(predicate):
            if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
                yield quad.subject.value, quad.object.value

    def of_class(self, name: object) -> set[str]:
        """Give the things of a class."""
        if self.subjects is None:
            return {thing.value for thing in self.data.of_class(name)}
        return {s for s, kind in self.pairs(RDF.type) if kind == str(name)}

    def by_subject(self, predicate: object, subjects: set[str]) -> dict[str, set[str]]:
        """Give all values of a property by subject."""
        found: dict[str, set[str]] = defaultdict(set)
        for subject, value in self.pairs(predicate):
            if subject in subjects:
                found[subject].add(value)
        return found

    def only(self, predicate: object) -> dict[str, str]:
        """Give the value of a property by subject; the first in order where there are several."""
        found: dict[str, str] = {}
        for subject, value in self.pairs(predicate):
            found[subject] = min(found.get(subject, value), value)
        return found

    def labels(self) -> dict[str, Mapping[str, str]]:
        """Give the names of things by language."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for quad in self.quads(RDFS.label):
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                names = found[quad.subject.value]
                code = quad.object.language or ""
                names[code] = min(names.get(code, quad.object.value), quad.object.value)
        return dict(found.items())


def _rows(scan: _Scan, issued: Mapping[str, str]) -> Iterator[Row]:
    events = scan.of_class(DIP.Event)
    roles = [scan.by_subject(role, events) for role in _ROLES]
    types = scan.by_subject(RDF.type, events)
    status = scan.by_subject(DIP.status, events)
    days = [scan.by_subject(p, events) for p in (DIP.date, DIP.startDate, DIP.endDate)]
    reports: dict[str, set[str]] = defaultdict(set)
    for claim, event in scan.pairs(DIP.reports):
        reports[event].add(claim)
    numbers = scan.only(DIP["count"])
    sources = scan.only(PROV.wasDerivedFrom)
    for event in events:
        own = [min(found.get(event, ()), default="") for found in days]
        told = (issued.get(sources.get(claim, ""), "") for claim in reports[event])
        number = numbers.get(event, "")
        yield Row(
            event, own[0] or own[1] or min((d for d in told if d), default=""), own[2],
            leaf_of(types.get(event, ())), _names(status.get(event, ())),
            actors=_sorted(roles[0], event), recipients=_sorted(roles[1], event),
            participants=_sorted(roles[2], event),
            agents=tuple(sorted({*_sorted(roles[3], event), *_sorted(roles[4], event)})),
            claims=len(reports[event]),
            number=int(number) if number.isdecimal() else 0,
            dated=bool(own[0] or own[1]),
        )  # fmt: skip


def _sorted(found: Mapping[str, set[str]], event: str) -> tuple[str, ...]:
    return tuple(sorted(found.get(event, ())))


def _names(iris: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_tail(iri) for iri in iris))


def _tail(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _text(row: Row, labels: Mapping[str, Mapping[str, str]]) -> str:
    names = [name for party in row.parties() for name in labels.get(party, {}).values()]
    return fold(" ".join([row.day, row.kind, names_of(row.kind), *sorted(names)]))


def most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    """Give what was counted, the most frequent first."""
    return sorted(counted.items(), key=lambda x: (-x[1], x[0]))


def fold(text: str) -> str:
    """Write a text without case and diacritics, to compare it."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))
