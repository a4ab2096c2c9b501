"""Other engines, started for the tests on ports of their own: Oxigraph's server, Virtuoso 7."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

VIRTUOSO = """
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
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 100000
"""


@dataclass(frozen=True)
class Engine:
    """Where an engine answers, and who may write to it."""

    address: str
    user: str = ""
    password: str = ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def await_answer(engine: Engine, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(engine.address, params={"query": "ASK {}"}, timeout=2)
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"{engine.address} does not answer")


def oxigraph(folder: Path) -> tuple[Engine, list[str]]:
    port = free_port()
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
    command = [program, "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return Engine(f"http://127.0.0.1:{port}/query"), command


def virtuoso(folder: Path) -> tuple[Engine, list[str]]:
    if shutil.which("virtuoso-t") is None:
        pytest.skip("Virtuoso is not installed (Debian: apt-get install virtuoso-opensource-7)")
    http = free_port()
    (folder / "v.ini").write_text(VIRTUOSO.format(sql=free_port(), http=http))
    engine = Engine(f"http://127.0.0.1:{http}/sparql-auth", "dba", "dba")
    return engine, ["virtuoso-t", "-f", "-c", "v.ini"]


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=lambda made: made.__name__)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("engine")
    found, command = request.param(folder)
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await_answer(found, process)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
