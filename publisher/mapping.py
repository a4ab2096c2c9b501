"""Turn the claims of a document into RDF quads.

In: a document, what was read from it, and the base of our identifiers. Out: quads in a fixed
order: one named graph with the document's claims and the events they report, and the provenance
of that graph in another (PROV-O). The same input gives the same quads.

Claims carry type and roles as the document gives them; quotations follow the Web Annotation
vocabulary (TextQuoteSelector, TextPositionSelector; positions in Unicode code points).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
from rdflib import URIRef

from publisher import __version__
from publisher.documents import Document
from publisher.extraction.claims import Claim, Extraction, Party
from publisher.extraction.times import Interval
from publisher.gazetteer import Entity
from publisher.vocabulary import DCTERMS, DIP, OA, ONTOLOGY, PROV, RDF, RDFS, SCHEMA, XSD

__all__ = ["DEFAULT_BASE", "Names", "document_slug", "slug", "to_dataset"]

DEFAULT_BASE = "http://localhost:8000"

_Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]

_CONTEXT = 32
"""Characters of the text before and after a quotation that its selector repeats."""
_MAX_QUOTE = 300
_LONGEST_NAME = 80
_NO_NAME = "unnamed"
_SEPARATOR = re.compile(r"[^a-z0-9]+")


def slug(text: str, longest: int = _LONGEST_NAME) -> str:
    """Make a readable, lower-case ASCII name for an IRI."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _SEPARATOR.sub("-", folded).strip("-")[:longest].strip("-") or _NO_NAME


def document_slug(identifier: str) -> str:
    """Make the readable name of a document.

    Where letters or digits are lost on the way to ASCII, or the end is cut off, a digest of the
    identifier tells it from others that lose the same.
    """
    name = slug(identifier)
    folded = unicodedata.normalize("NFKD", identifier)
    lost = any(c.isalnum() and not c.isascii() for c in folded) or name == _NO_NAME
    if not lost and len(identifier) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name}-{digest[:8]}"


@dataclass(frozen=True)
class Names:
    """The identifiers of one publisher: every IRI of our own is made here."""

    base: str = DEFAULT_BASE

    def of(self, kind: str, name: str) -> ox.NamedNode:
        """Name a thing of a kind: document, claim, event, actor, graph."""
        return ox.NamedNode(f"{self.base.rstrip('/')}/id/{kind}/{name}")

    def entity(self, entity: Entity) -> ox.NamedNode:
        """Name an actor or a place: its Wikidata item, or an identifier of our own."""
        if entity.is_local:
            return self.of("actor", slug(entity.slug))
        return ox.NamedNode(entity.iri)

    def graphs(self, document: str) -> tuple[ox.NamedNode, ox.NamedNode]:
        """Name the two graphs of a document: what it claims, and where that comes from."""
        name = document_slug(document)
        return self.of("graph", name), self.of("provenance", name)


def to_dataset(
    document: Document, extraction: Extraction, base: str = DEFAULT_BASE
) -> list[ox.Quad]:
    """Map the claims of a document to quads; see the module for what they hold."""
    return list(_Mapper(document, extraction, Names(base)).quads())


@cache
def _node(term: URIRef) -> ox.NamedNode:
    """A term of a vocabulary: there are few, and each is made once."""
    return ox.NamedNode(str(term))


