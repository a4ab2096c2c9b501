"""Take in the bodies of requests so that slow senders hold up nobody else.

In: a WSGI application. Out: one that is called when the whole body is here. Only so many requests
may wait for their bodies at once, the others keep their threads; who has not sent the whole body in
some seconds loses the connection. Who announces or sends too much gets 413 before it is read.

The server under us waits for a body without an end, and does not say which connection it waits
for; so the connections of the late sender's address on which nothing was answered for as long are
closed, as the kernel counts it (tcp(7), ``TCP_INFO``). Elsewhere than on Linux none is.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore, Condition, Thread
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["WholeBodies"]

_CHUNK: Final = 65_536
_WITHOUT: Final = ("GET", "HEAD", "OPTIONS", "DELETE")
_LAST_SENT: Final = 44  # struct tcp_info: where tcpi_last_data_sent (milliseconds) stands
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


class WholeBodies:
    """The application behind a reader of whole bodies.

    Args:
        app: what to call with the body in memory.
        most: bytes that a request may hold, given its environment.
        seconds: how long a sender may take.
        at_once: how many senders are waited for at once.
    """

    def __init__(
        self,
        app: WSGIApplication,
        most: Callable[[WSGIEnvironment], int],
        seconds: float = 10.0,
        at_once: int = 32,
    ) -> None:
        self.app = app
        self.most = most
        self.seconds = seconds
        self._places = BoundedSemaphore(at_once)
        self._senders: dict[int, tuple[str, float]] = {}
        self._changed = Condition()
        self._watch: Thread | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request; see the class."""
        announced = environ.get("CONTENT_LENGTH") or ""
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        body = b""
        if environ["REQUEST_METHOD"] not in _WITHOUT and (announced or chunked):
            if announced and not announced.isdecimal():
                return _refuse(start, 400, "The length of the body is not a number.")
            most = self.most(environ)
            if announced and int(announced) > most:
                return _refuse(start, 413, f"At most {most} bytes.")
            if not self._places.acquire(blocking=False):
                return _refuse(start, 503, "Too many send slowly. Try again, or ask by GET.")
            try:
                body = self._read(environ, int(announced) if announced else most + 1)
            finally:
                self._places.release()
            if len(body) > most:
                return _refuse(start, 413, f"At most {most} bytes.")
            if announced and len(body) != int(announced):
                return _refuse(start, 408, "The body of the request did not come in time.")
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return self.app(environ, start)

    def _read(self, environ: WSGIEnvironment, most: int) -> bytes:
        """Read so many bytes, or what came of them before the end or the connection's."""
        source, body = environ["wsgi.input"], bytearray()
        key = id(environ)
        with self._changed:
            self._senders[key] = (environ.get("REMOTE_ADDR", ""), time.monotonic())
            if self._watch is None:
                self._watch = Thread(target=self._close_late, name="late-senders", daemon=True)
                self._watch.start()
            self._changed.notify_all()
        try:
            with contextlib.suppress(OSError):
                while len(body) < most:
                    chunk = source.read(min(_CHUNK, most - len(body)))
                    if not chunk:
                        break
                    body += chunk
        finally:
            with self._changed:
                del self._senders[key]
        return bytes(body)

    def _close_late(self) -> None:
        """Close the connections of those who are late, for as long as the process runs."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._senders))
            time.sleep(min(1.0, self.seconds / 4))
            before = time.monotonic() - self.seconds
            with self._changed:
                late = {address for address, since in self._senders.values() if since < before}
            if late:
                _close_silent(late, self.seconds)


def _close_silent(addresses: set[str], seconds: float) -> None:
    """Close the connections from some addresses on which nothing was sent for so long."""
    for name in _open_descriptors():
        with contextlib.suppress(OSError, struct.error):
            connection = socket.socket(fileno=os.dup(name))
            with connection:
                if connection.family not in (socket.AF_INET, socket.AF_INET6):
                    continue
                address = connection.getpeername()[0].removeprefix("::ffff:")
                told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
                (silent,) = struct.unpack_from("=I", told, _LAST_SENT)
                if address in addresses and silent >= seconds * 1000:
                    connection.shutdown(socket.SHUT_RDWR)


def _open_descriptors() -> list[int]:
    try:
        return [int(path.name) for path in Path("/proc/self/fd").iterdir()]
    except OSError:
        return []


def _refuse(start: StartResponse, status: int, detail: str) -> list[bytes]:
    phrase = _PHRASES[status]
    said = {"type": "about:blank", "title": phrase, "status": status, "detail": detail}
    body = json.dumps(said).encode()
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Access-Control-Allow-Origin", "*"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "10"))
    start(f"{status} {phrase}", headers)
    return [body]
