"""Say what went wrong the way HTTP clients expect: problem documents (RFC 9457)."""

from __future__ import annotations

import json

from flask import Response

__all__ = ["problem"]


def problem(status: int, title: str, detail: str = "", **extra: object) -> Response:
    """Make an ``application/problem+json`` answer."""
    body = {"type": "about:blank", "title": title, "status": status, **extra}
    if detail:
        body["detail"] = detail
    return Response(
        json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json"
    )
