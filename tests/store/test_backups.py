"""A backup holds what was acknowledged, proves itself, and becomes a data folder again."""

from __future__ import annotations

import io
import random
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli import main
from publisher.documents import Document
from publisher.pipeline import base_of, publish
from publisher.store import SnapshotStore, StoreDamaged, StoreError
from publisher.store.backups import back_up, restore
from publisher.store.checking import verify
from tests.faults.conftest import whole
from tests.faults.killing import graphs_of, quads_of

TEXT = "Ghana expelled two Libyan diplomats on Monday, the foreign ministry said."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with SnapshotStore(tmp_path / "data") as store:
        store.replace(graphs_of("oslo"), quads_of("oslo", 1))
    return tmp_path / "data"


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    back_up(folder, tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def test_a_backup_becomes_the_same_store_again(
    backup: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    restore(backup, tmp_path / "again")

    assert caplog.text == ""
    assert whole(tmp_path / "again") == {"oslo": 1}
    with SnapshotStore(tmp_path / "again") as store:
        store.replace(graphs_of("accra"), quads_of("accra", 2))
    assert whole(tmp_path / "again") == {"oslo": 1, "accra": 2}


def test_a_backup_holds_what_was_acknowledged_after_the_last_snapshot(
    folder: Path, tmp_path: Path
) -> None:
    with SnapshotStore(folder) as store:
        store.replace(graphs_of("oslo"), quads_of("oslo", 2))
        store.replace(graphs_of("accra"), quads_of("accra", 3))
        back_up(folder, tmp_path / "backup.tar")

    restore(tmp_path / "backup.tar", tmp_path / "again")

    assert whole(tmp_path / "again") == {"oslo": 2, "accra": 3}


def test_backups_made_while_documents_are_published_are_whole(folder: Path, tmp_path: Path) -> None:
    acknowledged: dict[str, int] = {}
    stop = time.monotonic() + 3

    def write() -> None:
        with SnapshotStore(folder) as store:
            version = 0
            while time.monotonic() < stop:
                version += 1
                name = f"d{version % 5}"
                store.replace(graphs_of(name), quads_of(name, version))
                acknowledged[name] = version
                if version % 4 == 0:
                    store.checkpoint()

    made: list[tuple[Path, dict[str, int]]] = []
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        while not writing.done():
            before, target = dict(acknowledged), tmp_path / f"{len(made)}.tar"
            back_up(folder, target)
            made.append((target, before))
            time.sleep(0.1)
        writing.result()

    assert len(made) > 5
    for target, before in made:
        again = tmp_path / target.stem
        restore(target, again)
        found = whole(again)
        assert all(found[name] >= version for name, version in before.items())


@pytest.mark.parametrize("seed", range(25))
def test_a_byte_flipped_in_a_backup_is_found_and_nothing_restored(
    backup: Path, tmp_path: Path, seed: int
) -> None:
    content = bytearray(backup.read_bytes())
    place = random.Random(seed).randrange(len(content))
    if content[place] == 0 or place > len(content) - 10_240:
        place = random.Random(seed).choice([n for n, b in enumerate(content) if b])
    content[place] ^= 0xFF
    backup.write_bytes(content)

    with pytest.raises(StoreError, match="estore another"):
        restore(backup, tmp_path / "again")

    assert not (tmp_path / "again").exists()
    assert [p.name for p in tmp_path.iterdir() if "restoring" in p.name] == []


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_backup_that_was_cut_short_is_found(backup: Path, tmp_path: Path, part: float) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * part)])

    with pytest.raises(StoreDamaged):
        restore(backup, tmp_path / "again")


def test_a_snapshot_with_a_flipped_byte_makes_no_backup(folder: Path, tmp_path: Path) -> None:
    table = max((folder / "snapshots").glob("*/*.sst"))
    content = bytearray(table.read_bytes())
    content[-1] ^= 0xFF
    table.write_bytes(content)

    with pytest.raises(StoreDamaged, match=table.name):
        back_up(folder, tmp_path / "backup.tar")

    assert [p.name for p in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "name",
    ["../evil", "/tmp/evil", "snapshot/000001/../../../evil", "snapshot/1/..", "lock", "x/1/y"],
)
def test_a_backup_made_by_a_stranger_writes_nowhere_else(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"evil"))

    with pytest.raises(StoreDamaged, match="does not belong"):
        restore(tmp_path / "evil.tar", tmp_path / "again")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_pipes_in_a_backup_are_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo("snapshot/000001/CURRENT")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)

    with pytest.raises(StoreError):
        restore(tmp_path / "evil.tar", tmp_path / "again")


def test_nothing_is_restored_over_what_is_there(folder: Path, backup: Path) -> None:
    with pytest.raises(StoreError, match="has something in it already"):
        restore(backup, folder)

    assert whole(folder) == {"oslo": 1}


def test_the_commands_back_up_restore_and_prove_what_was_published(
    tmp_path: Path, write: Callable[[str, str], Path]
) -> None:
    data, again = tmp_path / "data", tmp_path / "again"
    document = Document("accra.txt", TEXT, date(2022, 4, 5), "en")
    assert all(d.accepted for d in publish([document], data, "http://example.org"))
    run = CliRunner().invoke

    assert run(main, ["backup", str(tmp_path / "b.tar"), "--data", str(data)]).exit_code == 0
    assert run(main, ["restore", str(tmp_path / "b.tar"), "--data", str(again)]).exit_code == 0
    proved = run(main, ["verify", "--data", str(again)])

    assert proved.exit_code == 0
    assert "1 documents, 1 claims, 0 changes to come" in proved.output
    assert base_of(again) == "http://example.org"


def test_verify_says_which_shape_a_document_violates(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert all(d.accepted for d in publish([Document("a.txt", TEXT, date(2022, 4, 5), "en")], data))
    with SnapshotStore(data) as store:
        quads = store.graph("http://localhost:8000/id/graph/a-txt")
        kept = [q for q in quads if not q.predicate.value.endswith("#exact")]
        store.replace(["http://localhost:8000/id/graph/a-txt"], kept)

    proof = verify(data)
    done = CliRunner().invoke(main, ["verify", "--data", str(data)])

    assert not proof.holds
    assert "A claim needs the words it was read from" in proof.problems[0]
    assert done.exit_code == 1


def test_there_is_nothing_to_back_up_before_anything_is_published(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["backup", str(tmp_path / "b"), "--data", str(tmp_path / "x")])

    assert done.exit_code == 1
    assert "nothing is published there" in done.output
