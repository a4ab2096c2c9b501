"""Make each page once for a snapshot: it reads the same until something is published.

In: an application. Out: one that answers a page it has made before from memory, up to a size. What
a page depends on is its address, the language, what the client accepts, and the snapshot.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from flask import Flask, Response, request

from publisher.store import StoreError
from publisher.store.answers import AnswerCache
from publisher.web.interface import language
from publisher.web.views import reader, summary_number

__all__ = ["install"]

_SIZE: Final = 64 * 1024**2
_Kept = tuple[bytes, list[tuple[str, str]]]


def install(app: Flask) -> None:
    """Remember the pages of an application; to be called when all else is in place."""
    held: AnswerCache[_Kept] = AnswerCache(_SIZE)

    @app.before_request
    def _again() -> Response | None:
        if request.method not in ("GET", "HEAD"):
            return None
        kept = held.get(_version(), _key())
        return None if kept is None else Response(kept[0], headers=kept[1])

    @app.after_request
    def _keep(response: Response) -> Response:
        whole = response.status_code == 200 and not response.is_streamed
        if whole and request.method == "GET" and response.mimetype == "text/html":
            body = response.get_data()
            held.put(_version(), _key(), (body, list(response.headers)), len(body))
        return response


def _version() -> str:
    """The state of the data that pages are read from: its snapshot, and that of the summary."""
    try:
        return f"{reader().data().snapshot.version} {summary_number()}"
    except StoreError:
        return ""


def _key() -> Hashable:
    return request.full_path, language(), request.headers.get("Accept")
