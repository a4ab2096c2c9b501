"""Name things and serve their descriptions: ``/id/…`` answers 303 to a document about it.

Cool URIs for the Semantic Web (W3C 2008), 303 with content negotiation; documents have suffix
addresses, validators and links to their alternatives (RFC 8288).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, request

from publisher.serialisation import to_bytes, without_graphs
from publisher.vocabulary import CC_BY, DCTERMS, SCHEMA
from publisher.web.negotiation import REPRESENTATIONS, Representation, by_suffix, choose
from publisher.web.pages import page
from publisher.web.problems import problem
from publisher.web.reading import Reader, node

__all__ = ["KINDS", "alternates", "resources", "serialise"]

KINDS: Final = ("event", "claim", "document", "actor", "graph")
ABOUT: Final = str(SCHEMA.AboutPage)
TYPES: Final = {
    "event": str(SCHEMA.Event), "claim": str(SCHEMA.Claim), "document": str(SCHEMA.Article),
    "actor": str(SCHEMA.Organization), "graph": str(SCHEMA.Dataset),
}  # fmt: skip

resources = Blueprint("resources", __name__)


def _reader() -> Reader:
    return current_app.extensions["communique"].reader


def _base() -> str:
    return current_app.extensions["communique"].config.base.rstrip("/")


@resources.route("/id/<kind>/<path:name>")
def name_of(kind: str, name: str) -> Response:
    """Send a client from a thing to the document about it that it prefers."""
    if kind not in KINDS:
        return problem(404, "No such kind of thing", f"Kinds are {', '.join(KINDS)}.")
    form = request.args.get("format", "")
    chosen = by_suffix(form) if form else _chosen()
    if chosen is None:
        return _not_acceptable()
    response = redirect(f"/{kind}/{quote(name)}.{chosen.suffix}", 303)
    response.headers["Vary"] = "Accept"
    return response  # type: ignore[return-value]


def _chosen() -> Representation | None:
    media_types = [r.media_type for r in REPRESENTATIONS]
    wanted = choose(request.headers.get("Accept"), media_types)
    return next((r for r in REPRESENTATIONS if r.media_type == wanted), None)


def _not_acceptable() -> Response:
    served = [r.media_type for r in REPRESENTATIONS]
    return problem(406, "Not acceptable", "Ask for one of those served.", served=served)


@resources.route("/<any(event,claim,document,actor,graph):kind>/<path:name>.<suffix>")
def document_about(kind: str, name: str, suffix: str) -> Response:
    """Serve a description of a thing in the format of its suffix."""
    form = by_suffix(suffix)
    if form is None:
        known = [r.suffix for r in REPRESENTATIONS]
        return problem(404, "No such format", "Formats are by suffix.", suffixes=known)
    data = _reader().data()
    try:
        subject = node(f"{_base()}/id/{kind}/{name}")
    except ValueError:
        return problem(404, "Not found", "The address is not an IRI.")
    quads = (
        list(data.store.quads_for_pattern(None, None, None, subject))
        if kind == "graph"
        else data.about(subject)
    )
    if not quads:
        return problem(404, "Not found", f"There is no {kind} of that name here.")
    status = 410 if data.is_gone(subject) else 200
    if form.rdf is None:
        response = Response(page(kind, subject, data), status, content_type="text/html")
    else:
        response = Response(serialise(quads, form.rdf), status, content_type=form.media_type)
    response.headers["Link"] = _links(kind, name, data.values(subject, DCTERMS.license))
    return response


def serialise(quads: list[ox.Quad], form: ox.RdfFormat) -> bytes:
    """Write quads; a format without graphs gets their triples."""
    return to_bytes(quads if form.supports_datasets else without_graphs(quads), form)


def _links(kind: str, name: str, licences: Sequence[ox.NamedNode | ox.Literal]) -> str:
    """FAIR Signposting, level 1 (https://signposting.org/FAIR/), and the alternatives."""
    place = f"{_base()}/{kind}/{quote(name)}"
    licence = licences[0].value if licences else CC_BY
    links = [
        f'<{_base()}/id/{kind}/{quote(name)}>; rel="cite-as"',
        f'<{TYPES.get(kind, ABOUT)}>; rel="type"',
        f'<{quote(licence, safe=":/#")}>; rel="license"',
        f'<{_base()}/catalog>; rel="collection"',
    ]
    return ", ".join([*links, *alternates(place)])


def alternates(place: str) -> list[str]:
    """Give the links to the representations of what has its page at a place."""
    relations = {
        r: "alternate" if r.rdf is None else "alternate describedby" for r in REPRESENTATIONS
    }
    return [
        f'<{place}.{form.suffix}>; rel="{relation}"; type="{form.media_type}"'
        for form, relation in relations.items()
    ]
