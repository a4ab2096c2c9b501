"""Flipped bytes, missing files, a second writer, a clock that runs backwards."""

from __future__ import annotations

import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.store import (
    QueryPool,
    SnapshotStore,
    StoreDamaged,
    StoreError,
    StoreLocked,
    newest_snapshot,
    snapshots,
    writer,
)
from publisher.store.checking import verify
from tests.faults.conftest import whole
from tests.faults.killing import graphs_of, quads_of

Publish = Callable[..., Path]


def flip(path: Path, seed: int = 0) -> None:
    """Turn one byte of a file over."""
    content = bytearray(path.read_bytes())
    content[random.Random(seed).randrange(len(content))] ^= 0xFF
    path.unlink()  # the same bytes can be a file of several snapshots
    path.write_bytes(content)


def open_and_close(folder: Path) -> None:
    with SnapshotStore(folder):
        pass


@pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*"])
@pytest.mark.parametrize("fault", [flip, Path.unlink])
def test_a_damaged_live_store_is_made_again_from_the_snapshot_and_says_so(
    crashed: Path, pattern: str, fault: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    for path in (crashed / "live").glob(pattern):
        fault(path)

    with caplog.at_level(logging.WARNING):
        open_and_close(crashed)

    assert whole(crashed) == {"oslo": 3, "accra": 2}
    assert "made again from snapshot 000001 and the journal" in caplog.text


@pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*", "*"])
def test_a_live_store_that_is_gone_is_made_again_with_what_the_journal_holds(
    crashed: Path, pattern: str
) -> None:
    for path in (crashed / "live").glob(pattern):
        path.unlink()

    open_and_close(crashed)

    assert whole(crashed) == {"oslo": 3, "accra": 2}


def test_a_folder_without_a_live_store_is_not_taken_for_an_empty_one(crashed: Path) -> None:
    shutil.rmtree(crashed / "live")

    open_and_close(crashed)

    assert whole(crashed) == {"oslo": 3, "accra": 2}


def test_what_the_journal_says_of_before_a_snapshot_is_not_made_again(publish: Publish) -> None:
    folder = publish(oslo=1)
    with SnapshotStore(folder) as store:
        store.replace(graphs_of("oslo"), quads_of("oslo", 2))
        old = (folder / "journal").read_bytes()
        store.replace(graphs_of("oslo"), quads_of("oslo", 3))
    (folder / "journal").write_bytes(old)

    open_and_close(folder)

    assert whole(folder) == {"oslo": 3}


def test_damage_of_live_store_and_snapshot_is_told_with_what_to_do(publish: Publish) -> None:
    folder = publish(oslo=1)
    snapshot = newest_snapshot(folder)
    assert snapshot is not None
    for path in (*(folder / "live").glob("MANIFEST*"), *snapshot.path.glob("MANIFEST*")):
        flip(path)

    with pytest.raises(StoreDamaged, match=r"in snapshot 00.*MANIFEST.*communique restore"):
        open_and_close(folder)


@pytest.mark.parametrize("seed", range(40))
def test_one_flipped_byte_anywhere_is_mended_or_told(crashed: Path, seed: int) -> None:
    """Nothing wrong is ever served as right: the data is whole, or an error names the file."""
    files = sorted(p for p in crashed.rglob("*") if p.is_file() and p.stat().st_size)
    flip(random.Random(seed).choice(files), seed)

    found, said = {}, ""
    try:
        open_and_close(crashed)
        found = whole(crashed)
    except (StoreError, RuntimeError) as error:
        said = str(error)

    told = str(crashed) in said and ("estore" in said or "checksum mismatch" in said)
    assert told or found == {"oslo": 3, "accra": 2}


def test_verify_names_every_file_that_is_not_what_was_written(publish: Publish) -> None:
    folder = publish(oslo=1)
    assert not [p for p in verify(folder).problems if "SHA-256" in p]
    snapshot = newest_snapshot(folder)
    assert snapshot is not None
    options = next(snapshot.path.glob("OPTIONS*"))
    flip(options)

    assert f"{options}: not what was written (SHA-256)." in verify(folder).problems


def test_verify_finds_quads_that_nobody_wrote(publish: Publish) -> None:
    folder = publish(oslo=1)
    description = next((folder / "snapshots").glob("*/snapshot.json"))
    said = description.read_text()
    right = len(quads_of("oslo", 1))
    assert f'"quads": {right}' in said
    description.write_text(said.replace(f'"quads": {right}', f'"quads": {right - 1}'))
    os.utime(description.parent, (0, 0))

    problems = verify(folder).problems
    assert any(f"{right} quads, and {right - 1} were written" in p for p in problems)


def test_a_snapshot_that_cannot_be_read_is_told_to_who_asks(publish: Publish) -> None:
    folder = publish(oslo=1)
    snapshot = newest_snapshot(folder)
    assert snapshot is not None
    for path in snapshot.path.glob("*.sst"):
        flip(path)
        path.write_bytes(path.read_bytes()[:100])
    pool = QueryPool(folder, 1)

    with pytest.raises(StoreError, match="cannot be read"):
        pool.query("ASK {}")

    pool.close()


def test_the_name_of_the_newest_snapshot_is_found_again(publish: Publish) -> None:
    folder = publish(oslo=1)
    (folder / "newest").write_bytes(b"\xff\x00")

    assert whole(folder) == {"oslo": 1}
    open_and_close(folder)
    assert (folder / "newest").read_text().isdecimal()
    assert whole(folder) == {"oslo": 1}


def test_a_second_writer_is_sent_away_and_the_first_goes_on(publish: Publish) -> None:
    folder = publish(oslo=1)
    code = (
        "import sys; from pathlib import Path; from publisher.store import SnapshotStore\n"
        "SnapshotStore(Path(sys.argv[1]))"
    )
    with SnapshotStore(folder) as store:
        with pytest.raises(StoreLocked, match="another process is publishing"):
            SnapshotStore(folder)
        other = subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False
        )
        store.replace(graphs_of("accra"), quads_of("accra", 2))

    assert "StoreLocked" in other.stderr
    assert whole(folder) == {"oslo": 1, "accra": 2}


def test_a_clock_that_is_set_back_never_makes_a_snapshot_older_than_the_one_before(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = publish(oslo=1)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) - timedelta(days=400)

    monkeypatch.setattr(writer, "datetime", Earlier)
    with SnapshotStore(folder) as store:
        store.replace(graphs_of("accra"), quads_of("accra", 2))

    first, second = snapshots(folder)
    assert second.number > first.number
    assert second.created >= first.created
    assert newest_snapshot(folder) == second
    assert whole(folder) == {"oslo": 1, "accra": 2}


def test_files_with_times_to_come_do_no_harm(publish: Publish) -> None:
    folder = publish(oslo=1)
    for path in folder.rglob("*"):
        os.utime(path, (4e9, 4e9))

    open_and_close(folder)

    assert whole(folder) == {"oslo": 1}
