"""Remember which graphs changed in which snapshot, for longer than snapshots are kept.

In: snapshots as they are taken. Out: for each graph the last snapshot that changed it. One line of
JSON a snapshot, appended; a line that was cut short or never written (by who publishes to the same
engine from another folder) is made good by treating all graphs as changed in the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from publisher.store.snapshots import Snapshot

__all__ = ["Change", "last_changes", "record"]

_FILE: Final = "history.jsonl"


@dataclass(frozen=True, slots=True)
class Change:
    """The last snapshot that changed a graph, and when it was taken."""

    number: int
    created: datetime


def record(folder: Path, snapshot: Snapshot, changed: Iterable[str] | None) -> None:
    """Write down what a new snapshot changed; ``None`` where that is not known.

    Raises:
        OSError: it cannot be written.
    """
    said = {
        "number": snapshot.number,
        "created": snapshot.created.isoformat(),
        "store": snapshot.store_id,
        "graphs": None if changed is None else sorted(changed),
    }
    with (folder / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")


def last_changes(
    folder: Path, newest: Snapshot, graphs: Iterable[str]
) -> tuple[dict[str, Change], dict[str, Change]]:
    """Give the last change of each graph there is, and of those that there were before.

    Args:
        folder: the data folder.
        newest: the snapshot that is asked for; later ones are left out.
        graphs: the names of the graphs that it has.
    """
    present = set(graphs)
    known: dict[str, Change] = {}
    floor: Change | None = None
    last = 0
    for line in _lines(folder):
        try:
            said = json.loads(line)
            change = Change(int(said["number"]), datetime.fromisoformat(said["created"]))
            named = said["graphs"]
            if said["store"] != newest.store_id or change.number > newest.number:
                continue
        except (ValueError, KeyError, TypeError):
            floor = None
            continue
        if named is None or floor is None or change.number > last + 1:
            floor = change
            known = dict.fromkeys(known, change)
        last = change.number
        known.update(dict.fromkeys(named or (), change))
    first = floor or Change(newest.number, newest.created)
    if last < newest.number:
        first = Change(newest.number, newest.created)
        known = dict.fromkeys(known, first)
    there = {graph: known.get(graph, first) for graph in sorted(present)}
    gone = {graph: change for graph, change in sorted(known.items()) if graph not in present}
    return there, gone


def _lines(folder: Path) -> list[str]:
    try:
        return (folder / _FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
