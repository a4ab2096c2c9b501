"""Check the words that must, or must not, stand with the word that evokes a frame.

In: the evoking word and its entry. Out: nothing where they do, in the clause of that word, in
what its object is called, or in the noun that a relative clause says something of.

Raises:
    Mismatch: a fixed word is missing, or an excluded one is there.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.reading import Mismatch
from publisher.language import Sentence
from publisher.lexicon import Entry, beginnings_of

__all__ = ["beginnings", "check_words"]

_VERBAL = frozenset({"VERB", "AUX"})
_PREDICATE = frozenset({"oprd", "attr", "xcomp", "ccomp"})
_OF_PREDICATE = frozenset({"of", "on", "in", "against", "for", "de", "sur", "contre", "pour"})
_ASIDE = frozenset({"advcl", "relcl", "acl:relcl"})
_BEGINNINGS, _SCOPES = "beginnings", "surroundings"


def check_words(head: Token, entry: Entry, sentence: Sentence) -> None:
    """Raise :class:`Mismatch` where the words around do not fit the entry."""
    if not entry.fixed and not entry.excludes:
        return
    scope = _scope_of(head, entry, sentence)
    begun = entry.sought.keys() & beginnings(sentence)
    if entry.fixed and not any(words in scope for b in begun for words in entry.sought[b]):
        raise Mismatch(entry.wanting)
    for words in entry.shunned:
        if words in scope:
            raise Mismatch(f"with{words.rstrip()}")


def beginnings(sentence: Sentence) -> frozenset[str]:
    """Tell how the words of a sentence begin, found once for all entries."""
    there: frozenset[str] | None = sentence.doc.user_data.get(_BEGINNINGS)
    if there is None:
        words = " ".join((*sentence.surfaces, *sentence.lemmas))
        there = sentence.doc.user_data[_BEGINNINGS] = frozenset(beginnings_of(words))
    return there


def _scope_of(head: Token, entry: Entry, sentence: Sentence) -> str:
    """Give the scope; the many entries of one word share it, so it is made once for them."""
    made: dict[tuple[int, str, bool], str] = sentence.doc.user_data.setdefault(_SCOPES, {})
    key = (head.i, entry.part_of_speech, "oprd" in entry.readings)
    if key not in made:
        made[key] = _scope(head, entry.part_of_speech, key[2], sentence)
    return made[key]


def _scope(head: Token, part_of_speech: str, predicate: bool, sentence: Sentence) -> str:
    top = head
    if part_of_speech == "noun" and head.head.i != head.i:
        top = head.head if head.head.pos_ not in _VERBAL else head
        if top.dep_ == "prep" and top.head.pos_ == "NOUN":
            # "a fourth round of talks"
            top = top.head
    joined = [c for c in top.children if c.dep_ == "conj" and c.pos_ in _VERBAL]
    if part_of_speech == "verb":
        # "the minister for foreign affairs calls Qatar": not *calls for*.
        joined += [
            c for c in top.children if c.dep_ == "nsubj" and not syntax.is_relative_pronoun(c)
        ]
    # "flew home after police stormed the embassy that had granted asylum": another deed's words.
    joined += [
        c for c in syntax.subtree(top)
        if c.dep_ in _ASIDE and c.pos_ in _VERBAL and c.i != top.i and not syntax.is_infinitive(c)
    ]  # fmt: skip
    elsewhere = {t.i for verb in joined for t in syntax.subtree(verb)}
    # "sent the envoy packing": the participle is a word of the verb's own.
    elsewhere -= {c.i for c in top.children if c.dep_ == "advcl" and c.tag_ == "VBG"}
    tokens = [t for t in syntax.subtree(top) if t.i not in elsewhere]
    if predicate and (said := _predicate(head)):
        tokens = said
    if part_of_speech == "verb" and head.dep_ == "xcomp":
        # "ordered the embassy to be closed": what is closed hangs on the verb above.
        tokens += [t for t in syntax.objects(head) if t not in tokens]
    words = [sentence.surfaces[t.i] for t in tokens]
    if (
        part_of_speech == "verb"
        and head.dep_ in ("relcl", "acl", "acl:relcl")
        and not any(
            c.dep_ in syntax.scheme(head).object and not syntax.is_relative_pronoun(c)
            for c in head.children
        )
    ):
        words.insert(0, head.head.lower_)
    if part_of_speech == "noun":
        # "a call by Egypt for a truce": a *call for*.
        words += [
            w for m, _, far in syntax.obliques(head) if not far for w in ("|", head.lower_, m)
        ]
    lemmas = [sentence.lemmas[t.i] for t in tokens]
    return f" {' '.join(words)} | {' '.join(lemmas)} ".replace(" - ", "-")


def _predicate(verb: Token) -> list[Token]:
    """What an object is called: *a violation of the treaty*, not *a reply to the violation*."""
    found: list[Token] = []
    queue = [
        c for c in verb.children
        if c.dep_ in _PREDICATE and not (c.pos_ == "VERB" and syntax.is_infinitive(c))
    ]  # fmt: skip
    while queue:
        token = queue.pop()
        found.append(token)
        queue.extend(
            c for c in token.children
            if c.dep_ not in ("nsubj", "nsubjpass", "relcl", "advcl")
            and (c.dep_ != "prep" or c.lower_ in _OF_PREDICATE)
        )  # fmt: skip
    return sorted(found, key=lambda t: t.i)
