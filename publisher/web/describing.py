"""Describe a thing so that whoever reads one document needs no second to understand it.

In: an event, claim, document, actor, graph or reading of a snapshot. Out: quads: what is said of
it, what reports it or what it holds, and the names of all that is pointed to. Look-ups go from the
thing outwards, graph by graph, so that the size of the store does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import pyoxigraph as ox

from publisher.vocabulary import DCTERMS, DIP, OA, PROV, RDF, RDFS
from publisher.web.reading import Data, node

__all__ = ["GRAPHS", "MOST", "claims_about", "describe"]

GRAPHS: Final = ("graph", "provenance")
"""The kinds of things that are graphs: what is said in them is part of what is known of them."""

MOST: Final = 1000
"""How many claims or events one description holds at most; the endpoint has them all."""

_REPORTS: Final = node(DIP.reports)
_DERIVED: Final = node(PROV.wasDerivedFrom)
_BY: Final = node(PROV.wasAssociatedWith)
_NAMES: Final = tuple(map(node, (RDFS.label, RDF.type, DIP.kind)))
_SOURCE: Final = frozenset(
    map(node, (RDF.type, RDFS.label, DCTERMS.title, DCTERMS.issued, DCTERMS.language,
               DCTERMS.publisher, DCTERMS.license, DCTERMS.source)))  # fmt: skip
_INNER: Final = frozenset(map(node, (OA.hasTarget, OA.hasSelector, OA.hasSource)))


def describe(kind: str, subject: ox.NamedNode, data: Data) -> list[ox.Quad]:
    """Give the description of a thing of a kind; nothing where there is none."""
    if kind in GRAPHS:
        within = data.store.quads_for_pattern(None, None, None, subject)
        return list(dict.fromkeys([*within, *data.about(subject)]))
    own = data.about(subject)
    if not own or data.is_gone(subject):
        return own
    found = [*own, *_around(kind, subject, data)]
    return list(dict.fromkeys([*found, *_names(found, data)]))


def claims_about(kind: str, subject: ox.NamedNode, data: Data) -> list[ox.NamedNode]:
    """Give the claims that report an event, that a document makes, or the claim itself."""
    if kind == "claim":
        return [subject]
    predicate = _REPORTS if kind == "event" else _DERIVED
    quads = data.store.quads_for_pattern(None, predicate, subject, None)
    claims = {q.subject for q in quads if isinstance(q.subject, ox.NamedNode)}
    if kind == "document":
        claims = {c for c in claims if any(_objects(c, _REPORTS, data))}
    return sorted(claims, key=lambda claim: _in_order(claim.value))[:MOST]


def _in_order(name: str) -> tuple[str, int]:
    """The place of a claim among others: by document, then by number."""
    stem, _, number = name.rpartition("-")
    return (stem, int(number)) if number.isdecimal() else (name, 0)


def _around(kind: str, subject: ox.NamedNode, data: Data) -> Iterator[ox.Quad]:
    """Give the claims about an event with their sources, or the events of a claim or document."""
    if kind == "actor":
        yield from islice(data.store.quads_for_pattern(None, None, subject, None), MOST)
        return
    if kind in ("extraction", "software"):
        yield from data.store.quads_for_pattern(None, None, subject, None)
        for agent in _objects(subject, _BY, data):
            yield from data.about(agent)
    if kind not in ("event", "claim", "document"):
        return
    told: set[ox.NamedNode] = {subject}
    for claim in claims_about(kind, subject, data):
        if claim not in told:
            yield from data.about(claim)
        for source in _objects(claim, _DERIVED, data):
            if source not in told:
                told.add(source)
                quads = data.store.quads_for_pattern(source, None, None, None)
                yield from (q for q in quads if q.predicate in _SOURCE)
        for event in _objects(claim, _REPORTS, data):
            if event not in told:
                told.add(event)
                yield from data.about(event)


def _objects(subject: ox.NamedNode, predicate: ox.NamedNode, data: Data) -> list[ox.NamedNode]:
    quads = data.store.quads_for_pattern(subject, predicate, None, None)
    found = {q.object for q in quads if isinstance(q.object, ox.NamedNode)}
    return sorted(found, key=str)


def _names(found: Iterable[ox.Quad], data: Data) -> Iterator[ox.Quad]:
    """Name what is pointed to, in the words of the graph that points to it."""
    quads = list(found)
    described = {q.subject for q in quads}
    pointed = dict.fromkeys(
        (q.object, q.graph_name)
        for q in quads
        if isinstance(q.object, ox.NamedNode)
        and q.object not in described
        and q.predicate not in _INNER
    )
    for thing, graph in pointed:
        if not thing.value.startswith(str(DIP)):
            for predicate in _NAMES:
                yield from data.store.quads_for_pattern(thing, predicate, None, graph)
