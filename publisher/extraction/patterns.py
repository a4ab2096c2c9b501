"""Match the time patterns of a language on the tokens of a text.

In: tokens and a language. Out: at any token, the longest :class:`~publisher.extraction.calendar.
Reading` that starts there. Patterns are sequences of kinds of words, in
``ontology/lexicon/times-*.ttl``; a pattern may hold another (*since* and any time).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import pyoxigraph as ox

from publisher.extraction.calendar import Reading, Slot
from publisher.extraction.numbers import read_number
from publisher.extraction.words import Token, Word, WordTable, load_table
from publisher.resources import ontology_path
from publisher.vocabulary import LEX

__all__ = ["Matcher"]


@dataclass(frozen=True, slots=True)
class _Pattern:
    means: str
    elements: tuple[tuple[str, bool], ...]
    bound: bool
    first: frozenset[str]
    """The kinds of words that it can begin with."""
    needed: frozenset[str]
    """The kinds of words without which a text has no such time."""
    holds_time: bool


class Matcher:
    """Matches the patterns of a language on the tokens of a text."""

    def __init__(self, tokens: Sequence[Token], language: str) -> None:
        self.tokens = tokens
        self.language = language
        self.table: WordTable = load_table("times", language)
        self.numbers: WordTable = load_table("numbers", language)
        self._words: dict[int, tuple[tuple[Word, int], ...]] = {}
        self._kinds: dict[int, frozenset[str]] = {}
        self._elements: dict[tuple[str, int], tuple[tuple[int, Slot], ...]] = {}

    @cached_property
    def patterns(self) -> tuple[_Pattern, ...]:
        """The patterns for which the text has all kinds of words."""
        there = frozenset().union(*map(self._kinds_at, range(len(self.tokens))))
        return tuple(p for p in _patterns(self.language) if p.needed <= there)

    def may_start(self, position: int) -> bool:
        """Tell cheaply whether a time could begin at a token."""
        token = self.tokens[position]
        return self.table.may_start(token) or token.folded in self.numbers.by_first

    def best(self, position: int, *, inside: bool) -> tuple[int, Reading] | None:
        """Give the longest match at a position; bound patterns count only ``inside`` others."""
        kinds = self._kinds_at(position)
        if not kinds or (position and self._mid_word(position)):
            return None
        best: tuple[int, Reading] | None = None
        for pattern in self.patterns:
            if (pattern.bound and not inside) or pattern.first.isdisjoint(kinds):
                continue
            if inside and pattern.holds_time:
                continue
            match = self._match(pattern.elements, position, ())
            if match is None or (best is not None and match[0] <= best[0]):
                continue
            best = match[0], Reading(pattern.means, match[1])
        if best is None or self._mid_word(best[0]):
            return None
        return best

    def _mid_word(self, position: int) -> bool:
        """Tell whether a word or numeral is cut in two before this token."""
        if not 0 < position < len(self.tokens) or not self.tokens[position].glued:
            return False
        before, token = self.tokens[position - 1], self.tokens[position]
        return before.text[-1].isalnum() and token.text[0].isalnum()

    def _kinds_at(self, position: int) -> frozenset[str]:
        if position not in self._kinds:
            self._kinds[position] = frozenset(self._kinds_of(position))
        return self._kinds[position]

    def _kinds_of(self, position: int) -> set[str]:
        kinds: set[str] = set()
        if position >= len(self.tokens):
            return kinds
        token = self.tokens[position]
        if token.is_numeral:
            kinds |= {"day", "year", "number", "isoDay", "slashDay"}
        elif token.folded in self.numbers.by_first:
            kinds.add("number")
        if token.folded in self.table.by_first:
            kinds.update(word.kind for word, _ in self._words_at(position))
        return kinds

    def _words_at(self, position: int) -> tuple[tuple[Word, int], ...]:
        if position not in self._words:
            self._words[position] = tuple(self.table.at(self.tokens, position))
        return self._words[position]

    def _match(
        self, elements: Sequence[tuple[str, bool]], position: int, slots: tuple[Slot, ...]
    ) -> tuple[int, tuple[Slot, ...]] | None:
        if not elements:
            return position, slots
        (name, optional), rest = elements[0], elements[1:]
        best: tuple[int, tuple[Slot, ...]] | None = None
        for after, slot in self._elements_at(name, position):
            match = self._match(rest, after, (*slots, slot))
            if match is not None and (best is None or match[0] > best[0]):
                best = match
        if optional:
            skipped = self._match(rest, position, slots)
            if skipped is not None and (best is None or skipped[0] > best[0]):
                best = skipped
        return best

    def _elements_at(self, name: str, position: int) -> tuple[tuple[int, Slot], ...]:
        """What an element can be here; the patterns share most of theirs."""
        key = name, position
        if key not in self._elements:
            self._elements[key] = tuple(self._element(name, position))
        return self._elements[key]

    def _element(self, name: str, position: int) -> Iterator[tuple[int, Slot]]:
        if position >= len(self.tokens):
            return
        token = self.tokens[position]
        if name == "time":
            if (inner := self.best(position, inside=True)) is not None:
                yield inner[0], Slot(name, reading=inner[1])
        elif name in _SIGNS:
            if token.text in _SIGNS[name]:
                yield position + 1, Slot(name)
        elif name == "number":
            number = read_number(self.tokens, position, self.language)
            if number is not None and number.value == int(number.value) and number.value < 10_000:
                yield number.after, Slot(name, value=int(number.value))
        elif name in ("isoDay", "slashDay"):
            yield from self._numeric_day(name, position)
        elif name in ("day", "year"):
            value = int(token.text) if token.is_numeral and token.text.isdecimal() else -1
            length = len(token.text)
            if (name == "day" and 1 <= value <= 31 and length < 3) or (
                name == "year" and 1900 <= value <= 2099 and length == 4
            ):
                yield position + 1, Slot(name, value=value)
        else:
            for word, after in self._words_at(position):
                if word.kind == name:
                    given, until = word.properties.get("value"), word.properties.get("until")
                    yield (
                        after,
                        Slot(
                            name.removesuffix("Short"),
                            value=int(given) if given is not None else None,
                            until=int(until) if until is not None else None,
                            unit=word.properties.get("unit"),
                        ),
                    )

    def _numeric_day(self, name: str, position: int) -> Iterator[tuple[int, Slot]]:
        parts = self.tokens[position : position + 5]
        sign = "-" if name == "isoDay" else "/"
        if len(parts) < 5 or not all(part.glued for part in parts[1:]):
            return
        texts = [part.text for part in parts]
        if texts[1] != sign or texts[3] != sign or not all(t.isdecimal() for t in texts[::2]):
            return
        first, second, third = (int(t) for t in texts[::2] if len(t) <= 4)
        order = (first, second, third) if name == "isoDay" else (third, second, first)
        if name == "slashDay" and self.language == "en":
            if first > 12 >= second:
                order = (third, second, first)
            elif second > 12 >= first:
                order = (third, first, second)
            elif first != second:
                return
        yield position + 5, Slot(name, day=order)


_SIGNS: Final = {"comma": ",", "dot": ".", "dash": "-–—‑"}
_UNKNOWN: Final = frozenset({*_SIGNS, "time"})
"""What no word alone tells of."""


@cache
def _patterns(language: str) -> tuple[_Pattern, ...]:
    path = ontology_path("lexicon", f"times-{language}.ttl")
    if not path.exists():
        return ()
    sequences: dict[str, list[str]] = {}
    means: dict[str, str] = {}
    bound: set[str] = set()
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
        subject = str(quad.subject)
        value = "" if isinstance(quad.object, ox.Triple) else quad.object.value
        if quad.predicate.value == str(LEX["sequence"]):
            sequences.setdefault(subject, []).append(value)
        elif quad.predicate.value == str(LEX["means"]):
            means[subject] = value.removeprefix(str(LEX))
        elif quad.predicate.value == str(LEX["bound"]):
            bound.add(subject)
    return tuple(
        _pattern(means[subject], sequence, subject in bound)
        for subject in sorted(sequences)
        for sequence in sequences[subject]
    )


def _pattern(means: str, sequence: str, bound: bool) -> _Pattern:
    elements = tuple((name.rstrip("?"), name.endswith("?")) for name in sequence.split())
    last = next((i for i, (_, optional) in enumerate(elements) if not optional), len(elements))
    first = frozenset(name for name, _ in elements[: last + 1])
    holds_time = any(name == "time" for name, _ in elements)
    needed = frozenset(n for n, optional in elements if not optional and n not in _UNKNOWN)
    return _Pattern(means, elements, bound, first, needed, holds_time)
