"""Check a document's triples against the shapes: the gate before the store.

In: the quads of one document, closed under the ontology. Out: a :class:`Report`, whose results
name the thing, the property, the value and what to do. pyshacl is the reference (W3C SHACL Core).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
import pyshacl
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from publisher.inference import load_ontology
from publisher.resources import shapes_path
from publisher.vocabulary import DIP, OWL, RDF, RDFS, SH, XSD

__all__ = ["Report", "Result", "load_shapes", "to_rdflib", "validate"]

_DATA_SHAPES = ("document.ttl", "claim.ttl", "event.ttl", "actor.ttl")


_NAMESPACE = re.compile(r"[a-z]+:[^|/#]*//[^|#]*[#/](?=[A-Za-z])")
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)


_PATH_SIGNS: Mapping[Node, tuple[str, str]] = {
    SH.inversePath: ("^", ""),
    SH.zeroOrMorePath: ("", "*"),
    SH.oneOrMorePath: ("", "+"),
    SH.zeroOrOnePath: ("", "?"),
}


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
            f"{r.focus} {_NAMESPACE.sub('', r.path)}"
            f"{f' = {r.value}' if r.value else ''}: {r.message}"
            for r in self.results
        )


@cache
def load_shapes(*names: str) -> Graph:
    """Read shape files of ``shapes/`` into one graph, once."""
    graph = Graph()
    for name in names or _DATA_SHAPES:
        graph.parse(shapes_path(name))
    return _flattened(graph)


def _flattened(shapes: Graph) -> Graph:
    """Give each property shape the targets of its node shapes, in their place.

    The report is the same, in a third of the time: pyshacl then checks a property for all nodes
    at once, not node by node.
    """
    flat = shapes + Graph()
    for node, part in shapes.subject_objects(SH.property):
        targets = [(p, o) for p in _TARGETS for o in shapes.objects(node, p)]
        if targets:
            flat.remove((node, SH.property, part))
            for predicate, target in targets:
                flat.add((part, predicate, target))
    return flat


@cache
def _vocabulary() -> tuple[tuple[Node, Node, Node], ...]:
    """The classes and statuses that the data points to, and which class is below which."""
    ontology = load_ontology()
    wanted = {OWL.Class, DIP.Status, DIP.CountQualifier}
    named = (t for t in ontology.triples((None, RDF.type, None)) if t[2] in wanted)
    return (*named, *ontology.triples((None, RDFS.subClassOf, None)))


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
        if term.datatype.value == str(XSD.string):
            return Literal(term.value)  # to rdflib, a plain literal is not an xsd:string
        return Literal(term.value, datatype=URIRef(term.datatype.value))
    raise TypeError(f"{term!r} cannot stand in a triple here")


def validate(data: Iterable[ox.Quad] | Graph, shapes: Graph | None = None) -> Report:
    """Check data against the shapes for documents, claims, events and actors.

    Other shapes, where they are given, are checked against the data as it stands; ours also see
    the classes and statuses of the ontology. The data is not changed.
    """
    graph = data + Graph() if isinstance(data, Graph) else to_rdflib(data)
    if shapes is None:
        for triple in _vocabulary():
            graph.add(triple)
    conforms, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes or load_shapes(), inference="none", inplace=True
    )
    if conforms:
        return Report(True)
    results = sorted(set(_results(report)), key=lambda r: (r.focus, r.path, r.value, r.message))
    return Report(False, tuple(results))


def _results(report: Graph) -> Iterable[Result]:
    for node in report.subjects(RDF.type, SH.ValidationResult):

        def value(predicate: URIRef, of: Node = node) -> str:
            return str(report.value(of, predicate) or "")

        yield Result(
            focus=value(SH.focusNode),
            path=_path(report, report.value(node, SH.resultPath)),
            value=value(SH.value),
            message=value(SH.resultMessage),
            severity=value(SH.resultSeverity).rsplit("#", 1)[-1],
            shape=value(SH.sourceShape),
        )


def _path(report: Graph, path: Node | None) -> str:
    """Write a path as SPARQL does (section 9.1): ``a|b``, ``a/b``, ``^a``, ``a*``."""
    if not isinstance(path, BNode):
        return str(path or "")
    if (path, RDF.first, None) in report:
        return "/".join(_path(report, step) for step in Collection(report, path))
    for predicate, other in report.predicate_objects(path):
        if predicate == SH.alternativePath:
            return "|".join(_path(report, step) for step in Collection(report, other))
        before, after = _PATH_SIGNS.get(predicate, ("", ""))
        return f"{before}{_path(report, other)}{after}"
    return ""
