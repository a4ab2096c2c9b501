"""From a text to an answer: publish, query, dereference, withdraw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from tests.homes import Home, Homes

TEXT = "Ghana expelled two Libyan diplomats on Monday, the foreign ministry said.\n"
COUNT = (
    "PREFIX dip: <https://w3id.org/communique/ontology#> "
    "SELECT ?n { ?e a dip:Measure ; dip:count ?n }"
)


def _document(text: str = TEXT) -> Document:
    return Document("accra.txt", text, date(2022, 4, 5), "en", title="Accra")


@pytest.fixture
def home(homes: Homes) -> Iterator[Home]:
    with homes() as found:
        found.publish([_document()])
        yield found


@pytest.fixture
def client(home: Home) -> Iterator[FlaskClient]:
    with home.site(query_timeout=5, query_workers=1) as app:
        yield app.test_client()


def _rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get("/sparql", query_string={"query": query})
    found = json.loads(answer.data)["results"]["bindings"]
    return [{k: v["value"] for k, v in row.items()} for row in found]


def test_a_published_text_answers_a_query_on_an_inferred_class(client: FlaskClient) -> None:
    assert _rows(client, COUNT) == [{"n": "2"}]


def test_quotes_give_back_exactly_their_characters() -> None:
    document = _document()
    for claim in extract_claims(document).claims:
        assert 0 <= claim.start < claim.end <= len(document.text)
        assert claim.end - claim.start <= 300


def test_publishing_again_replaces_the_document(home: Home, client: FlaskClient) -> None:
    home.publish([_document(TEXT.replace("two", "three"))])

    assert _rows(client, COUNT) == [{"n": "3"}]


def test_a_name_sends_each_client_to_its_document(client: FlaskClient) -> None:
    turtle = client.get("/id/document/accra-txt", headers={"Accept": "text/turtle"})
    page = client.get("/id/document/accra-txt", headers={"Accept": "text/html"})

    assert (turtle.status_code, turtle.headers["Location"]) == (303, "/document/accra-txt.ttl")
    assert (page.status_code, page.headers["Location"]) == (303, "/document/accra-txt.html")
    assert client.get("/document/accra-txt.ttl").content_type.startswith("text/turtle")
    assert b"Ghana" in client.get("/document/accra-txt.html").data


def test_what_cannot_be_served_is_406_with_the_list(client: FlaskClient) -> None:
    answer = client.get("/id/document/accra-txt", headers={"Accept": "image/png"})

    assert answer.status_code == 406
    assert "text/turtle" in json.loads(answer.data)["served"]


def test_a_withdrawn_document_answers_410_and_keeps_its_tombstone(
    home: Home, client: FlaskClient
) -> None:
    assert home.withdraw("accra.txt")

    answer = client.get("/document/accra-txt.ttl")
    assert answer.status_code == 410
    assert b"Tombstone" in answer.data
    assert _rows(client, COUNT) == []


def test_a_runaway_query_is_stopped_and_the_next_is_answered(home: Home) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    with home.site(query_timeout=0.5, query_workers=1) as app:
        client = app.test_client()

        answer = client.get("/sparql", query_string={"query": runaway})

        assert answer.status_code == 503
        assert answer.content_type == "application/problem+json"
        assert _rows(client, COUNT) == [{"n": "2"}]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * {", 400),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT ?s { ?s ?p 'SERVICE' }", 200),
    ],
)
def test_queries_that_are_wrong_or_foreign_are_refused(
    client: FlaskClient, query: str, status: int
) -> None:
    assert client.get("/sparql", query_string={"query": query}).status_code == status


@pytest.mark.parametrize("path", ["/", "/documents", "/ontology/", "/query", "/dumps/", "/about"])
def test_pages_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
