"""Promises to who cleans a table with OpenRefine: names become identifiers, and more is told."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from flask.testing import FlaskClient

from tests.web import reconciliation as allowed
from tests.web.conftest import BASE

EXPULSION = "event/2018-03-26-expulsion-united-states-russia"


def get(visitor: FlaskClient, place: str, schema: Any, **query: str) -> Any:
    answer = visitor.get(place, query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    jsonschema.validate(answer.json, schema)
    return answer.json


def match(visitor: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    batch = json.dumps({"q0": query})
    answer = visitor.post("/reconcile", data={"queries": batch})
    assert answer.json == get(visitor, "/reconcile", allowed.RESULTS_02, queries=batch)
    return answer.json["q0"]["result"]


def match_10(visitor: FlaskClient, *conditions: dict[str, Any], **query: Any) -> list[Any]:
    batch = {"queries": [{"conditions": list(conditions), **query}]}
    answer = visitor.post("/reconcile/1.0/match", json=batch)
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json, allowed.RESULTS_10)
    return answer.json["results"][0]["candidates"]


def test_one_address_tells_a_client_all_it_needs(visitor: FlaskClient) -> None:
    manifest = get(visitor, "/reconcile", allowed.MANIFEST_02)
    draft = get(visitor, "/reconcile/1.0", allowed.MANIFEST_10)

    assert {t["id"] for t in manifest["defaultTypes"]} == {"Event", "Actor", "Document"}
    for suggest in manifest["suggest"].values():
        place = (suggest["service_url"] + suggest["service_path"]).removeprefix(BASE)
        get(visitor, place, allowed.SUGGESTIONS, prefix="r")
    for pattern, mark in ((manifest["view"]["url"], "{{id}}"), (draft["view"]["url"], "{id}")):
        for identifier in (EXPULSION, "Q159"):
            place = pattern.replace(mark, quote(identifier, safe="")).removeprefix(BASE)
            assert visitor.get(place, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("Russia", "Q159"),
        ("russia", "Q159"),
        ("Russie", "Q159"),
        ("UK", "Q145"),
        ("the Kremlin", "Q159"),
        ("Q159", "Q159"),
        ("http://www.wikidata.org/entity/Q159", "Q159"),
    ],
)
def test_an_actor_is_found_for_certain_by_any_of_its_names(
    visitor: FlaskClient, name: str, item: str
) -> None:
    first = match(visitor, query=name, type="Actor")[0]

    assert (first["id"], first["match"]) == (item, True)


def test_a_name_that_is_only_like_another_is_no_certain_match(visitor: FlaskClient) -> None:
    found = match(visitor, query="Rusia Federation", type="Actor", limit=3)

    assert len(found) <= 3
    assert not any(candidate["match"] for candidate in found)
    assert match(visitor, query="Qwertyuiop Zxcvbnm") == []


def test_an_event_is_found_by_its_properties(visitor: FlaskClient) -> None:
    wanted = [{"pid": "date", "v": "2018-03-26"}, {"pid": "actor", "v": "Q30"},
              {"pid": "recipient", "v": {"id": "Q159", "name": "Russia"}}]  # fmt: skip
    named = match(visitor, query="expulsion united states russia", type="Event", properties=wanted)

    assert named[0]["id"] == EXPULSION
    conditions = [{"matchType": "property", "required": True, **said} for said in wanted]
    found = match_10(visitor, *conditions, type="Expulsion")
    assert [candidate["id"] for candidate in found] == [EXPULSION]
    assert match_10(visitor, *conditions, {**conditions[0], "v": "1999-01-01"}) == []
    others = match_10(visitor, {**conditions[0], "matchQuantifier": "none"}, type="Event", limit=99)
    assert EXPULSION not in {candidate["id"] for candidate in others}


def test_both_versions_find_the_same(visitor: FlaskClient) -> None:
    for name in ("Russia", "United Kingdom", "More than twenty governments"):
        old = match(visitor, query=name)
        new = match_10(visitor, {"matchType": "name", "v": name})
        assert [c["id"] for c in old] == [c["id"] for c in new]


def test_what_is_typed_is_completed(visitor: FlaskClient) -> None:
    things = get(visitor, "/reconcile/suggest/entity", allowed.SUGGESTIONS, prefix="russ")
    assert things["result"][0]["id"] == "Q159"
    kinds = get(visitor, "/reconcile/1.0/suggest/type", allowed.SUGGESTIONS, prefix="expul")
    assert {"id": "Expulsion", "name": "expulsion"} in kinds["result"]
    found = get(visitor, "/reconcile/suggest/property", allowed.SUGGESTIONS, prefix="recip")
    assert [p["id"] for p in found["result"]] == ["recipient"]
    nothing = get(visitor, "/reconcile/suggest/entity", allowed.SUGGESTIONS, prefix="")
    assert nothing == {"result": []}


def test_columns_are_added_from_what_is_known(visitor: FlaskClient) -> None:
    proposed = get(visitor, "/reconcile/propose_properties", allowed.PROPOSAL, type="Event")
    names = [p["id"] for p in proposed["properties"]]
    asked = {"ids": [EXPULSION, "event/none"], "properties": [{"id": name} for name in names]}
    old = get(visitor, "/reconcile", allowed.EXTENSION_02, extend=json.dumps(asked))
    row = old["rows"][EXPULSION]

    assert row["actor"] == [{"id": "Q30", "name": "United States"}]
    assert row["count"] == [{"int": 60}]
    assert row["date"] == [{"date": "2018-03-26T00:00:00Z"}]
    assert row["status"] == [{"str": "Occurred"}]
    assert not any(old["rows"]["event/none"].values())
    new = visitor.post("/reconcile/1.0/extend", json=asked).json
    jsonschema.validate(new, allowed.EXTENSION_10)
    assert {p["id"]: p["values"] for p in new["rows"][0]["properties"]} == row
    one = {"id": "label", "settings": {"limit": "1"}}
    few = json.dumps({"ids": ["Q159"], "properties": [one]})
    assert len(get(visitor, "/reconcile", allowed.EXTENSION_02, extend=few)["rows"]["Q159"]) == 1


def test_a_preview_may_stand_in_a_frame_and_needs_no_script(visitor: FlaskClient) -> None:
    for identifier in (EXPULSION, "Q159", "document/2018-salisbury-expulsions-txt"):
        answer = visitor.get("/reconcile/preview", query_string={"id": identifier})
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
    assert visitor.get("/reconcile/preview?id=nobody").status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"queries": "no json"}, {"queries": "[]"}, {"queries": '{"q": 1}'}, {"extend": "{}"},
        {"queries": json.dumps({str(n): {"query": "x"} for n in range(300)})},
        {"queries": "[" * 50_000},
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused_with_a_remedy(
    visitor: FlaskClient, form: dict[str, str]
) -> None:
    answer = visitor.post("/reconcile", data=form)

    assert answer.status_code == 400
    assert answer.json["detail"]


def test_what_the_draft_does_not_know_is_refused(visitor: FlaskClient) -> None:
    for body in ({}, {"queries": [{"conditions": []}]}, {"queries": [7]}, []):
        assert visitor.post("/reconcile/1.0/match", json=body).status_code == 400
    assert visitor.get("/reconcile/1.0/match").status_code == 405
