"""What the tests of the pages share: dispatches of ``seeds/``, published in each kind of home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from publisher.documents import Document, read_documents
from publisher.pipeline import publish
from publisher.resources import seeds_path
from tests.homes import BASE, FOLDER, Home, Homes

__all__ = ["BASE", "READ"]

READ = ("2018-salisbury-expulsions.txt", "2021-alger-rabat-rupture.txt", "2022-black-sea-grain.txt")


@pytest.fixture(scope="package")
def dispatches() -> list[Document]:
    """Three dispatches, one of them in French."""
    return [d for name in READ for d in read_documents(seeds_path(name))]


@pytest.fixture(scope="package")
def seeds(tmp_path_factory: pytest.TempPathFactory, dispatches: list[Document]) -> Path:
    """A data folder that holds them."""
    folder = tmp_path_factory.mktemp("seeds")
    assert all(done.accepted for done in publish(dispatches, folder, BASE))
    return folder


@pytest.fixture(scope="package")
def home(
    request: pytest.FixtureRequest, homes: Homes, dispatches: list[Document]
) -> Iterator[Home]:
    """Whatever can hold them: a data folder, and each of the engines if that is asked for."""
    if homes.kind != FOLDER and not request.config.getoption("everywhere"):
        pytest.skip("pages are tested on engines with --everywhere")
    with homes() as found:
        found.publish(dispatches)
        yield found


@pytest.fixture(scope="package")
def site(home: Home) -> Iterator[Flask]:
    with home.site(query_timeout=5.0, query_workers=1) as app:
        app.config["EDITOR"] = False
        yield app


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    """A browser that has no cookies yet."""
    return site.test_client()
