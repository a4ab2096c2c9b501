"""Find and read the snapshots of a data folder: numbered states of the data that never change.

In: a data folder. Out: :class:`Snapshot` values, and a snapshot opened for reading. Readers need
no lock, and an answer that was read from a snapshot can be cached for good.

A snapshot is a RocksDB checkpoint (hard links, no copy) of the writer's pyoxigraph store, with a
description beside its files. The file ``newest`` names the last one and is replaced in one step;
a reader in any process sees either the old or the new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import pyoxigraph as ox

from publisher.store.errors import StoreDamaged, StoreError

__all__ = [
    "DESCRIPTION",
    "KEEP_SNAPSHOTS",
    "Quads",
    "Snapshot",
    "changed_between",
    "damaged_files",
    "digest_of",
    "newest_snapshot",
    "read_snapshot",
    "snapshot_at",
    "snapshots",
]

KEEP_SNAPSHOTS: Final = 8
"""How many snapshots stay readable; older ones are removed."""

DESCRIPTION: Final = "snapshot.json"
"""The file in a snapshot's folder that says what it holds."""


class Quads(Protocol):
    """What quads are read from: a snapshot that is open, or another engine."""

    def quads_for_pattern(
        self, subject: Any, predicate: Any, object: Any, graph_name: Any = None, /
    ) -> Iterator[ox.Quad]:
        """Give the quads that match; ``None`` matches anything."""

    def named_graphs(self) -> Iterator[Any]:
        """Give the names of the graphs."""

    def __iter__(self) -> Iterator[ox.Quad]: ...


@dataclass(frozen=True)
class Snapshot:
    """One state of the data: its number, when it was made (UTC) and where it lies."""

    number: int
    created: datetime
    path: Path
    store_id: str = ""
    """Tells the snapshots of one store from those of another with the same number."""
    changed: tuple[str, ...] | None = field(default=None, compare=False)
    """The graphs that differ from the snapshot before; ``None`` where that is not known."""
    files: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The SHA-256 of each file."""
    quads: int | None = field(default=None, compare=False)
    """How many quads it holds; ``None`` where that was not counted."""

    @property
    def etag(self) -> str:
        """The entity tag of every answer that is read from this snapshot."""
        return f'"{self.version}"'

    @property
    def version(self) -> str:
        """What tells this state of the data from all others."""
        return f"s{self.number}-{self.store_id}" if self.store_id else f"s{self.number}"


def snapshot_at(path: Path) -> Snapshot:
    """Read what a snapshot's folder says of itself.

    Raises:
        StoreDamaged: its description cannot be read.
    """
    return _described(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _described(path: Path, modified: int) -> Snapshot:
    try:
        said = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
        created = datetime.fromisoformat(said["created"])
        changed = said["changed"]
        return Snapshot(
            number=int(path.name),
            created=created,
            path=path,
            store_id=said["store"],
            changed=None if changed is None else tuple(changed),
            files=said["files"],
            quads=said.get("quads"),
        )
    except FileNotFoundError:
        created = datetime.fromtimestamp(modified / 1e9, UTC).replace(microsecond=0)
        return Snapshot(int(path.name), created, path)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(
            f"{path / DESCRIPTION}: damaged ({error}). Publish again, or restore a backup."
        ) from error


def snapshots(folder: Path) -> list[Snapshot]:
    """Give the snapshots of a data folder, oldest first."""
    found = (folder / "snapshots").glob("[0-9]*")
    return sorted((snapshot_at(p) for p in found if p.name.isdecimal()), key=lambda s: s.number)


def newest_snapshot(folder: Path) -> Snapshot | None:
    """Give the snapshot that readers should use now; ``None`` before the first.

    Where the file that names it is damaged, that is the last one there is.
    """
    try:
        number = (folder / "newest").read_text().strip()
        if number.isdecimal():
            return snapshot_at(folder / "snapshots" / number)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        pass
    return max(snapshots(folder), key=lambda s: s.number, default=None)


def changed_between(folder: Path, old: Snapshot, new: Snapshot) -> set[str] | None:
    """Give the graphs that differ between two snapshots; ``None`` where that is not known."""
    if old.store_id != new.store_id or old.number > new.number:
        return None
    graphs: set[str] = set()
    for number in range(old.number + 1, new.number + 1):
        try:
            step = snapshot_at(folder / "snapshots" / f"{number:06d}")
        except (OSError, StoreError):
            return None
        if step.changed is None or step.store_id != new.store_id:
            return None
        graphs.update(step.changed)
    return graphs


def damaged_files(snapshot: Snapshot) -> list[str]:
    """Give the names of the files that are missing, or are not what was written."""
    return [
        name for name, digest in snapshot.files.items() if digest_of(snapshot.path / name) != digest
    ]


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def read_snapshot(snapshot: Snapshot) -> ox.Store:
    """Open a snapshot for reading.

    Raises:
        StoreError: the snapshot is damaged or gone.
    """
    try:
        return ox.Store.read_only(str(snapshot.path))
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(
            f"{snapshot.path}: cannot be opened ({error}). Publish again, or restore a backup."
        ) from error
