"""Make as many published documents as are wanted, without reading any text.

In: a number of quads. Out: quads shaped as the publisher's own (a document's graph and that of its
provenance; claims, events, actors, quotations), the same every time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pyoxigraph as ox

from publisher.inference import entail
from publisher.vocabulary import DCTERMS, DIP, OA, PROV, RDF, RDFS, WD, XSD

__all__ = ["documents"]

BASE = "http://localhost:8000"
CLASSES = (
    "Expulsion Meeting Visit Condemnation Sanction Agreement Recall Summons Call Threat".split()
)
STATES = 180
CLAIMS = 5


def documents(quads: int, seed: int = 1) -> Iterator[tuple[list[str], list[ox.Quad]]]:
    """Give documents, each as its graphs and its quads, until there are so many quads."""
    chance = random.Random(seed)
    number = made = 0
    while made < quads:
        number += 1
        found = entail(_document(number, chance))
        made += len(found)
        yield [f"{BASE}/id/{part}/d{number}" for part in ("graph", "provenance")], found


def _document(number: int, chance: random.Random) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(f"{BASE}/id/graph/d{number}")
    provenance = ox.NamedNode(f"{BASE}/id/provenance/d{number}")
    document = ox.NamedNode(f"{BASE}/id/document/d{number}")
    day = date(1990, 1, 1) + timedelta(days=chance.randrange(12_000))

    def say(
        subject: ox.NamedNode, predicate: object, value: object, of: ox.NamedNode = graph
    ) -> ox.Quad:
        return ox.Quad(subject, _node(predicate), value, of)  # type: ignore[arg-type]

    yield say(document, RDF.type, _node(DIP.Document))
    yield say(document, DCTERMS.issued, _day(day))
    yield say(document, DCTERMS.title, ox.Literal(f"Dispatch {number} of {day}", language="en"))
    yield say(graph, PROV.wasDerivedFrom, document, provenance)
    yield say(graph, PROV.generatedAtTime, _day(day), provenance)
    before = None
    for place in range(CLAIMS):
        first, second = (_state(chance) for _ in range(2))
        kind = CLASSES[min(int(chance.expovariate(0.4)), len(CLASSES) - 1)]
        when = day - timedelta(days=chance.randrange(5))
        event = ox.NamedNode(f"{BASE}/id/event/d{number}-{place}")
        claim = ox.NamedNode(f"{BASE}/id/claim/d{number}-{place}")
        label = ox.Literal(f"{kind} by {first[1]} of {second[1]}, {when}", language="en")
        yield say(claim, RDF.type, _node(DIP.Claim))
        yield say(claim, DIP.reports, event)
        yield say(claim, PROV.wasDerivedFrom, document)
        yield say(claim, DIP.status, _node(DIP.Occurred))
        yield say(event, RDF.type, _node(DIP[kind]))
        yield say(event, RDFS.label, label)
        yield say(event, DIP.date, _day(when))
        yield say(event, DIP.status, _node(DIP.Occurred))
        if kind == "Expulsion":
            yield say(event, DIP["count"], ox.Literal(chance.randrange(1, 60)))
        if before is not None and chance.random() < 0.3:
            yield say(event, DIP.inResponseTo, before)
        for role, (state, name) in ((DIP.actor, first), (DIP.recipient, second)):
            yield say(event, role, state)
            yield say(claim, role, state)
            yield say(state, RDFS.label, ox.Literal(name, language="en"))
            yield say(state, RDFS.label, ox.Literal(f"{name} (fr)", language="fr"))
        target, quote = (ox.NamedNode(f"{claim.value}#{part}") for part in ("target", "quote"))
        yield say(claim, OA.hasTarget, target)
        yield say(target, OA.hasSource, document)
        yield say(target, OA.hasSelector, quote)
        yield say(quote, RDF.type, _node(OA.TextQuoteSelector))
        yield say(quote, OA.exact, ox.Literal(f"{first[1]} and {second[1]}: {kind} number {place}"))
        before = event


def _state(chance: random.Random) -> tuple[ox.NamedNode, str]:
    number = min(int(chance.expovariate(0.03)), STATES)
    return ox.NamedNode(f"{WD}Q{number + 1}"), f"State {number + 1}"


def _day(day: date) -> ox.Literal:
    return ox.Literal(day.isoformat(), datatype=_node(XSD.date))


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
