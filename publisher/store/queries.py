"""Answer SPARQL queries in processes that can be stopped, the short ones always at once.

In: a query and its dataset. Out: the answer as bytes in a standard format, or an error of
:mod:`publisher.store.errors`. All queries begin in the short lane; one that is not done in a
moment goes on in the long lane, where it waits, paused, for its turn, so that look-ups never wait
behind it. What overruns its limit is killed, and the next query is unharmed.

Standards: SPARQL 1.1 Query; results in JSON, XML, CSV and TSV; graphs in the RDF formats.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from publisher.store.answers import AnswerCache
from publisher.store.budgets import Budgets
from publisher.store.counts import Counts
from publisher.store.errors import (
    PoolBusy,
    QueryError,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
)
from publisher.store.processes import Worker, WorkerLost
from publisher.store.snapshots import Snapshot, newest_snapshot
from publisher.store.staff import Staff
from publisher.store.syntax import Outline, outline
from publisher.store.worker import GRAPH_FORMATS, RESULT_FORMATS

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "Limits", "QueryPool", "QueryResult", "refuse"]

_ERRORS: Final = {
    "syntax": QuerySyntaxError,
    "value": QuerySyntaxError,
    "large": QueryTooLarge,
    "forbidden": QueryForbidden,
}


_BEFORE_WAY: Final = 0.85
"""Seconds in the long lane before a worker lets all others go first, and is not used again: one
that is used again has its memory at hand, and answers a scan in half the time of a new one."""


@dataclass(frozen=True)
class Limits:
    """What one query may use, and how many may run and wait.

    Seconds, bytes of memory and of answer are for one query; ``short`` is the seconds after which
    it goes to the long lane; ``budget`` is a client's seconds of query time a minute (0: no limit).
    """

    seconds: float = 30.0
    memory: int = 1024**3
    answer: int = 64 * 1024**2
    waiting: int = 24
    short: float = 0.15
    short_lane: int = 4
    budget: float = 60.0
    cache: int = 64 * 1024**2


@dataclass(frozen=True)
class QueryResult:
    """An answer: bytes of a media type, read from a snapshot."""

    media_type: str
    body: bytes
    snapshot: int
    version: str = ""
    """The snapshot's version; empty where the same query may have another answer."""


