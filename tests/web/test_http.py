"""Promises to everyone who speaks HTTP: the conformance suite of names and documents.

Against a real server on loopback. RFC 9110 (semantics), 8288 and 9264 (links), FAIR Signposting,
Content Negotiation by Profile, Cool URIs for the Semantic Web.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import pyoxigraph as ox
import pytest
import requests
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import RDF

from publisher.pipeline import withdraw
from publisher.store import SnapshotStore
from publisher.vocabulary import DIP, LDP, PLOVER, SCHEMA
from tests.web.conftest import BASE

EVENT = "/event/2018-03-26-expulsion-united-states-russia"
SUFFIXES = {
    "html": "text/html; charset=utf-8", "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json", "nt": "application/n-triples", "nq": "application/n-quads",
    "trig": "application/trig", "rdf": "application/rdf+xml", "csv": "text/csv; charset=utf-8",
    "linkset.json": "application/linkset+json", "linkset": "application/linkset",
}  # fmt: skip
MERGED = """
@prefix dcterms: <http://purl.org/dc/terms/> .
<{0}/id/graph/merging> {{
  <{0}/id/event/old> dcterms:isReplacedBy <{0}/id/event/older> .
  <{0}/id/event/older> dcterms:isReplacedBy <{0}/id{1}> .
}}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with two dispatches, one of them withdrawn, and an event merged twice."""
    from publisher.documents import read_documents
    from publisher.pipeline import publish
    from publisher.resources import seeds_path

    folder = tmp_path_factory.mktemp("http")
    names = ("2018-salisbury-expulsions.txt", "2022-black-sea-grain.txt")
    assert all(
        d.accepted
        for d in publish([d for n in names for d in read_documents(seeds_path(n))], folder, BASE)
    )
    with SnapshotStore(folder) as store:
        quads = list(ox.parse(MERGED.format(BASE, EVENT), format=ox.RdfFormat.TRIG))
        store.replace({f"{BASE}/id/graph/merging"}, quads)
    assert withdraw(names[1], folder, BASE)
    yield from _serve(folder)


def _serve(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "publisher.cli", "serve", "--data", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--base", BASE],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ},
    )  # fmt: skip
    root = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                if requests.get(f"{root}/health", timeout=1).ok:
                    break
            except requests.RequestException:
                time.sleep(0.2)
        yield root
    finally:
        process.terminate()
        process.wait(15)


def get(server: str, path: str, method: str = "GET", **headers: str) -> requests.Response:
    """Ask without following anything, with only the headers given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    session = requests.Session()
    session.headers.clear()
    named.setdefault("Accept-Encoding", "identity")
    return session.request(
        method, f"{server}{path}", headers=named, allow_redirects=False, timeout=20
    )


# Names


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/n-quads", "nq"),
        ("application/trig", "trig"),
        ("application/rdf+xml", "rdf"),
        ("text/csv", "csv"),
        ("application/linkset+json", "linkset.json"),
        ("text/html", "html"),
        ("*/*", "html"),
        ("text/*", "html"),
        ("application/*", "jsonld"),
        ("text/turtle;q=0.3, application/ld+json;q=0.9", "jsonld"),
        ("text/html;q=0.1, application/rdf+xml", "rdf"),
        ("text/html;q=0, */*;q=0.1", "ttl"),
        ("application/xml, image/*, text/turtle;q=0.01", "ttl"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    ],
)
def test_a_name_sends_to_the_document_that_the_client_prefers(
    server: str, accept: str, suffix: str
) -> None:
    answer = get(server, f"/id{EVENT}", Accept=accept)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EVENT}.{suffix}")
    assert {"accept", "accept-profile"} <= vary(answer)


