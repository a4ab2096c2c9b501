"""Check a document's triples against the shapes: the gate before the store.

In: the quads of one document, closed under the ontology. Out: a :class:`Report`, whose results
name the thing, the property, the value and what to do. pyshacl is the reference (W3C SHACL Core).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
import pyshacl
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.inference import load_ontology
from publisher.resources import shapes_path
from publisher.vocabulary import DIP, OWL, RDF, SH

__all__ = ["Report", "Result", "load_shapes", "to_rdflib", "validate"]

_DATA_SHAPES = ("document.ttl", "claim.ttl", "event.ttl")


@dataclass(frozen=True)
class Result:
    """One thing that a shape complains of."""

    focus: str
    path: str
    value: str
    message: str
    severity: str
    shape: str


@dataclass(frozen=True)
class Report:
    """Whether the data conforms, and if not, all that is wrong."""

    conforms: bool
    results: tuple[Result, ...] = ()

    def to_text(self) -> str:
        """Write the report for people, a line for each result."""
        if self.conforms:
            return "conforms"
        return "\n".join(
            f"{r.focus} {r.path.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}"
            f"{f' = {r.value}' if r.value else ''}: {r.message}"
            for r in self.results
        )


@cache
def load_shapes(*names: str) -> Graph:
    """Read shape files of ``shapes/`` into one graph, once."""
    graph = Graph()
    for name in names or _DATA_SHAPES:
        graph.parse(shapes_path(name))
    return graph


@cache
def _vocabulary() -> tuple[tuple[Node, Node, Node], ...]:
    """The classes and statuses that the data points to, so that sh:class can be checked."""
    ontology = load_ontology()
    wanted = {OWL.Class, DIP.Status, DIP.CountQualifier}
    return tuple(t for t in ontology.triples((None, RDF.type, None)) if t[2] in wanted)


def to_rdflib(quads: Iterable[ox.Quad]) -> Graph:
    """Copy quads to an rdflib graph; their graph names are dropped."""
    graph = Graph()
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _term(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value))
    raise TypeError(f"{term!r} cannot stand in a triple here")


def validate(data: Iterable[ox.Quad] | Graph, shapes: Graph | None = None) -> Report:
    """Check data against the shapes for documents, claims and events (or those given)."""
    graph = data if isinstance(data, Graph) else to_rdflib(data)
    for triple in _vocabulary():
        graph.add(triple)
    conforms, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes or load_shapes(), inference="none", inplace=True
    )
    if conforms:
        return Report(True)
    return Report(
        False, tuple(sorted(_results(report), key=lambda r: (r.focus, r.path, r.message)))
    )


def _results(report: Graph) -> Iterable[Result]:
    for node in report.subjects(RDF.type, SH.ValidationResult):

        def value(predicate: URIRef, of: Node = node) -> str:
            return str(report.value(of, predicate) or "")

        yield Result(
            focus=value(SH.focusNode),
            path=value(SH.resultPath),
            value=value(SH.value),
            message=value(SH.resultMessage),
            severity=value(SH.resultSeverity).rsplit("#", 1)[-1],
            shape=value(SH.sourceShape),
        )
