"""What matching a frame yields: a reading with its parties, or why the frame does not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spacy.tokens import Token

from publisher.extraction.claims import Party
from publisher.lexicon import Entry

__all__ = ["Mismatch", "Reading", "Rejected"]


_MARKED = frozenset({"oprd", "withheld"})


@dataclass(frozen=True)
class Reading:
    """An entry that fits: who fills which role, and the tokens that say so."""

    entry: Entry
    head: Token
    verb: Token
    actors: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    participants: tuple[Party, ...] = ()
    counted: tuple[Token, ...] = ()
    arguments: tuple[Token, ...] = ()
    mutual: bool = False
    points_back: bool = True
    general: bool = False
    suffered: bool = False
    guessed: bool = False

    def mutually(self) -> Reading:
        """The same with all who do it to each other on both sides (*accused each other*)."""
        return replace(self, recipients=self.actors) if self.mutual else self

    @property
    def parties(self) -> tuple[Party, ...]:
        """All parties, whatever their role."""
        return self.actors + self.recipients + self.participants

    @property
    def weight(self) -> tuple[int, int, int]:
        """Prefer the frame that asks for more and finds more."""
        specific = 2 * bool(self.entry.fixed) + bool(self.entry.particles)
        specific += 2 * bool(_MARKED & self.entry.readings)
        specific += sum(bool(a.noun_class) for a in self.entry.arguments)
        if "topical" in self.entry.readings:
            # "villagers were killed": only where nobody is told who did it.
            specific = -1
        required = sum(a.required for a in self.entry.arguments)
        return (specific, required, len(self.parties))


@dataclass(frozen=True)
class Rejected:
    """An entry whose lemma occurs but whose frame does not fit, and why."""

    entry: Entry
    head: Token
    reason: str


class Mismatch(Exception):
    """Why a frame does not fit."""
