"""Copy what another engine holds to a data folder, and back.

In: a remote store and the names of graphs. Out: a snapshot with their quads, for what is made of
files only: backups, and the copy on which an update is tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from publisher.store.remote import RemoteStore
from publisher.store.snapshots import Snapshot
from publisher.store.writer import SnapshotStore

__all__ = ["copy_graphs"]

_BATCH: Final = 50_000
"""Quads that are written at once."""


def copy_graphs(source: RemoteStore, names: Iterable[str], folder: Path) -> Snapshot:
    """Write the graphs of a store to a fresh data folder.

    Raises:
        StoreError: the store cannot be read, or the folder not written.
    """
    graphs: list[str] = []
    quads: list[ox.Quad] = []
    with SnapshotStore(folder) as copy:
        for name in names:
            graphs.append(name)
            quads += source.graph(name)
            if len(quads) > _BATCH:
                copy.replace(graphs, quads)
                graphs, quads = [], []
        copy.replace(graphs, quads)
        return copy.current()
