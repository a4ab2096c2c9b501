"""Promises to who keeps a copy, and to who asks how things were."""

from __future__ import annotations

import re
import time
from email.utils import format_datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from publisher.store import SnapshotStore, read_snapshot, snapshots
from publisher.vocabulary import AS, DCTERMS, LDES, RDF, TREE
from publisher.web import Config, create_app
from publisher.web import changes as changing

BASE = "http://localhost:8000"
EVENT = """
@prefix dip: <https://w3id.org/communique/ontology#> .
<{base}/id/graph/{n}> {{ <{base}/id/event/{n}> a dip:Event ; dip:count {count} . }}"""


def put(folder: Path, n: int, count: int) -> None:
    quads = list(ox.parse(EVENT.format(base=BASE, n=n, count=count), format=ox.RdfFormat.TRIG))
    with SnapshotStore(folder) as store:
        store.replace({f"{BASE}/id/graph/{n}"}, quads)


def remove(folder: Path, n: int) -> None:
    with SnapshotStore(folder) as store:
        store.replace({f"{BASE}/id/graph/{n}"}, [])


@pytest.fixture
def visitor(tmp_path: Path) -> FlaskClient:
    put(tmp_path, 1, 10)
    return create_app(Config(tmp_path, BASE)).test_client()


@pytest.fixture
def folder(visitor: FlaskClient) -> Path:
    return visitor.application.extensions["communique"].config.data


class Copy:
    """A copy of the data that follows the stream from page to page, as any client would."""

    def __init__(self, visitor: FlaskClient) -> None:
        self.visitor = visitor
        self.place = "/changes"
        self.graphs: dict[str, set[ox.Triple]] = {}
        self.seen: set[str] = set()

    def follow(self) -> int:
        """Read from the last page on; give how many members were new."""
        before = len(self.seen)
        place: str | None = self.place
        while place:
            self.place = place
            place = self._read(place)
        return len(self.seen) - before

    def _read(self, place: str) -> str | None:
        answer = self.visitor.get(place, headers={"Accept": "application/trig"})
        assert answer.status_code == 200, answer.text
        page = ox.Dataset(ox.parse(answer.data, format=ox.RdfFormat.TRIG))
        default = ox.DefaultGraph()

        def value(subject: object, predicate: object) -> str | None:
            found = list(page.quads_for_subject(subject))  # type: ignore[arg-type]
            return next(
                (q.object.value for q in found if q.predicate.value == str(predicate)), None
            )  # type: ignore[union-attr]

        members = [q.object for q in page if q.predicate.value == str(TREE.member)]
        members.sort(key=lambda m: value(m, DCTERMS.modified) or "")
        for member in members:
            assert isinstance(member, ox.NamedNode)
            graph = value(member, DCTERMS.isVersionOf)
            assert graph
            self.seen.add(member.value)
            if value(member, RDF.type) == str(AS.Delete):
                self.graphs.pop(graph, None)
            else:
                self.graphs[graph] = {q.triple for q in page if q.graph_name == member}
        relations = [q.object for q in page.quads_for_graph_name(default)
                     if q.predicate.value == str(TREE.node)]  # fmt: skip
        return relations[0].value.removeprefix(BASE) if relations else None


def held(folder: Path) -> dict[str, set[ox.Triple]]:
    found: dict[str, set[ox.Triple]] = {}
    for quad in read_snapshot(snapshots(folder)[-1]):
        found.setdefault(quad.graph_name.value, set()).add(quad.triple)  # type: ignore[union-attr]
    return found


