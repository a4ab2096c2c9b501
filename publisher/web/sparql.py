"""The SPARQL endpoint (SPARQL 1.1 Protocol, query operation), health and metrics.

Queries run in worker processes with limits; an answer carries the snapshot as its entity tag,
and errors are problem documents with a remedy.
"""

from __future__ import annotations

import json
import re
from typing import Final

from flask import Blueprint, Response, current_app, redirect, request

from publisher.catalog import describe_service
from publisher.serialisation import to_bytes, without_graphs
from publisher.store import (
    PoolBusy,
    QueryError,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
    newest_snapshot,
)
from publisher.store.queries import GRAPH_FORMATS, RESULT_FORMATS
from publisher.web.negotiation import choose
from publisher.web.problems import problem

__all__ = ["sparql"]

sparql = Blueprint("sparql", __name__)

MAX_QUERY: Final = 100_000
"""The longest query, in characters."""

_STATUS: Final = {
    QuerySyntaxError: (400, "Not a SPARQL 1.1 query"),
    QueryForbidden: (403, "Not done on a public endpoint"),
    QueryTimeout: (503, "The query took too long"),
    QueryTooLarge: (413, "The query needs too much"),
    PoolBusy: (503, "Too busy"),
}
_GRAPH_QUERY: Final = re.compile(r"\b(CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)


@sparql.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query by GET, by POST of a form, or by POST of the query itself."""
    if request.method == "GET" and not request.args:
        return _description()
    query, failure = _query_text()
    if failure is not None:
        return failure
    if len(query) > MAX_QUERY:
        return problem(413, "Query too long", f"At most {MAX_QUERY} characters.")
    served = list(GRAPH_FORMATS) if _GRAPH_QUERY.search(query) else list(RESULT_FORMATS)
    every = [*RESULT_FORMATS, "application/json", *GRAPH_FORMATS]
    accept = request.headers.get("Accept")
    if choose(accept, every) is None and not _is_browser(accept):
        return problem(406, "Not acceptable", "Ask for one of those served.", served=every)
    result_type = _preferred(accept, list(RESULT_FORMATS))
    graph_type = _preferred(accept, list(GRAPH_FORMATS))
    try:
        result = current_app.extensions["communique"].pool.query(
            query,
            result_type=result_type,
            graph_type=graph_type,
            default_graphs=tuple(request.values.getlist("default-graph-uri")),
            named_graphs=tuple(request.values.getlist("named-graph-uri")),
        )
    except QueryError as error:
        status, title = _STATUS[type(error)]
        response = problem(status, title, str(error))
        if status == 503:
            response.headers["Retry-After"] = "5"
        return response
    except ValueError as error:
        return problem(400, "Not an IRI", str(error), served=served)
    response = Response(result.body, content_type=result.media_type)
    response.headers["X-Snapshot"] = str(result.snapshot)
    return response


def _description() -> Response:
    """The endpoint without a query: the form for a browser, its description for a machine."""
    served = [*GRAPH_FORMATS, "text/html"]
    wanted = choose(request.headers.get("Accept"), served)
    if wanted == "text/html" and _is_browser(request.headers.get("Accept")):
        return redirect("/query", 303)  # type: ignore[return-value]
    form = GRAPH_FORMATS.get(wanted or "") or GRAPH_FORMATS["text/turtle"]
    quads = describe_service(current_app.extensions["communique"].config.base)
    media_type = wanted if wanted in GRAPH_FORMATS else "text/turtle"
    return Response(to_bytes(without_graphs(quads), form), content_type=media_type)


def _is_browser(accept: str | None) -> bool:
    return "text/html" in (accept or "")


def _preferred(accept: str | None, served: list[str]) -> str:
    wanted = choose(accept, [*served, "application/json"])
    return served[0] if wanted in (None, "application/json") else wanted


def _query_text() -> tuple[str, Response | None]:
    kind = request.mimetype
    if request.method == "GET" or kind == "application/x-www-form-urlencoded":
        source = request.args if request.method == "GET" else request.form
        if "update" in source:
            return "", problem(403, "Read only", "Updates are not accepted here.")
        found = source.getlist("query")
        if len(found) != 1:
            return "", problem(400, "One query, please", "Give exactly one parameter 'query'.")
        return found[0], None
    if kind == "application/sparql-query":
        try:
            return request.get_data().decode("utf-8"), None
        except UnicodeDecodeError:
            return "", problem(400, "Not UTF-8", "Send the query in UTF-8.")
    if kind == "application/sparql-update":
        return "", problem(403, "Read only", "Updates are not accepted here.")
    return "", problem(415, "Unsupported media type", "POST a form, or application/sparql-query.")


@sparql.route("/health")
def health() -> Response:
    """Tell whether there is something to serve; needs no worker."""
    config = current_app.extensions["communique"].config
    try:
        snapshot = newest_snapshot(config.data)
    except (OSError, StoreError):
        snapshot = None
    body = {"status": "ok", "snapshot": snapshot.number if snapshot else None}
    return Response(json.dumps(body), content_type="application/json")
