"""Write by SPARQL Update and by the Graph Store Protocol, with a token.

SPARQL 1.1 Protocol, section 2.2, and SPARQL 1.1 Graph Store HTTP Protocol: a graph is named in the
address (``/store?graph=IRI``) or is the address (``/store/NAME``). What would violate a shape is
refused with the report (422), and nothing is changed. Reading needs no token.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request

from publisher.store import (
    NotConforming,
    StoreFull,
    StoreLocked,
    editing,
)
from publisher.store.parsing import GraphSyntaxError, GraphTooCostly, parse_graph
from publisher.store.syntax import with_dataset
from publisher.web.problems import problem
from publisher.web.protocol import Operation, Refusal, check_iri
from publisher.web.sparql import answer

if TYPE_CHECKING:
    from publisher.web import State

__all__ = ["graph_store", "make_update"]

graph_store = Blueprint("graph_store", __name__)

_WRITABLE: Final = (
    "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json",
)  # fmt: skip
_READS: Final = ("GET", "HEAD")
_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_ANYTHING: Final = "ASK { GRAPH ?g { ?s ?p ?o } }"


def _state() -> State:
    return current_app.extensions["communique"]


def make_update(operation: Operation) -> Response:
    """Make the update of a request, if its token allows it."""
    state = _state()
    state.tokens.check(request.headers.get("Authorization"), "update")
    text = operation.text
    if operation.default_graphs or operation.named_graphs:
        try:
            text = with_dataset(text, operation.default_graphs, operation.named_graphs)
        except ValueError as error:
            raise Refusal(400, "Graphs named twice", str(error)) from None
    editing.update(state.writer(), state.pool, text)
    return _done(204)


@graph_store.route("/store", methods=["GET", "PUT", "POST", "DELETE"])
def by_parameter() -> Response:
    """Read or write the graph that a parameter names (indirect identification)."""
    names = [*request.args.getlist("graph"), *(["default"] if "default" in request.args else [])]
    if request.method == "POST" and not request.args:
        graph = f"{_state().config.base.rstrip('/')}/store/{uuid4()}"
        response = _write(graph)
        response.headers["Location"] = graph
        return response
    if len(names) != 1:
        raise Refusal(400, "One graph, please", "Name it: ?graph=IRI, or ?default for the union.")
    if "default" not in request.args:
        check_iri(names[0])
        return _operate(names[0])
    if request.method in _READS:
        return answer(Operation("query", _EVERYTHING))
    raise Refusal(
        403, "Not the default graph", "It is the union of all others. Write to one: ?graph=IRI."
    )


@graph_store.route("/store/<path:name>", methods=["GET", "PUT", "POST", "DELETE"])
def by_address(name: str) -> Response:
    """Read or write the graph whose name is the address itself (direct identification)."""
    graph = f"{_state().config.base.rstrip('/')}/store/{name}"
    check_iri(graph)
    return _operate(graph)


def _operate(graph: str) -> Response:
    if request.method in _READS:
        _find(graph)
        return answer(Operation("query", _EVERYTHING, default_graphs=(graph,)))
    if request.method == "DELETE":
        _state().tokens.check(request.headers.get("Authorization"), "graphs")
        if not editing.delete_graph(_state().writer(), graph):
            raise Refusal(404, "No such graph", "There is no graph of that name.")
        return _done(204)
    return _write(graph)


def _find(graph: str) -> None:
    found = _state().pool.query(_ANYTHING, named_graphs=(graph,))
    if b"true" not in found.body:
        raise Refusal(404, "No such graph", "There is no graph of that name.")


def _write(graph: str) -> Response:
    state = _state()
    state.tokens.check(request.headers.get("Authorization"), "graphs")
    triples = _triples(graph)
    change = editing.put_graph if request.method == "PUT" else editing.merge_graph
    return _done(201 if change(state.writer(), graph, triples) else 204)


def _triples(graph: str) -> list[ox.Triple]:
    """Read the graph in the body; what it points to is not fetched."""
    if request.mimetype not in _WRITABLE:
        raise Refusal(
            415, "Unsupported media type", "Send a graph in one of those served.",
            served=list(_WRITABLE),
        )  # fmt: skip
    try:
        return parse_graph(request.get_data(), request.mimetype, graph)
    except GraphSyntaxError as error:
        raise Refusal(400, "Not well-formed", str(error)) from None
    except GraphTooCostly as error:
        raise Refusal(413, "Too much to read", f"{error} Send it in parts.") from None


def _done(status: int) -> Response:
    response = Response(status=status)
    del response.headers["Content-Type"]
    with contextlib.suppress(OSError):
        if snapshot := _state().pool.newest():
            response.headers["X-Snapshot"] = str(snapshot.number)
    return response


@graph_store.app_errorhandler(NotConforming)
def not_conforming(error: NotConforming) -> Response:
    """Say which shapes a change would violate."""
    results = [asdict(result) for result in error.report.results]
    return problem(
        422, "Not published: it violates a shape", error.report.to_text(), results=results
    )


@graph_store.app_errorhandler(StoreLocked)
def locked(error: StoreLocked) -> Response:
    """Say that somebody else is writing just now."""
    response = problem(503, "Somebody else is publishing", "Try again in a few seconds.")
    response.headers["Retry-After"] = "5"
    return response


@graph_store.app_errorhandler(StoreFull)
def full(error: StoreFull) -> Response:
    """Say that there is no room; nothing was changed."""
    return problem(507, "No room", "Nothing was changed. The owner must make room on the disk.")
