"""What all tests share: reproducible property tests, and a way to write a file to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, settings

from publisher.store import SnapshotStore
from tests.canary import Canary
from tests.homes import KINDS, Engines, Homes

settings.register_profile(
    "default",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--everywhere", action="store_true",
        help="test pages, names and downloads on each of the engines too: takes some minutes more",
    )  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file below a fresh folder and give its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(scope="session")
def make_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make a data folder from TriG, without reading any text, and give its path."""

    def make(trig: str) -> Path:
        folder = tmp_path_factory.mktemp("data")
        quads = list(ox.parse(trig, format=ox.RdfFormat.TRIG))
        with SnapshotStore(folder) as store:
            store.replace({str(q.graph_name.value) for q in quads}, quads)
        return folder

    return make


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    """Listen on this machine for whoever should open no connection."""
    found = Canary()
    yield found
    found.close()


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    found = Engines(tmp_path_factory.mktemp)
    yield found
    found.close()


@pytest.fixture(scope="session", params=KINDS)
def homes(
    request: pytest.FixtureRequest, engines: Engines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Homes]:
    """Homes for published data: folders, and each of the engines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publisher.store.remote._FRESH", 0.0)
        yield Homes(request.param, engines, tmp_path_factory.mktemp)
