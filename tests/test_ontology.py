"""Promises about ontology/ and shapes/: complete terms, data that keeps its own rules."""

from __future__ import annotations

from functools import cache

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from publisher.resources import ontology_path
from publisher.validation import load_shapes, validate
from publisher.vocabulary import DCTERMS, DIP, OWL, RDF, RDFS, SCHEMA, SEM, SKOS, WD

PLOVER = set(  # the event types of the table CAMEO2PLOVER of 2021
    "AGREE CONSULT SUPPORT COOPERATE AID CONCEDE RETREAT ACCUSE REQUEST DEMAND REJECT THREATEN "
    "PROTEST MOBILIZE SANCTION COERCE ASSAULT".split()
)
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
    report = validate(data, load_shapes(shapes))
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
    assert {str(code) for code in found.objects(None, DIP.plover)} <= PLOVER


MATCHES = (
    SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, RDFS.subClassOf, RDFS.subPropertyOf,
)  # fmt: skip


def test_alignments_lead_from_our_terms_to_those_of_others() -> None:
    found = graph("alignments.ttl")
    known = set(graph("diplomacy.ttl").subjects(RDFS.isDefinedBy))
    links = [(s, o) for p in MATCHES for s, o in found.subject_objects(p)]

    assert {s for s, _ in links} <= known
    assert not [o for _, o in links if str(o).startswith(str(DIP))]
    for vocabulary, least in ((SEM, 10), (SCHEMA, 30), (WD, 9)):
        assert sum(str(o).startswith(str(vocabulary)) for _, o in links) >= least, vocabulary


def test_the_terms_of_schema_org_that_alignments_name_exist() -> None:
    from rdflib import SDO  # not above: pytest asks what is there for names that it lacks

    named = {
        str(o).removeprefix(str(SCHEMA))
        for p in MATCHES
        for o in graph("alignments.ttl").objects(None, p)
        if str(o).startswith(str(SCHEMA))
    }

    assert named
    assert not [name for name in named if name not in SDO]


@pytest.mark.parametrize("name", ["diplomacy.ttl", "alignments.ttl"])
def test_an_ontology_has_one_version_a_licence_and_a_title_in_two_languages(name: str) -> None:
    found = graph(name)
    (ontology,) = found.subjects(RDF.type, OWL.Ontology)
    number = found.value(ontology, OWL.versionInfo)

    assert list(found.objects(ontology, OWL.versionIRI)) == [URIRef(f"{ontology}/{number}")]
    assert list(found.objects(ontology, DCTERMS.license)) == [
        URIRef("https://creativecommons.org/licenses/by/4.0/")
    ]
    titles = [o for o in found.objects(ontology, DCTERMS.title) if isinstance(o, Literal)]
    assert sorted(str(title.language) for title in titles) == ["en", "fr"]
