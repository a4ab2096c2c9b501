"""What linking hands on: mentions of actors with their candidates, score and reason."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.gazetteer import Entity

__all__ = ["Candidate", "Mention"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entity that a mention could have meant, and why it scored as it did."""

    entity: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that names an actor or a place, ``text[start:end] == surface``.

    ``how`` is name, alias, acronym, demonym, metonym, place, surname, role, local (a name or
    role that the gazetteer has no item for), discourse (resolved from an earlier mention) or
    bare (a role noun that the phrase itself ties to nobody). ``acts_for`` is the state or
    organisation on whose behalf the entity acts; ``place`` is the city behind a metonym;
    ``host`` is where an embassy or ambassador is accredited.
    """

    start: int
    end: int
    surface: str
    entity: Entity
    how: str
    score: float
    reason: str
    role: str | None = None
    acts_for: Entity | None = None
    candidates: tuple[Candidate, ...] = ()
    place: Entity | None = None
    host: Entity | None = None
    plural: bool = False
    former: bool = False
