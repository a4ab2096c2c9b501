"""The Wikidata client against a server of our own on the loopback; no network is used."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from publisher.gazetteer import Gazetteer
from publisher.gazetteer.refresh import changes, to_graph
from publisher.vocabulary import GAZ, WD
from publisher.wikidata import BATCH, Held, WikidataClient, WikidataError


@dataclass
class Server:
    """What the loopback server was asked and what it is to answer."""

    address: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, headers, data))


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(parse_qs(urlsplit(self.path).query))
            state.agents.append(self.headers["User-Agent"])
            status, headers, body = state.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{http.server_port}/w/api.php"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


def snak(time: str, precision: int = 11) -> list[dict[str, Any]]:
    return [{"datavalue": {"value": {"time": time, "precision": precision}}}]


def entity(**offices: tuple[str | None, str | None]) -> dict[str, Any]:
    claims = []
    for position, (start, end) in offices.items():
        qualifiers = {}
        if start:
            qualifiers["P580"] = snak(f"+{start}T00:00:00Z")
        if end:
            qualifiers["P582"] = snak(f"+{end}T00:00:00Z")
        claims.append(
            {
                "rank": "normal",
                "mainsnak": {"datavalue": {"value": {"id": position}}},
                "qualifiers": qualifiers,
            }
        )
    return {
        "labels": {"en": {"value": "Jane Doe"}},
        "aliases": {"en": [{"value": "J. Doe"}]},
        "claims": {"P39": claims},
    }


def test_an_item_has_labels_aliases_and_offices_with_days(server: Server) -> None:
    server.answer({"entities": {"Q1": entity(Q2=("2017-05-14", None), Q3=(None, "2022-06-30"))}})
    (item,) = WikidataClient(server.address).items(["Q1"])
    assert item.labels == {"en": "Jane Doe"}
    assert item.aliases == {"en": ("J. Doe",)}
    assert item.offices == (Held("Q2", "2017-05-14", None), Held("Q3", None, "2022-06-30"))


def test_a_date_is_as_precise_as_wikidata_says(server: Server) -> None:
    known = entity(Q2=("2017-00-00", None))
    known["claims"]["P39"][0]["qualifiers"]["P580"] = snak("+2017-00-00T00:00:00Z", 9)
    server.answer({"entities": {"Q1": known}})
    (item,) = WikidataClient(server.address).items(["Q1"])
    assert item.offices == (Held("Q2", "2017", None),)


def test_many_items_are_asked_for_in_batches_and_the_missing_are_left_out(
    server: Server,
) -> None:
    wanted = [f"Q{n}" for n in range(1, BATCH + 3)]
    server.answer({"entities": {q: entity() for q in wanted[:BATCH]}})
    server.answer({"entities": {wanted[-2]: entity(), wanted[-1]: {"missing": ""}}})
    found = [item.identifier for item in WikidataClient(server.address).items(wanted)]
    assert found == wanted[:-1]
    assert len(server.asked) == 2


def test_a_request_says_who_asks_and_how_much_lag_it_bears(server: Server) -> None:
    server.answer({"search": [{"id": "Q142", "label": "France", "description": "state"}]})
    (found,) = WikidataClient(server.address).search("France")
    assert (found.identifier, found.label) == ("Q142", "France")
    assert server.asked[0]["maxlag"] == ["5"]
    assert server.agents[0].startswith("Communique/")


def test_an_answer_in_the_cache_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    server.answer({"entities": {"Q1": entity()}})
    for _ in range(2):
        assert list(WikidataClient(server.address, cache=tmp_path).items(["Q1"]))
    assert len(server.asked) == 1


def test_a_cache_that_cannot_be_written_changes_nothing(server: Server, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    server.answer({"entities": {"Q1": entity()}})
    assert list(WikidataClient(server.address, cache=blocked).items(["Q1"]))


def test_a_busy_server_is_waited_for_as_long_as_it_asks(server: Server) -> None:
    waits: list[float] = []
    server.answer(b"", 429, Retry_After="7")
    server.answer({"error": {"code": "maxlag", "info": "lag"}})
    server.answer({"search": []})
    assert WikidataClient(server.address, wait=waits.append).search("x") == ()
    assert waits == [7.0, 2.0]


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (404, b"", "answered 404"),
        (302, b"", "answered 302"),
        (200, b"<html>", "not JSON"),
        (200, b'{"error": {"code": "x", "info": "no such thing"}}', "no such thing"),
    ],
)
def test_a_useless_answer_is_an_error_that_says_what_to_do(
    server: Server, status: int, body: bytes, message: str
) -> None:
    server.answer(body, status)
    with pytest.raises(WikidataError, match=message):
        WikidataClient(server.address).search("x")


def test_a_server_that_stays_busy_or_asks_for_hours_is_given_up(server: Server) -> None:
    for _ in range(4):
        server.answer(b"", 503)
    with pytest.raises(WikidataError, match="too busy"):
        WikidataClient(server.address, wait=lambda _: None).search("x")
    server.answer(b"", 503, Retry_After="9999")
    with pytest.raises(WikidataError, match="asks to wait"):
        WikidataClient(server.address, wait=lambda _: None).search("x")


def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(WikidataError, match="Check the network"):
        WikidataClient("http://127.0.0.1:9/w/api.php").search("x")


def test_what_is_no_identifier_is_not_sent() -> None:
    with pytest.raises(ValueError, match="Q142"):
        list(WikidataClient("http://127.0.0.1:9/").items(["Q1|Q2"]))


def test_a_refresh_gives_days_and_spellings_that_the_gazetteer_lacks(server: Server) -> None:
    gazetteer = Gazetteer.load()
    lacking = [
        office
        for iri, person in gazetteer.entities.items()
        if person.kind == "person" and iri.startswith(str(WD))
        for office in gazetteer.offices(iri)
        if office.position and office.start != office.start_latest
    ]
    office = lacking[0]
    person, position = office.person.rsplit("/", 1)[-1], str(office.position).rsplit("/", 1)[-1]
    server.answer({"entities": {person: entity(**{position: ("2019-03-02", "2022-06-30")})}})
    found = list(changes(WikidataClient(server.address), gazetteer, [office.person]))
    graph = to_graph(found)
    assert [held.start for _, held in found[0].offices] == ["2019-03-02"]
    assert {str(day) for day in graph.objects(None, GAZ.end)} == {"2022-06-30"}
    assert ("en", "Jane Doe") in found[0].spellings
