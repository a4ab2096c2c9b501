"""Find the names that stand in one list, or beside a noun: *Poland, Germany and Sweden*.

In: a token that stands for a mention, in its sentence. Out: it and the tokens of the other names
of its list, in order. The small models often break a list, so the words between tell, not the
parse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.discourse import INSTITUTIONAL
from publisher.language import Sentence
from publisher.linking import Mention

__all__ = ["in_apposition", "listed"]

_COMPLEMENTS = frozenset({"pobj", "dobj", "obj", "nmod", "obl:arg", "obl:mod"})


def listed(token: Token, sentence: Sentence) -> list[Token]:
    """A token and its list: by the parse, or, where that broke, by commas between names."""
    members = {t.i: t for t in syntax.conjuncts(token)}
    here = sentence.mention(token)
    if here is not None:
        for called in (c for c in token.children if c.dep_ == "appos"):
            members.update({t.i: t for t in _past(called, here, sentence)})
        for step in (-1, 1):
            for neighbour in _neighbours(token, sentence, step):
                # "Turkey's minister, his Iranian counterpart and Brazil's Celso Amorim"
                members.update({t.i: t for t in (neighbour, *syntax.conjuncts(neighbour))})
    return [members[i] for i in sorted(members)]


def _past(called: Token, here: Mention, sentence: Sentence) -> Iterator[Token]:
    """*Canada, a member of NATO, and Australia*: the models join it to the member.

    *Saudi Arabia, Qatar and Jordan* may look like one that is called the others.
    """
    joined = syntax.conjuncts(called)
    several = len(joined) > 1 or len(syntax.conjuncts(called.head)) > 1
    for token in joined if several else ():
        mention = sentence.mention(token)
        own = token.i == called.i and here.entity.kind != "state"
        if mention is not None and not own and _alike(mention, here):
            yield token


def _neighbours(token: Token, sentence: Sentence, step: int) -> Iterable[Token]:
    """Walk over "name , name and name"; stop at anything else."""
    doc = token.doc
    here = sentence.mention(token)
    position = token.i + step
    joined = coordinated = False
    while 0 <= position < len(doc):
        current = doc[position]
        mention = sentence.mention(current)
        if mention is not None and joined and here is not None and _alike(mention, here):
            if _of_another_clause(current, token):
                return
            yield current
            joined = False
        elif current.text in (",", "&", "/") or current.pos_ == "CCONJ":
            coordinated = coordinated or current.pos_ == "CCONJ"
            comma = current.text == "," and not coordinated
            if comma and not _list_goes_on(doc, position, sentence):
                return
            joined = True
        elif _opens_a_name(current) and (joined or step == -1):
            pass
        else:
            return
        position += step


def _of_another_clause(neighbour: Token, token: Token) -> bool:
    """*sovereignty over the Sahara, and Morocco restored ties*: a new clause, not a list."""
    labels = syntax.scheme(token)
    subjects = labels.subject | labels.subject_passive
    if neighbour.i > token.i:
        # "froze aid to Rwanda, and Canada summoned": who acts next is in no list with Rwanda.
        return neighbour.dep_ in subjects and token.dep_ not in subjects
    return token.dep_ in subjects and neighbour.dep_ in _COMPLEMENTS


def _opens_a_name(word: Token) -> bool:
    """*the Emirates*, *his counterpart*, *Iran's Javad Zarif*: what stands before a name."""
    owner = word.i + 1 < len(word.doc) and word.nbor(1).tag_ == "POS"
    return word.pos_ == "DET" or word.tag_ in ("PRP$", "POS") or owner


def _alike(one: Mention, other: Mention) -> bool:
    """States and organisations can stand in one list, persons in another."""
    return (one.entity.kind in INSTITUTIONAL) == (other.entity.kind in INSTITUTIONAL)


def _list_goes_on(doc: object, comma: int, sentence: Sentence) -> bool:
    """A comma after a name continues a list only if "and" comes within the list."""
    tokens = sentence.doc
    position = comma + 1
    while position < len(tokens):
        token = tokens[position]
        if token.pos_ == "CCONJ":
            return True
        if sentence.mention(token) is None and token.text != "," and not _opens_a_name(token):
            return sentence.headline and position > comma + 1
        position += 1
    return False


def in_apposition(token: Token, sentence: Sentence) -> list[Mention]:
    """*the envoy, Sylvain Itté*; *his two counterparts, Hun Manet and Thailand's leader*."""
    plural = token.tag_ == "NNS"
    for child in token.children:
        if child.dep_ in ("appos", "flat:name") and sentence.mention(child) is not None:
            members = listed(child, sentence) if plural else [child]
            return [m for t in members if (m := sentence.mention(t)) is not None]
    after = token.doc[token.i + 1 : token.i + 3]
    counted = plural and any(c.pos_ == "NUM" for c in token.children)
    if counted and len(after) == 2 and after[0].text == ",":
        # The small models hang the names on the verb.
        first = after[1].head if after[1].dep_ == "compound" else after[1]
        return [m for t in listed(first, sentence) if (m := sentence.mention(t)) is not None]
    return []
