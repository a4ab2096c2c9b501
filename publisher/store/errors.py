"""What can go wrong with the store and its queries, each with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.validation import Report

__all__ = [
    "NotConforming",
    "OverBudget",
    "PoolBusy",
    "QueryError",
    "QueryForbidden",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "StoreRefusal",
]


class StoreError(Exception):
    """The store cannot be used; the message names the folder and the remedy."""


class StoreRefusal(StoreError):
    """Another engine refuses what it was sent; ``said`` is its answer."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


class StoreLocked(StoreError):
    """Another process writes to the store."""


class StoreFull(StoreError):
    """There is no room for the change; nothing of it is kept."""


class StoreDamaged(StoreError):
    """Bytes on the disk are not those that were written."""


class NotConforming(StoreError):
    """A change that violates a shape; nothing of it is kept. ``report`` says what is wrong."""

    def __init__(self, report: Report) -> None:
        super().__init__("The data would violate a shape.")
        self.report = report


class QueryError(Exception):
    """A query that gets no answer."""


class QuerySyntaxError(QueryError):
    """The query is not SPARQL 1.1."""


class QueryForbidden(QueryError):
    """The query asks for what a public endpoint does not do, such as SERVICE."""


class QueryTimeout(QueryError):
    """The query took longer than its limit and was stopped."""


class QueryTooLarge(QueryError):
    """The query needed more memory, or has a larger answer, than its limit."""


class PoolBusy(QueryError):
    """More queries wait than the queue holds, or one waited for too long."""


class OverBudget(QueryError):
    """A client has used its seconds of query time; ``wait`` says when it has some again."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.wait = wait
