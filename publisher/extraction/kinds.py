"""Say which classes of the ontology are things said, and which are done to friends.

In: ``ontology/diplomacy.ttl``. Out: the local names of ``dip:Expression`` or ``dip:Measure`` and
all below it; those that CAMEO counts among appeals, consultation, approval, cooperation and aid.
"""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from publisher.resources import ontology_path
from publisher.vocabulary import DIP, RDFS

__all__ = ["expressions", "friendly", "measures", "siding"]

_APPEAL, _YIELD = 2, 8


@cache
def expressions() -> frozenset[str]:
    """Give the local names of the classes of things said: Statement, Demand, Threat, …"""
    return _below(str(DIP.Expression))


@cache
def measures() -> frozenset[str]:
    """Give the local names of the classes of measures: Expulsion, Recall, Suspension, …"""
    return _below(str(DIP.Measure))


def _below(top: str) -> frozenset[str]:
    found = {top}
    while more := {c for c, above in _parents().items() if above & found and c not in found}:
        found |= more
    return frozenset(iri.removeprefix(str(DIP)) for iri in found)


@cache
def _parents() -> dict[str, set[str]]:
    """The classes that each class is directly below."""
    parents: dict[str, set[str]] = {}
    for quad in ox.parse(path=str(ontology_path("diplomacy.ttl")), format=ox.RdfFormat.TURTLE):
        if quad.predicate.value == str(RDFS.subClassOf) and isinstance(quad.object, ox.NamedNode):
            parents.setdefault(str(quad.subject).strip("<>"), set()).add(quad.object.value)
    return parents


@cache
def friendly() -> frozenset[str]:
    """Give the local names of the classes of deeds that side with someone: CAMEO 01 to 07."""
    return frozenset(kind for kind, code in _cameo().items() if code < _YIELD)


@cache
def siding() -> frozenset[str]:
    """Those of them that take a side; who is appealed to (02) need be no friend."""
    return frozenset(kind for kind in friendly() if _cameo()[kind] > _APPEAL)


@cache
def _cameo() -> dict[str, int]:
    """The CAMEO root code of each class that has one."""
    return {
        str(quad.subject).strip("<>").removeprefix(str(DIP)): int(quad.object.value[:2])
        for quad in ox.parse(path=str(ontology_path("diplomacy.ttl")), format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == str(DIP.cameo) and isinstance(quad.object, ox.Literal)
    }
