"""Promises about the gate: what follows from the ontology, and what a shape refuses."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from publisher.inference import entail
from publisher.mapping import to_dataset
from publisher.validation import to_rdflib, validate
from publisher.vocabulary import DCTERMS, DIP, OA

BASE = "http://localhost:8000"
TEXT = "Norway expelled two Russian diplomats on Monday, and Oslo spoke by phone with Kyiv."


def quads() -> list[ox.Quad]:
    document = Document(
        identifier="gate.txt", text=TEXT, published=date(2022, 4, 5), language="en",
        title="At the gate", publisher=None, source=None, licence=None, path=None, format="text",
    )  # fmt: skip
    return list(to_dataset(document, extract_claims(document), BASE))


def test_what_is_mapped_conforms() -> None:
    assert validate(entail(quads())).conforms


BROKEN = [
    (DIP.status, DIP.Occurred, URIRef("http://example.org/perhaps"), "status"),
    (DIP.reports, None, None, "reports"),
    (OA.exact, None, None, "words"),
    (DCTERMS.issued, None, None, "date of publication"),
    (DCTERMS.identifier, None, None, "identifier"),
    (RDFS.label, None, None, "label"),
]


@pytest.mark.parametrize(("predicate", "old", "new", "word"), BROKEN, ids=lambda v: str(v)[-12:])
def test_a_document_that_violates_a_shape_is_told_what_to_do(
    predicate: URIRef, old: URIRef | None, new: URIRef | None, word: str
) -> None:
    graph = to_rdflib(entail(quads()))
    for triple in list(graph.triples((None, predicate, old))):
        graph.remove(triple)
        if new is not None:
            graph.add((triple[0], predicate, new))
    report = validate(graph)
    assert not report.conforms
    assert any(word in result.message for result in report.results), report.to_text()


def test_an_unknown_class_is_refused() -> None:
    graph = Graph()
    for triple in to_rdflib(entail(quads())):
        graph.add(triple)
    claim = next(graph.subjects(RDF.type, DIP.Claim))
    graph.set((claim, DIP.claimedType, URIRef("http://example.org/Hug")))
    assert not validate(graph).conforms


def test_a_report_names_the_thing_the_property_and_the_remedy_once_each() -> None:
    graph = to_rdflib(entail(quads()))
    claim = URIRef(f"{BASE}/id/claim/gate-txt-1")
    graph.set((claim, DIP["count"], Literal("two")))

    assert validate(graph).to_text() == (
        f"{claim} count = two: A count is one whole number, not below nought. "
        "Leave it out where the text is vague."
    )


def test_a_report_writes_paths_as_sparql_does() -> None:
    graph = to_rdflib(entail(quads()))
    event = graph.value(URIRef(f"{BASE}/id/claim/gate-txt-1"), DIP.reports)
    graph.remove((None, DIP.reports, event))

    assert f"^{DIP.reports}" in {r.path for r in validate(graph).results if r.focus == str(event)}


def test_validating_leaves_the_data_as_it_was() -> None:
    graph = to_rdflib(entail(quads()))
    before = set(graph)

    validate(graph)

    assert set(graph) == before
