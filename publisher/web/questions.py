"""The query page: ask in SPARQL, begin from a question that others asked.

In: a query in the address. Out: a page with its answer as a table in which things have names and
numbers have bars, an address to share, and the answer as a file. A plain form; no script.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request

from publisher.resources import ontology_path
from publisher.store import QueryError
from publisher.store.answering import Answering
from publisher.store.syntax import outline
from publisher.web.clients import client_of
from publisher.web.interface import language, message
from publisher.web.protocol import MAX_QUERY, Refusal
from publisher.web.sparql import query_problem
from publisher.web.summary import Summary
from publisher.web.views import Link, address_of, base, row_view, summary, term_label

__all__ = ["Question", "asking", "editor_is_built", "questions"]

asking = Blueprint("asking", __name__)

_MOST_ROWS: Final = 500
_MOST_NAMES: Final = 5_000
"""Things that are named in one request: the editor asks for those of an answer."""
_FILES: Final = {
    "csv": "text/csv", "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json", "xml": "application/sparql-results+xml",
}  # fmt: skip
_FIRST: Final = (
    "who-to-whom", "expulsions-by-eu-members", "answers-to-an-expulsion", "recalled-ambassadors",
    "agreements-of-three-or-more", "who-says-so",
)  # fmt: skip
"""The questions that show best what can be asked; the dispatches of ``seeds/`` answer them."""
_HEADING: Final = re.compile(r"#\s*(\w\w):\s*(.+)")


@dataclass(frozen=True)
class Question:
    """A question that the data answers: its words by language and its query."""

    words: dict[str, str]
    query: str

    @property
    def text(self) -> str:
        """The question in the language of the page."""
        return self.words.get(language()) or next(iter(self.words.values()), "")

    @property
    def href(self) -> str:
        """Where it is asked."""
        return "/query?" + urlencode({"query": self.query})


@cache
def _read() -> tuple[Question, ...]:
    found = []
    paths = {path.stem: path for path in sorted(ontology_path("competency").glob("*.rq"))}
    for path in [*(paths.pop(name) for name in _FIRST), *paths.values()]:
        lines = path.read_text(encoding="utf-8").splitlines()
        words = {m[1]: m[2] for line in lines[:2] if (m := _HEADING.match(line))}
        found.append(Question(words or {"en": path.stem}, "\n".join(lines)))
    return tuple(found)


def questions() -> list[Question]:
    """Give the competency questions of the ontology, those first that show most."""
    return list(_read())


@asking.route("/query")
def query() -> Response:
    """Show the form, and the answer where the address has a query."""
    body, status = _page()
    response = Response(body, status, content_type="text/html")
    if _with_editor():
        response.headers["Content-Security-Policy"] = _POLICY
    return response


_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What the editor needs; it fetches nothing from elsewhere."""


def _with_editor() -> bool:
    """Whether the page has the editor: it was built, and nobody asks for the plain form."""
    return current_app.config["EDITOR"] and "plain" not in request.args


def editor_is_built() -> bool:
    """Whether YASGUI is among the static files."""
    return (files(__package__) / "static" / "yasgui" / "yasgui.min.js").is_file()


def _page() -> tuple[str, int]:
    text = request.args.get("query", "").strip()
    shared = {
        "title": message("nav.query"), "query": text or _read()[0].query, "questions": questions(),
        "endpoint": f"{base()}/sparql", "editor": _with_editor(),
        "files": [(s, f"/query.{s}?" + urlencode({"query": text})) for s in _FILES],
    }  # fmt: skip
    if not text:
        return render_template("query.html", **shared), 200
    try:
        answer = _answer(text)
    except (QueryError, Refusal) as error:
        status = error.status if isinstance(error, Refusal) else query_problem(error).status_code
        return render_template("query.html", error=str(error), **shared), status
    return render_template("query.html", answer=answer, **shared), 200


def _pool() -> Answering:
    return current_app.extensions["communique"].pool


