"""Every address of the application, asked with whatever comes to hand.

The addresses are those of the application itself, and the parameters those that its source reads,
so that what is added is asked as well. What is promised of every answer: no failure of the server,
a problem document for every refusal, the headers that all answers have, no trace of the inside.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask import Flask, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_options_header
from werkzeug.routing import Rule

import publisher.web
from publisher.web import Config, create_app
from publisher.web.negotiation import REPRESENTATIONS, choose
from tests.battery.conftest import BASE, TRIG

SOURCE = Path(publisher.web.__file__).parent
READ = re.compile(r'(?:args|form|values)\.(?:get|getlist|pop)\(\s*"([\w-]+)"')
PARAMETERS = sorted({n for p in SOURCE.glob("*.py") for n in READ.findall(p.read_text("utf-8"))})
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH")
REFUSED = ("Traceback", 'File "/', "publisher/", str(Path.home()), "site-packages")

words = st.sampled_from(
    [
        "", "0", "-1", "1", "99999999999999999999", "NaN", "true", "null", "oslo", "oslo-1",
        "expulsion", "document", "Event", "Expulsion", "Q20", "en", "fr", "xx", "2022-04-05",
        "2022-13-45", "0000", "20220405000000", "../../etc/passwd", "%00", "<script>", "{{7*7}}",
        "' OR 1=1", "SELECT * { ?s ?p ?o } LIMIT 1", "ASK {", f"{BASE}/id/event/expulsion",
        "http://[", "javascript:alert(1)", "urn:x", "{}", "[]", '{"q0": {"query": "Norway"}}',
        '{"q0": 1}', '{"ids": 3}', '["a"]', '"a"', "\u202e", "a" * 3000, ".ttl", "x.html", "1.0",
    ]
)  # fmt: skip
anything = words | st.text(max_size=12)
accepts = st.none() | st.lists(
    st.tuples(
        st.sampled_from([*(r.media_type for r in REPRESENTATIONS), "*/*", "text/*", "image/png",
                         "text/csv", "application/json", "a/b;c=d", "x", "text/html;level=1"]),
        st.sampled_from(["", ";q=0", ";q=1", ";q=0.5", ";q=1.001", ";q=x", ";q="]),
    ),
    max_size=4,
).map(lambda parts: ", ".join(kind + q for kind, q in parts))  # fmt: skip
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept-Language": st.sampled_from(["fr", "en;q=0", "xx, *;q=0.1", ";;", "zh-Hant-TW"]),
        "Accept-Encoding": st.sampled_from(["gzip", "br;q=1, *;q=0", "identity;q=0", "x" * 99]),
        "If-None-Match": st.sampled_from(["*", '"x"', "W/", '"' * 9, "s1"]),
        "If-Modified-Since": st.sampled_from(["Tue, 05 Apr 2022 00:00:00 GMT", "never", ""]),
        "Accept-Datetime": st.sampled_from(["Tue, 05 Apr 2022 00:00:00 GMT", "2022", "Tue"]),
        "Range": st.sampled_from(["bytes=0-9", "bytes=9-1", "bytes=-0", "lines=1", "bytes="]),
        "Prefer": st.sampled_from(["return=minimal", ",", "a=b=c"]),
        "Content-Type": st.sampled_from(
            ["application/json", "application/x-www-form-urlencoded", "text/turtle", "a", "/"]
        ),
        "Authorization": st.sampled_from(["Bearer x", "Basic eDp5", "Bearer", "\u00e9"]),
        "Cookie": st.sampled_from(["language=fr", "language=<b>", "=;=;", "a" * 2000]),
    },
)


@pytest.fixture(scope="module")
def app(make_store: Callable[[str], Path]) -> Iterator[Flask]:
    made = create_app(Config(make_store(TRIG), BASE, query_timeout=2))
    yield made
    made.extensions["communique"].pool.close()


def test_the_parameters_that_are_read_are_known() -> None:
    assert {"query", "page", "format", "graph", "uri"} <= set(PARAMETERS)


def rules() -> list[Rule]:
    """The addresses of an application; they do not depend on its data."""
    return sorted(create_app(Config(Path("nowhere"), BASE)).url_map.iter_rules(), key=str)


def _address(rule: Rule, draw: Callable[[st.SearchStrategy[str]], str]) -> str:
    """An address that a rule answers, or nearly so."""

    def fill(found: re.Match[str]) -> str:
        choice = re.match(r"any\((.*)\)", found[1] or "")
        if choice:
            return quote(draw(st.sampled_from(choice[1].split(",")) | words), safe="")
        return quote(draw(anything), safe="/" if (found[1] or "") == "path" else "")

    return re.sub(r"<(?:([^:<>]+):)?\w+>", fill, rule.rule)


def _text_of(answer: Response) -> str:
    body = answer.get_data()
    if answer.headers.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return body.decode("utf-8", "replace")


@pytest.mark.parametrize("rule", rules(), ids=str)
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_address_fails_whatever_it_is_asked(app: Flask, rule: Rule, data: st.DataObject) -> None:
    address = _address(rule, data.draw)
    if not address.startswith("/") or address.startswith("//"):
        address = "/" + address.lstrip("/")
    method = data.draw(st.sampled_from(METHODS[:1] * 6 + METHODS))
    parameters = data.draw(
        st.lists(st.tuples(st.sampled_from(PARAMETERS) | st.just("x"), anything), max_size=3)
    )
    given_headers = data.draw(headers)
    if (accept := data.draw(accepts)) is not None:
        given_headers["Accept"] = accept
    body = data.draw(st.just("") | anything) if method in ("POST", "PUT", "PATCH") else None

    answer = app.test_client().open(
        address, method=method, query_string=parameters, headers=given_headers, data=body
    )

    text = _text_of(answer)
    assert answer.status_code < 500 or answer.status_code == 503, text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if answer.status_code >= 400 and method not in ("HEAD", "OPTIONS"):
        kind = parse_options_header(answer.content_type)[0]
        assert kind in ("application/problem+json", "text/html", "application/json"), kind
        if kind == "application/problem+json":
            assert json.loads(text)["status"] == answer.status_code
        assert not [word for word in REFUSED if word in text]


served = [r.media_type for r in REPRESENTATIONS]
ranges = st.sampled_from([*served, "text/*", "application/*", "*/*", "image/png", "image/*"])
weights = st.integers(0, 1000).map(lambda n: n / 1000)


@given(st.dictionaries(ranges, weights, min_size=1))
def test_what_is_chosen_is_never_less_wanted_than_another(asked: dict[str, float]) -> None:
    """RFC 9110, section 12.5.1: the most specific range counts; 0 means not acceptable."""

    def weight(media_type: str) -> float:
        most_specific = (media_type, media_type.split("/")[0] + "/*", "*/*")
        return next((asked[name] for name in most_specific if name in asked), 0.0)

    chosen = choose(", ".join(f"{k};q={q}" for k, q in asked.items()), served)

    best = max(map(weight, served))
    assert (chosen is None) == (best == 0)
    assert chosen is None or weight(chosen) == best


@given(st.text(max_size=200))
def test_no_accept_header_breaks_the_choice(accept: str) -> None:
    assert choose(accept, served) in (None, *served)


@settings(max_examples=30)
@given(asked=accepts)
def test_a_document_is_in_the_format_that_its_type_says(app: Flask, asked: str | None) -> None:
    given_headers = {} if asked is None else {"Accept": asked}
    answer = app.test_client().get("/id/event/expulsion", headers=given_headers)
    if answer.status_code == 406:
        assert json.loads(answer.data)["served"]
        return
    assert answer.status_code == 303

    document = app.test_client().get(answer.headers["Location"])

    assert document.status_code == 200
    kind = parse_options_header(document.content_type)[0]
    form = next((r.rdf for r in REPRESENTATIONS if r.media_type == kind), None)
    if kind == "application/ld+json":  # its context is at an address, which is not fetched
        assert json.loads(document.data)["@context"]
    elif form is not None:
        assert list(ox.parse(document.data, format=form))
