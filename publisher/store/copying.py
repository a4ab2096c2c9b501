"""Copy what another engine holds to a data folder, and back.

In: a remote store. Out: a snapshot with its quads, for what is made of files: backups, and the copy
on which an update is tried; and the remote store again from a backup, wherever that was made.
"""

from __future__ import annotations

import contextlib
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from publisher.store.backups import BASE, back_up, restore
from publisher.store.errors import StoreDamaged, StoreError, StoreFull
from publisher.store.journal import NO_ROOM, write_durably
from publisher.store.remote import AT_ONCE, RemoteStore, RemoteWriter
from publisher.store.snapshots import Snapshot, read_snapshot
from publisher.store.writer import SnapshotStore

__all__ = ["back_up_remote", "base_in", "copy_graphs", "restore_remote"]

_BATCH: Final = 50_000
"""Quads that are written at once."""
_MOST: Final = 10_000
"""Bytes of the entry that says the base."""


def copy_graphs(source: RemoteStore, names: Iterable[str], folder: Path) -> Snapshot:
    """Write the graphs of a store to a fresh data folder.

    Raises:
        StoreError: the store cannot be read, or the folder not written.
    """
    graphs: list[str] = []
    quads: list[ox.Quad] = []
    with SnapshotStore(folder) as copy:
        for name in names:
            graphs.append(name)
            quads += source.graph(name)
            if len(quads) > _BATCH:
                copy.replace(graphs, quads)
                graphs, quads = [], []
        copy.replace(graphs, quads)
        return copy.current()


def back_up_remote(source: RemoteStore, folder: Path, target: Path) -> Snapshot:
    """Write a backup of a remote store; a data folder can be made of it, or another engine filled.

    The backup holds every document acknowledged before the call. One that is published meanwhile
    is in it or is not: nobody is held up.

    Args:
        source: the store.
        folder: the data folder beside it.
        target: the file.

    Raises:
        StoreError: nothing is published there, the engine fails, or the file cannot be written.
        StoreFull: there is no room for the backup.
    """
    if source.newest() is None:
        raise StoreError(f"{source.address}: nothing is published there, so nothing to keep.")
    with _beside(target) as place:
        copy_graphs(source, source.graphs(), place)
        with contextlib.suppress(FileNotFoundError):
            shutil.copy(folder / BASE, place / BASE)
        return back_up(place, target)


def restore_remote(backup: Path, folder: Path, target: RemoteStore) -> Snapshot:
    """Fill an engine from a backup; a restore that was cut short can be begun again.

    Args:
        backup: the file.
        folder: the data folder that keeps the base and the reports.
        target: the store, with the base of the data in the backup.

    Raises:
        StoreError: the engine holds other data below the base, or fails.
        StoreDamaged: the backup is not what was written.
    """
    with _beside(folder) as place:
        snapshot = restore(backup, place / "data")
        quads = read_snapshot(snapshot)
        names = {g.value for g in quads.named_graphs() if isinstance(g, ox.NamedNode)}
        with RemoteWriter(folder, target) as writer:
            if target.newest() is not None or not names.issuperset(target.graphs()):
                raise StoreError(
                    f"{target.address}: has something below {target.base} already. "
                    "Restore to an engine that is empty there."
                )
            for graphs, batch in _batched(quads, sorted(names)):
                writer.replace(graphs, batch)
            write_durably(folder / BASE, f"{target.base}\n")
            return writer.checkpoint()


def _batched(quads: ox.Store, names: Iterable[str]) -> Iterator[tuple[list[str], list[ox.Quad]]]:
    """Give some graphs at a time, each whole."""
    graphs: list[str] = []
    batch: list[ox.Quad] = []
    for name in names:
        graphs.append(name)
        batch += quads.quads_for_pattern(None, None, None, ox.NamedNode(name))
        if len(batch) > AT_ONCE // 2:
            yield graphs, batch
            graphs, batch = [], []
    if batch:
        yield graphs, batch


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a folder on the same disk that is gone afterwards."""
    place = path.absolute().with_name(f".{path.name}.copying")
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(parents=True)
        yield place
    except OSError as error:
        kind = StoreFull if error.errno in NO_ROOM else StoreError
        raise kind(f"{path}: cannot be written ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def base_in(backup: Path) -> str:
    """Give the base of the identifiers in a backup; empty where it does not say.

    Raises:
        StoreDamaged: the file is no backup.
    """
    try:
        with tarfile.open(backup, mode="r:") as tar:
            content = tar.extractfile(BASE)
            return content.read(_MOST).decode().strip() if content else ""
    except KeyError:
        return ""
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise StoreDamaged(f"{backup}: no whole backup ({error}). Restore another.") from error
