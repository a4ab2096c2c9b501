"""Write the whole site as files, for any web server or object store to serve in our place.

In: what a server would be told, and a folder. Out: every page and representation under the address
that it has here. What needs a program to answer (queries, search, reconciliation) stays behind; a
name below ``/id/`` is a page that leads on, and ``nginx.conf`` beside the files has it answer 303
with negotiation, as here. A file that is there already with the same bytes is not touched, so that
a copy elsewhere is quickly brought up to date; what is no longer published is removed.
"""

from __future__ import annotations

import filecmp
import re
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph as ox
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.store import snapshots
from publisher.vocabulary import DIP, GAZ, WD
from publisher.web import Config, create_app
from publisher.web.dumping import DUMPS, TABLES
from publisher.web.linkeddata import context_address
from publisher.web.negotiation import LINKSETS, REPRESENTATIONS, TABLE
from publisher.web.profiling import PROFILES
from publisher.web.reading import Data, node
from publisher.web.views import address_of, warm_summary

__all__ = ["export"]

_RDF: Final = [form.suffix for form in REPRESENTATIONS if form.rdf is not None]
_SUFFIXES: Final = [
    *(form.suffix for form in (*REPRESENTATIONS, TABLE, *LINKSETS)),
    *(f"{p.token}.{suffix}" for p in PROFILES[1:] for suffix in _RDF),
]
_GRAPH_SUFFIXES: Final = [form.suffix for form in (*REPRESENTATIONS, *LINKSETS)]
_PAGES: Final = ("/", "/events", "/actors", "/documents", "/ontology/", "/lexicon/", "/query",
                 "/dumps/", "/about", "/search")  # fmt: skip
_VOCABULARIES: Final = ("catalog", "ontology", "alignments", "shapes", "lexicon")
_FILES: Final = ("/feed.atom", "/sitemap.xml", "/robots.txt", "/events.csv", "/dumps/SHA256SUMS",
                 "/static/style.css", "/static/icon.svg")  # fmt: skip
_TURNED: Final = re.compile(r'href="(/(?:events|documents))\?page=(\d+)"')
_LINKED: Final = re.compile(r'href="(/(?:ontology|lexicon)/[^"?#]+)"')
_NAMES: Final = {"/wikidata/": WD, "/gazetteer/": GAZ}


def export(config: Config, folder: Path, language: str = "en") -> Iterator[Path]:
    """Write the site, and give the path of each file that is written or was there.

    Args:
        config: the data and the base that the site will have.
        folder: where to write.
        language: that of the pages.

    Raises:
        StoreError: nothing is published, or what is there cannot be read.
        OSError: a file cannot be written.
    """
    app = create_app(config)
    app.config["EDITOR"] = False  # there is nobody to ask
    site = _Site(app.test_client(), folder, language)
    data = app.extensions["communique"].reader.data()
    kept = set()
    warm_summary(app)
    try:
        with app.test_request_context("/"):
            versions = [s.version for s in snapshots(config.data)] or [data.snapshot.version]
            addresses = list(_addresses(data, config.base.rstrip("/"), versions))
        for path in site.write_all(addresses):
            kept.add(path)
            yield path
        conf = (files(__package__) / "static.nginx.conf").read_text(encoding="utf-8")
        more = {
            "nginx.conf": conf.replace("FOLDER", str(folder.absolute())).encode(),
            ".well-known/void": (folder / "catalog.ttl").read_bytes(),
        }
        for name, body in more.items():
            kept.add(site.put(name, body))
            yield folder / name
        _remove_others(folder, kept)
    finally:
        app.extensions["communique"].pool.close()


def _addresses(data: Data, base: str, versions: Iterable[str]) -> Iterator[str]:
    """Give the addresses of all there is, but for what is only linked from pages."""
    for kind, of in (("event", DIP.Event), ("claim", DIP.Claim), ("document", DIP.Document)):
        for thing in data.of_class(of):
            yield from _of_thing(thing, kind, base)
    for graph in sorted(data.graphs()):
        yield from _of_thing(node(graph), "graph", base)
    for actor in sorted({a.value for c in (DIP.Actor, DIP.Place) for a in data.of_class(c)}):
        yield from _of_thing(node(actor), "actor", base)
        place = address_of(actor)
        if place and place.startswith(tuple(_NAMES)):
            yield place
            yield from (f"{place}.{suffix}" for suffix in _SUFFIXES)
    yield from _PAGES
    yield from (f"/{name}.{suffix}" for name in _VOCABULARIES for suffix in _RDF)
    yield from _FILES
    yield context_address(base).removeprefix(base)
    for dump in DUMPS:
        yield from (f"/dumps/{dump.name}", f"/dumps/{dump.name}.gz")
    yield from (f"/dumps/{name}-metadata.json" for name in TABLES)
    for version in versions:
        yield f"/dumps/{version}/communique.nq.gz"
    yield "/changes.trig"


