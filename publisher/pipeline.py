"""All the stages in a row: documents in, quads out, or published.

Thin on purpose: every step is a function of a module above it in the design's table. A document
that violates a shape is not published; the others go in. The gate and the store are imported where
they are used, so that mapping alone starts sooner.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from publisher.mapping import DEFAULT_BASE, Names, to_dataset
from publisher.vocabulary import DCTERMS, DIP, PROV, RDF, RDFS, XSD

if TYPE_CHECKING:
    from publisher.validation import Report

__all__ = ["Published", "base_of", "map_document", "publish", "withdraw"]

_BASE = "base"
"""The file of a data folder that keeps the base of its identifiers."""
_BETWEEN_SNAPSHOTS = 1.0
"""Seconds: a snapshot is taken at most this often while documents are published."""


@dataclass(frozen=True)
class Published:
    """What became of a document: its number of claims, and the report where it was refused."""

    document: Document
    claims: int
    report: Report

    @property
    def accepted(self) -> bool:
        """Whether the document is in the store."""
        return self.report.conforms


def base_of(folder: Path) -> str | None:
    """The base of the identifiers in a folder; ``None`` before anything is published."""
    kept = folder / _BASE
    return kept.read_text(encoding="utf-8").strip() if kept.is_file() else None


def map_document(document: Document, base: str = DEFAULT_BASE) -> list[ox.Quad]:
    """Read a document and map its claims to quads, in a fixed order."""
    return to_dataset(document, extract_claims(document), base)


def publish(
    documents: Iterable[Document], folder: Path, base: str = DEFAULT_BASE
) -> Iterator[Published]:
    """Map, infer, validate and store documents, one by one; each is on disk when yielded.

    A document that was published before is replaced whole.

    Raises:
        StoreLocked: another process publishes to the folder.
    """
    from publisher.inference import entail
    from publisher.store.writer import SnapshotStore
    from publisher.validation import validate

    with SnapshotStore(folder) as store:
        (folder / _BASE).write_text(base + "\n", encoding="utf-8")
        last = time.monotonic()
        for document in documents:
            quads = entail(map_document(document, base))
            report = validate(quads)
            _keep_report(folder, document, report, base)
            if report.conforms:
                store.replace(_graphs(document.identifier, base), quads)
                if time.monotonic() - last > _BETWEEN_SNAPSHOTS:
                    store.checkpoint()
                    last = time.monotonic()
            yield Published(document, _count_claims(quads), report)


def withdraw(identifier: str, folder: Path, base: str = DEFAULT_BASE) -> bool:
    """Take a document out and leave a tombstone; ``False`` if there is no such document."""
    from publisher.store.writer import SnapshotStore

    names = Names(base)
    graphs = _graphs(identifier, base)
    claims = names.graphs(identifier)[0]
    with SnapshotStore(folder) as store:
        held = store.graph(graphs[0])
        reports = ox.NamedNode(str(DIP.reports))
        if not any(q.predicate == reports or q.object == _node(DIP.Document) for q in held):
            return False
        gone = {
            q.subject
            for q in held
            if isinstance(q.subject, ox.NamedNode)
            and q.object in (_node(DIP.Document), _node(DIP.Claim))
        }
        store.replace(graphs, _tombstone(sorted(gone, key=str), claims, identifier))
    return True


def _tombstone(
    gone: Iterable[ox.NamedNode], graph: ox.NamedNode, identifier: str
) -> Iterator[ox.Quad]:
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    when = ox.Literal(now, datatype=_node(XSD.dateTime))
    for node in gone:
        yield ox.Quad(node, _node(RDF.type), _node(DIP.Tombstone), graph)
        yield ox.Quad(node, _node(PROV.invalidatedAtTime), when, graph)
        yield ox.Quad(node, _node(DCTERMS.identifier), ox.Literal(identifier), graph)
        yield ox.Quad(node, _node(RDFS.label), ox.Literal("withdrawn", language="en"), graph)


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


def _graphs(identifier: str, base: str) -> list[str]:
    return [graph.value for graph in Names(base).graphs(identifier)]


def _count_claims(quads: Iterable[ox.Quad]) -> int:
    reports = _node(DIP.reports)
    return sum(q.predicate == reports for q in quads)


def _keep_report(folder: Path, document: Document, report: Report, base: str) -> None:
    """Keep the report of a refused document beside the store until it is accepted."""
    name = Names(base).graphs(document.identifier)[0].value.rsplit("/", 1)[-1]
    path = folder / "reports" / f"{name}.txt"
    if report.conforms:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{document.identifier}\n{report.to_text()}\n", encoding="utf-8")
