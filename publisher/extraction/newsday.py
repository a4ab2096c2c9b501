"""Tell what happened on the day of the news, where a sentence names no day.

In: a text whose first lines name a day that has only just passed (or a report that tells what
*has* happened), and a claim's verb in its sentence. Out: that day, for what the text tells of it:
a text that begins with *on Tuesday* goes on about that Tuesday until it names another day;
*Tokyo denied it* has it too, *Moscow had seized the islands* has not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.kinds import expressions
from publisher.extraction.modality import tense_of
from publisher.extraction.reading import Reading
from publisher.extraction.storyline import Storyline, is_single
from publisher.extraction.times import Interval, TimeExpression, find_times
from publisher.language import Paragraph, Sentence
from publisher.lexicon import Lexicon

__all__ = ["NewsDay", "is_simple_past"]

_VERBAL = frozenset({"VERB", "AUX"})
_LEAD = 300
_FIRST_LINES = 700
_RECENT = 3
_YEAR = 366
_ASIDE = frozenset({"relcl", "acl", "advcl", "acl:relcl"})
_GERUND = frozenset({"advcl", "pcomp", "xcomp", "conj"})
_APOSTROPHES = frozenset("'’")
_HAVE = frozenset({"has", "have"})
_WITH = frozenset({"with"})
_OWN = frozenset({"PRP", "PRP$"})


class NewsDay:
    """The day of the news of one text.

    Args:
        text: the text that offsets count in.
        published: the day of publication.
        paragraphs: the paragraphs of the text.
        lexicon: the prepositions of what happened before.
    """

    def __init__(
        self, text: str, published: date, paragraphs: Sequence[Paragraph], lexicon: Lexicon
    ) -> None:
        self.text = text
        self.published = published
        self.paragraphs = paragraphs
        self.lexicon = lexicon
        self._out: Interval | None = None
        self._named_before: dict[int, tuple[TimeExpression, ...]] = {}

    @cached_property
    def day(self) -> Interval | None:
        """The first day that the first lines name, if it has only just passed."""
        language = self.paragraphs[0].language if self.paragraphs else "en"
        for told in find_times(self.text[:_FIRST_LINES], language, self.published):
            recent = 0 <= (self.published - told.interval.start).days <= _RECENT
            if self.text[told.end : told.end + 1] in _APOSTROPHES:
                # "after Saturday's eruption"
                continue
            if told.kind == "date" and is_single(told.interval):
                if recent:
                    return told.interval
                if (self.published - told.interval.start).days > _YEAR:
                    # A history: its "5 June" is not this year's.
                    return None
        return None

    def of(
        self,
        reading: Reading,
        anchor: Token,
        sentence: Sentence,
        storyline: Storyline,
        placed: Mapping[int, TimeExpression],
    ) -> Interval | None:
        """The day of the news, if it is the day of what a verb tells.

        ``placed`` are the times of the sentence, by token.
        """
        verb = _telling(anchor, self.lexicon)
        lead = sentence.start < _LEAD
        if self.day is None and lead and _is_perfect(verb):
            # "The UK has suspended its treaty": news, on the day that the text came out.
            self._out = Interval(self.published, self.published)
        day = self.day or self._out
        if day is None or _is_background(verb) or not self._is_undated(verb, placed, lead):
            return None
        if self._tells_of_another(day, sentence):
            return None
        alone = all(told == day for told in storyline.days.values())
        said = (reading.entry.event_type or "") in expressions()
        if lead and alone and _is_past(verb):
            return day
        goes_on = said or storyline.day == day
        return day if goes_on and (is_simple_past(verb) or _is_reported(verb)) else None

    def _tells_of_another(self, day: Interval, sentence: Sentence) -> bool:
        """Whether the paragraph has named another day before a sentence."""
        if sentence.start not in self._named_before:
            before = self.text[self.paragraphs[sentence.paragraph].start : sentence.start]
            told = find_times(before, sentence.language, self.published)
            self._named_before[sentence.start] = tuple(told)
        others = self._named_before[sentence.start]
        return any(t.kind == "date" and not _holds(t.interval, day) for t in others)

    def _is_undated(self, verb: Token, placed: Mapping[int, TimeExpression], lead: bool) -> bool:
        """Whether all times of a sentence are those of asides, not of a verb itself.

        A report may begin with what was done *a day after* something else.
        """
        return all(
            t.kind not in ("date", "relative", "aloof")
            or (t.kind == "aloof" and lead)
            or self._is_aside(verb.doc[i], verb)
            for i, t in placed.items()
        )

    def _is_aside(self, time: Token, verb: Token) -> bool:
        """*those who seized power last month have ordered*, *after Saturday's eruption*."""
        for token in (time, *time.ancestors):
            if token.i == verb.i:
                return False
            apart = token.dep_ in _ASIDE and token.pos_ in _VERBAL
            before = token.pos_ == "ADP" and self.lexicon.in_class(
                token.lang_, token.lower_, "background"
            )
            if apart or before:
                return verb not in token.subtree
        return False


def _holds(interval: Interval, day: Interval) -> bool:
    """Whether a day lies within what a text names: *earlier this week*."""
    return interval.start <= day.start <= interval.end


def _telling(anchor: Token, lexicon: Lexicon) -> Token:
    """The finite verb that a deed is told with: *has hit back, expelling 12 diplomats*.

    Also *has become the first to recognise them*, *voted for it, with Israel siding against*.
    """
    verb = anchor
    for _ in range(4):
        above = syntax.governor(verb)
        if above is not None and above.pos_ not in _VERBAL and syntax.is_infinitive(verb):
            words = (c.lower_ for c in above.children)
            if any(lexicon.in_class(verb.lang_, w, "rankWord") for w in words):
                verb = above.head
                continue
        beside = verb.dep_ == "pcomp" and verb.tag_ == "VBG" and verb.head.lower_ in _WITH
        loose = verb.tag_ in ("VBG", "VB") and (beside or not syntax.own_subjects(verb))
        if above is None or above.pos_ not in _VERBAL or verb.dep_ not in _GERUND or not loose:
            break
        if any(c.dep_ in ("aux", "auxpass") and c.tag_ != "TO" for c in verb.children):
            break
        verb = above
    return verb


def _is_background(verb: Token) -> bool:
    """*after Ethiopia broke with Egypt and signed a deal*: told beside the news."""
    while verb.dep_ == "conj" and verb.head.pos_ in _VERBAL:
        verb = verb.head
    return verb.dep_ in _ASIDE


def _is_perfect(verb: Token) -> bool:
    return _is_past(verb) and any(c.lower_ in _HAVE for c in syntax.verb_group(verb))


def is_simple_past(verb: Token) -> bool:
    """Tell whether a verb is in the simple past, not *has done* nor *had done*."""
    return _is_past(verb) and not any(c.lower_ in _HAVE for c in syntax.verb_group(verb))


def _is_reported(verb: Token) -> bool:
    """*said it had recalled its ambassador*: has recalled, in the words of who did so."""
    had = any(c.lower_ == "had" for c in syntax.verb_group(verb))
    if not had or verb.dep_ != "ccomp" or not is_simple_past(verb.head):
        return False
    own = [s for s in syntax.own_subjects(verb) for t in (s, *s.children) if t.tag_ in _OWN]
    return bool(own) and not any(c.dep_ == "advmod" for c in verb.children)


def _is_past(verb: Token) -> bool:
    return tense_of(verb) == "past" and all(c.lower_ != "had" for c in syntax.verb_group(verb))
