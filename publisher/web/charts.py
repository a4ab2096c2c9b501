"""Work out where things stand in a picture; ``charts.html`` draws it as SVG.

In: rows of events. Out: bars, ticks, circles and curves in the coordinates of a view box, each with
the words that say the same. The pictures are plain SVG in the page, so that they take its colours
in light and dark, their parts are links, and nothing is fetched or run to show them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from publisher.web.classes import group_of
from publisher.web.interface import day_text, message
from publisher.web.summary import Row

__all__ = ["GROUPS", "Bar", "Network", "Timeline", "network", "timeline"]

GROUPS: Final = ("Consultation", "Cooperation", "Expression", "Measure", "Context")
"""The main classes of events, in the order in which they are stacked."""

_WIDTH: Final = 720
_HEIGHT: Final = 150
_MOST_BARS: Final = 60
_LONGEST_NAME: Final = 22
_UNITS: Final = (10, 7, 4)
"""How much of ISO 8601 a bar stands for: a day, a month, a year."""


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: how many events of which group."""

    group: str
    y: float
    height: float
    n: int


@dataclass(frozen=True)
class Bar:
    """The events of a day, a month, a year or a decade."""

    since: str
    until: str
    label: str
    x: float
    width: float
    n: int
    segments: tuple[Segment, ...]
    href: str


@dataclass(frozen=True)
class Timeline:
    """Bars over time; those of ``below`` hang down from the same line."""

    bars: tuple[Bar, ...]
    below: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    scale: tuple[tuple[float, int], ...]
    width: int
    height: int
    line: float
    groups: tuple[str, ...]


def _periods(days: Sequence[str]) -> list[tuple[str, str]]:
    """Cut the time that days span into at most so many equal periods, first and last included."""
    first, last = min(days), max(days)
    for length in _UNITS:
        found = _between(first[:length], last[:length], 1)
        if len(found) <= _MOST_BARS:
            return [(p, p) for p in found]
    span = int(last[:4]) - int(first[:4]) + 1
    step = next(s for s in (5, 10, 20, 50, 100, 500, 1000, 10000) if span / s < _MOST_BARS)
    start = int(first[:4]) // step * step
    return [
        (f"{y:04}", f"{y + step - 1:04}") for y in range(start, int(last[:4]) + 1, step)
    ]  # fmt: skip


def _between(first: str, last: str, step: int) -> list[str]:
    """Give the periods from the first to the last; at least one too many when there are many."""
    from datetime import date, timedelta

    if len(first) == 4:
        return [f"{y:04}" for y in range(int(first), int(last) + 1, step)]
    if len(first) == 7:
        start, end = (int(p[:4]) * 12 + int(p[5:]) - 1 for p in (first, last))
        return [f"{m // 12:04}-{m % 12 + 1:02}" for m in range(start, end + 1, step)]
    begin = date.fromisoformat(first)
    many = (date.fromisoformat(last) - begin).days
    return [str(begin + timedelta(n)) for n in range(0, min(many, _MOST_BARS) + 1, step)]


def timeline(
    above: Iterable[Row],
    address: Callable[[str, str], str],
    below: Iterable[Row] | None = None,
) -> Timeline | None:
    """Stack events over time by their main class.

    Args:
        above: the events whose bars stand up.
        address: where the bar of a period leads.
        below: the events whose bars hang down, where there are two sides.

    Returns:
        ``None`` where no event has a day.
    """
    sides = [[r for r in side if r.day] for side in (above, below or ())]
    days = [r.day for side in sides for r in side]
    if not days:
        return None
    periods = _periods(days)
    counted = [_count(side, periods) for side in sides]
    most = max(sum(c.values()) for side in counted for c in side) or 1
    both = below is not None
    unit = (_HEIGHT / (2 if both else 1) - 6) / most
    line = _HEIGHT / 2 if both else float(_HEIGHT)
    step = (_WIDTH - 40) / len(periods)
    drawn = [
        tuple(
            _bar(period, count, 36 + n * step, step, line, unit * (-1 if down else 1), address)
            for n, (period, count) in enumerate(zip(periods, side, strict=True))
            if count
        )
        for side, down in zip(counted, (False, True), strict=True)
    ]
    present = {g for side in counted for c in side for g in c}
    return Timeline(
        drawn[0], drawn[1], tuple(_ticks(periods, step)),
        tuple((line - v * unit * s, v) for v in _scale(most) for s in ((1, -1) if both else (1,))),
        _WIDTH, _HEIGHT + 24, line, tuple(g for g in GROUPS if g in present),
    )  # fmt: skip


def _count(rows: Sequence[Row], periods: Sequence[tuple[str, str]]) -> list[Counter[str]]:
    found: list[Counter[str]] = [Counter() for _ in periods]
    starts = [since for since, _ in periods]
    length = len(starts[0])
    place = {since: n for n, since in enumerate(starts)}
    width = int(periods[0][1][:4]) - int(periods[0][0][:4]) + 1
    for row in rows:
        key = row.day[:length]
        if width > 1:
            key = f"{int(key) // width * width:04}"
        found[place[key]][group_of(row.kind)] += 1
    return found


