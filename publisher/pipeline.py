"""All the stages in a row: documents in, quads out, or published.

Thin on purpose: every step is a function of a module above it in the design's table. A document
that violates a shape is not published; the others go in. The gate and the store are imported where
they are used, so that mapping alone starts sooner.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from publisher.mapping import DEFAULT_BASE, Names, document_slug, to_dataset
from publisher.succession import Succession, tombstones
from publisher.terminology import renew
from publisher.vocabulary import DCTERMS, DIP, XSD

if TYPE_CHECKING:
    from publisher.store.editing import Writer
    from publisher.store.remote import RemoteStore
    from publisher.validation import Report

__all__ = [
    "Prepared",
    "Published",
    "base_of",
    "map_document",
    "prepare",
    "publish",
    "publish_corpus",
    "withdraw",
]

_BASE = "base"
"""The file of a data folder that keeps the base of its identifiers."""
_BETWEEN_SNAPSHOTS = 1.0
"""Seconds: a snapshot is taken at most this often while documents are published."""
_AHEAD = 4
"""Documents that are read ahead for each process, so that none waits for another."""
_MOST_SECONDS = 300.0
"""How long the reading of one document may take in a corpus; it is refused then."""
_REACH_SECONDS = 5
"""How long a cluster is waited for."""


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


@dataclass(frozen=True)
class Prepared:
    """A document on its way to the store: what it says and entails, and whether it conforms."""

    document: Document
    quads: list[ox.Quad]
    report: Report


def prepare(document: Document, base: str = DEFAULT_BASE) -> Prepared:
    """Map, infer and validate a document; a document that makes the reader fail is refused."""
    from publisher.inference import entail
    from publisher.validation import validate

    try:
        quads = entail(map_document(document, base))
        return Prepared(document, quads, validate(quads))
    except Exception as error:
        return _failed(document, f"{type(error).__name__}: {error}")


def _failed(document: Document, reason: str) -> Prepared:
    from publisher.validation import Report, Result

    message = f"could not be read ({reason}). Report it with the text; the others go in."
    result = Result(document.identifier, "", "", message, "Violation", "")
    return Prepared(document, [], Report(False, (result,)))


def publish(
    documents: Iterable[Document],
    folder: Path,
    base: str = DEFAULT_BASE,
    remote: RemoteStore | None = None,
) -> Iterator[Published]:
    """Map, infer, validate and store documents, one by one; each is on disk when yielded.

    A document that was published before is replaced whole. With a remote store, the data goes
    there, and the folder only keeps the reports.

    Raises:
        StoreLocked: another process publishes to the folder.
    """
    prepared = (prepare(document, base) for document in documents)
    return _store(prepared, folder, base, remote)


def publish_corpus(
    documents: Iterable[Document],
    folder: Path,
    base: str = DEFAULT_BASE,
    *,
    jobs: int = 2,
    cluster: str | None = None,
    remote: RemoteStore | None = None,
) -> Iterator[Published]:
    """Publish as :func:`publish` does, and in the same order, with several documents read at once.

    Args:
        documents: read one by one, as they are needed.
        folder: the data folder.
        base: of our own identifiers.
        jobs: processes on this machine.
        cluster: address of a Dask scheduler whose workers are used instead.
        remote: the store that takes the data instead of the folder.

    Raises:
        StoreLocked: another process publishes to the folder.
        OSError: the cluster cannot be reached.
    """
    crew = _dask_crew(cluster) if cluster else _local_crew(jobs)
    with crew as (submit, size):
        prepared = _in_order(documents, base, submit, _AHEAD * size)
        yield from _store(prepared, folder, base, remote)


_Submit = Callable[[Document, str], Callable[[], Prepared]]


def _in_order(
    documents: Iterable[Document], base: str, submit: _Submit, ahead: int
) -> Iterator[Prepared]:
    """Give what becomes of documents in their order, with so many under way."""
    waiting: deque[tuple[Document, Callable[[], Prepared]]] = deque()

    def next_one() -> Prepared:
        document, result = waiting.popleft()
        try:
            return result()
        except Exception as error:  # whatever ended the process that read it
            return _failed(document, f"{type(error).__name__}: {error}")

    for document in documents:
        waiting.append((document, submit(document, base)))
        if len(waiting) >= ahead:
            yield next_one()
    while waiting:
        yield next_one()


@contextmanager
def _local_crew(jobs: int) -> Iterator[tuple[_Submit, int]]:
    """Processes of this machine; one that dies or hangs takes only its own document with it."""
    from multiprocessing import get_context

    from pebble import ProcessPool

    with ProcessPool(jobs, initializer=_begin_worker, context=get_context("spawn")) as pool:

        def submit(document: Document, base: str) -> Callable[[], Prepared]:
            future = pool.schedule(prepare, args=(document, base), timeout=_MOST_SECONDS)
            return future.result

        try:
            yield submit, jobs
        except BaseException:
            pool.stop()
            raise


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _dask_crew(address: str) -> Iterator[tuple[_Submit, int]]:
    """The workers of a Dask cluster, each with this package."""
    from distributed import Client

    with Client(address, timeout=_REACH_SECONDS, set_as_default=False) as client:

        def submit(document: Document, base: str) -> Callable[[], Prepared]:
            future = client.submit(prepare, document, base, pure=False)
            return partial(future.result, timeout=_MOST_SECONDS)

        yield submit, max(1, sum(client.nthreads().values()))


def _writer(folder: Path, remote: RemoteStore | None) -> Writer:
    from publisher.store.remote import RemoteWriter
    from publisher.store.writer import SnapshotStore

    return RemoteWriter(folder, remote) if remote else SnapshotStore(folder)


def _store(
    prepared: Iterable[Prepared], folder: Path, base: str, remote: RemoteStore | None
) -> Iterator[Published]:
    """Put the documents that conform into the store, keep the reports of the others."""
    with _writer(folder, remote) as store:
        (folder / _BASE).write_text(base + "\n", encoding="utf-8")
        last = time.monotonic()
        succession = Succession(store)
        renewed = False
        for done in prepared:
            _keep_report(folder, done.document, done.report, base)
            if done.report.conforms:
                if not renewed:
                    renewed = True
                    renew(store, base)
                _replace(store, succession, done.document.identifier, done.quads, base)
                if time.monotonic() - last > _BETWEEN_SNAPSHOTS:
                    store.checkpoint()
                    last = time.monotonic()
            yield Published(done.document, _count_claims(done.quads), done.report)


def _replace(
    store: Writer, succession: Succession, identifier: str, quads: list[ox.Quad], base: str
) -> None:
    """Put a document in the place of its last version, and say what became of what that told."""
    graphs = Names(base).graphs(identifier)
    claims = [quad for quad in quads if quad.graph_name == graphs[0]]
    others, more = succession.after(graphs[0], claims, _now())
    store.replace({*(graph.value for graph in graphs), *others}, [*quads, *more])


def withdraw(
    identifier: str, folder: Path, base: str = DEFAULT_BASE, remote: RemoteStore | None = None
) -> bool:
    """Take a document out and leave a tombstone; ``False`` if there is no such document.

    Its claims are gone with it, and so are the events that no other document reports.
    """
    names = Names(base)
    graph = names.graphs(identifier)[0]
    document = names.of("document", document_slug(identifier))
    with _writer(folder, remote) as store:
        held = store.graph(graph.value)
        reports = _node(DIP.reports)
        if not any(q.predicate == reports or q.object == _node(DIP.Document) for q in held):
            return False
        said = [
            *tombstones([document], graph, _now()),
            ox.Quad(document, _node(DCTERMS.identifier), ox.Literal(identifier), graph),
        ]
        _replace(store, Succession(store), identifier, said, base)
    return True


def _now() -> ox.Literal:
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    return ox.Literal(now, datatype=_node(XSD.dateTime))


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


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
