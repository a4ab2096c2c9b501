"""Close a document's triples under the ontology.

In: the triples of one document. Out: those that follow from the ontology by the rules of OWL 2
RL that it uses: subclasses, subproperties, domains and ranges (W3C OWL 2 Profiles, section 4.3,
rules cax-sco, prp-spo1, prp-dom, prp-rng).

The ontology's own closure is made once per version by owlrl and compiled to look-up tables;
owlrl on the document itself is the oracle in the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph as ox
from rdflib import Graph, URIRef

from publisher.resources import ontology_path
from publisher.vocabulary import DIP, OWL, RDF, RDFS

__all__ = ["Closure", "entail", "load_ontology"]

_TYPE = ox.NamedNode(str(RDF.type))


@dataclass(frozen=True)
class Closure:
    """What follows from a type and from a property, compiled from the closed ontology."""

    superclasses: Mapping[str, tuple[ox.NamedNode, ...]]
    superproperties: Mapping[str, tuple[ox.NamedNode, ...]]
    domains: Mapping[str, tuple[ox.NamedNode, ...]]
    ranges: Mapping[str, tuple[ox.NamedNode, ...]]

    def of(self, triple: ox.Triple) -> Iterator[ox.Triple]:
        """Give what follows from one triple by one application of the rules."""
        predicate = triple.predicate.value
        if predicate == _TYPE.value and isinstance(triple.object, ox.NamedNode):
            for parent in self.superclasses.get(triple.object.value, ()):
                yield ox.Triple(triple.subject, _TYPE, parent)
        for parent in self.superproperties.get(predicate, ()):
            yield ox.Triple(triple.subject, parent, triple.object)
        for domain in self.domains.get(predicate, ()):
            yield ox.Triple(triple.subject, _TYPE, domain)
        if not isinstance(triple.object, ox.Literal):
            for range_ in self.ranges.get(predicate, ()):
                yield ox.Triple(triple.object, _TYPE, range_)


@cache
def load_ontology(path: Path | None = None) -> Graph:
    """Read the ontology (not its closure) as an rdflib graph, once."""
    return Graph().parse(path or ontology_path("diplomacy.ttl"))


@cache
def _compiled() -> Closure:
    ontology = load_ontology()
    closed = Graph()
    for triple in ontology:
        closed.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return Closure(
        _table(closed, RDFS.subClassOf),
        _table(closed, RDFS.subPropertyOf),
        _table(closed, RDFS.domain),
        _table(closed, RDFS.range),
    )


def _table(graph: Graph, predicate: URIRef) -> dict[str, tuple[ox.NamedNode, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    trivial = {str(OWL.Thing), str(RDFS.Resource), str(OWL.Nothing)}
    for subject, value in graph.subject_objects(predicate):
        ours = str(subject).startswith(str(DIP))
        named = isinstance(value, URIRef) and str(value) not in trivial
        if ours and named and subject != value:
            found[str(subject)].add(str(value))
    return {s: tuple(ox.NamedNode(v) for v in sorted(values)) for s, values in found.items()}


def entail(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Give the quads and what follows from them, each in the graph it follows from.

    What is given comes first and in its order; what follows comes after, without doubles.
    """
    closure = _compiled()
    given = list(quads)
    known = set(given)
    queue = list(given)
    added: list[ox.Quad] = []
    while queue:
        quad = queue.pop()
        for triple in closure.of(quad.triple):
            follows = ox.Quad(triple.subject, triple.predicate, triple.object, quad.graph_name)
            if follows not in known:
                known.add(follows)
                added.append(follows)
                queue.append(follows)
    return given + sorted(added, key=str)
