"""Choose the representation that a client asks for (RFC 9110, section 12).

In: an ``Accept`` header and the media types that can be served, best first. Out: one of them,
or ``None`` where none is acceptable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

__all__ = ["REPRESENTATIONS", "Representation", "by_suffix", "choose"]


@dataclass(frozen=True)
class Representation:
    """A way to write a resource: its suffix, media type and, for RDF, its format."""

    suffix: str
    media_type: str
    rdf: ox.RdfFormat | None = None


REPRESENTATIONS: Final = (
    Representation("html", "text/html"),
    Representation("ttl", "text/turtle", ox.RdfFormat.TURTLE),
    Representation("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Representation("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    Representation("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
    Representation("trig", "application/trig", ox.RdfFormat.TRIG),
    Representation("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
)


def by_suffix(suffix: str) -> Representation | None:
    """Give the representation of a suffix such as ``ttl``."""
    return next((r for r in REPRESENTATIONS if r.suffix == suffix), None)


def choose(accept: str | None, media_types: Sequence[str]) -> str | None:
    """Give the best acceptable media type; ties go to the one listed first.

    An absent header accepts anything; a malformed one is read as far as it can be.
    """
    if accept is None or not accept.strip():
        return media_types[0]
    wanted = parse_accept_header(accept, MIMEAccept)
    return wanted.best_match(media_types)
