"""Looking after data that another engine keeps: prove it, back it up, bring it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from publisher.cli import main
from publisher.documents import Document
from publisher.pipeline import base_of
from publisher.store import newest_snapshot, read_snapshot
from publisher.vocabulary import OA
from tests.homes import FOLDER, Home, Homes

TEXT = "Ghana expelled two Libyan diplomats on Monday, the foreign ministry said."
BASE = "http://upkeep.example"
GRAPH = f"{BASE}/id/graph/accra-txt"


def documents() -> list[Document]:
    return [
        Document(name, TEXT, date(2022, 4, 5), "en", title=f'"{name}" \\ \n é 𝄞')
        for name in ("accra.txt", "tripoli.txt")
    ]


@pytest.fixture
def home(homes: Homes) -> Iterator[Home]:
    if homes.kind == FOLDER:
        pytest.skip("a folder is looked after in tests/store/test_backups.py")
    with homes(base=BASE) as found:
        found.publish(documents())
        yield found


def run(command: str, *words: object, home: Home) -> Result:
    told = [command, *map(str, words), "--data", str(home.folder), "--store", home.address]
    return CliRunner().invoke(main, told)


def values(quads: Iterator[ox.Quad]) -> set[tuple[object, ...]]:
    """What quads say; engines differ in how they write a number."""
    return {(q.subject, q.predicate, getattr(q.object, "value", ""), q.graph_name) for q in quads}


def test_what_an_engine_holds_is_proved(home: Home) -> None:
    proved = run("verify", home=home)

    assert proved.exit_code == 0, proved.output
    assert "2 documents, 2 claims" in proved.output
    assert "every document conforms" in proved.output


def test_what_an_engine_holds_is_not_proved_where_a_document_is_not_whole(home: Home) -> None:
    kept = [q for q in home.graph(GRAPH) if q.predicate.value != str(OA.exact)]
    with home.writer() as writer:
        writer.replace([GRAPH, f"{BASE}/id/graph/tripoli-txt"], kept)

    proved = run("verify", home=home)

    assert proved.exit_code == 1
    assert "A claim needs the words it was read from" in proved.output
    assert "tripoli-txt: tells where claims come from that are not there" in proved.output


def test_a_backup_of_an_engine_fills_an_empty_one_and_makes_a_folder(
    home: Home, tmp_path: Path
) -> None:
    assert home.store
    file, before = tmp_path / "b.tar", values(iter(home.store))
    assert run("backup", file, home=home).exit_code == 0

    full = run("restore", file, home=home)
    home.store.replace([*home.store.graphs(), f"{BASE}/catalog#state"], [])
    empty = run("restore", file, home=home)
    alone = CliRunner().invoke(main, ["restore", str(file), "--data", str(tmp_path / "again")])

    assert (full.exit_code, "has something below" in full.output) == (1, True)
    assert (empty.exit_code, alone.exit_code) == (0, 0), empty.output + alone.output
    assert values(iter(home.store)) == before
    snapshot = newest_snapshot(tmp_path / "again")
    assert snapshot
    assert values(iter(read_snapshot(snapshot))) == before
    assert base_of(tmp_path / "again") == base_of(home.folder) == BASE
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_restore_that_was_cut_short_can_be_begun_again(home: Home, tmp_path: Path) -> None:
    assert home.store
    file, before = tmp_path / "b.tar", values(iter(home.store))
    assert run("backup", file, home=home).exit_code == 0
    home.store.replace([GRAPH, f"{BASE}/catalog#state"], [])

    assert run("restore", file, home=home).exit_code == 0

    assert values(iter(home.store)) == before


def test_there_is_nothing_to_prove_or_back_up_before_anything_is_published(
    homes: Homes, tmp_path: Path
) -> None:
    if homes.kind == FOLDER:
        pytest.skip("a folder is looked after in tests/store/test_backups.py")
    with homes(base="http://nothing.example") as empty:
        proved = run("verify", home=empty)
        backed = run("backup", tmp_path / "b.tar", home=empty)

    assert (proved.exit_code, backed.exit_code) == (1, 1)
    assert "nothing is published there" in proved.output
    assert not (tmp_path / "b.tar").exists()


def test_the_static_edition_is_written_from_an_engine(
    request: pytest.FixtureRequest, home: Home, homes: Homes, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if homes.kind != "oxigraph" or not request.config.getoption("everywhere"):
        pytest.skip("ten thousand pages take minutes: with --everywhere, from one engine")
    monkeypatch.setattr("publisher.store.remote._FRESH", 60.0)  # nobody writes meanwhile
    told = run("export", "--static", tmp_path / "site", "--base", BASE, home=home)

    assert told.exit_code == 0, told.output
    for kind, number in (("document", 2), ("claim", 2), ("extraction", 2)):
        found = (tmp_path / "site" / kind).glob("*.nt")
        files = [file for file in found if "." not in file.stem]  # not by another profile
        assert len(files) == number
        for file in files:
            subject = ox.NamedNode(f"{BASE}/id/{kind}/{file.stem}")
            told_of = {q.subject for q in ox.parse(path=str(file), format=ox.RdfFormat.N_TRIPLES)}
            assert subject in told_of
    assert (tmp_path / "site" / "dumps" / "communique.nq.gz").is_file()
