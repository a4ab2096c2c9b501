"""Hold the newest snapshot in memory and fork workers that share it.

In: requests on a control connection: which snapshot to hold, and a connection for each worker to
be. Out: workers, each ready at once and killed at no loss, because the data is shared and not
copied (fork, copy on write).

This process has no threads and answers no query. For a newer snapshot it forks its own successor,
which makes the changes while this one goes on. Run as ``python -m publisher.store.nursery``.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Final

import pyoxigraph as ox

from publisher.store.errors import StoreError
from publisher.store.snapshots import Snapshot, changed_between, read_snapshot, snapshot_at
from publisher.store.worker import CONNECTION, Stores, advance, end_with_parent, work

__all__ = ["main"]

_GRAPH_NAME: Final = re.compile(rb" <[^<>\n]*> \.$", re.MULTILINE)


def main() -> None:
    """Serve the control connection whose descriptor is the last argument."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[-1]))
    path = Path(json.loads(control.recv(65536))["path"])
    began = time.monotonic()
    try:
        snapshot = snapshot_at(path)
        stores = _load(snapshot)
    except (StoreError, OSError, ValueError, RuntimeError) as error:
        control.send(json.dumps({"error": str(error)}).encode())
        return
    _ready(control, began)
    _serve(control, snapshot, stores)


def _ready(control: socket.socket, began: float) -> None:
    gc.collect()
    gc.freeze()
    said = {"ready": True, "seconds": time.monotonic() - began, "pid": os.getpid()}
    control.send(json.dumps(said).encode())


def _serve(control: socket.socket, snapshot: Snapshot, stores: Stores) -> None:
    """Answer requests until the pool closes the connection."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        if not message:
            return
        request = json.loads(message)
        (descriptor,) = descriptors
        child = os.fork()
        if child:
            os.close(descriptor)
            _tell(control, child)
        elif request["do"] == "work":
            _become_worker(stores, descriptor, request["memory"])
        else:
            control.close()
            control = socket.socket(fileno=descriptor)
            snapshot = _succeed(control, snapshot, stores, Path(request["path"]))


def _tell(control: socket.socket, child: int) -> None:
    """Say which process was made, with a descriptor by which it can be stopped for sure."""
    said = json.dumps({"pid": child}).encode()
    handle = -1
    with contextlib.suppress(AttributeError, OSError):
        handle = os.pidfd_open(child)
    if handle < 0:
        control.send(said)
        return
    socket.send_fds(control, [said], [handle])
    os.close(handle)


def _become_worker(stores: Stores, descriptor: int, memory: int) -> None:
    end_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(descriptor, CONNECTION)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(CONNECTION + 1, 4096)
    try:
        work(stores, memory)
    finally:
        os._exit(1)


def _succeed(control: socket.socket, held: Snapshot, stores: Stores, path: Path) -> Snapshot:
    """Turn this fork into the holder of a newer snapshot."""
    began = time.monotonic()
    try:
        snapshot = snapshot_at(path)
        changed = changed_between(path.parent.parent, held, snapshot)
        if changed is None:
            raise StoreError("the changes since the last snapshot are not known")
        advance(stores, read_snapshot(snapshot), sorted(changed))
    except (StoreError, OSError, ValueError, RuntimeError) as error:
        control.send(json.dumps({"error": str(error)}).encode())
        os._exit(1)
    _ready(control, began)
    return snapshot


def _load(snapshot: Snapshot) -> Stores:
    """Read a whole snapshot into memory, both ways at once."""
    quads = read_snapshot(snapshot).dump(format=ox.RdfFormat.N_QUADS) or b""
    triples = _GRAPH_NAME.sub(b" .", quads)
    stores = Stores(ox.Store(), ox.Store())

    def fill_graphs() -> None:
        stores.graphs.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
        stores.graphs.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES)

    other = Thread(target=fill_graphs)
    other.start()
    stores.union.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES)
    other.join()
    return stores


if __name__ == "__main__":
    main()
