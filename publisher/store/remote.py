"""Keep the published data in another engine, over SPARQL 1.1 Query and Update.

In: the address of an endpoint (Virtuoso, Oxigraph, Fuseki, GraphDB, QLever, …). Out:
:class:`RemoteStore`, which reads quads by pattern and replaces documents, as the store of a data
folder does. The engine's default graph is to be the union of its graphs.

What was written last is said in a graph of its own, so that every server tells the states of the
data apart. One writer at a time: the lock of the data folder, which also keeps the reports.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Timer
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import pyoxigraph as ox
import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.exceptions import HTTPError

from publisher.serialisation import to_bytes, without_graphs
from publisher.store.errors import QueryTimeout, QueryTooLarge, StoreError, StoreRefusal
from publisher.store.snapshots import Snapshot
from publisher.store.writer import lock_folder
from publisher.vocabulary import DCTERMS, SCHEMA, XSD

__all__ = ["PASSWORD_VARIABLE", "USER_VARIABLE", "RemoteStore", "RemoteWriter"]

USER_VARIABLE: Final = "COMMUNIQUE_STORE_USER"
PASSWORD_VARIABLE: Final = "COMMUNIQUE_STORE_PASSWORD"
"""The environment variables that hold who writes to the engine, where it asks."""

_CONNECT: Final = 10.0
_PATIENCE: Final = 120.0
"""Seconds that the engine may take for what the publisher itself asks."""
_MOST: Final = 1024**3
"""Bytes of an answer that the publisher itself asks for."""
_FRESH: Final = 1.0
"""Seconds for which what was written last is not asked for again."""
_CHUNK: Final = 65_536
_AT_ONCE: Final = 1_500
"""Quads that are sent in one operation: engines compile each, and have limits for that."""
_PAGE: Final = 5_000
"""Graphs that are asked for at once: engines cut long answers off."""
_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_CUT: Final = "X-SPARQL-MaxRows"
"""The header by which Virtuoso says that it cut an answer off."""

_QUADS: Final = "SELECT * WHERE {{ GRAPH {graph} {{ {subject} {predicate} {object} }} }}"
_GRAPH: Final = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
_GRAPHS: Final = (
    "SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} "
    "FILTER (STRSTARTS(STR(?g), {start}) && STR(?g) > {after}) }} ORDER BY ?g LIMIT {page}"
)
_STATE: Final = (
    "SELECT ?number ?when ?store WHERE {{ GRAPH {graph} {{ "
    "{graph} {version} ?number ; {modified} ?when ; {identifier} ?store }} }}"
)

_Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(eq=False)
class RemoteStore:
    """Another engine's data, of the graphs below a base; safe to use from many threads.

    Args:
        address: where queries go.
        base: of our own identifiers; whatever else the engine holds is left alone.
        updates: where updates go, if it is not the same address.
        user, password: who we are, where the engine asks (Basic or Digest).

    Every method raises :class:`~publisher.store.errors.StoreError` where the engine does not
    answer, or not as the standard says; the message never holds the password.
    """

    address: str
    base: str
    updates: str = ""
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.address, self.user, self.password = _without_secrets(
            self.address, self.user, self.password
        )
        self.updates = self.updates or _update_address(self.address)
        self._auth: AuthBase | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._seen: tuple[float, Snapshot | None] = (float("-inf"), None)
        self._lock = Lock()

    @classmethod
    def from_settings(cls, address: str, base: str, updates: str = "") -> RemoteStore:
        """Make a store with the user and password of the environment."""
        user = os.environ.get(USER_VARIABLE, "")
        return cls(address, base, updates, user, os.environ.get(PASSWORD_VARIABLE, ""))

    def quads_for_pattern(
        self,
        subject: _Term | None,
        predicate: ox.NamedNode | None,
        object: _Term | None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Give the quads that match; ``None`` matches anything, as in pyoxigraph."""
        given = {"subject": subject, "predicate": predicate, "object": object, "graph": graph}
        # str() of a pyoxigraph term is its N-Triples form, whole and escaped
        written = {name: f"?{name}" if t is None else str(t) for name, t in given.items()}
        query = _QUADS.format(**written)
        for row in self._rows(query):
            s, p, o, g = (row[name] if term is None else term for name, term in given.items())
            yield ox.Quad(s, p, o, g)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[ox.Quad]:
        for name in self.graphs():
            yield from self.graph(name)

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """Give the names of the graphs below the base."""
        return map(ox.NamedNode, self.graphs())

    def graphs(self) -> Iterator[str]:
        """Give the names of the graphs below the base, in order."""
        start, after = ox.Literal(f"{self.base.rstrip('/')}/"), ""
        while True:
            query = _GRAPHS.format(start=start, after=ox.Literal(after), page=_PAGE)
            names = [row["g"].value for row in self._rows(query)]
            yield from names
            if len(names) < _PAGE:
                return
            after = names[-1]

    def graph(self, name: str) -> list[ox.Quad]:
        """Give the quads of a graph."""
        node = ox.NamedNode(name)
        body = self.ask(_GRAPH.format(graph=node), _TRIPLES)
        return [
            ox.Quad(q.subject, q.predicate, q.object, node)
            for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        ]

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of what the graphs held; in one update where they are few.

        A long document takes several updates; should one of them fail, publish it again.
        """
        dropped = "; ".join(f"DROP SILENT GRAPH {ox.NamedNode(g)}" for g in sorted(set(graphs)))
        waiting = list(quads)
        first, rest = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
        self.update("; ".join([dropped, _insertion(first)] if first else [dropped]))
        for start in range(0, len(rest), _AT_ONCE):
            self.update(_insertion(rest[start : start + _AT_ONCE]))

    def newest(self) -> Snapshot | None:
        """Give the state of the data that was written last; ``None`` before the first."""
        with self._lock:
            at, seen = self._seen
        if time.monotonic() - at < _FRESH:
            return seen
        query = _STATE.format(
            graph=self._state, version=_node(SCHEMA.version), modified=_node(DCTERMS.modified),
            identifier=_node(DCTERMS.identifier),
        )  # fmt: skip
        found = None
        for row in self._rows(query):
            when = datetime.fromisoformat(row["when"].value)
            found = Snapshot(int(row["number"].value), when, Path(), row["store"].value)
        with self._lock:
            self._seen = (time.monotonic(), found)
        return found

    def mark(self) -> Snapshot:
        """Say that the data has changed."""
        with self._lock:
            self._seen = (float("-inf"), None)
        before = self.newest()
        now = datetime.now(UTC).replace(microsecond=0)
        number = before.number + 1 if before else 1
        when = max(now, before.created) if before else now
        store = before.store_id if before else secrets.token_hex(4)
        said = {
            SCHEMA.version: ox.Literal(number),
            DCTERMS.modified: ox.Literal(when.isoformat(), datatype=_node(XSD.dateTime)),
            DCTERMS.identifier: ox.Literal(store),
        }
        state = self._state
        quads = [ox.Quad(state, _node(name), value, state) for name, value in said.items()]
        self.replace([state.value], quads)
        with self._lock:
            self._seen = (float("-inf"), None)
        return Snapshot(number, when, Path(), store)

    @property
    def _state(self) -> ox.NamedNode:
        return ox.NamedNode(f"{self.base.rstrip('/')}/catalog#state")

    def _rows(self, query: str) -> Iterator[ox.QuerySolution]:
        body = self.ask(query, _RESULTS)
        try:
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QuerySolutions):
                yield from found
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"{self.address}: answered with no SPARQL results ({error})."
            ) from error

    def ask(
        self, query: str, media_type: str, seconds: float = _PATIENCE, most: int = _MOST,
        graphs: Iterable[tuple[str, str]] = (),
    ) -> bytes:  # fmt: skip
        """Send a query and give the answer in a media type.

        Raises:
            QueryTimeout, QueryTooLarge: the answer took longer, or is larger, than it may.
            StoreError: see the class.
        """
        pairs = [("query", query), *graphs]
        return self._post(self.address, pairs, media_type, seconds, most)

    def update(self, text: str) -> None:
        """Send an update."""
        self._post(self.updates, [("update", text)], "*/*", _PATIENCE, _MOST)

    def _post(
        self, address: str, form: list[tuple[str, str]], accept: str, seconds: float, most: int
    ) -> bytes:
        until = time.monotonic() + seconds
        try:
            response = self._sent(address, form, accept, seconds)
            if response.status_code == 401 and self.user and self._auth is None:
                self._auth = _scheme(response, self.user, self.password)
                response.close()
                response = self._sent(address, form, accept, seconds)
            with response:
                body = _read(response, until, most)
        except requests.Timeout as error:
            raise QueryTimeout(f"The store took longer than {seconds:g} seconds.") from error
        except requests.RequestException as error:
            raise StoreError(f"{address}: does not answer ({_reason(error)}).") from error
        if not response.ok:
            said = body[:300].decode("utf-8", "replace").strip()
            message = f"{address}: {response.status_code} {response.reason}. {said}"
            if response.status_code == 400:
                raise StoreRefusal(message, said)
            raise StoreError(message)
        if _CUT in response.headers:
            raise StoreError(
                f"{address}: cuts answers off at {response.headers[_CUT]} rows. Raise that limit "
                "(in Virtuoso, ResultSetMaxRows)."
            )
        return body

    def _sent(
        self, address: str, form: list[tuple[str, str]], accept: str, seconds: float
    ) -> requests.Response:
        return self._session.post(
            address,
            data=form,
            headers={"Accept": accept},
            auth=self._auth,
            timeout=(_CONNECT, seconds),
            stream=True,
            allow_redirects=False,
        )


class RemoteWriter:
    """The one writer of a remote store; the data folder holds the lock. A context manager."""

    def __init__(self, folder: Path, store: RemoteStore) -> None:
        self._lock = lock_folder(folder)
        self._store = store
        self._ahead = False

    def __enter__(self) -> RemoteWriter:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._ahead:
                self.checkpoint()
        finally:
            self._lock.close()

    def replace(self, graphs: Iterable[str], quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of what the graphs held. Raises as :class:`RemoteStore`."""
        self._store.replace(graphs, quads)
        self._ahead = True

    def graph(self, name: str) -> list[ox.Quad]:
        """Give the quads of a graph."""
        return self._store.graph(name)

    def checkpoint(self) -> Snapshot:
        """Say that the data has changed, so that servers read it anew."""
        self._ahead = False
        return self._store.mark()


