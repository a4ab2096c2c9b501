"""Write a snapshot to files to take away, each once, when it is first asked for.

In: a snapshot. Out: packed files in the ``dumps`` folder beside it, with their sizes and SHA-256
sums, also of what is inside. They are written aside and put in their place whole; those of
snapshots that are no longer kept are removed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from publisher.serialisation import PREFIXES
from publisher.store import StoreError, snapshots
from publisher.web.reading import Data
from publisher.web.tables import CLAIMS, EVENTS, claims_of, description, events_of, table

__all__ = ["DUMPS", "TABLES", "Dump", "DumpFile", "dump_file", "made", "table_description"]


@dataclass(frozen=True)
class Dump:
    """A download: its file name without ``.gz``, its media type, and its format where it is RDF."""

    name: str
    media_type: str
    rdf: ox.RdfFormat | None = None

    @property
    def suffix(self) -> str:
        """The end of its name."""
        return self.name.rpartition(".")[2]


DUMPS: Final = (
    Dump("communique.nq", "application/n-quads", ox.RdfFormat.N_QUADS),
    Dump("communique.trig", "application/trig", ox.RdfFormat.TRIG),
    Dump("communique.ttl", "text/turtle", ox.RdfFormat.TURTLE),
    Dump("communique.jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Dump("communique.csv", "text/csv"),
    Dump("claims.csv", "text/csv"),
)

TABLES: Final = {
    "communique.csv": (EVENTS, "Diplomatic events"),
    "claims.csv": (CLAIMS, "What documents claim of diplomatic events"),
}


@dataclass(frozen=True)
class DumpFile:
    """A file that was written: where, how large and with which sums, packed and plain."""

    path: str
    packed_bytes: int
    packed_sha256: str
    plain_bytes: int
    plain_sha256: str


_LOCK: Final = threading.Lock()


def table_description(name: str) -> dict[str, object]:
    """Describe a table among the downloads (CSVW); it lies beside the table."""
    columns, title = TABLES[name]
    return description(name, columns, title)


def dump_file(data: Data, folder: Path, dump: Dump) -> DumpFile:
    """Give the file of a download, written now if it was not before.

    Raises:
        StoreError: there is no room for it, or the folder cannot be written.
    """
    with _LOCK:
        found = made(data, folder, dump)
        if found is not None:
            return found
        try:
            _tidy(folder, data)
            return _write(data, folder, dump)
        except OSError as error:
            raise StoreError(
                f"The download cannot be written ({error.strerror}). Make room on the disk."
            ) from error


def made(data: Data, folder: Path, dump: Dump) -> DumpFile | None:
    """Give the file of a download if it is there."""
    try:
        said = json.loads(_place(data, folder, dump).with_suffix(".json").read_text("utf-8"))
        return DumpFile(**said) if Path(said["path"]).exists() else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _place(data: Data, folder: Path, dump: Dump) -> Path:
    return folder.absolute() / "dumps" / data.snapshot.version / f"{dump.name}.gz"


def _tidy(folder: Path, data: Data) -> None:
    """Remove the downloads of snapshots that are gone."""
    kept = {data.snapshot.version, *(snapshot.version for snapshot in snapshots(folder))}
    for old in (folder / "dumps").glob("*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)


def _write(data: Data, folder: Path, dump: Dump) -> DumpFile:
    place = _place(data, folder, dump)
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_suffix(".making")
    try:
        with aside.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            plain = _Watched(packed)
            _fill(data, dump, cast(IO[bytes], plain))
        with aside.open("rb") as written:
            packed_sum = hashlib.file_digest(written, "sha256").hexdigest()
        aside.rename(place)
    finally:
        aside.unlink(missing_ok=True)
    made_now = DumpFile(
        str(place), place.stat().st_size, packed_sum, plain.size, plain.digest.hexdigest()
    )
    place.with_suffix(".json").write_text(json.dumps(asdict(made_now)), encoding="utf-8")
    return made_now


class _Watched(io.RawIOBase):
    """Counts and sums the bytes that are written through it."""

    def __init__(self, inner: gzip.GzipFile) -> None:
        self.inner = inner
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self.size += len(piece)
        self.digest.update(piece)
        self.inner.write(piece)
        return len(piece)


def _fill(data: Data, dump: Dump, out: IO[bytes]) -> None:
    if dump.rdf is None:
        columns, _ = TABLES[dump.name]
        things = events_of(data) if dump.name == "communique.csv" else claims_of(data)
        for piece in table(columns, things, data):
            out.write(piece)
        return
    prefixes = dict(PREFIXES) if dump.rdf in (ox.RdfFormat.TRIG, ox.RdfFormat.TURTLE) else None
    if dump.rdf.supports_datasets:
        ox.serialize(iter(data.store), out, format=dump.rdf, prefixes=prefixes)
    else:
        ox.serialize(_triples(data), out, format=dump.rdf, prefixes=prefixes)


def _triples(data: Data) -> Iterator[ox.Triple]:
    """Give every triple once, whatever graphs say it, by a digest of 64 bits for each."""
    seen: set[int] = set()
    for quad in data.store:
        key = hash(quad.triple)
        if key not in seen:
            seen.add(key)
            yield quad.triple
