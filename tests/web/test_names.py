"""Promises to everyone who follows a name: each of ours in the data leads to what it names."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import PROV, RDF

from publisher.pipeline import withdraw
from publisher.vocabulary import DIP, ONTOLOGY
from publisher.web import Config, create_app
from tests.homes import Home
from tests.web.conftest import BASE

TERMS = ONTOLOGY.removesuffix("/ontology")
SEED = "2018-salisbury-expulsions"
READING, PROVENANCE = (f"/id/{k}/{SEED}-txt" for k in ("extraction", "provenance"))


def names_in(data: Iterable[ox.Quad], start: str) -> list[str]:
    """What stands behind ``start`` in the IRIs of the data, without fragments."""
    found = {
        term.value.split("#")[0]
        for quad in data
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(start)
    }
    return sorted(name.removeprefix(start) for name in found)


@pytest.mark.parametrize("wanted", ["text/turtle", "text/html"])
def test_every_name_of_ours_in_the_data_sends_to_a_document_about_it(
    home: Home, visitor: FlaskClient, wanted: str
) -> None:
    places = names_in(home.data(), BASE)
    assert {p.split("/")[2] for p in places if p.startswith("/id/")} == {
        "actor", "claim", "document", "event", "extraction", "graph", "provenance"
    }  # fmt: skip
    for place in places:
        answer = visitor.get(place, headers={"Accept": wanted})
        if place.startswith("/id/"):
            assert answer.status_code == 303, place
        told = visitor.get(place, headers={"Accept": wanted}, follow_redirects=True)
        assert (told.status_code, told.mimetype) == (200, wanted), place
        if wanted == "text/turtle":
            subject = URIRef(BASE + place)
            assert not place.startswith("/id/") or (subject, None, None) in Graph().parse(
                data=told.text
            ), place


@pytest.mark.parametrize("wanted", ["text/turtle", "text/html"])
def test_names_of_terms_versions_and_software_are_answered_at_the_same_places_here(
    home: Home, visitor: FlaskClient, wanted: str
) -> None:
    places = [p for p in names_in(home.data(), TERMS) if not p.startswith("/lexicon/")]
    assert {f"{ONTOLOGY.removeprefix(TERMS)}/software/0.1.0", "/alignments/0.1.0"} <= set(places)
    for place in places:
        told = visitor.get(place, headers={"Accept": wanted}, follow_redirects=True)
        assert (told.status_code, told.mimetype) == (200, wanted), place
    assert visitor.get("/ontology/0.0.9").status_code == 404
    assert visitor.get("/alignments/0.0.9").status_code == 404
    assert visitor.get("/ontology/software/0.0.9").status_code == 404


def test_a_reading_says_what_was_read_what_came_of_it_and_by_which_version(
    visitor: FlaskClient,
) -> None:
    told = Graph().parse(
        data=visitor.get(READING.removeprefix("/id") + ".ttl").text, format="turtle"
    )
    graph, reading = URIRef(f"{BASE}/id/graph/{SEED}-txt"), URIRef(BASE + READING)
    assert (reading, PROV.used, URIRef(f"{BASE}/id/document/{SEED}-txt")) in told
    assert (graph, PROV.wasGeneratedBy, reading) in told
    assert (None, RDF.type, PROV.SoftwareAgent) in told
    page = visitor.get(READING.removeprefix("/id") + ".html").text
    assert "Reading of More than twenty governments" in page
    assert f'href="/document/{SEED}-txt.html"' in page
    assert f'href="/graph/{SEED}-txt.html"' in page


@pytest.fixture
def afterwards(seeds: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    """A visitor of a site on which one of the dispatches was withdrawn."""
    folder = tmp_path / "data"
    shutil.copytree(seeds, folder)
    assert withdraw(f"{SEED}.txt", folder, BASE)
    app = create_app(Config(folder, BASE, query_workers=1))
    yield app.test_client()
    app.extensions["communique"].pool.close()


@pytest.mark.parametrize("place", [READING, PROVENANCE])
def test_what_told_of_the_reading_of_a_withdrawn_document_is_gone_with_it(
    afterwards: FlaskClient, place: str
) -> None:
    told = afterwards.get(place, headers={"Accept": "text/turtle"})
    assert told.status_code == 410
    assert (None, RDF.type, DIP.Tombstone) in Graph().parse(data=told.text, format="turtle")
    assert afterwards.get(f"{place.removeprefix('/id')}.html").status_code == 410
    assert afterwards.get("/id/extraction/nobody-read-it").status_code == 404
