"""Prove a store: that its bytes are those that were written, and that its data conforms.

In: a data folder, or another engine. Out: a :class:`Proof` with what was counted and everything
that is wrong. Nothing is changed, no lock is taken, and whoever publishes goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from publisher.inference import entail
from publisher.store.errors import StoreError
from publisher.store.journal import read_changes
from publisher.store.remote import RemoteStore
from publisher.store.snapshots import (
    Snapshot,
    damaged_files,
    newest_snapshot,
    read_snapshot,
    snapshots,
)
from publisher.terminology import LEXICON, ONTOLOGY, terms_in, version_in
from publisher.validation import Report, load_shapes, validate
from publisher.vocabulary import DIP, RDF

__all__ = ["Proof", "verify", "verify_remote"]

_CLAIMS: Final = "/id/graph/"
_SOURCE: Final = "/id/provenance/"
_Graphs = Mapping[str, list[ox.Quad]]
_TYPE: Final = ox.NamedNode(str(RDF.type))


@dataclass(frozen=True)
class Proof:
    """What a store holds, and what is wrong with it."""

    snapshot: Snapshot
    snapshots: int
    files: int
    quads: int
    graphs: int
    documents: int
    claims: int
    ontology: str
    """The version of the ontology that it holds; empty where it holds none."""
    waiting: int
    """Changes in the journal that the snapshot does not hold yet."""
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_text(self) -> str:
        """Write for people what was checked."""
        right = "all as it was written" if self.files else "every document conforms"
        wrong = f"{len(self.problems)} problems" if self.problems else right
        files = f"{self.files} files, " if self.files else ""
        return (
            f"snapshot {self.snapshot.number}: {files}{self.quads} quads, "
            f"{self.graphs} graphs, {self.documents} documents, {self.claims} claims, "
            f"{self.waiting} changes to come; {self.snapshots} snapshots; "
            f"{f'ontology {self.ontology}' if self.ontology else 'no ontology'}; {wrong}"
        )


def verify(folder: Path, watch: Callable[[int, int], None] = lambda done, of: None) -> Proof:
    """Check checksums, counts, the journal, and every document by the shapes.

    Args:
        folder: the data folder.
        watch: is told how many graphs are checked, and of how many.

    Raises:
        StoreError: nothing is published there, or the newest snapshot cannot be read at all.
    """
    newest = newest_snapshot(folder)
    if newest is None:
        raise StoreError(f"{folder}: nothing is published there.")
    problems = list(_checksums(folder))
    waiting = 0
    try:
        waiting = sum(
            change.get("after", newest.number) >= newest.number
            for change in read_changes(folder / "journal")
        )
    except StoreError as error:
        problems.append(str(error))
    try:
        graphs = _by_graph(read_snapshot(newest))
        problems += _counts(newest, graphs)
        problems += _contents(graphs, watch)
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"{newest.path}: cannot be read ({error}). {' '.join(problems)} Restore a backup."
        ) from error
    return _proof(newest, graphs, problems, snapshots=len(snapshots(folder)), waiting=waiting)


def verify_remote(
    store: RemoteStore, watch: Callable[[int, int], None] = lambda done, of: None
) -> Proof:
    """Check every document that an engine holds: whole, with its source, and by the shapes.

    What the engine's files are like is for the engine to check. Documents that are published
    meanwhile may be told as problems: they are read a graph at a time.

    Raises:
        StoreError: nothing is published there, or the engine fails.
    """
    newest = store.newest()
    if newest is None:
        raise StoreError(f"{store.address}: nothing is published there.")
    graphs = {name: store.graph(name) for name in store.graphs()}
    return _proof(newest, graphs, list(_contents(graphs, watch)))


def _proof(
    newest: Snapshot, graphs: _Graphs, problems: list[str], snapshots: int = 1, waiting: int = 0
) -> Proof:
    return Proof(
        snapshot=newest,
        snapshots=snapshots,
        files=len(newest.files),
        quads=sum(map(len, graphs.values())),
        graphs=len(graphs),
        documents=_instances(graphs, DIP.Document),
        claims=_instances(graphs, DIP.Claim),
        ontology=next((version_in(q) for g, q in graphs.items() if terms_in(g) == ONTOLOGY), ""),
        waiting=waiting,
        problems=tuple(problems),
    )


def _checksums(folder: Path) -> Iterator[str]:
    for snapshot in snapshots(folder):
        if not snapshot.files:
            yield f"{snapshot.path}: says nothing of its files, so they cannot be checked."
        for name in damaged_files(snapshot):
            yield f"{snapshot.path / name}: not what was written (SHA-256)."


def _by_graph(store: ox.Store) -> _Graphs:
    graphs: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in store:
        name = quad.graph_name
        graphs["" if isinstance(name, ox.DefaultGraph) else name.value].append(quad)
    return graphs


def _counts(snapshot: Snapshot, graphs: _Graphs) -> Iterator[str]:
    found = sum(map(len, graphs.values()))
    if snapshot.quads is not None and snapshot.quads != found:
        yield f"{snapshot.path}: {found} quads, and {snapshot.quads} were written."
    if "" in graphs:
        yield f"{snapshot.path}: {len(graphs[''])} quads are in no document's graph."


def _contents(graphs: _Graphs, watch: Callable[[int, int], None]) -> Iterator[str]:
    """Check each document's claims together with where they come from, as the gate does."""
    for name in sorted(graphs):
        if _SOURCE in name and name.replace(_SOURCE, _CLAIMS, 1) not in graphs:
            yield f"{name}: tells where claims come from that are not there."
    sources = {name.replace(_CLAIMS, _SOURCE, 1) for name in graphs if _CLAIMS in name}
    names = sorted(graphs.keys() - sources)
    for number, name in enumerate(names, 1):
        other = name.replace(_CLAIMS, _SOURCE, 1) if _CLAIMS in name else ""
        report = _checked(name, [*graphs[name], *graphs.get(other, ())])
        if not report.conforms:
            yield f"{name}: violates a shape.\n{report.to_text()}"
        watch(number, len(names))


def _checked(name: str, quads: list[ox.Quad]) -> Report:
    """Check a graph by the shapes for what it holds: terms have their own."""
    if terms_in(name) == ONTOLOGY:
        return validate(quads, load_shapes("ontology.ttl"))
    return Report(True) if terms_in(name) == LEXICON else validate(entail(quads))


def _instances(graphs: _Graphs, of: object) -> int:
    wanted = ox.NamedNode(str(of))
    every = (quad for quads in graphs.values() for quad in quads)
    return len({q.subject for q in every if q.predicate == _TYPE and q.object == wanted})
