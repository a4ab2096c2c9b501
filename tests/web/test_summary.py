"""Promises about the summary that the lists and pictures are made from."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pyoxigraph as ox
import pytest

from publisher.store import SnapshotStore, StoreError, newest_snapshot
from publisher.store.snapshots import changed_between
from publisher.web import Config, create_app
from publisher.web import summary as module
from publisher.web.reading import Reader
from publisher.web.summary import Summaries, Summary, renew, summarise

PREFIXES = """
@prefix : <http://localhost:8000/id/> . @prefix dip: <https://w3id.org/communique/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix wd: <http://www.wikidata.org/entity/> .
"""


def graph(name: str, issued: str, event: str, count: int, label: str) -> str:
    return f"""<http://localhost:8000/id/graph/{name}> {{
      <http://localhost:8000/id/document/{name}> a dip:Document ; dct:issued "{issued}" .
      <http://localhost:8000/id/claim/{name}-1> a dip:Claim ; dip:reports <{event}> ;
          prov:wasDerivedFrom <http://localhost:8000/id/document/{name}> .
      <{event}> a dip:Event , dip:Expulsion ; dip:actor wd:Q142 ; dip:count {count} .
      wd:Q142 a dip:Actor ; rdfs:label "{label}"@en ; dip:kind "state" .
    }}"""


ONE, OTHER = "urn:event:one", "urn:event:other"
FIRST = [graph("a", "2022-04-05", ONE, 4, "France")]
STEPS = [
    (["b"], [graph("b", "2022-04-03", ONE, 7, "France")]),
    (["c"], [graph("c", "2022-05-01", OTHER, 2, "France")]),
    (["a", "b"], [graph("a", "2022-04-06", OTHER, 9, "République")]),
    (["c"], []),
    (["a"], []),
]


def put(folder: Path, names: list[str], trig: list[str]) -> None:
    quads = list(ox.parse(PREFIXES + "\n".join(trig), format=ox.RdfFormat.TRIG))
    with SnapshotStore(folder) as store:
        store.replace({f"http://localhost:8000/id/graph/{n}" for n in names}, quads)


def told(found: Summary) -> tuple[object, ...]:
    return (
        found.rows, dict(found.labels), dict(found.kinds), list(found.documents.items()),
        found.claims, dict(found.claims_of), dict(found.texts), dict(found.by_event),
    )  # fmt: skip


def test_a_summary_renewed_by_what_changed_is_the_same_as_one_made_anew(tmp_path: Path) -> None:
    put(tmp_path, ["a"], FIRST)
    old = Reader(tmp_path).data()
    held = summarise(old)
    for names, trig in STEPS:
        put(tmp_path, names, trig)
        new = Reader(tmp_path).data()
        graphs = changed_between(tmp_path, old.snapshot, new.snapshot)
        assert graphs == {f"http://localhost:8000/id/graph/{n}" for n in names}

        renewed = renew(held, old, new, graphs)

        assert told(renewed) == told(summarise(new))
        old, held = new, renewed
    assert held.rows == ()


def test_what_is_published_is_counted_at_once(tmp_path: Path) -> None:
    put(tmp_path, ["a"], FIRST)
    summaries = Summaries(Reader(tmp_path))
    assert [row.number for row in summaries.newest().rows] == [4]

    put(tmp_path, ["c"], STEPS[1][1])

    assert [row.number for row in summaries.newest().rows] == [2, 4]


def test_nobody_waits_for_long_while_the_first_summary_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, ["a"], FIRST)
    summaries = Summaries(Reader(tmp_path))
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    assert summaries._lock.acquire()

    with pytest.raises(StoreError, match="Try again"):
        summaries.newest()


def test_the_page_of_an_event_needs_no_summary(tmp_path: Path) -> None:
    here = ONE.replace("urn:event:", "http://localhost:8000/id/event/")
    put(tmp_path, ["a"], [graph("a", "2022-04-05", here, 4, "France")])
    app = create_app(Config(tmp_path))
    summaries: Summaries = app.extensions["communique-summaries"]

    with summaries._lock:
        for place in ("/event/one.html", "/claim/a-1.html", "/document/a.html"):
            page = app.test_client().get(place, headers={"Accept": "text/html"})
            assert (page.status_code, "Expulsion: France" in page.text) == (200, True)
    assert summaries.held() is None


def test_a_summary_that_takes_long_is_made_beside_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, ["a"], FIRST)
    summaries = Summaries(Reader(tmp_path))
    first = summaries.newest()
    monkeypatch.setattr(module, "_REST", 0)
    summaries._costs = dict.fromkeys((True, False), 2 * module._AT_ONCE)
    going_on, done = Event(), Event()

    def slow(*given: object) -> Summary:
        going_on.wait(5)
        done.set()
        return summarise(Reader(tmp_path).data())

    monkeypatch.setattr(module, "renew", slow)
    put(tmp_path, ["c"], STEPS[1][1])

    assert summaries.newest() is first
    going_on.set()
    assert done.wait(5)
    with summaries._lock:
        assert len(summaries.newest().rows) == 2
        assert newest_snapshot(tmp_path) is not None
