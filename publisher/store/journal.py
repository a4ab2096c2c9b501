"""Write changes down before they are made, so that none is lost and none is made by half.

In: changes as JSON values. Out: the same changes after a crash, in order. A change is there when
:meth:`Journal.append` returns: its bytes and the file's length are on the disk (fsync).

Each record is a line with the length and the SHA-256 of the payload and a checksum of itself, then
the payload. A record that was cut short at the end (or left as zeros by a power cut) was never
acknowledged and is dropped; any other damage is an error.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from publisher.store.errors import StoreDamaged, StoreFull

__all__ = ["NO_ROOM", "Journal", "read_changes", "sync_folder", "write_durably"]

_HEADER: Final = re.compile(
    rb"(?P<said>(?P<length>[0-9]+) (?P<digest>[0-9a-f]{64})) (?P<check>[0-9a-f]{8})"
)
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Journal:
    """An append-only file of changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)
        sync_folder(path.parent)

    def close(self) -> None:
        """Close the file; what it holds stays."""
        self._file.close()

    def append(self, change: dict[str, Any]) -> None:
        """Put a change on the disk, whole or not at all.

        Raises:
            StoreFull: there is no room; the file is as it was.
        """
        record = _record(json.dumps(change, ensure_ascii=False).encode())
        before = os.fstat(self._file.fileno()).st_size
        try:
            written = 0
            while written < len(record):
                written += self._file.write(record[written:]) or 0
            os.fsync(self._file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(before)
            if error.errno in NO_ROOM:
                raise StoreFull(
                    f"{self.path}: no room on the disk ({error.strerror}). The change was not "
                    "made. Make room and publish it again."
                ) from error
            raise

    def clear(self) -> None:
        """Forget all changes; call it once the store has them for good."""
        self._file.truncate(0)
        os.fsync(self._file.fileno())

    def changes(self) -> Iterator[dict[str, Any]]:
        """Give the changes that were acknowledged, oldest first, and cut off a torn end.

        Raises:
            StoreDamaged: a record is not what was written.
        """
        end = 0
        for place, change in _records(self.path):
            end = place
            yield change
        if end < os.fstat(self._file.fileno()).st_size:
            self._file.truncate(end)


def read_changes(path: Path) -> Iterator[dict[str, Any]]:
    """Give the changes that a journal holds, without touching it.

    Raises:
        StoreDamaged: a record is not what was written.
    """
    return (change for _, change in _records(path))


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each whole record with the place where it ends."""
    content = path.read_bytes() if path.exists() else b""
    place = 0
    while place < len(content):
        end = content.find(b"\n", place)
        if end < 0:
            return
        header = _HEADER.fullmatch(content[place:end])
        if header is None or zlib.crc32(header["said"]) != int(header["check"], 16):
            if not content[place:].strip(b"\0"):
                return
            raise _damaged(path, place)
        payload = content[end + 1 : end + 1 + int(header["length"])]
        if len(content) < end + 2 + int(header["length"]):
            return
        if hashlib.sha256(payload).hexdigest().encode() != header["digest"]:
            if content.endswith(b"\0\0"):
                return
            raise _damaged(path, place)
        place = end + 2 + len(payload)
        yield place, json.loads(payload)


def _damaged(path: Path, place: int) -> StoreDamaged:
    return StoreDamaged(
        f"{path}: damaged at byte {place}. Restore a backup, or move the file away and "
        "publish again what was published since the last snapshot."
    )


def _record(payload: bytes) -> bytes:
    said = b"%d %s" % (len(payload), hashlib.sha256(payload).hexdigest().encode())
    return b"%s %08x\n%s\n" % (said, zlib.crc32(said), payload)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_durably(path: Path, content: str) -> None:
    """Write a file so that it is there whole, or not at all, whatever happens.

    Raises:
        StoreFull: there is no room; the file is as it was.
    """
    working = path.with_name(f".{path.name}")
    try:
        with working.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(working, path)
        sync_folder(path.parent)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StoreFull(
                f"{path}: no room on the disk ({error.strerror}). Make room and try again."
            ) from error
        raise
