"""Answer queries inside a process that can be stopped and that can open nothing.

In: jobs as JSON on one connection, and the stores that the process was forked with. Out: a header
as JSON (what became of the job), and the answer's bytes where there is one.

A worker keeps five descriptors and may have no sixth (``RLIMIT_NOFILE``), so that no query, however
it is written, opens a connection or a file; memory and processor time have limits of their own.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import re
import resource
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final, NoReturn

import pyoxigraph as ox

from publisher.serialisation import PREFIXES
from publisher.store.syntax import outline
from publisher.store.updating import rewrite

__all__ = [
    "CONNECTION",
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "Stores",
    "advance",
    "end_with_parent",
    "work",
]

RESULT_FORMATS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}

CONNECTION: Final = 3
"""The descriptor of the connection to the pool, after standard input, output and error."""

_STATUS: Final = 4
"""The descriptor of the process's own status, to see how much memory it uses."""

_LIBRARY: Final = ctypes.CDLL(None)
_PARENT_DEATH: Final = 1  # prctl(2): PR_SET_PDEATHSIG

_SPARE_SECONDS: Final = 2
"""A worker ends itself this long after the pool should have stopped it (processor time)."""


@dataclass
class Stores:
    """The data of a snapshot, twice: as one graph, and as graphs with their union as default."""

    union: ox.Store
    graphs: ox.Store


class _TooLargeError(Exception):
    pass


class _Bounded(io.BytesIO):
    """A buffer that takes so many bytes and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.most:
            raise _TooLargeError
        return super().write(data)


def end_with_parent(number: int) -> None:
    """Have this process be sent a signal when its parent ends; 0 for none."""
    with contextlib.suppress(OSError, AttributeError):
        _LIBRARY.prctl(_PARENT_DEATH, number)


def work(stores: Stores, memory: int) -> NoReturn:
    """Seal this process and answer jobs until the connection is closed."""
    _open_status()
    base = _data_in_use()
    _seal(base + memory)
    connection = Connection(CONNECTION)
    while True:
        try:
            job = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
        signal.setitimer(signal.ITIMER_PROF, job["seconds"] + _SPARE_SECONDS)
        header, body = _outcome(stores, job)
        signal.setitimer(signal.ITIMER_PROF, 0)
        last = job.get("update") or _data_in_use() > base + memory // 4
        with contextlib.suppress(OSError):
            connection.send_bytes(json.dumps({**header, "last": bool(last)}).encode())
            connection.send_bytes(body)
        if last:
            os._exit(0)


def _open_status() -> None:
    try:
        status = os.open("/proc/self/status", os.O_RDONLY)
    except OSError:
        status = os.open(os.devnull, os.O_RDONLY)
    if status != _STATUS:
        os.dup2(status, _STATUS)
        os.close(status)


def _seal(memory: int) -> None:
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_STATUS + 1, _STATUS + 1))


def _data_in_use() -> int:
    """Bytes of this process's own writable memory, those shared since the fork included."""
    found = re.search(rb"VmData:\s+([0-9]+) kB", os.pread(_STATUS, 8192, 0))
    return int(found[1]) * 1024 if found else 0


def _outcome(stores: Stores, job: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    try:
        if "advance" in job:
            changed = ox.Store()
            changed.extend(ox.parse(job["nquads"], format=ox.RdfFormat.N_QUADS))
            advance(stores, changed, job["advance"])
            end_with_parent(0)  # the nursery that made this process ends; the pool goes on
            return {"status": "ok"}, b""
        if "update" in job:
            return {"status": "ok"}, rewrite(stores.graphs, job["update"], job["graphs"])
        return _answer(stores, job)
    except SyntaxError as error:
        return {"status": "syntax", "message": str(error)}, b""
    except ValueError as error:
        return {"status": "value", "message": str(error)}, b""
    except (_TooLargeError, MemoryError):
        return {"status": "large", "message": "The answer is too large. Ask for less."}, b""
    except OSError:
        return {"status": "forbidden", "message": "No query opens a connection or a file."}, b""
    except RuntimeError as error:
        return {"status": "value", "message": str(error)}, b""


def _answer(stores: Stores, job: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    query = job["query"]
    said = outline(query)
    default, named = job["default_graphs"], job["named_graphs"]
    if not (default or named):
        default, named = said.default_graphs, said.named_graphs
    if default or named:
        found = _query_dataset(stores.graphs, query, default, named)
    else:
        found = (stores.graphs if said.uses_graphs else stores.union).query(query)
    out = _Bounded(job["answer"])
    if isinstance(found, ox.QueryTriples):
        media_type = job["graph_type"]
        form = GRAPH_FORMATS[media_type]
        plain = form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
        ox.serialize(found, out, format=form, prefixes=None if plain else dict(PREFIXES))
    else:
        media_type = job["result_type"]
        found.serialize(out, format=RESULT_FORMATS[media_type])
    return {"status": "ok", "media_type": media_type}, out.getvalue()


_Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def _query_dataset(
    graphs: ox.Store, query: str, default: Iterable[str], named: Iterable[str]
) -> _Found:
    """Query the data set that was asked for; several default graphs are merged into one."""
    defaults: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
    defaults = [ox.NamedNode(g) for g in default if g]
    names: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(g) for g in named if g]
    if len(defaults) < 2:
        return graphs.query(query, default_graph=defaults, named_graphs=names)
    merged = ox.Store()
    for graph in defaults:
        found = graphs.quads_for_pattern(None, None, None, graph)
        merged.extend(ox.Quad(q.subject, q.predicate, q.object) for q in found)
    for graph in names:
        merged.extend(graphs.quads_for_pattern(None, None, None, graph))
    return merged.query(query, default_graph=[ox.DefaultGraph()], named_graphs=names)


def advance(stores: Stores, source: ox.Store, changed: Iterable[str]) -> None:
    """Make the changes between the snapshot that is held and a newer one.

    Args:
        stores: what is held.
        source: a store with the changed graphs as they are in the newer one.
        changed: the names of these graphs.
    """
    gone: set[ox.Triple] = set()
    for name in changed:
        graph = ox.NamedNode(name)
        old = set(stores.graphs.quads_for_pattern(None, None, None, graph))
        new = set(source.quads_for_pattern(None, None, None, graph))
        for quad in old - new:
            stores.graphs.remove(quad)
            gone.add(quad.triple)
        added = new - old
        stores.graphs.extend(added)
        whole = [ox.Quad(q.subject, q.predicate, q.object) for q in added]
        stores.graphs.extend(whole)
        stores.union.extend(whole)
    for triple in gone:
        subject, predicate, value = triple
        held = stores.graphs.quads_for_pattern(subject, predicate, value, None)
        if all(q.graph_name == ox.DefaultGraph() for q in held):
            quad = ox.Quad(subject, predicate, value)
            stores.graphs.remove(quad)
            stores.union.remove(quad)
