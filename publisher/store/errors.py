"""What can go wrong with the store and its queries, each with what to do about it."""

from __future__ import annotations

__all__ = [
    "PoolBusy",
    "QueryError",
    "QueryForbidden",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
    "StoreError",
    "StoreLocked",
]


class StoreError(Exception):
    """The store cannot be used; the message names the folder and the remedy."""


class StoreLocked(StoreError):
    """Another process writes to the store."""


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
    """More queries wait than the queue holds."""
