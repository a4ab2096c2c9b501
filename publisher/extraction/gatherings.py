"""Find who takes part in a gathering that a clause tells of only beside its deed.

In: the noun of a meeting, call or vote and its entry. Out: the tokens of those who take part:
*arrived for talks with X*, *apologised to Putin in a phone call*, *said after talks in Moscow*.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["around", "headed", "names_party"]

_VERBAL = frozenset({"VERB", "AUX"})
_AMONG = frozenset({"between", "entre"})
_INSIDE = frozenset({"in", "during", "on", "lors", "à"})
_BY_WIRE = frozenset({"by", "over", "via"})
_TOWARDS = frozenset({"to", "with"})
_A = frozenset({"a", "an", "un", "une"})


def around(noun: Token, entry: Entry, sentence: Sentence, lexicon: Lexicon) -> list[Token]:
    """The subject of the clause that a gathering is told in: *arrived for talks with X*.

    Also *in a telephone call, the two agreed*; not *the meeting between X and Y*.
    """
    if "gathering" not in entry.readings:
        return []
    if _from_afar(noun):
        above = noun.head.head
        told = [n for m, n, d in syntax.obliques(above) if m in _TOWARDS and d == 0]
        callers = [*syntax.subjects(above)]
        if not told and not any(c.dep_ == "conj" for s in callers for c in s.children):
            told = [*syntax.objects(above)]
        return [*callers, *told]
    wanted = {m for argument in entry.arguments for m in argument.markers}
    markers = {m for m, _, distance in syntax.obliques(noun) if distance == 0} & wanted
    if markers & _AMONG or not (markers or _during(noun, lexicon)):
        return []
    above = top = syntax.governor(noun)
    while above is not None and above.pos_ not in _VERBAL:
        above, top = syntax.governor(above), above
    if above is None and top is not None and names_party(top, sentence):
        # "Zelensky in Berlin for talks with Scholz"
        return [top]
    if above is None or noun in syntax.subjects(above):
        return []
    if syntax.is_passive(above):
        return [*syntax.objects(above)]
    # "apologised to Putin in a phone call", "told him in a meeting".
    joint = entry.symmetric and not markers
    told = [n for m, n, d in syntax.obliques(above) if m in _TOWARDS and d == 0]
    return [*syntax.subjects(above), *(told or syntax.objects(above) if joint else ())]


def headed(noun: Token, entry: Entry, sentence: Sentence) -> list[Token]:
    """*Greece and Albania: Treaty of Friendship*: the names before an entry of a register."""
    colon = next((t for t in noun.doc[: noun.i] if t.text == ":"), None)
    if not entry.symmetric or colon is None:
        return []
    return [t for t in noun.doc[: colon.i] if sentence.mention(t) is not None]


def _from_afar(noun: Token) -> bool:
    """*told Aliyev by telephone*, *apologised over the phone to Erdogan*."""
    preposition = noun.head
    return (
        noun.dep_ == "pobj"
        and preposition.lower_ in _BY_WIRE
        and preposition.head.pos_ in _VERBAL
        and not any(c.dep_ in ("compound", "prep") for c in noun.children)
    )


def _during(noun: Token, lexicon: Lexicon) -> bool:
    """*in a telephone call*, *by 41 votes*: not *after the meeting*, nor *their meeting*."""
    if noun.dep_ == "pobj" and noun.head.lower_ == "by":
        return any(c.dep_ == "nummod" for c in noun.children)
    if noun.dep_ != "pobj":
        return False
    new = any(c.dep_ == "det" and c.lower_ in _A for c in noun.children)
    if lexicon.in_class(noun.lang_, noun.head.lower_, "afterWord"):
        # "Lavrov and Zurabishvili said after talks in Moscow"
        return new or not any(c.dep_ in ("det", "poss", "compound") for c in noun.children)
    return new and noun.head.lower_ in _INSIDE


def names_party(token: Token, sentence: Sentence) -> bool:
    """Tell whether a noun phrase names who takes part, or points to him (*their talks*)."""
    return (
        sentence.mention(token) is not None
        or any(sentence.mention(t) is not None for t in syntax.modifiers(token))
        or token.tag_ == "PRP$"
    )