class QueryPool:
    """Worker processes on the newest snapshot of a data folder; safe to use from many threads.

    Args:
        folder: the data folder.
        workers: how many long queries run at once.
        limits: what one query may use.
    """

    def __init__(self, folder: Path, workers: int = 2, limits: Limits | None = None) -> None:
        self.folder = folder
        self._newest = str(folder / "newest")
        self.limits = limits or Limits()
        self.counts = Counts()
        self.budgets = Budgets(self.limits.budget)
        self._staff = Staff(folder, self.limits.memory, self.limits.short_lane)
        self._cache: AnswerCache[QueryResult] = AnswerCache(self.limits.cache)
        self._short = BoundedSemaphore(self.limits.short_lane)
        self._long = BoundedSemaphore(workers)
        self._places = BoundedSemaphore(self.limits.short_lane + workers + self.limits.waiting)

    def close(self) -> None:
        """Stop the workers, whatever they do."""
        self._staff.close()

    def warm(self) -> None:
        """Begin to read the newest snapshot, so that the first query need not wait for it."""
        self._staff.warm()

    def newest(self) -> Snapshot | None:
        """Give the snapshot that is asked now."""
        return newest_snapshot(self.folder)

    def stamp(self) -> str:
        """Give what changes whenever the data does, at once; empty where nothing is published."""
        try:
            stat = os.stat(self._newest)
        except OSError:
            return ""
        return f"{stat.st_ino} {stat.st_mtime_ns}"

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
        """Answer a query from the newest snapshot; the default graph is the union of all graphs.

        ``client`` is whose budget pays; empty for nobody's.

        Raises:
            QuerySyntaxError, QueryForbidden, QueryTimeout, QueryTooLarge, PoolBusy, OverBudget
            StoreError: nothing is published yet.
        """
        said = outline(query)
        try:
            refuse(said)
            newest = newest_snapshot(self.folder)
            if newest is None:
                raise StoreError(f"{self.folder}: nothing is published. Run communique publish.")
            key = (query, result_type, graph_type, default_graphs, named_graphs)
            held = self._cache.get(newest.version, key)
            if held is not None:
                self.counts.add("cached")
                return held
            self.budgets.check(client)
            job = {
                "query": query,
                "result_type": result_type,
                "graph_type": graph_type,
                "default_graphs": default_graphs,
                "named_graphs": named_graphs,
                "answer": self.limits.answer,
                "seconds": min(seconds or self.limits.seconds, self.limits.seconds),
            }
            result = self._run(job, client, said)
        except QueryError as error:
            self.counts.add(type(error).__name__)
            raise
        self.counts.add("answered")
        if result.version:
            self._cache.put(result.version, key, result, len(result.body) + len(query))
        return result

    def rewrite(self, update: str, snapshot: Snapshot) -> tuple[list[str], str]:
        """Find out what an update would change in a snapshot: the graphs, and their new quads.

        It runs where queries run, with their limits and as sealed, on a copy of the data.

        Raises:
            QuerySyntaxError, QueryForbidden, QueryTimeout, QueryTooLarge, PoolBusy
        """
        said = outline(update)
        if said.loads or said.services:
            raise QueryForbidden("Nothing is fetched here. Send the data itself.")
        job = {
            "update": update,
            "graphs": None if said.open_graphs else sorted(said.iris),
            "seconds": self.limits.seconds,
        }
        _, header, body = self._in_turn(job, "", snapshot)
        if header["status"] != "ok":
            raise _ERRORS[header["status"]](header["message"])
        changed = json.loads(body)
        return changed["graphs"], changed["nquads"]

    def _run(self, job: dict[str, Any], client: str, said: Outline) -> QueryResult:
        worker, header, body = self._in_turn(job, client)
        if header["status"] != "ok":
            raise _ERRORS[header["status"]](header["message"])
        snapshot = worker.nursery.snapshot
        version = "" if said.volatile else snapshot.version
        return QueryResult(header["media_type"], body, snapshot.number, version)

    def _in_turn(
        self, job: dict[str, Any], client: str, snapshot: Snapshot | None = None
    ) -> tuple[Worker, dict[str, Any], bytes]:
        if not self._places.acquire(blocking=False):
            raise PoolBusy("Too many queries wait already. Try again in a few seconds.")
        try:
            with self.counts.during("waiting"):
                self._take(self._short)
            return self._attend(job, client, snapshot)
        finally:
            self._places.release()

    def _attend(
        self, job: dict[str, Any], client: str, snapshot: Snapshot | None
    ) -> tuple[Worker, dict[str, Any], bytes]:
        """Run a job whose place in the short lane is taken, and give the place back."""
        limit = job["seconds"]
        worker: Worker | None = None
        spent = 0.0
        try:
            try:
                worker = self._staff.take(snapshot)
                began = time.monotonic()
                worker.ask(job)
                done = worker.has_answered(min(self.limits.short, limit))
                spent = time.monotonic() - began
            finally:
                self._short.release()
            if not done:
                with self._long_lane(worker):
                    began = time.monotonic()
                    done = worker.has_answered(min(_BEFORE_WAY, limit - spent))
                    if not done:
                        worker.give_way()
                        done = worker.has_answered(limit - spent - (time.monotonic() - began))
                    spent += time.monotonic() - began
            if not done:
                raise QueryTimeout(
                    f"The query took longer than {limit:g} seconds and was stopped. Narrow it down."
                )
            header, body = worker.answer()
        except WorkerLost:
            self._dismiss(worker)
            raise QueryTooLarge(
                "The query needed more memory than one query may use. Narrow it down."
            ) from None
        except BaseException:
            self._dismiss(worker)
            raise
        finally:
            self.budgets.charge(client, spent)
            self.counts.took(spent)
        self._staff.put_back(worker, tired=header["last"] or worker.gives_way)
        return worker, header, body

    def _dismiss(self, worker: Worker | None) -> None:
        if worker is not None:
            self.counts.add("killed")
            self._staff.dismiss(worker)

    @contextmanager
    def _long_lane(self, worker: Worker) -> Iterator[None]:
        """Let a worker go on after the others in the long lane; it is paused while it waits."""
        if not self._long.acquire(blocking=False):
            worker.pause()
            with self.counts.during("waiting"):
                self._take(self._long)
            worker.resume()
        try:
            with self.counts.during("long"):
                yield
        finally:
            self._long.release()

    def _take(self, lane: BoundedSemaphore) -> None:
        if not lane.acquire(timeout=self.limits.seconds):
            raise PoolBusy(
                f"The query waited {self.limits.seconds:g} seconds for its turn. Try again later."
            )


def refuse(said: Outline) -> None:
    """Refuse what no worker is asked, with a reason."""
    if said.is_update:
        raise QuerySyntaxError("This is an update. Send it as one, with a token.")
    if said.services:
        raise QueryForbidden("SERVICE is not answered here. Query the other endpoint itself.")
