"""The SPARQL endpoint: SPARQL 1.1 Protocol in, answers of the newest snapshot out.

Queries run in worker processes with limits. An answer carries its snapshot as entity tag, so that
whoever has it already is told so without the query being run; errors are problem documents
(RFC 9457) with a remedy. Updates need a token, see :mod:`publisher.web.updates`.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import Final

from flask import Blueprint, Response, current_app, redirect, request

from publisher.catalog import describe_service
from publisher.serialisation import to_bytes, without_graphs
from publisher.store import (
    OverBudget,
    PoolBusy,
    QueryError,
    QueryForbidden,
    QueryResult,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
)
from publisher.store.answering import Answering
from publisher.store.queries import GRAPH_FORMATS, RESULT_FORMATS
from publisher.store.syntax import outline
from publisher.web.clients import client_of
from publisher.web.negotiation import choose
from publisher.web.problems import problem
from publisher.web.protocol import Operation, Refusal, acceptable, read_operation
from publisher.web.reading import Reader

__all__ = ["answer", "query_problem", "refused", "sparql"]

sparql = Blueprint("sparql", __name__)

_STATUS: Final[dict[type[QueryError], tuple[int, str]]] = {
    QuerySyntaxError: (400, "Not a SPARQL 1.1 query"),
    QueryForbidden: (403, "Not done on a public endpoint"),
    QueryTooLarge: (413, "The query needs too much"),
    OverBudget: (429, "Your query time is used up"),
    QueryTimeout: (503, "The query took too long"),
    PoolBusy: (503, "Too busy"),
}
_RESULT_NAMES: Final = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/html": "application/sparql-results+json",
}
_GRAPH_NAMES: Final = {
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
    "text/html": "text/turtle",
}


@sparql.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query by GET, by POST of a form, or by POST of the query itself."""
    if request.method in ("GET", "HEAD") and not request.args:
        return _description()
    operation = read_operation(request)
    if operation.kind == "update":
        from publisher.web.updates import make_update

        return make_update(operation)
    return answer(operation)


def answer(operation: Operation) -> Response:
    """Answer a query in the format that the client prefers."""
    said = outline(operation.text)
    formats, names = (
        (GRAPH_FORMATS, _GRAPH_NAMES) if said.gives_graph else (RESULT_FORMATS, _RESULT_NAMES)
    )
    media_type = acceptable(request.headers.get("Accept"), list(formats), names)
    pool = _pool()
    newest = pool.newest()
    if newest is not None and not said.volatile:
        tag = f"{newest.version}-{media_type}"
        if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(tag):
            return _with_validator(Response(status=304), tag)
    result = pool.query(
        operation.text,
        result_type=media_type if not said.gives_graph else next(iter(RESULT_FORMATS)),
        graph_type=media_type if said.gives_graph else next(iter(GRAPH_FORMATS)),
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        client=client_of(request),
    )
    return _response(result)


def _response(result: QueryResult) -> Response:
    response = Response(result.body, content_type=_content_type(result.media_type))
    response.headers["X-Snapshot"] = str(result.snapshot)
    if not result.version:
        response.headers["Cache-Control"] = "no-store"
        return response
    return _with_validator(response, f"{result.version}-{result.media_type}")


def _with_validator(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return response


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _pool() -> Answering:
    return current_app.extensions["communique"].pool


def _description() -> Response:
    """The endpoint without a query: the form for a browser, its description for a machine."""
    served = [*GRAPH_FORMATS, "text/html"]
    accept = request.headers.get("Accept")
    wanted = choose(accept, served)
    if wanted == "text/html" and "text/html" in (accept or ""):
        return redirect("/query", 303)  # type: ignore[return-value]
    form = GRAPH_FORMATS.get(wanted or "") or GRAPH_FORMATS["text/turtle"]
    state = current_app.extensions["communique"]
    quads = describe_service(state.config.base, _some_graphs(state.reader))
    media_type = wanted if wanted in GRAPH_FORMATS else "text/turtle"
    return Response(to_bytes(without_graphs(quads), form), content_type=media_type)


def _some_graphs(reader: Reader) -> list[str]:
    """Name graphs that can be asked for: not all where they are many."""
    try:
        return sorted(islice(reader.data().graphs(), _GRAPHS))
    except StoreError:
        return []


_GRAPHS: Final = 1000


@sparql.app_errorhandler(QueryError)
def query_problem(error: QueryError) -> Response:
    """Say why a query got no answer, and when to ask again where that helps."""
    status, title = _STATUS[type(error)]
    response = problem(status, title, str(error))
    if isinstance(error, OverBudget):
        response.headers["Retry-After"] = str(math.ceil(error.wait))
    elif status == 503:
        response.headers["Retry-After"] = "5"
    return response


@sparql.app_errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Say what is wrong with a request."""
    response = problem(refusal.status, refusal.title, refusal.detail, **refusal.extra)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="communique"'
    return response
