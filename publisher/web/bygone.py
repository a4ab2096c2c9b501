"""Say what was here and is no longer: what became part of something else, and what was withdrawn.

In: a snapshot and the base of our names. Out: addresses below the base, for the static edition.
"""

from __future__ import annotations

from publisher.vocabulary import DCTERMS, DIP
from publisher.web.reading import Data, node
from publisher.web.resources import KINDS, WITH_DOCUMENT

__all__ = ["moved_events", "withdrawn"]


def moved_events(data: Data, base: str) -> dict[str, str]:
    """Give the names of the events that became part of another, with the name of that one."""
    start = f"{base}/id/event/"
    quads = data.store.quads_for_pattern(None, node(DCTERMS.isReplacedBy), None, None)
    pairs = ((str(q.subject)[1:-1], str(q.object)[1:-1]) for q in quads)
    return {
        old.removeprefix(start): new.removeprefix(start)
        for old, new in sorted(pairs)
        if old.startswith(start) and new.startswith(start)
    }


def withdrawn(data: Data, base: str) -> list[tuple[str, str]]:
    """Give the kind and the name of each thing that is gone, with what went with its document."""
    start = f"{base}/id/"
    found: set[tuple[str, str]] = set()
    for thing in data.of_class(DIP.Tombstone):
        kind, _, name = thing.value.removeprefix(start).partition("/")
        if thing.value.startswith(start) and kind in KINDS and name:
            found.add((kind, name))
            if kind == "document":
                found |= {(other, name) for other in WITH_DOCUMENT}
    return sorted(found)