def _bar(
    period: tuple[str, str], count: Counter[str], x: float, step: float, line: float, unit: float,
    address: Callable[[str, str], str],
) -> Bar:  # fmt: skip
    segments, at = [], 0
    for group in [*GROUPS, *sorted(set(count) - set(GROUPS))]:
        n = count.get(group, 0)
        if n:
            ends = (line - at * unit, line - (at + n) * unit)
            segments.append(Segment(group, round(min(ends), 1), round(abs(n * unit), 1), n))
            at += n
    since, until = period
    label = day_text(since) if since == until else f"{day_text(since)}–{day_text(until)}"
    gap = min(2.0, step * 0.15)
    return Bar(
        since, until, label, round(x + gap / 2, 1), round(step - gap, 1), at, tuple(segments),
        address(since, until),
    )  # fmt: skip


def _ticks(periods: Sequence[tuple[str, str]], step: float) -> Iterable[tuple[float, str]]:
    """Label every so many periods, so that the labels do not touch."""
    room = 90 if len(periods[0][0]) > 4 else 48
    every = max(1, math.ceil(room / step))
    for n in range(0, len(periods), every):
        x = round(36 + (n + 0.5) * step, 1)
        if x + room / 2 < _WIDTH + room / 4 or n == 0:
            yield x, day_text(periods[n][0])


def _scale(most: int) -> list[int]:
    step = next(s * 10**e for e in range(9) for s in (1, 2, 5) if most / (s * 10**e) <= 3)
    return list(range(step, most + 1, step))


@dataclass(frozen=True)
class Node:
    """An actor in a network, its place and where its name, short enough to fit, stands."""

    label: str
    short: str
    href: str | None
    x: float
    y: float
    r: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True)
class Edge:
    """How often one acted towards the other: a curve that thickens with the number."""

    path: str
    width: float
    title: str
    group: str


@dataclass(frozen=True)
class Network:
    """Actors on a circle and what passes between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int


def network(
    pairs: Mapping[tuple[str, str], Counter[str]],
    label: Callable[[str], str],
    address: Callable[[str], str | None],
    centre: str | None = None,
    most: int = 14,
) -> Network | None:
    """Draw who acts towards whom.

    Args:
        pairs: by actor and recipient, how many events of each main class.
        label: names an actor.
        address: where an actor's name leads.
        centre: whose relations are drawn; the circle is around it. Else all are on the circle.
        most: how many actors are drawn, the busiest first.
    """
    busy: Counter[str] = Counter()
    for (one, other), counts in pairs.items():
        for iri in {one, other}:
            busy[iri] += sum(counts.values())
    chosen = [i for i, _ in sorted(busy.items(), key=lambda x: (-x[1], x[0])) if i != centre][:most]
    if not chosen:
        return None
    places = _on_circle(chosen) | ({centre: (320.0, 180.0)} if centre else {})
    largest = max(busy[i] for i in chosen)
    nodes = [_node(i, places[i], busy[i] / largest, label, address, i == centre) for i in places]
    drawn = [(p, c) for p, c in pairs.items() if p[0] in places and p[1] in places]
    top = max((sum(c.values()) for _, c in drawn), default=1)
    edges = [_edge(p, c, places, top, label) for p, c in sorted(drawn, key=lambda x: x[0])]
    return Network(tuple(nodes), tuple(edges), 640, 360)


def _on_circle(iris: Sequence[str]) -> dict[str, tuple[float, float]]:
    found = {}
    for n, iri in enumerate(iris):
        angle = 2 * math.pi * n / len(iris) - math.pi / 2
        found[iri] = (320 + 150 * math.cos(angle), 180 + 145 * math.sin(angle))
    return found


def _node(
    iri: str, at: tuple[float, float], share: float, label: Callable[[str], str],
    address: Callable[[str], str | None], centre: bool,
) -> Node:  # fmt: skip
    x, y = at
    r = 11.0 if centre else 4 + 6 * math.sqrt(min(share, 1.0))
    side = 0 if centre or abs(x - 320) < 20 else (1 if x > 320 else -1)
    text_y = y + 5 if side else (y - r - 6 if y < 180 and not centre else y + r + 16)
    anchor = {0: "middle", 1: "start", -1: "end"}[side]
    return Node(
        label(iri), _short(label(iri)), address(iri), round(x, 1), round(y, 1), round(r, 1),
        round(x + side * (r + 5), 1), round(text_y, 1), anchor,
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _edge(
    pair: tuple[str, str], counts: Counter[str], places: Mapping[str, tuple[float, float]],
    top: int, label: Callable[[str], str],
) -> Edge:  # fmt: skip
    (x1, y1), (x2, y2) = (places[i] for i in pair)
    n = sum(counts.values())
    middle = ((x1 + x2) / 2 + (y2 - y1) * 0.16, (y1 + y2) / 2 - (x2 - x1) * 0.16)
    path = f"M{x1:.1f} {y1:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {x2:.1f} {y2:.1f}"
    if pair[0] == pair[1]:
        path = f"M{x1:.1f} {y1:.1f}q-14 -24 0 -24t0 24"
    group = max(GROUPS, key=lambda g: counts.get(g, 0))
    title = f"{label(pair[0])} → {label(pair[1])}: {message('numbers.events', n)}"
    return Edge(path, round(0.8 + 4.2 * n / top, 1), title, group)