def _insertion(quads: Iterable[ox.Quad]) -> str:
    """Write INSERT DATA; quads of a graph in N-Triples are what stands in its GRAPH clause."""
    by_graph: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(quad)
    parts = (
        f"GRAPH {name} {{\n{to_bytes(without_graphs(of_it), ox.RdfFormat.N_TRIPLES).decode()}}}"
        for name, of_it in by_graph.items()
    )
    return f"INSERT DATA {{ {' '.join(parts)} }}"


def _read(response: requests.Response, until: float, most: int) -> bytes:
    """Read a body until its end; a connection that is not done by then is shut down."""
    late = Timer(max(0.0, until - time.monotonic()), _give_up, [response])
    late.daemon = True
    late.start()
    body = bytearray()
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > most:
                raise QueryTooLarge("The answer is too large. Ask for less.")
    except HTTPError as error:
        if time.monotonic() < until:
            raise requests.ConnectionError(error) from error
    finally:
        late.cancel()
    if time.monotonic() >= until:
        raise QueryTimeout("The store took too long and was not waited for. Narrow it down.")
    return bytes(body)


def _give_up(response: requests.Response) -> None:
    with contextlib.suppress(ValueError, RuntimeError, OSError):
        response.raw.shutdown()


def _scheme(response: requests.Response, user: str, password: str) -> AuthBase:
    """Say who we are as the engine asks for it."""
    wanted = response.headers.get("WWW-Authenticate", "").lower()
    if "digest" in wanted:
        return HTTPDigestAuth(user, password)
    return HTTPBasicAuth(user, password)


def _update_address(address: str) -> str:
    """Where updates go by custom: ``…/update`` beside ``…/query``, or the same address."""
    parts = urlsplit(address)
    head, _, last = parts.path.rpartition("/")
    path = f"{head}/update" if last == "query" else parts.path
    return urlunsplit(parts._replace(path=path))


def _without_secrets(address: str, user: str, password: str) -> tuple[str, str, str]:
    """Take a user and password that stand in the address out of it."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError("The address of a store is http://… or https://…, and names a host.")
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=host))
    return address, user or parts.username or "", password or parts.password or ""


def _reason(error: requests.RequestException) -> str:
    return type(error).__name__


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
