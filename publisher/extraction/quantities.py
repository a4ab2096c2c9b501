"""Find the quantities in a text: how many, of what certainty, and sums of money.

*more than 30* is 30, at least; *reportedly 40* is 40, reported; *dozens of* and *a number of*
are no number that is told. Input is a text and its language; output is a :class:`Quantity` for
each place that counts something. Ordinals, years, days of the month, clock times and numbers
that name something (*Resolution 2758*, *G20*) are not quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from publisher.extraction.numbers import Number, read_number
from publisher.extraction.times import time_spans
from publisher.extraction.words import Token, WordTable, load_table, tokens_of

__all__ = ["Quantity", "find_quantities"]

_HEARSAY_REACH: Final = 4
_YEARS: Final = range(1900, 2100)
_LARGEST: Final = 10**15


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity at ``text[start:end]``.

    ``value`` is ``None`` where the text tells no number; ``qualifier`` is one of ``exactly``,
    ``about``, ``atLeast``, ``reported`` and ``unspecified``; ``kind`` is ``count``, ``money``
    (with the ISO 4217 code as ``unit``) or ``percent``.
    """

    start: int
    end: int
    value: int | None
    qualifier: str
    kind: str = "count"
    unit: str | None = None


def find_quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """Find the quantities of a text, in order and never overlapping."""
    tokens = tokens_of(text)
    reader = _Reader(tokens, language, load_table("numbers", language))
    taken = time_spans(text, language)
    found: list[Quantity] = []
    position = 0
    while position < len(tokens):
        while taken and taken[0][1] <= tokens[position].start:
            taken = taken[1:]
        if taken and taken[0][0] <= tokens[position].start:
            position += 1
            continue
        if not reader.table.may_start(tokens[position]):
            position += 1
            continue
        after, quantity = reader.read(position)
        if quantity is not None:
            found.append(quantity)
        position = max(after, position + 1)
    return tuple(found)


