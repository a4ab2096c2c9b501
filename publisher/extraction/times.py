"""Resolve time expressions against a publication date.

``"on Monday"`` in a text of Tuesday 2022-04-05 is 2022-04-04. Input is a text and the
document's date; output is a closed interval of days (:class:`Interval`), or ``None`` where the
text does not commit itself ("recently").

Words and patterns are data (``ontology/lexicon/times-*.ttl``); what the patterns mean is in
:mod:`publisher.extraction.calendar`. Grammar and values follow ISO-TimeML (ISO 24617-1), types
DATE and DURATION only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from publisher.detection import languages_read
from publisher.extraction.calendar import Interval, Reading, anchor_of, resolve
from publisher.extraction.patterns import Matcher
from publisher.extraction.words import Token, tokens_of

__all__ = [
    "Dateline", "Interval", "TimeExpression", "find_dateline", "find_times", "resolve_time",
    "time_spans",
]  # fmt: skip

_KINDS: Final = {
    "deadline": "deadline",
    "until": "deadline",
    "pastSpan": "duration",
    "nextSpan": "duration",
    "relativeDay": "relative",
    "later": "relative",
    "following": "relative",
    "ofThat": "sameYear",
    "aloof": "aloof",
    "aloofDays": "aloof",
}
_STOPS: Final = ([".", "-"], [".", "–"], [".", "—"])
_DATELINE_LINES: Final = 6
_PLACE_TOKENS: Final = 9


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time expression at ``text[start:end]`` and the days it stands for.

    ``kind`` is ``date``, ``duration``, ``deadline``, ``relative`` (*the next day*: counted from
    the day told before), ``sameYear`` (*that August*) or ``aloof`` (*a day after* something).
    ``anchor`` is the day or days that the expression names; it differs from ``interval`` where
    that runs from or up to them (*since 1 March*, *by Friday*).
    """

    start: int
    end: int
    interval: Interval
    kind: str
    anchor: Interval


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and when a report was filed, as its first words say (*SEOUL, Feb. 16 --*)."""

    place: str
    date: date | None
    start: int
    end: int


def find_times(text: str, language: str, published: date) -> tuple[TimeExpression, ...]:
    """Find the time expressions of a text, longest first at each place, never overlapping.

    Resolves without a tense: weekdays to the latest one, days without a year to the nearest.
    Use :func:`resolve_time` with the tense of the verb where that is known.
    """
    found = []
    for start, end, reading in _readings(text, language):
        interval = resolve(reading, published, None)
        if interval is not None:
            anchor = anchor_of(reading, published, None) or interval
            kind = _KINDS.get(reading.means, "date")
            found.append(TimeExpression(start, end, interval, kind, anchor))
    return tuple(found)


def resolve_time(text: str, language: str, published: date, tense: str | None) -> Interval | None:
    """Resolve the first time expression of a phrase.

    Args:
        text: the phrase (*on Monday*, *last week*).
        language: the language that it is in.
        published: the day of publication, which it is resolved against.
        tense: ``past``, ``present`` or ``future``, of the verb it goes with; decides which
            Monday, and which year's 4 April, is meant.
    """
    for _, _, reading in _readings(text, language):
        return resolve(reading, published, tense)
    return None


def time_spans(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Give the places of a text's time expressions, resolvable or not."""
    return tuple((start, end) for start, end, _ in _readings(text, language))


@lru_cache(maxsize=256)
def _readings(text: str, language: str) -> tuple[tuple[int, int, Reading], ...]:
    """Match a text's times once for those who want the times and those who avoid them."""
    return tuple(_matches(tokens_of(text), language))


def _matches(tokens: Sequence[Token], language: str) -> Iterator[tuple[int, int, Reading]]:
    matcher = Matcher(tokens, language)
    position = 0
    while position < len(tokens):
        best = matcher.best(position, inside=False) if matcher.may_start(position) else None
        if best is None:
            position += 1
        else:
            after, reading = best
            last = tokens[after - 1]
            end = tokens[after - 2].end if last.text == "," else last.end
            yield tokens[position].start, end, reading
            position = after


def find_dateline(text: str, published: date) -> Dateline | None:
    """Find the date line of a report: *SEOUL, Feb. 16 (Yonhap) --*, *TOKYO:*, *PARIS —*.

    It is looked for at the beginning of the first lines; the place is in capitals, or is
    followed by a date or an agency in brackets, and a dash.
    """
    start = 0
    for line in text.split("\n", _DATELINE_LINES)[:_DATELINE_LINES]:
        found = _line_head(line[:200], published)
        if found is not None:
            place, day, first, last = found
            return Dateline(place, day, start + first, start + last)
        start += len(line) + 1
    return None


def _line_head(line: str, published: date) -> tuple[str, date | None, int, int] | None:
    tokens = tokens_of(line)
    place = 0
    while place < min(len(tokens), _PLACE_TOKENS) and _is_place_part(tokens, place):
        place += 1
    if not place:
        return None
    name = line[tokens[0].start : tokens[place - 1].end]
    position, region = place, False
    if position + 1 < len(tokens) and tokens[position].text == ",":
        day, after = _dateline_day(tokens, position + 1, published)
        if day is None:
            after = position + 1
            while after < min(len(tokens), position + 6) and _is_place_part(tokens, after):
                after, region = after + 1, True
            if after < len(tokens) and tokens[after].text == "," and region:
                day, later = _dateline_day(tokens, after + 1, published)
                after = later if day else after
        position = after
    else:
        day = None
    agency = position < len(tokens) and tokens[position].text in "(["
    if agency:
        closing = next((i for i in range(position, len(tokens)) if tokens[i].text in ")]"), None)
        if closing is None or closing - position > 12:
            return None
        position = closing + 1
    return _closed(line, tokens, position, name, day, sure=agency or day is not None)


def _closed(
    line: str,
    tokens: Sequence[Token],
    position: int,
    name: str,
    day: date | None,
    *,
    sure: bool,
) -> tuple[str, date | None, int, int] | None:
    """Accept a date line if a dash (or, after capitals, a colon) ends it and text follows."""
    # "Lima, 21 Dec (EFE).- Peru": Spanish agencies put a full stop before the dash.
    end = position + (sure and [t.text for t in tokens[position : position + 2]] in _STOPS)
    while end < len(tokens) and tokens[end].text in "-–—" and end - position < 3:
        end += 1
    capitals = name.isupper() and sum(char.isalpha() for char in name) > 2
    spaced = end > position and not tokens[position].glued
    if end == position or not (spaced or sure):
        if end >= len(tokens) or tokens[end].text != ":" or not (capitals or sure):
            return None
        end += 1
    elif not (sure or capitals):
        return None
    if end >= len(tokens):
        return None
    return name, day, tokens[0].start, tokens[end - 1].end


def _is_place_part(tokens: Sequence[Token], position: int) -> bool:
    token = tokens[position]
    if token.text[0].isalpha():
        return token.text[0].isupper() or (position > 0 and token.glued)
    return position > 0 and (
        token.text in "'’." or (token.text in "-/" and token.glued and _glued(tokens, position + 1))
    )


def _glued(tokens: Sequence[Token], position: int) -> bool:
    return position < len(tokens) and tokens[position].glued


def _dateline_day(
    tokens: Sequence[Token], position: int, published: date
) -> tuple[date | None, int]:
    for language in languages_read():
        best = Matcher(tokens, language).best(position, inside=True)
        if best is not None and best[1].means in ("calendarDay", "weekday"):
            interval = resolve(best[1], published, "past")
            if interval is not None and interval.start == interval.end:
                return interval.start, best[0]
    return None, position
