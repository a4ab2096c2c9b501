"""Nothing sent to the served application makes it open a connection or read a file.

A canary listens on this machine; the whole server is asked, with a token where one is needed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.battery.conftest import Answer, Server
from tests.canary import Canary

TOKEN = "a-token-for-the-canary-tests"
SECRET = "root:"
Send = Callable[[Server, str], Answer]


@pytest.fixture(scope="module")
def writable(start_server: Callable[..., Server]) -> Server:
    tokens = f"canary update,graphs {TOKEN}"
    return start_server("--query-timeout", "2", environ={"COMMUNIQUE_TOKENS": tokens})


def query(text: str) -> Send:
    return lambda server, url: server.ask(
        f"/sparql?{urlencode({'query': text.replace('URL', url)})}", {"Accept": "*/*"}
    )


def parameter(**given: str) -> Send:
    pairs = {k.replace("_", "-"): v for k, v in given.items()}
    return lambda server, url: server.ask(
        "/sparql?" + urlencode({k: v.replace("URL", url) for k, v in pairs.items()}),
        {"Accept": "text/csv"},
    )


def update(text: str) -> Send:
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    return lambda server, url: server.ask(
        "/sparql", headers, "POST", text.replace("URL", url).encode()
    )


def graph(media_type: str, text: str, method: str = "PUT") -> Send:
    headers = {"Content-Type": media_type, "Authorization": f"Bearer {TOKEN}"}
    target = "/store?graph=http://localhost:8000/id/graph/canary"
    return lambda server, url: server.ask(
        target, headers, method, text.replace("URL", url).encode()
    )


def address(target: str) -> Send:
    return lambda server, url: server.ask(target.replace("URL", url), {"Accept": "*/*"})


ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "{}">]>'
PARAMETER = '<!DOCTYPE r [<!ENTITY % x SYSTEM "{}"> %x;]>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<rdf:Description rdf:about="http://e/s"><e:p>&x;</e:p></rdf:Description></rdf:RDF>'
)
BOMB = "<!DOCTYPE r [" + '<!ENTITY x0 "ha">' + "".join(
    f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12)
) + '<!ENTITY x "&x11;">]>'  # fmt: skip
OWL = "<http://e/o> <http://www.w3.org/2002/07/owl#imports> <URL/ontology> ."

WAYS: dict[str, tuple[Send, tuple[int, ...]]] = {
    "SERVICE": (query("SELECT * { SERVICE <URL/sparql> { ?s ?p ?o } }"), (403,)),
    "SERVICE SILENT": (query("SELECT * { SERVICE SILENT <URL/sparql> { ?s ?p ?o } }"), (403,)),
    "SERVICE by a variable": (
        query("SELECT * { BIND(IRI('URL/') AS ?x) SERVICE ?x { ?s ?p ?o } }"),
        (403,),
    ),
    "FROM": (query("SELECT * FROM <URL/data.ttl> { ?s ?p ?o }"), (200,)),
    "FROM NAMED": (query("SELECT * FROM NAMED <URL/d> { GRAPH ?g { ?s ?p ?o } }"), (200,)),
    "FROM a file": (query("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"), (200,)),
    "DESCRIBE": (query("DESCRIBE <URL/thing>"), (200,)),
    "default-graph-uri": (
        parameter(query="SELECT * { ?s ?p ?o }", default_graph_uri="URL/d.ttl"),
        (200,),
    ),
    "named-graph-uri": (
        parameter(query="SELECT * { GRAPH ?g { ?s ?p ?o } }", named_graph_uri="URL/d.ttl"),
        (200,),
    ),
    "LOAD": (update("LOAD <URL/data.ttl> INTO GRAPH <http://e/g>"), (403,)),
    "LOAD SILENT": (update("LOAD SILENT <URL/data.ttl>"), (403,)),
    "LOAD of a file": (update("LOAD <file:///etc/passwd> INTO GRAPH <http://e/g>"), (403,)),
    "LOAD after another": (update("CLEAR GRAPH <http://e/g> ; LOAD <URL/data.ttl>"), (403,)),
    "SERVICE in an update": (
        update(
            "INSERT { GRAPH <http://e/g> { ?s ?p ?o } } WHERE { SERVICE <URL/> { ?s ?p ?o } }"
        ),
        (403,),
    ),
    "USING": (
        update("DELETE { GRAPH <http://e/g> { ?s ?p ?o } } USING <URL/d> WHERE { ?s ?p ?o }"),
        (204,),
    ),
    "a remote context": (
        graph("application/ld+json", '{"@context": "URL/context.jsonld", "@id": "http://e/s"}'),
        (400,),
    ),
    "an imported context": (
        graph("application/ld+json", '{"@context": {"@version": 1.1, "@import": "URL/c"}}'),
        (400,),
    ),
    "a context in a Link header": (
        lambda server, url: server.ask(
            "/store?graph=http://localhost:8000/id/graph/canary",
            {
                "Content-Type": "application/ld+json", "Authorization": f"Bearer {TOKEN}",
                "Link": f'<{url}/c>; rel="http://www.w3.org/ns/json-ld#context"',
            },
            "PUT",
            b'{"@id": "http://e/s", "name": "x"}',
        ),
        (201, 204),
    ),
    "an XML entity": (graph("application/rdf+xml", ENTITY.format("URL/e") + RDF), (400,)),
    "an XML entity of a file": (
        graph("application/rdf+xml", ENTITY.format("file:///etc/passwd") + RDF),
        (400,),
    ),
    "an XML parameter entity": (
        graph("application/rdf+xml", PARAMETER.format("URL/e") + RDF),
        (400,),
    ),
    "an XML document type": (
        graph("application/rdf+xml", '<!DOCTYPE r SYSTEM "URL/r.dtd">' + RDF.replace("&x;", "x")),
        (201, 204, 400),
    ),
    "an XML entity that doubles": (graph("application/rdf+xml", BOMB + RDF), (400, 413)),
    "a nest of brackets": (graph("text/turtle", "<a:a> <a:b> " + "(" * 10**6), (400, 413)),
    "a nest of objects": (graph("application/ld+json", '{"a:b":' * 10**6), (400,)),
    "owl:imports": (graph("text/turtle", OWL), (201, 204)),
    "owl:imports, merged": (graph("text/turtle", OWL, "POST"), (201, 204)),
    "a name at another site": (address("/sameas?uri=URL/x"), (400, 404)),
    "a graph at another site": (address("/store?graph=URL/x"), (404,)),
    "the address of another site": (address("URL/sparql?query=ASK%7B%7D"), (200,)),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_asking_makes_the_server_fetch(
    writable: Server, canary: Canary, way: str
) -> None:
    send, right = WAYS[way]

    answer = send(writable, canary.address)

    assert answer.status in right, answer.body[:500]
    assert SECRET not in answer.body.decode("utf-8", "replace")
    assert canary.heard == []


def test_nothing_of_a_file_came_into_the_store(writable: Server, canary: Canary) -> None:
    everything = writable.ask("/dumps/communique.nq").body.decode()

    assert "canary" in everything or "expulsion" in everything
    assert SECRET not in everything
    assert canary.heard == []


def test_the_canary_hears_who_calls(canary: Canary) -> None:
    """To be the last: what the tests above forbid would have been heard."""
    own = Canary()
    with socket.create_connection(("127.0.0.1", own.port)) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\n\r\n")
        caller.recv(1)

    assert own.heard == [b"GET / HTTP/1.1\r\n\r\n"]
    own.close()
