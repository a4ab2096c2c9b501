"""Promises about the terms: whoever asks a store is told what its classes and words are called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from publisher.documents import Document
from publisher.pipeline import publish, withdraw
from publisher.resources import ontology_path
from publisher.store import SnapshotStore, newest_snapshot, read_snapshot
from publisher.store.checking import verify
from publisher.store.editing import renew_terms
from publisher.terminology import terminology
from publisher.web import Config, create_app

BASE = "http://localhost:8000"
ONTOLOGY, LEXICON = f"{BASE}/ontology", f"{BASE}/lexicon"
TEXT = "Ghana expelled two Libyan diplomats on Monday.\n"
LABELS = """
PREFIX dip: <https://w3id.org/communique/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?kind ?word {
  ?claim a dip:Claim ; dip:claimedType/rdfs:label ?kind ; dip:frame/rdfs:label ?word
  FILTER (LANG(?kind) = "fr")
}"""


def document(name: str = "accra.txt") -> Document:
    return Document(name, TEXT, date(2022, 4, 5), "en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert [d.accepted for d in publish([document()], tmp_path)] == [True]
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[FlaskClient]:
    app = create_app(Config(folder, query_timeout=5, query_workers=1))
    yield app.test_client()
    app.extensions["communique"].pool.close()


def rows(client: FlaskClient, query: str) -> list[list[str]]:
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 200, answer.text
    return [
        [v["value"] for v in row.values()] for row in json.loads(answer.data)["results"]["bindings"]
    ]


def held(folder: Path) -> dict[str, set[ox.Triple]]:
    newest = newest_snapshot(folder)
    assert newest is not None
    found: dict[str, set[ox.Triple]] = {}
    for quad in read_snapshot(newest):
        found.setdefault(quad.graph_name.value, set()).add(quad.triple)
    return found


def age(folder: Path) -> None:
    """Make the terms those of an earlier version: a class has another code."""
    old = [q for q in terminology(BASE)[ONTOLOGY] if "plover" not in q.predicate.value]
    with SnapshotStore(folder) as store:
        store.replace([ONTOLOGY, LEXICON], old)


def test_the_endpoint_tells_the_names_of_classes_and_of_the_words_that_were_read(
    client: FlaskClient,
) -> None:
    assert rows(client, LABELS) == [["expulsion", "expel"]]


def test_the_endpoint_counts_events_by_plover_code(client: FlaskClient) -> None:
    query = ontology_path("competency", "by-plover-code.rq").read_text(encoding="utf-8")

    assert rows(client, query) == [["SANCTION", "1"]]


def test_the_terms_stand_in_graphs_of_their_own_as_they_ship(folder: Path) -> None:
    for name, quads in terminology(BASE).items():
        assert held(folder)[name] == {q.triple for q in quads}


def test_publishing_puts_the_terms_in_the_place_of_those_of_an_earlier_version(
    folder: Path,
) -> None:
    age(folder)

    list(publish([document("again.txt")], folder))

    assert held(folder)[ONTOLOGY] == {q.triple for q in terminology(BASE)[ONTOLOGY]}
    assert verify(folder).holds


def test_a_server_brings_the_terms_of_older_data_to_its_version(folder: Path) -> None:
    age(folder)
    newest = newest_snapshot(folder)
    assert newest is not None

    assert renew_terms(read_snapshot(newest), BASE, lambda: SnapshotStore(folder))

    assert held(folder)[LEXICON] == {q.triple for q in terminology(BASE)[LEXICON]}


def test_terms_that_are_of_this_version_are_not_written_again(folder: Path) -> None:
    list(publish([document()], folder))
    newest = newest_snapshot(folder)
    assert newest is not None
    assert newest.changed is not None
    assert not {ONTOLOGY, LEXICON} & set(newest.changed)

    def no_writer() -> SnapshotStore:
        raise AssertionError("took the lock")

    assert not renew_terms(read_snapshot(newest), BASE, no_writer)


def test_a_store_says_which_version_of_the_ontology_it_holds_and_proves_it(folder: Path) -> None:
    proof = verify(folder)

    assert proof.holds
    assert proof.ontology == "0.1.0"
    assert "ontology 0.1.0" in proof.to_text()


def test_an_ontology_that_breaks_its_shapes_is_found_by_verify(folder: Path) -> None:
    comments = "http://www.w3.org/2000/01/rdf-schema#comment"
    bad = [q for q in terminology(BASE)[ONTOLOGY] if q.predicate.value != comments]
    with SnapshotStore(folder) as store:
        store.replace([ONTOLOGY], bad)

    problems = verify(folder).problems

    assert len(problems) == 1
    assert "rdfs:comment" in problems[0]


def test_a_text_that_is_refused_leaves_a_folder_without_data(tmp_path: Path) -> None:
    nobody = Document("undated.txt", TEXT, None, "en")  # type: ignore[arg-type]

    assert not any(done.accepted for done in publish([nobody], tmp_path))
    assert newest_snapshot(tmp_path) is None


def test_withdrawing_everything_leaves_the_terms(folder: Path, client: FlaskClient) -> None:
    assert withdraw("accra.txt", folder)

    assert {ONTOLOGY, LEXICON} <= held(folder).keys()
    assert client.get("/events").status_code == 200
