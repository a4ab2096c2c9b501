"""The store: snapshots, killable queries, and the errors they raise."""

from __future__ import annotations

from publisher.store.errors import (
    PoolBusy,
    QueryError,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
    StoreLocked,
)
from publisher.store.queries import Limits, QueryPool, QueryResult
from publisher.store.snapshots import (
    Snapshot,
    SnapshotStore,
    newest_snapshot,
    read_snapshot,
    snapshots,
)

__all__ = [
    "Limits",
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
    "StoreError",
    "StoreLocked",
    "newest_snapshot",
    "read_snapshot",
    "snapshots",
]
