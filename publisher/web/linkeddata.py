"""Write JSON-LD for people who know JSON and no RDF: a published context, and one tree a document.

In: triples about a thing. Out: JSON-LD 1.1, framed: the thing with what belongs to it inside, short
names as the context has them. The context is made from the ontology, so that it never lacks a term;
its address carries a version, and within a version a term keeps its meaning for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import pyoxigraph as ox
from pyld import jsonld
from rdflib import URIRef

from publisher.inference import load_ontology
from publisher.serialisation import PREFIXES
from publisher.vocabulary import (
    DCTERMS,
    DIP,
    OA,
    OWL,
    PLOVER,
    PROV,
    RDF,
    RDFS,
    XSD,
)
from publisher.web.profiling import OURS, Profile

__all__ = ["CONTEXT_VERSION", "context", "context_address", "framed"]

CONTEXT_VERSION: Final = "v1"
"""Raised when a term of the context changes its meaning; new terms do not raise it."""

_ENUMERATIONS: Final = (DIP.Status, DIP.CountQualifier, OWL.Class)
_INSIDE: Final[dict[str, dict[str, Any]]] = {
    "event": {"claims": {"derivedFrom": {}, "target": {"selector": {}}}},
    "document": {"hasClaim": {"reports": {}, "target": {"selector": {}}}},
    "claim": {"reports": {}, "derivedFrom": {}, "target": {"selector": {}}},
}
"""What stands inside of what, by kind of thing; the rest stands where it is first met."""


def context_address(base: str) -> str:
    """Give the address of the context in its present version."""
    return f"{base}/context/{CONTEXT_VERSION}.jsonld"


@cache
def context() -> dict[str, Any]:
    """Make the context: the ontology's classes and properties, and what else we write."""
    graph = load_ontology()
    terms: dict[str, Any] = {
        "@version": 1.1, "id": "@id", "type": {"@id": "@type", "@container": "@set"},
        **{p: ns for p, ns in PREFIXES.items() if p not in ("wd", "lex")},
        "label": {"@id": str(RDFS.label), "@container": "@language"},
        "title": {"@id": str(DCTERMS.title), "@container": "@language"},
        "identifier": str(DCTERMS.identifier),
        "issued": {"@id": str(DCTERMS.issued), "@type": str(XSD.date)},
        "language": str(DCTERMS.language),
        "publisher": str(DCTERMS.publisher),
        "source": {"@id": str(DCTERMS.source), "@type": "@id"},
        "license": {"@id": str(DCTERMS.license), "@type": "@id"},
        "derivedFrom": {"@id": str(PROV.wasDerivedFrom), "@type": "@id"},
        "withdrawn": {"@id": str(PROV.invalidatedAtTime), "@type": str(XSD.dateTime)},
        "target": {"@id": str(OA.hasTarget), "@type": "@id", "@container": "@set"},
        "targetSource": {"@id": str(OA.hasSource), "@type": "@id"},
        "selector": {"@id": str(OA.hasSelector), "@type": "@id"},
        "TextQuoteSelector": str(OA.TextQuoteSelector),
        "TextPositionSelector": str(OA.TextPositionSelector),
        **{name: str(OA[name]) for name in ("exact", "prefix", "suffix", "start", "end")},
        "claims": {"@reverse": str(DIP.reports), "@container": "@set"},
        "hasClaim": {"@reverse": str(PROV.wasDerivedFrom), "@container": "@set"},
    }  # fmt: skip
    for kind in (OWL.Class, OWL.NamedIndividual, DIP.Status, DIP.CountQualifier):
        terms |= {_name(t): str(t) for t in graph.subjects(RDF.type, kind) if _is_ours(t)}
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in graph.subjects(RDF.type, kind):
            if _is_ours(term):
                terms[_name(term)] = _property(URIRef(str(term)))
                if kind == OWL.ObjectProperty and _name(term) in _REVERSED:
                    terms[_name(term)] |= {"@container": "@set"}
                    terms[f"{_name(term)}Of"] = {"@reverse": str(term), "@container": "@set"}
    return dict(sorted(terms.items(), key=lambda x: (x[0][0] != "@", x[0])))


_REVERSED: Final = (  # what may have several values, and is asked for from both ends
    "actor", "recipient", "participant", "agent", "recipientAgent", "statedBy",
    "place",
)  # fmt: skip


def _is_ours(term: object) -> bool:
    return str(term).startswith(str(DIP))


def _name(term: object) -> str:
    return str(term).removeprefix(str(DIP))


def _property(term: URIRef) -> dict[str, str]:
    graph = load_ontology()
    found = {"@id": str(term)}
    ranges = list(graph.objects(term, RDFS.range))
    if (term, RDF.type, OWL.ObjectProperty) in graph:
        by_name = any(r in _ENUMERATIONS for r in ranges) or term == DIP.claimedType
        return found | {"@type": "@vocab" if by_name else "@id"}
    types = [str(r) for r in ranges if str(r).startswith(str(XSD)) and r not in _NATIVE]
    return found | {"@type": types[0]} if types else found


_NATIVE: Final = (XSD.string, XSD.integer, XSD.boolean)
"""What JSON writes as it is."""


def framed(
    triples: Iterable[ox.Triple], kind: str, subject: str, base: str, profile: Profile = OURS
) -> bytes:
    """Write what is said of a thing as one tree.

    Args:
        triples: the description, in the words of the profile.
        kind: what kind of thing it is.
        subject: its IRI, the root of the tree.
        base: the base of our own addresses, where the context is.
        profile: whose terms the names are.
    """
    names, shown = _names_of(profile, base)
    lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    expanded = jsonld.from_rdf(lines, {"useNativeTypes": True})
    frame: dict[str, Any] = {"@context": names, "@id": subject, "@embed": "@once"}
    if profile is OURS:
        frame |= _INSIDE.get(kind, {})
    tree = jsonld.frame(expanded, frame, {"omitGraph": True})
    tree["@context"] = shown
    return json.dumps(tree, ensure_ascii=False, indent=1).encode()


def _names_of(profile: Profile, base: str) -> tuple[Any, Any]:
    """Give the context to write with, and the one to show."""
    if profile is OURS:
        return context(), context_address(base)
    names: dict[str, Any] = {"id": "@id", "type": "@type", "@vocab": profile.iri}
    label = str(RDFS.label) if profile.iri == str(PLOVER) else f"{profile.iri}name"
    names["name"] = {"@id": label, "@container": "@language"}
    days, pointing = _TERMS[profile.token]
    for name in days:
        names[name] = {"@id": profile.iri + name, "@type": str(XSD.date)}
    for name in pointing:
        names[name] = {"@id": profile.iri + name, "@type": "@id"}
    return names, names


_TERMS: Final = {
    "schema": (
        ("startDate", "endDate", "datePublished"),
        ("additionalType", "license", "isBasedOn", "subjectOf", "about", "superEvent"),
    ),
    "plover": (("eventDate",), ("actor", "recipient", "location")),
}
"""By profile: properties whose values are days, and those that point to things."""
