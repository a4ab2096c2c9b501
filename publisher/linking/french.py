"""Read French role phrases: *le ministre français des Affaires étrangères Jean-Yves Le Drian*.

The head comes first; the owner is an adjective after it (*français*), also in the middle of
the role (*ministre français des Affaires étrangères*), or a noun (*de la Russie*).
"""

from __future__ import annotations

from dataclasses import replace

from publisher.gazetteer import NameHit, RoleHit
from publisher.linking.reader import Name, Phrase, Reader

__all__ = ["read_apposition", "read_phrase"]


def read_phrase(reader: Reader, at: int, *, named: bool = True) -> Phrase | None:
    """The role phrase that begins at a token, if one does."""
    start = at
    at, former = reader.skip_modifiers(at)
    role = reader.roles.get(at)
    if role is None:
        return None
    phrase = _split_role(reader, role) or Phrase(start, role.last, (role,))
    at, more = reader.skip_modifiers(phrase.last + 1)
    former = former or more
    demonym = _demonym(reader, at) if phrase.owner is None else None
    if demonym:
        phrase = Phrase(start, demonym.last, phrase.roles, demonym)
    phrase = Phrase(start, phrase.last, phrase.roles, phrase.owner, former=former)
    phrase = _complements(reader, phrase)
    return _named(reader, phrase) if named else phrase


def read_apposition(reader: Reader, name: Name) -> Phrase | None:
    """A phrase of the form *Emmanuel Macron, le président français*."""
    at = name.last + 1
    if reader.word(at) != ",":
        return None
    at = _article(reader, at + 1)
    phrase = read_phrase(reader, at, named=False)
    if phrase is None or phrase.roles[-1].plural or phrase.roles[-1].role.kind != "person":
        return None
    if reader.word(phrase.last + 1) not in (",", ".", ";", "", "\n", ")", "qui"):
        return None
    return replace(phrase, first=name.first, name=name)


def _split_role(reader: Reader, head: RoleHit) -> Phrase | None:
    """A role noun with the owner's adjective inside: *ministère russe des Affaires étrangères*."""
    owner = _demonym(reader, head.last + 1)
    if owner is None:
        return None
    role = reader.rejoined(head, owner)
    return Phrase(head.first, role.last, (role,), owner) if role else None


def _demonym(reader: Reader, at: int) -> NameHit | None:
    hit = reader.names.get(at)
    return hit if hit and any(sense.how == "demonym" for sense in hit.senses) else None


def _article(reader: Reader, at: int) -> int:
    at = reader.skip(at, "articles")
    return at + 1 if reader.word(at) == "'" else at


def _complements(reader: Reader, phrase: Phrase) -> Phrase:
    if phrase.owner is None and reader.within(phrase.last + 1, "of"):
        inner = _inner(reader, _article(reader, phrase.last + 2))
        if inner:
            roles = (*inner.roles, *phrase.roles)
            phrase = replace(phrase, last=inner.last, roles=roles, owner=inner.owner)
    at, posted = phrase.last + 1, reader.gazetteer.words("posted", "")
    topic = reader.within(at, "to") or reader.within(at, "topic")
    if topic and phrase.roles[-1].role.key in posted:
        at = at + 1 if reader.word(at) == "aupres" else at
        host = reader.names.get(_article(reader, at + 1))
        if host and any(s.place or reader.owning_sense(host) for s in host.senses):
            return replace(phrase, host=host)
    return phrase


def _inner(reader: Reader, at: int) -> Phrase | None:
    inner = read_phrase(reader, at, named=False)
    if inner and inner.owner:
        return inner
    owner = reader.owner(at)
    if owner is None:
        return None
    sense = reader.owning_sense(owner)
    return None if sense is None or sense.how == "demonym" else Phrase(at, owner.last, (), owner)


def _named(reader: Reader, phrase: Phrase) -> Phrase:
    head = phrase.roles[-1]
    if head.plural or head.role.kind != "person":
        return phrase
    at = phrase.host.last + 1 if phrase.host else phrase.last + 1
    comma = reader.word(at) == ","
    name = reader.name_of_person(at + 1 if comma else at, single=not comma)
    if name is None or (comma and not name.people and not _closes(reader, name)):
        return phrase
    owner, last = phrase.owner, name.last
    after = reader.owner(_article(reader, last + 2)) if reader.within(last + 1, "of") else None
    if owner is None and after and not _demonym(reader, after.first):
        owner, last = after, after.last
    return replace(phrase, last=last, owner=owner, name=name)


def _closes(reader: Reader, name: Name) -> bool:
    """Whether what follows a name after a comma shows that it is an apposition, not a list."""
    return reader.word(name.last + 1) in (",", ".", ";", "", "\n")
