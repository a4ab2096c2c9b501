"""Find the several parties that *the two*, *both sides* or *the three countries* stand for.

In: a noun or a number that counts parties, and what the text has told. Out: those parties, by
their number: the last that had to do with each other, or else the last that were named.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction.claims import Party
from publisher.extraction.discourse import INSTITUTIONAL, PERSONAL, Discourse, state_of
from publisher.extraction.numbers import read_number
from publisher.extraction.words import tokens_of
from publisher.lexicon import Lexicon

__all__ = ["is_group", "meant_together"]

_PAIR, _MOST = 2, 9
_COUNTS = frozenset({"nummod", "nummod:gov"})


def is_group(token: Token, lexicon: Lexicon) -> bool:
    """Tell *both*, *the two*, *the pair*, *the three of them* and *both sides* from other words."""
    if lexicon.in_class(token.lang_, token.lower_, "both"):
        return True
    if token.pos_ == "NUM":
        return any(c.dep_ == "det" and "Definite=Def" in str(c.morph) for c in token.children)
    lemma = token.lemma_.lower()
    if lexicon.in_class(token.lang_, lemma, "pairWord"):
        return True
    if _each(token, lexicon):
        # "Each government accused the other."
        return lexicon.in_class(token.lang_, lemma, "pairNoun")
    if "Number=Plur" not in str(token.morph):
        return False
    counted = any(c.dep_ in _COUNTS for c in token.children)
    return lexicon.in_class(token.lang_, lemma, "pairNoun") or (
        counted and lexicon.in_class(token.lang_, lemma, "countedPerson")
    )


def meant_together(
    token: Token, span: tuple[int, int], discourse: Discourse, apart: frozenset[str],
    lexicon: Lexicon,
) -> list[Party]:  # fmt: skip
    """Give the parties that a word for several stands for, none of the states ``apart``.

    ``span`` is where its sentence begins and where the word itself does.
    """
    since, before = span
    count = _count(token, lexicon)
    if token.pos_ == "NUM" and count is None:
        return []
    size = count or _PAIR
    if count is not None and (near := discourse.named_in(since, before, apart, size)):
        # "on the phone to Araghchi and to Jubeir, urging both": those of the same sentence
        return near
    sides = size == _PAIR and lexicon.in_class(token.lang_, token.lemma_.lower(), "disputeSide")
    if sides and (about := discourse.main_pair(apart)):
        return list(about)
    if count is None and len(discourse.pair) == _PAIR and not apart and token.pos_ != "NUM":
        return list(discourse.pair)
    lemma = token.lemma_.lower()
    states = lexicon.in_class(token.lang_, lemma, "stateNoun")
    for told in (discourse.group(size, apart, states), discourse.several):
        if len(told) == size and not apart & {state_of(p) for p in told}:
            return list(told)
    if token.pos_ == "NUM" and count != _PAIR:
        return []
    if states and len(main := [p for p in discourse.topic if state_of(p) not in apart]) >= size:
        return main[:size]
    people = lexicon.in_class(token.lang_, lemma, "officeNoun")
    kinds = frozenset({"person"}) if people else INSTITUTIONAL
    if people and (them := _of_the_topic(token, size, discourse, apart, lexicon)):
        return them
    return discourse.latest_few(before, kinds, size, apart) or discourse.latest_few(
        before, INSTITUTIONAL | PERSONAL, size, apart
    )


def _of_the_topic(
    token: Token, size: int, discourse: Discourse, apart: frozenset[str], lexicon: Lexicon
) -> list[Party]:
    """*The two foreign ministers signed*, *the leaders of the two states*: of whom the text is."""
    about = [p for p in discourse.topic if state_of(p) not in apart and p.entity.kind == "state"]
    below = (n for c in token.children if c.dep_ == "prep" for n in c.children)
    counted = any(_count(n, lexicon) == size for n in (token, *below))
    return about[:size] if counted and len(about) >= size else []


def _count(token: Token, lexicon: Lexicon) -> int | None:
    """How many are meant: *both* and *the two* are two; *the sides* does not say."""
    words = [token] if token.pos_ == "NUM" else [c for c in token.children if c.dep_ in _COUNTS]
    for word in words:
        number = read_number(tokens_of(word.text), 0, word.lang_)
        if number is not None and _PAIR <= number.value <= _MOST:
            return int(number.value)
    both = any(
        lexicon.in_class(t.lang_, t.lower_, name)
        for t in (token, *token.children) for name in ("both", "pairWord")
    )  # fmt: skip
    return _PAIR if both or _each(token, lexicon) else None


def _each(token: Token, lexicon: Lexicon) -> bool:
    return any(lexicon.in_class(c.lang_, c.lower_, "eachWord") for c in token.children)
