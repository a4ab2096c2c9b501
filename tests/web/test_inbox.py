"""Promises to who links to us, and to who looks after the site: nothing is shown unseen."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from publisher.cli import main
from publisher.web import Config, create_app, notifications
from tests.web.conftest import BASE

EVENT = "event/2018-03-26-expulsion-united-states-russia"
ELSEWHERE = "https://data.example.org/expulsions/7"
LINKED = {
    "@context": "https://www.w3.org/ns/activitystreams", "type": "Announce",
    "summary": "Our table <b>links</b> here.", "object": {"id": ELSEWHERE},
    "target": f"{BASE}/id/{EVENT}", "origin": "javascript:alert(1)",
}  # fmt: skip
JSON_LD = "application/ld+json"


@pytest.fixture
def folder(tmp_path: Path, seeds: Path) -> Path:
    """The data of the seeds with an inbox of its own."""
    for name in ("snapshots", "newest", "base"):
        (tmp_path / name).symlink_to(seeds / name)
    return tmp_path


@pytest.fixture
def visitor(folder: Path) -> FlaskClient:
    return create_app(Config(folder, BASE)).test_client()


def send(visitor: FlaskClient, said: object = LINKED, kind: str = JSON_LD) -> str:
    answer = visitor.post("/inbox", data=json.dumps(said), content_type=kind)
    assert answer.status_code == 201
    return answer.headers["Location"].removeprefix(BASE)


def review(folder: Path, *command: str) -> str:
    result = CliRunner().invoke(main, ["inbox", *command, "--data", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_sender_finds_the_inbox_from_any_document(visitor: FlaskClient) -> None:
    for suffix in ("html", "ttl"):
        header = visitor.get(f"/{EVENT}.{suffix}").headers["Link"]
        (place,) = re.findall(r'<([^>]+)>; rel="http://www.w3.org/ns/ldp#inbox"', header)
        assert visitor.options(place.removeprefix(BASE)).status_code == 200
    assert visitor.get("/inbox").headers["Accept-Post"] == JSON_LD


def test_what_was_sent_is_kept_and_shown_to_nobody_until_it_is_accepted(
    visitor: FlaskClient, folder: Path
) -> None:
    place = send(visitor)
    name = place.rsplit("/", 1)[-1]

    assert visitor.get(place).status_code == 404
    assert visitor.get("/inbox").json["contains"] == []
    assert ELSEWHERE not in visitor.get(f"/{EVENT}.html").text
    assert name in review(folder, "list")
    assert ELSEWHERE in review(folder, "list")

    review(folder, "accept", name)
    visitor.post("/inbox")  # whatever is written here ends the moment that a look holds
    assert visitor.get(place).json["summary"] == LINKED["summary"]
    assert visitor.get("/inbox").json["contains"] == [f"{BASE}{place}"]
    page = visitor.get(f"/{EVENT}.html").text
    assert "Data that links here" in page
    assert f'href="{ELSEWHERE}" rel="nofollow ugc noopener"' in page
    assert "<b>links</b>" not in page
    assert "javascript:" not in page

    review(folder, "reject", name)
    visitor.post("/inbox")
    assert ELSEWHERE not in visitor.get(f"/{EVENT}.html").text


@pytest.mark.parametrize("body", ["", "no json", "[]", "{}", '"x"', "[" * 60_000, "\ud800"])
def test_what_is_no_notification_is_refused(visitor: FlaskClient, body: str) -> None:
    sent = body.encode("utf-8", "surrogatepass")
    answer = visitor.post("/inbox", data=sent, content_type=JSON_LD)
    assert answer.status_code == 400
    assert answer.json["detail"]


def test_other_formats_and_floods_are_refused(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visitor.post("/inbox", data="x", content_type="text/turtle").status_code == 415
    large = json.dumps({"summary": "x" * 70_000})
    assert visitor.post("/inbox", data=large, content_type=JSON_LD).status_code == 400
    monkeypatch.setattr(notifications, "MOST_WAITING", 2)
    send(visitor)
    send(visitor)
    full = visitor.post("/inbox", data=json.dumps(LINKED), content_type=JSON_LD)
    assert (full.status_code, full.headers["Retry-After"]) == (503, "86400")


def test_nothing_that_a_notification_names_is_fetched(
    visitor: FlaskClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("fetched")

    monkeypatch.setattr("socket.create_connection", refuse)
    send(visitor, {**LINKED, "@context": "http://127.0.0.1:1/context"})
    assert f"{BASE}/id/{EVENT}" in review(folder, "list")
