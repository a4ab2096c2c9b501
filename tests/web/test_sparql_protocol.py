"""The SPARQL 1.1 Protocol, promise by promise, from the text of the specification."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from publisher.store.queries import GRAPH_FORMATS, RESULT_FORMATS
from tests.homes import FOLDER, Homes

TRIG = """
@prefix : <http://example.org/> .
:g1 { :a :p 1 . :shared :p 0 }
:g2 { :b :p 2 . :shared :p 0 }
:g3 { :c :p 3 }
"""
ALL = "SELECT DISTINCT ?s { ?s <http://example.org/p> ?o }"
"""The engine may hold other data, so what is asked for is said with the property of this data."""
NAMED = "SELECT ?s ?g { GRAPH ?g { ?s <http://example.org/p> ?o } }"
COUNT = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <http://example.org/p> ?o }"
PREFIX = "PREFIX e: <http://example.org/> "
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
G1, G2, G3 = (f"http://example.org/g{n}" for n in (1, 2, 3))


@pytest.fixture(scope="module")
def client(homes: Homes) -> Iterator[FlaskClient]:
    with homes(TRIG) as home, home.site(query_timeout=5, query_workers=1) as app:
        yield app.test_client()


def get(client: FlaskClient, query: str, accept: str = "", **more: object) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def names(answer: TestResponse, variable: str = "s") -> list[str]:
    assert answer.status_code == 200, answer.text
    rows = json.loads(answer.data)["results"]["bindings"]
    return sorted(row[variable]["value"].removeprefix("http://example.org/") for row in rows)


def problem(answer: TestResponse) -> dict[str, object]:
    assert answer.content_type == "application/problem+json"
    found = json.loads(answer.data)
    assert found["status"] == answer.status_code
    assert found["title"]
    assert found["detail"]
    return dict(found)


# -- the three ways to send a query (2.1.1 to 2.1.3)


def test_a_query_can_be_sent_in_the_address(client: FlaskClient) -> None:
    assert names(get(client, ALL)) == ["a", "b", "c", "shared"]


def test_a_query_can_be_posted_as_a_form(client: FlaskClient) -> None:
    assert names(client.post("/sparql", data={"query": ALL})) == ["a", "b", "c", "shared"]


def test_a_query_can_be_posted_as_it_is(client: FlaskClient) -> None:
    answer = client.post("/sparql", data=ALL, content_type=QUERY)

    assert names(answer) == ["a", "b", "c", "shared"]


def test_a_charset_of_utf8_may_be_named(client: FlaskClient) -> None:
    answer = client.post("/sparql", data=ALL, content_type=f"{QUERY}; charset=UTF-8")

    assert answer.status_code == 200


def test_head_gives_the_headers_of_get(client: FlaskClient) -> None:
    answer = client.head("/sparql", query_string={"query": ALL})

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["ETag"] == get(client, ALL).headers["ETag"]


# -- the data set (2.1.4)


def test_the_default_graph_is_the_union_of_all_graphs(client: FlaskClient) -> None:
    assert names(get(client, COUNT), "n") == ["4"]


def test_the_default_graph_has_no_doubles(client: FlaskClient, homes: Homes) -> None:
    if homes.kind != FOLDER:
        pytest.skip("other engines count a triple once for each graph that it is in")
    once = "SELECT ?s { ?s <http://example.org/p> 0 }"

    assert names(get(client, once)) == ["shared"]
    assert names(send(client, "get", once, [("default-graph-uri", g) for g in (G1, G2)])) == [
        "shared"
    ]


def test_every_graph_is_named_and_the_union_is_not(client: FlaskClient) -> None:
    assert names(get(client, NAMED), "g") == ["g1", "g1", "g2", "g2", "g3"]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_default_graph_uri_is_all_that_is_asked(client: FlaskClient, way: str) -> None:
    answer = send(client, way, ALL, [("default-graph-uri", G1)])

    assert names(answer) == ["a", "shared"]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_several_default_graphs_are_merged(client: FlaskClient, way: str) -> None:
    graphs = [("default-graph-uri", G1), ("default-graph-uri", G2)]

    assert names(send(client, way, COUNT, graphs), "n") == ["3"]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_named_graph_uri_leaves_the_default_graph_empty(client: FlaskClient, way: str) -> None:
    assert names(send(client, way, NAMED, [("named-graph-uri", G2)]), "g") == ["g2", "g2"]
    assert names(send(client, way, ALL, [("named-graph-uri", G2)])) == []


def test_default_and_named_graphs_can_be_given_together(client: FlaskClient) -> None:
    query = "PREFIX e: <http://example.org/> SELECT ?s ?t { ?s e:p ?o . GRAPH ?g { ?t e:p ?r } }"
    graphs = [("default-graph-uri", G3), ("named-graph-uri", G1)]

    answer = send(client, "get", query, graphs)

    assert names(answer) == ["c", "c"]
    assert names(answer, "t") == ["a", "shared"]


def test_the_graphs_of_the_request_win_over_those_of_the_query(client: FlaskClient) -> None:
    query = "PREFIX e: <http://example.org/> SELECT ?s FROM e:g2 { ?s ?p ?o }"

    assert names(send(client, "get", query, [("default-graph-uri", G3)])) == ["c"]


def test_from_and_from_named_choose_the_graphs(client: FlaskClient) -> None:
    single = "SELECT ?s FROM e:g3 { ?s ?p ?o }"
    assert names(get(client, PREFIX + single)) == ["c"]
    merged = "SELECT (COUNT(DISTINCT ?s) AS ?n) FROM e:g1 FROM e:g2 { ?s ?p ?o }"
    assert names(get(client, PREFIX + merged), "n") == ["3"]
    named = "SELECT ?s FROM NAMED e:g3 { GRAPH ?g { ?s ?p ?o } }"
    assert names(get(client, PREFIX + named)) == ["c"]
    assert names(get(client, PREFIX + named.replace("GRAPH ?g", ""))) == []


def test_a_graph_can_be_named_in_full(client: FlaskClient) -> None:
    query = "SELECT ?s FROM <http://example.org/g1> FROM <http://example.org/g3> { ?s ?p ?o }"

    assert names(get(client, query)) == ["a", "c", "shared"]


def test_a_graph_that_is_not_here_is_empty_and_not_fetched(client: FlaskClient) -> None:
    assert names(get(client, "SELECT ?s FROM <http://127.0.0.1:9/x> { ?s ?p ?o }")) == []


def send(client: FlaskClient, way: str, query: str, graphs: list[tuple[str, str]]) -> TestResponse:
    if way == "get":
        return client.get(f"/sparql?{urlencode([('query', query), *graphs])}")
    if way == "form":
        body = urlencode([("query", query), *graphs])
        return client.post("/sparql", data=body, content_type=FORM)
    return client.post(f"/sparql?{urlencode(graphs)}", data=query, content_type=QUERY)


# -- formats by Accept (2.1.5, 2.1.6)


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
@pytest.mark.parametrize("query", [ALL, "ASK { ?s ?p ?o }"])
def test_results_come_in_each_format(client: FlaskClient, media_type: str, query: str) -> None:
    answer = get(client, query, media_type)

    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.data


def test_results_in_xml_are_well_formed(client: FlaskClient) -> None:
    root = ElementTree.fromstring(get(client, ALL, "application/sparql-results+xml").data)

    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"


def test_results_in_csv_have_a_header(client: FlaskClient) -> None:
    lines = get(client, ALL, "text/csv").text.splitlines()

    assert lines[0] == "s"
    assert len(lines) == 5


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
@pytest.mark.parametrize(
    ("query", "triples"),
    [
        ("CONSTRUCT WHERE { ?s <http://example.org/p> ?o }", 4),
        ("DESCRIBE <http://example.org/a>", 1),
    ],
)
def test_graphs_come_in_each_format(
    client: FlaskClient, homes: Homes, media_type: str, query: str, triples: int
) -> None:
    if homes.kind == "virtuoso" and "DESCRIBE" in query:
        pytest.skip("what DESCRIBE gives is for the engine to choose, and Virtuoso gives nothing")

    answer = get(client, query, media_type)

    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert len(list(ox.parse(answer.data, format=GRAPH_FORMATS[media_type]))) == triples


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("text/xml", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/csv, text/turtle;q=0.9", "text/csv"),
        ("image/png, */*;q=0.1", "application/sparql-results+json"),
    ],
)
def test_results_come_as_the_client_prefers(client: FlaskClient, accept: str, given: str) -> None:
    assert get(client, ALL, accept).mimetype == given


@pytest.mark.parametrize("query", [ALL, "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_what_nobody_serves_is_refused_with_what_is_served(client: FlaskClient, query: str) -> None:
    answer = get(client, query, "image/png")

    assert answer.status_code == 406
    assert problem(answer)["served"]


def test_a_word_in_a_string_does_not_make_a_graph_query(client: FlaskClient) -> None:
    assert (
        get(client, "SELECT ('CONSTRUCT' AS ?x) {}").mimetype == "application/sparql-results+json"
    )


# -- errors (2.1.7), after the W3C's list of bad requests


def test_nothing_asked_is_the_description_of_the_service(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})

    assert b"Service" in answer.data
    assert answer.mimetype == "text/turtle"


BAD: dict[str, tuple[int, Callable[[FlaskClient], TestResponse]]] = {
    "no query": (400, lambda c: c.get("/sparql?default-graph-uri=http://example.org/g1")),
    "two queries": (400, lambda c: c.get("/sparql?query=ASK{}&query=ASK{}")),
    "two queries in a form": (
        400, lambda c: c.post("/sparql", data="query=ASK{}&query=ASK{}", content_type=FORM)
    ),
    "a query and an update": (
        400, lambda c: c.post("/sparql", data={"query": "ASK {}", "update": "CLEAR ALL"})
    ),
    "an update by GET": (400, lambda c: c.get("/sparql?update=CLEAR%20ALL")),
    "an update as a query": (400, lambda c: get(c, "CLEAR ALL")),
    "a wrong media type": (
        415, lambda c: c.post("/sparql", data=ALL, content_type="text/plain")
    ),
    "no media type": (415, lambda c: c.post("/sparql", data=ALL)),
    "another charset": (
        415,
        lambda c: c.post(
            "/sparql", data=ALL.encode("utf-16"), content_type=f"{QUERY}; charset=UTF-16"
        ),
    ),
    "bytes that are not UTF-8": (
        400, lambda c: c.post("/sparql", data=b"ASK { ?s ?p '\xff' }", content_type=QUERY)
    ),
    "escapes that are not UTF-8": (400, lambda c: c.get("/sparql?query=ASK%20%7B%7D%20%23%FF")),
    "a form that is not UTF-8": (
        400, lambda c: c.post("/sparql", data=b"query=ASK%7B%7D%23%FF", content_type=FORM)
    ),
    "a syntax error": (400, lambda c: get(c, "SELECT ?s WHERE {")),
    "an undeclared prefix": (400, lambda c: get(c, "ASK { ?s x:y ?o }")),
    "an empty query": (400, lambda c: get(c, "")),
    "a graph that is no IRI": (400, lambda c: get(c, ALL, **{"default-graph-uri": "no iri"})),
    "a relative graph": (400, lambda c: get(c, ALL, **{"named-graph-uri": "g1"})),
    "another method": (405, lambda c: c.put("/sparql", data=ALL)),
    "a query that is too long": (413, lambda c: get(c, ALL + " " * 100_000)),
    "a service": (403, lambda c: get(c, "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_request_is_refused_and_the_next_is_answered(client: FlaskClient, case: str) -> None:
    status, request = BAD[case]

    answer = request(client)

    assert answer.status_code == status
    problem(answer)
    assert names(get(client, ALL)) == ["a", "b", "c", "shared"]


def test_a_syntax_error_says_where(client: FlaskClient) -> None:
    assert "1:" in str(problem(get(client, "SELECT ?s WHERE { ?s ?p }"))["detail"])


def test_another_method_is_told_which_are_allowed(client: FlaskClient) -> None:
    allowed = client.delete("/sparql").headers["Allow"]

    assert {"GET", "HEAD", "OPTIONS", "POST"} == {m.strip() for m in allowed.split(",")}


# -- caching: a snapshot never changes


def test_an_answer_that_a_client_has_is_not_sent_again(client: FlaskClient) -> None:
    first = get(client, ALL)
    tag = first.headers["ETag"]

    again = client.get("/sparql", query_string={"query": ALL}, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert "Accept" in first.headers["Vary"]


def test_each_format_has_its_own_tag(client: FlaskClient) -> None:
    tags = {get(client, ALL, media_type).headers["ETag"] for media_type in RESULT_FORMATS}

    assert len(tags) == len(RESULT_FORMATS)


def test_an_answer_that_changes_by_itself_is_not_kept(client: FlaskClient) -> None:
    answers = [get(client, "SELECT (UUID() AS ?s) {}") for _ in range(2)]

    assert names(answers[0]) != names(answers[1])
    assert "ETag" not in answers[0].headers
    assert answers[0].headers["Cache-Control"] == "no-store"


# -- any negotiation and any parameters have an answer


@given(accept=st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60))
def test_any_accept_header_has_an_answer(client: FlaskClient, accept: str) -> None:
    assert get(client, ALL, accept).status_code in (200, 406)


RANGES = st.builds(
    lambda kind, q: f"{kind};q={q}",
    st.sampled_from([*RESULT_FORMATS, "text/*", "*/*", "image/png"]),
    st.sampled_from(["0", "0.1", "0.5", "0.9", "1"]),
)


@given(ranges=st.lists(RANGES, min_size=1, max_size=4))
def test_what_is_refused_with_q_0_is_never_sent(client: FlaskClient, ranges: list[str]) -> None:
    answer = get(client, ALL, ", ".join(ranges))

    exact = [r for r in ranges if r.split(";")[0] == answer.mimetype]
    assert answer.status_code in (200, 406)
    assert not exact or any(not r.endswith("q=0") for r in exact)


@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(["query", "update", "default-graph-uri", "named-graph-uri", "x"]),
            st.sampled_from([ALL, "ASK {}", G1, "", "é\x00", "<", "CLEAR ALL"]),
        ),
        max_size=5,
    ),
    way=st.sampled_from(["get", "form"]),
)
def test_any_parameters_have_an_answer(
    client: FlaskClient, fields: list[tuple[str, str]], way: str
) -> None:
    encoded = urlencode(fields)
    answer = (
        client.get(f"/sparql?{encoded}")
        if way == "get"
        else client.post("/sparql", data=encoded, content_type=FORM)
    )

    assert answer.status_code in (200, 303, 400, 401, 403)
