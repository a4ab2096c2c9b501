"""A disk that fills up, for real: a small file system in memory that only this test sees."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]
MOUNT = 'mount -t tmpfs -o size=40m tmpfs "$1" && exec "$2" -m tests.faults.filling "$1"'


def can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        [*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("disk")
    if not can_mount(folder):
        pytest.skip("needs unshare(1) and user namespaces, to have a file system of its own")
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", MOUNT, "sh", str(folder), sys.executable],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_disk_that_runs_full_refuses_the_change_and_keeps_all_before(
    told: dict[str, object],
) -> None:
    assert "MiB are free" in str(told["refused"])
    assert told["kept"] == told["acknowledged"]


def test_a_disk_that_others_fill_to_the_last_byte_loses_nothing(told: dict[str, object]) -> None:
    assert "MiB are free" in str(told["write at zero"])
    assert "no room" in str(told["open at zero"]).lower()
    assert "raceback" not in str(told["open at zero"])


def test_a_journal_that_the_disk_cuts_off_is_as_before(told: dict[str, object]) -> None:
    assert "no room" in str(told["journal at zero"]).lower()
    assert told["journal after"] == told["journal before"]


def test_with_room_again_everything_acknowledged_is_there(told: dict[str, object]) -> None:
    assert told["with room"] == told["acknowledged"]
