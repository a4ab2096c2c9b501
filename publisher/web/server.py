"""Run the application under granian."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from publisher.web import Config, create_app

__all__ = ["application", "serve"]

_SETTINGS = "COMMUNIQUE_SERVER"


def application() -> Flask:
    """Make the application in a server process, from the settings handed down to it."""
    data, base, timeout = os.environ[_SETTINGS].split("\n")
    return create_app(Config(Path(data), base, float(timeout)))


def serve(*, data: Path, base: str, host: str, port: int, query_timeout: float) -> None:
    """Serve until interrupted."""
    os.environ[_SETTINGS] = f"{data.absolute()}\n{base}\n{query_timeout}"
    Granian(
        "publisher.web.server:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        blocking_threads=16,
        backpressure=256,
    ).serve()
