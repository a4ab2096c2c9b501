"""Serve what is known here of actors whose names are not ours: Wikidata items, and the gazetteer's.

In: the end of such a name. Out: a page for people, or the same as RDF: what is said of the actor,
and which events and claims it takes part in. The name itself stays Wikidata's.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, redirect

from publisher.vocabulary import GAZ, WD
from publisher.web.negotiation import split_suffix
from publisher.web.problems import problem
from publisher.web.profiling import OURS, profile_of
from publisher.web.reading import node
from publisher.web.resources import not_acceptable, representation, wanted_form
from publisher.web.signposts import Place
from publisher.web.views import base, reader

__all__ = ["items"]

items = Blueprint("items", __name__)

_NAMES: Final = {"wikidata": WD, "gazetteer": GAZ}


@items.route("/<any(wikidata,gazetteer):where>/<path:name>")
def item(where: str, name: str) -> Response:
    """Show what an actor did and what was done to it, or give the same as RDF or a table."""
    stem, form = split_suffix(name)
    stem, profile = profile_of(stem) if form is not None else (stem, OURS)
    subject = _subject(where, stem)
    data = reader().data()
    if subject is None or not any(True for _ in data.quads(subject)):
        return problem(404, "Not found", "No event here has an actor of that name.")
    place = Place(
        address=f"{base()}/{where}/{quote(stem)}",
        identifier=subject.value,
        kind="actor",
        collection=f"{base()}/catalog",
        tabular=True,
    )
    wanted = (form, profile) if form is not None else wanted_form(place)
    if wanted is None:
        return not_acceptable(place)
    if form is None and wanted[0].rdf is not None:
        response: Response = redirect(place.at(*wanted).removeprefix(base()), 303)  # type: ignore[assignment]
        response.vary.update(["Accept", "Accept-Profile"])
        return response
    return representation("actor", subject, data, place, wanted)


def _subject(where: str, name: str) -> ox.NamedNode | None:
    if where == "wikidata" and not (name[:1] == "Q" and name[1:].isdecimal()):
        return None
    try:
        return node(_NAMES[where][name])
    except ValueError:
        return None
