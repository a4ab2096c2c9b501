"""Infer the state of a titled stranger: in *India tested, Prime Minister X said* he is India's.

Only where the sentence begins with a state, names no other and quotes nothing, or where the one
before begins with a state, and nobody else is known to hold that office there: then the state is
the one that is spoken of.
"""

from __future__ import annotations

from datetime import date

from publisher.gazetteer import Entity, Gazetteer, Role
from publisher.linking.reader import Phrase, Reader

__all__ = ["state_of_sentence"]

_ENDS = (".", "!", "?", "\n")
_QUOTES = ('"', "\u201c", "\u201d", "\u00ab")
_LONGEST = 80


def state_of_sentence(
    reader: Reader, gazetteer: Gazetteer, phrase: Phrase, role: str, on: date | None
) -> Entity | None:
    """The state that the sentence of a phrase is about, if the person can be its office holder."""
    head = phrase.roles[-1].role
    if not _is_of_state(head) or on is None or _is_of_another(reader, phrase.first):
        return None
    first, last = _start(reader, phrase.first), _end(reader, phrase.last)
    if first == phrase.first and (told := _told_before(reader, gazetteer, first)):
        return None if _is_taken(gazetteer, phrase, role, told, on) else told
    if any(reader.word(at) in _QUOTES for at in range(first, last + 1)):
        return None
    named = [_state(reader, gazetteer, at) for at in range(first, last + 1)]
    state = _state(reader, gazetteer, reader.skip(first, "articles"))
    if state is None or any(other and other.iri != state.iri for other in named):
        return None
    return None if _is_taken(gazetteer, phrase, role, state, on) else state


def _is_taken(gazetteer: Gazetteer, phrase: Phrase, role: str, state: Entity, on: date) -> bool:
    """Whether someone else is known to hold the office, or nobody can."""
    known = gazetteer.holder(gazetteer.local_role(role, state.iri), state.iri, on)
    if known is not None and phrase.name is not None:
        return not set(phrase.name.words) <= set(known.label.split())
    return known is not None or gazetteer.is_territory(state.iri)


def _told_before(reader: Reader, gazetteer: Gazetteer, first: int) -> Entity | None:
    """The state that the sentence before, on the same line, begins with and is about."""
    end = first - 1
    if end < 1 or reader.word(end) != ".":
        return None
    start = _start(reader, end)
    return _state(reader, gazetteer, reader.skip(start, "articles"))


def _is_of_state(role: Role) -> bool:
    return role.one_holder and role.institution and role.of_kind == "state"


def _is_of_another(reader: Reader, first: int) -> bool:
    """Whether a capitalised word or a possessive just before makes the role someone's."""
    before = first - 1
    return reader.word(before) == "s" or (reader.capital(before) and before > 0)


def _state(reader: Reader, gazetteer: Gazetteer, at: int) -> Entity | None:
    hit = reader.names.get(at)
    sense = reader.owning_sense(hit) if hit else None
    entity = gazetteer.entity(sense.entity) if sense and not sense.weak else None
    if entity is None or entity.kind == "state":
        return entity
    return gazetteer.entity(entity.parent) if entity.kind == "body" and entity.parent else None


def _start(reader: Reader, at: int) -> int:
    first = max(0, at - _LONGEST)
    while at > first and not _ends_sentence(reader, at - 1):
        at -= 1
    return at


def _end(reader: Reader, at: int) -> int:
    last = min(len(reader.tokens) - 1, at + _LONGEST)
    while at < last and not _ends_sentence(reader, at):
        at += 1
    return at


def _ends_sentence(reader: Reader, at: int) -> bool:
    """Whether a sign ends the sentence; the full stop of *Mr.* or *U.S.* does not."""
    if reader.word(at) not in _ENDS:
        return False
    return reader.word(at) != "." or len(reader.word(at - 1)) > 2
