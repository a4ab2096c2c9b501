"""Mend what the small models get wrong, and grammar makes plain, before frames are matched.

In: a parsed sentence. Out: the same, with heads and labels set right where the words around
leave no doubt: *suspended flights and summoned the ambassador* has two verbs, not an adjective.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

__all__ = ["mend"]

_VERBAL = frozenset({"VERB", "AUX"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "VBN"})


def mend(doc: Doc) -> None:
    """Set the parse of one sentence right, in place."""
    for token in doc:
        if _is_lost_conjunct(token):
            _rejoin(token)


def _is_lost_conjunct(token: Token) -> bool:
    """A verb right after *and*, taken for an adjective of its own object."""
    return (
        token.i > 0
        and token.dep_ == "amod"
        and token.tag_ in _FINITE
        and token.nbor(-1).pos_ == "CCONJ"
        and token.head.i > token.i
        and token.head.dep_ == "conj"
    )


def _rejoin(verb: Token) -> None:
    noun = verb.head
    above = noun.head
    while above.pos_ not in _VERBAL and above.head.i != above.i:
        above = above.head
    if above.pos_ not in _VERBAL:
        return
    verb.head, verb.dep_ = above, "conj"
    noun.head, noun.dep_ = verb, "dobj"
