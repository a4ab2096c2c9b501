"""Write the whole site as files, for any web server or object store to serve in our place.

In: what a server would be told, and a folder. Out: every page and representation under the address
that it has here. What needs a program to answer (queries, search, reconciliation) stays behind; a
name below ``/id/`` is a page that leads on, and ``nginx.conf`` beside the files has it answer 303
with negotiation, as here. Pages in a further language lie below its code (``/fr/``). A file that is
there already with the same bytes is not touched, so that a copy elsewhere is quickly brought up to
date; what is no longer published is removed. What was withdrawn is listed in ``withdrawn.txt``, for
hosts that have their own ways to answer 410, and what is said of it lies below ``withdrawn/``.
"""

from __future__ import annotations

import filecmp
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.store import StoreError, snapshots
from publisher.vocabulary import DIP, GAZ, ONTOLOGY, OWL, PROV, WD
from publisher.web import Config, create_app
from publisher.web.bygone import moved_events, withdrawn
from publisher.web.describing import GRAPHS
from publisher.web.dumping import DUMPS, TABLES
from publisher.web.interface import languages
from publisher.web.linkeddata import context_address
from publisher.web.negotiation import LINKSETS, REPRESENTATIONS, TABLE
from publisher.web.offline import file_of, further_pages, leading_on, relinked
from publisher.web.profiling import PROFILES
from publisher.web.reading import Data, node
from publisher.web.readings import SOFTWARE
from publisher.web.resources import KINDS, TABULAR
from publisher.web.views import address_of, warm_summary

__all__ = ["export"]

_RDF: Final = [form.suffix for form in REPRESENTATIONS if form.rdf is not None]
_SUFFIXES: Final = [
    *(form.suffix for form in (*REPRESENTATIONS, TABLE, *LINKSETS)),
    *(f"{p.token}.{suffix}" for p in PROFILES[1:] for suffix in _RDF),
]
_PLAIN_SUFFIXES: Final = [form.suffix for form in (*REPRESENTATIONS, *LINKSETS)]
_PAGES: Final = ("/", "/events", "/actors", "/documents", "/ontology/", "/lexicon/", "/query",
                 "/dumps/", "/about", "/search", "/alignments")  # fmt: skip
_VOCABULARIES: Final = ("catalog", "ontology", "alignments", "shapes", "lexicon")
_FILES: Final = ("/feed.atom", "/sitemap.xml", "/robots.txt", "/events.csv", "/dumps/SHA256SUMS",
                 "/static/style.css", "/static/icon.svg")  # fmt: skip
_LEADING_ON: Final = (301, 303, 307)
_WRITTEN: Final = (200, *_LEADING_ON)
"""The answers that have a file at their address; withdrawn and unknown things have none."""
_SAID_OF_GONE: Final = [form.suffix for form in REPRESENTATIONS]
_NAMES: Final = {"/wikidata/": WD, "/gazetteer/": GAZ}


def export(config: Config, folder: Path, language: str = "en") -> Iterator[Path]:
    """Write the site, and give the path of each file that is written or was there.

    Args:
        config: the data and the base that the site will have.
        folder: where to write.
        language: that of the pages at the addresses that they have here; those in the other
            languages of the interface lie below their codes.

    Raises:
        StoreError: nothing is published, it cannot be read, or there is no such language.
        OSError: a file cannot be written.
    """
    app = create_app(config)
    app.config["EDITOR"] = False  # there is nobody to ask
    base = config.base.rstrip("/")
    try:
        data = app.extensions["communique"].reader.data()
        warm_summary(app)
        with app.test_request_context("/"):
            here = [] if config.store else [s.version for s in snapshots(config.data)]
            moved, gone = moved_events(data, base), withdrawn(data, base)
            addresses = list(_addresses(data, base, here or [data.snapshot.version], moved))
            codes = _codes(language)
        site = _Site(app.test_client(), folder, codes, base)
        kept = set()
        for path in chain(site.write_all(addresses), site.write_withdrawn(gone)):
            kept.add(path)
            yield path
        more = {
            "withdrawn.txt": "".join(f"{base}/id/{k}/{n}\n" for k, n in gone).encode(),
            "nginx.conf": _nginx(folder, codes[1:], moved).encode(),
            ".well-known/void": (folder / "catalog.ttl").read_bytes(),
        }
        for name, body in more.items():
            kept.add(site.put(name, body))
            yield folder / name
        _remove_others(folder, kept)
    finally:
        app.extensions["communique"].pool.close()


def _codes(language: str) -> list[str]:
    """Give the languages of the pages, that of the addresses of the server first."""
    if language not in languages():
        known = ", ".join(languages())
        raise StoreError(f"{language}: no language of the pages. There are {known}.")
    return [language, *(code for code in languages() if code != language)]


def _nginx(folder: Path, others: Sequence[str], moved: Mapping[str, str]) -> str:
    """Write the server block: lines with LANGUAGE once for each, with FORMER for each move."""
    text = (files(__package__) / "static.nginx.conf").read_text(encoding="utf-8")
    lines = text.replace("KINDS", "|".join(KINDS)).splitlines()
    written: list[str] = []
    for line in lines:
        if "LANGUAGE" in line:
            written += [line.replace("LANGUAGE", code) for code in others]
        elif "FORMER" in line:
            written += [line.replace("FORMER", re.escape(old)).replace("LATER", new)
                        for old, new in moved.items()]  # fmt: skip
        else:
            written.append(line.replace("FOLDER", str(folder.absolute())))
    return "\n".join(written) + "\n"


