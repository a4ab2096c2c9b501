"""Promises to the nightly download, and to catalogues that list us."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID

from publisher.vocabulary import DCAT, DIP, SD, SPDX
from publisher.web.dumping import DUMPS
from tests.homes import Home
from tests.web.conftest import BASE

DATA_SET = URIRef(f"{BASE}/catalog#dataset")


def latest(visitor: FlaskClient, file: str) -> str:
    answer = visitor.get(f"/dumps/latest/{file}")
    assert answer.status_code == 307
    return answer.headers["Location"]


def test_there_is_an_address_that_always_leads_to_the_newest(visitor: FlaskClient) -> None:
    place = latest(visitor, "communique.nq.gz")
    answer = visitor.get(place)

    assert re.fullmatch(r"/dumps/s\d+-\w+/communique.nq.gz", place)
    assert answer.mimetype == "application/gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert 'rel="license"' in answer.headers["Link"]
    assert visitor.get("/dumps/s0-none/communique.nq.gz").status_code == 404
    assert visitor.get("/dumps/latest/nothing", follow_redirects=True).status_code == 404


@pytest.mark.parametrize("dump", DUMPS, ids=lambda d: d.name)
def test_what_is_downloaded_can_be_checked_packed_and_plain(
    visitor: FlaskClient, dump: object
) -> None:
    name = dump.name  # type: ignore[attr-defined]
    sums = dict(reversed(line.split("  ")) for line in
                visitor.get(latest(visitor, "SHA256SUMS")).text.splitlines())  # fmt: skip
    packed = visitor.get(f"/dumps/{name}.gz").data
    plain = visitor.get(f"/dumps/{name}").data
    on_the_way = visitor.get(f"/dumps/{name}", headers={"Accept-Encoding": "gzip"})

    assert hashlib.sha256(packed).hexdigest() == sums[f"{name}.gz"]
    assert hashlib.sha256(plain).hexdigest() == sums[name]
    assert gzip.decompress(packed) == plain == gzip.decompress(on_the_way.data)
    part = visitor.get(f"/dumps/{name}.gz", headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.data) == (206, packed[5:15])
    tag = visitor.get(f"/dumps/{name}.gz").headers["ETag"]
    assert visitor.get(f"/dumps/{name}.gz", headers={"If-None-Match": tag}).status_code == 304
    assert visitor.head(f"/dumps/{name}").data == b""


def test_every_rdf_download_holds_the_whole_snapshot(visitor: FlaskClient, home: Home) -> None:
    whole = set(home.data())
    for dump in DUMPS:
        if dump.rdf is not None:
            found = set(ox.parse(visitor.get(f"/dumps/{dump.name}").data, format=dump.rdf))
            if dump.rdf.supports_datasets:
                assert found == whole, dump.name
            else:
                assert {q.triple for q in found} == {q.triple for q in whole}


@pytest.mark.parametrize(("name", "kind"), [("communique.csv", DIP.Event),
                                            ("claims.csv", DIP.Claim)])  # fmt: skip
def test_a_table_has_a_row_for_each_thing_and_says_what_its_columns_are(
    visitor: FlaskClient, name: str, kind: URIRef, home: Home
) -> None:
    answer = visitor.get(f"/dumps/{name}")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    (place,) = re.findall(r'<([^>]+)>; rel="describedby"', answer.headers["Link"])
    said = visitor.get(place.removeprefix(BASE))

    store = home.data()
    quads = store.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), ox.NamedNode(kind), None)
    assert {row[next(iter(row))] for row in rows} == {q.subject.value for q in quads}  # type: ignore[union-attr]
    assert said.mimetype == "application/csvm+json"
    assert said.json["url"] == name
    columns = said.json["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == list(rows[0])
    for row in rows:
        for column in columns:
            for cell in row[column["name"]].split(" ") if "separator" in column else []:
                assert column["datatype"] != "anyURI" or cell == "" or cell.startswith("http")


def test_the_catalogue_keeps_what_dcat_ap_asks_for(visitor: FlaskClient) -> None:
    visitor.get("/dumps/SHA256SUMS")
    found = Graph().parse(data=visitor.get("/catalog.ttl").text)

    conforms, _, report = validate(found, shacl_graph=str(Path(__file__).parent / "dcat-ap.ttl"))
    assert conforms, report
    assert (None, RDF.type, DCAT.Catalog) in found
    for distribution in found.objects(DATA_SET, DCAT.distribution):
        address = str(found.value(distribution, DCAT.downloadURL))
        body = visitor.get(address.removeprefix(BASE)).data
        checksum = found.value(distribution, SPDX.checksum)
        assert str(found.value(checksum, SPDX.checksumValue)) == hashlib.sha256(body).hexdigest()
        assert found.value(distribution, DCAT.byteSize) == Literal(
            str(len(body)), datatype="http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
        )


def test_the_numbers_of_the_catalogue_are_those_of_the_data(
    visitor: FlaskClient, home: Home
) -> None:
    found = Graph().parse(data=visitor.get("/catalog.ttl").text)
    whole = {q.triple for q in home.data()}

    assert int(str(found.value(DATA_SET, VOID.triples))) == len(whole)
    assert int(str(found.value(DATA_SET, VOID.distinctSubjects))) == len({t[0] for t in whole})
    assert int(str(found.value(DATA_SET, VOID.properties))) == len({t[1] for t in whole})
    actors = {(t[0], t[2]) for t in whole
              if t[1].value == str(DIP.actor) and "wikidata.org" in str(t[2])}  # fmt: skip
    link_set = URIRef(f"{BASE}/catalog#wikidata-actor")
    assert int(str(found.value(link_set, VOID.triples))) == len(actors)
    assert str(found.value(found.value(DATA_SET, DCTERMS.temporal), DCAT.startDate)) >= "1900"


def test_the_catalogue_is_the_same_in_every_format(visitor: FlaskClient) -> None:
    wanted = set(Graph().parse(data=visitor.get("/catalog.ttl").text))
    for suffix, form in (("rdf", "xml"), ("nt", "nt"), ("jsonld", "json-ld")):
        assert (
            set(Graph().parse(data=visitor.get(f"/catalog.{suffix}").data, format=form)) == wanted
        )


def test_the_endpoint_names_its_graphs(visitor: FlaskClient) -> None:
    said = Graph().parse(data=visitor.get("/sparql", headers={"Accept": "text/turtle"}).text)
    names = {str(n) for n in said.objects(None, SD.name)}

    assert f"{BASE}/id/graph/2018-salisbury-expulsions-txt" in names
    assert (None, SD.defaultGraph, None) in said
