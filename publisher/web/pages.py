"""Pages for people: home, event, claim, document, actor, class, query, about.

In: a snapshot. Out: HTML that works without JavaScript and without any foreign host; every value
is escaped, and only http(s) IRIs become links.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, render_template, request
from rdflib import URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from publisher.inference import load_ontology
from publisher.resources import ontology_path
from publisher.vocabulary import DCTERMS, DIP, PROV, WD
from publisher.web.problems import problem
from publisher.web.reading import Data, Reader, node

__all__ = ["page", "pages"]

pages = Blueprint("pages", __name__)

_ON_HOME = 50


def _reader() -> Reader:
    return current_app.extensions["communique"].reader


def _base() -> str:
    return current_app.extensions["communique"].config.base.rstrip("/")


@dataclass(frozen=True)
class Link:
    """A name for people and where it leads."""

    label: str
    href: str | None


def link_to(thing: ox.NamedNode | ox.Literal, data: Data) -> Link:
    """Give the link that a page shows for a thing."""
    label = data.label(thing)
    if isinstance(thing, ox.Literal):
        return Link(label, None)
    iri = thing.value
    ours = f"{_base()}/id/"
    if iri.startswith(ours):
        return Link(label, "/" + quote(iri.removeprefix(ours)) + ".html")
    if iri.startswith(str(DIP)):
        return Link(label, f"/ontology/{quote(iri.removeprefix(str(DIP)))}")
    if iri.startswith(str(WD)):
        return Link(label, f"/wikidata/{quote(iri.removeprefix(str(WD)))}")
    if iri.startswith(("http://", "https://")):
        return Link(label, iri)
    return Link(label, None)


def _links(subject: ox.NamedNode, predicate: object, data: Data) -> list[Link]:
    return [link_to(v, data) for v in data.values(subject, predicate)]


def _event(event: ox.NamedNode, data: Data) -> dict[str, Any]:
    types = [t for t in data.types(event) if not _is_abstract(t)]
    return {
        "link": link_to(event, data),
        "day": data.event_day(event),
        "type": types[0] if types else "Event",
        "status": [s.label for s in _links(event, DIP.status, data)],
        "actors": _links(event, DIP.actor, data),
        "agents": _links(event, DIP.agent, data),
        "recipients": _links(event, DIP.recipient, data),
        "participants": _links(event, DIP.participant, data),
        "count": data.value(event, DIP["count"]),
        "claims": [_claim(c, data) for c in data.pointing(DIP.reports, event)],
    }


def _is_abstract(name: str) -> bool:
    ontology = load_ontology()
    return (None, RDFS.subClassOf, DIP[name]) in ontology or name == "Event"


def _claim(claim: ox.NamedNode, data: Data) -> dict[str, Any]:
    before, exact, after = data.quote(claim)
    documents = data.values(claim, PROV.wasDerivedFrom)
    return {
        "link": Link(claim.value.rsplit("/", 1)[-1], link_to(claim, data).href),
        "before": before,
        "exact": exact,
        "after": after,
        "stated_by": _links(claim, DIP.statedBy, data),
        "documents": [link_to(d, data) for d in documents],
        "status": [s.label for s in _links(claim, DIP.status, data)],
        "events": _links(claim, DIP.reports, data),
        "type": [t.label for t in _links(claim, DIP.claimedType, data)],
        "count": data.value(claim, DIP["count"]),
        "day": data.value(claim, DIP.date),
        "actors": _links(claim, DIP.actor, data),
        "recipients": _links(claim, DIP.recipient, data),
        "participants": _links(claim, DIP.participant, data),
    }


def page(kind: str, subject: ox.NamedNode, data: Data) -> str:
    """Render the page about an event, claim, document or actor."""
    name = subject.value.rsplit("/", 1)[-1]
    shared = {"iri": subject.value, "title": data.label(subject), "place": f"/{kind}/{name}"}
    if data.is_gone(subject):
        return render_template("gone.html", **shared)
    if kind == "event":
        return render_template("event.html", event=_event(subject, data), **shared)
    if kind == "claim":
        return render_template("claim.html", claim=_claim(subject, data), **shared)
    if kind == "document":
        claims = [_claim(c, data) for c in data.pointing(PROV.wasDerivedFrom, subject)]
        facts = {
            "date": data.value(subject, DCTERMS.issued),
            "publisher": data.value(subject, DCTERMS.publisher),
            "language": data.value(subject, DCTERMS.language),
            "licence": _links(subject, DCTERMS.license, data),
            "source": _links(subject, DCTERMS.source, data),
        }
        return render_template("document.html", facts=facts, claims=claims, **shared)
    if kind == "actor":
        return _actor_page(subject, data, shared)
    return render_template("graph.html", **shared)


def _actor_page(subject: ox.NamedNode, data: Data, shared: dict[str, Any]) -> str:
    def events(*roles: object) -> list[dict[str, Any]]:
        found = {e for role in roles for e in data.pointing(role, subject)}
        chosen = [e for e in found if "Event" in data.types(e)]
        return sorted((_event(e, data) for e in chosen), key=lambda e: e["day"], reverse=True)

    wikidata = subject.value if subject.value.startswith(str(WD)) else None
    return render_template(
        "actor.html",
        did=events(DIP.actor, DIP.agent, DIP.participant),
        done_to=events(DIP.recipient, DIP.recipientAgent),
        on_behalf=_links(subject, DIP.onBehalfOf, data),
        wikidata=wikidata,
        **shared,
    )


@pages.route("/")
def home() -> str:
    """What is in here, and the newest events."""
    data = _reader().data()
    wanted = request.args.get("q", "").strip().casefold()
    events = list(_reader().events(data))
    if wanted:
        events = [e for e in events if wanted in data.label(e).casefold()]
    return render_template(
        "home.html",
        title="Communiqué",
        events=[_event(e, data) for e in events[:_ON_HOME]],
        found=len(events),
        wanted=request.args.get("q", ""),
        documents=len(data.of_class(DIP.Document)),
        claims=len(data.of_class(DIP.Claim)),
    )


@pages.route("/documents")
def documents() -> str:
    """List the documents."""
    data = _reader().data()
    found = [
        (link_to(d, data), data.value(d, DCTERMS.issued), data.value(d, DCTERMS.identifier))
        for d in data.of_class(DIP.Document)
    ]
    return render_template("documents.html", title="Documents", documents=found)


@pages.route("/wikidata/<name>")
def item(name: str) -> Response:
    """Show what an actor with a Wikidata item did and what was done to it."""
    data = _reader().data()
    if not (name[:1] == "Q" and name[1:].isdecimal()):
        return problem(404, "Not found", "An item is Q and a number.")
    subject = node(WD[name])
    if not data.about(subject):
        return problem(404, "Not found", "No event here has that item.")
    return Response(page("actor", subject, data), content_type="text/html")


@pages.route("/ontology/")
@pages.route("/ontology/<name>")
def term(name: str | None = None) -> Response:
    """Show a class or property of the ontology, or all of them."""
    graph = load_ontology()
    if name is None:
        terms = sorted({s for s in graph.subjects(RDF.type, OWL.Class) if isinstance(s, URIRef)})
        rows = [(str(t).removeprefix(str(DIP)), _said(t, RDFS.comment)) for t in terms]
        return Response(
            render_template("ontology.html", title="Ontology", rows=rows),
            content_type="text/html",
        )
    subject = DIP[name]
    if (subject, None, None) not in graph:
        return problem(404, "Not found", "The ontology has no such term.")
    return Response(
        render_template(
            "term.html",
            title=_said(subject, RDFS.label),
            iri=str(subject),
            comment=_said(subject, RDFS.comment),
            example=_said(subject, SKOS.example),
            parents=[
                str(p).removeprefix(str(DIP)) for p in graph.objects(subject, RDFS.subClassOf)
            ],
            children=sorted(
                str(c).removeprefix(str(DIP)) for c in graph.subjects(RDFS.subClassOf, subject)
            ),
            cameo=str(graph.value(subject, DIP.cameo) or ""),
            plover=str(graph.value(subject, DIP.plover) or ""),
        ),
        content_type="text/html",
    )


def _said(subject: URIRef, predicate: URIRef, language: str = "en") -> str:
    values = list(load_ontology().objects(subject, predicate))
    chosen = [v for v in values if getattr(v, "language", None) == language] or values
    return str(chosen[0]) if chosen else ""


@pages.route("/query")
def query() -> str:
    """A form for SPARQL, with the competency questions as examples."""
    examples = [
        path.read_text(encoding="utf-8")
        for path in sorted(ontology_path("competency").glob("*.rq"))
    ]
    chosen = request.args.get("query") or (examples[0] if examples else "")
    return render_template("query.html", title="Query", chosen=chosen, examples=examples)


@pages.route("/about")
def about() -> str:
    """What this is, and how to use it."""
    return render_template("about.html", title="About")
