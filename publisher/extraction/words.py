"""Cut a text into tokens and look up the words that numbers and times are made of.

In: a text and a language. Out: tokens with their offsets, and at any token the words of that
language that start there, with what they mean. The words are Turtle
(``ontology/lexicon/numbers-*.ttl``, ``times-*.ttl``); a word of several tokens (*a number of*,
*aujourd'hui*) is one word here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from publisher.resources import ontology_path
from publisher.vocabulary import LEX, ONTOLEX

__all__ = ["Token", "Word", "WordTable", "load_table", "tokens_of"]

_TOKEN: Final = re.compile(r"\n[^\S\n]*\n|\d+(?:[.,\u00a0\u2009\u202f]\d+)*|[^\W\d_]+|\S")
_APOSTROPHE: Final = "’"


class Token(NamedTuple):
    """A word, numeral, sign or paragraph break at ``text[start:end]``.

    ``folded`` is how words are looked up: lower case, straight apostrophe. ``glued`` says that
    nothing stands between this token and the one before.
    """

    text: str
    start: int
    end: int
    folded: str
    glued: bool
    is_numeral: bool


@dataclass(frozen=True, slots=True)
class Word:
    """One way to write an entry: its kind (``cardinal``, ``weekday``, ...) and its properties."""

    kind: str
    written: tuple[str, ...]
    spelled: str
    properties: Mapping[str, str]

    @property
    def value(self) -> int:
        """The number that the word stands for."""
        return int(self.properties["value"])


@dataclass(frozen=True)
class WordTable:
    """The words of one language, by their first token."""

    by_first: Mapping[str, tuple[Word, ...]]
    settings: Mapping[str, tuple[str, ...]]

    def may_start(self, token: Token) -> bool:
        """Tell whether a word of the table could start at a token."""
        return token.is_numeral or token.folded in self.by_first

    def at(self, tokens: Sequence[Token], position: int) -> Iterator[tuple[Word, int]]:
        """Give the words that start at a token, longest first, with the position after them."""
        for word in self.by_first.get(tokens[position].folded, ()):
            if (after := _end_of(word, tokens, position)) is not None:
                yield word, after

    def kinds(self, tokens: Sequence[Token], position: int, *kinds: str) -> tuple[Word, int] | None:
        """Give the longest word of one of some kinds that starts at a token."""
        if position >= len(tokens):
            return None
        return next((hit for hit in self.at(tokens, position) if hit[0].kind in kinds), None)


def _end_of(word: Word, tokens: Sequence[Token], position: int) -> int | None:
    """Give the position after a word whose first token stands here, or ``None``."""
    written = word.written
    after = position + len(written)
    if len(written) > 1:
        if after > len(tokens):
            return None
        for part, token in zip(written[1:], tokens[position + 1 : after], strict=True):
            if token.folded != part:
                return None
    if word.spelled[0].isupper() and not tokens[position].text[0].isupper():
        return None
    return after


@lru_cache(maxsize=64)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens; a blank line is a token of its own."""
    tokens: list[Token] = []
    before = -1
    for match in _TOKEN.finditer(text):
        word = match[0]
        start, end = match.span()
        folded = "'" if word == _APOSTROPHE else word.lower()
        tokens.append(Token(word, start, end, folded, start == before, word[0].isdecimal()))
        before = end
    return tuple(tokens)


@cache
def load_table(name: str, language: str) -> WordTable:
    """Read ``ontology/lexicon/{name}-{language}.ttl``; empty if there is no such file."""
    path = ontology_path("lexicon", f"{name}-{language}.ttl")
    if not path.exists():
        return WordTable({}, {})
    entries: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
        value = quad.object.value if not isinstance(quad.object, ox.Triple) else ""
        entries[str(quad.subject)][quad.predicate.value].append(value)
    words: dict[str, list[Word]] = defaultdict(list)
    settings: dict[str, list[str]] = defaultdict(list)
    for properties in entries.values():
        for word in _words(properties):
            words[word.written[0]].append(word)
        if str(ONTOLEX["writtenRep"]) not in properties:
            for key, values in properties.items():
                settings[_local(key)].extend(values)
    return WordTable(
        {first: tuple(sorted(found, key=_by_length)) for first, found in words.items()},
        {key: tuple(values) for key, values in settings.items()},
    )


def _words(properties: Mapping[str, Sequence[str]]) -> Iterator[Word]:
    own = {_local(key): _local(values[0]) for key, values in properties.items()}
    for written in properties.get(str(ONTOLEX["writtenRep"]), ()):
        parts = tuple(token.folded for token in tokens_of(written))
        yield Word(own["kind"], parts, written, own)


def _by_length(word: Word) -> tuple[int, str]:
    return -len(word.written), word.kind


def _local(value: str) -> str:
    return value.removeprefix(str(LEX)).rpartition("#")[2]
