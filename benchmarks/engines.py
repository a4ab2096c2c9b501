"""Start other engines, and whatever else is compared, on ports of their own of this machine.

In: a folder for an engine's files. Out: where it answers, for as long as a ``with`` lasts. The
tests and the benchmarks start engines in this one way.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

__all__ = ["ENGINES", "Engine", "Missing", "free_port", "oxigraph", "running", "virtuoso"]

_VIRTUOSO: Final = """
[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = v-temp.db
TransactionFile = v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 1000000
"""
_PATIENCE: Final = 180.0
"""Seconds that a server may take to begin, and (a third) to end."""


class Missing(Exception):
    """An engine that is not installed; the message says how to."""


@dataclass(frozen=True)
class Engine:
    """Where an engine answers, and who may write to it."""

    address: str
    user: str = ""
    password: str = ""
    sql: int = 0
    """Virtuoso's port for its own language."""


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(command: Sequence[str], address: str, folder: Path | None = None) -> Iterator[None]:
    """Run a server for as long as the block lasts, which begins once it answers."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(process, address)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE / 3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(address, params={"query": "ASK {}"}, timeout=_PATIENCE)
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer.")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Engine]:
    """Run Oxigraph's server (PyPI), in memory."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    if program is None:
        raise Missing("Oxigraph's server is not installed (pip install oxigraph)")
    port = free_port()
    command = [program, "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    engine = Engine(f"http://127.0.0.1:{port}/query")
    with running(command, engine.address, folder):
        yield engine


@contextmanager
def virtuoso(folder: Path, buffers: int = 10_000) -> Iterator[Engine]:
    """Run Virtuoso 7 (Debian) with so many buffers of 8 kB."""
    if shutil.which("virtuoso-t") is None:
        raise Missing("Virtuoso 7 is not installed (apt-get install virtuoso-opensource-7)")
    sql, http = free_port(), free_port()
    settings = _VIRTUOSO.format(sql=sql, http=http, buffers=buffers, dirty=buffers * 3 // 4)
    (folder / "v.ini").write_text(settings)
    engine = Engine(f"http://127.0.0.1:{http}/sparql-auth", "dba", "dba", sql)
    with running(["virtuoso-t", "-f", "-c", "v.ini"], engine.address, folder):
        yield engine


ENGINES: Final[dict[str, Callable[[Path], object]]] = {"oxigraph": oxigraph, "virtuoso": virtuoso}
"""The engines that the tests know, by name; each is a context manager that gives an Engine."""
