"""Read the place in a date line: *SEOUL, Feb. 16 (Yonhap) --* makes Korea the home of the text.

Ministries and ministers that a text names without a state are those of its home. A capital that
hosts organisations (Brussels, Geneva) says too little and gives no home.
"""

from __future__ import annotations

from publisher.gazetteer import Entity, Gazetteer
from publisher.linking.reader import Reader

__all__ = ["home_state"]

_LINES = 12
_REACH = 16


def home_state(reader: Reader, gazetteer: Gazetteer) -> Entity | None:
    """The state whose capital stands in the date line, if there is one."""
    for first in _line_starts(reader):
        hit = reader.names.get(first)
        sense = hit.senses[0] if hit else None
        if hit is None or sense is None or sense.how != "metonym" or sense.place is None:
            continue
        place, state = gazetteer.entity(sense.place), gazetteer.entity(sense.entity)
        if place and not place.hosts_organisations and _is_date_line(reader, hit.last + 1):
            return state
    return None


def _line_starts(reader: Reader) -> list[int]:
    starts = [0] if reader.tokens else []
    for at, token in enumerate(reader.tokens[:600]):
        if token.text == "\n" and at + 1 < len(reader.tokens):
            starts.append(at + 1)
    return starts[:_LINES]


def _is_date_line(reader: Reader, at: int) -> bool:
    """Whether a dash or colon closes the few words after the place, as in *MOSCOW, May 3 --*."""
    for offset in range(at, at + _REACH):
        word = reader.word(offset)
        if word == ":":
            return True
        if word in ("", "\n") or (word == "." and not reader.word(offset - 1)[:3].isalpha()):
            return False
        if word == "—" or (word == "-" and _stands_alone(reader, offset)):
            return True
    return False


def _stands_alone(reader: Reader, at: int) -> bool:
    tokens = reader.tokens
    before = tokens[at - 1].end < tokens[at].start
    after = at + 1 >= len(tokens) or tokens[at].end < tokens[at + 1].start
    return before or after
