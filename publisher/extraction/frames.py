"""Match the lexicon's frames against a parsed sentence.

In: a token and an entry whose lemma it has. Out: a :class:`Reading` with the parties in their
roles, or a :class:`Rejected` with the reason, which ``communique explain`` shows.

Frames name grammatical functions (lexinfo, synsem); the syntax module finds them through
passives, relative clauses, coordination, control and nominalisation.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.arguments import has_object_predicate, is_telegraphic
from publisher.extraction.carriers import carrier
from publisher.extraction.filling import Filling
from publisher.extraction.modality import is_refused
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Mismatch, Reading, Rejected
from publisher.extraction.sides import is_heeded
from publisher.extraction.surroundings import check_words
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["match"]

_VERBAL = frozenset({"VERB", "AUX"})


def match(
    head: Token, entry: Entry, sentence: Sentence, reader: PartyReader, lexicon: Lexicon
) -> Reading | Rejected:
    """Fit one entry at one token of a sentence."""
    try:
        if entry.part_of_speech == "verb":
            verb = _verb_of(head, entry)
        else:
            verb = carrier(head, entry, sentence, lexicon)
        check_words(head, entry, sentence)
        if "withheld" in entry.readings and not is_refused(verb, lexicon):
            raise Mismatch("not denied")
        if "heeded" in entry.readings and not is_heeded(head, lexicon):
            raise Mismatch("not what moved another")
        if "noclause" in entry.readings and has_object_predicate(verb):
            raise Mismatch("with a predicate of its object")
        if "infinitive" in entry.readings and not any(
            syntax.is_infinitive(c) and not _is_finite(c) for c in syntax.complements(verb)
        ):
            raise Mismatch("without a verb that it governs")
        if "subjunctive" in entry.readings and not any(map(_is_bare, syntax.complements(verb))):
            raise Mismatch("without a clause of what is to be done")
        return Filling(head, verb, entry, sentence, reader, lexicon).reading()
    except Mismatch as mismatch:
        return Rejected(entry, head, str(mismatch))


def _verb_of(head: Token, entry: Entry) -> Token:
    if (
        head.pos_ not in _VERBAL
        and not (head.pos_ in ("NOUN", "PROPN", "ADJ") and head.dep_ == "ROOT" and not _owned(head))
        and not is_telegraphic(head, entry)
    ):
        raise Mismatch("not a verb here")
    if head.dep_ == "amod" and head.tag_ == "VBG":
        raise Mismatch("not a verb here")
    if entry.particles and not syntax.particles(head) & set(entry.particles):
        raise Mismatch(f"without {' or '.join(entry.particles)}")
    return head


def _is_finite(verb: Token) -> bool:
    """*told them that it would go*: a bare form below a modal."""
    return any(t.tag_ == "MD" for t in syntax.verb_group(verb))


def _is_bare(verb: Token) -> bool:
    """*insisted that Greece withdraw*: a bare form where one of the present would have an s."""
    first = min((*syntax.verb_group(verb), verb), key=lambda t: t.i)
    one = any(t.tag_ in ("NN", "NNP") for t in syntax.own_subjects(verb))
    return first.tag_ == "VB" or first.lower_ == "be" or (first.tag_ == "VBP" and one)


def _owned(noun: Token) -> bool:
    """*Secretary Blinken's Call*: a genitive before it makes a noun of it."""
    return any(child.dep_ in ("poss", "case") for child in noun.children) or (
        noun.i > 0 and noun.nbor(-1).tag_ == "POS"
    )
