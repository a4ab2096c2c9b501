"""Nothing that comes from a public address makes the server open a connection or a file.

A canary listens on this machine; every test ends by seeing that nobody called.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.store import Limits, QueryError, QueryForbidden, QueryPool
from publisher.store.syntax import outline
from tests.canary import Canary


@pytest.fixture(autouse=True)
def nobody_calls(canary: Canary) -> Iterator[None]:
    before = canary.calls
    yield
    assert canary.calls == before


@pytest.fixture(scope="module")
def pool(make_store: Callable[[str], Path]) -> Iterator[QueryPool]:
    found = QueryPool(make_store("<g:g> { <a:a> <a:b> <a:c> }"), 1, Limits(seconds=5))
    yield found
    found.close()


def test_the_canary_sings() -> None:
    """Without the walls, the engine does call: what the tests below forbid can happen."""
    canary = Canary()
    query = f"SELECT * {{ SERVICE <http://127.0.0.1:{canary.port}/> {{ ?s ?p ?o }} }}"

    with pytest.raises(OSError, match=r"reset|closed|HTTP|error"):
        list(ox.Store().query(query))  # type: ignore[arg-type]

    assert canary.calls == 1
    canary.close()


HIDDEN = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * { { { SERVICE <URL> { ?s ?p ?o } } UNION { ?s ?p ?o } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { VALUES ?x { <URL> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { BIND(IRI('URL') AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "PREFIX e: <URL> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "PREFIX e: <URL> SELECT * { SERVICEe:x{ ?s ?p ?o } }",
    "PREFIX e: <http://e/> SELECT * { OPTIONAL { ?x e:\\# ?y } SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { FILTER(1<2)SERVICE#>\n<URL> { ?s ?p ?o } }",
    "PREFIX a: <a:> SELECT * { BIND(1 AS ?x) FILTER(?x<a:b)SERVICE#>\n<URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p true.SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'x' SERVICE <URL> { ?s ?p ?o } # '\n }",
    'SELECT * { ?s ?p """a\\""" """ . SERVICE <URL> { ?s ?p ?o } }',
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { MINUS { SERVICE <URL> { ?s ?p ?o } } }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_no_way_of_writing_service_opens_a_connection(
    pool: QueryPool, canary: Canary, query: str
) -> None:
    asked = query.replace("URL", f"http://127.0.0.1:{canary.port}/")

    with contextlib.suppress(QueryError):
        assert b"http" not in pool.query(asked, result_type="text/csv").body

    assert pool.query("ASK { <a:a> ?p ?o }").body == b'{"head":{},"boolean":true}'


@pytest.mark.parametrize("query", HIDDEN)
def test_the_worker_itself_can_open_nothing(
    pool: QueryPool, canary: Canary, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: no reading of the text stands before it here."""
    monkeypatch.setattr(QueryPool, "_refuse", lambda self, said: None)
    asked = query.replace("URL", f"http://127.0.0.1:{canary.port}/")

    said = ""
    try:
        pool.query(asked)
    except QueryError as error:
        said = str(error)

    assert "127.0.0.1" not in said


def test_a_service_is_refused_with_what_to_do_instead(pool: QueryPool) -> None:
    with pytest.raises(QueryForbidden, match="other endpoint itself"):
        pool.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s FROM <URL> { ?s ?p ?o }",
        "SELECT ?s FROM NAMED <URL> { GRAPH <URL> { ?s ?p ?o } }",
        "SELECT ?s FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT ?s { GRAPH <file:///etc/passwd> { ?s ?p ?o } }",
    ],
)
def test_a_foreign_graph_is_empty_and_not_fetched(
    pool: QueryPool, canary: Canary, query: str
) -> None:
    asked = query.replace("URL", f"http://127.0.0.1:{canary.port}/")

    assert pool.query(asked, result_type="text/csv").body.split() == [b"s"]


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("SELECT * { ?s ?p 'SERVICE <x:y> {}' }", ()),
        ("SELECT * { ?s ?p ?o } # SERVICE <x:y> {}", ()),
        ("SELECT * { ?service <x:SERVICE> <x:service> }", ()),
        ("PREFIX service: <x:> SELECT * { service:a service:SERVICE 1 }", ()),
        ("SELECT * { SERVICE <x:y> {} }", ("x:y",)),
        ("PREFIX e: <x:> SELECT * { SERVICE SILENT e:y {} }", ("x:y",)),
        ("SELECT * { SERVICE ?where {} }", ("?",)),
    ],
)
def test_the_outline_tells_a_service_from_a_word(text: str, services: tuple[str, ...]) -> None:
    assert outline(text).services == services
