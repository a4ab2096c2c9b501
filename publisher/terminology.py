"""Give the graphs of terms that every store holds beside its documents.

In: the ontology with its alignments, and the lexicon. Out: quads of two named graphs below a base,
at the addresses where people and programs find the same: ``/ontology`` as it ships, ``/lexicon``
with what a reader of claims needs of an entry: how it is written and which class it denotes. So a
query that asks for the label or the PLOVER code of a class is answered where the data are.

They belong to the version of the software: whoever writes to a store puts them in the place of
those of an earlier version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, Protocol

import pyoxigraph as ox

from publisher import vocabulary
from publisher.resources import ontology_path
from publisher.vocabulary import ONTOLEX, OWL, RDF, RDFS

__all__ = [
    "LEXICON", "ONTOLOGY", "Holder", "outdated", "renew", "terminology", "terms_in", "version_in",
]  # fmt: skip

ONTOLOGY: Final = "ontology"
LEXICON: Final = "lexicon"

_Triples = tuple[ox.Triple, ...]


class Holder(Protocol):
    """A store that is open for a change."""

    def graph(self, iri: str, /) -> list[ox.Quad]:
        """Give the quads of a graph."""

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad], /) -> None:
        """Put quads in the place of what the graphs held."""


def terminology(base: str) -> dict[str, list[ox.Quad]]:
    """Give the graphs of terms by their names, each in a fixed order."""
    root = base.rstrip("/")
    shipped = {f"{root}/{ONTOLOGY}": _ontology(), f"{root}/{LEXICON}": _lexicon()}
    return {
        name: [ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name)) for t in triples]
        for name, triples in shipped.items()
    }


def terms_in(graph: str) -> str:
    """Which of the two a graph is, by its name: ``ontology``, ``lexicon``; empty for any other."""
    last = graph.rpartition("/")[2]
    return last if last in (ONTOLOGY, LEXICON) and "/id/" not in graph else ""


def outdated(held: Mapping[str, Iterable[ox.Quad]], base: str) -> dict[str, list[ox.Quad]]:
    """Give the graphs of terms, as they ship, that are held in another version or not at all."""
    return {
        name: quads
        for name, quads in terminology(base).items()
        if set(held.get(name, ())) != set(quads)
    }


def renew(store: Holder, base: str) -> bool:
    """Put the graphs of terms of this version in the place of others; whether any differed."""
    late = outdated({name: store.graph(name) for name in terminology(base)}, base)
    if late:
        store.replace(late, [quad for quads in late.values() for quad in quads])
    return bool(late)


def version_in(quads: Iterable[ox.Quad]) -> str:
    """The version that a graph says its ontology has; empty where it says none."""
    this, info = ox.NamedNode(vocabulary.ONTOLOGY), _node(OWL.versionInfo)
    said = (q.object for q in quads if q.subject == this and q.predicate == info)
    return next((v.value for v in said if isinstance(v, ox.Literal)), "")


@cache
def _ontology() -> _Triples:
    files = (ontology_path("diplomacy.ttl"), ontology_path("alignments.ttl"))
    found = (q.triple for f in files for q in ox.parse(path=str(f), format=ox.RdfFormat.TURTLE))
    return tuple(sorted(set(found), key=str))


@cache
def _lexicon() -> _Triples:
    found = ox.Store()
    for path in sorted(ontology_path("lexicon").glob("??.ttl")):
        found.load(path=str(path), format=ox.RdfFormat.TURTLE)
    entries = found.quads_for_pattern(None, _node(RDF.type), _node(ONTOLEX.LexicalEntry), None)
    named = {q.subject for q in entries if isinstance(q.subject, ox.NamedNode)}
    return tuple(sorted({t for entry in named for t in _entry(entry, found)}, key=str))


def _entry(entry: ox.NamedNode, lexicon: ox.Store) -> Iterator[ox.Triple]:
    yield ox.Triple(entry, _node(RDF.type), _node(ONTOLEX.LexicalEntry))
    for written in _along(lexicon, entry, ONTOLEX.canonicalForm, ONTOLEX.writtenRep):
        yield ox.Triple(entry, _node(RDFS.label), written)
    for meant in _along(lexicon, entry, ONTOLEX.sense, ONTOLEX.reference):
        yield ox.Triple(entry, _node(ONTOLEX.denotes), meant)


def _along(
    store: ox.Store, subject: ox.NamedNode, first: object, then: object
) -> Iterator[ox.NamedNode | ox.Literal]:
    """Give what is reached by one property after another."""
    for step in store.quads_for_pattern(subject, _node(first), None, None):
        if isinstance(step.object, ox.NamedNode | ox.BlankNode):
            for quad in store.quads_for_pattern(step.object, _node(then), None, None):
                if isinstance(quad.object, ox.NamedNode | ox.Literal):
                    yield quad.object


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
