"""Whole data sets to take away: N-Quads, TriG, Turtle, JSON-LD, and events as CSV."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, render_template

from publisher.serialisation import to_bytes, without_graphs
from publisher.vocabulary import DIP
from publisher.web.interface import message
from publisher.web.problems import problem
from publisher.web.reading import Data, Reader

__all__ = ["FORMATS", "downloads"]

downloads = Blueprint("downloads", __name__)

FORMATS: Final = {
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


def _reader() -> Reader:
    return current_app.extensions["communique"].reader


@downloads.route("/dumps/")
def index() -> str:
    """List the downloads."""
    data = _reader().data()
    return render_template(
        "dumps.html",
        title=message("nav.downloads"),
        snapshot=data.snapshot,
        suffixes=[*FORMATS, "csv"],
    )


@downloads.route("/dumps/communique.<suffix>")
@downloads.route("/dumps/communique.<suffix>.gz", defaults={"packed": True})
def dump(suffix: str, packed: bool = False) -> Response:
    """Give the whole snapshot in one file."""
    data = _reader().data()
    if suffix != "csv" and suffix not in FORMATS:
        return problem(404, "No such download", "See /dumps/ for those there are.")
    media_type = "text/csv" if suffix == "csv" else FORMATS[suffix][0]
    body = _dump(data, suffix)
    if packed:
        return Response(gzip.compress(body, mtime=0), content_type="application/gzip")
    return Response(body, content_type=media_type)


@downloads.route("/dumps/SHA256SUMS")
def sums() -> Response:
    """Give the checksums of the downloads, as sha256sum writes and checks them."""
    data = _reader().data()
    lines = []
    for suffix in (*FORMATS, "csv"):
        body = _dump(data, suffix)
        packed = gzip.compress(body, mtime=0)
        lines.append(f"{hashlib.sha256(body).hexdigest()}  communique.{suffix}")
        lines.append(f"{hashlib.sha256(packed).hexdigest()}  communique.{suffix}.gz")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@lru_cache(maxsize=8)
def _dump(data: Data, suffix: str) -> bytes:
    if suffix == "csv":
        return _events_as_csv(data)
    _, form = FORMATS[suffix]
    quads = sorted(data.store, key=str)
    return to_bytes(quads if form.supports_datasets else without_graphs(quads), form)


def _events_as_csv(data: Data) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "event",
            "label",
            "type",
            "date",
            "actors",
            "recipients",
            "participants",
            "count",
            "status",
        ]
    )
    for event in data.of_class(DIP.Event):
        writer.writerow(
            [
                event.value,
                _safe(data.label(event)),
                " ".join(t for t in data.types(event)),
                data.event_day(event),
                *(
                    " ".join(v.value for v in data.values(event, role))
                    for role in (DIP.actor, DIP.recipient, DIP.participant)
                ),
                data.value(event, DIP["count"]),
                data.value(event, DIP.status).removeprefix(str(DIP)),
            ]
        )
    return out.getvalue().encode()


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is quoted."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell
