"""Say more of things that were reconciled: the values of their properties (data extension).

In: things of a snapshot and names of properties. Out: values as the Reconciliation API has them:
other things by identifier and name, numbers, days and texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from publisher.vocabulary import DCTERMS, DIP, OWL, RDFS, WD, XSD
from publisher.web.reading import Data
from publisher.web.reconcile.entities import short_id

__all__ = ["Property", "properties_of", "property_named", "values_of"]


@dataclass(frozen=True)
class Property:
    """A property that can be asked for: its identifier, name, IRI, and whose it is."""

    id: str
    name: str
    iri: str
    kinds: tuple[str, ...]
    points_to: str = ""
    """The type of the things that are its values, if they are any."""


_EVENT: Final = ("Event",)
_ALL: Final = (
    Property("label", "name", str(RDFS.label), ("Event", "Actor", "Document")),
    Property("date", "day", str(DIP.date), _EVENT),
    Property("startDate", "first day", str(DIP.startDate), _EVENT),
    Property("endDate", "last day", str(DIP.endDate), _EVENT),
    Property("actor", "actor", str(DIP.actor), _EVENT, "Actor"),
    Property("recipient", "recipient", str(DIP.recipient), _EVENT, "Actor"),
    Property("participant", "participant", str(DIP.participant), _EVENT, "Actor"),
    Property("agent", "agent", str(DIP.agent), _EVENT, "Actor"),
    Property("place", "place", str(DIP.place), _EVENT),
    Property("count", "how many", str(DIP["count"]), _EVENT),
    Property("status", "status", str(DIP.status), _EVENT),
    Property("inResponseTo", "in response to", str(DIP.inResponseTo), _EVENT, "Event"),
    Property("partOf", "part of", str(DIP.partOf), _EVENT, "Event"),
    Property("kind", "kind", str(DIP.kind), ("Actor",)),
    Property("onBehalfOf", "acts for", str(DIP.onBehalfOf), ("Actor",), "Actor"),
    Property("wikidata", "Wikidata item", str(OWL.sameAs), ("Actor",)),
    Property("title", "title", str(DCTERMS.title), ("Document",)),
    Property("issued", "published", str(DCTERMS.issued), ("Document",)),
    Property("publisher", "publisher", str(DCTERMS.publisher), ("Document",)),
    Property("language", "language", str(DCTERMS.language), ("Document",)),
    Property("source", "source", str(DCTERMS.source), ("Document",)),
    Property("license", "licence", str(DCTERMS.license), ("Document",)),
)


def properties_of(kind: str = "") -> list[Property]:
    """Give the properties that things of a kind can have; all where none is named."""
    return [p for p in _ALL if not kind or kind in p.kinds]


def property_named(name: str) -> Property | None:
    """Give the property of an identifier or an IRI."""
    return next((p for p in _ALL if name in (p.id, p.iri)), None)


def values_of(thing: ox.NamedNode, chosen: Property, data: Data, base: str) -> list[dict[str, Any]]:
    """Give the values of a property of a thing."""
    if chosen.id == "wikidata":
        own = thing.value.startswith(str(WD))
        return [{"str": thing.value.removeprefix(str(WD))}] if own else []
    return [_value(value, chosen, data, base) for value in data.values(thing, chosen.iri)]


def _value(
    value: ox.NamedNode | ox.Literal, chosen: Property, data: Data, base: str
) -> dict[str, Any]:
    if isinstance(value, ox.NamedNode):
        if chosen.points_to:
            return {"id": short_id(value.value, base), "name": data.label(value)}
        ours = value.value.startswith(str(DIP))
        return {"str": value.value.removeprefix(str(DIP)) if ours else _readable(value, data)}
    kind = value.datatype.value
    if kind == str(XSD.integer):
        return {"int": int(value.value)}
    if kind == str(XSD.date) and len(value.value) == len("2022-04-04"):
        return {"date": f"{value.value}T00:00:00Z"}
    return {"str": value.value}


def _readable(value: ox.NamedNode, data: Data) -> str:
    known = any(True for _ in data.quads(value))
    return data.label(value) if known else value.value
