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
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from publisher.store.answering import Answering, Limits, QueryResult, Question, refuse_fetching
from publisher.store.errors import (
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from publisher.store.processes import Worker, WorkerLost
from publisher.store.snapshots import Snapshot, newest_snapshot
from publisher.store.staff import Staff
from publisher.store.syntax import Outline, outline
from publisher.store.worker import GRAPH_FORMATS, RESULT_FORMATS

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "QueryPool"]

_ERRORS: Final = {
    "syntax": QuerySyntaxError,
    "value": QuerySyntaxError,
    "large": QueryTooLarge,
    "forbidden": QueryForbidden,
}


_BEFORE_WAY: Final = 0.85
"""Seconds in the long lane before a worker lets all others go first, and is not used again: one
that is used again has its memory at hand, and answers a scan in half the time of a new one."""


class QueryPool(Answering):
    """Worker processes on the newest snapshot of a data folder; safe to use from many threads.

    Args:
        folder: the data folder.
        workers: how many long queries run at once.
        limits: what one query may use.
    """

    def __init__(self, folder: Path, workers: int = 2, limits: Limits | None = None) -> None:
        lane = (limits or Limits()).short_lane
        super().__init__(folder, lane + workers, limits)
        self._newest = str(folder / "newest")
        self._staff = Staff(folder, self.limits.memory, lane + workers)
        self._short = BoundedSemaphore(lane)
        self._long = BoundedSemaphore(workers)

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

    def rewrite(self, update: str, held: Snapshot) -> tuple[list[str], str]:
        """Find out what an update would change. See :meth:`Answering.rewrite`."""
        said = outline(update)
        refuse_fetching(said)
        job = {
            "update": update,
            "graphs": None if said.open_graphs else sorted(said.graphs),
            "seconds": self.limits.seconds,
        }
        _, _, body = self._in_turn(job, "", held)
        changed = json.loads(body)
        return changed["graphs"], changed["nquads"]

    def _nothing(self) -> str:
        return f"{self.folder}: nothing is published. Run communique publish."

    def _answered(
        self, question: Question, said: Outline, newest: Snapshot, seconds: float, client: str
    ) -> QueryResult:
        job = {**asdict(question), "answer": self.limits.answer, "seconds": seconds}
        worker, header, body = self._in_turn(job, client)
        snapshot = worker.nursery.snapshot
        version = "" if said.volatile else snapshot.version
        return QueryResult(header["media_type"], body, snapshot.number, version)

    def _in_turn(
        self, job: dict[str, Any], client: str, snapshot: Snapshot | None = None
    ) -> tuple[Worker, dict[str, Any], bytes]:
        with self._place():
            self._take(self._short)
            worker, header, body = self._attend(job, client, snapshot)
        if header["status"] != "ok":
            raise _ERRORS[header["status"]](header["message"])
        return worker, header, body

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
            self._paid(client, spent)
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
            self._take(self._long)
            worker.resume()
        try:
            with self.counts.during("long"):
                yield
        finally:
            self._long.release()
