"""Know the things that names can be reconciled with, and find the likeliest for a name.

In: a summary of a snapshot. Out: an :class:`Index` of its events, actors and documents by the words
of their names, and candidates with scores between 0 and 100. Other names of actors come from the
gazetteer (``UK``, ``the Kremlin``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from publisher.gazetteer import Gazetteer
from publisher.vocabulary import WD
from publisher.web.classes import lineage_of
from publisher.web.summary import Summary, fold

__all__ = ["Candidate", "Condition", "Index", "Thing", "index_of", "iri_of", "short_id"]

_LOOKED_AT: Final = 200
"""How many things that share words with a name are compared with it."""
_LIKELY: Final = 25.0
"""The score below which nothing is a candidate."""
_CERTAIN: Final = 95.0
_BY_OTHER_NAME: Final = 96.0
"""The score of an actor that is called by another of its names."""


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """What a name can be reconciled with."""

    iri: str
    kind: str
    """The main type: ``Event``, ``Actor`` or ``Document``."""
    types: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    """Names with their languages."""
    told: Mapping[str, tuple[str, ...]]
    """Values by property, for conditions: IRIs, names and days."""

    def name(self, language: str = "en") -> str:
        """The name in a language, or another."""
        by_language = dict(self.names)
        return by_language.get(language) or by_language.get("en") or self.names[0][1]


@dataclass(frozen=True)
class Condition:
    """A value that a candidate should have for a property."""

    property: str
    values: tuple[str, ...]
    required: bool = False
    quantifier: str = "any"


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant, how likely, and whether for certain."""

    thing: Thing
    score: float
    by_name: float
    by_properties: float
    match: bool = False


