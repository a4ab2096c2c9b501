"""Find the names of states, organisations, places and people in a text, and who held an office.

``Gazetteer.load().find("Moscow expelled a French diplomat", "en")`` gives two hits: *Moscow*,
which can stand for Russia, and *French*, a demonym of France. What a hit means in its context is
decided in :mod:`publisher.linking`. The names are data: ``ontology/gazetteer/*.ttl``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from publisher.gazetteer.loading import GazetteerError, NameForm, RoleForm, Tables, read_tables
from publisher.gazetteer.model import LOCAL, Entity, NameHit, Office, Role, RoleHit, Sense
from publisher.gazetteer.tokens import Token, key, tokenize
from publisher.resources import keep_for_good, ontology_path

__all__ = [
    "DIRECTORY", "LOCAL", "Entity", "Gazetteer", "GazetteerError", "NameHit", "Office", "Role",
    "RoleHit", "Sense",
]  # fmt: skip

DIRECTORY = ontology_path("gazetteer")
_LEADING = ("president", "prime-minister", "king", "chancellor")


@lru_cache(maxsize=8)
def _load(directory: Path, people: bool) -> Gazetteer:
    found = Gazetteer(read_tables(directory, people=people))
    keep_for_good()
    return found


class Gazetteer:
    """Names, offices and role nouns, read-only and safe to share between threads."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @classmethod
    def load(cls, directory: Path = DIRECTORY, *, people: bool = True) -> Gazetteer:
        """The gazetteer of a directory of Turtle files; the same object on every call.

        Raises:
            GazetteerError: the directory holds no gazetteer or a broken file.
        """
        return _load(directory, people)

    @property
    def codes(self) -> dict[str, str]:
        """IRI of each state by its territory code (``"fr"``)."""
        return self._tables.codes

    @property
    def family_name_first(self) -> frozenset[str]:
        """States whose people are named with the family name first."""
        return self._tables.family_first

    @property
    def called_by_given_name(self) -> frozenset[str]:
        """States whose people are called by their given name."""
        return self._tables.called_by_given_name

    @property
    def entities(self) -> dict[str, Entity]:
        """All entities by IRI."""
        return self._tables.entities

    def words(self, purpose: str, language: str) -> frozenset[str]:
        """A word list, folded; lists without that language are empty."""
        return self._tables.words.get((purpose, language), frozenset())

    def canonical(self, iri: str) -> str:
        """The IRI we use for an actor that has several items (Kingdom of Denmark: Denmark)."""
        return self._tables.same.get(iri, iri)

    def entity(self, iri: str) -> Entity | None:
        """The entity with an IRI, if the gazetteer has it."""
        return self._tables.entities.get(self.canonical(iri))

    def is_territory(self, iri: str) -> bool:
        """Whether a state-like entity is a territory or disputed."""
        return iri in self._tables.territories

    def offices(self, person: str, on: date | None = None) -> tuple[Office, ...]:
        """Offices of a person, those held on a day if one is given."""
        held = self._tables.offices.get(person, [])
        return tuple(o for o in held if on is None or o.may_cover(on))

    def holder(self, role: str, of: str, on: date | None) -> Entity | None:
        """Who held a role in a state or organisation on a day.

        ``None`` where the gazetteer does not know, or cannot tell two apart.
        """
        if on is None:
            return None
        held = self._tables.offices_of.get((role, of), [])
        offices = [o for o in held if o.may_cover(on) and o.known_on(on)]
        certain = [o for o in offices if o.covers(on)]
        people = {o.person for o in certain} or {o.person for o in offices}
        return self.entities[people.pop()] if len(people) == 1 else None

    def has_office(self, role: str, of: str) -> bool:
        """Whether a state can have an office: none that leads, where only others are known."""
        held = self._tables.offices_of
        known = any((leading, of) in held for leading in _LEADING)
        return role not in _LEADING or not known or (role, of) in held

    def holders(self, role: str, on: date | None) -> tuple[Entity, ...]:
        """All who held a role on a day, in whatever state."""
        held = (o for (key_, _), offices in self._tables.offices_of.items() if key_ == role
                for o in offices)  # fmt: skip
        people = {o.person: None for o in held if on and o.may_cover(on) and o.known_on(on)}
        return tuple(self.entities[person] for person in people)

    def same_role(self, role: str, other: str, of: str | None) -> bool:
        """Whether two role keys are one role in a state (Secretary of State: foreign minister)."""
        return self.local_role(role, of) == self.local_role(other, of)

    def local_role(self, role: str, of: str | None) -> str:
        """The role key that a role noun has in a state."""
        return self._tables.head_of.get((role, of or ""), role)

    def people_named(self, surname: str) -> tuple[str, ...]:
        """IRIs of people with a family name."""
        return tuple(dict.fromkeys(self._tables.surnames.get(key(surname), ())))

    def family_names(self, person: str) -> tuple[str, ...]:
        """The family name of a person in its spellings."""
        return self._tables.family.get(person, ())

    def is_famous(self, person: str) -> bool:
        """Whether the family name alone is enough while the person is in office."""
        return person in self._tables.famous

    def find(self, text: str, language: str) -> list[NameHit]:
        """Names in a text, the longest at each place, in order and without overlap."""
        tokens = tokenize(text)
        hits: list[NameHit] = []
        at = 0
        while at < len(tokens):
            hit = self.name_at(text, tokens, at, language)
            if hit is None:
                at += 1
            else:
                hits.append(hit)
                at = hit.last + 1
        return hits

    def find_roles(self, text: str, language: str) -> list[RoleHit]:
        """Role nouns in a text, the longest at each place."""
        tokens = tokenize(text)
        hits: list[RoleHit] = []
        at = 0
        while at < len(tokens):
            hit = self.role_at(text, tokens, at, language)
            at = hit.last + 1 if hit else at + 1
            if hit:
                hits.append(hit)
        return hits

    def beginnings(self, language: str) -> frozenset[str]:
        """The folded words that a name or a role noun begins with."""
        return self._tables.beginnings.get(language) or self._tables.beginnings["en"]

    def name_at(self, text: str, tokens: Sequence[Token], at: int, language: str) -> NameHit | None:
        """The longest name that begins at a token."""
        names, words = self._names(language), tuple(t.folded for t in tokens[at : at + 2])
        bucket = names.get(words, []) if len(words) > 1 else []
        bucket = bucket + names.get(words[:1], [])
        if not bucket:
            return None
        senses: list[Sense] = []
        length = 0
        for form in bucket:
            if length and len(form.words) < length:
                break
            if _same_words(form, tokens, at) and _same_case(form, tokens, at):
                length = len(form.words)
                senses.append(form.sense)
        if not senses:
            return None
        last = at + length - 1
        start, end = tokens[at].start, tokens[last].end
        ordered = tuple(sorted(senses, key=lambda sense: sense.weak))
        return NameHit(start, end, text[start:end], ordered, at, last)

    def role_at(self, text: str, tokens: Sequence[Token], at: int, language: str) -> RoleHit | None:
        """The longest role noun that begins at a token."""
        for form in self._roles(language).get(tokens[at].folded, ()):
            if _same_words(form, tokens, at) and (not form.upper or tokens[at].text.isupper()):
                last = at + len(form.words) - 1
                start, end = tokens[at].start, tokens[last].end
                return RoleHit(start, end, text[start:end], form.role, form.plural, at, last)
        return None

    def _names(self, language: str) -> dict[tuple[str, ...], list[NameForm]]:
        return self._tables.names.get(language) or self._tables.names["en"]

    def _roles(self, language: str) -> dict[str, list[RoleForm]]:
        return self._tables.roles.get(language) or self._tables.roles["en"]


def _same_words(form: NameForm | RoleForm, tokens: Sequence[Token], at: int) -> bool:
    words = form.words
    if at + len(words) > len(tokens):
        return False
    return all(tokens[at + i].folded == words[i] for i in range(1, len(words)))


def _same_case(form: NameForm, tokens: Sequence[Token], at: int) -> bool:
    if not _free(tokens, at):
        return False
    if form.upper:
        return all(tokens[at + i].text.isupper() for i, w in enumerate(form.words) if w.isalpha())
    return tokens[at].capital or not form.capital


def _free(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word is no handle or hashtag."""
    before = tokens[at - 1] if at else None
    return not (before and before.text in "@#_" and before.end == tokens[at].start)
