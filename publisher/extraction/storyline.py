"""Follow the days that a text tells, for what it counts from them.

In: the days of the claims and sentences of a text, in its order. Out: the days that *the next
day*, *a day after it ordered* and *the following year* stand for, and the day on which a sentence
without one goes on (*He also imposed*).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.reading import Reading
from publisher.extraction.times import Interval, TimeExpression, resolve_time
from publisher.language import Sentence
from publisher.lexicon import Lexicon

__all__ = ["Storyline", "is_single", "places"]

_VERBAL = frozenset({"VERB", "AUX"})
_GAP = 4
_OLD = 2
_RELATIVE = frozenset({"relative", "sameYear"})


class Storyline:
    """The day that a text has told last.

    Args:
        text: the text that offsets count in.
        lexicon: the adverbs by which a sentence goes on.
    """

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.day: Interval | None = None
        self.era: Interval | None = None
        """The first time of a text, to the month or year: its days are counted from it."""
        self.days: dict[str, Interval] = {}
        self._told_at = (-1, -1, -1)
        self._opened: tuple[int, Interval | None] = (-1, None)

    def open(self, sentence: Sentence) -> None:
        """Remember what was told before a sentence: its own claims do not count for *earlier*."""
        if self._opened[0] != sentence.start:
            self._opened = (sentence.start, self.day)

    def note(
        self, time: Interval | None, sentence: Sentence, reading: Reading | None = None
    ) -> None:
        """Remember the day of the claim told last: *the next day* counts from it."""
        if time is not None and is_single(time):
            if reading is not None and reading.entry.event_type:
                self.days[reading.entry.event_type] = time
            self.day = time
            self._told_at = (sentence.start, sentence.end, sentence.paragraph)

    def observe(self, told: Sequence[TimeExpression], sentence: Sentence, published: date) -> None:
        """Remember the day that a sentence names, if none of its claims has one."""
        dates = [t for t in told if t.kind == "date"]
        if dates and self.era is None:
            self.era = dates[0].interval
        placed = places(sentence, dates)
        roots = [t for t in sentence.tokens if t.head.i == t.i] if sentence.parsed else []
        main = {t.i for root in roots for t in syntax.clause_tokens(root)}
        days = [self._told_of(placed[i], sentence, published) for i in sorted(placed) if i in main]
        day = next((d for d in days if is_single(d)), None)
        if self._told_at[0] != sentence.start and day is not None and day.start <= published:
            self.note(day, sentence)

    def _told_of(self, time: TimeExpression, sentence: Sentence, published: date) -> Interval:
        surface = self.text[time.start : time.end]
        return self.later(surface, sentence.language, published, time.interval) or time.interval

    def later(
        self, surface: str, language: str, published: date, today: Interval | None
    ) -> Interval | None:
        """A day without a year in a history: *On 2 April 1982 ... On 30 April*.

        ``today``: what it would be as of the day of publication.
        """
        told = self.day or self.era
        if told is None or told.start.year > published.year - _OLD:
            return None
        found = resolve_time(surface, language, told.start, "future")
        return found if found != today and any(c.isdigit() for c in surface) else None

    def relative(
        self, told: Sequence[TimeExpression], verbs: Sequence[Token], sentence: Sentence
    ) -> Interval | None:
        """*the next day*, *the following year*: counted from the day told before."""
        placed = places(sentence, [t for t in told if t.kind in _RELATIVE])
        for head in verbs if placed else ():
            for token in syntax.clause_tokens(head):
                if found := placed.get(token.i):
                    before = self._before(found, told)
                    if event := _object(found, sentence):
                        return self._from(self._day_of(event), found, sentence) or self._same(
                            before, found, sentence
                        )
                    return self._from(before, found, sentence)
        return None

    def _same(
        self, day: Interval | None, found: TimeExpression, sentence: Sentence
    ) -> Interval | None:
        """*hours before the plane took off*: on the same day, whenever that was."""
        told = self._from(day, found, sentence)
        return told if told == day else None

    def _day_of(self, noun: Token) -> Interval | None:
        """The day of a deed that was told, by its noun: *three days before the signing*."""
        entries = self.lexicon.look_up(noun.lang_, noun.lemma_.lower())
        return next((self.days[e.event_type] for e in entries if e.event_type in self.days), None)

    def aloof(
        self, told: Sequence[TimeExpression], anchor: Token, sentence: Sentence, day: date
    ) -> Interval | None:
        """*a day after it ordered*: the order was a day before what the sentence tells."""
        # "three months after it agreed" is not told to the day.
        counted = [t for t in told if t.kind in ("aloof", "relative") and is_single(t.interval)]
        for found in counted:
            first = min(places(sentence, [found]), default=None)
            if first is None or (found.kind == "relative" and _object(found, sentence) is None):
                continue
            verbs = [anchor, *joined(anchor)]
            within = any(first in {t.i for t in head.subtree} for head in verbs)
            shift = (found.interval.start - day).days
            dates = [t for t in told if t.kind == "date" and is_single(t.interval)]
            if anchor.i > first and within:
                before = [t.interval for t in dates if t.end <= found.start]
                subjects = [n for verb in (anchor, *anchor.ancestors) for n in _named(verb, first)]
                told_of = (self._day_of(n) for n in subjects)
                main = before[-1] if before else next((d for d in told_of if d), None)
                return shifted(main, -shift) if main is not None else None
            if within and (after := [t.interval for t in dates if t.start >= found.end]):
                return shifted(after[0], shift)
        return None

    def carried_over(self, anchor: Token, sentence: Sentence, *, simple: bool) -> Interval | None:
        """*He also imposed*, *They demanded*: goes on about the day of the sentence before."""
        subjects = syntax.subjects(anchor)
        goes_on = any(t.pos_ == "PRON" and "Person=3" in str(t.morph) for t in subjects) or any(
            self.lexicon.in_class(c.lang_, c.lower_, "alsoAdverb") for c in anchor.children
        )
        _, end, paragraph = self._told_at
        near = paragraph == sentence.paragraph or 0 <= sentence.start - end <= _GAP
        return self.day if goes_on and simple and near else None

    def _before(self, found: TimeExpression, told: Sequence[TimeExpression]) -> Interval | None:
        """The day named before an expression: in its sentence, or in what was told before."""
        earlier = [
            t.interval for t in told
            if t.kind == "date" and t.end <= found.start
            and (found.kind == "sameYear" or is_single(t.interval))
        ]  # fmt: skip
        return earlier[-1] if earlier else self._opened[1]

    def _from(
        self, day: Interval | None, found: TimeExpression, sentence: Sentence
    ) -> Interval | None:
        if day is None:
            return None
        surface = self.text[found.start : found.end]
        return resolve_time(surface, sentence.language, day.start, None)


def _object(found: TimeExpression, sentence: Sentence) -> Token | None:
    """*three days before the signing* counts from the signing, not from what was told."""
    word = sentence.doc[max(places(sentence, [found]))]
    if word.pos_ not in ("ADP", "SCONJ") or word.i + 1 == len(sentence.doc):
        return None
    noun = next((c for c in word.children if c.dep_ == "pobj"), None)
    return noun or (word.nbor(1) if word.nbor(1).pos_ not in ("PUNCT", "CCONJ") else None)


def _named(verb: Token, first: int) -> list[Token]:
    """The subjects of a verb that stand before a time expression."""
    return [s for s in syntax.own_subjects(verb) if s.i < first]


def is_single(time: Interval) -> bool:
    """Tell whether an interval is one day."""
    return time.start == time.end


def shifted(day: Interval, days: int) -> Interval:
    """Give the day that lies some days from another."""
    return Interval(day.start + timedelta(days), day.start + timedelta(days))


def joined(verb: Token) -> list[Token]:
    """The verbs that a verb is coordinated with, to its left."""
    found = []
    while verb.dep_ == "conj" and verb.head.pos_ in _VERBAL:
        verb = verb.head
        found.append(verb)
    return found


def places(sentence: Sentence, expressions: Sequence[TimeExpression]) -> dict[int, TimeExpression]:
    """Give, by token, the time expression that it is part of."""
    return {
        index: expression
        for index, (start, _) in enumerate(sentence.offsets)
        for expression in expressions
        if expression.start <= start < expression.end
    }