class Index:
    """The things of one summary, by the words of their names."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = {thing.iri: thing for thing in things}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for thing in self.things.values():
            for _, name in thing.names:
                for word in _words(name):
                    self._by_word[word].add(thing.iri)

    def candidates(
        self,
        name: str,
        kind: str | None = None,
        conditions: Iterable[Condition] = (),
        limit: int = 10,
        language: str = "en",
    ) -> list[Candidate]:
        """Give the likeliest things for a name, the best first."""
        asked = tuple(conditions)
        found = []
        for thing, by_name in self._named(name, language).items():
            if kind and kind not in thing.types:
                continue
            met = [_is_met(condition, thing) for condition in asked]
            if any(c.required and not m for c, m in zip(asked, met)):
                continue
            by_properties = 100.0 * sum(met) / len(met) if met else 100.0
            score = by_name if not met else 0.6 * by_name + 0.4 * by_properties
            if score >= _LIKELY:
                found.append(Candidate(thing, round(score, 1), by_name, by_properties))
        found.sort(key=lambda c: (-c.score, c.thing.iri))
        sure = len(found) > 0 and found[0].score >= _CERTAIN
        sure = sure and (len(found) == 1 or found[1].score < found[0].score)
        first = [Candidate(c.thing, c.score, c.by_name, c.by_properties, sure) for c in found[:1]]
        return [*first, *found[1:]][:limit]

    def _named(self, name: str, language: str) -> dict[Thing, float]:
        """Give things whose names are like a name, with how like they are."""
        direct = self.things.get(iri_like(name))
        if direct is not None:
            return {direct: 100.0}
        wanted = fold(name).strip()
        if not wanted:
            return dict.fromkeys(self.things.values(), 50.0)
        words = _words(name)
        shared: dict[str, int] = defaultdict(int)
        for word in words:
            for iri in self._by_word.get(word, ()):
                shared[iri] += 1
        best = sorted(shared, key=lambda iri: (-shared[iri], iri))[:_LOOKED_AT]
        found = {self.things[iri]: self._likeness(wanted, words, self.things[iri]) for iri in best}
        for iri in _by_other_names(name, language):
            if iri in self.things:
                found[self.things[iri]] = max(found.get(self.things[iri], 0), _BY_OTHER_NAME)
        return found

    @staticmethod
    def _likeness(wanted: str, words: set[str], thing: Thing) -> float:
        best = 0.0
        for _, name in thing.names:
            other = fold(name)
            if other == wanted:
                return 100.0
            own = _words(name)
            overlap = len(words & own) / max(len(words | own), 1)
            ratio = SequenceMatcher(None, wanted, other, autojunk=False).ratio()
            best = max(best, 90.0 * (0.5 * overlap + 0.5 * ratio))
        return round(best, 1)

    def beginning(self, prefix: str, limit: int, offset: int = 0) -> list[Thing]:
        """Give the things of which a word begins with what was typed, the shortest names first."""
        typed = fold(prefix).split()
        if not typed:
            return []
        hits: set[str] | None = None
        for part in typed:
            found: set[str] = set()
            for word, iris in self._by_word.items():
                if word.startswith(part):
                    found |= iris
            hits = found if hits is None else hits & found
        things = [self.things[iri] for iri in hits or ()]
        things.sort(key=lambda t: (t.kind == "Event", len(t.name()), t.iri))
        return things[offset : offset + limit]


def _words(name: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in fold(name)).split())


def _is_met(condition: Condition, thing: Thing) -> bool:
    told = {fold(value) for value in thing.told.get(condition.property, ())}
    met = [fold(value) in told for value in condition.values]
    if condition.quantifier == "all":
        return all(met)
    return not any(met) if condition.quantifier == "none" else any(met)


def _by_other_names(name: str, language: str) -> Iterator[str]:
    """Give the actors that the gazetteer knows under a name, where it is the whole name."""
    if len(name) > _LONGEST_NAME:
        return
    for hit in Gazetteer.load().find(name, language if language in ("en", "fr") else "en"):
        before = name[: hit.start]
        if hit.end == len(name) and len(before) <= _ARTICLE and " " not in before.strip():
            for sense in hit.senses:
                yield sense.entity


_LONGEST_NAME: Final = 120
_ARTICLE: Final = 4
"""How long a word before a name may be that does not belong to it: *the* and a space."""


def iri_like(text: str) -> str:
    """The IRI that a text is or ends like: a Wikidata number stands for its item."""
    text = text.strip()
    return str(WD[text]) if text[:1] == "Q" and text[1:].isdecimal() else text


def short_id(iri: str, base: str) -> str:
    """Give the identifier of a thing in the service: short, and safe in addresses."""
    return iri.removeprefix(str(WD)).removeprefix(f"{base}/id/")


def iri_of(identifier: str, base: str) -> str:
    """Give the IRI of an identifier of the service."""
    if identifier.startswith(("http://", "https://")):
        return identifier
    found = iri_like(identifier)
    return found if found != identifier else f"{base}/id/{identifier}"


@lru_cache(maxsize=2)
def index_of(summary: Summary) -> Index:
    """Index a summary, once."""
    return Index(_things(summary))


def _things(summary: Summary) -> Iterator[Thing]:
    for document in summary.documents:
        names = _names_of(document, summary)
        yield Thing(document, "Document", ("Document",), names, {})
    for actor in summary.actors():
        kind = summary.kinds.get(actor, "")
        types = ("Actor", *((kind,) if kind else ()))
        yield Thing(actor, "Actor", types, _names_of(actor, summary), {"kind": (kind,)})
    for row in summary.rows:
        told = {
            "date": (row.day,), "startDate": (row.day,), "endDate": (row.end or row.day,),
            "status": row.status, "count": (str(row.number),) if row.number else (),
        }  # fmt: skip
        for role, parties in (
            ("actor", row.actors), ("recipient", row.recipients),
            ("participant", row.participants), ("agent", row.agents),
        ):  # fmt: skip
            told[role] = tuple(n for p in parties for n in (p, *_every_name(p, summary)))
        label = summary.labels.get(row.event, {})
        names = tuple(sorted(label.items())) or (("en", row.kind),)
        yield Thing(row.event, "Event", lineage_of(row.kind), names, told)


def _names_of(iri: str, summary: Summary) -> tuple[tuple[str, str], ...]:
    found = summary.labels.get(iri, {})
    return tuple(sorted(found.items())) or (("en", summary.label(iri, "en")),)


def _every_name(iri: str, summary: Summary) -> list[str]:
    return [*summary.labels.get(iri, {}).values(), iri.removeprefix(str(WD))]
