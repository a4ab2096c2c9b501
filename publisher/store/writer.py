"""Keep the published data: the one writer of a data folder.

In: the quads of one document at a time, each change whole or not at all. Out: numbered snapshots
for readers (:mod:`publisher.store.snapshots`).

A change is first written to a journal and made durable, then made in the pyoxigraph store; a
change that was cut short is made again when the store is next opened. The journal is emptied when
the store itself is on the disk, at the next snapshot.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from publisher.serialisation import to_bytes
from publisher.store.errors import StoreDamaged, StoreError, StoreFull, StoreLocked
from publisher.store.journal import Journal, sync_folder, write_durably
from publisher.store.snapshots import (
    DESCRIPTION,
    KEEP_SNAPSHOTS,
    Snapshot,
    newest_snapshot,
    snapshot_at,
    snapshots,
)

__all__ = ["SnapshotStore"]

_ROOM: Final = 16 * 1024**2
"""Bytes that must stay free on the disk, so that the store can always tidy up."""


class SnapshotStore:
    """The writer's side of a data folder. Use as a context manager; only one can be open.

    Raises:
        StoreLocked: another process has the folder open for writing.
        StoreDamaged: bytes on the disk are not those that were written.
        StoreError: the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._broken: StoreError | None = None
        self._changed: set[str] | None = set()
        self._digests: dict[tuple[str, int, int], str] = {}
        self._lock = _lock(folder)
        try:
            self._store = _open(folder / "live")
            self._journal = Journal(folder / "journal")
            self._recover()
        except OSError as error:
            self._let_go()
            raise StoreError(f"{folder}: {error}. Choose another with --data.") from error
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> SnapshotStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take a last snapshot if anything changed, and let others write."""
        try:
            if self.is_ahead and self._broken is None:
                self.checkpoint()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self.__dict__.pop("_store", None)
        if "_journal" in self.__dict__:
            self._journal.close()
        self._lock.close()

    @property
    def is_ahead(self) -> bool:
        """Whether there are changes that no snapshot holds yet."""
        return self._changed is None or bool(self._changed)

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of what the graphs held, whole or not at all.

        When this returns, the change is on the disk.

        Raises:
            StoreFull: there is no room for it; nothing of it is kept.
        """
        if self._broken is not None:
            raise self._broken
        change = {
            "graphs": sorted(set(graphs)),
            "nquads": to_bytes(quads, ox.RdfFormat.N_QUADS).decode(),
        }
        self._need_room(4 * len(change["nquads"]))
        self._journal.append(change)
        try:
            self._apply(change)
        except OSError as error:
            self._broken = StoreError(
                f"{self.folder}: {error}. The change is written down and will be made when the "
                "store is next opened with room on the disk."
            )
            raise self._broken from error

    def _need_room(self, size: int) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < size + _ROOM:
            raise StoreFull(
                f"{self.folder}: {free // 1024**2} MiB are free on the disk, and "
                f"{(size + _ROOM) // 1024**2} MiB are needed. Make room and publish again."
            )

    def _recover(self) -> None:
        for change in self._journal.changes():
            self._apply(change)
        for left in (self.folder / "snapshots").glob(".making-*"):
            shutil.rmtree(left, ignore_errors=True)
        if self._drop_damaged() or self.is_ahead:
            self._changed = None
            self.checkpoint()

    def _drop_damaged(self) -> bool:
        """Remove snapshots whose description is damaged; whether the newest is missing."""
        for path in (self.folder / "snapshots").glob("[0-9]*"):
            try:
                snapshot_at(path)
            except StoreError:
                shutil.rmtree(path)
        return (self.folder / "newest").exists() and newest_snapshot(self.folder) is None

    def _apply(self, change: dict[str, Any]) -> None:
        for graph in change["graphs"]:
            self._store.remove_graph(ox.NamedNode(graph))
        self._store.extend(ox.parse(change["nquads"], format=ox.RdfFormat.N_QUADS))
        if self._changed is not None:
            self._changed.update(change["graphs"])

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

        Raises:
            StoreFull: there is no room for it; the last snapshot stays the newest.
        """
        known = snapshots(self.folder)
        number = (known[-1].number if known else 0) + 1
        target = self.folder / "snapshots" / f"{number:06d}"
        working = self.folder / "snapshots" / f".making-{number:06d}"
        shutil.rmtree(working, ignore_errors=True)
        try:
            self._store.flush()
            self._store.backup(str(working))
            self._describe(working, known[-1] if known else None)
            working.rename(target)
            sync_folder(target.parent)
            write_durably(self.folder / "newest", target.name)
            self._journal.clear()
        except (OSError, StoreFull) as error:
            shutil.rmtree(working, ignore_errors=True)
            raise StoreFull(
                f"{self.folder}: no snapshot could be made ({error}). What is published is safe; "
                "make room on the disk and publish again."
            ) from error
        self._changed = set()
        for old in snapshots(self.folder)[:-KEEP_SNAPSHOTS]:
            shutil.rmtree(old.path, ignore_errors=True)
        return snapshots(self.folder)[-1]

    def _describe(self, path: Path, before: Snapshot | None) -> None:
        """Write down what a snapshot holds, with the checksums of its files."""
        now = datetime.now(UTC).replace(microsecond=0)
        known = before is not None and before.store_id and self._changed is not None
        said = {
            "created": max(now, before.created).isoformat() if before else now.isoformat(),
            "store": (before.store_id if before else "") or secrets.token_hex(4),
            "changed": sorted(self._changed or ()) if known else None,
            "files": {f.name: self._digest(f) for f in sorted(path.iterdir())},
        }
        write_durably(path / DESCRIPTION, json.dumps(said))

    def _digest(self, path: Path) -> str:
        """Give a file's SHA-256; table files never change, so each is read once."""
        stat = path.stat()
        key = (path.name, stat.st_ino, stat.st_size)
        if path.suffix != ".sst" or key not in self._digests:
            with path.open("rb") as file:
                self._digests[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._digests[key]


def _lock(folder: Path) -> IO[str]:
    try:
        (folder / "snapshots").mkdir(parents=True, exist_ok=True)
        lock: IO[str] = (folder / "lock").open("a")
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}. Choose another with --data.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise StoreError(f"{folder}: {error.strerror}. Choose another with --data.") from error
        raise StoreLocked(
            f"{folder}: another process is publishing there. Wait for it, or use --data."
        ) from error
    return lock


def _open(path: Path) -> ox.Store:
    try:
        return ox.Store(str(path))
    except (OSError, ValueError) as error:
        kind = StoreFull if getattr(error, "errno", 0) == errno.ENOSPC else StoreDamaged
        raise kind(f"{path}: cannot be opened ({error}). Restore a backup.") from error
