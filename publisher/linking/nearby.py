"""Infer the state of a titled stranger: in *India tested, Prime Minister X said* he is India's.

Only where the sentence begins with a state, names no other and quotes nothing, or where the one
before begins with a state, and nobody else is known to hold that office there: then the state is
the one that is spoken of. Otherwise it may be the one of the two that a text is about which is
left: in *President X asked India* it is not India.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from publisher.gazetteer import Entity, Gazetteer, Role
from publisher.linking.reader import Phrase, Reader

__all__ = ["acts_on", "state_of_sentence", "state_of_text"]

_ENDS = (".", "!", "?", "\n")
_QUOTES = ('"', "\u201c", "\u201d", "\u00ab")
_LONGEST = 80
_MAIN = 2


def state_of_sentence(
    reader: Reader, gazetteer: Gazetteer, phrase: Phrase, role: str, on: date | None
) -> Entity | None:
    """The state that the sentence of a phrase is about, if the person can be its office holder."""
    head = phrase.roles[-1].role
    if not _is_of_state(head) or on is None or _is_of_another(reader, phrase.first):
        return None
    first, last = _start(reader, phrase.first), _end(reader, phrase.last)
    if first == phrase.first and (told := _told_before(reader, gazetteer, first)):
        beside = _beside(reader, gazetteer, phrase.last + 1, last)
        if told.iri not in beside and not _is_taken(gazetteer, phrase, role, told, on):
            return told
    if any(reader.word(at) in _QUOTES for at in range(first, last + 1)):
        return None
    named = [_state(reader, gazetteer, at) for at in range(first, last + 1)]
    state = _state(reader, gazetteer, reader.skip(first, "articles"))
    if state is None or any(other and other.iri != state.iri for other in named):
        return None
    return None if _is_taken(gazetteer, phrase, role, state, on) else state


def acts_on(reader: Reader, gazetteer: Gazetteer, phrase: Phrase, state: Entity) -> bool:
    """Whether the sentence goes on with a state as another's: *President X asked India*."""
    return state.iri in _beside(reader, gazetteer, phrase.last + 1, _end(reader, phrase.last))


def state_of_text(
    reader: Reader, gazetteer: Gazetteer, phrase: Phrase, role: str, on: date | None
) -> Entity | None:
    """Of the two states that a text names most, the one that a titled stranger can be of."""
    head = phrase.roles[-1].role
    posted = head.key in gazetteer.words("posted", "")
    if head.of_kind != "state" or posted or on is None or _is_of_another(reader, phrase.first):
        return None
    first, last = _start(reader, phrase.first), _end(reader, phrase.last)
    if any(_state(reader, gazetteer, at) for at in range(first, phrase.first)):
        return None
    beside = _beside(reader, gazetteer, phrase.last + 1, last)
    counts = Counter(s.iri for at in reader.names if (s := _state(reader, gazetteer, at)))
    main = [gazetteer.entities[iri] for iri, n in counts.most_common(_MAIN) if n > 1]
    fitting = [
        s for s in main
        if s.iri not in beside and s.kind == "state"
        and not _is_taken(gazetteer, phrase, role, s, on)
    ]  # fmt: skip
    if len(fitting) > 1 and counts[fitting[0].iri] < _MAIN * counts[fitting[1].iri]:
        return None
    return fitting[0] if fitting else None


def _beside(reader: Reader, gazetteer: Gazetteer, first: int, last: int) -> set[str]:
    """The states named there that someone has to do with: *asked India*, not *said India would*."""
    found = set()
    for at in range(first, last + 1):
        state = _state(reader, gazetteer, at)
        before = at - 2 if reader.within(at - 1, "articles") else at - 1
        own = reader.within(before, "clause-openers") or reader.within(before, "in")
        if state is not None and not own:
            found.add(state.iri)
    return found


def _is_taken(gazetteer: Gazetteer, phrase: Phrase, role: str, state: Entity, on: date) -> bool:
    """Whether someone else is known to hold the office, or nobody can."""
    local = gazetteer.local_role(role, state.iri)
    if not gazetteer.has_office(local, state.iri):
        return True
    known = gazetteer.holder(local, state.iri, on)
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
