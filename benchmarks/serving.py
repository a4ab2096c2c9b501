"""Measure serving against nginx with the same bytes, and the first answer about an event.

The server runs as users run it; nginx (Debian's) serves the bytes of the representation as a file
with one worker; wrk asks both over 8 connections from one core, the two taking turns, and the best
round of each counts. The first answer is timed at a store of a million quads, of
events that nobody asked for before. What is not installed is left out.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import requests

from benchmarks.engines import free_port, running
from benchmarks.mapping import ROOT, Row
from publisher.documents import read_documents
from publisher.pipeline import map_document, publish
from publisher.store import SnapshotStore
from publisher.vocabulary import DIP

__all__ = ["measure"]

ROUNDS = 5
SECONDS = 2
QUADS = 1_000_000
FIRST = 200
BASE = "http://localhost:8000"
SEED = ROOT / "seeds" / "2018-salisbury-expulsions.txt"
EVENT = "/event/2018-03-26-expulsion-united-states-russia.ttl"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; types {{ text/turtle ttl; }} keepalive_requests 1000000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; root {folder}/html; }}
}}
"""


def measure() -> Iterator[Row]:
    """Give the rows."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        list(publish(read_documents(SEED), data, BASE))
        if shutil.which("wrk") and shutil.which("nginx"):
            yield _cached(Path(folder), data)
        _fill(data)
        yield _uncached(data)


def _cached(folder: Path, data: Path) -> Row:
    (folder / "html").mkdir()
    folder.chmod(0o755)
    port = free_port()
    with _serving(data) as ours:
        (folder / "html" / "event.ttl").write_bytes(requests.get(ours + EVENT, timeout=10).content)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
        with running(["nginx", "-c", str(folder / "nginx.conf")], f"http://127.0.0.1:{port}"):
            theirs = f"http://127.0.0.1:{port}/event.ttl"
            rounds = [(_rate(ours + EVENT), _rate(theirs)) for _ in range(ROUNDS)]
    fastest = [max(side) for side in zip(*rounds)]
    ratio = fastest[0] / fastest[1]
    return Row(
        "a cached Turtle representation, 8 connections", f"{fastest[0]:,.0f} requests/s",
        f"nginx, the same bytes as a file: {fastest[1]:,.0f} requests/s", f"{ratio:.2f}",
        "at least 0.5",
    )  # fmt: skip


def _rate(address: str) -> float:
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", told)
    return float(rate)


def _uncached(data: Path) -> Row:
    store = ox.Store.read_only(str(max((data / "snapshots").glob("[0-9]*"))))
    size, event = len(store), ox.NamedNode(str(DIP.Event))
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    found = sorted({q.subject.value for q in store.quads_for_pattern(None, kind, event, None)})
    chosen = found[:: max(1, len(found) // FIRST)][:FIRST]
    del store
    with _serving(data) as root, requests.Session() as session:
        session.get(f"{root}/event/{chosen.pop().rsplit('/', 1)[-1]}.ttl", timeout=60)
        times = []
        for iri in chosen:
            began = time.perf_counter()
            answer = session.get(f"{root}/event/{iri.rsplit('/', 1)[-1]}.ttl", timeout=60)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
    middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return Row(
        f"the first Turtle of an event, {size:,} quads", f"{middle:.1f} ms (19 of 20: {late:.1f})",
        "", "", "within 10 ms",
    )  # fmt: skip


def _fill(data: Path) -> None:
    """Publish the seed under many names, each with events of its own, up to a million quads."""
    (document,) = read_documents(SEED)
    lines = ox.serialize(map_document(document, BASE), format=ox.RdfFormat.N_QUADS) or b""
    copies = QUADS // lines.count(b"\n")
    with SnapshotStore(data) as store:
        for start in range(0, copies, 100):
            numbers = range(start, min(start + 100, copies))
            text = b"".join(_renamed(lines, number) for number in numbers)
            quads = list(ox.parse(text, format=ox.RdfFormat.N_QUADS))
            store.replace({str(q.graph_name.value) for q in quads}, quads)  # type: ignore[union-attr]
        store.checkpoint()


def _renamed(lines: bytes, number: int) -> bytes:
    changed = lines.replace(b"2018-salisbury-expulsions-txt", b"salisbury-%d" % number)
    return re.sub(rb"/id/event/([^>]+)", rb"/id/event/\1-%d" % number, changed)


@contextmanager
def _serving(data: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "publisher.cli", "serve", "--data", str(data)]
    root = f"http://127.0.0.1:{port}"
    with running([*command, "--base", BASE, "--port", str(port)], root):
        yield root
