"""Name things and serve their descriptions: ``/id/…`` answers 303 to a document about it.

Cool URIs for the Semantic Web (W3C 2008): a name ``/id/{kind}/{name}`` sends to the document that
the client prefers; ``/{kind}/{name}`` without a suffix is that document itself, negotiated;
documents by suffix, and by profile and suffix, have addresses of their own. What was withdrawn
answers 410, what was merged 301 to what it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from publisher.serialisation import to_bytes, without_graphs
from publisher.vocabulary import CC_BY, DCTERMS, DIP, RDF
from publisher.web.describing import GRAPHS, claims_about, describe
from publisher.web.linkeddata import framed
from publisher.web.negotiation import (
    LINKSETS,
    REPRESENTATIONS,
    TABLE,
    Representation,
    by_name,
    choose,
    split_suffix,
)
from publisher.web.pages import page
from publisher.web.problems import problem
from publisher.web.profiling import (
    OURS,
    PROFILES,
    Profile,
    profile_of,
    view,
    wanted_profile,
)
from publisher.web.reading import Data, node
from publisher.web.signposts import Place, header, linkset_json, linkset_text
from publisher.web.tables import CLAIMS, EVENTS, table
from publisher.web.views import base, reader

__all__ = [
    "KINDS", "TABULAR", "WITH_DOCUMENT", "Wanted", "document_of", "knows", "not_acceptable",
    "place_of", "representation", "resources", "serialise", "wanted_form",
]  # fmt: skip

KINDS: Final = ("event", "claim", "document", "actor", "graph", "provenance", "extraction")
WITH_DOCUMENT: Final = ("provenance", "extraction")
"""What says where a document's claims come from, and is withdrawn with it."""
TABULAR: Final = ("event", "claim", "document", "actor")
"""What can be had as a table and by other models than ours."""

Wanted = tuple[Representation, Profile]

resources = Blueprint("resources", __name__)


@resources.route("/id/<kind>/<path:name>")
def name_of(kind: str, name: str) -> Response:
    """Send a client from a thing to the document about it that it prefers."""
    subject = _subject(kind, name)
    if subject is None:
        return _unknown(kind)
    data = reader().data()
    moved = _moved(subject, data, "/id")
    if moved is not None:
        return moved
    place = place_of(kind, name, data)
    kind, subject = _withdrawn(kind, name, subject, data)
    if not _is_known(kind, subject, data):
        return _unknown(kind)
    wanted = wanted_form(place)
    if wanted is None:
        return not_acceptable(place)
    if data.is_gone(subject):
        return _document(kind, subject, data, place, wanted)
    response: Response = redirect(place.at(*wanted).removeprefix(base()), 303)  # type: ignore[assignment]
    response.headers["Link"] = header(place.alternates())
    response.vary.update(["Accept", "Accept-Profile"])
    return response


def knows(kind: str, name: str, data: Data) -> bool:
    """Whether a snapshot has the thing that a document is about."""
    stem, form = split_suffix(name)
    subject = _subject(kind, profile_of(stem)[0] if form is not None else stem)
    return subject is not None and _is_known(kind, subject, data)


def document_of(kind: str, name: str, data: Data) -> Response:
    """Make a description of a thing: in the format of its suffix, else as the client prefers."""
    stem, form = split_suffix(name)
    stem, profile = profile_of(stem) if form is not None else (stem, OURS)
    if form is None and "." in name:
        known = [r.suffix for r in (*REPRESENTATIONS, TABLE, *LINKSETS)]
        return problem(404, "No such format", "Formats are by suffix.", suffixes=known)
    subject = _subject(kind, stem)
    if subject is None:
        return _unknown(kind)
    moved = _moved(subject, data, "", name.removeprefix(stem))
    if moved is not None:
        return moved
    place = place_of(kind, stem, data)
    kind, subject = _withdrawn(kind, stem, subject, data)
    if not _is_known(kind, subject, data):
        return _unknown(kind)
    wanted = (form, profile) if form is not None else wanted_form(place)
    if wanted is None:
        return not_acceptable(place)
    return _document(kind, subject, data, place, wanted, negotiated=form is None)


