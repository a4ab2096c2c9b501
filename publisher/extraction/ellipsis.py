"""Read a deed that a text tells by pointing back: *Bahrain did the same*, *as did Turkey*.

In: a parsed sentence and the claims read before it. Out: a reading, with the frame of the deed
that is repeated, for each party that is said to have done likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Claim, Party
from publisher.extraction.discourse import state_of
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Reading
from publisher.extraction.words import load_table
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["is_count_of_a_list", "read_repeated"]

_NEAR = 3
_LINE = 120
_RECENT = 8
_LEADING = "doneBy"
_REPEATED = "doneAgain"
_SIDES = frozenset({"with", "from", "against", "to", "avec", "de", "contre", "à"})


def read_repeated(
    sentence: Sentence,
    text: str,
    earlier: Sequence[Claim],
    lexicon: Lexicon,
    entries: Mapping[str, Entry],
    reader: PartyReader,
) -> list[Reading]:
    """Give the readings of *did the same* in a sentence; ``earlier`` are the claims before it.

    Args:
        sentence: a parsed sentence of ``text``.
        text: the whole text.
        earlier: the claims read so far, those of this sentence included, in reading order.
        lexicon: the phrases that repeat a deed (classes ``doneAgain`` and ``doneBy``).
        entries: the lexicon's entries by IRI.
        reader: who a noun phrase stands for.
    """
    found = list(_listed(sentence, earlier, entries, reader))
    earlier = earlier[-_RECENT:]
    for verb, doers in _phrases(sentence, text, lexicon):
        actors = [p for doer in doers for p in reader.read(doer, sentence)]
        place = sentence.offsets[verb.i][0]
        claim = _repeatable(earlier, actors, place)
        if not actors or claim is None or claim.frame not in entries:
            continue
        if _goes_on(earlier, actors, place, sentence):
            continue
        sides = [
            p
            for marker, noun, distance in syntax.obliques(verb)
            if marker in _SIDES and distance == 0
            for p in reader.read(noun, sentence)
        ]
        found.append(
            Reading(
                entries[claim.frame], verb, verb,
                actors=tuple(actors) if claim.actors else (),
                recipients=tuple(sides) or claim.recipients,
                participants=(*actors, *(sides or claim.participants[1:])) if claim.participants
                else (),
                arguments=tuple(doers),
            )
        )  # fmt: skip
    return found


def is_count_of_a_list(sentence: Sentence, text: str) -> bool:
    """Whether a line is names, a colon and a number: *Denmark and Italy: two each*."""
    if sentence.end - sentence.start > _LINE or not sentence.mentions:
        return False
    return _number_after_colon(sentence) is not None


def _number_after_colon(sentence: Sentence) -> Token | None:
    colon = next((t for t in sentence.tokens if t.text == ":"), None)
    if colon is None or colon.i + 1 >= len(sentence.doc):
        return None
    named = (
        min(sentence.mentions) <= 1
        and max((i for i in sentence.mentions if i < colon.i), default=-1) == colon.i - 1
    )
    number = colon.nbor(1)
    words = load_table("numbers", sentence.language).by_first
    return number if named and (number.like_num or number.lower_ in words) else None


def _listed(
    sentence: Sentence, earlier: Sequence[Claim], entries: Mapping[str, Entry], reader: PartyReader
) -> Iterator[Reading]:
    """*Lithuania and the Czech Republic: three each*, under what others are said to have done."""
    number = _number_after_colon(sentence) if sentence.mentions else None
    if number is None or any(t.pos_ == "VERB" for t in sentence.tokens):
        return
    actors = reader.read(sentence.doc[min(sentence.mentions)], sentence)
    doers = {state_of(p) for p in actors}
    claim = next(
        (c for c in reversed(earlier) if c.counts and not doers & {state_of(p) for p in c.actors}),
        None,
    )
    entry = entries.get(claim.frame) if claim is not None else None
    if claim is None or entry is None or not any(a.counted for a in entry.arguments):
        return
    yield Reading(
        entry, number, number, tuple(actors), claim.recipients, counted=(number,),
        arguments=(number,),
    )  # fmt: skip


def _goes_on(
    earlier: Sequence[Claim], actors: Sequence[Party], place: int, sentence: Sentence
) -> bool:
    """*Nicaragua followed suit, severing all ties*: the deed itself is told as well."""
    doers = {state_of(p) for p in actors}
    return any(
        claim.sentence_start == sentence.start
        and claim.end > place
        and doers & {state_of(p) for p in claim.actors}
        for claim in earlier
    )


def _phrases(
    sentence: Sentence, text: str, lexicon: Lexicon
) -> Iterator[tuple[Token, Sequence[Token]]]:
    said = text[sentence.start : sentence.end].lower()
    for kind in (_REPEATED, _LEADING):
        for phrase in sorted(p for p in lexicon.members(sentence.language, kind) if p in said):
            for place in re.finditer(rf"\b{re.escape(phrase)}\b", said):
                start, end = (sentence.start + offset for offset in place.span())
                words = [
                    t for t in sentence.tokens
                    if start <= sentence.offsets[t.i][0] and sentence.offsets[t.i][1] <= end
                ]  # fmt: skip
                if not words:
                    continue
                verb = next((w for w in words if w.pos_ in ("VERB", "AUX")), words[-1])
                if kind == _LEADING:
                    yield verb, _names_after(words[-1], sentence)
                else:
                    yield verb, syntax.subjects(verb) or _name_before(words[0], sentence)


def _names_after(word: Token, sentence: Sentence) -> list[Token]:
    """*as did Germany's Helmut Kohl*: the first name after the phrase, and its list."""
    for token in sentence.doc[word.i + 1 : word.i + 1 + _NEAR]:
        if sentence.mention(token) is not None:
            return [token]
    return []


def _name_before(word: Token, sentence: Sentence) -> list[Token]:
    for token in reversed(sentence.doc[max(word.i - _NEAR, 0) : word.i]):
        if sentence.mention(token) is not None:
            return [token]
    return []


def _repeatable(earlier: Sequence[Claim], actors: Sequence[Party], place: int) -> Claim | None:
    """The deed told last by which others than these acted."""
    doers = {state_of(p) for p in actors}
    for claim in reversed(earlier):
        others = {state_of(p) for p in claim.actors or claim.participants}
        if claim.start < place and others and not others & doers:
            return claim
    return None
