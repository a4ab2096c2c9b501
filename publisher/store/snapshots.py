"""Keep the published data: one writer, immutable numbered snapshots for all readers.

In: the quads of one document at a time, each a transaction. Out: :class:`Snapshot` folders that
never change, so that readers need no lock and an answer can be cached for good.

A snapshot is a RocksDB checkpoint (hard links, no copy) of the writer's pyoxigraph store. The
file ``newest`` names the last one and is replaced in one step; a reader in any process sees
either the old or the new.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from publisher.serialisation import to_bytes
from publisher.store.errors import StoreError, StoreLocked

__all__ = ["KEEP_SNAPSHOTS", "Snapshot", "SnapshotStore", "newest_snapshot", "read_snapshot"]

KEEP_SNAPSHOTS: Final = 8
"""How many snapshots stay readable; older ones are removed."""


@dataclass(frozen=True)
class Snapshot:
    """One state of the data: its number, when it was made (UTC) and where it lies."""

    number: int
    created: datetime
    path: Path

    @property
    def etag(self) -> str:
        """The entity tag of every answer that is read from this snapshot."""
        return f'"s{self.number}"'


def _snapshot(path: Path) -> Snapshot:
    created = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    return Snapshot(int(path.name), created, path)


def snapshots(folder: Path) -> list[Snapshot]:
    """Give the snapshots of a data folder, oldest first."""
    found = (folder / "snapshots").glob("[0-9]*")
    return sorted((_snapshot(p) for p in found if p.name.isdecimal()), key=lambda s: s.number)


def newest_snapshot(folder: Path) -> Snapshot | None:
    """Give the snapshot that readers should use now; ``None`` before the first."""
    try:
        number = (folder / "newest").read_text().strip()
        return _snapshot(folder / "snapshots" / number)
    except (FileNotFoundError, ValueError):
        return None


def read_snapshot(snapshot: Snapshot) -> ox.Store:
    """Open a snapshot for reading.

    Raises:
        StoreError: the snapshot is damaged or gone.
    """
    try:
        return ox.Store.read_only(str(snapshot.path))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{snapshot.path}: cannot be opened ({error}). Publish again, or restore a backup."
        ) from error


class SnapshotStore:
    """The writer's side of a data folder. Use as a context manager; only one can be open.

    Raises:
        StoreLocked: another process has the folder open for writing.
        StoreError: the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            (folder / "snapshots").mkdir(parents=True, exist_ok=True)
            self._lock: IO[str] = (folder / "lock").open("a")
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}. Choose another with --data.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise StoreLocked(
                f"{folder}: another process is publishing there. Wait for it, or use --data."
            ) from error
        try:
            self._store = ox.Store(str(folder / "live"))
        except (OSError, ValueError) as error:
            self._lock.close()
            raise StoreError(
                f"{folder / 'live'}: cannot be opened ({error}). Restore a backup."
            ) from error
        self._changed = False
        self._recover()

    def __enter__(self) -> SnapshotStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take a last snapshot if anything changed, and let others write."""
        try:
            if self._changed:
                self.checkpoint()
            self._store.flush()
        finally:
            del self._store
            self._lock.close()

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of what the graphs held, whole or not at all.

        When this returns, the change is on disk. It is written down before it is made, and a
        change that was cut short is made again when the store is next opened.
        """
        change = {
            "graphs": sorted(set(graphs)),
            "nquads": to_bytes(quads, ox.RdfFormat.N_QUADS).decode(),
        }
        _write_durably(self._intent, json.dumps(change))
        self._apply(change)

    @property
    def _intent(self) -> Path:
        return self.folder / "change.json"

    def _recover(self) -> None:
        if self._intent.exists():
            self._apply(json.loads(self._intent.read_text(encoding="utf-8")))

    def _apply(self, change: dict[str, Any]) -> None:
        for graph in change["graphs"]:
            self._store.remove_graph(ox.NamedNode(graph))
        self._store.extend(ox.parse(change["nquads"], format=ox.RdfFormat.N_QUADS))
        self._store.flush()
        self._intent.unlink()
        self._changed = True

    def graph(self, iri: str) -> list[ox.Quad]:
        """Give the quads of a graph."""
        return list(self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))

    def matching(
        self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None = None
    ) -> Iterator[ox.Quad]:
        """Give the quads with a subject and predicate, of all graphs."""
        return iter(self._store.quads_for_pattern(subject, predicate, None, None))

    def checkpoint(self) -> Snapshot:
        """Freeze the current state as a new, immutable snapshot.

        Readers of older snapshots are not disturbed. Costs 60 to 180 ms at 900,000 quads (hard
        links, no copy); called at most once a second by the publisher.
        """
        known = snapshots(self.folder)
        number = (known[-1].number if known else 0) + 1
        target = self.folder / "snapshots" / f"{number:06d}"
        working = self.folder / "snapshots" / f".making-{number:06d}"
        shutil.rmtree(working, ignore_errors=True)
        self._store.flush()
        self._store.backup(str(working))
        working.rename(target)
        _write_durably(self.folder / "newest", target.name)
        self._changed = False
        for old in snapshots(self.folder)[:-KEEP_SNAPSHOTS]:
            shutil.rmtree(old.path, ignore_errors=True)
        return _snapshot(target)


def _write_durably(path: Path, content: str) -> None:
    """Write a file so that it is there whole, or not at all, whatever happens."""
    working = path.with_name(f".{path.name}")
    with working.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(working, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
