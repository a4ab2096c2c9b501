"""Write quads in the formats that users ask for.

In: quads, document by document. Out: bytes on a stream. N-Quads go out as they come; the other
formats are written once all is known, with prefixes, sorted, so that they read well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import IO, Final

import pyoxigraph as ox

from publisher import vocabulary

__all__ = ["FORMATS", "PREFIXES", "to_bytes", "without_graphs", "write_quads"]

FORMATS: Final[Mapping[str, ox.RdfFormat]] = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}

PREFIXES: Final[Mapping[str, str]] = {
    "dip": str(vocabulary.DIP),
    "wd": str(vocabulary.WD),
    "prov": str(vocabulary.PROV),
    "oa": str(vocabulary.OA),
    "dcterms": str(vocabulary.DCTERMS),
    "rdfs": str(vocabulary.RDFS),
    "schema": str(vocabulary.SCHEMA),
    "xsd": str(vocabulary.XSD),
    "lex": str(vocabulary.LEX),
}


def to_bytes(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple],
    form: ox.RdfFormat,
    more: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Write quads, or triples, in any RDF format, with the usual prefixes where it has them.

    ``more`` are prefixes for vocabularies that only some documents use.
    """
    plain = form in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES)
    prefixes = None if plain else dict(PREFIXES) | dict(more)
    return ox.serialize(statements, format=form, prefixes=prefixes) or b""


def without_graphs(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """Give the triples of quads, without doubles, for the formats that have no graphs."""
    return list(dict.fromkeys(quad.triple for quad in quads))


def write_quads(documents: Iterable[Iterable[ox.Quad]], form: str, out: IO[bytes]) -> None:
    """Write the quads of documents in a format of :data:`FORMATS`.

    Turtle has no graphs: what was said in any is written as one.
    """
    if form == "nquads":
        for quads in documents:
            out.write(to_bytes(quads, ox.RdfFormat.N_QUADS))
            out.flush()
        return
    chosen = FORMATS[form]
    unique = _together((q for quads in documents for q in quads), chosen.supports_datasets)
    out.write(to_bytes(unique if chosen.supports_datasets else without_graphs(unique), chosen))


def _together(quads: Iterable[ox.Quad], by_graph: bool) -> list[ox.Quad]:
    """Put what is said of one subject in one place, in the order in which subjects come up."""
    places: dict[object, int] = {}

    def place(quad: ox.Quad) -> int:
        return places.setdefault((by_graph and quad.graph_name, quad.subject), len(places))

    return sorted(dict.fromkeys(quads), key=place)
