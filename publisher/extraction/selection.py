"""Choose among the readings of a sentence the claims that stand.

In: the frames that fit at a word, and the claims read from a sentence with the words that evoke
them. Out: the best readings, and the claims without those that only carry another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.extraction import syntax
from publisher.extraction.claims import Claim, Party
from publisher.extraction.discourse import state_of
from publisher.extraction.modality import Modality
from publisher.extraction.reading import Reading
from publisher.language import Sentence

__all__ = ["Candidate", "chosen", "is_charge", "without_carriers", "without_mere_promises"]

_UNDONE = frozenset({"Suspension", "Rejection", "Pledge"})
_ASKING = frozenset({"Demand", "Request"})
_CARRIED = frozenset({"Announced", "Threatened"})


@dataclass(frozen=True)
class Candidate:
    """A claim read from a sentence, and the words that carry and evoke it."""

    claim: Claim
    verb: int
    head: int
    idiom: bool = False


def chosen(readings: list[Reading]) -> list[Reading]:
    """The best reading, and one of another object: *withdraw its ambassador and its troops*.

    Some words are two deeds (``besides``): *switched recognition from Taiwan to China*.
    """
    best = max(readings, key=lambda r: r.weight)
    others = [
        r for r in readings
        if r.entry.event_type != best.entry.event_type
        and ("besides" in {*best.entry.readings, *r.entry.readings}
             or (best.counted and r.counted and not set(r.counted) & set(best.counted)))
    ]  # fmt: skip
    return [best, *others[:1]]


def without_mere_promises(candidates: list[Candidate], sentence: Sentence) -> list[Candidate]:
    """*said it would send tanks* is aid that is announced, and no pledge besides."""
    kept = []
    for candidate in candidates:
        modal, verb = sentence.doc[candidate.head], sentence.doc[candidate.verb]
        if modal.i == verb.i or modal.dep_ not in syntax.scheme(modal).auxiliary:
            kept.append(candidate)
            continue
        below = {t.i for t in verb.subtree}
        told = (c for c in candidates if c is not candidate)
        if not any(c.verb in below or c.head in below for c in told):
            kept.append(candidate)
    return kept


def without_carriers(candidates: list[Candidate], sentence: Sentence) -> list[Candidate]:
    """*offered an apology* is an apology: a noun's own claim wins over that of its carrier.

    So does *agreed to restore ties*, *threatened to expel*: the carrier gave the status. But
    *demanded an apology from Beirut* is a demand on Beirut.
    """
    asking = {c.head for c in candidates if c.claim.event_type in _ASKING and c.claim.recipients}
    candidates = [c for c in candidates if c.verb == c.head or c.verb not in asking]
    idioms = {c.head: c.claim.event_type for c in candidates if c.idiom}
    candidates = [c for c in candidates if not _inside_idiom(c, idioms, sentence)]
    carriers = {c.verb for c in candidates if c.verb != c.head}
    for candidate in candidates:
        verb = sentence.doc[candidate.verb]
        governed = verb.dep_ == "xcomp" and verb.head.i != verb.i
        if governed and syntax.is_infinitive(verb) and candidate.claim.status in _CARRIED:
            carriers.add(verb.head.i)
    return [c for c in candidates if c.head not in carriers]


def _inside_idiom(candidate: Candidate, idioms: Mapping[int, str], sentence: Sentence) -> bool:
    """*froze talks with Russia*, *talks were put off*: no talks, but what was frozen."""
    noun = sentence.doc[candidate.head]
    if noun.dep_ == "pobj" and noun.head.head.dep_ == "dobj":
        # "put 700 million dollars in aid on hold"
        noun = noun.head.head
    kind = idioms.get(noun.head.i)
    put_off = kind in _UNDONE and noun.dep_ == "nsubjpass"
    return (put_off or noun.dep_ in ("dobj", "obj")) and kind not in (
        None,
        candidate.claim.event_type,
    )


def is_charge(reading: Reading, stated_by: Sequence[Party], modality: Modality) -> bool:
    """Whether one state says that another has used force: an allegation."""
    accused = {state_of(p) for p in reading.actors}
    speakers = {state_of(p) for p in stated_by}
    return modality.status in ("Occurred", "Ongoing") and bool(speakers and not speakers & accused)
