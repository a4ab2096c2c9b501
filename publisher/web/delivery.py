"""Deliver answers as HTTP has it: headers, validators, compression, parts, and from memory.

In: an application that makes whole answers. Out: one that gives each client what it asks for: the
whole (compressed where both sides can, RFC 9110 section 8.4), a part (section 14), or word that
nothing has changed (section 13). An answer that depends on the snapshot alone is made once and
then given from memory, ahead of Flask; that is most of them, and what speed is about.

What such an answer depends on is its address, the snapshot, and the request headers of
:data:`_ASKED`; conditions and ranges are met from the whole.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_accept_header

from publisher import __version__
from publisher.store import StoreError
from publisher.store.answering import Answering
from publisher.store.answers import AnswerCache
from publisher.web.interface import language
from publisher.web.notifications import Inbox
from publisher.web.summary import Summaries
from publisher.web.views import summary_number

__all__ = ["Delivery", "install"]

_SIZE: Final = 64 * 1024**2
_LOOK: Final = 0.002
"""Seconds for which a look at which snapshot is the newest holds; a write here ends them."""

_SMALL: Final = 500
"""Bytes below which compression gains nothing."""

_ASKED: Final = (
    "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_PROFILE", "HTTP_ACCEPT_DATETIME", "HTTP_COOKIE",
)  # fmt: skip
"""What an answer depends on, beside the snapshot."""

_CONDITIONS: Final = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
)  # fmt: skip

_KEPT: Final = frozenset(
    "resources pages lists items versions terms machines wording asking changes mementos".split()
)
"""The parts of the application whose answers depend on nothing else than the snapshot."""

_KEEP: Final = "communique.keep"
_EXPOSED: Final = (
    "ETag, Link, Location, Content-Location, Content-Profile, Content-Range, Memento-Datetime, "
    "X-Snapshot"
)
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_Kept = tuple[str, list[tuple[str, str]], bytes]


class Delivery:
    """The application behind a memory of its answers.

    Args:
        app: what to ask for an answer that is not remembered.
        pool: knows which state of the data the answers are read from, and counts what was given
            from memory.
        summaries: what the lists and pictures of pages are made from.
    """

    def __init__(self, app: WSGIApplication, pool: Answering, summaries: Summaries) -> None:
        self.app = app
        self._pool = pool
        self._counts = pool.counts
        self._summaries = summaries
        self._held: AnswerCache[_Kept] = AnswerCache(_SIZE)
        self._inbox = Inbox(pool.folder)
        self._looked = 0.0
        self._stamp = ""

    def behind(self, wrap: Callable[[WSGIApplication], WSGIApplication]) -> None:
        """Put another layer between the memory and what makes the answers."""
        self.app = wrap(self.app)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request, from memory where it can be."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            self._looked = 0.0
            return self.app(environ, start)
        if "HTTP_RANGE" in environ:
            environ["HTTP_ACCEPT_ENCODING"] = "identity"
        asked = environ.get
        key = tuple([asked(name) for name in _ASKED])  # quicker than from a generator
        version = self._version()
        kept = self._held.get(version, key)
        if kept is None:
            answer = self._ask(environ, start, version, key)
            if not isinstance(answer, tuple):
                return answer
            kept = answer
        else:
            self._counts.add("remembered")
        status, headers, body = kept
        for condition in _CONDITIONS:
            if condition in environ:
                return _conditioned(kept, environ)(environ, start)
        start(status, headers)
        return [] if method == "HEAD" else [body]

    def _ask(
        self, environ: WSGIEnvironment, start: StartResponse, version: str, key: tuple[Any, ...]
    ) -> _Kept | Iterable[bytes]:
        """Have an answer made; one that may be kept is whole, whatever the conditions are."""
        said: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], failed: Any = None) -> Any:
            said[:] = [status, headers]
            if _KEEP not in environ:
                return start(status, headers, failed)
            return None

        body = self.app(environ, listen)
        if _KEEP not in environ:
            return body
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        kept = (said[0], said[1], whole)
        if environ["REQUEST_METHOD"] == "GET":
            self._held.put(version, key, kept, len(whole) + 2000)
        return kept

    def _version(self) -> str:
        """The state that answers are read from: the newest snapshot and the summary there is."""
        now = monotonic()
        if now - self._looked > _LOOK:
            self._stamp = self._pool.stamp()
            if self._stamp:
                self._stamp = f"{self._stamp} {self._inbox.stamp()}"
            self._looked = now
        held = self._summaries.held()
        return f"{self._stamp} {held.number}" if held and self._stamp else self._stamp


def _conditioned(kept: _Kept, environ: WSGIEnvironment) -> Response:
    """Meet the conditions of a request, and give the part that it asks for."""
    status, headers, body = kept
    response = Response(body, status=status, headers=headers)
    if response.status_code == 200:
        try:
            response.make_conditional(environ, accept_ranges=True, complete_length=len(body))
        except RequestedRangeNotSatisfiable:
            return _no_such_part(len(body))
    return response


def _no_such_part(length: int) -> Response:
    said = {"title": "No such part", "status": 416, "detail": f"There are {length} bytes."}
    response = Response(
        json.dumps({"type": "about:blank", **said}), 416, content_type="application/problem+json"
    )
    response.headers["Content-Range"] = f"bytes */{length}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def install(app: Flask, pool: Answering) -> None:
    """Deliver the answers of an application; to be called when all else is in place."""
    app.after_request(_finish)
    summaries = app.extensions["communique-summaries"]
    app.wsgi_app = Delivery(app.wsgi_app, pool, summaries)  # type: ignore[method-assign,assignment]


def _finish(response: Response) -> Response:
    """Complete the headers of an answer."""
    _for_all(response)
    kept = response.status_code in (200, 301, 303) and _may_be_kept(response)
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        _validate(response)
    if _is_whole(response):
        _compress(response)
    if kept:
        request.environ[_KEEP] = True
        if response.status_code == 200:
            response.headers["Accept-Ranges"] = "bytes"
    elif response.status_code == 200 and not response.cache_control.no_store:
        response.make_conditional(request)
    return response


def _may_be_kept(response: Response) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and request.blueprint in _KEPT
        and request.endpoint != "machines.catalog"  # which tells what downloads there are by now
        and not response.is_streamed
        and not response.cache_control.no_store
    )


def _is_whole(response: Response) -> bool:
    return not response.is_streamed and response.status_code not in (204, 304)


def _for_all(response: Response) -> None:
    headers = response.headers
    headers.setdefault("Access-Control-Allow-Origin", "*")
    headers.setdefault("Access-Control-Expose-Headers", _EXPOSED)
    if request.method == "OPTIONS":
        headers.setdefault("Access-Control-Allow-Methods", headers.get("Allow", "GET, HEAD"))
        headers.setdefault(
            "Access-Control-Allow-Headers",
            "Accept, Accept-Datetime, Accept-Language, Accept-Profile, Authorization, "
            "Content-Type, If-Match, If-Modified-Since, If-None-Match, Range",
        )
        headers.setdefault("Access-Control-Max-Age", "86400")
        headers.pop("Content-Type", None)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Content-Security-Policy", _POLICY)


def _validate(response: Response) -> None:
    """Tag an answer with its snapshot, unless it has its own tag or must not be kept."""
    if response.cache_control.no_store or response.get_etag()[0] is not None:
        return
    try:
        snapshot = current_app.extensions["communique"].pool.newest()
    except (OSError, StoreError):
        return
    if snapshot is None or request.endpoint == "static":
        return
    response.set_etag(_tag(response, snapshot.version))
    if response.last_modified is None:
        response.last_modified = snapshot.created
    response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.add("Accept")


def _tag(response: Response, version: str) -> str:
    """Tell apart what one address gives in several types and languages, and by releases."""
    said = [version, __version__, (response.mimetype or "").rpartition("/")[2]]
    if response.mimetype == "text/html":
        said += [str(summary_number()), language()]
    return "-".join(said)


def _compress(response: Response) -> None:
    """Compress an answer as the client can read it; what it is called changes with it."""
    if not _is_text(response.mimetype or "") or request.blueprint in ("graph_store", "watching"):
        return
    response.vary.add("Accept-Encoding")
    coding = _coding(request.headers.get("Accept-Encoding"))
    body = response.get_data()
    if coding is None or len(body) < _SMALL or "Content-Encoding" in response.headers:
        return
    packed = brotli.compress(body, quality=5) if coding == "br" else gzip.compress(body, 6, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = coding
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(f"{tag}-{coding}", weak=bool(weak))


def _is_text(media_type: str) -> bool:
    return (
        media_type.startswith("text/")
        or media_type.endswith(("json", "xml"))
        or media_type in ("application/n-triples", "application/n-quads", "application/trig")
        or media_type in ("application/linkset", "application/link-format")
        or media_type == "application/javascript"
    )


def _coding(accept: str | None) -> str | None:
    """Give the coding that a client prefers, br before gzip among equals; ``None`` for none."""
    wanted = parse_accept_header(accept or "")
    best = max(_CODINGS, key=wanted.quality)
    return best if wanted.quality(best) > 0 and wanted.quality(best) >= wanted["identity"] else None


_CODINGS: Final = ("br", "gzip")
