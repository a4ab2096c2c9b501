"""Write one line of JSON on standard error for each request.

In: requests and their answers. Out: time, method, path, status, milliseconds, and the network
that asked (an IPv4 address without its last number). Never: queries, tokens, headers, bodies.
What is given from memory is counted (``/metrics``), not logged: it takes less time than its line.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Final

from flask import Flask, Response, g, request

from publisher.web.clients import client_of

__all__ = ["log_requests"]

_LOG: Final = logging.getLogger("communique.requests")


def log_requests(app: Flask) -> None:
    """Log every request of an application."""
    if not _LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _LOG.addHandler(handler)
        _LOG.setLevel(logging.INFO)
        _LOG.propagate = False
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    said = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": request.method,
        "path": request.path[:200],
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        "network": _network(client_of(request)),
    }
    _LOG.info("%s", json.dumps(said))
    return response


def _network(client: str) -> str:
    """Who asked, as far as it takes to see abuse: not one person's address."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return str(ipaddress.ip_network((address, 24), strict=False))
