"""Tell what changed, so that a copy of the data stays in step: a Linked Data Event Stream.

In: a snapshot, and the history of the data folder. Out: a stream (LDES and TREE, SEMIC) whose
members are the newest versions of the named graphs, in the order of their change; a graph that is
gone is a member that says so. A reader goes from page to page, and comes back to the last one.

A member's quads stand in a graph of the member's name; ``dcterms:isVersionOf`` names the graph that
they are to be kept in. Older versions are not kept, as the retention policy says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from publisher.store.history import Change, last_changes
from publisher.vocabulary import AS, CC_BY, DCTERMS, LDES, RDF, TREE, XSD
from publisher.web.negotiation import Representation, by_name, by_suffix, choose
from publisher.web.problems import problem
from publisher.web.reading import Data, node
from publisher.web.resources import serialise
from publisher.web.signposts import TypedLink, header
from publisher.web.views import base, reader

__all__ = ["changes"]

changes = Blueprint("changes", __name__)

PAGE: Final = 100
"""How many members a page has."""

_PREFIXES: Final = {"as": str(AS), "ldes": str(LDES), "tree": str(TREE)}
_FORMS: Final = tuple(form for form in map(by_suffix, ("trig", "nq", "jsonld")) if form is not None)
"""The formats that have graphs; the members need them."""


@dataclass(frozen=True)
class _Member:
    graph: str
    change: Change
    gone: bool = False

    @property
    def order(self) -> tuple[int, str]:
        return self.change.number, self.graph


@changes.route("/changes")
@changes.route("/changes.<any(trig,nq,jsonld):suffix>")
@changes.route("/changes/<int:number>")
@changes.route("/changes/<int:number>-<int:offset>")
@changes.route("/changes/<int:number>-<int:offset>.<any(trig,nq,jsonld):suffix>")
def stream(number: int = 1, offset: int = 0, suffix: str = "") -> Response:
    """Give the members that changed in a snapshot or after it, up to a page of them."""
    form = _form(suffix)
    if form is None:
        served = [f.media_type for f in _FORMS]
        return problem(406, "Not acceptable", "Ask for a format with graphs.", served=served)
    data = reader().data()
    members = [m for m in _members(data) if m.change.number >= number]
    shown, rest = members[offset : offset + PAGE], members[offset + PAGE :]
    after = _next(number, offset, shown, rest)
    quads = list(_quads(f"{base()}{request.path}", shown, rest, after, data))
    return _response(quads, form, after)


def _form(suffix: str) -> Representation | None:
    """Choose a format; a browser, which asks for none of them, gets the most readable."""
    named = by_name(suffix or request.args.get("format", ""))
    if named is not None:
        return named if named in _FORMS else None
    accept = request.headers.get("Accept")
    chosen = choose(accept, [form.media_type for form in _FORMS])
    return next((f for f in _FORMS if f.media_type == chosen), None)


def _response(quads: list[ox.Quad], form: Representation, after: str) -> Response:
    assert form.rdf is not None
    response = Response(serialise(quads, form.rdf, more=_PREFIXES), content_type=form.content_type)
    links = [TypedLink("license", CC_BY), TypedLink("collection", f"{base()}/catalog")]
    if after:
        links.append(TypedLink("next", f"{base()}{after}"))
    response.headers["Link"] = header(links)
    return response


@lru_cache(maxsize=2)
def _members(data: Data) -> list[_Member]:
    """Give the members of the stream in order."""
    there, gone = last_changes(reader().folder, data.snapshot, data.graphs())
    found = [_Member(graph, change) for graph, change in there.items()]
    found += [_Member(graph, change, gone=True) for graph, change in gone.items()]
    return sorted(found, key=lambda member: member.order)


def _next(number: int, offset: int, shown: list[_Member], rest: list[_Member]) -> str:
    """Give the address of the page after: a snapshot, and how many since then were shown."""
    if not rest:
        return ""
    then = rest[0].change.number
    before = sum(member.change.number == then for member in shown)
    return f"/changes/{then}-{offset + PAGE if then == number else before}.trig"


def _quads(
    address: str, shown: list[_Member], rest: list[_Member], after: str, data: Data
) -> Iterator[ox.Quad]:
    """Say what the stream is, what this page of it is, and what its members are."""
    the_stream, page = node(f"{base()}/changes#stream"), node(address)
    policy = ox.BlankNode("policy")
    said: list[tuple[ox.NamedNode | ox.BlankNode, object, ox.NamedNode | ox.BlankNode | ox.Literal]]
    said = [
        (the_stream, RDF.type, node(LDES.EventStream)),
        (the_stream, LDES.timestampPath, node(DCTERMS.modified)),
        (the_stream, LDES.versionOfPath, node(DCTERMS.isVersionOf)),
        (the_stream, LDES.versionDeletePath, node(RDF.type)),
        (the_stream, LDES.versionDeleteObject, node(AS.Delete)),
        (the_stream, DCTERMS.license, node(CC_BY)),
        (the_stream, TREE.view, page),
        (page, RDF.type, node(TREE.Node)),
        (page, LDES.retentionPolicy, policy),
        (policy, RDF.type, node(LDES.LatestVersionSubset)),
        (policy, LDES.amount, ox.Literal(1)),
        (policy, LDES.versionAmount, ox.Literal(1)),
    ]
    if after:
        onwards = ox.BlankNode("onwards")
        said += [
            (page, TREE.relation, onwards),
            (onwards, RDF.type, node(TREE.GreaterThanOrEqualToRelation)),
            (onwards, TREE.node, node(f"{base()}{after}")),
            (onwards, TREE.path, node(DCTERMS.modified)),
            (onwards, TREE.value, _time(rest[0].change.created)),
        ]
    for subject, predicate, value in said:
        yield ox.Quad(subject, node(predicate), value)
    for member in shown:
        yield from _about(member, the_stream, data)


def _about(member: _Member, the_stream: ox.NamedNode, data: Data) -> Iterator[ox.Quad]:
    graph = node(member.graph)
    name = node(f"{base()}/changes/{member.change.number}#{quote(member.graph, safe='')}")
    kind = AS.Delete if member.gone else AS.Update
    yield ox.Quad(the_stream, node(TREE.member), name)
    yield ox.Quad(name, node(RDF.type), node(kind))
    yield ox.Quad(name, node(DCTERMS.isVersionOf), graph)
    yield ox.Quad(name, node(DCTERMS.modified), _time(member.change.created))
    if not member.gone:
        for quad in data.store.quads_for_pattern(None, None, None, graph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, name)


def _time(when: datetime) -> ox.Literal:
    return ox.Literal(when.isoformat(), datatype=node(XSD.dateTime))