def vary(answer: requests.Response) -> set[str]:
    return {name.strip().lower() for name in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize("wanted", ["ttl", "text/turtle", "application/ld%2Bjson", "jsonld", "csv"])
def test_a_parameter_chooses_where_no_header_can_be_sent(server: str, wanted: str) -> None:
    suffix = {"text/turtle": "ttl", "application/ld%2Bjson": "jsonld"}.get(wanted, wanted)
    for name in ("format", "_mediatype"):
        answer = get(server, f"/id{EVENT}?{name}={wanted}", Accept="text/html")
        assert answer.headers["Location"] == f"{EVENT}.{suffix}"


@pytest.mark.parametrize("place", [f"/id{EVENT}", EVENT, "/wikidata/Q159"])
@pytest.mark.parametrize(
    ("query", "accept"), [("", "image/png"), ("?format=pdf", "*/*"), ("?profile=none", "*/*")]
)
def test_what_cannot_be_served_gets_406_with_all_there_is(
    server: str, place: str, query: str, accept: str
) -> None:
    answer = get(server, place + query, Accept=accept)

    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = {alternative["address"] for alternative in answer.json()["alternatives"]}
    linked = set(re.findall(r'<([^>]+)>; rel="alternate"', answer.headers["Link"]))
    assert len(told) > 15
    assert linked < told
    for address in told:
        assert get(server, address.removeprefix(BASE)).status_code == 200


def test_a_document_without_a_suffix_is_negotiated_in_its_place(server: str) -> None:
    answer = get(server, EVENT, Accept="text/turtle")

    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == f"{BASE}{EVENT}.ttl"
    assert {"accept", "accept-profile"} <= vary(answer)
    assert answer.content == get(server, f"{EVENT}.ttl").content


@pytest.mark.parametrize(
    "place", ["/id/event/nobody-knows", "/event/nobody-knows.ttl", "/id/nonsense/x", "/event/x.pdf"]
)
def test_what_is_not_here_is_404_at_once(server: str, place: str) -> None:
    answer = get(server, place, Accept="application/ld+json")

    assert answer.status_code == 404
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("place", ["/id/document/2022-black-sea-grain-txt",
                                   "/document/2022-black-sea-grain-txt.ttl",
                                   "/document/2022-black-sea-grain-txt.html"])  # fmt: skip
def test_what_was_withdrawn_is_gone_and_says_when(server: str, place: str) -> None:
    answer = get(server, place, Accept="text/turtle")

    assert answer.status_code == 410
    if "html" not in answer.headers["Content-Type"]:
        assert (None, RDF.type, DIP.Tombstone) in Graph().parse(data=answer.text)


def test_what_was_merged_sends_for_good_to_what_it_is_now(server: str) -> None:
    for old, new in (("/id/event/old", f"/id{EVENT}"), ("/event/old.ttl", f"{EVENT}.ttl"),
                     ("/event/older.schema.jsonld", f"{EVENT}.schema.jsonld")):  # fmt: skip
        answer = get(server, old, Accept="text/turtle")
        assert (answer.status_code, answer.headers["Location"]) == (301, new)


# Documents


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_document_has_type_validators_and_no_surprises(server: str, suffix: str) -> None:
    answer = get(server, f"{EVENT}.{suffix}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == SUFFIXES[suffix]
    assert re.fullmatch(r'"[^"]+"', answer.headers["ETag"])
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_all_rdf_formats_say_the_same(server: str) -> None:
    wanted = triples(server, "ttl", "turtle")

    assert len(wanted) > 40
    assert triples(server, "nt", "nt") == wanted
    assert triples(server, "rdf", "xml") == wanted
    for suffix, form in (("nq", "nquads"), ("trig", "trig")):
        found = Dataset(default_union=True)
        found.parse(data=get(server, f"{EVENT}.{suffix}").content, format=form)
        assert {(s, p, o) for s, p, o, _ in found.quads()} == wanted


def triples(server: str, suffix: str, form: str) -> set[object]:
    return set(Graph().parse(data=get(server, f"{EVENT}.{suffix}").content, format=form))


def test_the_same_is_the_same_bytes_again(server: str) -> None:
    for suffix in set(SUFFIXES) - {"html"}:
        first, again = (get(server, f"{EVENT}.{suffix}?n={n}").content for n in (1, 2))
        assert first == again


def test_head_is_get_without_a_body(server: str) -> None:
    for place in (f"/id{EVENT}", f"{EVENT}.ttl", f"{EVENT}.html", "/", "/catalog", "/sparql"):
        for _ in range(2):
            asked, whole = get(server, place, "HEAD"), get(server, place)
            assert asked.content == b""
            assert asked.status_code == whole.status_code
            for name in ("Content-Type", "Content-Length", "ETag", "Link", "Vary", "Location"):
                assert asked.headers.get(name) == whole.headers.get(name), (place, name)


def test_options_say_what_can_be_done_and_who_may(server: str) -> None:
    answer = get(server, f"{EVENT}.ttl", "OPTIONS", Origin="https://example.org")

    assert answer.ok
    assert {m.strip() for m in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert "POST" not in answer.headers["Access-Control-Allow-Methods"]
    for name in ("Accept-Profile", "Accept-Datetime", "If-None-Match", "Range"):
        assert name in answer.headers["Access-Control-Allow-Headers"]
    assert "POST" in get(server, "/sparql", "OPTIONS").headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_those_that_are_not(server: str, method: str) -> None:
    answer = get(server, f"{EVENT}.ttl", method)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


# Conditions, parts and compression


def test_who_has_it_already_is_told_so(server: str) -> None:
    for suffix in SUFFIXES:
        whole = get(server, f"{EVENT}.{suffix}")
        tag, since = whole.headers["ETag"], whole.headers["Last-Modified"]
        for conditions in (
            {"If_None_Match": tag}, {"If_None_Match": f"W/{tag}"}, {"If_None_Match": "*"},
            {"If_None_Match": f'"other", {tag}'}, {"If_Modified_Since": since},
        ):  # fmt: skip
            answer = get(server, f"{EVENT}.{suffix}", **conditions)
            assert (answer.status_code, answer.content) == (304, b""), conditions
            assert answer.headers["ETag"] == tag
            assert answer.headers["Vary"] == whole.headers["Vary"]
    old = "Mon, 01 Jan 2018 00:00:00 GMT"
    assert get(server, f"{EVENT}.ttl", If_Modified_Since=old).status_code == 200
    assert get(server, f"{EVENT}.ttl", If_None_Match='"x"', If_Modified_Since=since).ok


def test_a_condition_that_fails_is_412(server: str) -> None:
    assert get(server, f"{EVENT}.ttl", If_Match='"something else"').status_code == 412
    tag = get(server, f"{EVENT}.ttl").headers["ETag"]
    assert get(server, f"{EVENT}.ttl", If_Match=tag).status_code == 200


@pytest.mark.parametrize("suffix", ["ttl", "html", "csv"])
def test_a_part_can_be_had(server: str, suffix: str) -> None:
    place = f"{EVENT}.{suffix}"
    whole = get(server, place)
    size = len(whole.content)

    for asked, start, end in (
        ("bytes=0-99", 0, 100), ("bytes=100-", 100, size), ("bytes=-50", size - 50, size),
        (f"bytes=10-{size + 999}", 10, size),
    ):  # fmt: skip
        answer = get(server, place, Range=asked)
        assert (answer.status_code, answer.content) == (206, whole.content[start:end])
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
    assert get(server, place, Range="bytes=0-9", If_Range='"old"').status_code == 200
    tag = whole.headers["ETag"]
    assert get(server, place, Range="bytes=0-9", If_Range=tag).status_code == 206
    beyond = get(server, place, Range=f"bytes={size + 1}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    packed = get(server, place, Range="bytes=0-99", Accept_Encoding="gzip")
    assert (packed.content, packed.headers.get("Content-Encoding")) == (whole.content[:100], None)


@pytest.mark.parametrize("place", [f"{EVENT}.ttl", f"{EVENT}.html", f"{EVENT}.jsonld", "/catalog"])
def test_what_is_compressed_is_the_same_under_another_tag(server: str, place: str) -> None:
    plain = get(server, place)
    tags = {plain.headers["ETag"]}
    for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        answer = raw(server, place, coding)
        assert answer.headers["Content-Encoding"] == coding
        assert unpack(answer.raw.read()) == plain.content
        assert "accept-encoding" in vary(answer)
        tags.add(answer.headers["ETag"])
        again = get(server, place, Accept_Encoding=coding, If_None_Match=answer.headers["ETag"])
        assert again.status_code == 304
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("gzip, br", "br"), ("gzip;q=1.0, br;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"),
        ("identity", None), ("gzip;q=0", None), ("zstd", None), ("*", "br"),
    ],
)  # fmt: skip
def test_the_coding_is_the_one_that_is_preferred(
    server: str, asked: str, coding: str | None
) -> None:
    answer = raw(server, f"{EVENT}.ttl", asked)
    assert answer.headers.get("Content-Encoding") == coding


def raw(server: str, path: str, coding: str) -> requests.Response:
    return requests.get(
        f"{server}{path}", headers={"Accept-Encoding": coding}, stream=True, timeout=20
    )


# Signposts


LINK = re.compile(r'<([^>]*)>((?:; \w+="[^"]*")*)')


def links(answer: requests.Response) -> dict[str, list[tuple[str, dict[str, str]]]]:
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for target, parameters in LINK.findall(answer.headers["Link"]):
        said = dict(re.findall(r'(\w+)="([^"]*)"', parameters))
        for relation in said.pop("rel").split():
            found.setdefault(relation, []).append((target, said))
    return found


def test_the_page_leads_machines_to_all_there_is(server: str) -> None:
    found = links(get(server, f"{EVENT}.html"))

    assert found["cite-as"] == [(f"{BASE}/id{EVENT}", {})]
    assert [t for t, _ in found["type"]] == [str(SCHEMA.AboutPage), str(SCHEMA.Event)]
    assert len(found["license"]) == 1
    assert found["collection"][0][0] == f"{BASE}/catalog"
    assert found["item"]
    assert len(found["describedby"]) >= 8
    for relation in ("describedby", "item", "linkset", "collection"):
        for target, said in found[relation]:
            answer = get(server, target.removeprefix(BASE), Accept=said["type"])
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].split(";")[0] == said["type"]


def test_a_description_leads_back_to_the_page_and_the_name(server: str) -> None:
    for suffix in ("ttl", "jsonld", "schema.ttl", "plover.jsonld"):
        found = links(get(server, f"{EVENT}.{suffix}"))
        assert [t for t, _ in found["describes"]] == [f"{BASE}{EVENT}.html"]
        assert [t for t, _ in found["cite-as"]] == [f"{BASE}/id{EVENT}"]


def test_the_link_set_has_every_link_with_its_anchor_in_both_formats(server: str) -> None:
    said = get(server, f"{EVENT}.linkset.json").json()["linkset"]
    by_anchor = {links["anchor"]: links for links in said}
    page = by_anchor[f"{BASE}{EVENT}.html"]

    headers = links(get(server, f"{EVENT}.html"))
    of_the_address = ("original", "timegate", "timemap", str(LDP.inbox))
    for relation in of_the_address:
        del headers[relation]
    for relation, targets in headers.items():
        assert {t for t, _ in targets} <= {link["href"] for link in page[relation]}
    for item in page["item"]:
        assert by_anchor[item["href"]]["collection"][0]["href"] == f"{BASE}{EVENT}.html"
    described = [a for a, found in by_anchor.items() if "describes" in found]
    assert len(described) >= 18
    text = get(server, f"{EVENT}.linkset").text
    assert len(LINK.findall(text)) >= len(described) + len(page["item"])


# Profiles


@pytest.mark.parametrize(
    ("header", "token", "profile"),
    [
        ("<https://schema.org/>", ".schema", str(SCHEMA)),
        ("<http://schema.org/>", ".schema", str(SCHEMA)),
        (f"<{PLOVER}>;q=0.9, <https://schema.org/>;q=0.5", ".plover", str(PLOVER)),
        (f"<https://example.org/other>, <{PLOVER}>;q=0.1", ".plover", str(PLOVER)),
        ("<https://example.org/other>", "", "https://w3id.org/communique/ontology"),
        ("<https://schema.org/>;q=0", "", "https://w3id.org/communique/ontology"),
    ],
)
def test_a_profile_is_negotiated(server: str, header: str, token: str, profile: str) -> None:
    answer = get(server, f"/id{EVENT}", Accept="text/turtle", Accept_Profile=header)
    assert answer.headers["Location"] == f"{EVENT}{token}.ttl"

    document = get(server, answer.headers["Location"])
    assert document.headers["Content-Profile"] == f"<{profile}>"
    assert (profile, {}) in links(document)["profile"]
    directly = get(server, EVENT, Accept="text/turtle", Accept_Profile=header)
    assert directly.content == document.content


@pytest.mark.parametrize("name", ["profile", "_profile"])
def test_a_profile_is_chosen_by_parameter(server: str, name: str) -> None:
    for value in ("schema", "https%3A%2F%2Fschema.org%2F"):
        answer = get(server, f"/id{EVENT}?{name}={value}", Accept="application/ld+json")
        assert answer.headers["Location"] == f"{EVENT}.schema.jsonld"


def test_a_browser_that_asks_for_a_profile_still_gets_a_page(server: str) -> None:
    answer = get(server, f"/id{EVENT}", Accept="text/html", Accept_Profile="<https://schema.org/>")
    assert answer.headers["Location"] == f"{EVENT}.html"


def test_the_alternatives_say_their_profiles(server: str) -> None:
    found = links(get(server, f"/id{EVENT}"))["alternate"]
    assert {said.get("formats") for _, said in found} >= {str(SCHEMA), str(PLOVER)}


def test_each_profile_speaks_its_own_words(server: str) -> None:
    event = URIRef(f"{BASE}/id{EVENT}")
    schema = Graph().parse(data=get(server, f"{EVENT}.schema.ttl").text)
    plover = Graph().parse(data=get(server, f"{EVENT}.plover.ttl").text)

    assert (event, RDF.type, SCHEMA.Event) in schema
    assert str(schema.value(event, SCHEMA.startDate)) == "2018-03-26"
    assert str(plover.value(event, PLOVER.eventType)) == "SANCTION"
    for found in (schema, plover):
        assert not [p for p in found.predicates() if str(p).startswith(str(DIP))]


# JSON-LD


def test_json_ld_reads_as_json_and_means_the_same_as_turtle(server: str) -> None:
    said = get(server, f"{EVENT}.jsonld").json()

    assert said["id"] == f"{BASE}/id{EVENT}"
    assert "Expulsion" in said["type"]
    assert said["actor"][0]["label"]["en"] == "United States"
    assert (said["count"], said["date"], said["status"]) == (60, "2018-03-26", "Occurred")
    claim = said["claims"][0]
    quotes = [s["exact"] for t in claim["target"] for s in t["selector"] if "exact" in s]
    assert quotes == ["The United States on Monday ordered 60 Russian diplomats"]

    address = said["@context"]
    said["@context"] = get(server, address.removeprefix(BASE)).json()["@context"]
    meant = Graph().parse(data=json.dumps(said), format="json-ld")
    assert set(meant) == triples(server, "ttl", "turtle")


def test_the_context_has_versions_and_a_newest_one(server: str) -> None:
    newest = get(server, "/context")

    assert newest.status_code == 303
    assert get(server, newest.headers["Location"]).headers["Content-Type"] == "application/ld+json"
    assert get(server, "/context/v0.jsonld").status_code == 404


def test_pages_tell_search_engines_what_they_are_about(server: str) -> None:
    page = get(server, f"{EVENT}.html").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)

    assert json.loads(block)["type"] == "Event"
