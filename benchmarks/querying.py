"""Measure queries over HTTP against pyoxigraph in memory and, where it is installed, Virtuoso 7.

One million quads of :mod:`benchmarks.events`, in one run. Ours is the real server; each of its
first answers is asked with a comment of its own, so that it comes from no cache, and each second
answer is the same query again. pyoxigraph answers in this process, from memory, without HTTP, the
same triples as one graph, and writes the same JSON. Each figure is the best of several rounds, the
sides taking turns, after one round to warm up; an engine that cannot answer is left out.

What was tried, and what came of it, is in ``querying.md``.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import requests

from benchmarks.engines import free_port, running, virtuoso
from benchmarks.events import documents
from benchmarks.mapping import Row
from publisher.store import SnapshotStore

__all__ = ["measure"]

HERE = Path(__file__).parent
QUADS = 1_000_000
ROUNDS = 7
JSON = "application/sparql-results+json"


def measure(quads: int = QUADS) -> Iterator[Row]:
    """Give the rows: each query by each engine, then what happens while documents are published."""
    queries = {p.stem: p.read_text("utf-8") for p in sorted((HERE / "queries").glob("*.rq"))}
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        folder = Path(place)
        triples = _fill(folder / "data", quads)
        memory = ox.Store()
        memory.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES)
        ours = stack.enter_context(_ours(folder / "data"))
        sides: dict[str, Callable[[str], object]] = {
            "ours": lambda text: _ask(ours, text),
            "memory": lambda text: memory.query(text).serialize(format=ox.QueryResultsFormat.JSON),  # type: ignore[union-attr]
        }
        if shutil.which("virtuoso-t"):
            theirs = stack.enter_context(_virtuoso(folder, folder / "data"))
            sides["virtuoso"] = lambda text: _ask(theirs, text)
        for name, text in queries.items():
            yield _row(name, text, sides, ours)
        yield from _while_publishing(folder / "data", ours, queries)


def _fill(folder: Path, quads: int) -> bytes:
    """Publish the documents, and give their triples."""
    said: dict[ox.Triple, None] = {}
    names: list[str] = []
    batch: list[ox.Quad] = []
    with SnapshotStore(folder) as store:
        for graphs, found in documents(quads):
            said.update(dict.fromkeys(q.triple for q in found))
            names += graphs
            batch += found
            if len(batch) > 50_000:
                store.replace(names, batch)
                names, batch = [], []
        store.replace(names, batch)
    (folder / "base").write_text("http://localhost:8000\n")
    return ox.serialize(said, format=ox.RdfFormat.N_TRIPLES)


def _row(name: str, text: str, sides: dict[str, Callable[[str], object]], ours: str) -> Row:
    times: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(ROUNDS + 1):
        for side, ask in sides.items():
            with contextlib.suppress(requests.HTTPError):
                times[side].append(_seconds(partial(ask, f"{text}# {number}\n")))
    again = min(_seconds(lambda: _ask(ours, f"{text}# 0\n")) for _ in range(ROUNDS)) * 1000
    best = {side: min(found[1:]) * 1000 for side, found in times.items() if found}
    others = [side for side in best if side != "ours"]
    return Row(
        f"query: {name}",
        f"{best['ours']:.1f} ms, again {again:.1f} ms",
        ", ".join(f"{side} {best[side]:.1f} ms" for side in others),
        "; ".join(f"{best['ours'] / best[side]:.2f}" for side in others),
        "at most 1.3; 1.0",
    )


def _while_publishing(folder: Path, ours: str, queries: dict[str, str]) -> Iterator[Row]:
    """Eight clients at once, first alone, then while a document a second is published."""
    texts = list(queries.values())
    alone = _eight(ours, texts)
    done = False

    def publish() -> list[float]:
        times = []
        with SnapshotStore(folder) as store:
            for graphs, found in documents(QUADS, seed=2):
                if done:
                    return times
                began = time.perf_counter()
                store.replace(graphs, found)
                store.checkpoint()
                times.append(time.perf_counter() - began)
                time.sleep(max(0.0, 1 - times[-1]))
        return times

    with ThreadPoolExecutor(1) as threads:
        publishing = threads.submit(publish)
        time.sleep(1)
        busy = _eight(ours, texts)
        done = True
        times = publishing.result()
    yield Row(
        "eight clients while documents are published",
        f"{busy:.0f} answers/s",
        f"without {alone:.0f} answers/s",
        f"{busy / alone:.2f}",
        "at least 0.8",
    )
    yield Row(
        "store and snapshot of a document",
        f"{statistics.median(times) * 1000:.0f} ms",
        "",
        "",
        "at most 250 ms",
    )


def _eight(ours: str, texts: list[str], seconds: float = 10.0) -> float:
    """How many answers eight clients get in a second, none from a cache."""
    numbers = count(int(time.time() * 1000))
    until = time.monotonic() + seconds

    def client(_: int) -> int:
        answered = 0
        with requests.Session() as session:
            while time.monotonic() < until:
                number = next(numbers)
                _ask(ours, f"{texts[number % len(texts)]}# {number}\n", session)
                answered += 1
        return answered

    with ThreadPoolExecutor(8) as threads:
        return sum(threads.map(client, range(8))) / seconds


def _ask(address: str, text: str, session: requests.Session | None = None) -> bytes:
    answer = (session or _SESSION).get(address, params={"query": text}, headers={"Accept": JSON})
    answer.raise_for_status()
    return answer.content


_SESSION = requests.Session()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextlib.contextmanager
def _ours(folder: Path) -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable, "-m", "publisher.cli", "serve", "--data", str(folder), "--port", str(port),
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}/sparql"
    with running(command, address, HERE.parent):
        yield address


@contextlib.contextmanager
def _virtuoso(folder: Path, data: Path) -> Iterator[str]:
    """Virtuoso with the same graphs, loaded by its own loader."""
    with SnapshotStore(data) as store:
        store.dump(folder / "all.nq")
    with virtuoso(folder, buffers=170_000) as engine:
        loading = (
            f"DB.DBA.TTLP_MT(file_open('{folder}/all.nq'), '', 'http://localhost/none', 512);"
            "checkpoint;"
        )
        subprocess.run(
            ["isql-vt", str(engine.sql), engine.user, engine.password, f"exec={loading}"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        yield engine.address.removesuffix("-auth")
