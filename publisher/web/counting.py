"""Count events by who acts, whom it befalls, kind, time or status.

In: rows of events. Out: for each actor, kind or year how many events, and how many persons or
things they concern ("60 diplomats"), where the texts tell a number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from publisher.web.classes import group_of
from publisher.web.interface import day_text, language
from publisher.web.summary import Row, Summary
from publisher.web.views import Link, address_of, term_label, term_link

__all__ = ["GROUPINGS", "Counted", "count"]


@dataclass(frozen=True)
class Counted:
    """What events have in common, how many there are, and the sum of their numbers."""

    link: Link
    key: str
    events: int
    number: int


GROUPINGS: Final[Mapping[str, Callable[[Row], Iterable[str]]]] = {
    "actor": lambda row: row.actors or row.participants,
    "recipient": lambda row: row.recipients or row.participants,
    "kind": lambda row: (row.kind,),
    "group": lambda row: (group_of(row.kind),),
    "year": lambda row: (row.day[:4],),
    "month": lambda row: (row.day[:7],),
    "status": lambda row: row.status,
}
"""What events can be counted by: the keys that a row falls under."""

_BY_TIME: Final = ("year", "month")
_OF_THE_ONTOLOGY: Final = ("kind", "group", "status")


def count(rows: Iterable[Row], by: str, known: Summary) -> list[Counted]:
    """Count events: times in their order, all else with the most first.

    Raises:
        KeyError: there is no such grouping.
    """
    keys = GROUPINGS[by]
    events: dict[str, int] = defaultdict(int)
    numbers: dict[str, int] = defaultdict(int)
    for row in rows:
        for key in keys(row):
            events[key] += 1
            numbers[key] += row.number
    found = [Counted(_link(key, by, known), key, n, numbers[key]) for key, n in events.items()]
    if by in _BY_TIME:
        return sorted(found, key=lambda c: c.key)
    return sorted(found, key=lambda c: (-c.number, -c.events, c.link.label))


def _link(key: str, by: str, known: Summary) -> Link:
    if by in _BY_TIME:
        return Link(day_text(key) or "–")
    if by in _OF_THE_ONTOLOGY:
        return term_link(key) if key else Link(term_label(key))
    return Link(known.label(key, language()), address_of(key))
