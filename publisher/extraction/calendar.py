"""Turn what a time pattern has matched into days of the calendar.

In: a :class:`Reading` (what a pattern means and what filled it), the day of publication and the
tense. Out: a closed :class:`Interval` of days, or ``None`` where the words commit to none.
Pure arithmetic; the words are in the lexicon, the patterns in :mod:`publisher.extraction.times`.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

__all__ = ["Interval", "Reading", "Slot", "anchor_of", "resolve"]

_DAYS: Final = {"day": 1, "week": 7, "weekend": 7}
_EARLY, _LATE = 10, 21
_DISTANT = 10
"""*The first in 70 years* looks back."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The days from ``start`` to ``end``, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Slot:
    """What filled one element of a pattern."""

    name: str
    value: int | None = None
    until: int | None = None
    unit: str | None = None
    day: tuple[int, int, int] | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a matched pattern means, and what filled it."""

    means: str
    slots: tuple[Slot, ...]

    def has(self, name: str) -> bool:
        """Tell whether an element of this name was filled."""
        return any(slot.name == name for slot in self.slots)

    def values(self, name: str) -> list[int]:
        """Give the numbers that fill the elements of this name."""
        return [slot.value for slot in self.slots if slot.name == name and slot.value is not None]

    def value(self, name: str) -> int | None:
        """Give the number that fills the first element of this name."""
        return next(iter(self.values(name)), None)

    @property
    def unit(self) -> str:
        """The unit of time that the pattern names."""
        return next((slot.unit for slot in self.slots if slot.unit), "day")

    @property
    def inner(self) -> list[Reading]:
        """The readings nested in this one."""
        return [slot.reading for slot in self.slots if slot.reading is not None]


def resolve(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """Give the days that a reading stands for, seen from the day of publication."""
    try:
        return _RESOLVERS[reading.means](reading, published, tense)
    except (OverflowError, ValueError):  # beyond the calendar, or 31 April
        return None


def anchor_of(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """Give the days that a reading names, without running from or up to them."""
    if reading.means in ("since", "onwards", "until") and reading.inner:
        return resolve(reading.inner[0], published, tense)
    return resolve(reading, published, tense)


def _calendar_day(reading: Reading, published: date, tense: str | None) -> Interval | None:
    exact = next((slot.day for slot in reading.slots if slot.day), None)
    if exact is not None:
        return _one(date(*exact))
    month, day = reading.value("month"), reading.value("day")
    if month is None or day is None:
        return None
    year = _named_year(reading, published)
    if year is not None:
        return _one(date(year, month, day))
    candidates = [_one(d) for d in _in_years(published, month, day)]
    return _choose(candidates, published, _pointed(reading) or tense)


def _named_year(reading: Reading, published: date) -> int | None:
    """Give the year that is told: *2022*, *of last year*, *this year*."""
    year = reading.value("year")
    if year is None and reading.has("unit") and reading.unit == "year":
        return published.year - reading.has("last")
    return year


def _pointed(reading: Reading) -> str | None:
    """Give the tense that *last* and *next* stand for."""
    return "past" if reading.has("last") else "future" if reading.has("next") else None


def _in_years(published: date, month: int, day: int) -> list[date]:
    years = range(max(published.year - 4, MINYEAR), min(published.year + 4, MAXYEAR) + 1)
    return [date(year, month, day) for year in years if day <= calendar.monthrange(year, month)[1]]


def _calendar_days(reading: Reading, published: date, tense: str | None) -> Interval | None:
    days, month = reading.values("day"), reading.value("month")
    if len(days) < 2 or month is None or days[0] > days[1]:
        return None
    year = reading.value("year")
    ends = [date(year, month, days[1])] if year else _in_years(published, month, days[1])
    return _choose([Interval(end.replace(day=days[0]), end) for end in ends], published, tense)


def _month(reading: Reading, published: date, tense: str | None) -> Interval | None:
    month, year = reading.value("month"), _named_year(reading, published)
    if month is None:
        return None
    if year is not None:
        return _part(reading, _month_days(year, month))
    years = range(max(published.year - 2, MINYEAR), min(published.year + 2, MAXYEAR) + 1)
    months = [_month_days(y, month) for y in years]
    if reading.has("last"):
        months = [m for m in months if m.end < published]
        tense = "past"
    elif reading.has("next"):
        months = [m for m in months if m.start > published]
        tense = "future"
    chosen = _choose(months, published, tense)
    return _part(reading, chosen) if chosen else None


def _part(reading: Reading, month: Interval) -> Interval:
    """Narrow a month down to its beginning, middle or end, where the text says so."""
    first, last = month.start, month.end
    if reading.has("early"):
        return Interval(first, first.replace(day=_EARLY))
    if reading.has("mid"):
        return Interval(first.replace(day=_EARLY + 1), first.replace(day=_LATE - 1))
    if reading.has("late"):
        return Interval(first.replace(day=_LATE), last)
    return month


def _month_days(year: int, month: int) -> Interval:
    return Interval(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _year(reading: Reading, published: date, tense: str | None) -> Interval | None:
    year = reading.value("year")
    if year is None:
        return None
    halves = {"early": (1, 6), "mid": (4, 9), "late": (7, 12)}
    first, last = next((m for part, m in halves.items() if reading.has(part)), (1, 12))
    return Interval(date(year, first, 1), _month_days(year, last).end)


def _season(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """From the first to the last month that people count to a season, summer from June."""
    slot = next(s for s in reading.slots if s.name == "season")
    year = _named_year(reading, published)
    years = [year] if year is not None else list(range(published.year - 2, published.year + 2))
    spans = [_months_from(y, slot.value or 1, slot.until or 12) for y in years]
    if reading.has("last"):
        spans = [s for s in spans if s.end < published]
    past = tense != "future" and not reading.has("next")
    return _choose(spans, published, "past" if past else "future") if spans else None


def _months_from(year: int, first: int, last: int) -> Interval:
    return Interval(date(year, first, 1), _month_days(year + (last < first), last).end)


def _weekday(reading: Reading, published: date, tense: str | None) -> Interval | None:
    weekday = reading.value("weekday")
    if weekday is None:
        return None
    back = (published.isoweekday() - weekday) % 7
    ahead = -back % 7
    if reading.has("unit"):
        monday = published - timedelta(published.weekday())
        weeks = -7 if reading.has("last") else 7 if reading.has("next") else 0
        return _one(monday + timedelta(weeks + weekday - 1))
    if reading.has("last"):
        return _one(published - timedelta(back or 7))
    if reading.has("next"):
        return _one(published + timedelta(ahead or 7))
    if tense == "future" or (reading.has("later") and tense != "past" and not back):
        return _one(published + timedelta(ahead))
    if reading.has("this") and tense != "past":
        monday = published - timedelta(published.weekday())
        return _one(monday + timedelta(weekday - 1))
    return _one(published - timedelta(back))


def _unit(reading: Reading, published: date, tense: str | None) -> Interval | None:
    unit = reading.unit
    if unit == "hour":
        return _one(published)
    if reading.has("past"):
        return Interval(_shift(published, unit, -1), published)
    steps = -1 if reading.has("last") else 1 if reading.has("next") else 0
    if reading.has("this") and tense is None:
        tense = "present"
    whole = _period(published, unit, steps, tense)
    if steps:
        return whole
    if reading.has("earlier") and whole.start <= published:
        return Interval(whole.start, min(published, whole.end))
    if reading.has("later") and whole.end >= published:
        return Interval(max(published, whole.start), whole.end)
    if reading.has("this") and tense == "past" and whole.start <= published < whole.end:
        return Interval(whole.start, published)
    if reading.has("over") and unit != "weekend":
        return None
    return whole


def _period(published: date, unit: str, steps: int, tense: str | None) -> Interval:
    """Give the calendar week, weekend, month or year that lies some steps from today's."""
    if unit == "week":
        monday = published - timedelta(published.weekday()) + timedelta(7 * steps)
        return Interval(monday, monday + timedelta(6))
    if unit == "weekend":
        return _weekend(published, steps, tense)
    if unit == "month":
        first = _shift(published.replace(day=1), "month", steps)
        return _month_days(first.year, first.month)
    if unit == "year":
        year = published.year + steps
        return Interval(date(year, 1, 1), date(year, 12, 31))
    return _one(published + timedelta(steps))


