"""Answer at the names of versions: of the software that read texts, and of the alignments.

In: the end of such a name (``0.1.0``). Out: what is known of a version of the software, for people
and as RDF; the way to the alignments, if it is theirs. The names begin as the ontology's does.
"""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, redirect
from rdflib import Graph, Literal
from rdflib.namespace import OWL

from publisher.resources import ontology_path
from publisher.web.negotiation import split_suffix
from publisher.web.problems import problem
from publisher.web.profiling import OURS
from publisher.web.reading import node
from publisher.web.readings import SOFTWARE
from publisher.web.resources import not_acceptable, representation, wanted_form
from publisher.web.signposts import Place
from publisher.web.views import base, reader

__all__ = ["versions"]

versions = Blueprint("versions", __name__)


@versions.route("/ontology/software/<name>")
def software(name: str) -> Response:
    """Say what is known of a version of the software: which documents it read."""
    stem, form = split_suffix(name)
    data, subject = reader().data(), _subject(stem)
    if subject is None or not any(True for _ in data.quads(subject)):
        return problem(404, "Not found", "Nothing here was read by that version.")
    address = f"{base()}/ontology/software/{quote(stem)}"
    place = Place(address, subject.value, "software", profiled=False)
    if form is not None:
        return representation("software", subject, data, place, (form, OURS))
    wanted = wanted_form(place)
    if wanted is None:
        return not_acceptable(place)
    response: Response = redirect(place.at(*wanted).removeprefix(base()), 303)  # type: ignore[assignment]
    response.vary.update(["Accept", "Accept-Profile"])
    return response


def _subject(name: str) -> ox.NamedNode | None:
    try:
        return node(f"{SOFTWARE}{name}")
    except ValueError:
        return None


@versions.route("/alignments/<version>")
def alignments(version: str) -> Response:
    """Send to the alignments, if they are of the version that is asked for."""
    known = Graph().parse(ontology_path("alignments.ttl")).objects(None, OWL.versionInfo)
    if Literal(version) not in known:
        return problem(404, "No such version", "There is only the newest.")
    return redirect("/alignments", 303)  # type: ignore[return-value]
