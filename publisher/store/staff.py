"""Keep workers ready on the newest snapshot.

In: a data folder. Out: workers to take and to give back. One thread follows the snapshots: it has
the data read or changed in a nursery, forks workers ahead of need, and lets the old ones go.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Final

import pyoxigraph as ox

from publisher.serialisation import to_bytes
from publisher.store.errors import StoreError
from publisher.store.processes import Nursery, Worker
from publisher.store.snapshots import Snapshot, changed_between, newest_snapshot, read_snapshot

__all__ = ["Staff"]

_QUICK: Final = 0.25
"""Seconds: a change of snapshot that took no longer last time is waited for."""
_MOST_CHANGES: Final = 5_000
"""Graphs: with more changes than that, the snapshot is read anew."""
_FEW_CHANGES: Final = 200
"""Graphs: with no more changes than that, workers make them too and go on; else there are new."""
_PATIENCE: Final = 120.0
"""Seconds that a first query waits for the data to be read."""


@dataclass(frozen=True)
class _Step:
    """What leads from the snapshot of one nursery to that of the next."""

    old: Nursery
    new: Nursery
    names: list[str]
    nquads: str

    def take(self, worker: Worker) -> bool:
        """Have a worker of the old nursery go along; whether it did."""
        return worker.nursery is self.old and worker.advance(
            self.new, self.names, self.nquads, _QUICK
        )


class Staff:
    """Workers of the newest nursery; safe to use from many threads.

    Args:
        folder: the data folder.
        memory: bytes that a worker may use of its own.
        ready: how many are kept that are not in use: as many as answer at once.
    """

    def __init__(self, folder: Path, memory: int, ready: int) -> None:
        self.folder = folder
        self.memory = memory
        self.ready = ready
        self._nursery: Nursery | None = None
        self._idle: list[Worker] = []
        self._out: set[int] = set()
        self._changes = 0
        self._step: _Step | None = None
        self._error: StoreError | None = None
        self._wanted = False
        self._closed = False
        self._turn = Condition()
        self._keeper: Thread | None = None

    def warm(self) -> None:
        """Begin to read the newest snapshot if it is not held."""
        with self._turn:
            self._call_keeper()

    def take(self, exactly: Snapshot | None = None) -> Worker:
        """Give a worker that nobody else uses, on the newest snapshot or on exactly one.

        Raises:
            StoreError: the data cannot be read.
        """
        nursery = self._up_to_date()
        deadline = time.monotonic() + _PATIENCE
        while exactly is not None and nursery.snapshot != exactly:
            if time.monotonic() > deadline:
                raise StoreError("The data is being read. Try again in a moment.")
            time.sleep(0.01)
            nursery = self._up_to_date()
        worker = self._from_idle(nursery)
        if worker is None:
            try:
                worker = nursery.worker(self.memory)
            except StoreError:
                self._lose(nursery)
                worker = self._up_to_date().worker(self.memory)
        with self._turn:
            self._out.add(worker.pid)
            self._call_keeper()
        return worker

    def _from_idle(self, nursery: Nursery) -> Worker | None:
        found = None
        with self._turn:
            while self._idle and found is None:
                worker = self._idle.pop()
                if worker.nursery is nursery and worker.is_alive():
                    found = worker
                else:
                    worker.kill()
        return found

    def _lose(self, nursery: Nursery) -> None:
        """Do without a nursery whose process has ended."""
        with self._turn:
            lost = self._nursery is nursery
            if lost:
                self._nursery = None
        if lost:
            nursery.leave()

    def put_back(self, worker: Worker, tired: bool) -> None:
        """Take a worker back that has answered; one that is tired is let go.

        It is the next to be taken: a new one would first have to copy the memory that it touches.
        """
        spare = worker
        step = self._step
        if step is not None and not tired and worker.nursery is not self._nursery:
            step.take(worker)
        with self._turn:
            self._out.discard(worker.pid)
            current = worker.nursery is self._nursery
            if current and not tired and not self._closed:
                self._idle.append(worker)
                if len(self._idle) <= self.ready:
                    return
                spare = self._idle.pop(0)
        spare.kill()

    def dismiss(self, worker: Worker) -> None:
        """Kill a worker, whatever it does."""
        with self._turn:
            self._out.discard(worker.pid)
            self._call_keeper()
        worker.kill()

    def close(self) -> None:
        """Kill all workers that are not in use and end the nursery."""
        with self._turn:
            self._closed = True
            idle, self._idle = self._idle, []
            nursery, self._nursery = self._nursery, None
            self._turn.notify_all()
        for worker in idle:
            worker.kill()
        if nursery is not None:
            nursery.leave()

    def _call_keeper(self) -> None:
        """Wake the keeper; the lock is held."""
        self._wanted = True
        if self._keeper is None and not self._closed:
            self._keeper = Thread(target=self._keep, name="query-keeper", daemon=True)
            self._keeper.start()
        self._turn.notify_all()

    def _up_to_date(self) -> Nursery:
        """Give the nursery of the newest snapshot, or one that is about to be replaced."""
        newest = newest_snapshot(self.folder)
        with self._turn:
            held = self._nursery
            if held is not None and (newest is None or held.snapshot == newest):
                return held
            self._error = None
            self._call_keeper()
            wait = _PATIENCE if held is None else 2 * _QUICK if held.seconds < _QUICK else 0
            self._turn.wait_for(
                lambda: self._closed or self._error or self._nursery is not held, timeout=wait
            )
            if self._nursery is not None:
                return self._nursery
            raise self._error or StoreError("The data is being read. Try again in a moment.")

    def _keep(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                self._wanted = False
            try:
                self._follow()
                self._fill()
            except StoreError as error:
                with self._turn:
                    self._error = error
                    self._turn.notify_all()
                time.sleep(0.05)

    def _follow(self) -> None:
        """Have the newest snapshot read, and change over to it."""
        newest = newest_snapshot(self.folder)
        held = self._nursery
        if newest is None or (held is not None and held.snapshot == newest):
            return
        changed = None if held is None else changed_between(self.folder, held.snapshot, newest)
        new = None
        if held is not None and changed is not None:
            self._changes += len(changed)
            if self._changes <= _MOST_CHANGES:
                with contextlib.suppress(StoreError):
                    new = held.advance(newest)
        if new is None:
            new, self._changes = Nursery.start(newest), 0
        step = None if held is None or changed is None else _step(held, new, changed)
        first, others = self._taken_along(step)
        kept = [first or new.worker(self.memory)]
        with self._turn:
            old, self._nursery, self._step = self._nursery, new, step
            late, self._idle = self._idle, kept
            closed = self._closed
            self._turn.notify_all()
        for worker in (*others, *late):
            if step is not None and not closed and step.take(worker):
                self.put_back(worker, tired=False)
            else:
                worker.kill()
        if old is not None:
            old.leave()
        if closed:
            self.close()

    def _taken_along(self, step: _Step | None) -> tuple[Worker | None, list[Worker]]:
        """Have one of the workers that are not out make the changes, so that queries need not wait.

        The others follow when the new snapshot is in use; what could not follow is let go.
        """
        with self._turn:
            idle, self._idle = self._idle, []
        while idle:
            worker = idle.pop()
            if step is not None and step.take(worker):
                return worker, idle
            worker.kill()
        return None, []

    def _fill(self) -> None:
        """Fork workers ahead of need: one at least, and as many as come back if none overruns."""
        while True:
            with self._turn:
                nursery = self._nursery
                enough = max(1, self.ready - len(self._out))
                if nursery is None or self._closed or len(self._idle) >= enough:
                    return
            try:
                worker = nursery.worker(self.memory)
            except StoreError:
                self._lose(nursery)
                return
            with self._turn:
                if nursery is self._nursery and not self._closed:
                    self._idle.insert(0, worker)
                    continue
            worker.kill()


def _step(old: Nursery, new: Nursery, changed: set[str]) -> _Step | None:
    """Find out what changed, where it is little; ``None`` where new workers are the better way."""
    if len(changed) > _FEW_CHANGES:
        return None
    names = sorted(changed)
    try:
        source = read_snapshot(new.snapshot)
        quads = [
            quad
            for name in names
            for quad in source.quads_for_pattern(None, None, None, ox.NamedNode(name))
        ]
    except (StoreError, OSError, RuntimeError):
        return None
    return _Step(old, new, names, to_bytes(quads, ox.RdfFormat.N_QUADS).decode())