def _subject(kind: str, name: str) -> ox.NamedNode | None:
    if kind not in KINDS:
        return None
    try:
        return node(f"{base()}/id/{kind}/{name}")
    except ValueError:
        return None


def _withdrawn(kind: str, name: str, subject: ox.NamedNode, data: Data) -> tuple[str, ox.NamedNode]:
    """Give in the place of a thing the document with which it was withdrawn, if it was."""
    document = _subject("document", name) if kind in WITH_DOCUMENT else None
    if document is not None and data.is_gone(document) and not _is_known(kind, subject, data):
        return "document", document
    return kind, subject


def _unknown(kind: str) -> Response:
    if kind not in KINDS:
        return problem(404, "No such kind of thing", f"Kinds are {', '.join(KINDS)}.")
    return problem(404, "Not found", f"There is no {kind} of that name here.")


def _is_known(kind: str, subject: ox.NamedNode, data: Data) -> bool:
    graph = subject if kind in GRAPHS else None
    thing = None if kind in GRAPHS else subject
    return any(True for _ in data.store.quads_for_pattern(thing, None, None, graph))


def _moved(subject: ox.NamedNode, data: Data, root: str, suffix: str = "") -> Response | None:
    """Send from what was merged to what it was merged into."""
    now = subject
    for _ in range(_MERGES):
        found = [v for v in data.values(now, DCTERMS.isReplacedBy) if isinstance(v, ox.NamedNode)]
        if not found or found[0] == subject:
            break
        now = found[0]
    if now == subject or not now.value.startswith(f"{base()}/id/"):
        return None
    name = quote(now.value.removeprefix(f"{base()}/id/"))
    return redirect(f"{root}/{name}{suffix}", 301)  # type: ignore[return-value]


_MERGES: Final = 10
"""How often what was merged may be merged again."""


def place_of(kind: str, name: str, data: Data) -> Place:
    """Give the place of the documents about a thing of our own."""
    root = base()
    subject = node(f"{root}/id/{kind}/{name}")
    claims = claims_about(kind, subject, data) if kind in ("event", "document") else []
    return Place(
        address=f"{root}/{kind}/{quote(name)}",
        identifier=f"{root}/id/{kind}/{quote(name)}",
        kind=kind,
        licence=_licence(subject, data),
        items=[f"{root}/{quote(c.value.removeprefix(f'{root}/id/'))}.html" for c in claims],
        collection=f"{root}/catalog",
        tabular=kind in TABULAR,
        profiled=kind in TABULAR,
    )


def _licence(subject: ox.NamedNode, data: Data) -> str:
    """The licence of a document, else that of the data."""
    found = data.values(subject, DCTERMS.license)
    return found[0].value if found and isinstance(found[0], ox.NamedNode) else CC_BY


def wanted_form(place: Place) -> Wanted | None:
    """Choose the representation and profile that a request asks for; ``None`` if there is none."""
    arguments = request.args
    asked = arguments.get("profile") or arguments.get("_profile")
    profile = wanted_profile(request.headers.get("Accept-Profile"), asked)
    named = arguments.get("format") or arguments.get("_mediatype")
    forms = list(dict.fromkeys(f for f, p in place.representations() if p == (profile or OURS)))
    forms = [*forms, *LINKSETS] if profile is OURS else forms
    if profile is None:
        return None
    if named:
        form = by_name(named)
        return (form, profile) if form in forms else None
    wanted = choose(request.headers.get("Accept"), [f.media_type for f in forms])
    form = next((f for f in forms if f.media_type == wanted), None)
    if form is None and profile is not OURS and not asked:
        return _wanted_in_ours(place)
    return (form, profile) if form is not None else None


def _wanted_in_ours(place: Place) -> Wanted | None:
    """Choose for who prefers a profile that has no acceptable representation: our own may have."""
    forms = [f for f, p in place.representations() if p is OURS]
    wanted = choose(request.headers.get("Accept"), [f.media_type for f in forms])
    return next(((f, OURS) for f in forms if f.media_type == wanted), None)


