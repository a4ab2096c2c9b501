"""Promises about links to events: what became part of another leads on, what is gone says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from publisher.documents import Document
from publisher.pipeline import publish, withdraw
from publisher.store import SnapshotStore
from publisher.store.checking import verify
from publisher.succession import Succession
from publisher.vocabulary import DIP, OA
from publisher.web import Config, create_app

TEXT = "Ghana expelled two Libyan diplomats on Monday."
CALL = " Norway summoned the Russian ambassador on Monday."
FIRST, SECOND, THIRD = (f"2022-04-{day}-expulsion-ghana-libya" for day in ("04", "11", "18"))
BASE = "http://localhost:8000"
GRAPH = f"{BASE}/id/graph/c"
SUMMONS = "2022-04-04-summons-norway-russia"

Put = Callable[..., None]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Publish a text, as of a day in April 2022."""

    def publish_it(text: str = TEXT, day: int = 5, name: str = "accra.txt") -> None:
        document = Document(name, text, date(2022, 4, day), "en")
        assert all(done.accepted for done in publish([document], tmp_path))

    return publish_it


@pytest.fixture
def client(put: Put, tmp_path: Path) -> Iterator[FlaskClient]:
    put(TEXT + CALL)
    app = create_app(Config(tmp_path, query_timeout=5, query_workers=1))
    yield app.test_client()
    app.extensions["communique"].pool.close()


def status(client: FlaskClient, name: str) -> int:
    return client.get(f"/event/{name}.ttl").status_code


def moved(client: FlaskClient, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 301, (answer.status, answer.text)
    return answer.headers["Location"]


def test_an_event_whose_date_is_corrected_answers_301_to_what_it_is_now(
    client: FlaskClient, put: Put
) -> None:
    assert status(client, FIRST) == 200

    put(TEXT + CALL, day=12)

    assert moved(client, f"/id/event/{FIRST}") == f"/id/event/{SECOND}"
    assert moved(client, f"/event/{FIRST}.ttl") == f"/event/{SECOND}.ttl"
    assert status(client, SECOND) == 200


def test_it_does_so_for_good(client: FlaskClient, put: Put, tmp_path: Path) -> None:
    put(day=12)
    put(day=19)
    put(day=19)
    put("Chad recalled its ambassador to Niger.", day=20, name="other.txt")

    assert moved(client, f"/id/event/{FIRST}") == f"/id/event/{THIRD}"
    assert moved(client, f"/id/event/{SECOND}") == f"/id/event/{THIRD}"
    assert verify(tmp_path).holds


def test_a_date_that_is_put_right_again_brings_the_event_back(
    client: FlaskClient, put: Put
) -> None:
    put(day=12)
    put(day=5)

    assert status(client, FIRST) == 200
    assert moved(client, f"/id/event/{SECOND}") == f"/id/event/{FIRST}"


def test_an_event_that_another_text_tells_of_stays_until_that_one_is_corrected_too(
    client: FlaskClient, put: Put
) -> None:
    put(name="other.txt")
    put(day=12)
    assert status(client, FIRST) == 200

    put(day=12, name="other.txt")

    assert moved(client, f"/id/event/{FIRST}") == f"/id/event/{SECOND}"


def test_an_event_is_known_again_by_its_parties_where_its_words_have_changed(
    client: FlaskClient, put: Put
) -> None:
    put("Ghana threw out two Libyan diplomats on Monday." + CALL, day=12)

    assert moved(client, f"/id/event/{FIRST}") == f"/id/event/{SECOND}"


def test_an_event_that_no_claim_is_left_of_is_gone_with_its_claims(
    client: FlaskClient, put: Put
) -> None:
    assert client.get("/claim/accra-txt-2.ttl").status_code == 200

    put()

    assert status(client, SUMMONS) == 410
    assert client.get("/claim/accra-txt-2.ttl").status_code == 410
    assert client.get("/claim/accra-txt-1.ttl").status_code == 200
    assert status(client, FIRST) == 200


@pytest.mark.parametrize("name", ["accra.txt", "other.txt"])
def test_an_event_that_is_reported_again_is_back(
    client: FlaskClient, put: Put, name: str, tmp_path: Path
) -> None:
    put()
    assert status(client, SUMMONS) == 410

    put(CALL, name=name)

    assert status(client, SUMMONS) == 200
    assert verify(tmp_path).holds


def test_withdrawing_a_text_takes_its_own_events_with_it_and_leaves_those_of_others(
    client: FlaskClient, put: Put, tmp_path: Path
) -> None:
    put(name="other.txt")
    put(CALL, day=12, name="third.txt")

    assert withdraw("accra.txt", tmp_path)

    assert status(client, FIRST) == 200
    assert status(client, SUMMONS) == 410
    assert client.get(f"/id/event/{SUMMONS}").status_code == 410
    assert "withdrawn" in client.get(f"/event/{SUMMONS}.html").text
    assert client.get("/claim/accra-txt-1.ttl").status_code == 410


def test_a_text_that_is_withdrawn_still_leads_from_what_its_events_were(
    client: FlaskClient, put: Put, tmp_path: Path
) -> None:
    put(day=12)

    assert withdraw("accra.txt", tmp_path)

    assert moved(client, f"/id/event/{FIRST}") == f"/id/event/{SECOND}"
    assert status(client, SECOND) == 410


def claims(*reported: str) -> list[ox.Quad]:
    """A graph in which claim 1, claim 2 and so on report these events, each in words of its own."""
    trig = "".join(
        f"""<{GRAPH}> {{ <{BASE}/id/claim/c-{n}> <{DIP.reports}> <{BASE}/id/event/{event}> ;
            <{DIP.claimedType}> <{DIP.Call}> .
          <{BASE}/id/claim/c-{n}#quote> <{OA.exact}> "words {n}" . }}"""
        for n, event in enumerate(reported, 1)
    )
    return list(ox.parse(trig, format=ox.RdfFormat.TRIG))


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        (["a", "b"], ["a", "a"], {"b": "a"}),
        (["a", "b", "b"], ["c", "c", "c"], {"a": "c", "b": "c"}),
        (["a", "a", "a"], ["b", "c", "c"], {"a": "c"}),
        (["a", "a"], ["a", "b"], {}),
    ],
)
def test_events_that_become_one_lead_to_it_and_one_that_falls_apart_to_the_most_of_it(
    tmp_path: Path, before: list[str], after: list[str], replaced: dict[str, str]
) -> None:
    now = ox.Literal("2022-04-05T00:00:00Z")
    with SnapshotStore(tmp_path) as store:
        store.replace([GRAPH], claims(*before))
        _, more = Succession(store).after(ox.NamedNode(GRAPH), claims(*after), now)

    found = {str(q.subject)[1:-1]: str(q.object)[1:-1] for q in more}
    place = f"{BASE}/id/event/"
    assert found == {place + old: place + new for old, new in replaced.items()}


def test_lists_and_counts_hold_no_event_that_is_gone(client: FlaskClient, put: Put) -> None:
    put(day=12)

    shown = client.get("/events.csv").text

    assert SECOND in shown
    assert FIRST not in shown
    assert SUMMONS not in shown
