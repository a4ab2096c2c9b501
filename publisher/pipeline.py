"""All the stages in a row: a document in, quads out.

Thin on purpose: every step is a function of a module above it in the design's table.
"""

from __future__ import annotations

import pyoxigraph as ox

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from publisher.mapping import DEFAULT_BASE, to_dataset

__all__ = ["map_document"]


def map_document(document: Document, base: str = DEFAULT_BASE) -> list[ox.Quad]:
    """Read a document and map its claims to quads, in a fixed order."""
    return to_dataset(document, extract_claims(document), base)
