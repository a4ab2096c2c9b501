"""Show documents as they were: Memento (RFC 7089) over the snapshots that are kept.

In: a document and a moment. Out: the document as it was read from the snapshot of that moment, and
lists of the moments there are. Any document about a thing is its own time gate: with
``Accept-Datetime`` it sends to the memento nearest before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.http import http_date, parse_date

from publisher.store import Snapshot, StoreError, read_snapshot, snapshots
from publisher.web.inbox import inbox_link
from publisher.web.problems import problem
from publisher.web.reading import Data
from publisher.web.resources import KINDS, document_of, knows
from publisher.web.views import base, reader

__all__ = ["mementos"]

mementos = Blueprint("mementos", __name__)

_KIND: Final = f"<any({','.join(KINDS)}):kind>"
_STAMP: Final = "%Y%m%d%H%M%S"


def _moments() -> list[Snapshot]:
    """Give the snapshots that are kept, oldest first; of those of one second the last."""
    kept = snapshots(reader().folder) or [reader().data().snapshot]
    by_stamp = {_stamp(snapshot): snapshot for snapshot in kept}
    return list(by_stamp.values())


def _stamp(snapshot: Snapshot) -> str:
    return snapshot.created.astimezone(UTC).strftime(_STAMP)


def _opened(snapshot: Snapshot) -> Data:
    newest = reader().data()
    return newest if snapshot == newest.snapshot else _older(snapshot)


@lru_cache(maxsize=8)
def _older(snapshot: Snapshot) -> Data:
    return Data(snapshot, read_snapshot(snapshot))


def _at(moment: datetime, known: list[Snapshot]) -> Snapshot:
    """Give the snapshot that held at a moment; before the first, the first."""
    before = [snapshot for snapshot in known if snapshot.created <= moment]
    return before[-1] if before else known[0]


@mementos.route(f"/{_KIND}/<path:name>")
def document(kind: str, name: str) -> Response:
    """Serve a document about a thing as it is, or send to it as it was."""
    past = _past(kind, name)
    if past is not None:
        return past
    response = document_of(kind, name, reader().data())
    if response.status_code == 200:
        place = f"{kind}/{quote(name)}"
        links = [
            response.headers.get("Link", ""),
            f'<{base()}/{place}>; rel="original timegate"',
            f'<{base()}/timemap/{place}>; rel="timemap"; type="application/link-format"',
            inbox_link(),
        ]
        response.headers["Link"] = ", ".join(filter(None, links))
        response.vary.add("Accept-Datetime")
    return response


@mementos.route(f"/memento/<stamp>/{_KIND}/<path:name>")
def memento(stamp: str, kind: str, name: str) -> Response:
    """Give a document as it was."""
    known = _moments()
    snapshot = next((s for s in known if _stamp(s) == stamp), None)
    if snapshot is None:
        return problem(
            404, "No such moment", "Past states are kept for some time only; see the time map.",
            timemap=f"{base()}/timemap/{kind}/{quote(name)}",
        )  # fmt: skip
    response = document_of(kind, name, _opened(snapshot))
    if response.status_code in (200, 410):
        response.headers["Memento-Datetime"] = http_date(snapshot.created)
        response.set_etag(f"{snapshot.version}-{response.mimetype}-memento")
        response.last_modified = snapshot.created
        own = response.headers.get("Link", "")
        response.headers["Link"] = ", ".join(filter(None, [_relations(kind, name, known), own]))
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _relations(kind: str, name: str, known: list[Snapshot]) -> str:
    """Say where a memento belongs, as RFC 7089, section 2.2, has it."""
    original, map_ = f"{base()}/{kind}/{quote(name)}", f"{base()}/timemap/{kind}/{quote(name)}"
    ends = [("first memento", known[0]), ("last memento", known[-1])]
    if len(known) == 1:
        ends = [("first last memento", known[0])]
    links = [
        f'<{original}>; rel="original timegate"',
        f'<{map_}>; rel="timemap"; type="application/link-format"',
        *(_link(kind, name, snapshot, relation) for relation, snapshot in ends),
    ]
    return ", ".join(links)


def _link(kind: str, name: str, snapshot: Snapshot, relation: str) -> str:
    place = f"{base()}/memento/{_stamp(snapshot)}/{kind}/{quote(name)}"
    return f'<{place}>; rel="{relation}"; datetime="{http_date(snapshot.created)}"'


@mementos.route(f"/timemap/{_KIND}/<path:name>")
def timemap(kind: str, name: str) -> Response:
    """List the moments of a document (``application/link-format``, RFC 6690)."""
    known = [s for s in _moments() if knows(kind, name, _opened(s))]
    if not known:
        return problem(404, "Not found", "Nothing of that name is in any state that is kept.")
    own = f"{base()}/timemap/{kind}/{quote(name)}"
    span = f'from="{http_date(known[0].created)}"; until="{http_date(known[-1].created)}"'
    links = [
        f'<{base()}/{kind}/{quote(name)}>; rel="original timegate"',
        f'<{own}>; rel="self"; type="application/link-format"; {span}',
        *(_link(kind, name, s, relation) for s, relation in _in_order(known)),
    ]
    return Response(",\n".join(links) + "\n", content_type="application/link-format")


def _in_order(known: list[Snapshot]) -> Iterable[tuple[Snapshot, str]]:
    for number, snapshot in enumerate(known):
        ends = ["first"] if number == 0 else []
        ends += ["last"] if number == len(known) - 1 else []
        yield snapshot, " ".join([*ends, "memento"])


def _past(kind: str, name: str) -> Response | None:
    """Send who asks for a moment in the past to the memento; ``None`` where nobody asks."""
    asked = request.headers.get("Accept-Datetime")
    if not asked:
        return None
    moment = parse_date(asked)
    if moment is None:
        return problem(400, "Not a date", "Accept-Datetime is a date as in RFC 9110, in GMT.")
    try:
        known = [s for s in _moments() if knows(kind, name, _opened(s))]
    except StoreError:
        known = []
    if not known:
        return None
    place = f"/memento/{_stamp(_at(moment, known))}/{kind}/{quote(name)}"
    response: Response = redirect(place, 302)  # type: ignore[assignment]
    response.headers["Link"] = _relations(kind, name, known)
    response.vary.add("Accept-Datetime")
    response.headers["Cache-Control"] = "no-store"
    return response
