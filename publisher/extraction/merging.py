"""Bring together claims of one document that say the same.

In: claims in the order of the text. Out: the same claims, without the doubles that two entries
of the lexicon read from one clause, and with ``same_as`` where a later sentence speaks of an
event that an earlier one reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from publisher.extraction.claims import Claim, Party
from publisher.extraction.discourse import state_of
from publisher.extraction.kinds import expressions, measures
from publisher.extraction.times import Interval

__all__ = ["answer_claims", "merge_claims"]


_WORD = re.compile(r"[^\W\d_]{4,}")
_ALIKE = 0.4
_VOTE = "Vote"


def merge_claims(claims: Iterable[Claim], text: str) -> list[Claim]:
    """Drop doubles within a sentence and point later claims at the event's first.

    ``text`` is what they were read from: two things said are one if their words are alike.
    """
    kept: list[Claim] = []
    for claim in claims:
        double = next((i for i, other in enumerate(kept) if _is_double(claim, other)), None)
        if double is None:
            kept.append(claim)
        else:
            kept[double] = _richer(kept[double], claim)
    kept = _without_repeats([_completed(claim, kept) for claim in kept], text)
    kept = [replace(c, same_as=_earlier(c, kept[:i], text)) for i, c in enumerate(kept)]
    return [c if c.time else replace(c, time=_event_time(i, c, kept)) for i, c in enumerate(kept)]


def _event_time(index: int, claim: Claim, claims: list[Claim]) -> Interval | None:
    """The day that another claim of the same event gives."""
    event = claim.same_as if claim.same_as is not None else index
    told = next((c.time for i, c in enumerate(claims) if c.time and event in (i, c.same_as)), None)
    return told or _ballot_time(index, claim, claims)


def _ballot_time(index: int, claim: Claim, claims: list[Claim]) -> Interval | None:
    """*Panama alone voted against*: in the vote that was told just before."""
    before = claims[index - 1] if index else None
    if before is None or claim.event_type != _VOTE or before.event_type != _VOTE:
        return None
    return before.time or _ballot_time(index - 1, before, claims)


def _without_repeats(claims: list[Claim], text: str) -> list[Claim]:
    """One claim for what a headline, its lead and the background say alike, with all places."""
    kept: list[Claim] = []
    for claim in claims:
        first = _earlier(claim, kept, text)
        found = next(
            (i for i, k in enumerate(kept) if first is not None and _repeats(claim, k, text)), None
        )
        if found is None:
            kept.append(claim)
        else:
            kept[found] = _joined(kept[found], claim)
    return kept


def _repeats(claim: Claim, other: Claim, text: str) -> bool:
    """Whether a claim adds nothing to an earlier one of the same event, in much the same words."""
    if _earlier(claim, [other], text) is None or claim.status != other.status:
        return False
    if not (_is_taken_once(claim, other) or _is_worded_alike(claim, other, text)):
        return False
    speakers = _states(claim.stated_by), _states(other.stated_by)
    return not speakers[0] or speakers[0] == speakers[1] or not speakers[1]


def _joined(one: Claim, other: Claim) -> Claim:
    """The fuller of two claims, with the other's place."""
    details = [len(c.counts) + bool(c.time) + bool(c.stated_by) for c in (one, other)]
    best, rest = (one, other) if details[0] >= details[1] else (other, one)
    places = (*one.repeats, *other.repeats, (rest.start, rest.end))
    # "a number of staff", "35 diplomats": they are 35.
    counted = next((c for c in (best, rest) if any(n.value is not None for n in c.counts)), None)
    return replace(
        best,
        counts=counted.counts if counted else best.counts or rest.counts,
        time=best.time or rest.time,
        stated_by=best.stated_by or rest.stated_by,
        repeats=tuple(sorted(set(places))),
    )


def _completed(claim: Claim, others: Iterable[Claim]) -> Claim:
    """*after the expulsion of Russian diplomats*: by whom, the rest of the text says."""
    if claim.participants or (claim.actors and claim.recipients):
        return claim
    fuller = [
        o for o in others
        if o.event_type == claim.event_type and o.actors and o.recipients
        and _states(claim.actors) <= _states(o.actors)
        and _states(claim.recipients) <= _states(o.recipients)
    ]  # fmt: skip
    if len({(_states(o.actors), _states(o.recipients)) for o in fuller}) != 1:
        return claim
    return replace(claim, actors=fuller[0].actors, recipients=fuller[0].recipients)


