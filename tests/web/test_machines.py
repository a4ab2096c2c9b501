"""Promises to crawlers, catalogues and other data sets."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF

from publisher.documents import Document
from publisher.terminology import terminology
from publisher.vocabulary import DCAT, DCTERMS, DIP, SCHEMA, SD, VOID
from publisher.web import machines
from tests.homes import BASE, Homes

TEXT = "Norway expelled two Russian diplomats on Monday."


@pytest.fixture(scope="module")
def client(homes: Homes) -> Iterator[FlaskClient]:
    document = Document(
        identifier="oslo.txt", text=TEXT, published=date(2022, 4, 5), language="en",
        title="Oslo expels two", publisher=None, source=None, licence=None, path=None,
        format="text",
    )  # fmt: skip
    with homes() as home:
        home.publish([document])
        with home.site(query_timeout=5.0, query_workers=1) as app:
            yield app.test_client()


def graph(client: FlaskClient, path: str, accept: str = "text/turtle") -> Graph:
    response = client.get(path, headers={"Accept": accept}, follow_redirects=True)
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.data, format="turtle")


def test_the_data_set_describes_itself_with_numbers_from_the_data(client: FlaskClient) -> None:
    found = graph(client, "/.well-known/void")
    data_set = URIRef(f"{BASE}/catalog#dataset")
    assert (data_set, RDF.type, VOID.Dataset) in found
    assert (data_set, RDF.type, DCAT.Dataset) in found
    part = URIRef(f"{BASE}/catalog#dataset-Claim")
    assert (part, VOID["class"], DIP.Claim) in found
    assert found.value(part, VOID.entities) == Literal(1)
    assert int(str(found.value(data_set, VOID.triples))) > 30
    assert found.value(data_set, DCTERMS.license)
    assert (URIRef(f"{BASE}/catalog#wikidata"), RDF.type, VOID.Linkset) in found


def test_void_tells_the_terms_apart_from_what_was_read(client: FlaskClient) -> None:
    found = graph(client, "/.well-known/void")

    ontology = URIRef(f"{BASE}/catalog#ontology")
    assert (URIRef(f"{BASE}/catalog#dataset"), VOID.subset, ontology) in found
    wanted = len(terminology(BASE)[f"{BASE}/ontology"])
    assert found.value(ontology, VOID.triples) == Literal(wanted)
    assert found.value(ontology, VOID.dataDump) == URIRef(f"{BASE}/ontology.ttl")


def test_every_download_of_the_catalogue_is_there_with_its_checksum(client: FlaskClient) -> None:
    found = graph(client, "/catalog.ttl")
    sums = dict(
        reversed(line.split("  ")) for line in client.get("/dumps/SHA256SUMS").text.splitlines()
    )
    addresses = [str(o) for o in found.objects(None, DCAT.downloadURL)]
    assert len(addresses) == 6
    for address in addresses:
        response = client.get(address.removeprefix(BASE), follow_redirects=True)
        assert response.status_code == 200
        name = address.rsplit("/", 1)[-1]
        assert hashlib.sha256(response.data).hexdigest() == sums[name]
        plain = client.get(f"/dumps/{name.removesuffix('.gz')}").data
        assert gzip.decompress(response.data) == plain


def test_the_endpoint_describes_itself_without_a_query(client: FlaskClient) -> None:
    found = graph(client, "/sparql")
    assert (URIRef(f"{BASE}/sparql"), RDF.type, SD.Service) in found
    assert (None, SD.supportedLanguage, SD.SPARQL11Query) in found


def test_a_browser_at_the_endpoint_is_sent_to_the_form(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.1"})
    assert (response.status_code, response.location) == (303, "/query")


@pytest.mark.parametrize("name", ["ontology", "alignments", "shapes", "lexicon"])
def test_the_vocabulary_is_served_as_rdf(client: FlaskClient, name: str) -> None:
    assert len(graph(client, f"/{name}.ttl")) > 30
    assert client.get(f"/{name}.pdf").status_code == 404


def test_the_sitemap_and_the_feed_lead_to_pages_that_exist(client: FlaskClient) -> None:
    sitemap = ElementTree.fromstring(client.get("/sitemap.xml").data)
    places = [loc.text or "" for loc in sitemap.iter() if loc.tag.endswith("}loc")]
    feed = ElementTree.fromstring(client.get("/feed.atom").data)
    entries = [e for e in feed if e.tag.endswith("}entry")]
    assert len(places) == 2
    assert len(entries) == 1
    for place in places:
        assert client.get(place.removeprefix(BASE)).status_code == 200
    assert "/sitemap.xml" in client.get("/robots.txt").text


def test_a_thing_is_known_by_its_name(client: FlaskClient) -> None:
    known = client.get("/sameas", query_string={"uri": "http://www.wikidata.org/entity/Q20"})
    assert known.status_code == 200
    assert b"Q20" in known.data
    assert client.get("/sameas", query_string={"uri": "http://example.org/x"}).status_code == 404
    assert client.get("/sameas", query_string={"uri": "not an iri"}).status_code == 400


def test_documents_carry_signposts(client: FlaskClient) -> None:
    address = client.get("/id/document/oslo-txt", headers={"Accept": "text/html"}).location
    link = client.get(address).headers["Link"]
    for relation in ("cite-as", "type", "license", "collection", "alternate describedby"):
        assert f'rel="{relation}"' in link


@pytest.mark.parametrize("path", ["/", "/sparql", "/id/document/oslo-txt", "/catalog"])
def test_other_origins_may_ask_and_head_has_no_body(client: FlaskClient, path: str) -> None:
    options = client.options(path)
    assert options.status_code == 200
    assert options.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in options.headers["Access-Control-Allow-Methods"]
    assert client.head(path).data == b""


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/document/oslo-txt.ttl")
    again = client.get("/document/oslo-txt.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    since = client.get(
        "/document/oslo-txt.ttl", headers={"If-Modified-Since": first.headers["Last-Modified"]}
    )
    assert since.status_code == 304


def test_a_long_list_of_pages_comes_in_parts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {loc.text for loc in ElementTree.fromstring(client.get("/sitemap.xml").data).iter()}
    monkeypatch.setattr(machines, "_IN_SITEMAP", 1)
    index = ElementTree.fromstring(client.get("/sitemap.xml?parts").data)
    parts = [loc.text or "" for loc in index.iter() if loc.tag.endswith("}loc")]
    found = set()
    for part in parts:
        listed = ElementTree.fromstring(client.get(part.removeprefix(BASE)).data)
        found |= {loc.text for loc in listed.iter()}

    assert index.tag.endswith("}sitemapindex")
    assert len(parts) == 2
    assert found == whole
    assert client.get("/sitemap-3.xml").status_code == 404


def test_search_engines_learn_of_the_data_set_and_its_downloads(client: FlaskClient) -> None:
    page = client.get("/dumps/", headers={"Accept": "text/html"}).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    found = Graph().parse(data=block, format="json-ld")
    data_set = URIRef(f"{BASE}/catalog#dataset")

    assert (data_set, RDF.type, SCHEMA.Dataset) in found
    assert len(list(found.objects(data_set, SCHEMA.distribution))) == 6
    assert (data_set, SCHEMA.license, None) in found


def test_a_browser_at_the_catalogue_is_sent_to_a_page(client: FlaskClient) -> None:
    answer = client.get("/catalog", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.location) == (303, "/dumps/")
