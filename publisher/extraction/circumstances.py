"""Find when an event was.

In: a frame that fits, in its sentence. Out: the interval of the time expression that belongs to
it (in its own clause, or in the clause that governs it). Times are looked up sentence by
sentence, once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.kinds import expressions
from publisher.extraction.modality import tense_of
from publisher.extraction.newsday import NewsDay, is_simple_past
from publisher.extraction.reading import Reading
from publisher.extraction.storyline import Storyline, joined, places
from publisher.extraction.times import Interval, TimeExpression, find_times, resolve_time
from publisher.language import Paragraph, Sentence
from publisher.lexicon import Lexicon

__all__ = ["Circumstances"]

_OBJECTS = frozenset({"dobj", "obj", "nsubjpass", "nsubj:pass", "attr", "npadvmod", "obl:arg"})
_HEAD = 60
_VERBAL = frozenset({"VERB", "AUX"})
_ENTRY = re.compile(r"\s*[:–—.|-]+\s|\s{2,}|\s*\t")
_YEAR = re.compile(r"\s*((?:1[89]|20)\d\d)(?=\s*[:–—|]|\s-\s)")
_CLOCK = re.compile(r"\W*\d{1,2}[:.h]\d\d\b")
_BACKGROUND = frozenset({"relcl", "acl", "advcl", "acl:relcl"})
_MEETINGS = ("audience", "statementNoun", "encounterNoun", "phoneWord")
_OCCASIONS = ("audience", "statementNoun", "writingNoun")
_ATTRIBUTE = frozenset({"compound", "nmod", "nummod", "amod"})
_QUOTES = frozenset('"“«')


class Circumstances:
    """The times of one text.

    Args:
        text: the text that offsets count in.
        published: the day that weekdays and *last week* are counted from.
        paragraphs: the paragraphs of the text (a post's signature carries its date).
        lexicon: which prepositions tell of the same time.
    """

    def __init__(
        self, text: str, published: date, paragraphs: Sequence[Paragraph], lexicon: Lexicon
    ) -> None:
        self.text = text
        self.lexicon = lexicon
        self.published = published
        self.paragraphs = paragraphs
        self.storyline = Storyline(text, lexicon)
        self.news = NewsDay(text, published, paragraphs, lexicon)
        self._found_times: dict[int, tuple[TimeExpression, ...]] = {}
        self._placed: dict[int, dict[int, TimeExpression]] = {}
        self._not_ahead: dict[int, dict[int, TimeExpression]] = {}

    def _times(self, sentence: Sentence) -> tuple[TimeExpression, ...]:
        if sentence.start not in self._found_times:
            text = self.text[sentence.start : sentence.end]
            self._found_times[sentence.start] = tuple(
                replace(t, start=t.start + sentence.start, end=t.end + sentence.start)
                for t in find_times(text, sentence.language, self._day(sentence))
            )
        return self._found_times[sentence.start]

    def time(
        self, reading: Reading, anchor: Token, sentence: Sentence, tense: str, status: str
    ) -> Interval | None:
        """Give when the event was or is due, if the text settles it."""
        told = self._times(sentence)
        if status == "Occurred" and tense != "past":
            tense = _tense_told(anchor, tense)
        self.storyline.open(sentence)
        if relative := self.storyline.relative(told, (anchor, reading.head), sentence):
            return relative
        expressions = [t for t in told if t.kind == "date"]
        by_token = self._by_token(sentence, expressions) if expressions else {}
        if anchor.dep_ == "relcl" and (named := by_token.get(anchor.head.i)):
            past = "past" if tense_of(anchor) == "past" else tense
            day = self._resolved(named, sentence, past) or named.interval
            return Interval(day.start, day.start)
        inner = [by_token[t.i] for t in syntax.subtree(reading.head) if t.i in by_token]
        if inner and anchor.i != reading.head.i and status == "Announced":
            return self._resolved(inner[0], sentence, "future")
        for head in (anchor, reading.head):
            if own := self._own(head, sentence, by_token, tense):
                return own
        for clause in (c for c in reading.head.children if _tells_of(c)):
            if told_of := self._own(clause, sentence, by_token, "past"):
                return told_of
        above = _above(anchor, self.lexicon)
        return (
            self.storyline.relative(told, above, sentence)
            or self.storyline.aloof(told, anchor, sentence, self._day(sentence))
            or self._around(reading, anchor, sentence, by_token, tense)
            or (
                self.news.of(reading, anchor, sentence, self.storyline, self._all(sentence))
                if status == "Occurred"
                else None
            )
        )

    def _own(
        self, head: Token, sentence: Sentence, by_token: dict[int, TimeExpression], tense: str
    ) -> Interval | None:
        """The time in the clause of a word itself."""
        near = [
            by_token[t.i] for t in syntax.clause_tokens(head)
            if t.i in by_token and _belongs(t, head, sentence, self.lexicon)
        ]  # fmt: skip
        near = [t for t in near if not self._is_rank(t, sentence)]
        return self._resolved(near[0], sentence, tense) if near else None

    def _is_rank(self, time: TimeExpression, sentence: Sentence) -> bool:
        """*the first such visit since 1958*: how rare it is, not when it was."""
        if time.anchor == time.interval:
            return False
        first = min(places(sentence, [time]))
        above = (a for t in sentence.doc[first].ancestors for a in (t, *t.children))
        return any(
            self.lexicon.in_class(t.lang_, t.lower_, "rankWord") and t.i < first for t in above
        )

    def _around(
        self,
        reading: Reading,
        anchor: Token,
        sentence: Sentence,
        by_token: dict[int, TimeExpression],
        tense: str,
    ) -> Interval | None:
        """The time of what an event is told with: in the sentence, its entry, the one before."""
        if not by_token:
            return (
                self._signed_date(sentence)
                or self._entry_date(sentence)
                or self._day_of_treaty(reading, sentence)
                or self.storyline.carried_over(anchor, sentence, simple=is_simple_past(anchor))
            )
        return (
            self._while(anchor, sentence, by_token, tense)
            or self._beside(anchor, sentence, by_token, tense)
            or self._governing(reading, anchor, sentence, by_token, tense)
            or self._stated_on(sentence, by_token)
            or self._only_one(anchor, sentence, by_token, tense)
            or self._entry_date(sentence)
        )

    def _while(
        self, anchor: Token, sentence: Sentence, by_token: dict[int, TimeExpression], tense: str
    ) -> Interval | None:
        """*improved in February, when Greece sent aid*, *fell in 2021 as troops withdrew*."""
        earlier = any(c.lower_ == "had" for c in syntax.verb_group(anchor))
        if anchor.dep_ not in _BACKGROUND or earlier:
            return None
        if not _is_simultaneous(anchor, self.lexicon):
            return None
        before = [i for i in by_token if i < anchor.left_edge.i]
        return self._resolved(by_token[before[-1]], sentence, tense) if before else None

    def _beside(
        self, anchor: Token, sentence: Sentence, by_token: dict[int, TimeExpression], tense: str
    ) -> Interval | None:
        """The time of a verb's sibling, of the clause with *when*, of the letter it stands in."""
        if anchor.dep_ == "acl" and syntax.is_infinitive(anchor):
            # "its decision on Sunday to demote its relations"
            others = by_token.keys() - {t.i for t in syntax.subtree(anchor)}
            near = [by_token[t.i] for t in syntax.subtree(anchor.head) if t.i in others]
            if near:
                return self._resolved(near[0], sentence, "past")
        for sibling in (c for c in anchor.children if c.dep_ == "conj" and c.pos_ in _VERBAL):
            near = [by_token[t.i] for t in syntax.clause_tokens(sibling) if t.i in by_token]
            if near and not syntax.own_subjects(sibling):
                return self._resolved(near[0], sentence, tense)
        for clause in (c for c in anchor.children if _is_simultaneous(c, self.lexicon)):
            if told := self._own(clause, sentence, by_token, tense):
                return told
        for clause in (c for c in anchor.children if _is_setting(c, anchor) or _names_object(c)):
            if told := self._own(clause, sentence, by_token, tense):
                return told
        for marker, noun, far in syntax.obliques(anchor):
            if far == 0 and noun.i < anchor.i and self._is_occasion(marker, noun):
                # "In the budget presented on Thursday, Delhi allocated"
                within = [by_token[t.i] for t in syntax.subtree(noun) if t.i in by_token]
                if within:
                    return self._resolved(within[0], sentence, tense)
            if any(self.lexicon.in_class(noun.lang_, noun.lemma_.lower(), c) for c in _OCCASIONS):
                for clause in (c for c in noun.children if c.dep_ in ("acl", "relcl")):
                    if told := self._own(clause, sentence, by_token, "past"):
                        return told
        return None

    def _is_occasion(self, marker: str, noun: Token) -> bool:
        """Whether a phrase before a verb tells on what occasion: *in*, *during*, not *after*."""
        verb = noun.head.head if noun.dep_ == "pobj" else noun.head
        subjects = syntax.own_subjects(verb)
        fronted = all(noun.i < s.i for s in subjects)
        return fronted and self.lexicon.in_class(noun.lang_, marker, "sameTime")

    def _governing(
        self,
        reading: Reading,
        anchor: Token,
        sentence: Sentence,
        by_token: dict[int, TimeExpression],
        tense: str,
    ) -> Interval | None:
        """The time of the clauses above an event, as long as they tell of the same day."""
        above: Token | None = anchor
        # "agreed on Thursday, in a summit hailed by both": on that Thursday.
        hailed = anchor.dep_ == "acl" and anchor.tag_ == "VBN"
        hailed = hailed and (reading.entry.event_type or "") in expressions()
        for step in range(4):
            first = step == 0 and hailed
            if above is None or (_stands_apart(above, self.lexicon) and not first):
                break
            above = syntax.governor(above)
            if above is None:
                break
            past = tense_of(above) == "past"
            if told := self._own(above, sentence, by_token, "past" if past else tense):
                return told
        return None

    def _only_one(
        self, anchor: Token, sentence: Sentence, by_token: dict[int, TimeExpression], tense: str
    ) -> Interval | None:
        """The one day that a sentence names, for what its main clause tells."""
        if len(set(by_token.values())) != 1 or tense == "future":
            return None
        main = anchor
        while main.dep_ == "conj" and main.head.pos_ in _VERBAL:
            main = main.head
        first = min(by_token)
        inside = any(
            t.dep_ in ("relcl", "acl", "advcl", "ccomp", "acl:relcl", "pcomp")
            for t in (sentence.doc[first], *sentence.doc[first].ancestors)
            if t.i != main.i
        )
        apart = any(
            t.pos_ == "ADP" and self.lexicon.in_class(t.lang_, t.lower_, "background")
            for t in sentence.doc[first].ancestors
        )
        if main.dep_ != "ROOT" or inside or apart:
            return None
        return self._resolved(by_token[first], sentence, tense)

    def note(self, time: Interval | None, sentence: Sentence, reading: Reading) -> None:
        """Remember the day of the claim told last."""
        self.storyline.note(time, sentence, reading)

    def observe(self, sentence: Sentence) -> None:
        """Remember the day that a sentence names, whether or not it claims anything."""
        self.storyline.observe(self._times(sentence), sentence, self.published)

    def _by_token(
        self, sentence: Sentence, expressions: Sequence[TimeExpression]
    ) -> dict[int, TimeExpression]:
        if sentence.start not in self._placed:
            self._placed[sentence.start] = places(sentence, expressions)
        return self._placed[sentence.start]

    def _all(self, sentence: Sentence) -> dict[int, TimeExpression]:
        """All times of a sentence, by token, but those that name no past day (*in six years*)."""
        if sentence.start not in self._not_ahead:
            told = self._times(sentence)
            real = [t for t in told if t.kind != "date" or self._is_past(t, sentence)]
            self._not_ahead[sentence.start] = places(sentence, real) if real else {}
        return self._not_ahead[sentence.start]

    def _is_past(self, time: TimeExpression, sentence: Sentence) -> bool:
        surface = self.text[time.start : time.end]
        return resolve_time(surface, sentence.language, self._day(sentence), "past") is not None

    def _entry_date(self, sentence: Sentence) -> Interval | None:
        """The date that an entry of a chronology begins with: *14 March 2018: The UK expels*."""
        paragraph = self.paragraphs[sentence.paragraph]
        line = self.text[paragraph.start : min(paragraph.end, paragraph.start + _HEAD)]
        if year := _YEAR.match(line):
            number = int(year[1])
            return Interval(date(number, 1, 1), date(number, 12, 31))
        if _CLOCK.match(line):
            return Interval(self.published, self.published)
        for found in find_times(line, paragraph.language, self.published):
            alone = not line[: found.start].split("|")[-1].strip()
            if alone and found.kind == "date" and _ENTRY.match(line, found.end):
                return resolve_time(
                    line[found.start : found.end], paragraph.language, self.published, "past"
                )
            break
        return None

    def _day_of_treaty(self, reading: Reading, sentence: Sentence) -> Interval | None:
        """*Treaty of Friendship. Signed at Rome on 24 June 1932*: said after the entry's title."""
        if not reading.entry.symmetric or reading.verb.pos_ in _VERBAL:
            return None
        paragraph = self.paragraphs[sentence.paragraph]
        after = self.text[sentence.end : min(paragraph.end, sentence.end + _HEAD)].lstrip(" .,;")
        word = after.split(" ", 1)[0].lower()
        if not self.lexicon.in_class(sentence.language, word, "signedWord"):
            return None
        told = find_times(after, sentence.language, self.published)
        return told[0].interval if told and told[0].kind == "date" else None

    def _stated_on(
        self, sentence: Sentence, by_token: dict[int, TimeExpression]
    ) -> Interval | None:
        """*In a statement released on Monday: "France decided"*: the day before the quotation."""
        first = min(by_token, default=0)
        if len(set(by_token.values())) != 1 or self.text[sentence.start] in _QUOTES:
            return None
        if sentence.doc[first + 1 : first + 3].text[:1] != ":":
            return None
        return self._resolved(by_token[first], sentence, "past")

    def _resolved(
        self, expression: TimeExpression, sentence: Sentence, tense: str
    ) -> Interval | None:
        surface = self.text[expression.start : expression.end]
        if self._is_attribute(expression, sentence):
            tense = ""
        if expression.start == sentence.start and _ENTRY.match(self.text, expression.end):
            tense = "past"
        today = resolve_time(surface, sentence.language, self._day(sentence), tense)
        if later := self.storyline.later(surface, sentence.language, self.published, today):
            return later
        return (
            resolve_time(surface, sentence.language, self._day(sentence), tense or None)
            or expression.interval
        )

    def _is_attribute(self, expression: TimeExpression, sentence: Sentence) -> bool:
        """*a Jan. 27 visit has been cancelled*: the visit's day, whatever the verb's tense."""
        last = sentence.doc[max(places(sentence, [expression]))]
        return last.dep_ in _ATTRIBUTE and last.head.pos_ == "NOUN" and last.head.i == last.i + 1

    def _day(self, sentence: Sentence) -> date:
        """The day that *this evening* is counted from: a post's own, or that of publication."""
        signed = self._signed_date(sentence)
        return signed.start if signed is not None else self.published

    def _signed_date(self, sentence: Sentence) -> Interval | None:
        for paragraph in self.paragraphs[sentence.paragraph + 1 : sentence.paragraph + 2]:
            if paragraph.signature:
                for expression in find_times(
                    self.text[paragraph.start : paragraph.end], "en", self.published
                ):
                    return expression.interval
        return None


def _tense_told(verb: Token, tense: str) -> str:
    """*sent its envoy to meet him in January*: last January, as of the sending."""
    for _ in range(3):
        if verb.dep_ not in ("xcomp", "advcl", "acl", "pcomp", "relcl", "conj") or (
            verb.tag_ not in ("VB", "VBG")
        ):
            break
        above = syntax.governor(verb)
        if above is None:
            break
        verb = above
    return "past" if verb.pos_ in _VERBAL and tense_of(verb) == "past" else tense


def _above(verb: Token, lexicon: Lexicon) -> list[Token]:
    """The verbs whose time is a verb's own: *answered the same day by breaking ties*."""
    found = joined(verb)
    verb = found[-1] if found else verb
    if verb.dep_ == "ccomp" and (told := syntax.governor(verb)) and told.pos_ in _VERBAL:
        # "Earlier in the day Tokyo said that it would lift curbs."
        found.append(told)
    if verb.dep_ in ("pcomp", "advcl", "xcomp") and (governing := syntax.governor(verb)):
        participle = verb.tag_ == "VBG" or syntax.is_infinitive(verb)
        if governing.pos_ in _VERBAL and participle:
            found.append(governing)
    return found


def _is_setting(clause: Token, verb: Token) -> bool:
    """*Speaking in Abuja on Friday, he denied it*: on Friday."""
    before = clause.dep_ == "advcl" and clause.tag_ == "VBG" and clause.i < verb.i
    return before and not any(
        c.dep_ in ("prep", "mark") and c.i < clause.i for c in clause.children
    )


def _tells_of(clause: Token) -> bool:
    """*a treaty signed on 17 June*, *strikes carried out on Friday*: the day of the deed itself."""
    named = clause.head.pos_ in ("NOUN", "PROPN")
    return clause.dep_ == "acl" and clause.tag_ == "VBN" and named


def _names_object(clause: Token) -> bool:
    """*launched what it termed an operation on Tuesday*: a clause that only names the object."""
    return clause.dep_ == "ccomp" and any(
        c.tag_ == "WP" and c.dep_ in ("dobj", "attr") and c.i < clause.i for c in clause.children
    )


def _is_simultaneous(clause: Token, lexicon: Lexicon) -> bool:
    """*abstained when the Assembly demanded on Wednesday*: on the same day."""
    first = clause.left_edge
    words = [c for c in clause.children if c.dep_ in ("mark", "advmod")]
    words += [first] if first.dep_ == "advmod" else []
    return clause.dep_ in ("advcl", "relcl") and any(
        lexicon.in_class(c.lang_, c.lower_, "whenWord") for c in words
    )


def _belongs(time: Token, head: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a time stands with a word itself, not with a noun deep below it.

    *in retaliation for the move this month* does not date the retaliation; the parsers often
    hang a time on the object or on the place beside it, and these are passed through. A time
    that closes its clause (*to the level of chargé d'affaires on Sunday*) is the clause's.
    """
    following = time.nbor(1) if time.i + 1 < len(time.doc) else None
    if (following is None or following.pos_ in ("PUNCT", "CCONJ")) and time.head.pos_ == "ADP":
        return True
    above = time.head
    while above.i != head.i:
        nominal = above.pos_ in ("NOUN", "PROPN") and above.i != time.i
        passed = above.dep_ in _OBJECTS or sentence.mention(above) is not None
        # "at its meeting of 1 September condemned": on the day of the meeting.
        passed = passed or (above.dep_ == "pobj" and _is_occasion(above, lexicon))
        if (nominal and not passed) or above.head.i == above.i:
            return False
        above = above.head
    return True


def _is_occasion(noun: Token, lexicon: Lexicon) -> bool:
    if not lexicon.in_class(noun.lang_, noun.head.lower_, "sameTime"):
        return False
    lemma = noun.lemma_.lower()
    return any(lexicon.in_class(noun.lang_, lemma, c) for c in _MEETINGS)


def _stands_apart(token: Token, lexicon: Lexicon) -> bool:
    """Whether what governs a word happened at another time: *after the expulsion of*."""
    if token.dep_ == "pobj":
        return not lexicon.in_class(token.lang_, token.head.lower_, "sameTime")
    if token.pos_ in ("VERB", "AUX"):
        concurrent = token.tag_ == "VBG" and (token.dep_ == "advcl" or syntax.own_subjects(token))
        purpose = token.dep_ == "advcl" and syntax.is_infinitive(token)
        occasion = token.dep_ == "relcl" and any(
            c.dep_ == "prep" and any(g.tag_ == "WDT" for g in c.children) for c in token.children
        )
        concurrent = concurrent or _is_simultaneous(token, lexicon)
        return (
            not concurrent
            and not purpose
            and not occasion
            and token.dep_ in ("acl", "relcl", "acl:relcl", "advcl", "pcomp")
        )
    return token.dep_ in ("nmod", "obl:mod", "obl:arg")
