"""A writer that is killed loses nothing that it acknowledged, and leaves nothing by half."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from publisher.store import SnapshotStore, newest_snapshot, read_snapshot
from publisher.store.checking import verify
from tests.faults.killing import DOCUMENTS

ROOT = Path(__file__).parents[2]
ROUNDS = 50
SEEDS = (1, 2, 3, 4)


def test_two_hundred_kills_at_random_moments_lose_nothing_acknowledged(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killing", f"{tmp_path}/{s}", str(ROUNDS), str(s)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for s in SEEDS
    ]
    rounds = [
        json.loads(line) for p in processes for line in p.communicate(timeout=400)[0].splitlines()
    ]

    assert len(rounds) == len(SEEDS) * ROUNDS
    assert [r["error"] for r in rounds if "error" in r] == []
    for seen in rounds:
        for name, version in seen["acknowledged"].items():
            assert seen["found"][name] in (version, version + DOCUMENTS), (name, seen)
    assert max(len(r["found"]) for r in rounds) > DOCUMENTS // 2
    for seed in SEEDS:
        proof = verify(tmp_path / str(seed))
        assert not [p for p in proof.problems if "shape" not in p]


def articles(path: Path, number: int) -> Path:
    """JSON lines that read quickly."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(number):
            text = f"Ghana expelled {n + 2} Libyan diplomats on Monday, the ministry said."
            said = {"id": f"a{n}", "text": text, "published": "2022-04-05", "language": "en"}
            file.write(json.dumps(said) + "\n")
    return path


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_load_that_is_cut_short_keeps_what_it_acknowledged(
    tmp_path: Path, number: signal.Signals
) -> None:
    source, data, log = articles(tmp_path / "a.jsonl", 3_000), tmp_path / "data", tmp_path / "log"
    command = [sys.executable, "-m", "publisher.cli", "publish", "--data", str(data), str(source)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stderr=out, cwd=ROOT)
    deadline = time.monotonic() + 200
    while log.read_bytes().count(b" claim") < 40 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    process.wait(30)

    said = log.read_text()
    acknowledged = {
        line.split(":")[0] for line in said.splitlines() if line.endswith(("claim", "claims"))
    }
    with SnapshotStore(data):
        pass
    newest = newest_snapshot(data)
    assert newest is not None
    graphs = {q.graph_name.value for q in read_snapshot(newest)}
    found = {name.rsplit("/", 1)[-1] for name in graphs if "/id/" in name}
    assert 40 <= len(acknowledged) < 3_000
    assert acknowledged <= found
    assert len(found - acknowledged) <= 1
    assert verify(data).holds
    assert "Traceback" not in said


class Interrupted:
    """A live store at whose n-th call somebody presses Ctrl-C."""

    def __init__(self, store: Any, call: int) -> None:
        self._store, self._left = store, call

    def __getattr__(self, name: str) -> Any:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt
        return getattr(self._store, name)


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_an_interrupt_in_the_midst_of_a_change_leaves_it_whole(tmp_path: Path, call: int) -> None:
    def quads(*objects: str, name: str = "g") -> list[ox.Quad]:
        graph, says = ox.NamedNode(f"http://e.org/{name}"), ox.NamedNode("http://e.org/says")
        return [ox.Quad(graph, says, ox.Literal(o), graph) for o in objects]

    with SnapshotStore(tmp_path) as store:
        store.replace(["http://e.org/g"], quads("first", "only"))
        store.checkpoint()
        store.replace(["http://e.org/h"], quads("another", name="h"))
        store._store = Interrupted(store._store, call)
        with pytest.raises(KeyboardInterrupt):
            store.replace(["http://e.org/g"], quads("second"))

    assert verify(tmp_path).holds
    with SnapshotStore(tmp_path) as store:
        assert store.graph("http://e.org/g") == quads("second")
    assert verify(tmp_path).holds


def test_a_folder_from_which_the_power_was_cut_is_whole(tmp_path: Path) -> None:
    """The engine's own log may not have reached the disk; the journal has."""
    from publisher.documents import Document
    from publisher.pipeline import publish

    data, lost = tmp_path / "data", tmp_path / "lost"
    text = "Ghana expelled two Libyan diplomats on Monday, the foreign ministry said."
    documents = [Document(f"t{n}", text, date(2022, 4, 5), "en") for n in range(4)]
    for number, _ in enumerate(publish(documents, data)):
        if number == 3:  # as the disk is after the last acknowledgement
            subprocess.run(["cp", "-a", str(data), str(lost)], check=True)
    for log in (lost / "live").glob("*.log"):
        log.write_bytes(b"")

    with SnapshotStore(lost):
        pass

    proof = verify(lost)
    assert (proof.holds, proof.documents) == (True, 4)
