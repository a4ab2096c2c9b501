"""Receive word of links to us: the inbox of Linked Data Notifications (W3C 2017).

In: ``POST`` of a notification. Out: 201; it is kept for review and not shown. ``GET`` lists those
that were accepted with ``communique inbox accept``; pages show them as data that links here.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, request

from publisher.vocabulary import LDP
from publisher.web.notifications import Inbox, InboxFull, NotificationError
from publisher.web.problems import problem
from publisher.web.views import base

__all__ = ["inbox", "inbox_link", "the_inbox"]

inbox = Blueprint("inbox", __name__)


def the_inbox() -> Inbox:
    """Give the inbox of the server's data folder."""
    return Inbox(current_app.extensions["communique"].config.data)


def inbox_link() -> str:
    """Give the link by which senders find the inbox."""
    return f'<{base()}/inbox>; rel="{LDP.inbox}"'


@inbox.route("/inbox", methods=["GET", "POST"])
def box() -> Response:
    """Receive a notification, or list those that were accepted."""
    if request.method == "POST":
        return _received()
    said = {
        "@context": {"ldp": str(LDP), "contains": {"@id": "ldp:contains", "@type": "@id"}},
        "@id": f"{base()}/inbox",
        "@type": "ldp:Container",
        "contains": [f"{base()}/inbox/{n.id}" for n in the_inbox().accepted()],
    }
    response = _json(said)
    response.headers["Accept-Post"] = "application/ld+json"
    return response


def _received() -> Response:
    if request.mimetype not in ("application/ld+json", "application/json"):
        return problem(
            415, "Unsupported media type", "Send JSON-LD.", served=["application/ld+json"]
        )
    try:
        name = the_inbox().receive(request.get_data())
    except NotificationError as error:
        return problem(400, "Not a notification", str(error))
    except InboxFull as error:
        response = problem(503, "The inbox is full", str(error))
        response.headers["Retry-After"] = "86400"
        return response
    response = Response(status=201)
    response.headers["Location"] = f"{base()}/inbox/{name}"
    return response


@inbox.route("/inbox/<name>")
def notification(name: str) -> Response:
    """Give a notification that was accepted."""
    found = next((n for n in the_inbox().accepted() if n.id == name), None)
    if found is None:
        return problem(404, "Not found", "There is none of that name, or nobody has read it yet.")
    return _json(found.said)


def _json(said: object) -> Response:
    body = json.dumps(said, ensure_ascii=False)
    response = Response(body, content_type="application/ld+json")
    response.headers["Cache-Control"] = "no-store"
    return response
