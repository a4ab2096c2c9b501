"""Engines that are not there, refuse, stall or answer nonsense; and what is never told of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publisher.store import Limits, QueryTimeout, QueryTooLarge, StoreError, StoreLocked
from publisher.store.forwarding import Forwarding
from publisher.store.remote import RemoteStore, RemoteWriter
from publisher.store.snapshots import Snapshot

PASSWORD = "hunter2-of-the-engine"


class Odd(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.path.strip("/")
        status = {"refusing": 500, "asking": 401, "leading": 302}.get(kind, 200)
        self.send_response(status)
        if kind == "asking":
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
        if kind == "leading":
            self.send_header("Location", "http://127.0.0.1:9/")
        if kind == "cutting":
            self.send_header("X-SPARQL-MaxRows", "10000")
        self.end_headers()
        while kind in ("stalling", "flooding"):
            try:
                self.wfile.write(b" " * (1 if kind == "stalling" else 100_000))
            except OSError:
                return
            time.sleep(0.05 if kind == "stalling" else 0)
        self.wfile.write(b"<html>no results</html>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://me:{PASSWORD}@127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("kind", ["refusing", "asking", "leading", "cutting", "talking"])
def test_an_engine_that_answers_otherwise_is_told_without_its_password(odd: str, kind: str) -> None:
    store = RemoteStore(f"{odd}/{kind}", "http://example.org")

    with pytest.raises(StoreError) as caught:
        list(store.quads_for_pattern(None, None, None))

    assert f"/{kind}" in str(caught.value)
    assert PASSWORD not in f"{caught.value!r} {store!r}"


def test_an_engine_that_is_not_there_is_told() -> None:
    store = RemoteStore("http://127.0.0.1:9/sparql", "http://example.org")

    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9/sparql: does not answer"):
        store.update("DROP ALL")


def test_a_query_that_the_engine_does_not_end_is_given_up_within_a_second_of_its_limit(
    odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RemoteStore(f"{odd}/stalling", "http://example.org")
    monkeypatch.setattr(store, "newest", lambda: Snapshot(1, None, tmp_path))  # type: ignore[arg-type]
    pool = Forwarding(store, tmp_path, 1, Limits(seconds=1.0))
    began = time.monotonic()

    with pytest.raises(QueryTimeout):
        pool.query("SELECT * { ?s ?p ?o }")

    assert time.monotonic() - began < 2


def test_an_answer_that_does_not_end_is_cut_off(
    odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RemoteStore(f"{odd}/flooding", "http://example.org")
    monkeypatch.setattr(store, "newest", lambda: Snapshot(1, None, tmp_path))  # type: ignore[arg-type]
    pool = Forwarding(store, tmp_path, 1, Limits(seconds=30.0, answer=1_000_000))

    with pytest.raises(QueryTooLarge):
        pool.query("SELECT * { ?s ?p ?o }")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "example.org/sparql", "ftp://x/", "http://"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(StoreError, match="names a host"):
        RemoteStore(address, "http://example.org")


def test_two_writers_of_one_folder_do_not_write_at_once(tmp_path: Path) -> None:
    store = RemoteStore("http://127.0.0.1:9/sparql", "http://example.org")

    with RemoteWriter(tmp_path, store), pytest.raises(StoreLocked):
        RemoteWriter(tmp_path, store)


def test_updates_go_beside_queries_where_that_is_the_custom() -> None:
    base = "http://example.org"

    assert RemoteStore("http://h/ds/query", base).updates == "http://h/ds/update"
    assert RemoteStore("http://h/sparql", base).updates == "http://h/sparql"
    assert RemoteStore("http://h/q", base, "http://h/u").updates == "http://h/u"
