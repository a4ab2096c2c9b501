"""Keep the published data in another engine, over SPARQL 1.1 Query and Update.

In: the address of an endpoint (Virtuoso, Oxigraph, Fuseki, GraphDB, QLever, …). Out:
:class:`RemoteStore`, which reads quads by pattern and replaces documents, as the store of a data
folder does. The engine's default graph is to be the union of its graphs.

What was written last is said in a graph of its own, so that every server tells the states of the
data apart. One writer at a time: the lock of the data folder, which also keeps the reports.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

import pyoxigraph as ox

from publisher.serialisation import to_bytes, without_graphs
from publisher.store.engine import Engine
from publisher.store.errors import StoreError
from publisher.store.history import record
from publisher.store.snapshots import Snapshot
from publisher.store.syntax import bind
from publisher.store.writer import lock_folder
from publisher.vocabulary import DCTERMS, SCHEMA, XSD

__all__ = ["AT_ONCE", "PASSWORD_VARIABLE", "USER_VARIABLE", "RemoteStore", "RemoteWriter"]

USER_VARIABLE: Final = "COMMUNIQUE_STORE_USER"
PASSWORD_VARIABLE: Final = "COMMUNIQUE_STORE_PASSWORD"
"""The environment variables that hold who writes to the engine, where it asks."""

_FRESH: Final = 1.0
"""Seconds for which what was written last is not asked for again."""
AT_ONCE: Final = 1_500
"""Quads that are sent in one operation: engines compile each, and have limits for that."""
_PAGE: Final = 5_000
"""Graphs that are asked for at once: engines cut long answers off."""
_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_QUADS: Final = "SELECT * WHERE { GRAPH ?graph { ?subject ?predicate ?object } }"
_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"
_GRAPHS: Final = (
    "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } "
    f"FILTER (STRSTARTS(STR(?g), ?start) && STR(?g) > ?after) }} ORDER BY ?g LIMIT {_PAGE}"
)
_DROP: Final = "DROP SILENT GRAPH ?graph"
_STATE: Final = (
    "SELECT ?number ?when ?store WHERE { GRAPH ?graph { "
    "?graph ?version ?number ; ?modified ?when ; ?identifier ?store } }"
)

_Term = ox.NamedNode | ox.BlankNode | ox.Literal


class RemoteStore(Engine):
    """Another engine's data, of the graphs below a base; safe to use from many threads.

    ``base`` is that of our own identifiers; whatever else the engine holds is left alone. Raises
    as :class:`~publisher.store.engine.Engine`, whose other arguments these are.
    """

    def __init__(
        self, address: str, base: str, updates: str = "", user: str = "", password: str = ""
    ) -> None:
        super().__init__(address, updates, user, password)
        self.base = base
        self._seen: tuple[float, Snapshot | None] = (float("-inf"), None)
        self._lock = Lock()

    @classmethod
    def from_settings(cls, address: str, base: str, updates: str = "") -> RemoteStore:
        """Make a store with the user and password of the environment."""
        user = os.environ.get(USER_VARIABLE, "")
        return cls(address, base, updates, user, os.environ.get(PASSWORD_VARIABLE, ""))

    def quads_for_pattern(
        self,
        subject: _Term | None,
        predicate: ox.NamedNode | None,
        object: _Term | None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Give the quads that match; ``None`` matches anything, as in pyoxigraph.

        A blank node matches nothing: another engine knows it by no name.
        """
        given = {"subject": subject, "predicate": predicate, "object": object, "graph": graph}
        terms = {name: term for name, term in given.items() if term is not None}
        if any(isinstance(term, ox.BlankNode | ox.DefaultGraph) for term in terms.values()):
            return
        query = bind(_QUADS, **terms)
        for row in self._rows(query):
            s, p, o, g = (row[name] if term is None else term for name, term in given.items())
            yield ox.Quad(s, p, o, g)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[ox.Quad]:
        for name in self.graphs():
            yield from self.graph(name)

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """Give the names of the graphs below the base."""
        return map(ox.NamedNode, self.graphs())

    def graphs(self) -> Iterator[str]:
        """Give the names of the graphs below the base, in order, without that of the state."""
        start, after = ox.Literal(f"{self.base.rstrip('/')}/"), ""
        while True:
            query = bind(_GRAPHS, start=start, after=ox.Literal(after))
            names = [row["g"].value for row in self._rows(query)]
            yield from (name for name in names if name != self._state.value)
            if len(names) < _PAGE:
                return
            after = names[-1]

    def graph(self, name: str) -> list[ox.Quad]:
        """Give the quads of a graph."""
        node = ox.NamedNode(name)
        body = self.ask(bind(_GRAPH, graph=node), _TRIPLES)
        return [
            ox.Quad(q.subject, q.predicate, q.object, node)
            for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        ]

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of what the graphs held; in one update where they are few.

        A long document takes several updates; should one of them fail, publish it again. Quads with
        blank nodes go in one, in which alone their labels mean the same.
        """
        waiting = list(quads)
        blank = [quad for quad in waiting if _has_blank(quad)]
        ground = [quad for quad in waiting if not _has_blank(quad)]
        first = [bind(_DROP, graph=ox.NamedNode(g)) for g in sorted(set(graphs))]
        if blank:  # Virtuoso takes no blank nodes in INSERT DATA
            first.append(f"INSERT {{ {_by_graph(blank)} }} WHERE {{}}")
        if ground[:AT_ONCE]:
            first.append(f"INSERT DATA {{ {_by_graph(ground[:AT_ONCE])} }}")
        self.update("; ".join(first))
        for start in range(AT_ONCE, len(ground), AT_ONCE):
            self.update(f"INSERT DATA {{ {_by_graph(ground[start : start + AT_ONCE])} }}")

    def newest(self) -> Snapshot | None:
        """Give the state of the data that was written last; ``None`` before the first."""
        with self._lock:
            at, seen = self._seen
        if time.monotonic() - at < _FRESH:
            return seen
        query = bind(
            _STATE, graph=self._state, version=_node(SCHEMA.version),
            modified=_node(DCTERMS.modified), identifier=_node(DCTERMS.identifier),
        )  # fmt: skip
        found = None
        for row in self._rows(query):
            when = datetime.fromisoformat(row["when"].value)
            found = Snapshot(int(row["number"].value), when, Path(), row["store"].value)
        with self._lock:
            self._seen = (time.monotonic(), found)
        return found

    def upcoming(self) -> Snapshot:
        """Give the state of the data after that which was written last."""
        with self._lock:
            self._seen = (float("-inf"), None)
        before = self.newest()
        now = datetime.now(UTC).replace(microsecond=0)
        number = before.number + 1 if before else 1
        when = max(now, before.created) if before else now
        store = before.store_id if before else secrets.token_hex(4)
        return Snapshot(number, when, Path(), store)

    def mark(self, now: Snapshot) -> None:
        """Say that the data has changed, and is in this state now."""
        when = ox.Literal(now.created.isoformat(), datatype=_node(XSD.dateTime))
        said = {
            SCHEMA.version: ox.Literal(now.number),
            DCTERMS.modified: when,
            DCTERMS.identifier: ox.Literal(now.store_id),
        }
        state = self._state
        quads = [ox.Quad(state, _node(name), value, state) for name, value in said.items()]
        self.replace([state.value], quads)
        with self._lock:
            self._seen = (float("-inf"), None)

    @property
    def _state(self) -> ox.NamedNode:
        return ox.NamedNode(f"{self.base.rstrip('/')}/catalog#state")

    def _rows(self, query: str) -> Iterator[ox.QuerySolution]:
        body = self.ask(query, _RESULTS)
        try:
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QuerySolutions):
                yield from found
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"{self.address}: answered with no SPARQL results ({error})."
            ) from error


class RemoteWriter:
    """The one writer of a remote store. A context manager.

    The data folder holds the lock, and remembers what was changed for the change feed, and whether
    a change was made without saying so, by who was stopped in the midst of it.
    """

    def __init__(self, folder: Path, store: RemoteStore) -> None:
        self._lock = lock_folder(folder)
        self._folder = folder
        self._store = store
        self._begun = folder / "changing"
        self._changed: set[str] = set()
        self._unknown = self._begun.exists()

    def __enter__(self) -> RemoteWriter:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._changed:
                self.checkpoint()
        finally:
            self._lock.close()

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of what the graphs held. Raises as :class:`RemoteStore`."""
        names = set(graphs)
        with contextlib.suppress(OSError):
            self._begun.touch()
        self._store.replace(names, quads)
        self._changed |= names

    def graph(self, name: str) -> list[ox.Quad]:
        """Give the quads of a graph."""
        return self._store.graph(name)

    def matching(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None = None,
        object: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """Give the quads that match, of all graphs below the base; ``None`` matches anything."""
        below = f"{self._store.base.rstrip('/')}/"
        found = self._store.quads_for_pattern(subject, predicate, object)
        return (q for q in found if str(q.graph_name).startswith(f"<{below}"))

    def current(self) -> Snapshot:
        """Give the state of the data as it is now."""
        newest = self._store.newest()
        return self.checkpoint() if newest is None or self._changed else newest

    def checkpoint(self) -> Snapshot:
        """Say that the data has changed, so that servers read it anew."""
        now = self._store.upcoming()
        with contextlib.suppress(OSError):
            record(self._folder, now, None if self._unknown else self._changed)
        self._store.mark(now)
        self._changed = set()
        self._unknown = False
        with contextlib.suppress(OSError):
            self._begun.unlink(missing_ok=True)
        return now


def _has_blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _by_graph(quads: Iterable[ox.Quad]) -> str:
    """Write quads as SPARQL has them in updates; in a GRAPH clause stands what N-Triples writes.

    An update is SPARQL's only way to change the two graphs of a document at once: the Graph Store
    Protocol takes one a request, and at an address of its own that differs from engine to engine.
    """
    by_graph: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(quad)
    return " ".join(
        f"GRAPH {name} {{\n{to_bytes(without_graphs(of_it), ox.RdfFormat.N_TRIPLES).decode()}}}"
        for name, of_it in by_graph.items()
    )


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
