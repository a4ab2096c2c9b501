"""A served application for hostile clients, and a client that sends what it is told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

BASE = "http://localhost:8000"
SCRIPT = "<script>alert(1)</script>"
TRIG = f"""
@prefix dip: <https://w3id.org/communique/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix wd: <http://www.wikidata.org/entity/> .
<{BASE}/id/graph/oslo> {{
  <{BASE}/id/document/oslo> a dip:Document ; dcterms:identifier "oslo" ;
    rdfs:label "{SCRIPT} ]]> {{{{7*7}}}}"@en ; dcterms:title "{SCRIPT}"@en ;
    dcterms:issued "2022-04-05"^^xsd:date ; dcterms:language "en" ;
    dcterms:source <javascript:alert(1)> ; dcterms:publisher "\\"><img src=x onerror=alert(1)>" .
  <{BASE}/id/claim/oslo-1> a dip:Claim ; dip:reports <{BASE}/id/event/expulsion> ;
    prov:wasDerivedFrom <{BASE}/id/document/oslo> ; rdfs:label "{SCRIPT}"@en ;
    oa:hasTarget <{BASE}/id/claim/oslo-1#target> .
  <{BASE}/id/claim/oslo-1#quote> a oa:TextQuoteSelector ; oa:exact "{SCRIPT}" ;
    oa:prefix "=cmd|' /C calc'!A0" ; oa:suffix "\\u202Etxt.exe" .
  <{BASE}/id/event/expulsion> a dip:Event , dip:Measure , dip:Expulsion ;
    rdfs:label "=HYPERLINK(\\"http://evil.example\\") {SCRIPT}"@en ; dip:actor wd:Q20 ;
    dip:recipient wd:Q159 ; dip:count 2 ; dip:date "2022-04-04"^^xsd:date ;
    dip:status dip:Occurred .
  wd:Q20 rdfs:label "{SCRIPT}"@en . wd:Q159 rdfs:label "Russia"@en .
}}
"""


@dataclass(frozen=True)
class Answer:
    """What came back: nothing at all has the status 0."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Server:
    """A server of its own process, on a port of its own."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def raw(self, *pieces: bytes, seconds: float = 15, pause: float = 0.0) -> Answer:
        """Send bytes as they are and read one answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
                return _read(connection)
            except (ConnectionResetError, BrokenPipeError):
                return Answer()

    def ask(
        self, target: str, headers: Mapping[str, str] | None = None, method: str = "GET",
        body: bytes = b"",
    ) -> Answer:  # fmt: skip
        """Send a well-formed request with any target."""
        fields = {"Host": f"localhost:{self.port}", "Connection": "close", **(headers or {})}
        if body or method in ("POST", "PUT"):
            fields.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items())]
        return self.raw("\r\n".join([*lines, "", ""]).encode() + body)


def _read(connection: socket.socket) -> Answer:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65_536)
        if not chunk:
            return Answer()
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    expected = int(headers.get("content-length", 0))
    while len(body) < expected:
        chunk = connection.recv(65_536)
        if not chunk:
            break
        body += chunk
    return Answer(int(first.split()[1]), headers, body)


@pytest.fixture(scope="session")
def start_server(
    make_store: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*options: str, trig: str = TRIG, environ: dict[str, str] | None = None) -> Server:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = tmp_path_factory.mktemp("log") / "server.log"
        command = [
            sys.executable, "-m", "publisher.cli", "serve", "--data", str(make_store(trig)),
            "--base", BASE, "--port", str(port), *options,
        ]  # fmt: skip
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=out, env={**os.environ, **(environ or {})},
                cwd=Path(__file__).parents[2],
            )  # fmt: skip
        server = Server(port, process, log)
        started.append(server)
        _await(server)
        return server

    yield start
    for server in started:
        server.process.send_signal(signal.SIGTERM)
    for server in started:
        try:
            server.process.wait(15)
        except subprocess.TimeoutExpired:
            server.process.kill()


def _await(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if server.ask("/sparql?query=ASK%7B%7D").status == 200:
                return
        except OSError:
            pass
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError(server.log.read_text())


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """A server whose queries may take one second."""
    return start_server("--query-timeout", "1")
