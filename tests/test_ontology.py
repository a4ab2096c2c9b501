"""Promises about ontology/ and shapes/: complete terms, data that keeps its own rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.term import Node

from publisher.resources import ontology_path, shapes_path
from publisher.validation import load_shapes, validate
from publisher.vocabulary import DIP, OWL, RDF, RDFS, SEM, SH, SKOS

FOLDERS = {
    "ontology.ttl": ["diplomacy.ttl"],
    "lexicon.ttl": ["diplomacy.ttl", "lexicon/*.ttl"],
    "gazetteer.ttl": ["gazetteer/*.ttl"],
}


@cache
def graph(*patterns: str) -> Graph:
    found = Graph()
    for pattern in patterns:
        for path in sorted(ontology_path().glob(pattern)):
            found.parse(path)
    return found


@pytest.mark.parametrize("shapes", FOLDERS)
def test_the_ontology_the_lexicon_and_the_gazetteer_keep_their_shapes(shapes: str) -> None:
    if shapes == "gazetteer.ttl":
        data = graph("gazetteer/[!l]*.ttl", "gazetteer/leaders.ttl")
    else:
        data = graph(*FOLDERS[shapes])
    report = validate(data + Graph(), load_shapes(shapes))
    assert report.conforms, report.to_text()[:2000]


def terms() -> list[Node]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = graph("diplomacy.ttl")
    return sorted(s for kind in kinds for s in found.subjects(RDF.type, kind))


@pytest.mark.parametrize("term", terms(), ids=lambda term: str(term).rsplit("#", 1)[-1])
def test_each_term_has_labels_comments_an_example_and_a_home(term: Node) -> None:
    found = graph("diplomacy.ttl")
    for predicate in (RDFS.label, RDFS.comment):
        languages = sorted(str(getattr(o, "language", "")) for o in found.objects(term, predicate))
        assert languages == ["en", "fr"]
    assert list(found.objects(term, SKOS.example))
    assert list(found.objects(term, RDFS.isDefinedBy)) == [
        URIRef("https://w3id.org/communique/ontology")
    ]


def test_each_class_of_events_has_its_codes_and_plover_has_no_statements() -> None:
    found = graph("diplomacy.ttl")
    classes = set(found.transitive_subjects(RDFS.subClassOf, DIP.Event))
    leaves = {c for c in classes if not list(found.subjects(RDFS.subClassOf, c))}
    assert len(leaves) >= 35
    assert [c for c in leaves if not found.value(c, DIP.cameo)] == []
    assert [c for c in leaves if not found.value(c, DIP.plover)] == [DIP.Statement]


def test_alignments_speak_of_terms_that_exist_and_of_foreign_ones() -> None:
    found = graph("alignments.ttl")
    known = set(graph("diplomacy.ttl").subjects(RDFS.isDefinedBy))
    links = [
        (s, o)
        for p in (SKOS.closeMatch, SKOS.broadMatch, RDFS.subClassOf, RDFS.subPropertyOf)
        for s, o in found.subject_objects(p)
    ]
    assert len(links) > 30
    for subject, value in links:
        assert subject in known, subject
        assert not str(value).startswith(str(DIP))
    assert (DIP.Event, RDFS.subClassOf, SEM.Event) in found


@pytest.mark.parametrize("path", sorted(shapes_path().glob("*.ttl")), ids=lambda path: path.stem)
def test_every_property_shape_says_what_to_do(path: Path) -> None:
    shapes = Graph().parse(path)
    for shape in shapes.subjects(RDF.type, SH.PropertyShape):
        assert shapes.value(shape, SH.message), shape
