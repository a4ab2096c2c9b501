"""Writing over HTTP: SPARQL Update, the Graph Store Protocol, tokens and the gate."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.web.tokens import TOKENS_VARIABLE, Tokens, TokensError
from tests.homes import Home, Homes

TRIG = """
@prefix : <http://example.org/> .
:g1 { :a :p 1 . :shared :p 0 }
:g2 { :b :p 2 . :shared :p 0 }
"""
WRITER, READER, HASHED = (f"{name}-{'x' * 20}" for name in ("writer", "reader", "hashed"))
TOKENS = f"""
# name scopes token
anna update,graphs {WRITER}
ben graphs {READER}
carl update sha256:{hashlib.sha256(HASHED.encode()).hexdigest()}
"""
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
BASE = "http://example.org"
G1, G2, NEW = (f"{BASE}/{n}" for n in ("g1", "g2", "new"))
PRODUCT = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(20))
DIP = "https://w3id.org/communique/ontology#"


@dataclass
class Site:
    client: FlaskClient
    home: Home

    def graph(self, name: str) -> set[str]:
        """The subjects that a graph speaks of."""
        found = self.home.graph(name)
        return {str(quad.subject.value).removeprefix("http://example.org/") for quad in found}

    def update(self, text: str, token: str = WRITER, query: str = "") -> TestResponse:
        return self.client.post(
            f"/sparql{query}", data=text, content_type=UPDATE, headers=bearer(token)
        )

    def ask(self, text: str) -> bool:
        return bool(self.client.get("/sparql", query_string={"query": text}).json["boolean"])  # type: ignore[index]

    def put(
        self, graph: str, turtle: str, method: str = "PUT", token: str = WRITER
    ) -> TestResponse:
        return self.client.open(
            "/store", method=method, query_string={"graph": graph}, data=turtle,
            content_type="text/turtle", headers=bearer(token),
        )  # fmt: skip


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@pytest.fixture
def site(homes: Homes, tmp_path: Path) -> Iterator[Site]:
    tokens = tmp_path / "tokens"
    tokens.write_text(TOKENS)
    with (
        homes(TRIG, BASE) as home,
        home.site(query_timeout=5, query_workers=1, tokens=tokens) as app,
    ):
        yield Site(app.test_client(), home)


def insert(graph: str, subject: str = "new") -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ <http://example.org/{subject}> <a:p> 9 }} }}"


# -- update operation (SPARQL 1.1 Protocol 2.2)


def test_an_update_is_seen_by_the_next_query(site: Site) -> None:
    answer = site.update(insert(G1))

    assert (answer.status_code, answer.data) == (204, b"")
    assert site.ask("ASK { <http://example.org/new> <a:p> 9 }")
    assert site.graph(G1) == {"a", "shared", "new"}
    assert site.graph(G2) == {"b", "shared"}


def test_an_update_can_be_posted_as_a_form(site: Site) -> None:
    answer = site.client.post("/sparql", data={"update": insert(NEW)}, headers=bearer(WRITER))

    assert answer.status_code == 204
    assert site.graph(NEW) == {"new"}


def test_an_update_of_several_operations_is_made_whole_or_not_at_all(site: Site) -> None:
    answer = site.update(insert(NEW) + " ; DROP GRAPH <http://example.org/none>")

    assert answer.status_code == 400
    assert "does not exist" in answer.json["detail"]  # type: ignore[index]
    assert site.graph(NEW) == set()


@pytest.mark.parametrize(
    ("update", "g1", "g2"),
    [
        (f"CLEAR GRAPH <{G1}>", set(), {"b", "shared"}),
        (f"DROP GRAPH <{G2}>", {"a", "shared"}, set()),
        ("CLEAR NAMED", set(), set()),
        (f"COPY <{G1}> TO <{G2}>", {"a", "shared"}, {"a", "shared"}),
        (f"MOVE <{G1}> TO <{G2}>", set(), {"a", "shared"}),
        (f"ADD <{G1}> TO <{G2}>", {"a", "shared"}, {"a", "b", "shared"}),
        ("DELETE WHERE { GRAPH ?g { ?s ?p 0 } }", {"a"}, {"b"}),
        (f"WITH <{G1}> DELETE {{ ?s ?p 0 }} WHERE {{ ?s ?p 0 }}", {"a"}, {"b", "shared"}),
        (f"INSERT {{ GRAPH <{G1}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
         {"a", "b", "shared"}, {"b", "shared"}),
        ("PREFIX e: <http://example.org/> DELETE DATA { GRAPH e:g2 { e:b e:p 2 } }",
         {"a", "shared"}, {"shared"}),
        ("BASE <http://example.org/> CLEAR GRAPH <g1>", set(), {"b", "shared"}),
        ("CLEAR GRAPH <http://example.org/\\u00671>", set(), {"b", "shared"}),
        (f"CREATE GRAPH <{NEW}>", {"a", "shared"}, {"b", "shared"}),
    ],
)  # fmt: skip
def test_each_operation_changes_what_it_says_and_nothing_else(
    site: Site, update: str, g1: set[str], g2: set[str]
) -> None:
    assert site.update(update).status_code == 204

    assert site.graph(G1) == g1
    assert site.graph(G2) == g2


def test_using_graph_uri_says_what_patterns_are_matched_against(site: Site) -> None:
    copy = f"INSERT {{ GRAPH <{NEW}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"

    assert site.update(copy, query=f"?{urlencode({'using-graph-uri': G2})}").status_code == 204
    assert site.graph(NEW) == {"b", "shared"}

    form = urlencode([("update", copy), ("using-graph-uri", G1), ("using-graph-uri", G2)])
    assert (
        site.client.post(
            "/sparql", data=form, content_type=FORM, headers=bearer(WRITER)
        ).status_code
        == 204
    )
    assert site.graph(NEW) == {"a", "b", "shared"}


def test_using_named_graph_uri_says_which_graphs_are_named(site: Site) -> None:
    copy = f"INSERT {{ GRAPH <{NEW}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"

    assert (
        site.update(copy, query=f"?{urlencode({'using-named-graph-uri': G2})}").status_code == 204
    )
    assert site.graph(NEW) == {"b", "shared"}


@pytest.mark.parametrize(
    ("text", "query", "status"),
    [
        ("INSERT DATA {", "", 400),
        ("SELECT * { ?s ?p ?o }", "", 400),
        ("INSERT DATA { <a:s> <a:p> 1 }", "", 400),
        ("CLEAR ALL", "", 400),
        ("CLEAR DEFAULT", "", 400),
        (f"WITH <{G1}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}", "?using-graph-uri=a:b", 400),
        ("INSERT { GRAPH <a:g> { ?s ?p ?o } } USING <a:b> WHERE { ?s ?p ?o }",
         "?using-graph-uri=a:b", 400),
        ("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", "?using-graph-uri=a:b", 400),
        ("LOAD <http://127.0.0.1:9/x>", "", 403),
        ("LOAD <file:///etc/passwd> INTO GRAPH <a:g>", "", 403),
        ("INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
         "", 403),
        (f"INSERT {{ GRAPH <a:g> {{ ?s0 ?p0 ?o9 }} }} WHERE {{ {PRODUCT} }}", "", 503),
    ],
)  # fmt: skip
def test_a_bad_update_is_refused_and_changes_nothing(
    site: Site, text: str, query: str, status: int
) -> None:
    before = site.home.state()

    answer = site.update(text, query=query)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert site.home.state() == before


def test_an_update_that_violates_a_shape_is_refused_with_the_report(site: Site) -> None:
    document = f"INSERT DATA {{ GRAPH <{NEW}> {{ <{NEW}> a <{DIP}Document> }} }}"

    answer = site.update(document)

    assert answer.status_code == 422
    paths = {result["path"].rsplit("/", 1)[-1] for result in answer.json["results"]}  # type: ignore[index]
    assert {"identifier", "issued", "language"} <= paths
    assert site.graph(NEW) == set()


def test_an_update_waits_for_no_other_writer(site: Site) -> None:
    with site.home.writer():
        answer = site.update(insert(NEW))

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


# -- Graph Store HTTP Protocol


def test_put_makes_a_graph_and_get_gives_it_back(site: Site) -> None:
    answer = site.put(NEW, "<http://example.org/x> <a:p> 1, 2 .")
    assert answer.status_code == 201

    found = site.client.get(
        "/store", query_string={"graph": NEW}, headers={"Accept": "text/turtle"}
    )
    assert found.status_code == 200
    assert len(list(ox.parse(found.data, format=ox.RdfFormat.TURTLE))) == 2
    assert site.client.head("/store", query_string={"graph": NEW}).status_code == 200


def test_put_replaces_and_post_adds(site: Site) -> None:
    assert site.put(G1, "<http://example.org/x> <a:p> 1 .").status_code == 204
    assert site.graph(G1) == {"x"}

    assert site.put(G1, "<http://example.org/y> <a:p> 1 .", "POST").status_code == 204
    assert site.graph(G1) == {"x", "y"}


def test_post_to_the_store_makes_a_graph_with_a_name_of_its_own(site: Site) -> None:
    answer = site.client.post(
        "/store", data="<http://example.org/x> <a:p> 1 .", content_type="text/turtle",
        headers=bearer(WRITER),
    )  # fmt: skip

    assert answer.status_code == 201
    assert site.graph(answer.headers["Location"]) == {"x"}
    path = answer.headers["Location"].removeprefix(BASE)
    assert site.client.get(path).status_code == 200


def test_a_graph_can_be_named_by_the_address_itself(site: Site) -> None:
    assert (
        site.client.put(
            "/store/person/1",
            data="<> <a:p> 1 .",
            content_type="text/turtle",
            headers=bearer(WRITER),
        ).status_code
        == 201
    )

    name = f"{BASE}/store/person/1"
    assert site.graph(name) == {"store/person/1"}
    assert site.client.delete("/store/person/1", headers=bearer(WRITER)).status_code == 204
    assert site.client.get("/store/person/1").status_code == 404


def test_delete_removes_a_graph_once(site: Site) -> None:
    def delete() -> int:
        return site.client.delete(
            "/store", query_string={"graph": G1}, headers=bearer(WRITER)
        ).status_code

    assert (delete(), delete()) == (204, 404)
    assert site.graph(G1) == set()


def test_the_default_graph_is_read_and_not_written(site: Site) -> None:
    found = site.client.get("/store?default", headers={"Accept": "application/n-triples"})

    ours = [line for line in found.data.splitlines() if b"<http://example.org/p>" in line]
    assert len(ours) == 3
    assert site.client.delete("/store?default", headers=bearer(WRITER)).status_code == 403


@pytest.mark.parametrize(
    ("target", "method", "body", "media_type", "status"),
    [
        ("/store", "GET", "", "", 400),
        ("/store?graph=a:b&default", "GET", "", "", 400),
        ("/store?graph=a:b&graph=a:c", "GET", "", "", 400),
        ("/store?graph=relative", "GET", "", "", 400),
        ("/store?graph=http://example.org/none", "GET", "", "", 404),
        ("/store?graph=http://example.org/none", "HEAD", "", "", 404),
        ("/store?graph=http://example.org/none", "DELETE", "", "", 404),
        ("/store?graph=a:b", "PUT", "<a:s> <a:p>", "text/turtle", 400),
        ("/store?graph=a:b", "PUT", "<a:s> <a:p> 1 .", "text/csv", 415),
        ("/store?graph=a:b", "PUT", "<a:g> { <a:s> <a:p> 1 }", "application/trig", 415),
        ("/store?graph=a:b", "PATCH", "", "text/turtle", 405),
        ("/store?graph=a:b", "PUT", f"<a:s> a <{DIP}Document> .", "text/turtle", 422),
    ],
)  # fmt: skip
def test_a_bad_graph_request_is_refused_and_changes_nothing(
    site: Site, target: str, method: str, body: str, media_type: str, status: int
) -> None:
    before = site.home.state()

    answer = site.client.open(
        target, method=method, data=body, content_type=media_type, headers=bearer(WRITER)
    )

    assert answer.status_code == status
    assert site.home.state() == before


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples",
                                        "application/rdf+xml", "application/ld+json"])  # fmt: skip
def test_what_is_read_in_a_format_can_be_put_in_it(site: Site, media_type: str) -> None:
    data = site.client.get(
        "/store", query_string={"graph": G1}, headers={"Accept": media_type}
    ).data

    answer = site.client.put(
        "/store", query_string={"graph": NEW}, data=data, content_type=media_type,
        headers=bearer(WRITER),
    )  # fmt: skip

    assert answer.status_code == 201
    assert site.graph(NEW) == {"a", "shared"}


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"@context": "http://127.0.0.1:9/c", "@id": "a:b", "x": "y"}', "application/ld+json"),
        (b'{"@context": {"@import": "http://127.0.0.1:9/c"}, "@id": "a:b"}', "application/ld+json"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3'
         b'.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"><rdf:Description rdf:about="a:b">'
         b"<e:p>&x;</e:p></rdf:Description></rdf:RDF>", "application/rdf+xml"),
        (b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>"
         + b"".join(b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 112))
         + b']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
         b'<rdf:Description rdf:about="a:b"><e:p>&o;</e:p></rdf:Description></rdf:RDF>',
         "application/rdf+xml"),
    ],
)  # fmt: skip
def test_nothing_that_a_body_points_to_is_fetched_or_unfolded(
    site: Site, body: bytes, media_type: str
) -> None:
    answer = site.client.put(
        "/store", query_string={"graph": NEW}, data=body, content_type=media_type,
        headers=bearer(WRITER),
    )  # fmt: skip

    assert answer.status_code == 400
    assert "root:" not in answer.text


def test_an_import_is_a_triple_like_any_other(site: Site) -> None:
    owl = "<a:o> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/ontology> ."

    assert site.put(NEW, owl).status_code == 201


# -- tokens


@pytest.mark.parametrize(
    ("token", "update", "graph"),
    [
        (WRITER, 204, 201),
        (READER, 403, 201),
        (HASHED, 204, 403),
        ("", 401, 401),
        ("made-up-" + "x" * 20, 401, 401),
        (WRITER[:-1], 401, 401),
        (hashlib.sha256(HASHED.encode()).hexdigest(), 401, 401),
        ("\udcff", 401, 401),
    ],
)
def test_a_token_is_good_for_its_scopes_and_nothing_else(
    site: Site, token: str, update: int, graph: int
) -> None:
    header = {"Authorization": f"Bearer {token}"} if token else {}
    found = site.client.post(
        "/sparql", data=insert(NEW), content_type=UPDATE, headers=header
    ).status_code
    assert found == update

    put = site.put("http://example.org/other", "<a:s> <a:p> 1 .", token=token)
    assert put.status_code == graph


def test_who_has_no_token_is_told_how_to_show_one(site: Site) -> None:
    answer = site.update(insert(NEW), token="")

    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Bearer" in json.loads(answer.data)["detail"]


@pytest.mark.parametrize("kind", ["Basic", "Digest", ""])
def test_only_a_bearer_is_heard(site: Site, kind: str) -> None:
    header = {"Authorization": f"{kind} {WRITER}".strip()}

    answer = site.client.post("/sparql", data=insert(NEW), content_type=UPDATE, headers=header)

    assert answer.status_code == 401


def test_a_token_in_the_address_is_not_looked_at(site: Site) -> None:
    answer = site.client.post(
        f"/sparql?access_token={WRITER}", data=insert(NEW), content_type=UPDATE
    )

    assert answer.status_code == 401


def test_a_token_that_is_struck_out_is_good_no_more(site: Site, tmp_path: Path) -> None:
    assert site.update(insert(NEW)).status_code == 204

    file = tmp_path / "tokens"
    file.write_text("nobody update " + "y" * 20)
    os.utime(file, ns=(1, 1))

    assert site.update(insert(NEW)).status_code == 401


def test_tokens_can_come_from_the_environment_and_are_forgotten_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(TOKENS_VARIABLE, TOKENS)

    tokens = Tokens.from_settings(None)

    assert TOKENS_VARIABLE not in os.environ
    assert tokens.check(f"Bearer {HASHED}", "update") == "carl"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("anna update", "NAME SCOPES TOKEN"),
        ("anna everything " + "x" * 20, "scopes are"),
        ("anna update hunter2", "at least 20"),
    ],
)
def test_a_bad_line_is_refused_without_showing_the_token(line: str, said: str) -> None:
    with pytest.raises(TokensError, match=said) as caught:
        Tokens(text=f"# tokens\n{line}\n")

    assert "line 2" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_no_token_is_ever_written_to_a_log(
    site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for token in (WRITER, READER, "made-up-" + "x" * 20):
        site.update(insert(NEW), token=token)
    tokens = site.client.application.extensions["communique"].tokens

    said = caplog.text + "".join(capfd.readouterr()) + repr(tokens) + repr(vars(tokens))
    assert WRITER not in said
    assert "made-up" not in said
