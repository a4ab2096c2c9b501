"""The pool's side of its processes: nurseries that hold the data, and workers that answer.

In: a snapshot. Out: :class:`Nursery`, from which :class:`Worker` handles come; a worker can be
asked, waited for, paused, made to give way to others, and killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

from publisher.store.errors import StoreError
from publisher.store.snapshots import Snapshot

__all__ = ["Nursery", "Worker", "WorkerLost"]


class WorkerLost(Exception):
    """A worker ended without an answer, for want of memory or killed by the system."""


@dataclass
class Worker:
    """A process that answers one query at a time."""

    pid: int
    handle: int
    connection: Connection
    nursery: Nursery
    gives_way: bool = False

    def ask(self, job: dict[str, Any]) -> None:
        """Send a job; the answer is fetched with :meth:`answer`.

        Raises:
            WorkerLost: the process is not there any more.
        """
        try:
            self.connection.send_bytes(json.dumps(job).encode())
        except OSError as error:
            raise WorkerLost from error

    def is_alive(self) -> bool:
        """Whether a worker that was asked nothing is still there."""
        return not self.connection.poll(0)

    def has_answered(self, seconds: float) -> bool:
        """Wait so long for the answer; whether it came (or the process ended)."""
        return self.connection.poll(max(seconds, 0))

    def answer(self) -> tuple[dict[str, Any], bytes]:
        """Fetch what became of the job, and the answer.

        Raises:
            WorkerLost: the process ended before it answered.
        """
        try:
            return json.loads(self.connection.recv_bytes()), self.connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerLost from error

    def advance(self, nursery: Nursery, changed: list[str], nquads: str, seconds: float) -> bool:
        """Have the worker make the changes up to the snapshot of a newer nursery; whether it did.

        It keeps the memory that it has at hand, which a new one would have to copy first.
        """
        try:
            self.ask({"advance": changed, "nquads": nquads, "seconds": seconds})
            if not self.has_answered(seconds):
                return False
            header, _ = self.answer()
        except WorkerLost:
            return False
        if header["status"] != "ok" or header["last"] or not nursery.join():
            return False
        self.nursery.leave()
        self.nursery = nursery
        return True

    def pause(self) -> None:
        """Stop working, until :meth:`resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after :meth:`pause`."""
        self._signal(signal.SIGCONT)

    def give_way(self) -> None:
        """Let others have the processor first, from now on; only a superuser could take it back."""
        self.gives_way = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 15)

    def kill(self) -> None:
        """End the process at once, whatever it does; can be called twice."""
        if not self.connection.closed:
            self._signal(signal.SIGKILL)
            self.connection.close()
            if self.handle >= 0:
                os.close(self.handle)
            self.nursery.leave()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.handle >= 0:
                signal.pidfd_send_signal(self.handle, number)
            else:
                os.kill(self.pid, number)


class Nursery:
    """A process that holds a snapshot and forks workers; ended when it and they are not needed."""

    def __init__(
        self,
        snapshot: Snapshot,
        control: socket.socket,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self._control = control
        self._process = process
        self._lock = Lock()
        self._users = 1
        self.seconds = 0.0
        """How long it took to read the data, or to make the changes."""

    @classmethod
    def start(cls, snapshot: Snapshot) -> Nursery:
        """Start a process and wait until it holds the snapshot.

        Raises:
            StoreError: the snapshot cannot be read.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            process = subprocess.Popen(
                [sys.executable, "-m", "publisher.store.nursery", str(number)],
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                env=_environment(),
            )
        nursery = cls(snapshot, ours, process)
        ours.send(json.dumps({"path": str(snapshot.path)}).encode())
        nursery._await()
        return nursery

    def advance(self, snapshot: Snapshot) -> Nursery:
        """Make a successor that holds a newer snapshot; this one goes on as it is.

        Raises:
            StoreError: the snapshot cannot be read.
        """
        ours, theirs = socket.socketpair()
        request = {"do": "advance", "path": str(snapshot.path)}
        with theirs:
            _, handle = self._request(request, theirs.fileno())
        if handle >= 0:
            os.close(handle)
        successor = Nursery(snapshot, ours)
        successor._await()
        return successor

    def worker(self, memory: int) -> Worker:
        """Fork a worker that may use so much memory of its own.

        Raises:
            StoreError: the nursery is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            pid, handle = self._request({"do": "work", "memory": memory}, theirs.fileno())
        with self._lock:
            self._users += 1
        return Worker(pid, handle, Connection(ours.detach()), self)

    def join(self) -> bool:
        """Say that one user more needs it; ``False`` if it has ended."""
        with self._lock:
            if self._users == 0:
                return False
            self._users += 1
        return True

    def leave(self) -> None:
        """Say that one user less needs it; the last one ends it."""
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            self._control.close()
            if self._process is not None:
                Thread(target=self._process.wait, daemon=True).start()

    def _await(self) -> None:
        message = self._control.recv(65536)
        said: dict[str, Any] = json.loads(message) if message else {"error": "its process ended"}
        if "error" in said:
            self.leave()
            raise StoreError(f"{self.snapshot.path}: cannot be read ({said['error']}).")
        self.seconds = said["seconds"]

    def _request(self, request: dict[str, Any], descriptor: int) -> tuple[int, int]:
        with self._lock:
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [descriptor])
                message, handles, _, _ = socket.recv_fds(self._control, 4096, 1)
            except OSError as error:
                raise StoreError(f"The query processes are gone ({error}).") from error
        if not message:
            raise StoreError("The query processes are gone.")
        return json.loads(message)["pid"], handles[0] if handles else -1


def _environment() -> dict[str, str]:
    """The environment of a nursery: ours, without the secrets that are in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COMMUNIQUE_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(place for place in sys.path if place)}