def _of_thing(thing: ox.NamedNode, kind: str, base: str) -> Iterator[str]:
    start = f"{base}/id/{kind}/"
    if thing.value.startswith(start):
        name = quote(thing.value.removeprefix(start))
        suffixes = _GRAPH_SUFFIXES if kind == "graph" else _SUFFIXES
        yield f"/id/{kind}/{name}"
        yield from (f"/{kind}/{name}.{suffix}" for suffix in suffixes)


class _Site:
    """Writes answers to files, and finds what else they lead to."""

    def __init__(self, client: FlaskClient, folder: Path, language: str) -> None:
        self.client = client
        self.folder = folder
        self.language = language

    def write_all(self, addresses: Iterable[str]) -> Iterator[Path]:
        """Write what is at the addresses, and the further pages that it leads to."""
        seen: set[str] = set()
        waiting = list(reversed(list(addresses)))
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            answer = self._ask(address)
            if answer is None:
                continue
            if address.startswith("/dumps/") and answer.mimetype != "text/html":
                yield self._put_large(_file_of(address, answer), answer)
                continue
            body, found = self._read(answer)
            waiting.extend(sorted(found - seen))
            yield self.put(_file_of(address, answer), body)

    def _ask(self, address: str) -> TestResponse | None:
        """Ask for what is at an address; withdrawn and unknown things have no file."""
        headers = {"Accept": "text/html, */*;q=0.1", "Accept-Language": self.language}
        answer = self.client.get(address, headers=headers)
        return answer if answer.status_code in (200, 301, 303, 307) else None

    def _read(self, answer: TestResponse) -> tuple[bytes, set[str]]:
        """Give what is to be written, and the addresses that it leads to and that have a file."""
        if answer.status_code != 200:
            return _leading_on(answer.headers["Location"]), set()
        if answer.mimetype != "text/html":
            after = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
            return answer.data, {urlsplit(after[1]).path} if after else set()
        text = answer.text
        further = {f"{page}?page={number}" for page, number in _TURNED.findall(text)}
        further |= {address for address in _LINKED.findall(text) if "." not in address}
        return _TURNED.sub(r'href="\1/page-\2.html"', text).encode(), further

    def _path(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_relative_to(self.folder) or ".." in path.parts:
            raise OSError(f"{name}: leads out of {self.folder}.")
        return path

    def _put_large(self, name: str, answer: TestResponse) -> Path:
        """Write a file piece by piece, unless it is there with the same bytes."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.making")
        with aside.open("wb") as file:
            for piece in answer.iter_encoded():
                file.write(piece)
        answer.close()
        if path.is_file() and filecmp.cmp(path, aside, shallow=False):
            aside.unlink()
        else:
            aside.replace(path)
        return path

    def put(self, name: str, body: bytes) -> Path:
        """Write a file below the folder, unless it is there with the same bytes."""
        path = self._path(name)
        if not (path.is_file() and path.read_bytes() == body):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        return path


def _file_of(address: str, answer: TestResponse) -> str:
    """Give the file that a web server looks for at an address."""
    parts = urlsplit(address)
    path = unquote(parts.path).lstrip("/")
    if parts.query.startswith("page="):
        return f"{path}/page-{parts.query.removeprefix('page=')}.html"
    has_name = re.search(r"\.\w+$", path) and answer.status_code == 200
    if has_name or path.endswith(("SHA256SUMS", ".linkset")):
        return path
    return f"{path}/index.html".lstrip("/").replace("//", "/")


def _leading_on(place: str) -> bytes:
    """Make the page that leads from a name to what is known of it."""
    to = escape(place, quote=True)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{to}</title>'
        f'<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}">'
        f'</head><body><p><a href="{to}">{to}</a></p></body></html>\n'
    ).encode()


def _remove_others(folder: Path, kept: set[Path]) -> None:
    """Remove the files of an earlier edition that this one does not have."""
    listed = folder / ".communique-files"
    names = {str(path.relative_to(folder)) for path in kept}
    if listed.is_file():
        for name in set(listed.read_text(encoding="utf-8").splitlines()) - names:
            path = folder / name
            if path.is_relative_to(folder) and ".." not in path.parts:
                path.unlink(missing_ok=True)
    listed.write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")
