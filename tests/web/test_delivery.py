"""Promises about pages that are made once: they are never another's, and never out of date."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from publisher.store import SnapshotStore
from publisher.web import Config, create_app

TRIG = """
@prefix dip: <https://w3id.org/communique/ontology#> .
<http://localhost:8000/id/graph/{n}> {{
  <http://localhost:8000/id/event/{n}> a dip:Event , dip:Expulsion ; dip:date "2022-04-0{n}" ;
      dip:actor <http://www.wikidata.org/entity/Q142> .
}}"""
HTML = {"Accept": "text/html"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, 1)
    return tmp_path


@pytest.fixture
def visitor(folder: Path) -> FlaskClient:
    return create_app(Config(folder)).test_client()


def put(folder: Path, n: int) -> None:
    quads = list(ox.parse(TRIG.format(n=n), format=ox.RdfFormat.TRIG))
    with SnapshotStore(folder) as store:
        store.replace({f"http://localhost:8000/id/graph/{n}"}, quads)


def test_a_page_shows_what_was_published_since_it_was_made(
    visitor: FlaskClient, folder: Path
) -> None:
    before = visitor.get("/events", headers=HTML)
    put(folder, 2)

    after = visitor.get("/events", headers=HTML)

    assert "1 event found" in before.text
    assert "2 events found" in after.text
    assert before.headers["ETag"] != after.headers["ETag"]


def test_a_page_that_is_asked_for_again_is_the_same_with_the_same_headers(
    visitor: FlaskClient,
) -> None:
    first, again = (visitor.get("/event/1.html", headers=HTML) for _ in range(2))

    assert first.data == again.data
    assert sorted(first.headers) == sorted(again.headers)
    assert "cite-as" in again.headers["Link"]


def test_who_has_a_page_already_is_told_so(visitor: FlaskClient) -> None:
    tag = visitor.get("/", headers=HTML).headers["ETag"]

    assert visitor.get("/", headers={**HTML, "If-None-Match": tag}).status_code == 304
    french = {**HTML, "If-None-Match": tag, "Accept-Language": "fr"}
    assert visitor.get("/", headers=french).status_code == 200


def test_nobody_gets_the_page_or_the_cookie_of_another(visitor: FlaskClient) -> None:
    french = visitor.get("/?lang=fr", headers=HTML)
    other = visitor.application.test_client()

    assert "lang=fr" in french.headers["Set-Cookie"]
    plain = other.get("/", headers=HTML)
    assert "Set-Cookie" not in plain.headers
    assert 'lang="en"' in plain.text
    assert other.get("/ontology/", headers=HTML).mimetype == "text/html"
    assert other.get("/ontology/", headers={"Accept": "text/turtle"}).status_code == 303


def test_before_anything_is_published_a_person_is_told_to_come_back(tmp_path: Path) -> None:
    visitor = create_app(Config(tmp_path)).test_client()

    answer = visitor.get("/", headers=HTML)

    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert answer.headers["Retry-After"]
    assert visitor.get("/about", headers=HTML).status_code == 200
