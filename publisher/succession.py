"""Say what became of events and claims that a new version of a document no longer tells of.

In: what a document's graph held, what it is to hold, and a store that is open for a change. Out:
what has to be written besides. An event that nobody reports any more is replaced by the one that
the same claims report now (``dcterms:isReplacedBy``), for good, so that links to it go on working;
where no claim of it is left, it is gone and leaves a tombstone, as claims do. Whoever reports an
event again brings it back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import pyoxigraph as ox

from publisher.terminology import Holder
from publisher.vocabulary import DCTERMS, DIP, OA, PROV, RDF, RDFS

__all__ = ["Past", "Succession", "tombstones"]


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


_TYPE: Final = _node(RDF.type)
_REPORTS: Final = _node(DIP.reports)
_REPLACED: Final = _node(DCTERMS.isReplacedBy)
_TOMBSTONE: Final = _node(DIP.Tombstone)
_KIND: Final = _node(DIP.claimedType)
_ROLES: Final = {_node(DIP.actor), _node(DIP.participant), _node(DIP.recipient)}
_QUOTE: Final = "#quote"

_Events = Mapping[ox.NamedNode, ox.NamedNode]
_Key = tuple[object, ...]


class Past(Holder, Protocol):
    """A store that is open for a change and can be searched."""

    def matching(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None = None,
        object: ox.NamedNode | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Give the quads that match, of all graphs."""


class Succession:
    """Keeps count of what is gone while one writer publishes document after document."""

    def __init__(self, store: Past) -> None:
        self._store = store
        self._held: dict[ox.NamedNode, set[ox.NamedNode]] | None = None

    def after(
        self, graph: ox.NamedNode, new: Sequence[ox.Quad], when: ox.Literal
    ) -> tuple[set[str], list[ox.Quad]]:
        """Give the further graphs to replace, and the further quads to write, with a new version.

        Args:
            graph: that of the document's claims.
            new: what the document tells; nothing where it is withdrawn.
            when: the moment of the change.
        """
        old = self._store.graph(graph.value)
        told = {quad.subject for quad in new}
        before, now = _events(old), _events(new)
        left = self._left(graph, set(before.values()) - set(now.values()))
        then = _successors(left, old, new) if left else {}
        gone = {*(left - then.keys()), *(claim for claim in before if claim not in told)}

        past = _past(old)
        more = [quad for quad in old if quad.subject in past and quad.subject not in told]
        more += [ox.Quad(event, _REPLACED, then[event], graph) for event in sorted(then, key=str)]
        more += tombstones(gone, graph, when)
        others, kept = self._brought_back(graph, set(now.values()))
        for thing in _past(more):
            self._gone().setdefault(thing, set()).add(graph)
        return others, more + kept

    def _left(self, graph: ox.NamedNode, events: set[ox.NamedNode]) -> set[ox.NamedNode]:
        """Give those of the events that no other document tells of."""
        reports = {e: self._store.matching(None, _REPORTS, e) for e in events}
        return {e for e, found in reports.items() if all(q.graph_name == graph for q in found)}

    def _brought_back(
        self, graph: ox.NamedNode, events: set[ox.NamedNode]
    ) -> tuple[set[str], list[ox.Quad]]:
        """Take out of other graphs that these events are gone."""
        known = self._gone()
        back = events & known.keys()
        others = sorted({g.value for event in back for g in known[event]} - {graph.value})
        for event in back:
            del known[event]
        kept = [q for other in others for q in self._store.graph(other) if q.subject not in back]
        return set(others), kept

    def _gone(self) -> dict[ox.NamedNode, set[ox.NamedNode]]:
        """What is gone, with the graphs that say so; read from the store once."""
        if self._held is None:
            self._held = defaultdict(set)
            replaced = self._store.matching(None, _REPLACED)
            for quad in (*replaced, *self._store.matching(None, _TYPE, _TOMBSTONE)):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(
                    quad.graph_name, ox.NamedNode
                ):
                    self._held[quad.subject].add(quad.graph_name)
        return self._held


def tombstones(
    gone: Iterable[ox.NamedNode], graph: ox.NamedNode, when: ox.Literal
) -> Iterator[ox.Quad]:
    """Say of things that they are gone, and since when."""
    for thing in sorted(gone, key=str):
        yield ox.Quad(thing, _TYPE, _TOMBSTONE, graph)
        yield ox.Quad(thing, _node(PROV.invalidatedAtTime), when, graph)
        yield ox.Quad(thing, _node(RDFS.label), ox.Literal("withdrawn", language="en"), graph)


def _past(quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    """Give the things that are gone or replaced by what the quads say."""
    return {
        q.subject
        for q in quads
        if isinstance(q.subject, ox.NamedNode)
        and (q.predicate == _REPLACED or (q.predicate == _TYPE and q.object == _TOMBSTONE))
    }


def _events(quads: Iterable[ox.Quad]) -> _Events:
    """Give the event that each claim reports."""
    return {
        q.subject: q.object
        for q in quads
        if q.predicate == _REPORTS
        and isinstance(q.subject, ox.NamedNode)
        and isinstance(q.object, ox.NamedNode)
    }


def _successors(left: set[ox.NamedNode], old: Sequence[ox.Quad], new: Sequence[ox.Quad]) -> _Events:
    """Give the event that most claims of each event report now; none where no claim is left.

    A claim is known again by its words and class, or its words; else by its class and parties,
    where there was no such event before.
    """
    before, now = _events(old), _events(new)
    fresh = set(now.values()) - set(before.values())
    found: dict[_Key, set[ox.NamedNode]] = defaultdict(set)
    for claim, keys in _keys(new, now).items():
        for key in keys:
            if key[0] != _BY_PARTIES or now[claim] in fresh:
                found[key].add(now[claim])
    votes: dict[ox.NamedNode, Counter[ox.NamedNode]] = defaultdict(Counter)
    for claim, keys in _keys(old, before).items():
        if before[claim] in left:
            known = next((found[key] for key in keys if key in found), set())
            votes[before[claim]].update(known)
    return {
        event: min(counted, key=lambda e: (-counted[e], e.value))
        for event, counted in votes.items()
        if counted
    }


_BY_PARTIES: Final = "parties"


def _keys(quads: Sequence[ox.Quad], claims: _Events) -> dict[ox.NamedNode, list[_Key]]:
    """Give what each claim can be known by in another version, the surest first."""
    words = {q.subject: q.object for q in quads if q.predicate == _node(OA.exact)}
    kinds = {q.subject: q.object for q in quads if q.predicate == _KIND}
    parties: dict[object, set[object]] = defaultdict(set)
    for quad in quads:
        if quad.predicate in _ROLES:
            parties[quad.subject].add((quad.predicate, quad.object))
    keys: dict[ox.NamedNode, list[_Key]] = {}
    for claim in claims:
        said, kind = words.get(_node(f"{claim.value}{_QUOTE}")), kinds.get(claim)
        keys[claim] = [("both", said, kind), ("words", said)] if said is not None else []
        if parties[claim]:
            keys[claim].append((_BY_PARTIES, kind, frozenset(parties[claim])))
    return keys
