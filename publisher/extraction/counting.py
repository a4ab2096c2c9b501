"""Find how many a claim concerns.

In: a frame that fits, in its sentence. Out: the numbers at its counted argument (*35 diplomats
and five staff*); where the frame counts nothing, those told of what the deed is done with (*fired
60 missiles*, *attacked with 76 drones*). Sums of money and shares of a hundred count nobody.
Quantities are looked up sentence by sentence, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Count
from publisher.extraction.kinds import expressions
from publisher.extraction.quantities import Quantity, find_quantities
from publisher.extraction.reading import Reading
from publisher.extraction.words import load_table
from publisher.language import Sentence
from publisher.lexicon import Lexicon

__all__ = ["Counting"]

_PEOPLE = ("missionMember", "person")
_CLAUSES = frozenset({"relcl", "acl", "acl:relcl"})
_OF = frozenset({"of", "de"})
_DUAL = frozenset({"det", "predet"})
_BEFORE = 12
_VERBAL = frozenset({"VERB", "AUX"})
_DONE_TO = frozenset({"dobj", "obj", "nsubjpass", "nsubj:pass", "pobj"})
_ONE = ("diplomat", "missionPlace")
_ANYONE = frozenset({"NNP", "PRP"})
_NOMINAL = frozenset({"NOUN", "PROPN"})
_SEVERAL = 2


class Counting:
    """The quantities of one text.

    Args:
        text: the text that offsets count in.
        lexicon: who is a person, which posts a state has one of in each place.
    """

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self._found: dict[int, tuple[Quantity, ...]] = {}

    def counts(self, reading: Reading, sentence: Sentence) -> tuple[Count, ...]:
        """Give the numbers of a claim, the counted argument's before all others."""
        for token in reading.counted:
            found = [
                (member, count)
                for member in syntax.conjuncts(token)
                if (count := self._count(member, sentence)) is not None
            ]
            if found:
                return self._summed(found, sentence)
        for token in self._means(reading, sentence):
            if (count := self._by_the_way(token, reading, sentence)) is not None:
                return (count,)
        return ()

    def _by_the_way(self, token: Token, reading: Reading, sentence: Sentence) -> Count | None:
        """The number of what no frame counts; *both sides*, *three hours of talks* are none."""
        lemma = token.lemma_.lower()
        pair = self.lexicon.in_class(token.lang_, lemma, "pairNoun") and not _acts(token)
        if pair or lemma in load_table("times", token.lang_).by_first:
            return None
        deed = (reading.entry.event_type or "") not in expressions()
        single = deed and "Number=Sing" in str(token.morph) and token.dep_ in _DONE_TO
        sent = any(self.lexicon.in_class(token.lang_, lemma, kind) for kind in _ONE)
        mention = sentence.mention(token)
        if mention is not None and not mention.plural:
            return Count(1, "exactly", lemma) if single and sent else None
        told = self._told(token, sentence, whole=False) or self._posts(token, sentence)
        if told is not None:
            return told if told.value is not None else None
        return Count(1, "exactly", lemma) if single and sent else None

    def _summed(
        self, found: Sequence[tuple[Token, Count]], sentence: Sentence
    ) -> tuple[Count, ...]:
        """*The chargé d'affaires and another member* are two: none of them has a number."""
        single = all(self._told(member, sentence) is None and c.value == 1 for member, c in found)
        if len(found) < _SEVERAL or not single:
            return tuple(count for _, count in found)
        return (replace(found[0][1], value=len(found)),)

    def _means(self, reading: Reading, sentence: Sentence) -> Iterator[Token]:
        """What a deed is done with or to: its objects, *with 76 drones*; states that do it."""
        verbs = [t for t in (reading.verb, reading.head) if t.pos_ in _VERBAL]
        verbs += [c for verb in verbs for c in syntax.complements(verb) if c.dep_ == "xcomp"]
        verbs += [v.head for v in verbs if v.dep_ == "advcl" and syntax.is_infinitive(v)]
        for verb in verbs:
            yield from syntax.objects(verb)
        for head in (reading.head, *verbs):
            for marker, noun, distance in syntax.obliques(head):
                means = self.lexicon.in_class(noun.lang_, marker, "meansWord")
                apart = noun.head.i > 0 and noun.head.nbor(-1).text == ","
                if means and not apart and distance < _SEVERAL and noun.pos_ in _NOMINAL:
                    yield noun
            if reading.head.pos_ in _NOMINAL and head is reading.head:
                # "the recall of its ambassador"
                yield from (n for m, n, far in syntax.obliques(head) if m in _OF and far == 0)
        done_to = [o.lemma_.lower() for verb in verbs for o in syntax.objects(verb)]
        if any(self.lexicon.in_class(reading.head.lang_, o, "missionMember") for o in done_to):
            return  # "14 countries expelled envoys": who is expelled counts, not who expels
        for verb in verbs:
            yield from (s for s in syntax.subjects(verb) if self._is_state(s))

    def _is_state(self, token: Token) -> bool:
        """*140 countries*, *some 140 of the member states*."""
        nouns = [token, *(n for marker, n, _ in syntax.obliques(token) if marker in _OF)]
        return any(self.lexicon.in_class(n.lang_, n.lemma_.lower(), "stateNoun") for n in nouns)

    def _count(self, token: Token, sentence: Sentence) -> Count | None:
        told = self._told(token, sentence) or self._posts(token, sentence)
        if told is not None:
            return told
        mention = sentence.mention(token)
        plural = "Number=Plur" in str(token.morph) or token.tag_ in ("NNS", "NNPS")
        if mention is not None:
            plural = mention.plural or mention.entity.kind not in ("person", "body")
        timed = token.lower_ in load_table("times", token.lang_).by_first
        named = token.tag_ in _ANYONE and mention is None and not timed
        if named and "Number=Sing" in str(token.morph):
            # "declared Kang Chol persona non grata", "considered him": one, whoever it is.
            return Count(1, "exactly", token.lemma_.lower())
        someone = mention is not None or any(
            self.lexicon.in_class(token.lang_, token.lemma_.lower(), kind) for kind in _PEOPLE
        )
        group = self.lexicon.in_class(token.lang_, token.lemma_.lower(), "groupNoun")
        if not plural and not group and someone and token.pos_ in _NOMINAL:
            return Count(1, "exactly", token.lemma_.lower())
        return None

    def _told(self, token: Token, sentence: Sentence, whole: bool = True) -> Count | None:
        """The number that stands with a noun: *some 140 of the states*, *both consulates*.

        ``whole``: look at what follows *of* as well (*the expulsion of 35 diplomats*).
        """
        if near := self._near(token, sentence, whole):
            # "by 52 to 48 per cent", "10 planes worth $2 million" are for no one to count.
            sums = any(q.kind != "count" for q in near)
            lemma = token.lemma_.lower()
            return None if sums else Count(near[0].value, near[0].qualifier, lemma)
        both = (
            c.dep_ in _DUAL and self.lexicon.in_class(c.lang_, c.lower_, "both")
            for c in token.children
        )
        return Count(_SEVERAL, "exactly", token.lemma_.lower()) if any(both) else None

    def _near(self, token: Token, sentence: Sentence, whole: bool) -> list[Quantity]:
        quantities = self._quantities(sentence)
        if not quantities:
            return []
        inside = [t for t in syntax.subtree(token) if t.dep_ not in _CLAUSES]
        first = sentence.span([t for t in inside if t.i <= token.i] or [token])[0]
        of_phrase = [n for m, n, d in syntax.obliques(token) if m in _OF and d == 0 and whole]
        last = max(sentence.span([t])[1] for t in (token, *of_phrase))
        return [q for q in quantities if first - _BEFORE <= q.start and q.end <= last]

    def _posts(self, token: Token, sentence: Sentence) -> Count | None:
        """*its ambassadors to A and B*, *embassies in four countries*: one in each place."""
        lemma = token.lemma_.lower()
        plural = "Number=Plur" in str(token.morph)
        if not plural or not self.lexicon.in_class(token.lang_, lemma, "singlePost"):
            return None
        verb = token.head if token.head.pos_ in _VERBAL else token
        for head in (token, verb):
            for marker, noun, distance in syntax.obliques(head):
                if distance or not self.lexicon.in_class(noun.lang_, marker, "postWord"):
                    continue
                places = syntax.conjuncts(noun)
                if len(places) >= _SEVERAL and all(t.pos_ == "PROPN" for t in places):
                    return Count(len(places), "exactly", lemma)
                told = self._told(noun, sentence)
                if told is not None and noun.pos_ == "NOUN":
                    return replace(told, of=lemma)
        return None

    def _quantities(self, sentence: Sentence) -> tuple[Quantity, ...]:
        if sentence.start not in self._found:
            text = self.text[sentence.start : sentence.end]
            self._found[sentence.start] = tuple(
                replace(q, start=q.start + sentence.start, end=q.end + sentence.start)
                for q in find_quantities(text, sentence.language)
            )
        return self._found[sentence.start]


def _acts(token: Token) -> bool:
    return token.dep_ in syntax.scheme(token).subject