def _weekend(published: date, steps: int, tense: str | None) -> Interval:
    """The weekend before a weekday, unless the text looks ahead."""
    ahead = tense in ("present", "future") or steps > 0
    saturday = published + timedelta((5 - published.weekday()) % 7)
    if published.isoweekday() == 7:
        saturday = published - timedelta(1)
    current = saturday <= published
    if not ahead and not (current and steps == 0):
        saturday -= timedelta(7)
    elif ahead and steps > 0 and current:
        saturday += timedelta(7)
    return Interval(saturday, saturday + timedelta(1))


def _offset(reading: Reading, published: date, tense: str | None) -> Interval | None:
    slot = reading.slots[0]
    first = slot.value or 0
    last = slot.until if slot.until is not None else first
    return Interval(published + timedelta(first), published + timedelta(last))


def _later(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """*two days later*, counted from the day given; weeks and longer are not told to the day."""
    earlier = reading.has("earlierThan")
    day = _shift(published, reading.unit, -_amount(reading) if earlier else _amount(reading))
    return _one(day) if reading.unit in ("hour", "day") else _period(day, reading.unit, 0, None)


def _following(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """*the following year*: the one after that of the day given."""
    return _period(published, reading.unit, 1, None)


def _of_that(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """*that August*, *30 May of that year*: in the year of the day given."""
    month, day = reading.value("month"), reading.value("day")
    if month is None:
        return None
    return _one(date(published.year, month, day)) if day else _month_days(published.year, month)


def _ago(reading: Reading, published: date, tense: str | None) -> Interval | None:
    return _one(_shift(published, reading.unit, -_amount(reading)))


def _ahead(reading: Reading, published: date, tense: str | None) -> Interval | None:
    distant = reading.unit == "year" and _amount(reading) > _DISTANT
    if tense == "past" or (distant and tense != "future"):
        return None
    return _one(_shift(published, reading.unit, _amount(reading)))


def _past_span(reading: Reading, published: date, tense: str | None) -> Interval | None:
    if reading.value("number") is None and reading.unit == "day":
        return None
    return Interval(_shift(published, reading.unit, -_amount(reading)), published)


def _next_span(reading: Reading, published: date, tense: str | None) -> Interval | None:
    if reading.value("number") is None and reading.unit == "day":
        return None
    return Interval(published, _shift(published, reading.unit, _amount(reading)))


def _deadline(reading: Reading, published: date, tense: str | None) -> Interval | None:
    return Interval(published, _shift(published, reading.unit, _amount(reading)))


def _since(reading: Reading, published: date, tense: str | None) -> Interval | None:
    start = resolve(reading.inner[0], published, "past")
    if start is None:
        return None
    return Interval(start.start, max(published, start.start))


def _onwards(reading: Reading, published: date, tense: str | None) -> Interval | None:
    ahead = reading.inner[0].means == "weekday" and tense == "present"
    start = resolve(reading.inner[0], published, "future" if ahead else tense)
    if start is None:
        return None
    return Interval(start.start, published if start.start <= published else start.end)


def _nothing(reading: Reading, published: date, tense: str | None) -> Interval | None:
    """*For the third time in two weeks* names no days."""
    return None


def _until(reading: Reading, published: date, tense: str | None) -> Interval | None:
    end = resolve(reading.inner[0], published, tense or "future")
    if end is None:
        return None
    return Interval(min(published, end.end), end.end)


def _between(reading: Reading, published: date, tense: str | None) -> Interval | None:
    first, last = reading.inner[:2]
    end = resolve(last, published, tense)
    start = resolve(first, end.start if end else published, "past")
    if start is None or end is None or start.start > end.end:
        return None
    return Interval(start.start, end.end)


def _amount(reading: Reading) -> int:
    number = reading.value("number")
    return 1 if number is None else number


def _shift(day: date, unit: str, steps: int) -> date:
    if unit == "hour":
        days = -(-abs(steps) // 24) if steps > 0 else -(abs(steps) // 24)
        return day + timedelta(days)
    if unit in _DAYS:
        return day + timedelta(_DAYS[unit] * steps)
    months = day.year * 12 + day.month - 1 + (steps if unit == "month" else 12 * steps)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _choose(candidates: list[Interval], published: date, tense: str | None) -> Interval | None:
    """Choose the year: the latest for the past, the earliest for the future, else the nearest."""
    past = [c for c in candidates if c.start <= published]
    future = [c for c in candidates if c.end >= published]
    if tense == "past" and past:
        return past[-1]
    if tense == "future" and future:
        return future[0]
    return min(candidates, key=lambda c: abs((c.start - published).days), default=None)


def _one(day: date) -> Interval:
    return Interval(day, day)


_RESOLVERS: Final[dict[str, Callable[[Reading, date, str | None], Interval | None]]] = {
    "calendarDay": _calendar_day,
    "calendarDays": _calendar_days,
    "month": _month,
    "year": _year,
    "weekday": _weekday,
    "unit": _unit,
    "offset": _offset,
    "relativeDay": _offset,
    "later": _later,
    "following": _following,
    "aloof": _offset,
    "aloofDays": _later,
    "ofThat": _of_that,
    "season": _season,
    "ago": _ago,
    "ahead": _ahead,
    "pastSpan": _past_span,
    "nextSpan": _next_span,
    "deadline": _deadline,
    "since": _since,
    "onwards": _onwards,
    "nothing": _nothing,
    "until": _until,
    "between": _between,
}