def _answer(text: str) -> dict[str, Any]:
    if len(text) > MAX_QUERY:
        raise Refusal(413, "Query too long", f"At most {MAX_QUERY} characters.")
    result = _pool().query(text, client=client_of(request))
    if outline(text).gives_graph:
        return {"graph": result.body.decode("utf-8", "replace")}
    found = json.loads(result.body)
    if "boolean" in found:
        return {"truth": found["boolean"]}
    columns = found["head"]["vars"]
    rows = found["results"]["bindings"]
    return _table(columns, rows, summary())


def _table(columns: list[str], rows: list[dict[str, Any]], known: Summary) -> dict[str, Any]:
    shown = [[_cell(row.get(name), known) for name in columns] for row in rows[:_MOST_ROWS]]
    measure = _measure(columns, rows)
    numbers = [_number(row.get(columns[measure])) for row in rows] if measure is not None else []
    top = max((n for n in numbers if n is not None), default=0.0)
    return {
        "columns": columns,
        "rows": shown,
        "n": len(rows),
        "most": _MOST_ROWS,
        "measure": measure,
        "shares": [(n or 0) / top for n in numbers] if top > 0 else [],
    }


def _cell(term: dict[str, str] | None, known: Summary) -> Link:
    if term is None:
        return Link("")
    value = term["value"]
    if term["type"] != "uri":
        return Link(value)
    href = address_of(value)
    if href is None or not href.startswith("/"):
        return Link(value, href, href is not None)
    if href.startswith("/ontology/"):
        return Link(term_label(href.removeprefix("/ontology/")), href)
    row = known.by_event.get(value)
    return Link(known.label(value, language()) if not row else _headline(value, known), href)


@asking.route("/names", methods=["POST"])
def names() -> Response:
    """Say what things are called in the language of the page, and where here they are shown.

    In: a JSON list of IRIs. Out: a JSON object with ``label`` and ``href`` for each that is named
    here.
    """
    asked = request.get_json(silent=True)
    if not isinstance(asked, list) or not all(isinstance(iri, str) for iri in asked):
        raise Refusal(400, "Not a list", "Send a JSON list of IRIs.")
    if len(asked) > _MOST_NAMES:
        raise Refusal(413, "Too many", f"At most {_MOST_NAMES} IRIs.")
    known = summary()
    cells = {iri: _cell({"type": "uri", "value": iri}, known) for iri in asked}
    said = {
        iri: {"label": cell.label, "href": cell.href}
        for iri, cell in cells.items()
        if cell.label != iri and cell.href
    }
    response = Response(json.dumps(said, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _headline(event: str, known: Summary) -> str:
    return row_view(known.by_event[event], known).link.label


def _number(term: dict[str, str] | None) -> float | None:
    """The number of a cell; ``None`` where it is something else."""
    if term is None or "datatype" not in term:
        return None
    try:
        return float(term["value"])
    except ValueError:
        return None


def _measure(columns: list[str], rows: list[dict[str, Any]]) -> int | None:
    """Choose the column whose numbers are drawn as bars: the last that has nothing else."""
    if not 2 <= len(rows) <= _MOST_ROWS or len(columns) < 2:
        return None
    for at in reversed(range(len(columns))):
        numbers = [_number(row.get(columns[at])) for row in rows]
        if all(n is not None and n >= 0 for n in numbers):
            return at
    return None


@asking.route("/query.<any(csv,tsv,json,xml):suffix>")
def answer_as_file(suffix: str) -> Response:
    """Give the answer to a query as a file to keep."""
    text = request.args.get("query", "").strip()
    if not text or outline(text).gives_graph:
        raise Refusal(400, "No table", "Give a SELECT or ASK query with ?query=.")
    media_type = _FILES[suffix]
    result = _pool().query(text, result_type=media_type, client=client_of(request))
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = Response(result.body, content_type=f"{media_type}{charset}")
    response.headers["Content-Disposition"] = f'attachment; filename="answer.{suffix}"'
    return response
