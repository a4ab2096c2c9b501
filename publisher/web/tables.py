"""Write events and claims as tables (RFC 4180), and say what their columns mean (CSVW).

In: a snapshot, or some claims of it. Out: CSV in UTF-8 with a heading, one row an event or claim;
several values in a cell are separated by spaces (IRIs and names hold none). And: the tables'
description as the Tabular Data on the Web recommendation (W3C 2015) has it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from publisher.vocabulary import CC_BY, CSVW, DIP, OA, PROV, RDF, RDFS
from publisher.web.reading import Data, node

__all__ = ["CLAIMS", "EVENTS", "Column", "claims_of", "description", "events_of", "table"]


@dataclass(frozen=True)
class Column:
    """A column: its name and title, the property it gives, and how its cells are to be read."""

    name: str
    title: str
    property: str
    cell: Callable[[ox.NamedNode, Data], str]
    datatype: str = "string"
    several: bool = False

    def described(self) -> dict[str, Any]:
        """Give the column's description in CSVW."""
        said: dict[str, Any] = {
            "name": self.name, "titles": {"en": self.title}, "datatype": self.datatype,
            "propertyUrl": self.property,
        }  # fmt: skip
        return said | ({"separator": " "} if self.several else {})


def _all(predicate: object) -> Callable[[ox.NamedNode, Data], str]:
    return lambda thing, data: " ".join(v.value for v in data.values(thing, predicate))


def _names(predicate: object) -> Callable[[ox.NamedNode, Data], str]:
    def cell(thing: ox.NamedNode, data: Data) -> str:
        found = data.values(thing, predicate)
        return " ".join(v.value.removeprefix(str(DIP)) for v in found)

    return cell


def _one(predicate: object) -> Callable[[ox.NamedNode, Data], str]:
    return lambda thing, data: data.value(thing, predicate)


def _first(own: object, other: object) -> Callable[[ox.NamedNode, Data], str]:
    return lambda thing, data: data.value(thing, own) or data.value(thing, other)


def _quote(claim: ox.NamedNode, data: Data) -> str:
    return data.quote(claim)[1]


def _shared() -> tuple[Column, ...]:
    return (
        Column("status", "status", str(DIP.status), _names(DIP.status), several=True),
        Column("start", "first day", str(DIP.startDate), _first(DIP.date, DIP.startDate), "date"),
        Column("end", "last day", str(DIP.endDate), _first(DIP.date, DIP.endDate), "date"),
        *(
            Column(f"{role}s", f"{role}s", str(DIP[role]), _all(DIP[role]), "anyURI", True)
            for role in ("actor", "recipient", "participant", "agent")
        ),
        Column("place", "place", str(DIP.place), _all(DIP.place), "anyURI", True),
        Column("count", "how many", str(DIP["count"]), _one(DIP["count"]), "integer"),
        Column("qualifier", "exactly, about, at least", str(DIP.countQualifier),
               _names(DIP.countQualifier)),
        Column("count_of", "of what", str(DIP.countOf), _one(DIP.countOf)),
    )  # fmt: skip


_SELF: Final[Callable[[ox.NamedNode, Data], str]] = lambda thing, data: thing.value  # noqa: E731

EVENTS: Final = (
    Column("event", "event", str(RDFS.Resource), _SELF, "anyURI"),
    Column("label", "name", str(RDFS.label), lambda thing, data: data.label(thing)),
    Column("type", "classes", str(RDF.type), _names(RDF.type), several=True),
    *_shared(),
)
"""The columns of a table of events."""

CLAIMS: Final = (
    Column("claim", "claim", str(RDFS.Resource), _SELF, "anyURI"),
    Column("event", "event", str(DIP.reports), _all(DIP.reports), "anyURI", True),
    Column("type", "class", str(DIP.claimedType), _names(DIP.claimedType), several=True),
    *_shared(),
    Column("stated_by", "who says so", str(DIP.statedBy), _all(DIP.statedBy), "anyURI", True),
    Column("document", "document", str(PROV.wasDerivedFrom), _all(PROV.wasDerivedFrom), "anyURI",
           True),
    Column("quote", "words", str(OA.exact), _quote),
)  # fmt: skip
"""The columns of a table of claims."""


def table(columns: Iterable[Column], things: Iterable[ox.NamedNode], data: Data) -> Iterator[bytes]:
    """Write a table, in pieces of some rows."""
    chosen = list(columns)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in chosen])
    for thing in things:
        writer.writerow([_safe(column.cell(thing, data)) for column in chosen])
        if out.tell() > _PIECE:
            yield _taken(out)
    yield _taken(out)


_PIECE: Final = 64_000


def _taken(out: io.StringIO) -> bytes:
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is quoted."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def events_of(data: Data) -> Iterator[ox.NamedNode]:
    """Give the events of a snapshot, in the order of their names."""
    yield from data.pointing(RDF.type, node(DIP.Event))


def claims_of(data: Data) -> Iterator[ox.NamedNode]:
    """Give the claims of a snapshot, in the order of their names."""
    yield from data.pointing(RDF.type, node(DIP.Claim))


def description(address: str, columns: Iterable[Column], title: str) -> dict[str, Any]:
    """Describe a table (CSVW metadata for one table)."""
    chosen = list(columns)
    described = [column.described() for column in chosen]
    del described[0]["propertyUrl"]
    described[0]["suppressOutput"] = True
    return {
        "@context": [str(CSVW).removesuffix("#"), {"@language": "en"}],
        "url": address,
        "dc:title": title,
        "dc:license": {"@id": CC_BY},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": described,
            "primaryKey": chosen[0].name,
            "aboutUrl": f"{{+{chosen[0].name}}}",
        },
    }
