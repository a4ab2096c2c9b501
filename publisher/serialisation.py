"""Write quads in the formats that users ask for.

In: quads, document by document. Out: bytes on a stream. N-Quads go out as they come; the other
formats are written once all is known, with prefixes, sorted, so that they read well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Final

import pyoxigraph as ox

from publisher import vocabulary

__all__ = ["FORMATS", "PREFIXES", "write_quads"]

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


def write_quads(documents: Iterable[Iterable[ox.Quad]], form: str, out: IO[bytes]) -> None:
    """Write the quads of documents in a format of :data:`FORMATS`.

    Turtle has no graphs: what was said in any is written as one.
    """
    if form == "nquads":
        for quads in documents:
            out.write(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
            out.flush()
        return
    unique = {quad: None for quads in documents for quad in quads}
    if form == "turtle":
        triples = dict.fromkeys(quad.triple for quad in unique)
        ox.serialize(triples, out, format=FORMATS[form], prefixes=dict(PREFIXES))
    else:
        ox.serialize(unique, out, format=FORMATS[form], prefixes=dict(PREFIXES))