def test_a_copy_that_follows_the_stream_stays_in_step(
    visitor: FlaskClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PAGE", 3)
    for n in range(2, 9):
        put(folder, n, n)
    copy = Copy(visitor)
    assert copy.follow() == 8
    assert copy.graphs == held(folder)
    assert copy.follow() == 0

    put(folder, 2, 99)
    remove(folder, 3)
    put(folder, 20, 20)
    assert copy.follow() == 3
    assert copy.graphs == held(folder)
    late = Copy(visitor)
    late.follow()
    assert late.graphs == held(folder)


def test_a_copy_stays_in_step_over_more_changes_than_snapshots_are_kept(
    visitor: FlaskClient, folder: Path
) -> None:
    copy = Copy(visitor)
    copy.follow()
    for n in range(2, 15):
        put(folder, n, n)
    remove(folder, 2)
    copy.follow()

    assert copy.graphs == held(folder)


def test_a_copy_stays_in_step_where_the_history_was_lost(
    visitor: FlaskClient, folder: Path
) -> None:
    copy = Copy(visitor)
    copy.follow()
    (folder / "history.jsonl").write_text("{cut sho", encoding="utf-8")
    put(folder, 1, 7)
    put(folder, 4, 8)
    copy.follow()

    assert copy.graphs == held(folder)


def test_a_copy_stays_in_step_where_a_line_of_the_history_was_never_written(
    visitor: FlaskClient, folder: Path
) -> None:
    copy = Copy(visitor)
    copy.follow()
    history = folder / "history.jsonl"
    before = history.read_text(encoding="utf-8")
    put(folder, 2, 7)
    remove(folder, 1)
    history.write_text(before, encoding="utf-8")
    copy.follow()
    assert copy.graphs.keys() - held(folder).keys() <= {f"{BASE}/id/graph/1"}
    assert copy.graphs.items() >= held(folder).items()

    put(folder, 3, 8)
    put(folder, 2, 9)
    copy.follow()

    assert copy.graphs == held(folder)


def test_the_stream_says_what_it_keeps_and_how_it_is_ordered(visitor: FlaskClient) -> None:
    page = list(ox.parse(visitor.get("/changes.nq").data, format=ox.RdfFormat.N_QUADS))
    said = {(q.predicate.value, getattr(q.object, "value", "")) for q in page}

    assert (str(RDF.type), str(LDES.EventStream)) in said
    assert (str(LDES.timestampPath), str(DCTERMS.modified)) in said
    assert (str(LDES.versionOfPath), str(DCTERMS.isVersionOf)) in said
    assert (str(LDES.amount), "1") in said
    assert visitor.get("/changes?format=ttl").status_code == 406
    assert visitor.get("/changes", headers={"Accept": "image/png"}).status_code == 406


# Memento


@pytest.fixture
def moments(visitor: FlaskClient, folder: Path) -> list[str]:
    """Three states in three seconds: one expelled ten, eleven, twelve; the last adds another."""
    for count in (11, 12):
        time.sleep(1.1)
        put(folder, 1, count)
    put(folder, 2, 1)
    return [format_datetime(s.created, usegmt=True) for s in snapshots(folder)]


def test_the_past_is_found_by_asking_for_a_moment(visitor: FlaskClient, moments: list[str]) -> None:
    for moment, count in zip(moments[:2], (10, 11)):
        gate = visitor.get("/event/1.ttl", headers={"Accept-Datetime": moment})
        assert gate.status_code == 302
        assert "accept-datetime" in gate.headers["Vary"].lower()
        memento = visitor.get(gate.headers["Location"])
        assert memento.headers["Memento-Datetime"] == moment
        assert f"count {count}" in memento.text
        for relation in ("original timegate", "timemap", "first memento", "last memento"):
            assert f'rel="{relation}"' in memento.headers["Link"]
        assert "immutable" in memento.headers["Cache-Control"]
    long_ago = {"Accept-Datetime": "Thu, 01 Jan 1970 00:00:00 GMT"}
    first = visitor.get("/event/1.ttl", headers=long_ago, follow_redirects=True)
    assert "count 10" in first.text
    assert visitor.get("/event/1.ttl", headers={"Accept-Datetime": "soon"}).status_code == 400


def test_what_was_not_there_yet_has_no_earlier_memento(
    visitor: FlaskClient, moments: list[str]
) -> None:
    gate = visitor.get("/event/2.ttl", headers={"Accept-Datetime": moments[0]})
    assert visitor.get(gate.headers["Location"]).headers["Memento-Datetime"] == moments[-1]


def test_the_time_map_lists_every_moment(visitor: FlaskClient, moments: list[str]) -> None:
    now = visitor.get("/event/1.ttl")
    (place,) = re.findall(r'<([^>]+)>; rel="timemap"', now.headers["Link"])

    listed = visitor.get(place.removeprefix(BASE))
    assert listed.mimetype == "application/link-format"
    mementos = re.findall(r'<([^>]+)>; rel="[a-z ]*memento"; datetime="([^"]+)"', listed.text)
    assert [when for _, when in mementos] == sorted(set(moments), key=moments.index)
    for address, when in mementos:
        answer = visitor.get(address.removeprefix(BASE))
        assert answer.headers["Memento-Datetime"] == when
    assert visitor.get("/timemap/event/none.ttl").status_code == 404
    assert visitor.get("/memento/19700101000000/event/1.ttl").status_code == 404
