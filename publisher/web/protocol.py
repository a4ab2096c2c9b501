"""Read a request as the SPARQL 1.1 Protocol has it (sections 2.1 and 2.2).

In: an HTTP request. Out: a :class:`Operation`, a query or an update with the data set it names; or
:class:`Refusal`, which says what is wrong and how to ask rightly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import pyoxigraph as ox
from flask import Request

from publisher.web.negotiation import choose

__all__ = ["MAX_QUERY", "Operation", "Refusal", "acceptable", "check_iri", "read_operation"]

MAX_QUERY: Final = 100_000
"""The longest query, in characters."""

_MAX_FIELDS: Final = 1_000
_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = {"application/sparql-query": "query", "application/sparql-update": "update"}
_GRAPHS: Final = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}


class Refusal(Exception):
    """A request that gets a problem document for an answer."""

    def __init__(self, status: int, title: str, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.extra = extra


@dataclass(frozen=True)
class Operation:
    """A query or an update, and the graphs that the request names for it."""

    kind: str
    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_operation(request: Request) -> Operation:
    """Read the one operation of a request to the endpoint.

    Raises:
        Refusal: it has none, more than one, or is not written as the protocol says.
    """
    in_address = _pairs(request.query_string, "address")
    if request.method in ("GET", "HEAD"):
        if "update" in dict(in_address):
            raise Refusal(400, "Not by GET", "Send an update by POST.")
        return _from_pairs(in_address)
    kind = request.mimetype
    if kind == _FORM:
        _only_utf8(request)
        return _from_pairs([*_pairs(request.get_data(), "form"), *_graph_names(in_address)])
    if kind in _DIRECT:
        return _checked(_DIRECT[kind], _text_of(request), in_address)
    raise Refusal(
        415, "Unsupported media type",
        f"POST {_FORM}, {' or '.join(_DIRECT)}.", served=[_FORM, *_DIRECT],
    )  # fmt: skip


def _from_pairs(pairs: Sequence[tuple[str, str]]) -> Operation:
    found = [(name, value) for name, value in pairs if name in _GRAPHS]
    if len(found) != 1:
        raise Refusal(
            400, "One operation, please", "Give exactly one parameter 'query' (or 'update')."
        )
    kind, text = found[0]
    return _checked(kind, text, pairs)


def _checked(kind: str, text: str, pairs: Sequence[tuple[str, str]]) -> Operation:
    if len(text) > MAX_QUERY and kind == "query":
        raise Refusal(413, "Query too long", f"At most {MAX_QUERY} characters.")
    default, named = (
        tuple(value for name, value in pairs if name == wanted) for wanted in _GRAPHS[kind]
    )
    for graph in (*default, *named):
        check_iri(graph)
    return Operation(kind, text, default, named)


def check_iri(iri: str) -> None:
    """See that a graph's name is an absolute IRI.

    Raises:
        Refusal: it is not.
    """
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise Refusal(400, "Not an IRI", f"A graph is named by an absolute IRI: {error}") from None


def _graph_names(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in pairs if name not in _GRAPHS]


def _pairs(encoded: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict",
            max_num_fields=_MAX_FIELDS,
        )  # fmt: skip
    except UnicodeDecodeError:
        raise Refusal(400, "Not UTF-8", f"Percent-encode UTF-8 in the {where}.") from None
    except ValueError:
        raise Refusal(
            400, "Too many parameters", f"At most {_MAX_FIELDS} in the {where}."
        ) from None


def _only_utf8(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower().replace("-", "") != "utf8":
        raise Refusal(415, "Not UTF-8", "Send UTF-8, and say so or nothing.")


def _text_of(request: Request) -> str:
    """Read the body as text.

    Raises:
        Refusal: it is not UTF-8.
    """
    _only_utf8(request)
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "Not UTF-8", "Send the text in UTF-8.") from None


def acceptable(accept: str | None, served: Sequence[str], also: dict[str, str]) -> str:
    """Choose what to answer with; ``also`` are other names of what is served.

    Raises:
        Refusal: nothing that is served is acceptable.
    """
    wanted = choose(accept, [*served, *also])
    if wanted is None:
        raise Refusal(406, "Not acceptable", "Ask for one of those served.", served=list(served))
    return also.get(wanted, wanted)
