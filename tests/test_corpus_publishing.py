"""Publishing many documents at once: the same store, in the same order, whatever happens to one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from publisher import pipeline
from publisher.documents import Document
from publisher.pipeline import Prepared, publish, publish_corpus
from publisher.store import newest_snapshot, read_snapshot
from publisher.validation import Report

ROOT = Path(__file__).parent.parent
TEXT = "Ghana expelled {} Libyan diplomats on Monday, the foreign ministry said."


def documents(number: int) -> list[Document]:
    return [
        Document(f"t{n}", TEXT.format(n + 2), date(2022, 4, 5), "en", title=f"Text {n}")
        for n in range(number)
    ]


def contents(folder: Path) -> set[str]:
    snapshot = newest_snapshot(folder)
    assert snapshot is not None
    return {str(quad) for quad in read_snapshot(snapshot)}


def test_several_processes_publish_what_one_does_in_the_same_order(tmp_path: Path) -> None:
    texts = documents(8)

    alone = list(publish(texts, tmp_path / "alone"))
    together = list(publish_corpus(iter(texts), tmp_path / "together", jobs=2))

    assert together == alone
    assert contents(tmp_path / "together") == contents(tmp_path / "alone")


def _prepare_or_die(document: Document, base: str) -> Prepared:
    if document.identifier == "t1":
        os.kill(os.getpid(), signal.SIGKILL)
    if document.identifier == "t2":
        time.sleep(60)
    return Prepared(document, [], Report(True))


def test_a_document_that_kills_or_stalls_its_process_is_refused_and_the_others_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "prepare", _prepare_or_die)
    monkeypatch.setattr(pipeline, "_MOST_SECONDS", 8.0)

    done = list(publish_corpus(documents(4), tmp_path, jobs=2))

    assert [d.accepted for d in done] == [True, False, False, True]
    assert "Report it with the text" in done[1].report.to_text()
    assert "TimeoutError" in done[2].report.to_text()


def test_a_document_that_makes_the_reader_fail_is_refused_and_the_others_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = pipeline.map_document

    def fail(document: Document, base: str) -> list[object]:
        if document.identifier == "t1":
            raise ZeroDivisionError("on a Monday")
        return read(document, base)  # type: ignore[return-value]

    monkeypatch.setattr(pipeline, "map_document", fail)

    done = list(publish(documents(3), tmp_path))

    assert [d.accepted for d in done] == [True, False, True]
    assert "ZeroDivisionError: on a Monday" in done[1].report.to_text()


@pytest.fixture
def cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
    ) as found:
        yield found.scheduler_address


def test_the_workers_of_a_dask_cluster_publish_the_same(tmp_path: Path, cluster: str) -> None:
    texts = documents(4)
    alone = list(publish(texts, tmp_path / "alone"))

    together = list(publish_corpus(texts, tmp_path / "together", cluster=cluster))

    assert together == alone
    assert contents(tmp_path / "together") == contents(tmp_path / "alone")


def test_a_cluster_that_does_not_answer_is_told(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text(TEXT.format(2))
    command = [
        sys.executable, "-m", "publisher.cli", "publish", str(text), "--published", "2022-04-05",
        "--data", str(tmp_path / "data"), "--cluster", "tcp://127.0.0.1:9",
    ]  # fmt: skip

    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