class _Mapper:
    """Holds the names of one document while its quads are made."""

    def __init__(self, document: Document, extraction: Extraction, names: Names) -> None:
        self.document = document
        self.claims = extraction.claims
        self.names = names
        self.slug = document_slug(document.identifier)
        self.graph, self.provenance = names.graphs(document.identifier)
        self.resource = names.of("document", self.slug)
        self.events = _event_names(self.claims, document)
        self.described: set[str] = set()

    def quads(self) -> Iterator[ox.Quad]:
        for subject, predicate, value in self._triples():
            yield ox.Quad(subject, predicate, value, self.graph)
        for subject, predicate, value in self._provenance():
            yield ox.Quad(subject, predicate, value, self.provenance)

    def _triples(self) -> Iterator[_Triple]:
        yield from self._document()
        for number, claim in enumerate(self.claims):
            yield from self._claim(number, claim)
        for name in dict.fromkeys(self.events):
            members = [c for c, n in zip(self.claims, self.events, strict=True) if n == name]
            yield from self._event(name, members)
            yield from self._answers(name, members)

    def _answers(self, name: str, members: Sequence[Claim]) -> Iterator[_Triple]:
        answered = {self.events[c.in_response_to] for c in members if c.in_response_to is not None}
        for other in sorted(answered - {name}):
            yield (
                self.names.of("event", name), _node(DIP.inResponseTo),
                self.names.of("event", other),
            )  # fmt: skip

    def _document(self) -> Iterator[_Triple]:
        document, node = self.document, self.resource
        yield node, _node(RDF.type), _node(DIP.Document)
        yield node, _node(DCTERMS.identifier), ox.Literal(document.identifier)
        title = document.title or document.identifier
        yield node, _node(RDFS.label), _text(title, document.language)
        if document.title:
            yield node, _node(DCTERMS.title), _text(document.title, document.language)
        if document.published:
            yield node, _node(DCTERMS.issued), _date(document.published)
        yield node, _node(DCTERMS.language), ox.Literal(document.language)
        if document.publisher:
            yield node, _node(DCTERMS.publisher), ox.Literal(document.publisher)
        if document.source and document.source.startswith(("http://", "https://")):
            yield node, _node(DCTERMS.source), _iri_or_text(document.source)
        elif document.source:
            yield node, _node(DCTERMS.source), ox.Literal(document.source)
        if document.licence:
            yield node, _node(DCTERMS.license), _iri_or_text(document.licence)

    def _claim(self, number: int, claim: Claim) -> Iterator[_Triple]:
        node = self.names.of("claim", f"{self.slug}-{number + 1}")
        event = self.names.of("event", self.events[number])
        yield node, _node(RDF.type), _node(DIP.Claim)
        yield node, _node(DIP.reports), event
        yield node, _node(DIP.claimedType), _node(DIP[claim.event_type])
        yield node, _node(DIP.status), _node(DIP[claim.status])
        yield node, _node(DIP.frame), ox.NamedNode(claim.frame)
        yield node, _node(PROV.wasDerivedFrom), self.resource
        yield from self._roles(node, claim)
        for party in claim.stated_by:
            yield node, _node(DIP.statedBy), self.names.entity(party.entity)
            yield from self._described(party.entity)
            if party.acts_for is not None:
                yield from self._on_behalf(party)
        if claim.certainty:
            yield node, _node(DIP.certainty), ox.Literal(claim.certainty)
        yield from self._count(node, claim)
        yield from self._time(node, claim.time)
        if claim.place is not None:
            yield node, _node(DIP.place), self.names.entity(claim.place)
            yield from self._described(claim.place)
        yield from self._targets(node, claim)

    def _roles(self, node: ox.NamedNode, claim: Claim) -> Iterator[_Triple]:
        for role, parties in (
            (DIP.actor, claim.actors),
            (DIP.recipient, claim.recipients),
            (DIP.participant, claim.participants),
        ):
            for party in parties:
                yield from self._party(node, role, party)

    def _party(self, node: ox.NamedNode, role: URIRef, party: Party) -> Iterator[_Triple]:
        """States take the role; who acts for them is the agent."""
        entity = self.names.entity(party.entity)
        yield from self._described(party.entity)
        receives = role == DIP.recipient
        agent = DIP.recipientAgent if receives else DIP.agent
        if party.acts_for is None or party.acts_for.iri == party.entity.iri:
            if party.entity.kind in ("person", "group", "body") and not receives:
                yield node, _node(agent), entity
            yield node, _node(role), entity
            return
        yield from self._on_behalf(party)
        yield node, _node(agent), entity
        own_role = receives and party.entity.kind == "body" and not party.entity.is_local
        state = entity if own_role else self.names.entity(party.acts_for)
        yield node, _node(role), state

    def _on_behalf(self, party: Party) -> Iterator[_Triple]:
        if party.acts_for is None:
            return
        yield from self._described(party.acts_for)
        key = f"{party.entity.iri} {party.acts_for.iri}"
        if key not in self.described:
            self.described.add(key)
            acts_for = self.names.entity(party.acts_for)
            yield self.names.entity(party.entity), _node(DIP.onBehalfOf), acts_for

    def _described(self, entity: Entity) -> Iterator[_Triple]:
        if entity.iri in self.described:
            return
        self.described.add(entity.iri)
        node = self.names.entity(entity)
        yield node, _node(RDF.type), _node(DIP.Place if entity.kind == "place" else DIP.Actor)
        for language, label in sorted(set(entity.labels) or {("en", entity.label)}):
            yield node, _node(RDFS.label), _text(label, language)
        yield node, _node(DIP.kind), ox.Literal(entity.kind)
        if entity.is_local:
            yield node, _node(DIP.unlinked), ox.Literal(True)

    def _count(self, node: ox.NamedNode, claim: Claim) -> Iterator[_Triple]:
        for count in claim.counts[:1]:
            if count.value is not None:
                yield node, _node(DIP["count"]), ox.Literal(count.value)
            yield node, _node(DIP.countQualifier), _node(DIP[count.qualifier])
            if count.of:
                yield node, _node(DIP.countOf), ox.Literal(count.of)

    def _time(self, node: ox.NamedNode, interval: Interval | None) -> Iterator[_Triple]:
        if interval is None:
            return
        if interval.start == interval.end:
            yield node, _node(DIP.date), _date(interval.start)
        else:
            yield node, _node(DIP.startDate), _date(interval.start)
            yield node, _node(DIP.endDate), _date(interval.end)

    def _targets(self, node: ox.NamedNode, claim: Claim) -> Iterator[_Triple]:
        for number, (start, end) in enumerate([(claim.start, claim.end), *claim.repeats], start=1):
            suffix = "" if number == 1 else f"-{number}"
            yield from self._target(node, suffix, start, min(end, start + _MAX_QUOTE))

    def _target(self, node: ox.NamedNode, suffix: str, start: int, end: int) -> Iterator[_Triple]:
        text = self.document.text
        target = ox.NamedNode(f"{node.value}#target{suffix}")
        quote = ox.NamedNode(f"{node.value}#quote{suffix}")
        position = ox.NamedNode(f"{node.value}#position{suffix}")
        yield node, _node(OA.hasTarget), target
        yield target, _node(OA.hasSource), self.resource
        yield target, _node(OA.hasSelector), quote
        yield target, _node(OA.hasSelector), position
        yield quote, _node(RDF.type), _node(OA.TextQuoteSelector)
        yield quote, _node(OA.exact), ox.Literal(text[start:end])
        yield quote, _node(OA.prefix), ox.Literal(text[max(0, start - _CONTEXT) : start])
        yield quote, _node(OA.suffix), ox.Literal(text[end : end + _CONTEXT])
        yield position, _node(RDF.type), _node(OA.TextPositionSelector)
        yield position, _node(OA.start), _number(start)
        yield position, _node(OA.end), _number(end)

    def _event(self, name: str, members: Sequence[Claim]) -> Iterator[_Triple]:
        node = self.names.of("event", name)
        best = max(members, key=lambda c: (len(c.actors) + len(c.recipients), -c.start))
        yield node, _node(RDF.type), _node(DIP.Event)
        yield node, _node(RDF.type), _node(DIP[best.event_type])
        yield node, _node(RDFS.label), ox.Literal(_label(best, members), language="en")
        yield node, _node(DIP.status), _node(DIP[best.status])
        yield from self._roles(node, best)
        counted = next((c for c in members if c.counts and c.counts[0].value is not None), best)
        yield from self._count(node, counted)
        timed = next((c.time for c in members if c.time), None)
        yield from self._time(node, timed)

    def _provenance(self) -> Iterator[_Triple]:
        activity = self.names.of("extraction", self.slug)
        agent = ox.NamedNode(f"{ONTOLOGY}/software/{__version__}")
        yield self.provenance, _node(RDF.type), _node(PROV.Bundle)
        yield self.graph, _node(RDF.type), _node(PROV.Entity)
        yield self.graph, _node(PROV.wasDerivedFrom), self.resource
        yield self.graph, _node(PROV.wasGeneratedBy), activity
        yield activity, _node(RDF.type), _node(PROV.Activity)
        yield activity, _node(PROV.used), self.resource
        yield activity, _node(PROV.wasAssociatedWith), agent
        yield agent, _node(RDF.type), _node(PROV.SoftwareAgent)
        yield agent, _node(SCHEMA.softwareVersion), ox.Literal(__version__)