def _addresses(
    data: Data, base: str, versions: Iterable[str], moved: Iterable[str]
) -> Iterator[str]:
    """Give the addresses of all there is, but for what is only linked from pages."""
    for kind, of in (("event", DIP.Event), ("claim", DIP.Claim), ("document", DIP.Document)):
        for thing in data.of_class(of):
            yield from _of_thing(thing, kind, base)
    for graph in sorted(data.graphs()):
        for kind in GRAPHS:
            yield from _of_thing(node(graph), kind, base)
    for reading in data.of_class(PROV.Activity):
        yield from _of_thing(reading, "extraction", base)
    yield from _versions(data)
    for actor in sorted({a.value for c in (DIP.Actor, DIP.Place) for a in data.of_class(c)}):
        yield from _of_thing(node(actor), "actor", base)
        place = address_of(actor)
        if place and place.startswith(tuple(_NAMES)):
            yield place
            yield from (f"{place}.{suffix}" for suffix in _SUFFIXES)
    for old in moved:
        yield from (f"/id/event/{old}", f"/event/{old}.html")
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


def _versions(data: Data) -> Iterator[str]:
    """Give the addresses of the versions of the software and of the ontology."""
    for agent in data.of_class(PROV.SoftwareAgent):
        if agent.value.startswith(SOFTWARE):
            place = f"/ontology/software/{quote(agent.value.removeprefix(SOFTWARE))}"
            yield place
            yield from (f"{place}.{suffix}" for suffix in _PLAIN_SUFFIXES)
    start = ONTOLOGY.removesuffix("/ontology")
    for quad in data.store.quads_for_pattern(None, node(OWL.versionIRI), None, None):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(start):
            yield quote(quad.object.value.removeprefix(start))


def _of_thing(thing: ox.NamedNode, kind: str, base: str) -> Iterator[str]:
    start = f"{base}/id/{kind}/"
    if thing.value.startswith(start):
        name = quote(thing.value.removeprefix(start))
        suffixes = _SUFFIXES if kind in TABULAR else _PLAIN_SUFFIXES
        yield f"/id/{kind}/{name}"
        yield from (f"/{kind}/{name}.{suffix}" for suffix in suffixes)


class _Site:
    """Writes answers to files, and finds what else they lead to."""

    def __init__(self, client: FlaskClient, folder: Path, codes: Sequence[str], base: str) -> None:
        self.client = client
        self.base = base
        self.folder = folder
        self.own, *self.others = codes
        self._below = {self.own: "", **{code: f"/{code}" for code in self.others}}

    def write_all(self, addresses: Iterable[str]) -> Iterator[Path]:
        """Write what is at the addresses, and the further pages that it leads to."""
        seen: set[str] = set()
        waiting = list(reversed(list(addresses)))
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            answer = self._ask(address, self.own)
            if answer.status_code not in _WRITTEN:
                continue
            if address.startswith("/dumps/") and answer.mimetype != "text/html":
                yield self._put_large(file_of(address, True), answer)
                continue
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            name = file_of(address, answer.status_code == 200 or address.endswith(".html"))
            yield self.put(name, self._body(answer, self.own))
            waiting.extend(sorted(_further(answer) - seen))
            for code in self.others if is_page else ():
                translated = self._ask(address, code)
                if translated.status_code in _WRITTEN:
                    yield self.put(f"{code}/{name}", self._body(translated, code))

    def write_withdrawn(self, gone: Iterable[tuple[str, str]]) -> Iterator[Path]:
        """Write what is said of things that are gone, apart: their addresses have no files."""
        for kind, name in gone:
            for suffix in _SAID_OF_GONE:
                address = f"/{kind}/{quote(name)}.{suffix}"
                for code in (self.own, *(self.others if suffix == "html" else ())):
                    answer = self._ask(address, code)
                    if answer.status_code == 410:
                        path = f"{self._below[code]}/withdrawn/{kind}/{name}.{suffix}"
                        yield self.put(path.lstrip("/"), self._body(answer, code))

    def _ask(self, address: str, code: str) -> TestResponse:
        headers = {"Accept": "text/html, */*;q=0.1", "Accept-Language": code}
        return self.client.get(address, headers=headers)

    def _body(self, answer: TestResponse, code: str) -> bytes:
        """Give what is to be written of an answer in a language."""
        if answer.status_code in _LEADING_ON:
            return leading_on(answer.headers["Location"])
        if answer.mimetype != "text/html":
            return answer.data
        return relinked(answer.text, code, self._below, self.base).encode()

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


def _further(answer: TestResponse) -> set[str]:
    """Give the addresses that an answer leads to and that have a file."""
    if answer.status_code == 200 and answer.mimetype == "text/html":
        return further_pages(answer.text)
    after = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
    return {urlsplit(after[1]).path} if after else set()


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
