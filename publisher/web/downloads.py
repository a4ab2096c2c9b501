"""Whole data sets to take away: N-Quads, TriG, Turtle, JSON-LD, and events and claims as CSV.

Each snapshot that is kept has its own downloads, which never change; ``/dumps/latest/`` sends to
those of the newest, and below ``/dumps/`` the newest are served directly.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, send_file
from markupsafe import Markup

from publisher.catalog import Download, data_set_for_search_engines
from publisher.store import read_snapshot, snapshots
from publisher.vocabulary import CC_BY
from publisher.web.dumping import DUMPS, TABLES, Dump, DumpFile, dump_file, table_description
from publisher.web.interface import language, message
from publisher.web.problems import problem
from publisher.web.reading import Data
from publisher.web.signposts import TypedLink, header
from publisher.web.views import base, reader

__all__ = ["downloads"]

downloads = Blueprint("downloads", __name__)

_PIECE: Final = 256 * 1024
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


@downloads.route("/dumps/")
def index() -> str:
    """List the downloads."""
    data = reader().data()
    return render_template(
        "dumps.html", title=message("nav.downloads"), snapshot=data.snapshot, dumps=DUMPS,
        schema_org=_for_search_engines(data),
        versions=[s.version for s in reversed(snapshots(reader().folder) or [data.snapshot])],
    )  # fmt: skip


def _for_search_engines(data: Data) -> Markup:
    """Say that this is a data set; safe to stand in a script element."""
    latest = f"{base()}/dumps/latest"
    found = [Download(f"{latest}/{d.name}.gz", d.media_type, d.name) for d in DUMPS]
    said = data_set_for_search_engines(
        base(), found, data.snapshot.created, data.snapshot.version, language()
    )
    return Markup(json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"))


@downloads.route("/dumps/latest/")
@downloads.route("/dumps/latest/<path:file>")
def latest(file: str = "") -> Response:
    """Send to a download of the newest snapshot."""
    newest = reader().data().snapshot
    response: Response = redirect(f"/dumps/{newest.version}/{file}", 307)  # type: ignore[assignment]
    response.headers["Cache-Control"] = "no-cache"
    return response


@downloads.route("/dumps/<version>/")
@downloads.route("/dumps/<version>/<file>")
def of_snapshot(version: str, file: str = "SHA256SUMS") -> Response:
    """Give a download of a snapshot that is kept, or its list of sums."""
    data = reader().data()
    known = [data.snapshot, *snapshots(reader().folder)]
    found = next((s for s in known if s.version == version), None)
    if found is None:
        return problem(
            404, "No such snapshot", "Snapshots are kept for some time only.",
            latest=f"{base()}/dumps/latest/{file}",
        )  # fmt: skip
    if data.snapshot.version != version:
        data = Data(found, read_snapshot(found))
    response = _file(data, file)
    if response.status_code == 200:
        response.headers["Cache-Control"] = _FOR_GOOD
    return response


@downloads.route("/dumps/<file>")
def newest_file(file: str) -> Response:
    """Give a download of the newest snapshot."""
    return _file(reader().data(), file)


def _file(data: Data, file: str) -> Response:
    if file == "SHA256SUMS":
        return Response(_sums(data), content_type="text/plain; charset=utf-8")
    described = file.removesuffix("-metadata.json")
    if described != file and described in TABLES:
        body = json.dumps(table_description(described), ensure_ascii=False, indent=1)
        return Response(body, content_type="application/csvm+json")
    dump = next((d for d in DUMPS if file in (d.name, f"{d.name}.gz")), None)
    if dump is None:
        return problem(404, "No such download", "See /dumps/ for those there are.")
    written = dump_file(data, reader().folder, dump)
    response = _packed(written) if file.endswith(".gz") else _plain(written, dump)
    links = [TypedLink("license", CC_BY), TypedLink("collection", f"{base()}/catalog")]
    if dump.name in TABLES:
        place = f"{base()}/dumps/{data.snapshot.version}/{dump.name}-metadata.json"
        links.append(TypedLink("describedby", place, "application/csvm+json"))
    response.headers["Link"] = header(links)
    response.last_modified = data.snapshot.created
    return response


def _packed(written: DumpFile) -> Response:
    response = send_file(
        written.path, "application/gzip", conditional=True, etag=f"sha256-{written.packed_sha256}"
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Repr-Digest"] = _digest(written.packed_sha256)
    return response


def _digest(sha256: str) -> str:
    """Write a sum as RFC 9530 has it."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"


def _plain(written: DumpFile, dump: Dump) -> Response:
    """Give what is inside, packed on the way where the client takes that."""
    text = dump.media_type.startswith("text/")
    media_type = f"{dump.media_type}; charset=utf-8" if text else dump.media_type
    if request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers:
        response = send_file(written.path, media_type, conditional=False, etag=False)
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"sha256-{written.plain_sha256}-gzip")
    else:
        response = Response(_unpacked(Path(written.path)), content_type=media_type)
        response.headers["Content-Length"] = str(written.plain_bytes)
        response.set_etag(f"sha256-{written.plain_sha256}")
    response.content_type = media_type
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _unpacked(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _sums(data: Data) -> str:
    """Give the checksums of the downloads, as sha256sum writes and checks them."""
    lines = []
    for dump in DUMPS:
        written = dump_file(data, reader().folder, dump)
        lines.append(f"{written.plain_sha256}  {dump.name}")
        lines.append(f"{written.packed_sha256}  {dump.name}.gz")
    return "\n".join(lines) + "\n"
