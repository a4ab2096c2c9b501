"""Answer SPARQL queries by another engine, with the same limits, errors and formats as our own.

In: a query and its data set. Out: what :class:`~publisher.store.queries.QueryPool` gives. The
engine answers in one format, which is read and written anew, so that clients see no difference
between engines. What the engine may fetch is the engine's to forbid; SERVICE, and what is not
SPARQL 1.1, never reach it.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final, NoReturn

import pyoxigraph as ox

from publisher.serialisation import PREFIXES
from publisher.store.answers import AnswerCache
from publisher.store.budgets import Budgets
from publisher.store.counts import Counts
from publisher.store.errors import (
    PoolBusy,
    QueryError,
    QueryForbidden,
    QuerySyntaxError,
    StoreError,
    StoreRefusal,
)
from publisher.store.queries import Limits, QueryResult, refuse
from publisher.store.remote import RemoteStore
from publisher.store.snapshots import Snapshot
from publisher.store.syntax import Outline, outline
from publisher.store.worker import GRAPH_FORMATS, RESULT_FORMATS

__all__ = ["Forwarding"]

_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"


class Forwarding:
    """Queries to a remote store; safe to use from many threads.

    Args:
        store: where they go.
        folder: the data folder.
        at_once: how many the engine is asked at once.
        limits: what one query may use.
    """

    def __init__(
        self, store: RemoteStore, folder: Path, at_once: int, limits: Limits | None = None
    ) -> None:
        self.store = store
        self.folder = folder
        self.limits = limits or Limits()
        self.counts = Counts()
        self.budgets = Budgets(self.limits.budget)
        self._cache: AnswerCache[QueryResult] = AnswerCache(self.limits.cache)
        self._lane = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + self.limits.waiting)

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

    def query(
        self,
        query: str,
        *,
        result_type: str = "application/sparql-results+json",
        graph_type: str = "text/turtle",
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
        seconds: float | None = None,
        client: str = "",
    ) -> QueryResult:
        """Answer a query. See :meth:`publisher.store.queries.QueryPool.query`."""
        said = outline(query)
        try:
            refuse(said)
            if said.foreign:
                raise QuerySyntaxError(f"{said.foreign} is not of SPARQL 1.1.")
            newest = self.newest()
            if newest is None:
                raise StoreError(f"{self.store.address}: nothing is published there.")
            key = (query, result_type, graph_type, default_graphs, named_graphs)
            if (held := self._cache.get(newest.version, key)) is not None:
                self.counts.add("cached")
                return held
            self.budgets.check(client)
            graphs = [("default-graph-uri", g) for g in default_graphs]
            graphs += [("named-graph-uri", g) for g in named_graphs]
            wanted = _TRIPLES if said.gives_graph else _RESULTS
            limit = min(seconds or self.limits.seconds, self.limits.seconds)
            with self._turn(client):
                body = self.store.ask(query, wanted, limit, self.limits.answer, graphs)
            media_type = graph_type if said.gives_graph else result_type
            rewritten = _rewritten(body, said, media_type)
        except StoreRefusal as error:
            self.counts.add("QuerySyntaxError")
            raise QuerySyntaxError(error.said) from error
        except QueryError as error:
            self.counts.add(type(error).__name__)
            raise
        self.counts.add("answered")
        version = "" if said.volatile else newest.version
        result = QueryResult(media_type, rewritten, newest.number, version)
        if version:
            self._cache.put(version, key, result, len(rewritten) + len(query))
        return result

    def refuse_update(self) -> NoReturn:
        """Refuse an update: what it would change cannot be checked by the shapes beforehand.

        Raises:
            QueryForbidden: always.
        """
        raise QueryForbidden(
            "Updates are not taken here. Write whole graphs (PUT /store?graph=IRI), which are "
            "checked by the shapes first."
        )

    @contextmanager
    def _turn(self, client: str) -> Iterator[None]:
        """Wait for a turn with the engine, and have the client pay for its time."""
        if not self._places.acquire(blocking=False):
            raise PoolBusy("Too many queries wait already. Try again in a few seconds.")
        try:
            with self.counts.during("waiting"):
                mine = self._lane.acquire(timeout=self.limits.seconds)
            if not mine:
                raise PoolBusy(
                    f"The query waited {self.limits.seconds:g} seconds for its turn. Try later."
                )
            began = time.monotonic()
            try:
                yield
            finally:
                self._lane.release()
                spent = time.monotonic() - began
                self.budgets.charge(client, spent)
                self.counts.took(spent)
        finally:
            self._places.release()


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
