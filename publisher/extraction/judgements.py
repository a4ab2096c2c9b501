"""Read the deeds that are done by saying how things are or must be.

In: a word in its parsed sentence, and who speaks. Out: a reading in which the speaker acts:
*the measures were "unjustified", the ministry said* condemns, *Russia must withdraw, she said*
demands. The words are data: modals with ``lex:must``, and entries with ``lex:judged``, whose
classes of words (``lex:fixedIn``) are what the subject is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Party
from publisher.extraction.discourse import state_of
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Reading
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["judgement", "obligation"]

_PREDICATES = frozenset({"acomp", "attr", "oprd", "conj", "amod", "ROOT"})
_NOMINAL = frozenset({"ADJ", "NOUN", "ADV", "VERB", "PROPN"})


def obligation(
    token: Token,
    entries: Iterable[Entry],
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
) -> Reading | None:
    """*Russia must withdraw, she said*: a demand by the speaker on the subject."""
    entry = next((e for e in entries if "must" in e.readings), None)
    if entry is None or token.dep_ not in syntax.scheme(token).auxiliary:
        return None
    verb = token.head
    # "should he travel to the summit": a condition, no demand.
    subjects = [t for t in syntax.own_subjects(verb) if t.i < token.i]
    told = _others((p for t in subjects for p in reader.read(t, sentence)), speakers)
    if not speakers or not told:
        return None
    return Reading(entry, verb, verb, tuple(speakers), tuple(told), arguments=(*subjects, verb))


def judgement(
    token: Token,
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
    lexicon: Lexicon,
) -> Reading | None:
    """*The decision was a grave mistake, she said*: what the speaker holds of another's deed.

    What is said *not* to be good is condemned; what is said not to be bad is left alone.
    """
    if token.pos_ not in _NOMINAL or token.dep_ not in _PREDICATES or not speakers:
        return None
    copula = _copula(token)
    subjects = syntax.own_subjects(copula) if copula is not None else []
    if copula is None or not subjects:
        return None
    entry = _judged(token, syntax.is_negated(copula), lexicon)
    if entry is None or not all(_is_deed(t, sentence, lexicon) for t in subjects):
        return None
    own = frozenset(state_of(p) for p in speakers)
    read = [p for t in subjects for p in reader.read(t, sentence, deed=True, apart=own)]
    others = _others(read, speakers)
    if read and not others:
        return None
    facing = reader.discourse.facing_states(own, entry.event_type or "")
    return Reading(
        entry, token, copula, tuple(speakers), tuple(others) or facing,
        arguments=(*subjects, copula, token),
    )  # fmt: skip


def _copula(token: Token) -> Token | None:
    """The *be* that says a word of its subject, past what it is coordinated with or modifies."""
    word = token
    for _ in range(3):
        if word.dep_ in ("acomp", "attr", "oprd"):
            return word.head if word.head.lemma_ == "be" and word.head.i != word.i else None
        if word.dep_ not in ("conj", "amod") or word.head.i == word.i:
            return None
        word = word.head
    return None


def _judged(token: Token, negated: bool, lexicon: Lexicon) -> Entry | None:
    words = {token.lower_, token.lemma_.lower()}
    for entry in lexicon.judgements(token.lang_):
        wanted = entry.denied if negated else entry.fixed
        if words & set(wanted):
            return entry
    return None


def _is_deed(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a subject is something done or said, or points back at it."""
    if token.pos_ == "PRON" or token.tag_ in ("DT", "WDT"):
        return token.lower_ not in ("there", "who")
    if sentence.mention(token) is not None:
        return False
    kinds = ("moveNoun", "deed", "statementNoun")
    return any(lexicon.in_class(token.lang_, token.lemma_.lower(), kind) for kind in kinds)


def _others(parties: Iterable[Party], speakers: Sequence[Party]) -> list[Party]:
    own = {state_of(p) for p in speakers}
    return [p for p in parties if state_of(p) not in own]
