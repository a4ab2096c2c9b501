"""Change published data by SPARQL Update and by whole graphs, through the same gate as documents.

In: an update, or the triples of a graph. Out: the change on the disk and in a new snapshot, or the
report of the shapes that it violates and nothing changed.

An update is first made on a copy, in a process with limits (:meth:`Answering.rewrite`); only
what it changed is checked and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from publisher.inference import entail
from publisher.store.answering import Answering
from publisher.store.errors import NotConforming, StoreError
from publisher.store.remote import RemoteWriter
from publisher.store.snapshots import Quads
from publisher.store.writer import SnapshotStore
from publisher.terminology import outdated, renew, terminology
from publisher.validation import validate

__all__ = ["Writer", "delete_graph", "merge_graph", "put_graph", "renew_terms", "update"]

Writer = SnapshotStore | RemoteWriter
"""Whoever can replace graphs; opened, and closed when the change is made."""

_PARTS = ("/id/graph/", "/id/provenance/")
"""A document's claims and where they come from are two graphs that are checked together."""


def update(writer: Writer, pool: Answering, text: str) -> list[str]:
    """Make an update and give the graphs that it changed.

    Raises:
        QueryError: it is no update, or overruns a limit.
        NotConforming: the data would violate a shape.
        StoreError: the folder is in use, or cannot be written.
    """
    with writer as store:
        graphs, nquads = pool.rewrite(text, store.current())
        _write(store, graphs, ox.parse(nquads, format=ox.RdfFormat.N_QUADS))
    return graphs


def put_graph(writer: Writer, graph: str, triples: Iterable[ox.Triple]) -> bool:
    """Put triples in the place of what a graph held; whether the graph is new.

    Raises:
        NotConforming: the data would violate a shape.
        StoreError: the folder is in use, or cannot be written.
    """
    with _edited(writer, graph) as (store, held):
        _write(store, [graph], _in_graph(triples, graph))
    return not held


def merge_graph(writer: Writer, graph: str, triples: Iterable[ox.Triple]) -> bool:
    """Add triples to what a graph holds; whether the graph is new. Raises as :func:`put_graph`."""
    with _edited(writer, graph) as (store, held):
        _write(store, [graph], [*held, *_in_graph(triples, graph)])
    return not held


def delete_graph(writer: Writer, graph: str) -> bool:
    """Remove a graph; whether there was one. Raises as :func:`put_graph`."""
    with _edited(writer, graph) as (store, held):
        if held:
            _write(store, [graph], [])
    return bool(held)


def renew_terms(held: Quads, base: str, writer: Callable[[], Writer]) -> bool:
    """Bring the graphs of terms to those of this version; whether they were not.

    Where they are, nothing is locked or written.

    Raises:
        StoreError: the store cannot be read or written, or somebody publishes to it.
    """
    graphs = {
        name: list(held.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        for name in terminology(base)
    }
    if not outdated(graphs, base):
        return False
    with writer() as store:
        return renew(store, base)


@contextmanager
def _edited(writer: Writer, graph: str) -> Iterator[tuple[Writer, list[ox.Quad]]]:
    with writer as store:
        yield store, store.graph(graph)


def _in_graph(triples: Iterable[ox.Triple], graph: str) -> list[ox.Quad]:
    name = ox.NamedNode(graph)
    return [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]


def _write(store: Writer, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
    """Make a change that conforms.

    Raises:
        NotConforming: the changed graphs, with their other halves, violate a shape.
    """
    names = set(graphs)
    new = list(dict.fromkeys(quads))
    others = {partner for name in names if (partner := _partner(name))} - names
    report = validate(
        entail([*new, *(quad for name in sorted(others) for quad in store.graph(name))])
    )
    if not report.conforms:
        raise NotConforming(report)
    if not names:
        return
    if any(not isinstance(quad.graph_name, ox.NamedNode) for quad in new):
        raise StoreError("Every graph has an IRI here. Name the graph.")
    store.replace(names, new)


def _partner(graph: str) -> str:
    for own, other in (_PARTS, _PARTS[::-1]):
        if own in graph:
            return graph.replace(own, other, 1)
    return ""
