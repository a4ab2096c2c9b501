"""Find the verb that carries a noun: *imposed sanctions*, *clamped an embargo*.

In: the word that evokes a frame and its entry. Out: the verb whose subject does what the noun
names; the noun itself where it stands alone. The lexicon's support verbs and operators carry;
so does any other verb that evokes nothing of its own.

Raises:
    Mismatch: the word is no noun here, or nothing carries it.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.reading import Mismatch
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["carrier"]

_VERBAL = frozenset({"VERB", "AUX"})
_DOERS = frozenset({"by", "from"})
_PLACES = frozenset({"metonym", "place"})
_NO_CARRIER = frozenset({"Alleged", "Negated", "Hypothetical"})


def carrier(head: Token, entry: Entry, sentence: Sentence, lexicon: Lexicon) -> Token:
    """Find the verb that carries a noun; the noun itself where it stands alone."""
    if entry.part_of_speech == "adjective":
        return head.head if head.head.pos_ in _VERBAL else head
    if head.pos_ not in ("NOUN", "PROPN"):
        raise Mismatch("not a noun here")
    if head.dep_ in ("compound", "nmod", "amod", "poss") and head.lang_ == "en":
        raise Mismatch("only part of another noun")
    above = _past_measure(head, lexicon)
    steps = 0
    while (
        above is not None and above.pos_ in ("NOUN", "PROPN") and steps < 2 and head.dep_ == "conj"
    ):
        above, steps = syntax.governor(above), steps + 1
    if (
        above is not None
        and above.pos_ in _VERBAL
        and any(
            e.kind == "support" or (e.kind == "operator" and e.status not in _NO_CARRIER)
            for e in lexicon.governing(above.lang_, above.lemma_.lower())
        )
    ):
        labels = syntax.scheme(above)
        if _is_setting(head, entry, lexicon):
            return head
        if _is_background(head, lexicon):
            if "standalone" not in entry.readings:
                raise Mismatch("only the background of another deed")
            return head
        passed = above is not syntax.governor(head) and head.dep_ == "nmod"
        linked = labels.object | labels.subject_passive | {"pobj", "conj"}
        if passed or head.dep_ in linked or head.dep_.startswith("obl"):
            return above
    if above is not None and _may_carry(above, head, lexicon):
        return above
    if "standalone" in entry.readings or _stands_with_doer(head):
        return head
    if "owned" in entry.readings and _is_owned(head, sentence):
        return head
    if head.dep_ == "ROOT":
        # "Condolences of the president to Morocco": a title.
        return head
    if above is not None and _is_answered(head, above, lexicon):
        return head
    raise Mismatch("no verb carries the noun")


def _stands_with_doer(noun: Token) -> bool:
    """*drew an appeal from Bonn for calm*, *despite a call by Washington*: with its own doer.

    The parsers hang him on the noun between: *the invasion of Georgia by Russian troops*.
    """
    phrases = syntax.obliques(noun)
    return any(m in _DOERS and (far == 0 or (m == "by" and far == 1)) for m, _, far in phrases)


def _is_answered(noun: Token, verb: Token, lexicon: Lexicon) -> bool:
    """*rejected Egypt's call for a truce*: the call that is turned down was made."""
    owned = any(c.dep_ == "poss" and c.tag_ != "PRP$" for c in noun.children)
    entries = lexicon.governing(verb.lang_, verb.lemma_.lower())
    return owned and any(e.kind == "operator" and e.status == "Negated" for e in entries)


def _is_owned(noun: Token, sentence: Sentence) -> bool:
    """*Israeli strikes*, *US sanctions*: its own doer beside it; not *London bombings*."""
    for child in noun.children:
        mention = sentence.mention(child)
        if mention is None or child.dep_ not in ("poss", "amod", "compound"):
            continue
        if child.dep_ != "compound" or mention.how not in _PLACES:
            return True
    return False


def _may_carry(verb: Token, noun: Token, lexicon: Lexicon) -> bool:
    """*clamped an embargo on Haiti*, *voiced outrage*: a verb with no event of its own.

    What is condemned, lifted, discussed or mentioned is not done by that.
    """
    labels = syntax.scheme(verb)
    if verb.pos_ != "VERB" or noun.dep_ not in labels.object | labels.subject_passive:
        return False
    participle = verb.dep_ == "advcl" and verb.tag_ == "VBG"
    if not syntax.own_subjects(verb) and verb.dep_ != "conj" and not participle:
        return False
    if lexicon.in_class(verb.lang_, verb.lemma_.lower(), "nonCarrier"):
        return False
    entries = lexicon.look_up(verb.lang_, verb.lemma_.lower())
    if any(e.kind == "operator" and e.status in _NO_CARRIER for e in entries):
        return False
    return not any(
        e.part_of_speech == "verb" and (e.kind == "reporting" or _always_evokes(e)) for e in entries
    )


def _always_evokes(entry: Entry) -> bool:
    """*condemn*, *visit*: an event of its own, whatever words are beside it."""
    return entry.kind == "event" and not entry.fixed and not entry.particles


def _is_background(noun: Token, lexicon: Lexicon) -> bool:
    """*announced it as a response to Prague's expulsion of 18 men*: nothing that is announced."""
    preposition = syntax.marker_of(noun)
    return (
        preposition is not None
        and lexicon.in_class(noun.lang_, preposition.lower_, "background")
        and (
            lexicon.in_class(noun.lang_, noun.lemma_.lower(), "deed")
            or any(child.dep_ == "poss" for child in noun.children)
        )
    )


def _is_setting(noun: Token, entry: Entry, lexicon: Lexicon) -> bool:
    """*in a call with Putin, he announced*: where it was said, and not what is announced."""
    return (
        "gathering" in entry.readings
        and (preposition := syntax.marker_of(noun)) is not None
        and lexicon.in_class(noun.lang_, preposition.lower_, "circumstance")
    )


def _past_measure(head: Token, lexicon: Lexicon) -> Token | None:
    """*pledged 2 billion in aid*, *its new raft of sanctions*: the amount is no governor."""
    above = syntax.governor(head)
    if (
        above is not None
        and head.dep_ in ("pobj", "nmod")
        and above.pos_ in ("NOUN", "SYM", "NUM")
        and (
            any(c.dep_ in ("nummod", "quantmod", "det") for c in above.children)
            or lexicon.in_class(above.lang_, above.lemma_.lower(), "bundle")
        )
        and syntax.governor(above) is not None
    ):
        return syntax.governor(above)
    return above
