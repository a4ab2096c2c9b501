"""The ontology for people: its classes as a tree, its properties, and a page for each term.

In: the ontology and its alignments, and the events here that use it. Out: HTML in the reader's
language; whoever asks the same addresses for RDF is sent to the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from publisher.inference import load_ontology
from publisher.resources import ontology_path
from publisher.vocabulary import (
    DCTERMS,
    DIP,
    ONTOLOGY,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SEM,
    SKOS,
    TIME,
    WD,
    XSD,
)
from publisher.web.classes import group_of
from publisher.web.interface import language, message
from publisher.web.negotiation import REPRESENTATIONS, choose
from publisher.web.problems import problem
from publisher.web.summary import fold
from publisher.web.views import Link, event_link, row_view, summary, term_label, term_link

__all__ = ["find_terms", "sent_to_rdf", "terms"]

terms = Blueprint("terms", __name__)

_NEWEST: Final = 10
_PREFIXES: Final = (
    ("schema:", SCHEMA), ("sem:", SEM), ("owl:", OWL), ("rdfs:", RDFS), ("xsd:", XSD),
    ("skos:", SKOS), ("dcterms:", DCTERMS), ("wd:", WD),
    ("time:", TIME), ("prov:", PROV),
)  # fmt: skip
_MATCHES: Final = (
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, RDFS.subClassOf,
    RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty,
)  # fmt: skip


@cache
def _alignments() -> Graph:
    return Graph().parse(ontology_path("alignments.ttl"))


def _name(term: Node) -> str:
    return str(term).removeprefix(str(DIP))


def _is_ours(term: Node) -> bool:
    return isinstance(term, URIRef) and str(term).startswith(str(DIP))


def _example(subject: URIRef) -> tuple[str, str]:
    """An example and its language: the page's where there is one."""
    found = {v.language or "": str(v) for v in _literals(subject, SKOS.example)}
    code = language() if language() in found else next(iter(sorted(found)), "")
    return found.get(code, ""), code


def _literals(subject: URIRef, predicate: URIRef) -> list[Literal]:
    return [v for v in load_ontology().objects(subject, predicate) if isinstance(v, Literal)]


def _said(subject: URIRef, predicate: URIRef) -> str:
    """What is said of a term, in the language of the page or another."""
    by_language = {v.language or "": str(v) for v in sorted(_literals(subject, predicate))}
    return (
        by_language.get(language()) or by_language.get("en") or next(iter(by_language.values()), "")
    )


def _link(term: Node) -> Link:
    if _is_ours(term):
        return term_link(_name(term))
    named = _label_of(term)
    if named:
        return Link(named, str(term), True)
    for prefix, namespace in _PREFIXES:
        if str(term).startswith(str(namespace)):
            return Link(prefix + str(term).removeprefix(str(namespace)), str(term), True)
    return Link(str(term), str(term), True)


def _label_of(term: Node) -> str:
    """Name an item that the alignments name, with its number."""
    names = {getattr(v, "language", ""): str(v) for v in _alignments().objects(term, RDFS.label)}
    name = names.get(language()) or names.get("en")
    return f"{name} (Wikidata, {str(term).removeprefix(str(WD))})" if name else ""


def _brief(term: URIRef) -> dict[str, Any]:
    return {
        "link": term_link(_name(term)),
        "name": _name(term),
        "comment": _said(term, RDFS.comment),
        "example": _example(term),
    }


def _of(kind: URIRef) -> list[URIRef]:
    found = load_ontology().subjects(RDF.type, kind)
    return sorted((t for t in found if isinstance(t, URIRef) and _is_ours(t)), key=_label_key)


def _label_key(term: URIRef) -> str:
    return fold(term_label(_name(term)))


def _tree(root: URIRef, counted: Counter[str]) -> dict[str, Any]:
    children = load_ontology().subjects(RDFS.subClassOf, root)
    below = [_tree(c, counted) for c in sorted(_only_ours(children), key=_label_key)]
    own = counted.get(_name(root), 0)
    return {
        **_brief(root), "below": below, "n": own + sum(b["n"] for b in below),
        "group": group_of(_name(root)),
    }  # fmt: skip


def _only_ours(found: Iterable[Node]) -> list[URIRef]:
    return [t for t in found if isinstance(t, URIRef) and _is_ours(t)]


def _roots() -> list[URIRef]:
    graph = load_ontology()
    return [c for c in _of(OWL.Class) if not _only_ours(graph.objects(c, RDFS.subClassOf))]


def _property(term: URIRef) -> dict[str, Any]:
    graph = load_ontology()
    return {
        **_brief(term),
        "domain": [_link(d) for d in sorted(graph.objects(term, RDFS.domain), key=str)],
        "range": [_link(r) for r in sorted(graph.objects(term, RDFS.range), key=str)],
    }


def find_terms(words: list[str]) -> list[Link]:
    """Give the terms in whose label in any language all the (folded) words are found."""
    graph = load_ontology()
    every = [t for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty) for t in _of(kind)]
    return [
        term_link(_name(t))
        for t in every
        if words and all(w in fold(" ".join(map(str, graph.objects(t, RDFS.label)))) for w in words)
    ]


