"""Promises about inference: what follows from the ontology is what OWL 2 RL says, and no more.

owlrl, a full rule engine, is the oracle: it is given the ontology and the same triples.
"""

from __future__ import annotations

import owlrl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from owlrl.Namespaces import ERRNS
from rdflib import Graph, URIRef
from rdflib.term import Node

from publisher.inference import entail, load_ontology
from publisher.validation import to_rdflib
from publisher.vocabulary import DIP, OWL, RDF, RDFS, WD

TYPE = ox.NamedNode(str(RDF.type))
GRAPH = ox.NamedNode("http://localhost:8000/id/graph/one")
THINGS = [ox.NamedNode(f"http://localhost:8000/id/thing/{n}") for n in range(5)]


def terms(kind: Node) -> list[ox.NamedNode]:
    """The classes or properties of the ontology, in a fixed order."""
    return [ox.NamedNode(str(s)) for s in sorted(load_ontology().subjects(RDF.type, kind))]


CLASSES, LINKS = terms(OWL.Class), terms(OWL.ObjectProperty)
FIGURES = terms(OWL.DatatypeProperty)
QUADS = st.one_of(
    st.builds(ox.Quad, st.sampled_from(THINGS), st.just(TYPE), st.sampled_from(CLASSES)),
    st.builds(ox.Quad, st.sampled_from(THINGS), st.sampled_from(LINKS), st.sampled_from(THINGS)),
    st.builds(ox.Quad, st.sampled_from(THINGS), st.sampled_from(FIGURES), st.just(ox.Literal("2"))),
)


def by_owlrl(quads: list[ox.Quad]) -> set[tuple[Node, Node, Node]]:
    """What owlrl says of the things, without what is true of everything."""
    graph = to_rdflib(quads) + load_ontology()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    trivial = (OWL.Thing, RDFS.Resource)
    return {
        (s, p, o)
        for s, p, o in graph
        if str(s).startswith(THINGS[0].value[:-1]) and p != OWL.sameAs and o not in trivial
    }


@settings(max_examples=12)
@given(st.lists(QUADS, min_size=1, max_size=30))
def test_what_follows_is_what_owlrl_finds_and_no_more(quads: list[ox.Quad]) -> None:
    assert set(to_rdflib(entail(quads))) == by_owlrl(quads)


@pytest.mark.parametrize("name", CLASSES, ids=lambda name: name.value.rsplit("#", 1)[-1])
def test_an_instance_of_a_class_is_an_instance_of_all_classes_above_it(name: ox.NamedNode) -> None:
    ontology = load_ontology()
    above = set(ontology.transitive_objects(URIRef(name.value), RDFS.subClassOf))

    followed = to_rdflib(entail([ox.Quad(THINGS[0], TYPE, name, GRAPH)]))

    assert set(followed.objects(URIRef(THINGS[0].value), RDF.type)) == above


def test_what_follows_stays_in_the_graph_that_it_follows_from() -> None:
    other = ox.NamedNode("http://localhost:8000/id/graph/two")
    one = ox.Quad(THINGS[0], TYPE, ox.NamedNode(str(DIP.Expulsion)), GRAPH)
    two = ox.Quad(THINGS[0], TYPE, ox.NamedNode(str(DIP.Call)), other)

    followed = entail([one, two])

    measures = [q for q in followed if q.object == ox.NamedNode(str(DIP.Measure))]
    assert [q.graph_name for q in measures] == [GRAPH]


def test_what_is_given_comes_first_and_what_follows_is_in_a_fixed_order_without_doubles() -> None:
    given_quads = [
        ox.Quad(THINGS[1], TYPE, ox.NamedNode(str(DIP.Recall)), GRAPH),
        ox.Quad(THINGS[0], ox.NamedNode(str(DIP.recipient)), THINGS[2], GRAPH),
        ox.Quad(THINGS[0], ox.NamedNode(str(DIP.actor)), THINGS[2], GRAPH),
    ]

    followed = entail(given_quads)

    assert followed[:3] == given_quads
    assert len(set(followed)) == len(followed)
    assert followed == entail(followed[:3]) == entail(iter(given_quads))
    assert followed[3:] == entail(given_quads[::-1])[3:]
    assert set(entail(followed)) == set(followed)


def test_a_literal_is_never_typed_by_a_range() -> None:
    quad = ox.Quad(THINGS[0], ox.NamedNode(str(DIP.status)), ox.Literal("occurred"), GRAPH)

    assert entail([quad]) == [quad]


def test_nothing_follows_from_what_the_ontology_does_not_know() -> None:
    quad = ox.Quad(THINGS[0], ox.NamedNode(str(WD.P31)), ox.NamedNode(str(WD.Q5)), GRAPH)

    assert entail([quad]) == [quad]
    assert entail([]) == []


def test_the_ontology_is_consistent_and_closes_without_complaint() -> None:
    closed = load_ontology() + Graph()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)

    assert not list(closed.objects(None, ERRNS.error))
    assert (None, RDF.type, OWL.Nothing) not in closed
