"""See a whole snapshot at a glance: its events in rows, ready to list, count and draw.

In: an opened snapshot. Out: a :class:`Summary`, made once for each snapshot by scans along its
indexes, not event by event. A large one is made anew beside the answers that are given from the
one before, so that publishing slows no page down.
"""

from __future__ import annotations

import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import Lock, Thread
from typing import Final

import pyoxigraph as ox
from rdflib import URIRef

from publisher.inference import load_ontology
from publisher.vocabulary import DCTERMS, DIP, PROV, RDF, RDFS
from publisher.web.reading import Data, Reader, node

__all__ = ["Row", "Summaries", "Summary", "fold", "group_of", "most_first"]

_ROLES: Final = (DIP.actor, DIP.recipient, DIP.participant, DIP.agent, DIP.recipientAgent)
_AT_ONCE: Final = 1.0
"""Seconds that a request waits for a summary; what takes longer is made beside it."""
_REST: Final = 10
"""How many times as long as it took to make a large summary until one is made again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event: its IRI, days, class, status, who takes part in which role, and how many."""

    event: str
    day: str
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

    def parties(self) -> set[str]:
        """Everyone in it, in whatever role."""
        return {*self.actors, *self.recipients, *self.participants, *self.agents}


@dataclass(frozen=True)
class Summary:
    """The events of one snapshot, newest first, and how many of all things there are."""

    number: int
    rows: tuple[Row, ...]
    labels: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]
    documents: tuple[str, ...]
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
        self._took = 0.0
        self._made = 0.0
        self._lock = Lock()

    def newest(self) -> Summary:
        """Give a summary.

        Raises:
            StoreError: nothing is published yet.
        """
        data = self._reader.data()
        held = self._held
        if held is not None and held.number == data.snapshot.number:
            return held
        if held is not None and self._took > _AT_ONCE:
            rested = time.monotonic() - self._made > _REST * self._took
            if rested and self._lock.acquire(blocking=False):
                Thread(target=self._make_and_release, args=(data,), daemon=True).start()
            return held
        with self._lock:
            if self._held is None or self._held.number != data.snapshot.number:
                self._make(data)
            assert self._held is not None
            return self._held

    def _make(self, data: Data) -> None:
        begun = time.monotonic()
        self._held = summarise(data)
        self._made = time.monotonic()
        self._took = self._made - begun

    def _make_and_release(self, data: Data) -> None:
        try:
            self._make(data)
        finally:
            self._lock.release()


def summarise(data: Data) -> Summary:
    """Scan a snapshot."""
    store = data.store
    events = {event.value for event in data.of_class(DIP.Event)}
    labels = _labels(store)
    claims = {claim.value for claim in data.of_class(DIP.Claim)}
    rows = sorted(_rows(data, events), key=lambda r: (r.day, r.event), reverse=True)
    return Summary(
        number=data.snapshot.number,
        rows=tuple(rows),
        labels=labels,
        kinds=_only(store, DIP.kind),
        documents=_documents(data),
        claims=len(claims),
        claims_of=Counter(d for c, d in _pairs(store, PROV.wasDerivedFrom) if c in claims),
        texts={row.event: _text(row, labels) for row in rows},
        by_event={row.event: row for row in rows},
    )


def _documents(data: Data) -> tuple[str, ...]:
    """Give the documents, newest first."""
    issued = _only(data.store, DCTERMS.issued)
    found = (d.value for d in data.of_class(DIP.Document))
    return tuple(sorted(found, key=lambda d: (issued.get(d, ""), d), reverse=True))


def _rows(data: Data, events: set[str]) -> Iterator[Row]:
    store = data.store
    roles = [_by_subject(store, role, events) for role in _ROLES]
    types = _by_subject(store, RDF.type, events)
    status = _by_subject(store, DIP.status, events)
    days = [_by_subject(store, p, events) for p in (DIP.date, DIP.startDate, DIP.endDate)]
    reports: dict[str, set[str]] = defaultdict(set)
    for claim, event in _pairs(store, DIP.reports):
        reports[event].add(claim)
    issued = _only(store, DCTERMS.issued)
    numbers = _only(store, DIP["count"])
    sources = _only(store, PROV.wasDerivedFrom)
    for event in events:
        own = [min(found.get(event, ()), default="") for found in days]
        told = (issued.get(sources.get(claim, ""), "") for claim in reports[event])
        yield Row(
            event, own[0] or own[1] or min((d for d in told if d), default=""), own[2],
            _leaf(types.get(event, ())), _names(status.get(event, ())),
            actors=_sorted(roles[0], event), recipients=_sorted(roles[1], event),
            participants=_sorted(roles[2], event),
            agents=tuple(sorted({*_sorted(roles[3], event), *_sorted(roles[4], event)})),
            claims=len(reports[event]),
            number=int(told_number) if (told_number := numbers.get(event, "")).isdecimal() else 0,
        )  # fmt: skip


def _pairs(store: ox.Store, predicate: object) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, node(predicate), None, None):
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            yield quad.subject.value, quad.object.value


def _by_subject(store: ox.Store, predicate: object, subjects: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for subject, value in _pairs(store, predicate):
        if subject in subjects:
            found[subject].add(value)
    return found


def _sorted(found: Mapping[str, set[str]], event: str) -> tuple[str, ...]:
    return tuple(sorted(found.get(event, ())))


def _only(store: ox.Store, predicate: object) -> dict[str, str]:
    """The value of a property by subject; the first in order where there are several."""
    found: dict[str, str] = {}
    for subject, value in _pairs(store, predicate):
        found[subject] = min(found.get(subject, value), value)
    return found


def _labels(store: ox.Store) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in store.quads_for_pattern(None, node(RDFS.label), None, None):
        if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
            names = found[quad.subject.value]
            code = quad.object.language or ""
            names[code] = min(names.get(code, quad.object.value), quad.object.value)
    return dict(found)


def _names(iris: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_tail(iri) for iri in iris))


def _tail(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _leaf(types: Iterable[str]) -> str:
    """The narrowest class of ours among an event's; the event as such where there is none."""
    parents = _parents()
    ours = sorted(t.removeprefix(str(DIP)) for t in types if t.startswith(str(DIP)))
    broader = {parents.get(name, "") for name in ours}
    return next((name for name in ours if name not in broader and name in parents), "Event")


@cache
def _parents() -> dict[str, str]:
    """The broader class of each class of events, by local name."""
    return {
        str(child).removeprefix(str(DIP)): str(parent).removeprefix(str(DIP))
        for child, parent in load_ontology().subject_objects(RDFS.subClassOf)
        if isinstance(parent, URIRef) and str(parent).startswith(str(DIP))
    }


def group_of(kind: str) -> str:
    """Give the main class of events that a class belongs to, such as Measure."""
    parents = _parents()
    while parents.get(kind, "Event") != "Event":
        kind = parents[kind]
    return kind


@cache
def _class_names(kind: str) -> str:
    return " ".join(str(v) for v in load_ontology().objects(DIP[kind], RDFS.label))


def _text(row: Row, labels: Mapping[str, Mapping[str, str]]) -> str:
    names = [name for party in row.parties() for name in labels.get(party, {}).values()]
    return fold(" ".join([row.day, row.kind, _class_names(row.kind), *sorted(names)]))


def most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    """Give what was counted, the most frequent first."""
    return sorted(counted.items(), key=lambda x: (-x[1], x[0]))


def fold(text: str) -> str:
    """Write a text without case and diacritics, to compare it."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))
