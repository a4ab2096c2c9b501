"""Cut a text into words and signs and fold them for comparison.

``"Türkiye’s"`` becomes ``turkiye``, ``'``, ``s`` with their offsets: letters without their
diacritics, in lower case, one apostrophe and one hyphen. Folding keeps no length, so offsets
always count in the text as read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Token", "fold", "key", "tokenize"]

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_|\n")
_WRAPPED = 50
_FOLDED = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "‑": "-", "‐": "-", "–": "-", "ł": "l", "Ł": "L",
        "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "Æ": "Ae",
        "œ": "oe", "Œ": "Oe", "ð": "d", "þ": "th", "ə": "a", "Ə": "A",
    }
)  # fmt: skip


class Token(NamedTuple):
    """A word or sign; ``folded`` is what is compared, ``capital`` that it begins with one."""

    text: str
    folded: str
    start: int
    end: int
    capital: bool


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The word in lower case without diacritics."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.translate(_FOLDED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def tokenize(text: str) -> list[Token]:
    """Words, signs and line ends of a text in order."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        start, end = match.span()
        if word != "\n" or _ends_paragraph(text, start):
            tokens.append(Token(word, fold(word), start, end, word[0].isupper()))
    return tokens


def _ends_paragraph(text: str, at: int) -> bool:
    """Whether a line end is more than the wrapping of a line."""
    before = text[text.rfind("\n", 0, at) + 1 : at].rstrip()
    return (
        len(before) < _WRAPPED
        or before[-1] in '.!?:"”»'
        or text[at + 1 : at + 2] in ("\n", "", "-", "*", "•")
    )


@lru_cache(maxsize=4096)
def key(name: str) -> tuple[str, ...]:
    """The folded tokens of a name."""
    return tuple(_folded(name))


def _folded(name: str) -> Iterator[str]:
    for match in _TOKEN.finditer(name):
        yield fold(match.group())
