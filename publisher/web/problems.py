"""Say what went wrong: problem documents (RFC 9457) for programs, a page for people.

In: a status, and what to do about it. Out: JSON, or HTML where the client asks for that first, as
browsers do.
"""

from __future__ import annotations

import json

from flask import Response, render_template, request

from publisher.web.interface import entry, message
from publisher.web.negotiation import choose

__all__ = ["problem"]

_JSON = "application/problem+json"
_HTML = "text/html"


def problem(status: int, title: str, detail: str = "", **extra: object) -> Response:
    """Make the answer to a request that cannot be met as it was made."""
    if choose(request.headers.get("Accept"), [_JSON, _HTML]) == _HTML:
        response = _page(status, title, detail)
    else:
        body = {"type": "about:blank", "title": title, "status": status, **extra}
        if detail:
            body["detail"] = detail
        response = Response(json.dumps(body, ensure_ascii=False), status, content_type=_JSON)
    response.vary.add("Accept")
    return response


def _page(status: int, title: str, detail: str) -> Response:
    known = entry("problem.statuses")
    page = render_template(
        "problem.html",
        title=known.get(str(status), message("problem.title")),
        status=status,
        said=f"{title}. {detail}".strip(),
    )
    return Response(page, status, content_type=_HTML)
