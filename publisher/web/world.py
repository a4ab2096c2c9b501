"""Draw the world: the outlines of its states, and how much each has to do with the events.

In: ``world.json``, and numbers by state. Out: shapes for ``charts.html``, shaded by the numbers.

The outlines are those of Natural Earth (public domain; countries at 1:110 million, and as dots
those too small for it), in the Equal Earth projection (Šavrič, Patterson, Jenny 2018). They were
made from the npm packages world-atlas 2.0.2 and i18n-iso-countries by::

    python -m publisher.web.world countries-110m.json countries-50m.json codes.json > world.json
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import current_app

from publisher.gazetteer import Gazetteer
from publisher.vocabulary import WD

__all__ = ["Shape", "World", "world"]

_WIDTH: Final = 1000
_SHADES: Final = 5
_SMALL: Final = 3
"""Islands and holes of fewer units across are left out."""
_MIDDLE: Final = 11.0
"""The meridian in the middle: east enough that the edge runs through the Bering Strait."""
_SOUTH: Final = -58.0
"""Where the paper ends: south of Cape Horn."""
_NO_STATE: Final = "Antarctica"


@dataclass(frozen=True)
class Shape:
    """A state: its outline, or its dot where it is too small for one."""

    label: str
    n: int
    shade: int
    href: str | None
    path: str = ""
    dot: tuple[float, float] | None = None


@dataclass(frozen=True)
class World:
    """A map of all states, those with a number last, so that they lie on top."""

    shapes: tuple[Shape, ...]
    width: int
    height: int


def world(
    numbers: Mapping[str, int],
    label: Callable[[str], str],
    address: Callable[[str], str | None],
) -> World | None:
    """Shade the states by their numbers.

    Args:
        numbers: by IRI of a state.
        label: names a state.
        address: where a state leads.

    Returns:
        ``None`` where no state has a number.
    """
    drawn = _outlines(Path(current_app.root_path) / "world.json")
    top = max((numbers.get(_iri(name), 0) for name in drawn["states"]), default=0)
    if not top:
        return None
    shapes = []
    for item, found in drawn["states"].items():
        iri = _iri(item)
        n = numbers.get(iri, 0)
        dot = tuple(found["dot"]) if "dot" in found else None
        if dot and not n:
            continue
        shade = math.ceil(_SHADES * math.log1p(n) / math.log1p(top)) if n else 0
        name, href = (label(iri), address(iri)) if n else ("", None)
        shapes.append(Shape(name, n, shade, href, found.get("path", ""), dot))
    shapes.sort(key=lambda s: (s.n > 0, s.dot is not None, s.label))
    return World(tuple(shapes), _WIDTH, drawn["height"])


def _iri(item: str) -> str:
    return str(WD) + item


@cache
def _outlines(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


_Point = tuple[float, float]
_A: Final = (1.340264, -0.081106, 0.000893, 0.003796)


def _equal_earth(longitude: float, latitude: float) -> _Point:
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    a1, a2, a3, a4 = _A
    t2 = theta * theta
    t6 = t2**3
    slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    return x, theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))


def _arcs(topology: Mapping[str, Any]) -> list[list[_Point]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def _rings(geometry: Mapping[str, Any], arcs: list[list[_Point]]) -> Iterable[list[_Point]]:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for ring in polygon:
            points: list[_Point] = []
            for index in ring:
                arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                points += arc[1:] if points else arc
            yield points


def _unbroken(ring: list[_Point]) -> Iterable[_Point]:
    """Count longitude from the middle of the map, on across its edge where a ring crosses it."""
    before = 0.0
    for longitude, latitude in ring:
        here = (longitude - _MIDDLE - before + 180) % 360 - 180 + before
        yield here, latitude
        before = here


def _on_paper(ring: list[_Point], height: float) -> list[tuple[int, int]]:
    edge = _equal_earth(180, 0)[0]
    scale = _WIDTH / (2 * edge)
    found: list[tuple[int, int]] = []
    for longitude, latitude in _unbroken(ring):
        x, y = _equal_earth(longitude, latitude)
        point = (round((x + edge) * scale), round(height / 2 - y * scale))
        if not found or found[-1] != point:
            found.append(point)
    return found


def _path(ring: list[tuple[int, int]]) -> str:
    (x, y), rest = ring[0], ring[1:-1]
    steps = []
    for nx, ny in rest:
        steps.append(f"{nx - x} {ny - y}")
        x, y = nx, ny
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps).replace(' -', '-')}z"


def _across(ring: list[tuple[int, int]]) -> int:
    return max(max(p[i] for p in ring) - min(p[i] for p in ring) for i in (0, 1))


def build(large: Mapping[str, Any], small: Mapping[str, Any], codes: list[list[str]]) -> Any:
    """Make the outlines from two scales of world-atlas and a table of ISO 3166-1 codes."""
    known = Gazetteer.load(people=False)
    items = {numeric: known.codes.get(two.lower()) for two, _, numeric, *_ in codes}
    named = {known.entities[iri].label: iri for iri in known.codes.values()}
    height = round(_WIDTH * _equal_earth(0, 90)[1] / _equal_earth(180, 0)[0])
    states: dict[str, dict[str, Any]] = {}
    for topology, as_dots in ((large, False), (small, True)):
        arcs = _arcs(topology)
        for geometry in topology["objects"]["countries"]["geometries"]:
            name = geometry["properties"]["name"]
            if name == _NO_STATE:
                continue
            iri = items.get(geometry.get("id", "")) or named.get(name) or name
            item = iri.removeprefix(str(WD))
            if item == iri and as_dots:
                continue
            rings = [_on_paper(r, height) for r in _rings(geometry, arcs)]
            drawn = [r for r in rings if len(r) > 3 and _across(r) >= _SMALL]
            if not as_dots and drawn:
                states[item] = {"path": "".join(map(_path, drawn))}
            elif as_dots and item not in states:
                points = max(rings, key=len)
                middle = [round(sum(p[i] for p in points) / len(points)) for i in (0, 1)]
                states[item] = {"dot": middle}
    _, lowest = _on_paper([(_MIDDLE, _SOUTH)], height)[0]
    return {"height": lowest, "states": dict(sorted(states.items()))}


if __name__ == "__main__":
    given = [json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:4]]
    print(json.dumps(build(*given), separators=(",", ":")))
