"""Choose the representation that a client asks for (RFC 9110, section 12).

In: an ``Accept`` header and the media types that can be served, best first. Out: one of them,
or ``None`` where none is acceptable. And: what the end of an address says of the form of what it
names (``x.ttl``, ``x.schema.jsonld``, ``x.linkset.json``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

__all__ = [
    "LINKSETS", "REPRESENTATIONS", "TABLE", "Representation", "by_name", "by_suffix", "choose",
    "split_suffix",
]  # fmt: skip


@dataclass(frozen=True)
class Representation:
    """A way to write a resource: its suffix, media type and, for RDF, its format."""

    suffix: str
    media_type: str
    rdf: ox.RdfFormat | None = None

    @property
    def content_type(self) -> str:
        """The media type, with its character encoding where it is text."""
        return f"{self.media_type}; charset=utf-8" if self.is_text else self.media_type

    @property
    def is_text(self) -> bool:
        """Whether it is of a type whose encoding must be told."""
        return self.media_type.startswith("text/")


REPRESENTATIONS: Final = (
    Representation("html", "text/html"),
    Representation("ttl", "text/turtle", ox.RdfFormat.TURTLE),
    Representation("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Representation("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    Representation("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
    Representation("trig", "application/trig", ox.RdfFormat.TRIG),
    Representation("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
)

TABLE: Final = Representation("csv", "text/csv")
"""What is a table by nature can be had as one (RFC 4180)."""

LINKSETS: Final = (
    Representation("linkset.json", "application/linkset+json"),
    Representation("linkset", "application/linkset"),
)
"""All links of a resource in one document (RFC 9264)."""

_ALL: Final = (*REPRESENTATIONS, TABLE, *LINKSETS)


def by_suffix(suffix: str) -> Representation | None:
    """Give the representation of a suffix such as ``ttl``, of those that all things have."""
    return next((r for r in REPRESENTATIONS if r.suffix == suffix), None)


def by_name(name: str) -> Representation | None:
    """Give the representation that is called by its suffix or its media type."""
    wanted = name.strip().lower().replace(" ", "+")  # a plus sign in an address means a space
    return next((r for r in _ALL if wanted in (r.suffix, r.media_type)), None)


def split_suffix(name: str) -> tuple[str, Representation | None]:
    """Tell the name of a thing from the suffix of a representation."""
    for form in _ALL:
        if name.endswith(f".{form.suffix}") and len(name) > len(form.suffix) + 1:
            return name.removesuffix(f".{form.suffix}"), form
    return name, None


def choose(accept: str | None, media_types: Sequence[str]) -> str | None:
    """Give the best acceptable media type; ties go to the one listed first.

    An absent header accepts anything; a malformed one is read as far as it can be.
    """
    if accept is None or not accept.strip():
        return media_types[0]
    wanted = parse_accept_header(accept, MIMEAccept)
    return wanted.best_match(media_types)
