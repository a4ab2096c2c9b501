"""Read one number, in digits or words, at a place in a text.

*35*, *1,200*, *40 million*, *one hundred and twenty*, *quatre-vingt-dix-sept*, *two dozen*.
Input is a list of tokens and a position; output is the number and the position after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from publisher.extraction.words import Token, Word, WordTable, load_table

__all__ = ["Number", "read_number"]

_NARROW: Final = "\u00a0\u2009\u202f"
_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text and the position after it; ``collective`` for *a dozen*."""

    value: Decimal
    after: int
    collective: bool = False
    in_digits: bool = False


def read_number(tokens: Sequence[Token], position: int, language: str) -> Number | None:
    """Read the number that starts at a token, or give ``None``.

    An article is a number only before a word that needs one (*a dozen*, *a million*).
    """
    table = load_table("numbers", language)
    token = tokens[position]
    if token.is_numeral:
        return _numeral(tokens, position, table)
    article = table.kinds(tokens, position, "indefinite")
    if article is not None:
        magnitude = table.kinds(tokens, article[1], "magnitude", "collective")
        if magnitude is None or (len(magnitude[0].spelled) < 3 and magnitude[1] < len(tokens)):
            return None
        return _multiplied(tokens, article[1], Decimal(1), table)
    return _spelled(tokens, position, table)


def _numeral(tokens: Sequence[Token], position: int, table: WordTable) -> Number | None:
    token = tokens[position]
    before = tokens[position - 1] if position else None
    if token.glued and before and (before.text.isalnum() or before.text in "-–./:'’#@_"):
        return None
    digits, after = token.text, position + 1
    if " " in table.settings.get("thousands", ()):
        while after < len(tokens) and _is_group(digits, tokens[after], tokens[after - 1]):
            digits, after = digits + tokens[after].text, after + 1
    value = _decimal(digits, table)
    if value is None or _runs_on(tokens, after, table):
        return None
    number = _multiplied(tokens, after, value, table)
    return Number(number.value, number.after, number.collective, in_digits=True)


def _is_group(digits: str, token: Token, before: Token) -> bool:
    apart = token.start - before.end == 1
    return apart and token.is_numeral and len(token.text) == 3 and len(digits) % 3 < 4 > len(digits)


def _runs_on(tokens: Sequence[Token], after: int, table: WordTable) -> bool:
    """Tell whether a numeral is only the beginning of something: *15-member*, *9:30*, *5th*."""
    if after >= len(tokens) or not tokens[after].glued:
        return False
    following = tokens[after]
    if following.text[0].isalpha():
        return table.kinds(tokens, after, "magnitude", "currency") is None
    if following.text in "-–‑/:.":
        beyond = tokens[after + 1] if after + 1 < len(tokens) else None
        is_range = following.text in "-–" and beyond is not None and beyond.is_numeral
        return beyond is not None and beyond.glued and not is_range
    return following.text in "_@#°"


def _decimal(digits: str, table: WordTable) -> Decimal | None:
    style = table.settings
    for separator in (*style.get("thousands", (",",)), *_NARROW):
        parts = digits.split(separator)
        if len(parts) > 1 and len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]):
            digits = "".join(parts)
    for separator in style.get("decimal", (".",)):
        digits = digits.replace(separator, ".")
    if len(digits) > _DIGITS:
        return None
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _multiplied(tokens: Sequence[Token], position: int, value: Decimal, table: WordTable) -> Number:
    collective = False
    while (found := table.kinds(tokens, position, "magnitude", "collective")) is not None:
        word, after = found
        if len(word.spelled) < 3 and not tokens[position].glued:
            break
        value, position = value * word.value, after
        collective = collective or word.kind == "collective"
        if value >= 10**_DIGITS:
            break
    return Number(value, position, collective)


def _spelled(tokens: Sequence[Token], position: int, table: WordTable) -> Number | None:
    found = table.kinds(tokens, position, "cardinal", "magnitude", "collective")
    if found is None or len(found[0].spelled) < 3:
        return None
    if found[0].kind == "collective":
        return Number(Decimal(found[0].value), found[1], collective=True)
    total, current, collective = 0, 0, False
    after = position
    while found is not None and (sum_ := _add(total, current, found[0])) is not None:
        total, current = sum_
        collective = found[0].kind == "collective"
        after = found[1]
        found = _next_part(tokens, after, current, table)
        if collective or total >= 10**_DIGITS:
            break
    if after == position or _runs_on(tokens, after, table):
        return None
    return Number(Decimal(total + current), after, collective)


def _add(total: int, current: int, word: Word) -> tuple[int, int] | None:
    """Add a word to a number that is being read; ``None`` if it belongs to the next one."""
    value = word.value
    if word.kind in ("magnitude", "collective"):
        if value == 100 and current < 100:
            return total, max(current, 1) * 100
        if 0 < total <= value or (total and not current):
            return None
        return total + max(current, 1) * value, 0
    rest = current % 100
    fits = rest == 0 or (rest >= 20 and rest % 10 == 0 and value < (20 if rest in (60, 80) else 10))
    return (total, current + value) if fits or word.kind == "afterTens" else None


def _next_part(
    tokens: Sequence[Token], position: int, current: int, table: WordTable
) -> tuple[Word, int] | None:
    if position >= len(tokens):
        return None
    if tokens[position].text in "-‑–":
        if not tokens[position].glued:
            return None
        position += 1
    if 20 <= current % 100 <= 60 and (found := table.kinds(tokens, position, "afterTens")):
        return found
    connector = table.kinds(tokens, position, "connector")
    if connector is None:
        found = table.kinds(tokens, position, "cardinal", "magnitude", "collective")
        return None if found is None or len(found[0].spelled) < 3 else found
    if current < 100 or current % 100:
        return None  # "five and six" are two numbers
    return table.kinds(tokens, connector[1], "cardinal")
