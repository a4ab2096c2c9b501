"""Read resources from the newest snapshot, in this process.

In: a data folder. Out: descriptions of things as quads and as :class:`Thing` values for pages.
Look-ups go by pattern, never by SPARQL, so no value from an address reaches a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeGuard

import pyoxigraph as ox

from publisher.store import Snapshot, StoreError, newest_snapshot, read_snapshot
from publisher.store.remote import RemoteStore
from publisher.store.snapshots import Quads
from publisher.vocabulary import DCTERMS, DIP, OA, PROV, RDF, RDFS

__all__ = ["Data", "Reader", "node"]


def node(iri: object) -> ox.NamedNode:
    """Give an IRI as pyoxigraph's named node."""
    return ox.NamedNode(str(iri))


_Value = ox.NamedNode | ox.Literal


def _is_below(thing: object, start: str) -> TypeGuard[ox.NamedNode]:
    return isinstance(thing, ox.NamedNode) and thing.value.startswith(start)


@dataclass(frozen=True, eq=False)
class Data:
    """One snapshot, opened."""

    snapshot: Snapshot
    store: Quads

    def graphs(self) -> Iterator[str]:
        """Give the names of the graphs."""
        if isinstance(self.store, ox.Store):
            found = self.store.named_graphs()
            yield from (graph.value for graph in found if isinstance(graph, ox.NamedNode))
        elif isinstance(self.store, RemoteStore):
            yield from self.store.graphs()

    def about(self, subject: ox.NamedNode) -> list[ox.Quad]:
        """Give a description of a thing: its quads, and those of its own fragments."""
        found: list[ox.Quad] = []
        own, waiting, seen = f"{subject.value}#", [subject], {subject}
        while waiting:
            quads = list(self.store.quads_for_pattern(waiting.pop(), None, None, None))
            found.extend(quads)
            for value in sorted({q.object for q in quads if _is_below(q.object, own)}, key=str):
                if value not in seen:
                    seen.add(value)
                    waiting.append(value)
        return found

    def quads(self, subject: ox.NamedNode) -> Iterator[ox.Quad]:
        """Give the quads about a thing itself."""
        return iter(self.store.quads_for_pattern(subject, None, None, None))

    def values(self, subject: ox.NamedNode, predicate: object) -> list[ox.NamedNode | ox.Literal]:
        """Give the values of a property, without doubles, in a fixed order."""
        found = self.store.quads_for_pattern(subject, node(predicate), None, None)
        return sorted({q.object for q in found if isinstance(q.object, _Value)}, key=str)

    def value(self, subject: ox.NamedNode, predicate: object) -> str:
        """Give one value of a property as text; empty if there is none."""
        found = self.values(subject, predicate)
        return found[0].value if found else ""

    def pointing(self, predicate: object, value: ox.NamedNode) -> list[ox.NamedNode]:
        """Give the things that have ``value`` for a property."""
        found = self.store.quads_for_pattern(None, node(predicate), value, None)
        return sorted({q.subject for q in found if isinstance(q.subject, ox.NamedNode)}, key=str)

    def of_class(self, name: object) -> list[ox.NamedNode]:
        """Give the things of a class."""
        return self.pointing(RDF.type, node(name))

    def types(self, subject: ox.NamedNode) -> list[str]:
        """Give the local names of a thing's classes in our ontology."""
        return [
            v.value.removeprefix(str(DIP))
            for v in self.values(subject, RDF.type)
            if v.value.startswith(str(DIP))
        ]

    def label(self, thing: ox.NamedNode | ox.Literal, language: str = "en") -> str:
        """Give a thing's name for people, in a language where it has one."""
        if isinstance(thing, ox.Literal):
            return thing.value
        labels = [v for v in self.values(thing, RDFS.label) if isinstance(v, ox.Literal)]
        for wanted in (language, "en", None):
            for label in labels:
                if label.language == wanted or wanted is None:
                    return label.value
        return re.split(r"[/#]", thing.value.rstrip("/#"))[-1]

    def is_gone(self, subject: ox.NamedNode) -> bool:
        """Whether a thing was withdrawn."""
        return node(DIP.Tombstone) in self.values(subject, RDF.type)

    def event_day(self, event: ox.NamedNode) -> str:
        """Give an event's (first) day, or the day of the earliest document that reports it."""
        own = self.value(event, DIP.date) or self.value(event, DIP.startDate)
        if own:
            return own
        days = (
            self.value(document, DCTERMS.issued)
            for claim in self.pointing(DIP.reports, event)
            for document in self.values(claim, PROV.wasDerivedFrom)
            if isinstance(document, ox.NamedNode)
        )
        return min(days, default="")

    def quote(self, claim: ox.NamedNode) -> tuple[str, str, str]:
        """Give the words before a claim's quotation, the quotation, and the words after."""
        selector = node(f"{claim.value}#quote")
        return (
            self.value(selector, OA.prefix),
            self.value(selector, OA.exact),
            self.value(selector, OA.suffix),
        )


class Reader:
    """Gives the newest snapshot, reopened when a newer one appears.

    Args:
        folder: the data folder.
        remote: the engine that holds the data instead of the folder.
    """

    def __init__(self, folder: Path, remote: RemoteStore | None = None) -> None:
        self.folder = folder
        self._remote = remote
        self._held: Data | None = None
        self._lock = Lock()

    def data(self) -> Data:
        """Open the newest snapshot, or give the one that is open already.

        Raises:
            StoreError: nothing is published yet.
        """
        remote = self._remote
        snapshot = remote.newest() if remote else newest_snapshot(self.folder)
        if snapshot is None:
            raise StoreError(f"Nothing is published in {self.folder.name} yet.")
        with self._lock:
            if self._held is None or self._held.snapshot.number != snapshot.number:
                self._held = Data(snapshot, remote or read_snapshot(snapshot))
            return self._held

    def events(self, data: Data) -> Iterator[ox.NamedNode]:
        """Give all events, newest first."""
        events = data.of_class(DIP.Event)
        yield from sorted(events, key=lambda e: (data.event_day(e), e.value), reverse=True)
