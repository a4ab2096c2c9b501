"""The data in another engine: the same documents, the same answers, the same pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from benchmarks.engines import Engine
from publisher.documents import Document
from publisher.pipeline import publish, withdraw
from publisher.store import newest_snapshot, read_snapshot
from publisher.store.editing import renew_terms
from publisher.store.remote import RemoteStore, RemoteWriter
from publisher.vocabulary import DCTERMS, DIP, RDF
from publisher.web import Config, create_app

TEXT = "Ghana expelled two Libyan diplomats on Monday, the foreign ministry said."
PREFIXES = (
    "PREFIX dip: <https://w3id.org/communique/ontology#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
TOKEN = "a-token-for-the-tests-of-engines"


def document(text: str = TEXT, name: str = "accra.txt") -> Document:
    return Document(name, text, date(2022, 4, 5), "en", title='"Accra" \\ \n é 𝄞 ]]>')


@pytest.fixture
def remote(engine: Engine, request: pytest.FixtureRequest) -> RemoteStore:
    """A store of its own for each test: another base in the same engine."""
    base = f"http://{request.node.originalname.replace('_', '-')}.example"
    return RemoteStore(engine.address, base, user=engine.user, password=engine.password)


@pytest.fixture
def publish_there(remote: RemoteStore, tmp_path: Path) -> Callable[..., None]:
    def put(*documents: Document) -> None:
        done = list(publish(documents, tmp_path / "data", remote.base, remote))
        assert all(d.accepted for d in done)

    return put


@pytest.fixture
def client(
    remote: RemoteStore, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    monkeypatch.setattr("publisher.store.remote._FRESH", 0.0)
    monkeypatch.setenv("COMMUNIQUE_STORE_USER", engine.user)
    monkeypatch.setenv("COMMUNIQUE_STORE_PASSWORD", engine.password)
    tokens = tmp_path / "tokens"
    tokens.write_text(f"me update,graphs {TOKEN}\n")
    config = Config(
        tmp_path / "data", remote.base, query_timeout=5, store=engine.address, tokens=tokens
    )
    app = create_app(config)
    yield app.test_client()
    app.extensions["communique"].pool.close()


def value_of(term: object) -> object:
    """What a term says; engines differ in how they write a number."""
    if isinstance(term, ox.Literal) and term.datatype.value.lower().endswith("integer"):
        return int(term.value)
    return term


def values(quads: Iterator[ox.Quad]) -> set[tuple[object, ...]]:
    return {(q.subject, q.predicate, value_of(q.object), q.graph_name) for q in quads}


def said(remote: RemoteStore, graph: ox.NamedNode, texts: Iterable[str]) -> list[ox.Quad]:
    value = ox.NamedNode(str(RDF.value))
    things = (ox.NamedNode(f"{remote.base}/{n}") for n in count())
    return [ox.Quad(thing, value, ox.Literal(text), graph) for thing, text in zip(things, texts)]


def test_an_engine_holds_exactly_what_the_data_folder_would(
    remote: RemoteStore, publish_there: Callable[..., None], tmp_path: Path
) -> None:
    texts = [document(), document(TEXT.replace("two", "three"), "other.txt")]
    publish_there(*texts)
    list(publish(texts, tmp_path / "here", remote.base))

    here = newest_snapshot(tmp_path / "here")
    assert here is not None
    assert values(iter(remote)) == values(iter(read_snapshot(here)))


def test_publishing_again_replaces_the_document(
    remote: RemoteStore, publish_there: Callable[..., None]
) -> None:
    publish_there(document())
    publish_there(document(TEXT.replace("two", "three")))

    counts = remote.quads_for_pattern(None, ox.NamedNode(str(DIP["count"])), None, None)
    own = {value_of(q.object) for q in counts if q.graph_name.value.startswith(remote.base)}
    assert own == {3}


def test_a_document_of_many_quads_arrives_whole(remote: RemoteStore) -> None:
    graph = ox.NamedNode(f"{remote.base}/id/graph/long")
    quads = said(remote, graph, map(str, range(4_000)))

    remote.replace([graph.value], quads)
    assert values(iter(remote.graph(graph.value))) == values(iter(quads))

    remote.replace([graph.value], quads[:3])
    assert values(iter(remote.graph(graph.value))) == values(iter(quads[:3]))


def test_blank_nodes_stay_what_they_are_in_a_graph_of_many_quads(remote: RemoteStore) -> None:
    graph, name = ox.NamedNode(f"{remote.base}/id/graph/blank"), ox.NamedNode(str(RDF.value))
    node = ox.BlankNode()
    ground = said(remote, graph, map(str, range(2_000)))
    first, last = (ox.Quad(node, name, ox.Literal(text), graph) for text in ("first", "last"))

    remote.replace([graph.value], [first, *ground, last])

    found = [q for q in remote.graph(graph.value) if isinstance(q.subject, ox.BlankNode)]
    assert {q.object.value for q in found if isinstance(q.object, ox.Literal)} == {"first", "last"}
    assert len({q.subject for q in found}) == 1


def test_no_literal_breaks_out_of_an_update(remote: RemoteStore) -> None:
    graph = ox.NamedNode(f"{remote.base}/id/graph/evil")
    evil = ['" } } ; DROP ALL #', "\\", "\\u0022", "'''", "a\r\n\tb", "\u202e", "}" * 50, "𝄞", "?x"]
    quads = said(remote, graph, evil)

    remote.replace([graph.value], quads)

    found = {q.object.value for q in remote.graph(graph.value) if isinstance(q.object, ox.Literal)}
    assert found == set(evil)
    for quad in quads:
        matching = remote.quads_for_pattern(None, None, quad.object, graph)
        assert values(matching) == values(iter([quad]))


def test_each_publication_is_a_new_state_and_no_server_serves_the_old(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())
    first = client.get("/document/accra-txt.ttl")
    publish_there(document(TEXT.replace("two", "three")))
    second = client.get("/document/accra-txt.ttl", headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == second.status_code == 200
    assert first.headers["ETag"] != second.headers["ETag"]


def test_queries_are_answered_in_every_format_alike(
    publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())
    ours = "FILTER(STRSTARTS(STR(?e), 'http://test-queries'))"
    query = f"{PREFIXES} SELECT ?n {{ ?e a dip:Measure ; dip:count ?n . {ours} }}"

    def ask(accept: str, text: str = query) -> bytes:
        answer = client.get("/sparql", query_string={"query": text}, headers={"Accept": accept})
        assert answer.status_code == 200, answer.data
        assert answer.content_type.startswith(accept)
        return answer.data

    assert ask("text/csv") == b"n\r\n2\r\n"
    rows = json.loads(ask("application/sparql-results+json"))["results"]["bindings"]
    assert [row["n"]["value"] for row in rows] == ["2"]
    assert b"<literal" in ask("application/sparql-results+xml")
    assert json.loads(ask("application/sparql-results+json", "ASK { ?s ?p ?o }"))["boolean"] is True
    assert b"false" in ask("application/sparql-results+json", "ASK { ?s <urn:no:no> ?o }")
    graph = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3"
    assert len(list(ox.parse(ask("text/turtle", graph), format=ox.RdfFormat.TURTLE))) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * {", 400),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ('DEFINE get:soft "replace" SELECT * { ?s ?p ?o }', 400),
        ("DROP ALL", 400),
    ],
)
def test_what_is_wrong_or_foreign_is_refused_as_by_our_own_store(
    publish_there: Callable[..., None], client: FlaskClient, query: str, status: int
) -> None:
    publish_there(document())

    assert client.get("/sparql", query_string={"query": query}).status_code == status


def test_pages_names_and_downloads_are_served_from_the_engine(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())

    assert b"Ghana" in client.get("/document/accra-txt.html").data
    assert client.get("/id/document/accra-txt").status_code == 303
    assert b"Libya" in client.get("/", headers={"Accept": "text/html"}).data
    dump = client.get("/dumps/communique.nq").get_data()
    assert set(ox.parse(dump, format=ox.RdfFormat.N_QUADS)) == set(remote)
    assert json.loads(client.get("/health").data)["status"] == "ok"


def test_a_withdrawn_document_answers_410_and_keeps_its_tombstone(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient, tmp_path: Path
) -> None:
    publish_there(document())

    assert withdraw("accra.txt", tmp_path / "data", remote.base, remote)

    answer = client.get("/document/accra-txt.ttl")
    assert answer.status_code == 410
    assert b"Tombstone" in answer.data


def test_graphs_are_written_through_the_shapes(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())
    own = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
    name = {"graph": f"{remote.base}/id/graph/mine"}

    right = client.put("/store", query_string=name, headers=own, data="<a:a> <a:b> 1 .")
    event = f"<a:e> a <{DIP.Event}> ."
    wrong = client.put("/store", query_string=name, headers=own, data=event)

    assert (right.status_code, wrong.status_code) == (201, 422)
    assert len(remote.graph(name["graph"])) == 1
    assert client.delete("/store", query_string=name, headers=own).status_code == 204
    assert remote.graph(name["graph"]) == []


def update(client: FlaskClient, text: str) -> int:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return client.post("/sparql", data={"update": text}, headers=headers).status_code


def test_an_update_goes_through_the_shapes_to_the_engine(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())
    before = values(iter(remote))
    mine = f"{remote.base}/id/graph/mine"

    assert update(client, f"INSERT DATA {{ GRAPH <{mine}> {{ <a:a> <a:b> 1, 2 }} }}") == 204
    assert update(client, f"DELETE DATA {{ GRAPH <{mine}> {{ <a:a> <a:b> 2 }} }}") == 204
    wrong = f"INSERT DATA {{ GRAPH <{mine}> {{ <a:e> a <{DIP.Event}> }} }}"
    assert update(client, wrong) == 422

    assert [value_of(q.object) for q in remote.graph(mine)] == [1]
    answer = client.get("/sparql", query_string={"query": "ASK { <a:a> <a:b> ?x }"})
    assert json.loads(answer.data)["boolean"] is True
    assert update(client, f"DROP GRAPH <{mine}>") == 204
    assert values(iter(remote)) == before


def test_an_update_with_a_pattern_sees_all_documents_of_the_engine_and_leaves_others_alone(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())
    alien = ox.NamedNode("http://alien.example/graph")
    remote.replace([alien.value], said(remote, alien, ["kept"]))
    mine = f"{remote.base}/id/graph/counted"
    pattern = "?c <https://w3id.org/communique/ontology#count> ?n"

    assert (
        update(client, f"INSERT {{ GRAPH <{mine}> {{ ?c <a:n> ?n }} }} WHERE {{ {pattern} }}")
        == 204
    )
    assert {value_of(q.object) for q in remote.graph(mine)} == {2}
    assert update(client, "DROP NAMED") == 204

    assert list(remote) == []
    assert len(remote.graph(alien.value)) == 1


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("INSERT DATA { <a:a> <a:b> 1 }", 400),
        ("INSERT DATA {", 400),
        ("LOAD <http://127.0.0.1:9/> INTO GRAPH <a:g>", 403),
        ("INSERT { GRAPH <a:g> { ?s ?p 1 } } WHERE { SERVICE <a:s> { ?s ?p 1 } }", 403),
    ],
)
def test_an_update_that_is_wrong_or_fetches_is_refused_and_changes_nothing(
    remote: RemoteStore,
    publish_there: Callable[..., None],
    client: FlaskClient,
    text: str,
    status: int,
) -> None:
    publish_there(document())
    before = values(iter(remote)), remote.newest()

    assert update(client, text) == status

    assert (values(iter(remote)), remote.newest()) == before


def test_the_engine_holds_the_terms_of_this_version_and_they_are_written_once(
    remote: RemoteStore,
    publish_there: Callable[..., None],
    client: FlaskClient,
    tmp_path: Path,
) -> None:
    publish_there(document())
    own = f'FILTER (STRSTARTS(STR(?claim), "{remote.base}/"))'
    question = f"SELECT DISTINCT ?code {{ ?claim dip:claimedType/dip:plover ?code {own} }}"

    answer = client.get(
        "/sparql", query_string={"query": PREFIXES + question}, headers={"Accept": "text/csv"}
    )

    assert answer.text.split() == ["code", "SANCTION"]
    assert not renew_terms(remote, remote.base, partial(RemoteWriter, tmp_path / "data", remote))


def test_an_event_whose_date_is_corrected_leads_on_in_another_engine_too(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient
) -> None:
    publish_there(document())
    corrected = document()
    publish_there(Document(corrected.identifier, TEXT, date(2022, 4, 12), "en"))

    answer = client.get("/event/2022-04-04-expulsion-ghana-libya.ttl")

    assert answer.status_code == 301
    assert answer.headers["Location"] == "/event/2022-04-11-expulsion-ghana-libya.ttl"


def test_a_copy_of_another_engine_stays_in_step_by_the_changes_alone(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient, tmp_path: Path
) -> None:
    def changed(since: int) -> tuple[set[str], int]:
        page = client.get(f"/changes/{since}-0.nq")
        found = list(ox.parse(page.data, format=ox.RdfFormat.N_QUADS))
        of = {q.object.value for q in found if q.predicate.value == str(DCTERMS.isVersionOf)}
        newest = remote.newest()
        assert newest is not None
        return {name.removeprefix(remote.base) for name in of}, newest.number

    publish_there(document(), document(name="oslo.txt"))
    everything, first = changed(0)
    publish_there(document(TEXT.replace("two", "three"), name="oslo.txt"))
    some, second = changed(first + 1)
    assert withdraw("accra.txt", tmp_path / "data", remote.base, remote)
    gone, third = changed(second + 1)
    with RemoteWriter(tmp_path / "elsewhere", remote) as other:
        other.replace([f"{remote.base}/id/graph/mine"], [])
    after, _ = changed(third + 1)

    assert {"/ontology", "/id/graph/accra-txt", "/id/graph/oslo-txt"} <= everything
    assert some == {"/id/graph/oslo-txt", "/id/provenance/oslo-txt"}
    assert gone == {"/id/graph/accra-txt", "/id/provenance/accra-txt"}
    assert everything - after <= {"/id/provenance/accra-txt"}


def test_changes_of_who_was_stopped_in_the_midst_of_them_are_told_with_the_next(
    remote: RemoteStore, publish_there: Callable[..., None], client: FlaskClient, tmp_path: Path
) -> None:
    publish_there(document(), document(name="oslo.txt"))
    before = remote.newest()
    stopped = RemoteWriter(tmp_path / "data", remote)
    stopped.replace([f"{remote.base}/id/graph/oslo-txt"], [])
    stopped._lock.close()  # as the end of its process does

    publish_there(document(TEXT.replace("two", "three")))

    assert before is not None
    page = client.get(f"/changes/{before.number + 1}-0.nq").text
    assert "oslo-txt" in page
