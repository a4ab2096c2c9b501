"""Answer SPARQL queries in processes that can be stopped.

In: a query and its dataset. Out: the answer as bytes in a standard format, or an error of
:mod:`publisher.store.errors`. Each worker opens the newest snapshot read-only; what takes longer
than the limit is killed, and the next query is unharmed.

Standards: SPARQL 1.1 Query; results in JSON, XML, CSV and TSV; graphs in the RDF formats.
"""

from __future__ import annotations

import re
import resource
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import pyoxigraph as ox
from pebble import CONSTS, ProcessExpired, ProcessPool

from publisher.serialisation import to_bytes
from publisher.store.errors import (
    PoolBusy,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
)
from publisher.store.snapshots import Snapshot, newest_snapshot, read_snapshot

CONSTS.term_timeout = 0.2
"""Seconds between asking a worker to stop and killing it."""

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "Limits", "QueryPool", "QueryResult"]

RESULT_FORMATS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}

# Comments, strings and IRIs are passed over, so that only the keyword itself is seen.
_TOKENS: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|#[^\n]*"
    r"|[?$]\w+"
    r"|[\w.-]*:[\w.:%-]*"
    r"|(?P<word>\w+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Limits:
    """What one query may use: seconds, bytes of memory, bytes of answer; and who may wait."""

    seconds: float = 30.0
    memory: int = 1024**3
    answer: int = 64 * 1024**2
    waiting: int = 32


@dataclass(frozen=True)
class QueryResult:
    """An answer: bytes of a media type, read from a snapshot."""

    media_type: str
    body: bytes
    snapshot: int


@dataclass(frozen=True)
class _Job:
    snapshot: Snapshot
    query: str
    result_type: str
    graph_type: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    answer: int


def forbid_foreign(query: str) -> None:
    """Refuse what would open a connection from a public address.

    Raises:
        QueryForbidden: the query uses SERVICE.
    """
    for token in _TOKENS.finditer(query):
        if (token.group("word") or "").upper() == "SERVICE":
            raise QueryForbidden("SERVICE is not answered here. Query the other endpoint itself.")


class QueryPool:
    """Worker processes on the newest snapshot of a data folder."""

    def __init__(self, folder: Path, workers: int = 2, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self._pool = ProcessPool(
            max_workers=workers,
            initializer=_limit_memory,
            initargs=(self.limits.memory,),
            context=get_context("forkserver"),
        )
        self._places = BoundedSemaphore(workers + self.limits.waiting)

    def close(self) -> None:
        """Stop the workers, whatever they do."""
        self._pool.stop()
        self._pool.join()

    def query(
        self,
        query: str,
        *,
        result_type: str = "application/sparql-results+json",
        graph_type: str = "text/turtle",
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
        seconds: float | None = None,
    ) -> QueryResult:
        """Answer a query from the newest snapshot; the default graph is the union of all graphs.

        Raises:
            QuerySyntaxError, QueryForbidden, QueryTimeout, QueryTooLarge, PoolBusy
        """
        forbid_foreign(query)
        snapshot = newest_snapshot(self.folder)
        if snapshot is None:
            raise StoreError(f"{self.folder}: nothing is published yet. Run communique publish.")
        if not self._places.acquire(blocking=False):
            raise PoolBusy("Too many queries wait already. Try again in a few seconds.")
        limit = min(seconds or self.limits.seconds, self.limits.seconds)
        job = _Job(
            snapshot, query, result_type, graph_type, default_graphs, named_graphs,
            self.limits.answer,
        )  # fmt: skip
        try:
            future = self._pool.schedule(_answer, args=(job,), timeout=limit)
            media_type, body = future.result()
        except FutureTimeout:
            raise QueryTimeout(
                f"The query took longer than {limit:g} seconds and was stopped. Narrow it down."
            ) from None
        except (ProcessExpired, MemoryError):
            raise QueryTooLarge(
                "The query needed more memory than one query may use. Narrow it down."
            ) from None
        finally:
            self._places.release()
        return QueryResult(media_type, body, snapshot.number)


def _limit_memory(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


_open: dict[int, ox.Store] = {}


def _answer(job: _Job) -> tuple[str, bytes]:
    store = _open.get(job.snapshot.number)
    if store is None:
        _open.clear()
        store = _open[job.snapshot.number] = read_snapshot(job.snapshot)
    chosen = bool(job.default_graphs or job.named_graphs)
    try:
        found = store.query(
            job.query,
            use_default_graph_as_union=not chosen,
            default_graph=[ox.NamedNode(g) for g in job.default_graphs] if chosen else None,
            named_graphs=[ox.NamedNode(g) for g in job.named_graphs] if chosen else None,
        )
    except SyntaxError as error:
        raise QuerySyntaxError(str(error)) from None
    if isinstance(found, ox.QueryTriples):
        body = to_bytes(found, GRAPH_FORMATS[job.graph_type])
        media_type = job.graph_type
    else:
        body = found.serialize(format=RESULT_FORMATS[job.result_type]) or b""
        media_type = job.result_type
    if len(body) > job.answer:
        raise QueryTooLarge("The answer is too large. Ask for less with LIMIT.")
    return media_type, body
