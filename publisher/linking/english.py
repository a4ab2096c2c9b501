"""Read English role phrases: *Ukraine's foreign minister, Dmytro Kuleba* is one phrase.

A phrase has a chain of role nouns whose head is last, an owner before it (*Russian*,
*Ukraine's*) or after it (*of Japan*), perhaps a host (*to France*) and a name beside it.
"""

from __future__ import annotations

from dataclasses import replace

from publisher.gazetteer import NameHit, RoleHit
from publisher.linking.reader import Chain, Name, Phrase, Reader

__all__ = ["read_apposition", "read_phrase"]

_ENDS = (",", ".", ";", "", "\n", ")", "-", "–", "—", "who")


def read_phrase(reader: Reader, at: int, *, named: bool = True) -> Phrase | None:
    """The role phrase that begins at a token, if one does."""
    owner, host, start = reader.owner(at), None, at
    if owner:
        at = reader.possessive(owner.last + 1)
        host = _seat(reader, at)
        at = host.last + 1 if host else at
        if reader.word(at) == "-":
            return None
    chain = _chain(reader, at)
    if chain is None:
        return None
    before = _former_before(reader, start)
    former = chain.former or before < start
    last = _past_elect(reader, chain.last)
    phrase = Phrase(before, last, chain.roles, owner, None, host, former or last > chain.last)
    phrase = _complements(reader, phrase)
    return _named(reader, phrase) if named else phrase


def _seat(reader: Reader, at: int) -> NameHit | None:
    """The organisation between owner and role: *Russia's UN ambassador*."""
    hit = reader.owner(at)
    if hit is None or hit.last + 1 not in reader.roles:
        return None
    posted = reader.gazetteer.words("posted", "")
    return hit if reader.roles[hit.last + 1].role.key in posted else None


def _former_before(reader: Reader, start: int) -> int:
    at = start - 1
    if reader.word(at) == "-":
        at -= 1
    return at if at >= 0 and reader.within(at, "former") else start


def _past_elect(reader: Reader, last: int) -> int:
    if reader.word(last + 1) == "-" and reader.within(last + 2, "former"):
        return last + 2
    return last + 1 if reader.within(last + 1, "to-be") else last


def read_apposition(reader: Reader, name: Name) -> Phrase | None:
    """A phrase of the form *Dmytro Kuleba, Ukraine's foreign minister*."""
    at = name.last + 1
    if reader.word(at) != ",":
        return None
    at, _ = reader.skip_modifiers(reader.skip(at + 1, "articles"))
    phrase = read_phrase(reader, at, named=False)
    if phrase is None or phrase.roles[-1].plural or phrase.roles[-1].role.kind != "person":
        return None
    after = phrase.last + 1
    if reader.word(after) in _ENDS or any(reader.within(after, w) for w in ("to", "topic", "of")):
        return replace(phrase, first=name.first, name=name)
    return None


def _chain(reader: Reader, at: int) -> Chain | None:
    first = at
    at, former = reader.skip_modifiers(at)
    roles = []
    while at in reader.roles:
        role = reader.roles[at]
        at = role.last + 1
        attribute = role.first == role.last and reader.within(role.first, "modifiers")
        if attribute and reader.skip_modifiers(at)[0] in reader.roles:
            at, _ = reader.skip_modifiers(at)
            continue
        roles.append(role)
        if role.role.kind == "person" and not _goes_on(reader, at, role):
            break
        after, _ = reader.skip_modifiers(at)
        at = after if after in reader.roles else at
    return Chain(first, roles[-1].last, tuple(roles), former) if roles else None


def _goes_on(reader: Reader, at: int, first: RoleHit) -> bool:
    """*the king's deputy prime minister*; but in *the president heads to Rome* a verb follows."""
    role = reader.roles.get(at)
    heads = role is not None and role.plural and role.role.kind == "person" and not first.plural
    return role is not None and role.surface[0].islower() and not heads


def _complements(reader: Reader, phrase: Phrase) -> Phrase:
    for _ in range(2):
        at = phrase.last + 1
        if _posted(reader, phrase) and (reader.within(at, "to") or reader.within(at, "topic")):
            host = reader.owner(reader.skip(at + 1, "articles")) or _place(reader, at + 1)
            return replace(phrase, host=host or phrase.host)
        if phrase.owner is None and reader.within(at, "in") and _governs(phrase):
            return replace(phrase, owner=_capital(reader, at + 1))
        if phrase.owner or not reader.within(at, "of") or _is_target(reader, phrase, at):
            break
        inner = _inner(reader, reader.skip(at + 1, "articles"))
        if inner is None:
            break
        roles = (*inner.roles, *phrase.roles)
        host = phrase.host or inner.host
        phrase = replace(phrase, last=inner.last, roles=roles, owner=inner.owner, host=host)
    return phrase


def _is_target(reader: Reader, phrase: Phrase, at: int) -> bool:
    """*fired missiles at Israel*: nobody has forces at a state."""
    return phrase.roles[-1].role.kind == "group" and reader.within(at, "aim")


def _governs(phrase: Phrase) -> bool:
    """Whether the place after a role noun is its state's: *the foreign ministry in Beijing*."""
    return phrase.roles[-1].role.kind == "body" and phrase.roles[-1].role.institution


def _capital(reader: Reader, at: int) -> NameHit | None:
    hit = reader.names.get(at)
    return hit if hit and hit.senses[0].how == "metonym" else None


def _place(reader: Reader, at: int) -> NameHit | None:
    hit = reader.names.get(at)
    return hit if hit and any(s.place for s in hit.senses) else None


def _posted(reader: Reader, phrase: Phrase) -> bool:
    return phrase.roles[-1].role.key in reader.gazetteer.words("posted", "")


def _inner(reader: Reader, at: int) -> Phrase | None:
    inner = read_phrase(reader, at, named=False)
    if inner and inner.owner and inner.roles[-1].role.kind == "body":
        return inner
    owner = reader.owner(at)
    sense = reader.owning_sense(owner) if owner else None
    if owner is None or sense is None or sense.how == "demonym" or (inner and inner.owner):
        return None
    return Phrase(at, owner.last, (), owner)


def _named(reader: Reader, phrase: Phrase) -> Phrase:
    head = phrase.roles[-1]
    if head.plural or head.role.kind != "person":
        return phrase
    at = phrase.host.last + 1 if phrase.host else phrase.last + 1
    comma = reader.word(at) == ","
    name = reader.name_of_person(at + 1 if comma else at, single=not comma)
    if name is None or (comma and not _closes(reader, name)):
        return phrase
    last, owner = name.last, phrase.owner
    after = reader.owner(reader.skip(last + 2, "articles"))
    if owner is None and reader.within(last + 1, "of") and after and _is_state_name(reader, after):
        last, owner = after.last, after
    return replace(phrase, last=last, owner=owner, name=name)


def _is_state_name(reader: Reader, hit: NameHit) -> bool:
    sense = reader.owning_sense(hit)
    return sense is not None and sense.how in ("name", "alias", "acronym")


def _closes(reader: Reader, name: Name) -> bool:
    """Whether what follows a name after a comma shows that it is an apposition, not a list."""
    after = name.last + 1
    if name.people or reader.word(after) in _ENDS:
        return True
    lower = after < len(reader.tokens) and reader.tokens[after].text.islower()
    return lower and not reader.within(after, "conjunctions")
