"""Run the application under granian."""

from __future__ import annotations

import errno
import json
import logging
import os
import socket
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Final
from wsgiref.types import WSGIEnvironment

from granian import Granian
from granian.constants import Interfaces, RuntimeModes
from granian.http import HTTP1Settings

from publisher.store import StoreError
from publisher.store.editing import renew_terms
from publisher.web import Config, State, create_app
from publisher.web.bodies import WholeBodies
from publisher.web.delivery import Delivery
from publisher.web.logs import log_requests
from publisher.web.tokens import TOKENS_VARIABLE, Tokens
from publisher.web.views import warm_summary

__all__ = ["AddressError", "application", "serve"]

_LOG: Final = logging.getLogger("communique.server")

_SETTINGS: Final = "COMMUNIQUE_SERVER"

_THREADS: Final = 64
"""Requests that are answered at once: more than may wait for a query or a body."""

_LARGE: Final = 1_000_000
_LARGEST: Final = 16 * 1024**2

_CONNECTIONS: Final = 4096
"""Connections that are held at once; slow clients hold many."""

_HEADER_SECONDS: Final = 10
"""How long a client may take to send its headers."""


def application() -> Delivery:
    """Make the application in a server process, from the settings handed down to it."""
    settings = json.loads(os.environ[_SETTINGS])
    for name in ("data", "tokens"):
        settings[name] = settings[name] and Path(settings[name])
    app = create_app(Config(**settings))
    _renew_terms(app.extensions["communique"])
    app.extensions["communique"].pool.warm()
    Thread(target=warm_summary, args=(app,), daemon=True).start()
    log_requests(app)
    delivery = app.wsgi_app
    assert isinstance(delivery, Delivery)
    delivery.behind(lambda inner: WholeBodies(inner, _most_bytes))
    return delivery


def _most_bytes(environ: WSGIEnvironment) -> int:
    """How much a request may hold: more for those who say who they are, to publish."""
    return _LARGEST if "HTTP_AUTHORIZATION" in environ else _LARGE


class AddressError(OSError):
    """The host and port cannot be served at; the message says why and what to do."""


def _try_address(host: str, port: int) -> None:
    """Raise AddressError where something serves already.

    The workers share their port, so that the kernel would share it out between two servers too.
    """
    where = f"http://{host}:{port}"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = "Stop what serves there, or give another --port."
            raise AddressError(f"{where}: in use already. {remedy}") from error
        problem = (error.strerror or "no such address").lower()
        raise AddressError(f"{where}: {problem}. Give another --host or --port.") from error


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out the warning that there are many threads: they wait for queries and for clients."""
    return "Python threads" not in record.getMessage()


def _renew_terms(state: State) -> None:
    """Serve the terms of this version, also with data that an earlier one published."""
    try:
        data = state.reader.data()
        below = f"{state.config.base.rstrip('/')}/"
        if any(name.startswith(below) for name in data.graphs()):
            renew_terms(data.store, state.config.base, state.writer)
    except StoreError as error:
        _LOG.warning("The terms of an earlier version are served, or none: %s", error)


def serve(config: Config, *, host: str, port: int) -> None:
    """Serve until interrupted; requests that are under way are answered first.

    Raises:
        AddressError: something serves there already, or nothing can.
        TokensError: a line of the tokens cannot be read.
    """
    _try_address(host, port)
    Tokens(config.tokens, os.environ.get(TOKENS_VARIABLE, ""))
    os.environ[_SETTINGS] = json.dumps(asdict(config), default=lambda path: str(path.absolute()))
    logging.getLogger("_granian").addFilter(_is_news)
    Granian(
        "publisher.web.server:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        websockets=False,
        runtime_mode=RuntimeModes.st,  # one thread for all connections: fewer hand-overs
        blocking_threads=_THREADS,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS * 1000),
        workers_kill_timeout=int(config.query_timeout) + 5,
        respawn_failed_workers=True,
    ).serve()
