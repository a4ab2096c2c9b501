"""What all endpoints do with a query before and after it is answered, whoever answers it.

In: a query and its dataset. Out: the answer as bytes in a standard format, from the cache where the
same was asked of the same state of the data, or an error of :mod:`publisher.store.errors`. Clients
pay from their budgets, and everything is counted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from publisher.store.answers import AnswerCache
from publisher.store.budgets import Budgets
from publisher.store.counts import Counts
from publisher.store.errors import (
    PoolBusy,
    QueryError,
    QueryForbidden,
    QuerySyntaxError,
    StoreError,
)
from publisher.store.snapshots import Snapshot
from publisher.store.syntax import Outline, outline

__all__ = ["Answering", "Limits", "QueryResult", "Question", "refuse_fetching"]


@dataclass(frozen=True)
class Limits:
    """What one query may use, and how many may run and wait.

    Seconds, bytes of memory and of answer are for one query; ``short`` is the seconds after which
    it goes to the long lane; ``budget`` is a client's seconds of query time a minute (0: no limit).
    """

    seconds: float = 30.0
    memory: int = 1024**3
    answer: int = 64 * 1024**2
    waiting: int = 24
    short: float = 0.15
    short_lane: int = 4
    budget: float = 60.0
    cache: int = 64 * 1024**2


@dataclass(frozen=True)
class QueryResult:
    """An answer: bytes of a media type, read from a snapshot."""

    media_type: str
    body: bytes
    snapshot: int
    version: str = ""
    """The snapshot's version; empty where the same query may have another answer."""


@dataclass(frozen=True)
class Question:
    """A query that may be asked, with its dataset and the formats that are wanted."""

    query: str
    result_type: str
    graph_type: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


class Answering(ABC):
    """An endpoint; safe to use from many threads.

    Args:
        folder: the data folder.
        at_once: how many queries are answered at once.
        limits: what one query may use.
    """

    foreign_words: bool = True
    """Whether what is not of SPARQL 1.1 may reach the engine, which refuses it by itself."""

    def __init__(self, folder: Path, at_once: int, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits: Final = limits or Limits()
        self.counts = Counts()
        self.budgets = Budgets(self.limits.budget)
        self._cache: AnswerCache[QueryResult] = AnswerCache(self.limits.cache)
        self._places = BoundedSemaphore(at_once + self.limits.waiting)

    @abstractmethod
    def close(self) -> None:
        """Let go of what is held."""

    @abstractmethod
    def warm(self) -> None:
        """Begin to read what the first query needs."""

    @abstractmethod
    def newest(self) -> Snapshot | None:
        """Give the state of the data that is asked now; ``None`` before the first."""

    @abstractmethod
    def stamp(self) -> str:
        """Give what changes whenever the data does; empty where that is not known."""

    @abstractmethod
    def rewrite(self, update: str, held: Snapshot) -> tuple[list[str], str]:
        """Find out what an update would change in a state of the data that no other writer changes.

        It runs on a copy of the data, sealed and with the limits of a query. Gives the graphs that
        would change, and their new quads as N-Quads.

        Raises:
            QuerySyntaxError, QueryForbidden, QueryTimeout, QueryTooLarge, PoolBusy
            StoreError: the data cannot be read.
        """

    @abstractmethod
    def _answered(
        self, question: Question, said: Outline, newest: Snapshot, seconds: float, client: str
    ) -> QueryResult:
        """Answer a question that no cache could."""

    @abstractmethod
    def _nothing(self) -> str:
        """Say that nothing is published, and what to do."""

    def query(
        self,
        query: str,
        *,
        result_type: str = "application/sparql-results+json",
        graph_type: str = "text/turtle",
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
        seconds: float | None = None,
        client: str = "",
    ) -> QueryResult:
        """Answer a query from the newest data; the default graph is the union of all graphs.

        ``client`` is whose budget pays; empty for nobody's.

        Raises:
            QuerySyntaxError, QueryForbidden, QueryTimeout, QueryTooLarge, PoolBusy, OverBudget
            StoreError: nothing is published yet.
        """
        said = outline(query)
        try:
            self._refuse(said)
            newest = self.newest()
            if newest is None:
                raise StoreError(self._nothing())
            question = Question(query, result_type, graph_type, default_graphs, named_graphs)
            held = self._cache.get(newest.version, question)
            if held is not None:
                self.counts.add("cached")
                return held
            self.budgets.check(client)
            limit = min(seconds or self.limits.seconds, self.limits.seconds)
            result = self._answered(question, said, newest, limit, client)
        except QueryError as error:
            self.counts.add(type(error).__name__)
            raise
        self.counts.add("answered")
        if result.version:
            self._cache.put(result.version, question, result, len(result.body) + len(query))
        return result

    def _refuse(self, said: Outline) -> None:
        """Refuse what no engine is asked, with a reason."""
        if not said.form:
            raise QuerySyntaxError("No query is in it: SELECT, ASK, CONSTRUCT or DESCRIBE.")
        if said.is_update:
            raise QuerySyntaxError("This is an update. Send it as one, with a token.")
        if said.services:
            raise QueryForbidden("SERVICE is not answered here. Query the other endpoint itself.")
        if said.foreign and not self.foreign_words:
            raise QuerySyntaxError(f"{said.foreign} is not of SPARQL 1.1.")

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Take one of the places for those who are answered or wait."""
        if not self._places.acquire(blocking=False):
            raise PoolBusy("Too many queries wait already. Try again in a few seconds.")
        try:
            yield
        finally:
            self._places.release()

    def _take(self, lane: BoundedSemaphore) -> None:
        """Wait for a turn in a lane."""
        with self.counts.during("waiting"):
            mine = lane.acquire(timeout=self.limits.seconds)
        if not mine:
            raise PoolBusy(
                f"The query waited {self.limits.seconds:g} seconds for its turn. Try again later."
            )

    def _paid(self, client: str, seconds: float) -> None:
        """Have a client pay for the time that a query took."""
        self.budgets.charge(client, seconds)
        self.counts.took(seconds)


def refuse_fetching(said: Outline) -> None:
    """Refuse an update that would have data fetched from elsewhere.

    Raises:
        QueryForbidden: it would.
    """
    if said.loads or said.services:
        raise QueryForbidden("Nothing is fetched here. Send the data itself.")
