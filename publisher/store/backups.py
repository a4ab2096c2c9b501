"""Back a store up while it is written to, and restore it.

In: a data folder. Out: one file (tar, POSIX.1-2001) with the newest snapshot, the journal of what
was acknowledged since, and the base of the identifiers; and a data folder again from such a file.

The last entry of the file holds the checksums of all others, so a backup proves itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from publisher.store.errors import StoreDamaged, StoreError, StoreFull
from publisher.store.journal import NO_ROOM, sync_folder, write_durably
from publisher.store.snapshots import DESCRIPTION, Snapshot, newest_snapshot, snapshot_at
from publisher.store.writer import SnapshotStore

__all__ = ["BASE", "back_up", "restore"]

BASE: Final = "base"
"""The file of a data folder that says the base of its identifiers, and its entry in a backup."""

_SNAPSHOT: Final = "snapshot"
_JOURNAL: Final = "journal"
_SUMS: Final = "SHA256SUMS"
_MOST_SUMS: Final = 16 * 1024**2
_TRIES: Final = 20
_CHUNK: Final = 1024**2


def back_up(folder: Path, target: Path) -> Snapshot:
    """Write a backup that holds every document acknowledged before the call.

    No lock is taken: whoever publishes goes on. The file is there whole or not at all.

    Raises:
        StoreError: there is nothing to back up, or the target cannot be written.
        StoreFull: there is no room for the backup.
        StoreDamaged: the snapshot is not what was written; there is no backup then.
    """
    working = target.with_name(f".{target.name}.making")
    try:
        with contextlib.ExitStack() as stack:
            snapshot, files, journal = _pinned(folder, stack)
            with working.open("wb") as out:
                _write(out, folder, snapshot, files, journal)
                out.flush()
                os.fsync(out.fileno())
        os.replace(working, target)
        sync_folder(target.parent)
    except OSError as error:
        kind = StoreFull if error.errno in NO_ROOM else StoreError
        raise kind(f"{target}: no backup was made ({error.strerror}).") from error
    finally:
        working.unlink(missing_ok=True)
    return snapshot


def _pinned(
    folder: Path, stack: contextlib.ExitStack
) -> tuple[Snapshot, dict[str, IO[bytes]], bytes]:
    """Open the files of the newest snapshot, so that they stay, and read the journal after it.

    A change in the journal says which snapshot it came after, and the journal is emptied only
    when a newer one is named: if that did not happen meanwhile, the two belong together.
    """
    for _ in range(_TRIES):
        snapshot = newest_snapshot(folder)
        if snapshot is None:
            raise StoreError(f"{folder}: nothing is published there, so there is nothing to keep.")
        with contextlib.ExitStack() as opened:
            try:
                files: dict[str, IO[bytes]] = {
                    path.name: opened.enter_context(path.open("rb"))
                    for path in sorted(snapshot.path.iterdir())
                }
                journal = (folder / _JOURNAL).read_bytes()
            except FileNotFoundError:
                continue
            if newest_snapshot(folder) == snapshot:
                stack.push(opened.pop_all())
                return snapshot, files, journal
    raise StoreError(f"{folder}: changes faster than it can be backed up. Try again.")


def _write(
    out: IO[bytes], folder: Path, snapshot: Snapshot, files: dict[str, IO[bytes]], journal: bytes
) -> None:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:

        def add(name: str, size: int, content: IO[bytes]) -> str:
            reader = _Checked(content)
            tar.addfile(_entry(name, size), reader)
            sums[name] = reader.digest
            return reader.digest

        for name, file in files.items():
            size = os.fstat(file.fileno()).st_size
            digest = add(f"{_SNAPSHOT}/{snapshot.path.name}/{name}", size, file)
            if digest != snapshot.files.get(name, digest):
                raise StoreDamaged(
                    f"{snapshot.path / name}: not what was written. Restore an earlier backup."
                )
        add(_JOURNAL, len(journal), io.BytesIO(journal))
        with contextlib.suppress(FileNotFoundError):
            base = (folder / BASE).read_bytes()
            add(BASE, len(base), io.BytesIO(base))
        listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
        add(_SUMS, len(listed), io.BytesIO(listed))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    return entry


class _Checked:
    """A file that knows the SHA-256 of what was read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._hash.update(chunk)
        return chunk


def restore(backup: Path, folder: Path) -> Snapshot:
    """Make a data folder from a backup.

    Raises:
        StoreError: the folder has something in it, or the file is no backup.
        StoreDamaged: the backup is not what was written.
        StoreFull: there is no room for the data.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder}: has something in it already. Restore to another with --data.")
    working = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(working, ignore_errors=True)
    try:
        working.mkdir(parents=True)
        snapshot = _unpack(backup, working)
        only_tables = shutil.ignore_patterns(DESCRIPTION)
        shutil.copytree(snapshot.path, working / "live", ignore=only_tables)
        with SnapshotStore(working) as store:
            if store.is_ahead:
                store.checkpoint()
        _sync_all(working)
        if folder.exists():
            folder.rmdir()
        working.rename(folder)
        sync_folder(folder.parent)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise StoreDamaged(f"{backup}: no whole backup ({error}). Restore another.") from error
    except OSError as error:
        kind = StoreFull if error.errno in NO_ROOM else StoreError
        raise kind(f"{backup}: cannot be restored ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return newest_snapshot(folder) or snapshot


def _unpack(backup: Path, folder: Path) -> Snapshot:
    """Unpack a backup and see that each of its files is what was written."""
    found: dict[str, str] = {}
    listed = b""
    with tarfile.open(backup, mode="r:") as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isreg() else None
            if content is not None and entry.name == _SUMS:
                listed = content.read(_MOST_SUMS)
                continue
            place = _place(entry, folder)
            if place is None or content is None:
                raise StoreDamaged(f"{backup}: {entry.name!r} does not belong into a backup.")
            place.parent.mkdir(parents=True, exist_ok=True)
            reader = _Checked(content)
            with place.open("wb") as out:
                shutil.copyfileobj(reader, out, _CHUNK)
            found[entry.name] = reader.digest
    if listed != "".join(f"{digest}  {name}\n" for name, digest in found.items()).encode():
        raise StoreDamaged(f"{backup}: not what was written, or cut short. Restore another.")
    made = sorted((folder / "snapshots").glob("[0-9]*"))
    if len(made) != 1:
        raise StoreDamaged(f"{backup}: no backup (there is not one snapshot in it).")
    write_durably(folder / "newest", made[0].name)
    return snapshot_at(made[0])


def _place(entry: tarfile.TarInfo, folder: Path) -> Path | None:
    """Where a file of a backup belongs; ``None`` for what cannot be one."""
    parts = entry.name.split("/")
    if not entry.isreg():
        return None
    if parts in ([_JOURNAL], [BASE]):
        return folder / entry.name
    plain = len(parts) == 3 and parts[1].isdecimal() and parts[2] not in ("", ".", "..")
    if plain and parts[0] == _SNAPSHOT and "\0" not in parts[2]:
        return folder / "snapshots" / parts[1] / parts[2]
    return None


def _sync_all(folder: Path) -> None:
    for path in _below(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _below(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.rglob("*")
