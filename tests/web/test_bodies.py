"""Promises about those who send slowly, too much, or not all."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from publisher.web.bodies import WholeBodies


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Threaded(WSGIServer):
    def process_request(self, request: object, address: object) -> None:
        thread = threading.Thread(target=self._one, args=(request, address), daemon=True)
        thread.start()

    def _one(self, request: object, address: object) -> None:
        with contextlib.suppress(OSError):
            self.finish_request(request, address)  # type: ignore[arg-type]
        self.shutdown_request(request)  # type: ignore[arg-type]


def echo(environ: dict[str, object], start: object) -> list[bytes]:
    body = environ["wsgi.input"].read()  # type: ignore[attr-defined]
    start("200 OK", [("Content-Length", str(len(body)))])  # type: ignore[operator]
    return [body]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Threaded(("127.0.0.1", 0), Quiet)
    app = WholeBodies(echo, lambda environ: 1_000, seconds=0.6, at_once=2)  # type: ignore[arg-type]
    server.set_app(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def connect(port: int, length: int, body: bytes, method: str = "POST") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(f"{method} / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode() + body)
    return connection


def status(connection: socket.socket) -> int:
    first = b""
    with connection, contextlib.suppress(ConnectionResetError):
        first = connection.recv(100)
    return int(first.split()[1]) if first else 0


def test_a_whole_body_is_handed_on(port: int) -> None:
    with connect(port, 5, b"whole") as connection:
        assert connection.makefile("rb").read().endswith(b"\r\n\r\nwhole")


@pytest.mark.parametrize(
    ("length", "body", "expected"), [(5_000, b"", 413), (0, b"", 200), (1_000, b"x" * 1_000, 200)]
)
def test_what_is_too_much_is_refused_before_it_is_read(
    port: int, length: int, body: bytes, expected: int
) -> None:
    assert status(connect(port, length, body)) == expected


def test_who_is_late_loses_the_connection_and_the_place(port: int) -> None:
    late = [connect(port, 100, b"x") for _ in range(2)]
    time.sleep(0.2)
    assert status(connect(port, 5, b"")) == 503

    began = time.monotonic()
    assert [status(connection) for connection in late] in ([408, 408], [0, 0], [408, 0], [0, 408])
    assert time.monotonic() - began < 3
    time.sleep(0.1)
    assert status(connect(port, 5, b"whole")) == 200


def test_who_only_reads_needs_no_place(port: int) -> None:
    late = [connect(port, 100, b"x") for _ in range(2)]
    time.sleep(0.2)

    assert status(connect(port, 0, b"", "GET")) == 200
    for connection in late:
        connection.close()
