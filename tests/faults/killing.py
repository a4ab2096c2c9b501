"""Kill a writer at a random moment, again and again, and see what is left.

Run as a process of its own (it forks, and must not have opened a store before): writes one line of
JSON a round with what was acknowledged, what was found, and what went wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from publisher.store import SnapshotStore

DOCUMENTS = 12
QUADS = 40
AWAITED = (0, 1, 1, 2, 4, 7)
"""How many changes a writer acknowledges before its last moments; 0: it dies while it opens."""


def graphs_of(name: str) -> list[str]:
    """A document's two graphs."""
    return [f"http://example.org/id/{part}/{name}" for part in ("graph", "provenance")]


def quads_of(name: str, version: int) -> list[ox.Quad]:
    """What a version of a document says, in both graphs; each version has another length."""
    return [
        ox.Quad(
            ox.NamedNode(f"http://example.org/{name}/{number}"),
            ox.NamedNode(f"http://example.org/{'version' if number == 0 else 'says'}"),
            ox.Literal(str(version) if number == 0 else f"{version} {number} " + "x" * 50),
            ox.NamedNode(graph),
        )
        for graph in graphs_of(name)
        for number in range(QUADS + version % 7)
    ]


def write(folder: Path, first: int, said: int) -> None:
    """Publish versions of documents without end, and say each when it is acknowledged."""
    with SnapshotStore(folder) as store:
        version = first
        while True:
            version += 1
            name = f"d{version % DOCUMENTS}"
            store.replace(graphs_of(name), quads_of(name, version))
            os.write(said, b"%s %d\n" % (name.encode(), version))
            if version % 5 == 0:
                store.checkpoint()


def look(folder: Path, said: int) -> None:
    """Open the folder as the next writer does, and say what it holds."""
    from tests.faults.conftest import whole

    try:
        with SnapshotStore(folder):
            pass
        os.write(said, json.dumps({"found": whole(folder)}).encode())
    except BaseException as error:
        os.write(said, json.dumps({"error": repr(error)}).encode())


def in_fork(work: Callable[[int], None]) -> tuple[int, int]:
    """Do something in a process of its own; its number, and what to read its words from."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return child, ours
    os.close(ours)
    try:
        work(theirs)
    finally:
        os._exit(0)


def read_all(descriptor: int) -> bytes:
    """Read to the end."""
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def read_lines(descriptor: int, number: int) -> bytes:
    """Wait until so many lines are written, so that a slow machine gets as far as a fast one."""
    words = b""
    while words.count(b"\n") < number and (more := os.read(descriptor, 4096)):
        words += more
    return words


def main(folder: Path, rounds: int, seed: int) -> None:
    """Kill as many writers as there are rounds."""
    chance = random.Random(seed)
    acknowledged: dict[str, int] = {}
    version = 0
    for _ in range(rounds):
        child, words = in_fork(lambda said, first=version: write(folder, first, said))
        acknowledgements = read_lines(words, chance.choice(AWAITED))
        time.sleep(chance.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for line in (acknowledgements + read_all(words)).decode().splitlines():
            name, number = line.split()
            acknowledged[name] = version = int(number)
        child, words = in_fork(lambda said: look(folder, said))
        seen = json.loads(read_all(words) or '{"error": "died"}')
        os.waitpid(child, 0)
        print(json.dumps({"acknowledged": acknowledged, **seen}), flush=True)
        acknowledged.update(seen.get("found", {}))  # what was there once has to stay
        version = max([version, *acknowledged.values()])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
