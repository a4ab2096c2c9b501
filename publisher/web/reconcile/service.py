"""Answer as the Reconciliation API asks: manifest, match, suggest, preview, extend.

In: requests of OpenRefine and others. Out: JSON of version 0.2 at ``/reconcile`` and of the 1.0
draft below ``/reconcile/1.0``. Both are written from the same candidates.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request

from publisher import __version__
from publisher.vocabulary import DIP
from publisher.web.classes import kinds_of_events
from publisher.web.interface import language
from publisher.web.problems import problem
from publisher.web.protocol import Refusal
from publisher.web.reading import node
from publisher.web.reconcile.entities import (
    Candidate,
    Condition,
    Index,
    Thing,
    index_of,
    iri_of,
    short_id,
)
from publisher.web.reconcile.extension import properties_of, property_named, values_of
from publisher.web.summary import fold
from publisher.web.views import address_of, base, reader, summary, term_label

__all__ = ["reconciling"]

reconciling = Blueprint("reconciling", __name__, url_prefix="/reconcile")

_MOST_QUERIES: Final = 200
_MOST_IDS: Final = 1000
_MOST: Final = 100
_TYPES: Final = ("Event", "Actor", "Document")
_WIDTH: Final = 430
_HEIGHT: Final = 300


def _index() -> Index:
    return index_of(summary())


def _root() -> str:
    return f"{base()}/reconcile"


def _types(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": name, "name": term_label(name)} for name in names]


def _json(said: object) -> Response:
    response = Response(json.dumps(said, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _read(text: str | None, where: str) -> Any:
    try:
        return json.loads(text or "")
    except ValueError as error:
        raise Refusal(400, "Not JSON", f"{where} is to be JSON: {error}") from None
    except RecursionError:
        raise Refusal(400, "Not JSON", f"{where} is nested too deep.") from None


# Version 0.2


@reconciling.route("", methods=["GET", "POST"])
@reconciling.route("/", methods=["GET", "POST"])
def service() -> Response:
    """Give the manifest, match a batch of queries, or extend data."""
    given = request.values
    if "queries" in given:
        queries = _read(given["queries"], "'queries'")
        if not isinstance(queries, dict) or len(queries) > _MOST_QUERIES:
            raise Refusal(
                400, "Not a batch", f"Give an object of at most {_MOST_QUERIES} queries by name."
            )
        return _json({key: {"result": _matched_02(query)} for key, query in queries.items()})
    if "query" in given:
        query = given["query"]
        single = _read(query, "'query'") if query[:1] == "{" else {"query": query}
        return _json({"result": _matched_02(single)})
    if "extend" in given:
        return _json(_extended_02(_read(given["extend"], "'extend'")))
    return _json(_manifest_02())


def _manifest_02() -> dict[str, Any]:
    suggest = {
        what: {"service_url": _root(), "service_path": f"/suggest/{what}"}
        for what in ("entity", "property", "type")
    }
    return {
        "versions": ["0.2"],
        "name": "Communiqué: diplomatic events",
        "identifierSpace": f"{base()}/id/",
        "schemaSpace": str(DIP),
        "documentation": f"{base()}/about",
        "serviceVersion": __version__,
        "logo": f"{base()}/static/icon.svg",
        "defaultTypes": _types(_TYPES),
        "view": {"url": f"{_root()}/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{_root()}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT
        },
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": _root(), "service_path": "/propose_properties"},
            "property_settings": [_LIMIT_SETTING],
        },
    }  # fmt: skip


_LIMIT_SETTING: Final = {
    "type": "number", "name": "limit", "label": "Most values", "default": 0,
    "help_text": "How many values to give at most; 0 for all.",
}  # fmt: skip


def _matched_02(query: Any) -> list[dict[str, Any]]:
    if not isinstance(query, dict):
        raise Refusal(400, "Not a query", "A query is an object with 'query'.")
    kind = query.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    conditions = [
        Condition(_property_id(said.get("pid")), _texts(said.get("v")))
        for said in _objects(query.get("properties"))
    ]
    found = _candidates(
        str(query.get("query") or ""), _type_id(kinds[0] if kinds else None), conditions,
        query.get("limit"),
    )  # fmt: skip
    return [{**_candidate(c), "description": _description(c.thing)} for c in found]


def _candidates(
    name: str, kind: str | None, conditions: list[Condition], limit: object, lang: str = ""
) -> list[Candidate]:
    most = limit if isinstance(limit, int) and 0 < limit <= _MOST else 10
    return _index().candidates(name[:1000], kind, conditions, most, lang or language())


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "id": short_id(candidate.thing.iri, base()),
        "name": candidate.thing.name(language()),
        "type": _types(t for t in candidate.thing.types if t[:1].isupper()),
        "score": candidate.score,
        "match": candidate.match,
        "features": [
            {"id": "name", "name": "likeness of the names", "value": candidate.by_name},
            {"id": "properties", "name": "conditions met", "value": candidate.by_properties},
        ],
    }


def _description(thing: Thing) -> str:
    """Tell a thing from its namesakes."""
    kind = thing.told.get("kind", ("",))[0] if thing.kind == "Actor" else thing.types[0]
    label = term_label(kind) if kind else ""
    days = thing.told.get("date", ("",))[0]
    return ", ".join(part for part in (label, days) if part)


def _objects(value: object) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else []
    return [said for said in found if isinstance(said, dict)]


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(v.get("id", v.get("name", "")) if isinstance(v, dict) else v) for v in values)


def _property_id(name: object) -> str:
    found = property_named(str(name))
    return found.id if found is not None else str(name)


def _type_id(name: object) -> str | None:
    said = name.get("id") if isinstance(name, dict) else name
    return str(said).removeprefix(str(DIP)) if said else None


def _extended_02(asked: Any) -> dict[str, Any]:
    ids, wanted = _asked_for(asked)
    rows = {identifier: dict(_row(identifier, wanted)) for identifier in ids}
    return {"meta": _meta(wanted), "rows": rows}


def _asked_for(asked: Any) -> tuple[list[str], list[tuple[str, int]]]:
    """Read which properties of which things are asked for, with the most values of each."""
    if not isinstance(asked, dict) or not isinstance(asked.get("ids"), list):
        raise Refusal(400, "Not an extension", "Give 'ids' and 'properties'.")
    ids = [str(identifier) for identifier in asked["ids"]]
    if len(ids) > _MOST_IDS:
        raise Refusal(413, "Too many", f"At most {_MOST_IDS} things at once.")
    wanted = []
    for said in _objects(asked.get("properties")):
        settings = said.get("settings")
        limit = str(settings.get("limit", "")) if isinstance(settings, dict) else ""
        most = int(limit) if limit.isdecimal() and len(limit) < 9 else 0
        wanted.append((str(said.get("id", "")), most))
    return ids, wanted


def _row(identifier: str, wanted: list[tuple[str, int]]) -> list[tuple[str, list[dict[str, Any]]]]:
    data = reader().data()
    try:
        thing = node(iri_of(identifier, base()))
    except ValueError:
        return [(name, []) for name, _ in wanted]
    found = []
    for name, most in wanted:
        chosen = property_named(name)
        values = values_of(thing, chosen, data, base()) if chosen is not None else []
        found.append((name, values[: most or None]))
    return found


def _meta(wanted: list[tuple[str, int]]) -> list[dict[str, Any]]:
    said = []
    for name, _ in wanted:
        chosen = property_named(name)
        meta: dict[str, Any] = {"id": name, "name": chosen.name if chosen else name}
        if chosen and chosen.points_to:
            meta |= {"type": _types([chosen.points_to])[0], "service": _root()}
        said.append(meta)
    return said


@reconciling.route("/propose_properties")
@reconciling.route("/1.0/extend/propose")
def propose() -> Response:
    """Propose the properties that things of a type can have."""
    kind = (request.args.get("type") or "").removeprefix(str(DIP))
    limit = request.args.get("limit", type=int) or _MOST
    main = "Event" if kind not in ("", *_TYPES) else kind
    found = [{"id": p.id, "name": p.name} for p in properties_of(main)][: max(limit, 0)]
    return _json({"properties": found, **({"type": kind} if kind else {}), "limit": limit})


@reconciling.route("/suggest/<any(entity,type,property):what>")
@reconciling.route("/1.0/suggest/<any(entity,type,property):what>")
def suggest(what: str) -> Response:
    """Complete what is typed: a thing, a type or a property."""
    prefix = request.args.get("prefix", "")[:200]
    offset = max(request.args.get("cursor", 0, type=int), 0)
    if what == "entity":
        found = [
            {
                "id": short_id(thing.iri, base()), "name": thing.name(language()),
                "description": _description(thing),
                "notable": _types(t for t in thing.types if t[:1].isupper()),
            }
            for thing in _index().beginning(prefix, 20, offset)
        ]  # fmt: skip
        return _json({"result": found})
    known = _known_types() if what == "type" else [(p.id, p.name) for p in properties_of()]
    start = fold(prefix)
    hits = [{"id": i, "name": n} for i, n in known if _begins(n, start) or _begins(i, start)]
    return _json({"result": hits[offset : offset + 20]})


def _begins(name: str, start: str) -> bool:
    return any(word.startswith(start) for word in (fold(name), *fold(name).split()))


def _known_types() -> list[tuple[str, str]]:
    return [(name, term_label(name)) for name in (*_TYPES, *kinds_of_events())]


@reconciling.route("/view")
def view() -> Response:
    """Send from the identifier of a thing to its page."""
    try:
        iri = node(iri_of(request.args.get("id", ""), base())).value
    except ValueError:
        return problem(400, "Not an identifier", "Give one with ?id=.")
    address = address_of(iri)
    if address is None or not address.startswith("/"):
        return problem(404, "Not found", "There is nothing of that name here.")
    return redirect(address, 303)  # type: ignore[return-value]


@reconciling.route("/preview")
@reconciling.route("/1.0/preview")
def preview() -> Response:
    """Show a thing in a few words, in a frame of another site."""
    thing = _index().things.get(iri_of(request.args.get("id", ""), base()))
    if thing is None:
        return problem(404, "Not found", "There is nothing of that name here.")
    facts = [
        (p.name, " · ".join(str(v.get("name", next(iter(v.values())))) for v in values))
        for p in properties_of(thing.kind)
        if p.id not in ("label", "title") and (values := _first_values(thing, p.id))
    ]
    body = render_template(
        "preview.html", title=thing.name(language()), about_it=_description(thing), facts=facts[:6],
        href=base() + (address_of(thing.iri) or "/"),
    )  # fmt: skip
    response = Response(body, content_type="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors *"
    )
    return response


def _first_values(thing: Thing, name: str) -> list[dict[str, Any]]:
    chosen = property_named(name)
    return values_of(node(thing.iri), chosen, reader().data(), base())[:5] if chosen else []


# The 1.0 draft


@reconciling.route("/1.0")
@reconciling.route("/1.0/")
def manifest_10() -> Response:
    """Give the manifest of the 1.0 draft."""
    said = {
        "versions": ["1.0-draft"],
        "name": "Communiqué: diplomatic events",
        "documentation": f"{base()}/about",
        "serviceVersion": __version__,
        "logo": f"{base()}/static/icon.svg",
        "view": {"url": f"{_root()}/view?id={{id}}"},
        "defaultTypes": _types(_TYPES),
        "suggest": {"entity": True, "property": True, "type": True},
        "preview": {"width": _WIDTH, "height": _HEIGHT},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"type": "number", "id": "limit", "name": "Most values", "default": 0,
                 "helpText": _LIMIT_SETTING["help_text"]}
            ],
        },
        "standardizedScore": True,
    }  # fmt: skip
    return _json(said)


@reconciling.route("/1.0/match", methods=["POST"])
def match_10() -> Response:
    """Match a batch of queries as the 1.0 draft has it."""
    queries = _read(request.get_data(as_text=True), "The body")
    batch = queries.get("queries") if isinstance(queries, dict) else None
    if not isinstance(batch, list) or len(batch) > _MOST_QUERIES:
        raise Refusal(400, "Not a batch", f"Give 'queries', a list of at most {_MOST_QUERIES}.")
    return _json({"results": [{"candidates": _matched_10(query)} for query in batch]})


def _matched_10(query: Any) -> list[dict[str, Any]]:
    said = _objects(query.get("conditions")) if isinstance(query, dict) else []
    if not said:
        raise Refusal(400, "Not a query", "A query has 'conditions'.")
    names = [text for c in said if c.get("matchType") == "name" for text in _texts(c.get("v"))]
    conditions = [
        Condition(
            _property_id(c.get("pid")), _texts(c.get("v")), c.get("required") is True,
            str(c.get("matchQuantifier") or "any"),
        )
        for c in said
        if c.get("matchType") == "property"
    ]  # fmt: skip
    kind, lang = _type_id(query.get("type")), str(query.get("lang") or "")
    found = _candidates(" ".join(names), kind, conditions, query.get("limit"), lang)
    return [{**_candidate(c), "description": _description(c.thing)} for c in found]


@reconciling.route("/1.0/extend", methods=["POST"])
def extend_10() -> Response:
    """Extend data as the 1.0 draft has it."""
    ids, wanted = _asked_for(_read(request.get_data(as_text=True), "The body"))
    rows: list[Mapping[str, Any]] = [
        {"id": i, "properties": [{"id": n, "values": values} for n, values in _row(i, wanted)]}
        for i in ids
    ]
    return _json({"meta": _meta(wanted), "rows": rows})
