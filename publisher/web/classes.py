"""Place the classes of events: which is narrower, and to which main class each belongs.

In: local names of the ontology's classes. Out: others.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from rdflib import URIRef

from publisher.inference import load_ontology
from publisher.vocabulary import DIP, RDFS

__all__ = ["group_of", "kinds_of_events", "leaf_of", "lineage_of", "names_of"]


def leaf_of(types: Iterable[str]) -> str:
    """The narrowest class of ours among an event's; the event as such where there is none."""
    parents = _parents()
    ours = sorted(t.removeprefix(str(DIP)) for t in types if t.startswith(str(DIP)))
    broader = {parents.get(name, "") for name in ours}
    return next((name for name in ours if name not in broader and name in parents), "Event")


@cache
def _parents() -> dict[str, str]:
    """The broader class of each class of events, by local name."""
    return {
        str(child).removeprefix(str(DIP)): str(parent).removeprefix(str(DIP))
        for child, parent in load_ontology().subject_objects(RDFS.subClassOf)
        if isinstance(parent, URIRef) and str(parent).startswith(str(DIP))
    }


def group_of(kind: str) -> str:
    """Give the main class of events that a class belongs to, such as Measure."""
    parents = _parents()
    while parents.get(kind, "Event") != "Event":
        kind = parents[kind]
    return kind


@cache
def names_of(kind: str) -> str:
    """Give all names of a class, in all languages."""
    return " ".join(str(v) for v in load_ontology().objects(DIP[kind], RDFS.label))


def lineage_of(kind: str) -> tuple[str, ...]:
    """Give the names of a class and of all that are broader, the narrowest first."""
    parents, found = _parents(), [kind]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return tuple(found)


def kinds_of_events() -> tuple[str, ...]:
    """Give the names of all classes of events, in order."""
    return tuple(sorted(name for name in _parents() if "Event" in lineage_of(name)[1:]))
