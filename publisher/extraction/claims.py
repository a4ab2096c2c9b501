"""What reading a document yields: claims, with the parties, numbers and days they name.

Values between extraction and mapping; frozen, and without any knowledge of RDF. Offsets are
Unicode code points of the document's text, as the Web Annotation model counts them.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.extraction.times import Interval
from publisher.gazetteer import Entity
from publisher.linking import Mention

__all__ = ["Claim", "Considered", "Count", "Extraction", "Party"]


@dataclass(frozen=True)
class Party:
    """Who fills a role: a state, organisation, body or person, and whom it acts for."""

    entity: Entity
    role: str | None
    acts_for: Entity | None
    start: int
    end: int


@dataclass(frozen=True)
class Count:
    """How many: ``value`` is ``None`` where the text is vague; ``of`` is the noun counted."""

    value: int | None
    qualifier: str
    of: str | None = None


@dataclass(frozen=True)
class Claim:
    """What one document says of one event.

    ``event_type`` and ``status`` are local names in the ontology. ``participants`` are the equal
    parties of a symmetric event; ``actors`` and ``recipients`` are then empty. ``same_as`` and
    ``in_response_to`` are indices of claims of the same document. ``start`` and ``end`` delimit
    the quotation; ``repeats`` are those of later places that say the same and no more;
    ``frame`` is the IRI of the lexicon's entry that was read.
    """

    event_type: str
    actors: tuple[Party, ...]
    recipients: tuple[Party, ...]
    participants: tuple[Party, ...]
    status: str
    stated_by: tuple[Party, ...]
    certainty: str | None
    counts: tuple[Count, ...]
    time: Interval | None
    place: Entity | None
    start: int
    end: int
    frame: str
    same_as: int | None
    in_response_to: int | None
    part_of: str | None
    sentence_start: int
    sentence_end: int
    repeats: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Considered:
    """A word that could have evoked an event and did not, with the reason."""

    start: int
    end: int
    frame: str
    reason: str


@dataclass(frozen=True)
class Extraction:
    """All that was read from one document."""

    claims: tuple[Claim, ...]
    mentions: tuple[Mention, ...] = ()
    considered: tuple[Considered, ...] = ()
