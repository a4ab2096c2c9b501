"""The store: snapshots, killable queries, and the errors they raise."""

from __future__ import annotations

from publisher.store.answering import Limits, QueryResult
from publisher.store.errors import (
    NotConforming,
    OverBudget,
    PoolBusy,
    QueryError,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
)
from publisher.store.queries import QueryPool
from publisher.store.snapshots import (
    Snapshot,
    newest_snapshot,
    read_snapshot,
    snapshots,
)
from publisher.store.writer import SnapshotStore

__all__ = [
    "Limits",
    "NotConforming",
    "OverBudget",
    "PoolBusy",
    "QueryError",
    "QueryForbidden",
    "QueryPool",
    "QueryResult",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
    "Snapshot",
    "SnapshotStore",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "newest_snapshot",
    "read_snapshot",
    "snapshots",
]
