"""Mend what the models make of a headline's telegraphic English.

In: a parsed headline and the lexicon. Out: the same sentence, with the passive that lacks its
auxiliary (*Envoy recalled over remarks*), the list of names before its verb (*Biden, Yoon hold
call*) and the verb taken for a noun (*UK, EU sanction officials*) set right, in place.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.language import Sentence
from publisher.lexicon import Lexicon

__all__ = ["mend_headline", "mend_title"]

_PAST = frozenset({"VBD", "VBN"})
_NOMINAL = frozenset({"NOUN", "PROPN"})
_OBJECTS = frozenset({"dobj", "ccomp", "xcomp", "oprd", "dative"})
_AUXILIARY = frozenset({"aux", "auxpass"})
_VERBAL = frozenset({"VERB", "AUX"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_OF = frozenset({"of", "between", "by", "from"})
_JOINED = frozenset({",", "and", "&"})


def mend_headline(sentence: Sentence, lexicon: Lexicon) -> None:
    """Set the parse of a headline right, in place."""
    for token in sentence.tokens:
        if (
            token.tag_ in _PAST
            and sentence.mentions
            and (subject := _done_to(token, lexicon)) is not None
        ):
            subject.dep_, token.tag_ = "nsubjpass", "VBN"
        elif _is_lost_plural(token, sentence, lexicon):
            _make_plural_verb(token, sentence)
        elif token.dep_ == "nsubj":
            _list_before(token, sentence)


def mend_title(sentence: Sentence, lexicon: Lexicon) -> None:
    """*Visit of the foreign minister to India*: the first word of a title is no verb."""
    for token in sentence.tokens:
        if token.pos_ in _VERBAL and token.dep_ == "ROOT" and token.i + 1 < len(token.doc):
            first = token.i == 0 or token.nbor(-1).is_punct
            entries = lexicon.look_up(token.lang_, token.lower_)
            noun = any(e.kind == "event" and e.part_of_speech == "noun" for e in entries)
            other = any(t.tag_ in _FINITE and t.i != token.i for t in sentence.tokens)
            if first and noun and not other and token.nbor(1).lower_ in _OF:
                token.pos_, token.tag_, token.lemma_ = "NOUN", "NN", token.lower_
        elif token.pos_ in _VERBAL:
            return


def _done_to(verb: Token, lexicon: Lexicon) -> Token | None:
    """*Ambassador recalled over remarks*: the subject of a verb that asks for such an object."""
    links = {child.dep_ for child in verb.children}
    if links & _OBJECTS or links & _AUXILIARY:
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i), None)
    if subject is None:
        return None
    lemma = subject.lemma_.lower()
    for entry in lexicon.look_up(verb.lang_, verb.lemma_.lower()):
        wanted = entry.argument("object") if entry.part_of_speech == "verb" else None
        if wanted and wanted.noun_class and lexicon.in_class("en", lemma, wanted.noun_class):
            return subject
    return None


def _is_lost_plural(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """*UK, EU, Canada sanction officials*: a verb after several names, taken for a noun."""
    if token.pos_ not in _NOMINAL or token.i < 3 or sentence.mention(token) is not None:
        return False
    names = sentence.mention(token.nbor(-1)) and sentence.mention(token.nbor(-3))
    if not names or token.nbor(-2).lower_ not in _JOINED or token.tag_ not in ("NN", "NNP"):
        return False
    if any(t.pos_ in ("VERB", "AUX") and t.dep_ != "amod" for t in sentence.tokens):
        return False
    entries = lexicon.look_up(token.lang_, token.lower_)
    return any(e.kind == "event" and e.part_of_speech == "verb" for e in entries)


def _make_plural_verb(verb: Token, sentence: Sentence) -> None:
    names = [t for t in sentence.doc[: verb.i] if sentence.mention(t) is not None]
    noun = verb.head if verb.dep_ == "compound" else None
    after = noun or next((t for t in sentence.doc[verb.i + 1 :] if t.pos_ in _NOMINAL), None)
    verb.pos_, verb.tag_, verb.lemma_ = "VERB", "VBP", verb.lower_
    verb.head, verb.dep_ = verb, "ROOT"
    if after is not None:
        after.head, after.dep_ = verb, "dobj"
    names[0].head, names[0].dep_ = verb, "nsubj"
    for name in names[1:]:
        name.head, name.dep_ = names[0], "conj"


def _list_before(subject: Token, sentence: Sentence) -> None:
    """*Biden, Yoon hold call*: two names with a comma between them are two subjects."""
    if subject.i < 2 or subject.nbor(-1).text != "," or sentence.mention(subject) is None:
        return
    first = subject.nbor(-2)
    named = sentence.mention(first) is not None and first.dep_ in ("npadvmod", "dep", "nmod")
    if first.i == 0 and named and first.head.i == subject.head.i:
        first.dep_ = "nsubj"
        subject.head, subject.dep_ = first, "conj"
