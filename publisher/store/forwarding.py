"""Answer SPARQL queries by another engine, with the same limits, errors and formats as our own.

In: a query and its data set. Out: what :class:`~publisher.store.queries.QueryPool` gives. The
engine answers in one format, which is read and written anew, so that clients see no difference
between engines. What the engine may fetch is the engine's to forbid; SERVICE, and what is not
SPARQL 1.1, never reach it.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import pyoxigraph as ox

from publisher.serialisation import PREFIXES
from publisher.store.answering import Answering, Limits, QueryResult, Question, refuse_fetching
from publisher.store.copying import copy_graphs
from publisher.store.errors import QueryError, QuerySyntaxError, StoreError, StoreRefusal
from publisher.store.queries import QueryPool
from publisher.store.remote import RemoteStore
from publisher.store.snapshots import Snapshot
from publisher.store.syntax import Outline, outline, without_dataset
from publisher.store.worker import GRAPH_FORMATS, RESULT_FORMATS

__all__ = ["Forwarding"]

_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_COPY: Final = ".update"
"""The folder, below that of the one writer, in which the data lies on which an update is tried."""


class Forwarding(Answering):
    """Queries to a remote store; safe to use from many threads. See :class:`Answering`."""

    foreign_words = False

    def __init__(
        self, store: RemoteStore, folder: Path, at_once: int, limits: Limits | None = None
    ) -> None:
        super().__init__(folder, at_once, limits)
        self.store = store
        self._lane = BoundedSemaphore(at_once)

    def close(self) -> None:
        """Nothing is held."""

    def warm(self) -> None:
        """Nothing is to be read ahead."""

    def newest(self) -> Snapshot | None:
        """Give the state of the data that was written last."""
        return self.store.newest()

    def stamp(self) -> str:
        """Give what changes whenever the data does; empty where that is not known."""
        try:
            newest = self.store.newest()
        except (QueryError, StoreError):
            return ""
        return newest.version if newest else ""

    def rewrite(self, update: str, held: Snapshot) -> tuple[list[str], str]:
        """Find out what an update would change. See :meth:`Answering.rewrite`.

        The graphs that the update names are fetched, or all below the base where it may reach
        others or has a pattern that none of them is named for; this takes as long as reading them.
        """
        said = outline(update)
        refuse_fetching(said)
        everything = said.open_graphs or said.reads_union
        names = self.store.graphs() if everything else sorted(said.graphs)
        place = self.folder / _COPY
        shutil.rmtree(place, ignore_errors=True)
        try:
            copy = copy_graphs(self.store, names, place)
            pool = QueryPool(place, 1, self.limits)
            try:
                return pool.rewrite(update, copy)
            finally:
                pool.close()
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _nothing(self) -> str:
        return f"{self.store.address}: nothing is published there. Run communique publish."

    def _answered(
        self, question: Question, said: Outline, newest: Snapshot, seconds: float, client: str
    ) -> QueryResult:
        query, graphs = _with_its_dataset(question, said)
        wanted = _TRIPLES if said.gives_graph else _RESULTS
        try:
            with self._turn(client):
                body = self.store.ask(query, wanted, seconds, self.limits.answer, graphs)
        except StoreRefusal as error:
            raise QuerySyntaxError(error.said) from error
        media_type = question.graph_type if said.gives_graph else question.result_type
        version = "" if said.volatile else newest.version
        body = _rewritten(body, said, media_type)
        return QueryResult(media_type, body, newest.number, version)

    @contextmanager
    def _turn(self, client: str) -> Iterator[None]:
        """Wait for a turn with the engine, and have the client pay for its time."""
        with self._place():
            self._take(self._lane)
            began = time.monotonic()
            try:
                yield
            finally:
                self._lane.release()
                self._paid(client, time.monotonic() - began)


def _with_its_dataset(question: Question, said: Outline) -> tuple[str, list[tuple[str, str]]]:
    """Give a query, and the data set that the request or it names, for the protocol to say.

    Engines differ in what they make of FROM: some overlook it where the union is their default
    graph, some add it to what the request names.
    """
    default, named = question.default_graphs, question.named_graphs
    if not (default or named):
        default, named = said.default_graphs, said.named_graphs
    if not all((*default, *named)):  # a prefix that is not declared: the engine says so
        return question.query, []
    graphs = [("default-graph-uri", g) for g in default]
    graphs += [("named-graph-uri", g) for g in named]
    return without_dataset(question.query) if graphs else question.query, graphs


def _rewritten(body: bytes, said: Outline, media_type: str) -> bytes:
    """Write the engine's answer in the format that was asked for."""
    out = io.BytesIO()
    try:
        if said.gives_graph:
            form = GRAPH_FORMATS[media_type]
            plain = form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
            triples = (q.triple for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
            ox.serialize(triples, out, format=form, prefixes=None if plain else dict(PREFIXES))
            return out.getvalue()
        found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if said.form == "ASK" and isinstance(found, ox.QuerySolutions):
            found = ox.parse_query_results(
                b'{"head":{},"boolean":%s}' % (b"true" if _is_true(found) else b"false"),
                format=ox.QueryResultsFormat.JSON,
            )
        found.serialize(out, format=RESULT_FORMATS[media_type])
        return out.getvalue()
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The store answered with what is no standard ({error}).") from error


def _is_true(found: ox.QuerySolutions) -> bool:
    """Whether Virtuoso, which answers ASK by a table of one number, says yes."""
    return any(row[0] is not None and row[0].value not in ("0", "false") for row in found)
