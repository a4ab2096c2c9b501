"""Where published data lives in a test: in a data folder, or in an engine that ``--store`` names.

Tests that ask for a home run once for each kind. What is not installed is skipped, with how to
install it. An engine is started once and emptied between homes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask

from benchmarks.engines import ENGINES, Engine, Missing
from publisher.documents import Document
from publisher.pipeline import publish, withdraw
from publisher.store import Snapshot, SnapshotStore, newest_snapshot, read_snapshot
from publisher.store.editing import Writer
from publisher.store.remote import RemoteStore, RemoteWriter
from publisher.web import Config, create_app

BASE = "http://localhost:8000"
FOLDER = "folder"
KINDS = (FOLDER, *ENGINES)


@dataclass(frozen=True)
class Home:
    """A data folder, and the engine that holds the data in its place, if there is one."""

    folder: Path
    base: str
    store: RemoteStore | None = None
    address: str = ""

    @contextmanager
    def site(self, **more: object) -> Iterator[Flask]:
        """The application, with more said in its configuration."""
        app = create_app(Config(self.folder, self.base, store=self.address, **more))  # type: ignore[arg-type]
        yield app
        app.extensions["communique"].pool.close()

    def publish(self, documents: Iterable[Document]) -> None:
        assert all(d.accepted for d in publish(documents, self.folder, self.base, self.store))

    def withdraw(self, name: str) -> bool:
        return withdraw(name, self.folder, self.base, self.store)

    def writer(self) -> Writer:
        return RemoteWriter(self.folder, self.store) if self.store else SnapshotStore(self.folder)

    def put(self, quads: Iterable[ox.Quad]) -> None:
        """Put graphs, whole, into the place of what they held."""
        found = list(quads)
        with self.writer() as writer:
            writer.replace({str(q.graph_name.value) for q in found}, found)  # type: ignore[union-attr]

    def graph(self, name: str) -> list[ox.Quad]:
        if self.store:
            return self.store.graph(name)
        snapshot = newest_snapshot(self.folder)
        assert snapshot
        return list(read_snapshot(snapshot).quads_for_pattern(None, None, None, ox.NamedNode(name)))

    def data(self) -> ox.Store | RemoteStore:
        """All that is published."""
        if self.store:
            return self.store
        snapshot = newest_snapshot(self.folder)
        assert snapshot
        return read_snapshot(snapshot)

    def state(self) -> Snapshot | None:
        return self.store.newest() if self.store else newest_snapshot(self.folder)


class Engines:
    """Engines that run, each for one home at a time."""

    def __init__(self, folder: Callable[[str], Path]) -> None:
        self._folder = folder
        self._free: dict[str, list[tuple[RemoteStore, str, set[str]]]] = defaultdict(list)
        self._running = ExitStack()

    def close(self) -> None:
        self._running.close()

    @contextmanager
    def address(self, kind: str) -> Iterator[str]:
        """The address of an engine that holds nothing of ours, with who may write to it."""
        free = self._free[kind]
        store, address, own = free.pop() if free else self._started(kind)
        yield address
        names = sorted(_graphs(store) - own)
        store.replace(names, [])
        free.append((store, address, own))

    def _started(self, kind: str) -> tuple[RemoteStore, str, set[str]]:
        try:
            engine: Engine = self._running.enter_context(ENGINES[kind](self._folder(kind)))
        except Missing as error:
            pytest.skip(str(error))
        address = engine.address
        if engine.user:
            address = address.replace("://", f"://{engine.user}:{engine.password}@")
        store = RemoteStore(address, BASE)
        return store, address, _graphs(store)


def _graphs(store: RemoteStore) -> set[str]:
    body = store.ask(
        "SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", "application/sparql-results+json"
    )
    rows = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)
    return {row["g"].value for row in rows}


@dataclass(frozen=True)
class Homes:
    """Makes homes of one kind."""

    kind: str
    engines: Engines
    folder: Callable[[str], Path]

    @contextmanager
    def __call__(self, trig: str = "", base: str = BASE) -> Iterator[Home]:
        """A home that holds some graphs."""
        with ExitStack() as stack:
            home = Home(self.folder("home"), base)
            if self.kind != FOLDER:
                address = stack.enter_context(self.engines.address(self.kind))
                home = Home(home.folder, base, RemoteStore(address, base), address)
            if trig:
                home.put(ox.parse(trig, format=ox.RdfFormat.TRIG))
            yield home