def _event_names(claims: Sequence[Claim], document: Document) -> list[str]:
    """Name the event of each claim: day, type, who, to whom; a second of the same kind gets 2."""
    names: list[str] = []
    taken: dict[str, int] = {}
    for number, claim in enumerate(claims):
        if claim.same_as is not None:
            names.append(names[claim.same_as])
            continue
        cluster = [claim, *(c for c in claims if c.same_as == number)]
        time = next((c.time for c in cluster if c.time), None)
        day = time.start if time else document.published
        parts = [
            str(day or "undated"),
            claim.event_type,
            *_slugs(claim.participants or claim.actors),
            *_slugs(claim.recipients),
        ]
        name = slug("-".join(parts), 120)
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return names


def _slugs(parties: Iterable[Party]) -> list[str]:
    return sorted({slug((p.acts_for or p.entity).label, 40) for p in parties})[:4]


def _label(claim: Claim, members: Sequence[Claim]) -> str:
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", claim.event_type)
    if claim.participants:
        parties = ", ".join((p.acts_for or p.entity).label for p in claim.participants)
    else:
        parties = ", ".join((p.acts_for or p.entity).label for p in claim.actors)
        if claim.recipients:
            receivers = ", ".join((p.acts_for or p.entity).label for p in claim.recipients)
            parties = f"{parties} → {receivers}"
    time = next((c.time for c in members if c.time), None)
    day = f", {time.start}" if time else ""
    return f"{kind}: {parties}{day}"


def _text(value: str, language: str | None) -> ox.Literal:
    return ox.Literal(value, language=language) if language else ox.Literal(value)


def _date(day: object) -> ox.Literal:
    return ox.Literal(str(day), datatype=_node(XSD.date))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_node(XSD.nonNegativeInteger))


def _iri_or_text(value: str) -> ox.NamedNode | ox.Literal:
    try:
        return ox.NamedNode(value)
    except ValueError:
        return ox.Literal(value)
