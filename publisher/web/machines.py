"""What crawlers, catalogues and other data sets ask for first.

VoID and DCAT at ``/catalog`` and ``/.well-known/void``, ``/robots.txt``, ``/sitemap.xml``,
the ontology, shapes and lexicon as files, ``/sameas`` and an Atom feed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, request

from publisher import __version__
from publisher.catalog import Download, describe_data_set
from publisher.resources import ontology_path, shapes_path
from publisher.serialisation import to_bytes, without_graphs
from publisher.vocabulary import ATOM, CC_BY, DCAT, DIP, FOAF, OWL, SH, SITEMAP, SKOS, SPDX, VOID
from publisher.web.dumping import DUMPS, DumpFile, made
from publisher.web.linkeddata import CONTEXT_VERSION, context, context_address
from publisher.web.negotiation import REPRESENTATIONS, by_name, by_suffix, choose
from publisher.web.problems import problem
from publisher.web.reading import Data, Reader, node
from publisher.web.signposts import TypedLink, header

__all__ = ["machines"]

machines = Blueprint("machines", __name__)

_PREFIXES: Final = {
    "dcat": str(DCAT), "foaf": str(FOAF), "owl": str(OWL), "skos": str(SKOS), "spdx": str(SPDX),
    "void": str(VOID), "sh": str(SH),
}  # fmt: skip
_NEWEST: Final = 50
_RDF: Final = tuple(r for r in REPRESENTATIONS if r.rdf is not None)
_FILES: Final = {
    "ontology": lambda: [ontology_path("diplomacy.ttl")],
    "alignments": lambda: [ontology_path("alignments.ttl")],
    "shapes": lambda: sorted(shapes_path().glob("*.ttl")),
    "lexicon": lambda: sorted(ontology_path("lexicon").glob("*.ttl")),
}


def _reader() -> Reader:
    return current_app.extensions["communique"].reader


def _base() -> str:
    return str(current_app.extensions["communique"].config.base).rstrip("/")


@machines.route("/.well-known/void")
def well_known() -> Response:
    """Send to the description of the data set (VoID, section 7.2)."""
    return redirect("/catalog.ttl", 303)  # type: ignore[return-value]


@machines.route("/catalog")
@machines.route("/catalog.<suffix>")
def catalog(suffix: str | None = None) -> Response:
    """Describe the data set, in the format asked for."""
    if suffix is None and not request.args and _prefers_a_page():
        response: Response = redirect("/dumps/", 303)  # type: ignore[assignment]
        response.vary.add("Accept")
        return response
    data = _reader().data()
    known = [made(data, _reader().folder, dump) for dump in DUMPS]
    found = _catalog(data, _base(), tuple(known))
    response = _written(found, suffix, "catalog")
    if response.status_code == 200:
        number = sum(file is not None for file in known)
        kind = (response.mimetype or "").rpartition("/")[2]
        response.set_etag(f"{data.snapshot.version}-{__version__}-{number}-{kind}")
        response.last_modified = data.snapshot.created
        response.headers["Cache-Control"] = "no-cache"
    return response


def _prefers_a_page() -> bool:
    """Whether a browser asks, which names HTML."""
    accept = request.headers.get("Accept", "")
    served = ["text/html", *(form.media_type for form in _RDF)]
    return "text/html" in accept and choose(accept, served) == "text/html"


@lru_cache(maxsize=2)
def _catalog(data: Data, base: str, files: tuple[DumpFile | None, ...]) -> tuple[ox.Quad, ...]:
    """Describe a snapshot, with sizes and sums of the downloads that were made of it."""
    downloads = [
        Download(
            f"{base}/dumps/{data.snapshot.version if file else 'latest'}/{dump.name}.gz",
            dump.media_type, dump.name,
            file.packed_bytes if file else None, file.packed_sha256 if file else None,
        )
        for dump, file in zip(DUMPS, files)
    ]  # fmt: skip
    snapshot = data.snapshot
    found = describe_data_set(data.store, base, downloads, snapshot.created, snapshot.version)
    return tuple(dict.fromkeys(found))


def _written(quads: tuple[ox.Quad, ...], suffix: str | None, place: str = "") -> Response:
    named = by_name(request.args.get("format", "")) if not suffix else None
    suffix = suffix or (named.suffix if named else None)
    wanted = choose(request.headers.get("Accept"), [r.media_type for r in _RDF])
    media_type = next((r.media_type for r in _RDF if r.suffix == suffix), wanted)
    form = next((r for r in _RDF if r.media_type == media_type), None)
    if form is None or (suffix and (by_suffix(suffix) is None or suffix == "html")):
        served = [r.media_type for r in _RDF]
        return problem(404 if suffix else 406, "No such format", "Ask for RDF.", served=served)
    assert form.rdf is not None
    found = list(quads) if form.rdf.supports_datasets else without_graphs(quads)
    response = Response(to_bytes(found, form.rdf, _PREFIXES), content_type=form.content_type)
    if place:
        response.headers["Content-Location"] = f"{_base()}/{place}.{form.suffix}"
        root = f"{_base()}/{place}"
        links = [TypedLink("alternate", f"{root}.{f.suffix}", f.media_type) for f in _RDF]
        response.headers["Link"] = header([TypedLink("license", CC_BY), *links])
    return response


@machines.route("/<any(alignments,shapes):name>")
@machines.route("/<any(ontology,alignments,shapes,lexicon):name>.<suffix>")
def vocabulary_file(name: str, suffix: str | None = None) -> Response:
    """Give the ontology, its alignments, the shapes or the lexicon as RDF."""
    if name == "alignments" and not suffix and _prefers_pages():
        return redirect("/ontology/", 303)  # type: ignore[return-value]
    return _written(_file(name), suffix, name)


def _prefers_pages() -> bool:
    """Whether a page is what the client asks for before all RDF."""
    accepted = request.headers.get("Accept")
    return choose(accepted, [*(r.media_type for r in _RDF), "text/html"]) == "text/html"


@machines.route("/context")
@machines.route("/context.jsonld")
def newest_context() -> Response:
    """Send to the JSON-LD context in its present version."""
    return redirect(context_address(_base()).removeprefix(_base()), 303)  # type: ignore[return-value]


@machines.route("/context/<version>.jsonld")
def context_file(version: str) -> Response:
    """Give the JSON-LD context; in one version the meaning of a term never changes."""
    if version != CONTEXT_VERSION:
        return problem(404, "No such version", f"There is {CONTEXT_VERSION}.")
    body = json.dumps({"@context": context()}, ensure_ascii=False, indent=1)
    response = Response(body, content_type="application/ld+json")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@lru_cache(maxsize=8)
def _file(name: str) -> tuple[ox.Quad, ...]:
    return tuple(
        quad
        for path in _FILES[name]()
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    )


@machines.route("/sameas")
def same_as() -> Response:
    """Say under which names a thing is known here: its own, and its Wikidata item."""
    try:
        thing = node(request.args.get("uri", ""))
    except ValueError:
        return problem(400, "Not an IRI", "Give one with ?uri=, percent-encoded.")
    data = _reader().data()
    if not thing.value or not data.about(thing):
        return problem(404, "Not known", "Nothing here has that name.")
    found = {*data.pointing(OWL.sameAs, thing), *data.values(thing, OWL.sameAs)}
    return _written(tuple(ox.Quad(thing, node(OWL.sameAs), t) for t in (thing, *found)), None)


@machines.route("/robots.txt")
def robots() -> Response:
    """Let crawlers in, and keep them off the endpoint."""
    lines = ["User-agent: *", "Disallow: /sparql", f"Sitemap: {_base()}/sitemap.xml", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


@machines.route("/sitemap.xml")
def sitemap() -> Response:
    """List the pages of events and documents, or the parts of the list where they are many."""
    places = _pages(_reader().data(), _base())
    parts = -(-len(places) // _IN_SITEMAP)
    if parts <= 1:
        return _xml(_listed("urlset", "url", places), "application/xml")
    lists = tuple(f"{_base()}/sitemap-{number}.xml" for number in range(1, parts + 1))
    return _xml(_listed("sitemapindex", "sitemap", lists), "application/xml")


@machines.route("/sitemap-<int:number>.xml")
def part_of_sitemap(number: int) -> Response:
    """List some of the pages (the protocol allows 50,000 in one list)."""
    places = _pages(_reader().data(), _base())[(number - 1) * _IN_SITEMAP :][:_IN_SITEMAP]
    if number < 1 or not places:
        return problem(404, "Not found", "See /sitemap.xml for the parts there are.")
    return _xml(_listed("urlset", "url", places), "application/xml")


_IN_SITEMAP: Final = 50_000


@lru_cache(maxsize=2)
def _pages(data: Data, base: str) -> tuple[str, ...]:
    """Give the pages of documents and events."""
    ours = f"{base}/id/"
    things = (*data.of_class(DIP.Document), *data.of_class(DIP.Event))
    names = (t.value.removeprefix(ours) for t in things if t.value.startswith(ours))
    return tuple(f"{base}/{quote(name)}.html" for name in names)


def _listed(root: str, item: str, places: tuple[str, ...]) -> ElementTree.Element:
    ElementTree.register_namespace("", SITEMAP)
    element = ElementTree.Element(f"{{{SITEMAP}}}{root}")
    for place in places:
        entry = ElementTree.SubElement(element, f"{{{SITEMAP}}}{item}")
        ElementTree.SubElement(entry, f"{{{SITEMAP}}}loc").text = place
    return element


@machines.route("/feed.atom")
def feed() -> Response:
    """Give the newest events as an Atom feed (RFC 4287)."""
    data = _reader().data()
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    stamp = (data.snapshot.created or datetime.now(UTC)).isoformat()
    for name, text in (("id", f"{_base()}/feed.atom"), ("title", "Communiqué"), ("updated", stamp)):
        ElementTree.SubElement(root, f"{{{ATOM}}}{name}").text = text
    author = ElementTree.SubElement(root, f"{{{ATOM}}}author")
    ElementTree.SubElement(author, f"{{{ATOM}}}name").text = "Communiqué"
    ElementTree.SubElement(root, f"{{{ATOM}}}link", rel="self", href=f"{_base()}/feed.atom")
    for event in list(_reader().events(data))[:_NEWEST]:
        entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
        ElementTree.SubElement(entry, f"{{{ATOM}}}id").text = event.value
        ElementTree.SubElement(entry, f"{{{ATOM}}}title").text = data.label(event)
        day = data.event_day(event)
        ElementTree.SubElement(entry, f"{{{ATOM}}}updated").text = (
            f"{day}T00:00:00Z" if day else stamp
        )
        ElementTree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=event.value)
        for claim in data.pointing(DIP.reports, event)[:1]:
            ElementTree.SubElement(entry, f"{{{ATOM}}}summary").text = data.quote(claim)[1]
    return _xml(root, "application/atom+xml")


def _xml(root: ElementTree.Element, media_type: str) -> Response:
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type=media_type)
