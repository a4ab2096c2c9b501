"""What the gazetteer knows: entities, offices, role nouns and the places where a text names them.

Values only, no behaviour beyond reading a field; :mod:`publisher.gazetteer.loading` makes them
from Turtle and :class:`publisher.gazetteer.Gazetteer` finds them in text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["LOCAL", "Entity", "NameHit", "Office", "Role", "RoleHit", "Sense"]

LOCAL = "local:"
"""Prefix of the ``iri`` of an entity without an item: ``local:jane-doe-norway``."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Someone or something that a text names.

    ``kind`` is state, organisation, body, person, place or group. ``parent`` is the state a
    place, person or ministry belongs to, or the organisation a body belongs to.
    """

    iri: str
    kind: str
    label: str
    labels: tuple[tuple[str, str], ...] = ()
    parent: str | None = None
    role: str | None = None
    hosts_organisations: bool = False
    seat_of: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether the entity was met in a text only and has no item."""
        return self.iri.startswith(LOCAL)

    @property
    def slug(self) -> str:
        """The last part of the IRI, fit for an IRI of our own."""
        return self.iri[len(LOCAL) :] if self.is_local else self.iri.rsplit("/", 1)[-1]

    def name(self, language: str) -> str:
        """The preferred label in a language, or the one that there is."""
        return next((text for lang, text in self.labels if lang == language), self.label)


@dataclass(frozen=True, slots=True)
class Office:
    """One person in one position from ``start`` to ``end``.

    Dates known to the year only span it: ``start`` is then the first day on which the person
    may have been in office and ``start_latest`` the last day on which they may have begun.
    """

    person: str
    position: str | None
    position_label: str
    role: str
    of: str | None
    start: date | None
    end: date | None
    start_latest: date | None = None
    end_earliest: date | None = None
    known: date | None = None

    def may_cover(self, on: date) -> bool:
        """Whether the person can have been in office that day."""
        started = self.start is None or self.start <= on
        return started and (self.end is None or on <= self.end)

    def known_on(self, on: date) -> bool:
        """Whether the source says anything about that day: no open end is trusted for ever."""
        return self.end is not None or self.known is None or on <= self.known

    def covers(self, on: date) -> bool:
        """Whether the person was in office that day for all that is known."""
        first = self.start_latest or self.start
        last = self.end_earliest or self.end or self.known
        return (first is None or first <= on) and (last is None or on <= last)


@dataclass(frozen=True, slots=True)
class Role:
    """A role noun's meaning: ``key`` names it, ``kind`` is person, body or group.

    ``usually_of`` is the state that is meant where the text names none (the Secretary of
    State is the United States'); with ``one_holder`` the role and a day name a person;
    an ``institution`` without a state is that of the date line.
    """

    key: str
    kind: str
    of_kind: str
    label: str
    plural_label: str = ""
    usually_of: str | None = None
    one_holder: bool = False
    institution: bool = False


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing a name can mean.

    ``how`` is name, alias, acronym, demonym, metonym, surname or place-in; a ``weak`` sense
    counts only with other evidence in the text.
    """

    entity: str
    how: str
    place: str | None = None
    weak: bool = False
    person_name: bool = False


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name of the gazetteer in a text, ``text[start:end] == surface``."""

    start: int
    end: int
    surface: str
    senses: tuple[Sense, ...]
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class RoleHit:
    """A role noun in a text; ``first`` and ``last`` count tokens."""

    start: int
    end: int
    surface: str
    role: Role
    plural: bool
    first: int = 0
    last: int = 0