def _states(parties: Iterable[Party]) -> frozenset[str]:
    return frozenset(state_of(p) for p in parties)


def _is_double(claim: Claim, other: Claim) -> bool:
    if claim.sentence_start != other.sentence_start or claim.event_type != other.event_type:
        return False
    if _of_other_people(claim, other):
        return False
    if claim.participants or other.participants:
        return _nested(_states(claim.participants), _states(other.participants))
    return _nested(_states(claim.actors), _states(other.actors)) and _nested(
        _states(claim.recipients), _states(other.recipients)
    )


def _nested(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one


def _richer(one: Claim, other: Claim) -> Claim:
    def size(claim: Claim) -> int:
        return len(claim.actors) + len(claim.recipients) + len(claim.participants)

    best, rest = (one, other) if size(one) >= size(other) else (other, one)
    return replace(
        best,
        counts=best.counts or rest.counts,
        time=best.time or rest.time,
        stated_by=best.stated_by or rest.stated_by,
    )


def _earlier(claim: Claim, before: list[Claim], text: str) -> int | None:
    """A later sentence about the same deed: same type and parties, no other number or day."""
    for index, other in enumerate(before):
        if (
            other.event_type == claim.event_type
            and _states(other.actors) == _states(claim.actors)
            and _states(other.recipients) == _states(claim.recipients)
            and _states(other.participants) == _states(claim.participants)
            and _compatible(claim, other)
            and not _of_other_people(claim, other)
            and _of_one_matter(claim, other, text)
        ):
            return other.same_as if other.same_as is not None else index
    return None


def _of_one_matter(claim: Claim, other: Claim, text: str) -> bool:
    """Whether two things said are said of the same: a deed is done once, much can be said."""
    return claim.event_type not in expressions() or _is_worded_alike(claim, other, text)


def _is_taken_once(claim: Claim, other: Claim) -> bool:
    """A measure told by the same word again: *will expel 35*, *35 are to be expelled*."""
    return claim.event_type in measures() and claim.frame == other.frame


def _is_worded_alike(claim: Claim, other: Claim, text: str) -> bool:
    """Whether the sentences of two claims share many of their words."""
    ours, theirs = (
        {word.lower() for word in _WORD.findall(text[c.sentence_start : c.sentence_end])}
        for c in (claim, other)
    )
    shared = len(ours & theirs)
    return shared >= _ALIKE * max(1, min(len(ours), len(theirs)))


def _of_other_people(claim: Claim, other: Claim) -> bool:
    """The presidents' meeting is not that of their ministers."""
    ours, theirs = (
        {p.entity.iri for p in c.participants if p.entity.kind == "person"} for c in (claim, other)
    )
    return bool(ours and theirs and not ours & theirs)


def _compatible(claim: Claim, other: Claim) -> bool:
    numbers = {c.value for c in claim.counts if c.value}, {c.value for c in other.counts if c.value}
    if numbers[0] and numbers[1] and not numbers[0] & numbers[1]:
        return False
    if claim.time and other.time:
        return claim.time.start <= other.time.end and other.time.start <= claim.time.end
    return True


def answer_claims(claims: Sequence[Claim], is_answer: Callable[[Claim], bool]) -> list[Claim]:
    """Point a deed that the text calls an answer at the deed that it answers.

    That is the claim in which the other side did something to this one, of the same type if
    there is one, the nearest before it if there are several.
    """
    found = []
    for index, claim in enumerate(claims):
        answered = _answered(index, claim, claims) if is_answer(claim) else None
        found.append(replace(claim, in_response_to=answered))
    return found


def _answered(index: int, claim: Claim, claims: Sequence[Claim]) -> int | None:
    ours, theirs = _states(claim.actors), _states(claim.recipients)
    candidates = [
        i for i, other in enumerate(claims)
        if i != index and other.same_as != index and claim.same_as != i
        and _states(other.actors) & theirs and _states(other.recipients) & ours
    ]  # fmt: skip
    return max(
        candidates,
        key=lambda i: (claims[i].event_type == claim.event_type, i < index, -abs(i - index)),
        default=None,
    )
