# ruff: noqa: E501 (a table reads better with one row a line)
"""Hostile requests to the served application, each with the answer it must get.

After each of them the server still answers an ordinary look-up at once, and no answer holds a
traceback, a path of the machine, or a script that a browser would run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest

from tests.battery.conftest import SCRIPT, Answer, Server

NOTHING = 0
"""The connection is closed without an answer."""

QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Case:
    """A request, the statuses that are right for it, and what else must be true."""

    name: str
    send: Callable[[Server], Answer]
    right: tuple[int, ...]
    check: Callable[[Answer], bool] = lambda answer: True


def query(name: str, text: str, *right: int, accept: str = "text/csv") -> Case:
    """A query by POST, so that its length is no matter."""
    headers = {"Content-Type": QUERY, "Accept": accept}
    return Case(
        name,
        lambda server: server.ask("/sparql", headers, "POST", text.encode("utf-8", "replace")),
        right,
    )


def path(
    name: str, target: str, *right: int, check: Callable[[Answer], bool] = lambda answer: True
) -> Case:
    """A path as it stands, with the headers of a browser."""
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    return Case(name, lambda server: server.ask(target, headers), right, check)


def header(name: str, headers: dict[str, str], *right: int, target: str = "/sparql") -> Case:
    """An ordinary look-up with a header that is not."""
    asked = f"{target}?{urlencode({'query': 'ASK {}'})}" if target == "/sparql" else target
    return Case(name, lambda server: server.ask(asked, headers), right)


def raw(name: str, *pieces: bytes, right: tuple[int, ...], pause: float = 0.0) -> Case:
    """Bytes on the wire."""
    return Case(name, lambda server: server.raw(*pieces, pause=pause), right)


def post(name: str, body: bytes, headers: dict[str, str], *right: int) -> Case:
    """A body for the endpoint."""
    return Case(name, lambda server: server.ask("/sparql", headers, "POST", body), right)


def no_script(answer: Answer) -> bool:
    return SCRIPT.encode() not in answer.body and b"onerror=alert(1)>" not in answer.body


def stays_here(answer: Answer) -> bool:
    """A redirect leads to this site and to no other."""
    place = answer.headers.get("location", "/")
    own = place.startswith(("http://localhost", "/"))
    return own and not place.startswith(("//", "/\\")) and "set-cookie" not in answer.headers


def plain(answer: Answer) -> bool:
    """No header that the client made up came back as one of ours."""
    return "x-evil" not in answer.headers and "set-cookie" not in answer.headers


EVERYTHING = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s"
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
QUERIES = [
    query("a runaway count", f"SELECT (COUNT(*) AS ?x) {{ {EVERYTHING} }}", 503),
    query("a runaway sort", f"SELECT * {{ {EVERYTHING} }} ORDER BY ?s ?a", 413, 503),
    query("a runaway list", f"SELECT * {{ {EVERYTHING} }}", 413, 503),
    query("a runaway path", "SELECT * { ?a (!<a:a>)* ?b . ?c (!<a:a>)* ?d . ?e (!<a:a>)* ?f }", 413, 503),
    query("a runaway test", f"ASK {{ {EVERYTHING} FILTER(STRLEN(CONCAT(STR(?a), STR(?s))) < 0) }}", 503),
    query("a runaway graph", f"CONSTRUCT {{ ?a ?b ?s }} WHERE {{ {EVERYTHING} }}", 413, 503, accept="*/*"),
    query("a description of everything", "DESCRIBE * { ?s ?p ?o }", 200, accept="*/*"),
    query("a string that doubles", f"SELECT ?x40 {{ BIND('{'a' * 99}' AS ?x0) {DOUBLING} }}", 413, 503),
    query("a concatenation of all", f"SELECT (GROUP_CONCAT(?s) AS ?x) {{ {EVERYTHING} }}", 413, 503),
    query("a regular expression that backtracks", f"ASK {{ FILTER(REGEX('{'a' * 5000}!', '^(a+)+$')) }}", 200),
    query("a regular expression that is huge", "ASK { FILTER(REGEX('a', '((a{1,100}){1,100}){1,100}')) }", 200, 413),
    query("a deep nest of groups", "ASK " + "{" * 40_000 + "}" * 40_000, 400, 413),
    query("a deep nest of brackets", "ASK { FILTER(" + "(" * 45_000 + "1" + ")" * 45_000 + ") }", 400, 413),
    query("a deep nest of negations", "ASK { FILTER(" + "!" * 90_000 + "true) }", 200, 400, 413),
    query("a deep nest of paths", "ASK { ?a " + "(" * 20_000 + "<a:b>" + ")*" * 20_000 + " ?b }", 400, 413),
    query("a deep nest of unions", "ASK {" + "{} UNION " * 10_000 + "{} }", 200, 413, 503),
    query("a deep nest of lists", "ASK { ?a ?b " + "(" * 30_000 + ")" * 30_000 + " }", 200, 400, 413, 503),
    query("many values", "SELECT * { VALUES ?x {" + " 1" * 45_000 + " } }", 200),
    query("many prefixes", "".join(f"PREFIX p{n}: <a:>" for n in range(5_000)) + "ASK {}", 200),
    query("a limit beyond all numbers", "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999", 400),
    query("an offset beyond the end", "SELECT * { ?s ?p ?o } OFFSET 9999999999999", 200),
    query("a number beyond all numbers", "SELECT (9999999999999999999 * 9999999999999999999 AS ?x) {}", 200),
    query("a division by nought", "SELECT (1 / 0 AS ?x) (1e0 / 0 AS ?y) {}", 200),
    query("a date that is none", "SELECT (YEAR('99999999999-99-99'^^<http://www.w3.org/2001/XMLSchema#date>) AS ?x) {}", 200),
    query("a part of a string before its start", "SELECT (SUBSTR('abc', -9999999999, 99999999999) AS ?x) {}", 200),
    query("a null byte", "ASK { ?s ?p '\x00' }", 200, 400),
    query("a surrogate", "ASK { ?s ?p '\\uD800' }", 400),
    query("a mark of byte order", "\ufeffASK {}", 400),
    query("a text that runs backwards", "ASK { ?s ?p '\u202e\u2066' }", 200),
    query("nothing but a comment", "# nothing", 400),
    query("words that are no query", "'; DROP TABLE events; --", 400),
    query("an update", "DROP ALL", 400),
    query("an update behind a query", "ASK {} ; DROP ALL", 400),
    query("a load", "LOAD <http://127.0.0.1:9/>", 400),
    query("a call to another service", "ASK { SERVICE <http://127.0.0.1:9/> {} }", 403),
    query("a call that is hidden", "PREFIX e: <a:> ASK { OPTIONAL {?a e:\\# ?b} SERVICE <http://127.0.0.1:9/> {} }", 403),
    query("a call to a file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 200),
    query("a function of another engine", "PREFIX j: <java:java.lang.> SELECT (j:Runtime('x') AS ?x) {}", 200, 400),
    query("a query of a megabyte", "ASK { } #" + "x" * 900_000, 413),
]  # fmt: skip

PATHS = [
    path("a script in a name", f"/id/event/{quote(SCRIPT)}", 303, 404, check=stays_here),
    path("a script in a document", f"/event/{quote(SCRIPT)}.html", 404, check=no_script),
    path("a script in a kind", f"/id/{quote(SCRIPT)}/x", 404, check=no_script),
    path("a script in the query form", f"/query?query={quote(SCRIPT)}", 400, check=no_script),
    path("a template in the query form", "/query?query=%7B%7B7*7%7D%7D", 400,
         check=lambda a: b"{{7*7}}" in a.body),
    path("a script in a search", f"/documents?q={quote(SCRIPT)}", 200, check=no_script),
    path("an event whose label is a script", "/event/expulsion.html", 200, check=no_script),
    path("a claim whose quotation is a script", "/claim/oslo-1.html", 200, check=no_script),
    path("a document whose title is a script", "/document/oslo.html", 200,
         check=lambda a: no_script(a) and b'href="javascript:' not in a.body),
    path("a list of documents with scripts", "/documents", 200, check=no_script),
    path("a home page with scripts", "/", 200, check=no_script),
    path("a feed with scripts", "/feed.atom", 200, 404, check=no_script),
    path("a table with formulas", "/dumps/communique.csv", 200,
         check=lambda a: b"\n=HYPERLINK" not in a.body and b",=HYPERLINK" not in a.body
         and b'"=HYPERLINK' not in a.body),
    path("a line break in a name", "/id/event/x%0d%0aSet-Cookie:%20a=b", 303, 404, check=plain),
    path("a line break in a format", "/id/event/x?format=%0d%0aX-Evil:%201", 303, 404, 406, check=plain),
    path("another site behind two slashes", "//evil.example/%2e%2e", 404, 308, check=stays_here),
    path("another site behind a backslash", "/%5cevil.example", 404, check=stays_here),
    path("another site in a name", "/id/event//evil.example", 303, 404, 308, check=stays_here),
    path("another site in sameas", "/sameas?uri=//evil.example", 400, 404, check=stays_here),
    path("a script in sameas", "/sameas?uri=javascript:alert(1)", 400, 404, check=stays_here),
    path("a way out of the folder", "/static/../../../../etc/passwd", 404),
    path("a way out, encoded", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", 404),
    path("a way out, encoded twice", "/static/%252e%252e/%252e%252e/etc/passwd", 404),
    path("a way out of the downloads", "/dumps/..%2f..%2fjournal", 404),
    path("a way to the data", "/dumps/../live/CURRENT", 404),
    path("a null byte in a path", "/event/x%00.html", 404),
    path("bytes that are not UTF-8", "/event/%ff%fe.html", 404),
    path("a path of 60,000 characters", "/event/" + "a" * 60_000, NOTHING, 404, 414, 431),
    path("a suffix that nobody knows", "/event/expulsion.exe", 404),
    path("parameters without end", "/?" + "a=b&" * 5_000, 200),
    path("the innards of the server", "/.git/config", 404),
    path("the innards of others", "/wp-login.php", 404),
    path("an address in full", "http://evil.example/sparql?query=ASK%7B%7D", 200, check=stays_here),
]  # fmt: skip

HEADERS = [
    header("an Accept of 50,000 characters", {"Accept": "a/b," * 12_000}, NOTHING, 200, 406, 431),
    header("an Accept of nonsense", {"Accept": ";;;q=,,/"}, 200, 406),
    header("an Accept with q beyond one", {"Accept": "text/csv;q=1e999"}, 200, 406),
    header("a coding that nobody knows", {"Accept-Encoding": "evil, *;q=0"}, 200, 406),
    header("ranges without end", {"Range": "bytes=" + "0-1," * 2_000 + "2-3"}, 200, 206, 416, target="/dumps/communique.nq"),
    header("a tag of 20,000 characters", {"If-None-Match": '"' + "a" * 20_000 + '"'}, 200),
    header("a date that is none", {"If-Modified-Since": "yesterday"}, 200, target="/documents"),
    header("another host", {"Host": "evil.example"}, 200),
    header("a host with a script", {"Host": SCRIPT}, NOTHING, 200, 400),
    header("a cookie", {"Cookie": "session=" + "a" * 4_000}, 200),
    header("an address that is none", {"X-Forwarded-For": "'; --"}, 200),
    header("a wish for another protocol", {"Upgrade": "websocket", "Connection": "Upgrade"}, 200, 400, 426),
    header("a password that nobody knows", {"Authorization": "Bearer " + "a" * 3_000}, 200),
    header("a method in a header", {"X-HTTP-Method-Override": "DELETE"}, 200),
    raw("a thousand headers", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 1_000 + b"\r\n", right=(NOTHING, 200, 400, 431)),
    raw("a header of a megabyte", b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 1_000_000 + b"\r\n\r\n", right=(NOTHING, 400, 431)),
    raw("no host", b"GET /health HTTP/1.1\r\n\r\n", right=(200, 400)),
    raw("a header of two lines", b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", right=(NOTHING, 400)),
    raw("a space before the colon", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", right=(NOTHING, 400)),
    raw("a method that is none", b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", right=(405, 501)),
    raw("a trace", b"TRACE / HTTP/1.1\r\nHost: x\r\nA: secret\r\n\r\n", right=(405, 501)),
    raw("a tunnel", b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", right=(NOTHING, 400, 404, 405)),
    raw("an old protocol", b"GET /\r\n\r\n", right=(NOTHING, 400)),
    raw("a protocol to come", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", right=(NOTHING, 400, 505)),
    raw("a greeting of another protocol", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", right=(NOTHING, 400)),
    raw("noise", bytes(range(256)) * 20, right=(NOTHING, 400)),
]  # fmt: skip

_START = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
BODIES = [
    raw("two lengths", _START + b"Content-Length: 6\r\nContent-Length: 60\r\n\r\nASK {}", right=(NOTHING, 400)),
    raw("a length and chunks", _START + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", right=(NOTHING, 200, 400)),
    raw("chunks that are coded twice", _START + b"Transfer-Encoding: gzip, chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", right=(NOTHING, 200, 400, 415)),
    raw("a chunk of minus one", _START + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nASK {}\r\n0\r\n\r\n", right=(NOTHING, 400, 408)),
    raw("a chunk without an end", _START + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nASK {}", right=(NOTHING, 400, 408)),
    raw("a length below nought", _START + b"Content-Length: -1\r\n\r\nASK {}", right=(NOTHING, 400)),
    raw("a length beyond all numbers", _START + b"Content-Length: 99999999999999999999999\r\n\r\nASK {}", right=(NOTHING, 400, 413)),
    raw("a length of a terabyte", _START + b"Content-Length: 1000000000000\r\n\r\nASK {}", right=(413,)),
    raw("a body that comes in pieces", _START + b"Content-Length: 6\r\n\r\nAS", b"K ", b"{}", right=(200,), pause=0.3),
    raw("headers that come in pieces", b"GET /hea", b"lth HTTP/1.1\r\nHo", b"st: x\r\n\r\n", right=(200,), pause=0.3),
    raw("an expectation that nobody meets", _START + b"Content-Length: 6\r\nExpect: miracles\r\n\r\nASK {}", right=(200, 417)),
    post("two megabytes", b"a" * 2_000_000, {"Content-Type": QUERY}, NOTHING, 413),
    post("bytes that are not UTF-8", b"ASK { \xff }", {"Content-Type": QUERY}, 400),
    post("a packed body", b"\x1f\x8b\x08\x00", {"Content-Type": QUERY, "Content-Encoding": "gzip"}, 400, 415),
    post("a form of many parts", b"--x\r\n\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
    post("a type that is none", b"ASK {}", {"Content-Type": "////"}, 415),
    post("a type of two lines", b"ASK {}", {"Content-Type": "application/json;\tcharset=\x7f"}, NOTHING, 400, 415),
    post("a charset that nobody knows", b"ASK {}", {"Content-Type": f"{QUERY}; charset=evil"}, 415),
    post("fields without end", b"a=b&" * 200_000 + b"query=ASK{}", {"Content-Type": FORM}, 400),
    post("an escape that is none", b"query=%ZZ", {"Content-Type": FORM}, 400),
    post("an entity of XML", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', {"Content-Type": "application/xml"}, 415),
    post("an update without a token", b"DROP ALL", {"Content-Type": "application/sparql-update"}, 401, 403),
    post("an update with a made-up token", b"DROP ALL", {"Content-Type": "application/sparql-update", "Authorization": "Bearer x"}, 401, 403),
    Case("a graph without a token", lambda s: s.ask("/store?graph=http://e/", {"Content-Type": "text/turtle"}, "PUT", b"<a:a> <a:b> 1 ."), (401, 403, 404, 405)),
    Case("the deletion of a page", lambda s: s.ask("/event/expulsion.html", method="DELETE"), (405,)),
]  # fmt: skip

CASES = [*QUERIES, *PATHS, *HEADERS, *BODIES]
_INNARDS = (b"Traceback", b"site-packages", b"publisher/", b"/root", b"/home/", b"root:x:0")


def test_there_are_at_least_eighty() -> None:
    assert len({case.name for case in CASES}) >= 80


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_request_gets_its_answer_and_the_next_one_too(server: Server, case: Case) -> None:
    answer = case.send(server)

    assert answer.status in case.right
    assert case.check(answer)
    assert not [word for word in _INNARDS if word in answer.body]
    if answer.status >= 400 and answer.headers.get("content-type") == "application/problem+json":
        assert json.loads(answer.body)["status"] == answer.status
    began = time.monotonic()
    assert server.ask("/sparql?query=ASK%7B%7D").status == 200
    assert server.ask("/health").status == 200
    assert time.monotonic() - began < 3
