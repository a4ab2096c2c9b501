"""What the tests of the pages share: the dispatches of ``seeds/``, published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from publisher.documents import read_documents
from publisher.pipeline import publish
from publisher.resources import seeds_path
from publisher.web import Config, create_app

BASE = "http://localhost:8000"
READ = ("2018-salisbury-expulsions.txt", "2021-alger-rabat-rupture.txt", "2022-black-sea-grain.txt")


@pytest.fixture(scope="package")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three dispatches, one of them in French."""
    folder = tmp_path_factory.mktemp("seeds")
    documents = [d for name in READ for d in read_documents(seeds_path(name))]
    assert all(done.accepted for done in publish(documents, folder, BASE))
    return folder


@pytest.fixture(scope="package")
def site(seeds: Path) -> Iterator[Flask]:
    app = create_app(Config(seeds, BASE, query_timeout=5.0, query_workers=1))
    app.config["EDITOR"] = False
    yield app
    app.extensions["communique"].pool.close()


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    """A browser that has no cookies yet."""
    return site.test_client()
