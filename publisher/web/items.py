"""Serve what is known here of actors whose names are not ours: Wikidata items, and the gazetteer's.

In: the end of such a name. Out: a page for people, or the same as RDF: what is said of the actor,
and which events and claims it takes part in. The name itself stays Wikidata's.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from publisher.vocabulary import GAZ, WD
from publisher.web.negotiation import REPRESENTATIONS, by_suffix, choose
from publisher.web.pages import page
from publisher.web.problems import problem
from publisher.web.reading import Data, node
from publisher.web.resources import alternates, serialise
from publisher.web.views import reader

__all__ = ["items"]

items = Blueprint("items", __name__)

_NAMES: Final = {"wikidata": WD, "gazetteer": GAZ}


@items.route("/<any(wikidata,gazetteer):where>/<path:name>")
def item(where: str, name: str) -> Response:
    """Show what an actor did and what was done to it, or send to the same as RDF."""
    stem, _, suffix = name.rpartition(".")
    form = by_suffix(suffix) if stem else None
    subject = _subject(where, stem if form else name)
    data = reader().data()
    if subject is None or not data.about(subject):
        return problem(404, "Not found", "No event here has an actor of that name.")
    place = f"/{where}/{stem if form else name}"
    if form is None:
        wanted = choose(request.headers.get("Accept"), [r.media_type for r in REPRESENTATIONS])
        form = next((r for r in REPRESENTATIONS if r.media_type == wanted), None)
        if form is None:
            served = [r.media_type for r in REPRESENTATIONS]
            return problem(406, "Not acceptable", "Ask for one of those served.", served=served)
        if form.rdf is not None:
            response = redirect(f"{place}.{form.suffix}", 303)
            response.vary.add("Accept")
            return response  # type: ignore[return-value]
    if form.rdf is None:
        response = Response(page("actor", subject, data, place), content_type="text/html")
    else:
        body = serialise(_described(subject, data), form.rdf)
        response = Response(body, content_type=form.media_type)
    response.headers["Link"] = ", ".join([f'<{subject.value}>; rel="cite-as"', *alternates(place)])
    return response


def _subject(where: str, name: str) -> ox.NamedNode | None:
    if where == "wikidata" and not (name[:1] == "Q" and name[1:].isdecimal()):
        return None
    try:
        return node(_NAMES[where][name])
    except ValueError:
        return None


def _described(subject: ox.NamedNode, data: Data) -> list[ox.Quad]:
    """What is said of a thing, and where it is the object of what is said."""
    pointing = data.store.quads_for_pattern(None, None, subject, None)
    return sorted({*data.about(subject), *pointing}, key=str)