def sent_to_rdf(name: str) -> Response | None:
    """Send whoever prefers RDF to the ontology or the lexicon as a file."""
    wanted = choose(request.headers.get("Accept"), [r.media_type for r in REPRESENTATIONS])
    form = next((r for r in REPRESENTATIONS if r.media_type == wanted), None)
    if form is None or form.rdf is None:
        return None
    response = redirect(f"/{name}.{form.suffix}", 303)
    response.vary.add("Accept")
    return response  # type: ignore[return-value]


@terms.route("/ontology")
@terms.route("/ontology/")
def ontology() -> str | Response:
    """Show the whole ontology."""
    sent = sent_to_rdf("ontology")
    if sent is not None:
        return sent
    counted = Counter(row.kind for row in summary().rows)
    properties = [
        _property(t)
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        for t in _of(kind)
    ]
    this = URIRef(ONTOLOGY)
    graph = load_ontology()
    return render_template(
        "ontology.html",
        title=_said(this, DCTERMS.title),
        description=_said(this, DCTERMS.description),
        version=str(graph.value(this, OWL.versionInfo) or ""),
        iri=str(DIP),
        trees=[_tree(r, counted) for r in _roots() if r not in (DIP.Status, DIP.CountQualifier)],
        values=[(_brief(c), [_brief(v) for v in _of(c)]) for c in (DIP.Status, DIP.CountQualifier)],
        properties=sorted(properties, key=lambda p: fold(p["link"].label)),
    )


@terms.route("/ontology/<name>")
def term(name: str) -> str | Response:
    """Show a class, a property or a value of the ontology."""
    graph, subject = load_ontology(), DIP[name]
    if (URIRef(ONTOLOGY), OWL.versionIRI, URIRef(f"{ONTOLOGY}/{name}")) in graph:
        return sent_to_rdf("ontology") or redirect("/ontology/", 303)  # type: ignore[return-value]
    if (subject, None, None) not in graph:
        return problem(404, "Not found", "The ontology has no such term.")
    sent = sent_to_rdf("ontology")
    if sent is not None:
        return sent
    known = summary()
    rows = [r for r in known.rows if name in (r.kind, group_of(r.kind))]
    properties = [*graph.subjects(RDFS.domain, subject), *graph.subjects(RDFS.range, subject)]
    return render_template(
        "term.html",
        title=term_label(name)[:1].upper() + term_label(name)[1:],
        iri=str(subject),
        what=_what(subject),
        comment=_said(subject, RDFS.comment),
        example=_example(subject),
        labels=sorted((v.language or "", str(v)) for v in _literals(subject, RDFS.label)),
        facts=_facts(subject),
        properties=[_property(p) for p in sorted(set(_only_ours(properties)), key=_label_key)],
        alignments=_matches(subject),
        wordings=_wordings(name),
        events=[row_view(r, known) for r in rows[:_NEWEST]],
        found=len(rows),
        all_href=event_link(kind=name),
    )


def _wordings(name: str) -> dict[str, list[Any]]:
    from publisher.web.wording import entries_of

    return entries_of(name)


def _what(subject: URIRef) -> str:
    types = set(load_ontology().objects(subject, RDF.type))
    if OWL.Class in types:
        return message("ontology.class")
    return message("ontology.value" if OWL.NamedIndividual in types else "ontology.property")


def _facts(subject: URIRef) -> list[tuple[str, list[Link]]]:
    graph = load_ontology()
    found = [
        ("kind_of", graph.objects(subject, RDFS.subClassOf)),
        ("kinds", graph.subjects(RDFS.subClassOf, subject)),
        ("kind_of", graph.objects(subject, RDFS.subPropertyOf)),
        ("domain", graph.objects(subject, RDFS.domain)),
        ("range", graph.objects(subject, RDFS.range)),
        ("inverse", graph.objects(subject, OWL.inverseOf)),
        ("values", graph.subjects(RDF.type, subject)),
    ]
    listed = [(key, [_link(t) for t in sorted(values, key=str)]) for key, values in found]
    return [(message(f"ontology.{key}"), values) for key, values in listed if values]


def _matches(subject: URIRef) -> list[tuple[str, list[Link]]]:
    """Give the counterparts of a term in other vocabularies, by how close they are."""
    found = []
    for predicate in _MATCHES:
        others = sorted(_alignments().objects(subject, predicate), key=str)
        if others:
            key = str(predicate).replace("#", "/").rsplit("/", 1)[-1]
            found.append((message(f"ontology.{key}"), [_link(o) for o in others]))
    graph = load_ontology()
    for scheme, predicate in (("PLOVER", DIP.plover), ("CAMEO", DIP.cameo)):
        codes = [Link(str(c)) for c in sorted(graph.objects(subject, predicate), key=str)]
        if codes:
            found.append((scheme, codes))
    return found
