"""Documents that show whether they are whole, and what a folder holds after a fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.store import SnapshotStore, newest_snapshot, read_snapshot
from tests.faults.killing import graphs_of, quads_of

ROOT = Path(__file__).parents[2]
CRASH = """
import os, sys
from pathlib import Path
from publisher.store import SnapshotStore
from tests.faults.killing import graphs_of, quads_of

with SnapshotStore(Path(sys.argv[1])) as store:
    store.replace(graphs_of("oslo"), quads_of("oslo", 1))
    store.replace(graphs_of("accra"), quads_of("accra", 2))
with SnapshotStore(Path(sys.argv[1])) as store:
    store.replace(graphs_of("oslo"), quads_of("oslo", 3))
    os._exit(0)
"""


def whole(folder: Path) -> dict[str, int]:
    """The documents of the newest snapshot by name with their version; fails on half of one."""
    snapshot = newest_snapshot(folder)
    found: dict[str, set[ox.Quad]] = defaultdict(set)
    if snapshot is not None:
        for quad in read_snapshot(snapshot):
            found[quad.graph_name.value.rsplit("/", 1)[-1]].add(quad)
    versions = {}
    for name, quads in found.items():
        version = int(next(q.object.value for q in quads if q.predicate.value.endswith("version")))
        assert quads == set(quads_of(name, version)), f"{name} is there by half"
        versions[name] = version
    return versions


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., Path]:
    """Publish documents, each ``name=version``, and give the folder."""

    def make(**documents: int) -> Path:
        with SnapshotStore(tmp_path / "data") as store:
            for name, version in documents.items():
                store.replace(graphs_of(name), quads_of(name, version))
        return tmp_path / "data"

    return make


@pytest.fixture(scope="session")
def _crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crashed") / "data"
    subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=True, cwd=ROOT)
    return folder


@pytest.fixture
def crashed(_crashed: Path, tmp_path: Path) -> Path:
    """A folder whose writer crashed with oslo=3 acknowledged, and oslo=1, accra=2 before that."""
    return shutil.copytree(_crashed, tmp_path / "data")
