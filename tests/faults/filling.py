"""Fill the file system of a folder in several ways and say what the store did, as JSON."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from publisher.store import SnapshotStore, StoreError
from publisher.store.journal import Journal
from tests.faults.conftest import whole
from tests.faults.killing import graphs_of, quads_of


def fill(path: Path) -> None:
    """Write until there is no room at all."""
    for size in (2**20, 4096, 1):
        with contextlib.suppress(OSError), path.open("ab", buffering=0) as file:
            while file.write(b"x" * size):
                pass


def publish_until_refused(folder: Path) -> tuple[dict[str, int], str]:
    """Publish versions until one is refused; what was acknowledged, and what was said then."""
    acknowledged: dict[str, int] = {}
    with SnapshotStore(folder) as store:
        for version in range(100_000):
            name = f"d{version % 3_000}"
            try:
                store.replace(graphs_of(name), quads_of(name, version))
            except StoreError as error:
                return acknowledged, str(error)
            acknowledged[name] = version
    return acknowledged, ""


def said_by(folder: Path) -> str:
    """What is said to who publishes one more document."""
    try:
        with SnapshotStore(folder) as store:
            store.replace(graphs_of("more"), quads_of("more", 1))
    except StoreError as error:
        return str(error)
    return ""


def main(disk: Path) -> None:
    """Go through it all."""
    folder = disk / "data"
    told: dict[str, object] = {}
    told["acknowledged"], told["refused"] = publish_until_refused(folder)
    told["kept"] = whole(folder)
    with SnapshotStore(folder) as store:
        fill(disk / "fill")
        try:
            store.replace(graphs_of("more"), quads_of("more", 1))
        except StoreError as error:
            told["write at zero"] = str(error)
    told["open at zero"] = said_by(folder)
    journal = Journal(folder / "journal")
    told["journal before"] = (folder / "journal").stat().st_size
    try:
        journal.append({"graphs": [], "nquads": "x" * 100_000})
    except StoreError as error:
        told["journal at zero"] = str(error)
    told["journal after"] = (folder / "journal").stat().st_size
    journal.close()
    (disk / "fill").unlink()
    with SnapshotStore(folder):
        pass
    told["with room"] = whole(folder)
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