def not_acceptable(place: Place) -> Response:
    """Say what there is to choose from, in the body and as links (RFC 9110, section 15.5.7)."""
    served = [
        {"address": place.at(form, profile), "type": form.media_type, "profile": profile.iri}
        for form, profile in place.representations()
    ]
    response = problem(
        406, "Not acceptable", "Ask for one of those served.",
        served=list(dict.fromkeys(str(s["type"]) for s in served)),
        profiles=[p.iri for p in PROFILES], alternatives=served,
    )  # fmt: skip
    response.headers["Link"] = header(place.alternates())
    response.vary.update(["Accept", "Accept-Profile"])
    return response


def _document(
    kind: str,
    subject: ox.NamedNode,
    data: Data,
    place: Place,
    wanted: Wanted,
    negotiated: bool = True,
) -> Response:
    response = representation(kind, subject, data, place, wanted)
    if data.is_gone(subject):
        response.status_code = 410
    if negotiated:
        response.headers["Content-Location"] = place.at(*wanted)
        response.vary.update(["Accept", "Accept-Profile"])
    return response


def representation(
    kind: str, subject: ox.NamedNode, data: Data, place: Place, wanted: Wanted
) -> Response:
    """Make one representation of a thing, with its signposts."""
    form, profile = wanted
    if form in LINKSETS:
        links = place.link_set()
        body = linkset_json(links) if form is LINKSETS[0] else linkset_text(links)
        return Response(body, content_type=form.content_type)
    if form.rdf is None and form is not TABLE:
        shown = page(kind, subject, data, place.address.removeprefix(base()))
        response = Response(shown, content_type=form.content_type)
        response.headers["Link"] = header(place.of_page())
        return response
    if form is TABLE:
        body = b"".join(_table(kind, subject, data))
    else:
        body = _rdf(kind, subject, data, wanted)
    response = Response(body, content_type=form.content_type)
    response.headers["Link"] = header(place.of_description(form, profile))
    if form.rdf is not None:
        response.headers["Content-Profile"] = f"<{profile.iri}>"
    return response


def _table(kind: str, subject: ox.NamedNode, data: Data) -> list[bytes]:
    if kind == "actor":
        quads = data.store.quads_for_pattern(None, None, subject, None)
        events = node(DIP.Event)
        things = {q.subject for q in quads if isinstance(q.subject, ox.NamedNode)}
        found = sorted((t for t in things if events in data.values(t, _TYPE)), key=str)
        return list(table(EVENTS, found, data))
    return list(table(CLAIMS, claims_about(kind, subject, data), data))


_TYPE: Final = str(RDF.type)


def _rdf(kind: str, subject: ox.NamedNode, data: Data, wanted: Wanted) -> bytes:
    form, profile = wanted
    assert form.rdf is not None
    quads = describe(kind, subject, data)
    triples = view(quads, profile) if profile is not OURS else None
    if form.rdf == ox.RdfFormat.JSON_LD and kind not in GRAPHS:
        told = triples if triples is not None else without_graphs(quads)
        return framed(_sorted(told, subject), kind, subject.value, base(), profile)
    if triples is not None:
        return to_bytes(_sorted(triples, subject), form.rdf)
    return serialise(quads, form.rdf, subject)


def serialise(
    quads: list[ox.Quad],
    form: ox.RdfFormat,
    first: ox.NamedNode | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Write quads in a fixed order; a format without graphs gets their triples.

    Args:
        quads: what to write.
        form: the format.
        first: what is told of before all else.
        more: further prefixes.
    """
    if form.supports_datasets:
        default = ox.DefaultGraph()
        ordered = sorted(
            quads, key=lambda q: (q.graph_name != default, str(q.graph_name), *_place(q, first))
        )
        return to_bytes(ordered, form, more)
    return to_bytes(_sorted(without_graphs(quads), first), form, more)


def _sorted(triples: list[ox.Triple], first: ox.NamedNode | None) -> list[ox.Triple]:
    return sorted(triples, key=lambda triple: _place(triple, first))


def _place(
    said: ox.Triple | ox.Quad, first: ox.NamedNode | None
) -> tuple[bool, str, bool, str, str]:
    """Where a triple stands: those about the first thing before others, its classes first."""
    return (
        said.subject != first, str(said.subject),
        said.predicate.value != _TYPE, said.predicate.value, str(said.object),
    )  # fmt: skip
