"""Say which classes of the ontology are things said rather than things done.

In: ``ontology/diplomacy.ttl``. Out: the local names of ``dip:Expression`` and all below it.
"""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from publisher.resources import ontology_path
from publisher.vocabulary import DIP, RDFS

__all__ = ["expressions"]


@cache
def expressions() -> frozenset[str]:
    """Give the local names of the classes of things said: Statement, Demand, Threat, …"""
    parents: dict[str, set[str]] = {}
    for quad in ox.parse(path=str(ontology_path("diplomacy.ttl")), format=ox.RdfFormat.TURTLE):
        if quad.predicate.value == str(RDFS.subClassOf) and isinstance(quad.object, ox.NamedNode):
            parents.setdefault(str(quad.subject).strip("<>"), set()).add(quad.object.value)
    found = {str(DIP.Expression)}
    while more := {c for c, above in parents.items() if above & found and c not in found}:
        found |= more
    return frozenset(iri.removeprefix(str(DIP)) for iri in found)