@dataclass(frozen=True)
class _Reader:
    tokens: Sequence[Token]
    language: str
    table: WordTable

    def read(self, position: int) -> tuple[int, Quantity | None]:
        """Read a quantity at a token; give the position after what was understood."""
        blocked = self.table.kinds(self.tokens, position, "blocker")
        if blocked is not None:
            return blocked[1], None
        start, qualifier = position, None
        while (said := self.table.kinds(self.tokens, position, "qualifier")) is not None:
            if qualifier != "reported":
                qualifier = said[0].properties["qualifier"]
            position = said[1]
        vague = self.table.kinds(self.tokens, position, "vague")
        if vague is not None and not self._counts(position, vague[1]):
            return vague[1], self._quantity(position, vague[1], None, "unspecified")
        if position >= len(self.tokens):
            return position, None
        return self._exact(start, position, qualifier)

    def _counts(self, position: int, after_vague: int) -> bool:
        """Tell whether a number that is longer than the vague words stands here."""
        number = self._number(position)
        return number is not None and number.after >= after_vague

    def _number(self, position: int) -> Number | None:
        return read_number(self.tokens, position, self.language)

    def _exact(
        self, start: int, position: int, qualifier: str | None
    ) -> tuple[int, Quantity | None]:
        currency = self.table.kinds(self.tokens, position, "currency")
        at = currency[1] if currency else position
        number = self._number(at) if at < len(self.tokens) else None
        if number is None and currency is not None and at < len(self.tokens):
            number = read_number(self.tokens[at:], 0, self.language)
            number = number and Number(number.value, number.after + at, number.collective)
        if number is None or (not currency and self._names(at, number, qualifier)):
            return position if qualifier else position + 1, None
        unit = currency[0].properties["currency"] if currency else None
        if self._is_score(number.after):
            return number.after + 2, None
        after, upper = self._range(number)
        if upper:
            qualifier = qualifier or "atLeast"
        after, trailing = self._trailing(after)
        kind, unit, after = self._kind(after, unit)
        qualifier = qualifier or trailing or self._hearsay(start)
        if number.collective:
            qualifier = qualifier or "about"
        whole = number.value == int(number.value) and number.value < _LARGEST
        if not whole and kind == "count":
            return after, None
        value = int(number.value) if whole else None
        return after, self._quantity(start, after, value, qualifier or "exactly", kind, unit)

    def _range(self, number: Number) -> tuple[int, Decimal | None]:
        """Read on over the upper end of a range: *30 to 40*, *30-40*."""
        tokens, position = self.tokens, number.after
        if position >= len(tokens):
            return position, None
        if tokens[position].text in "-–":
            following = position + 1
        else:
            word = self.table.kinds(tokens, position, "rangeWord")
            following = word[1] if word else 0
        if not following or following >= len(tokens):
            return position, None
        upper = read_number(tokens[following:], 0, self.language)
        joined = self._opens_range(number) or tokens[position].folded not in ("and", "et")
        if upper is None or upper.value <= number.value or not joined:
            return position, None
        return following + upper.after, upper.value

    def _is_score(self, position: int) -> bool:
        """Tell whether a number is one side of a vote: *93-24*; a range goes up."""
        tokens = self.tokens[position - 1 : position + 2]
        if (
            len(tokens) < 3
            or tokens[1].text not in "-–"
            or not (tokens[1].glued and tokens[2].glued)
        ):
            return False
        numerals = tokens[0].text.isdecimal() and tokens[2].text.isdecimal()
        return numerals and int(tokens[0].text) >= int(tokens[2].text)

    def _opens_range(self, number: Number) -> bool:
        first = number.after - 2
        return first >= 0 and self.table.kinds(self.tokens, first, "rangeStart") is not None

    def _trailing(self, position: int) -> tuple[int, str | None]:
        said = self.table.kinds(self.tokens, position, "qualifierAfter")
        return (said[1], said[0].properties["qualifier"]) if said else (position, None)

    def _kind(self, position: int, unit: str | None) -> tuple[str, str | None, int]:
        if unit is not None:
            return "money", unit, position
        percent = self.table.kinds(self.tokens, position, "percent")
        if percent is not None:
            return "percent", None, percent[1]
        part = self.table.kinds(self.tokens, position, "currencyPart")
        currency = self.table.kinds(self.tokens, part[1] if part else position, "currency")
        if currency is not None:
            return "money", currency[0].properties["currency"], currency[1]
        return "count", None, position

    def _names(self, position: int, number: Number, qualifier: str | None) -> bool:
        """Tell whether a number names something or is a year, and counts nothing."""
        if not number.in_digits:
            return False
        if position and self._named_before(position):
            return True
        token = self.tokens[position]
        plain = number.after == position + 1 and token.text.isdecimal() and len(token.text) == 4
        return plain and int(token.text) in _YEARS and qualifier is None

    def _named_before(self, position: int) -> bool:
        ends = (position, position - 1) if self.tokens[position - 1].text == "." else (position,)
        for first in range(max(0, position - 3), position):
            named = self.table.kinds(self.tokens, first, "namer")
            if named is not None and named[1] in ends:
                return True
        return False

    def _hearsay(self, position: int) -> str | None:
        """A word of hearsay a little before the number holds for it: *reportedly involves 40*."""
        for back in range(position - 1, max(-1, position - 1 - _HEARSAY_REACH), -1):
            token = self.tokens[back]
            if not token.text[0].isalnum():
                return None
            said = self.table.kinds(self.tokens, back, "qualifier")
            if said is not None and said[0].properties["qualifier"] == "reported":
                return "reported"
        return None

    def _quantity(
        self,
        start: int,
        after: int,
        value: int | None,
        qualifier: str,
        kind: str = "count",
        unit: str | None = None,
    ) -> Quantity:
        first, last = self.tokens[start], self.tokens[after - 1]
        return Quantity(first.start, last.end, value, qualifier, kind, unit)
