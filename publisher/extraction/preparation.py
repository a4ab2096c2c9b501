"""Make a document ready to be read: linked, cut into sentences, parsed where it can matter.

In: a document, the lexicon and the gazetteer. Out: :class:`Prepared`, with the paragraphs, the
mentions and the sentences, of which those with a word that evokes an event are parsed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from publisher.documents import Document
from publisher.extraction import syntax
from publisher.extraction.ellipsis import is_count_of_a_list
from publisher.extraction.layout import language_of
from publisher.extraction.mending import mend
from publisher.extraction.times import Dateline, find_dateline, find_times
from publisher.gazetteer import Gazetteer
from publisher.language import (
    MODELS,
    Aside,
    Paragraph,
    Sentence,
    build_sentence,
    paragraphs,
    parse_sentences,
    segment,
)
from publisher.lexicon import Lexicon
from publisher.linking import Mention, link

__all__ = ["Prepared", "prepare"]

_PAIR = 2
_STAND_INS = {"person": "personStandIn", "state": "stateStandIn", "organisation": "acronymStandIn"}
_ASIDE = 24
_PREPOSITION = 4
_LOWER = re.compile(r" [\"“‘']?[a-zà-ÿ]")
_GENITIVE = re.compile(r"(?P<mark>['’]s)(?: (?P<after>\w+)|(?=[.,;:!]|$))")
_NOUN = re.compile(r"[^\W\d_]+")
_ANAPHORS = ("tieNoun", "pronoun", "pairNoun", "groupWord", "institutionNoun", "officeNoun")


@dataclass(frozen=True)
class Prepared:
    """A document that can be read; ``dateline`` gives place and day, if the text has one.

    ``published`` is the day that times are counted from: today, where the document has none.
    """

    published: date
    paragraphs: tuple[Paragraph, ...]
    mentions: tuple[Mention, ...]
    sentences: tuple[Sentence, ...]
    dateline: Dateline | None


def prepare(document: Document, lexicon: Lexicon, gazetteer: Gazetteer) -> Prepared:
    """Link, segment and parse a document."""
    work = _Preparation(document, lexicon, gazetteer)
    return Prepared(
        work.published, work.paragraphs, work.mentions, tuple(work.sentences()), work.dateline
    )


class _Preparation:
    def __init__(self, document: Document, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.document = document
        self.text = document.text
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.published = document.published or date.today()
        main = document.language or "en"
        self.paragraphs = paragraphs(self.text, lambda line: language_of(line, main))
        self.dateline = find_dateline(self.text, self.published)
        self.mentions = self._link()

    def _link(self) -> tuple[Mention, ...]:
        """Link the whole text in its main language, and paragraphs in another on their own."""
        main = self.document.language or "en"
        spans = {p.start: p.end for p in self.paragraphs if p.language == main}
        starts = sorted(spans)
        found = [
            m for m in self._linked(0, len(self.text), main)
            if (at := bisect_right(starts, m.start)) and m.end <= spans[starts[at - 1]]
        ]  # fmt: skip
        for paragraph in self.paragraphs:
            if paragraph.language != main:
                found.extend(self._linked(paragraph.start, paragraph.end, paragraph.language))
        return tuple(sorted(found, key=lambda m: (m.start, -m.end)))

    def _linked(self, start: int, end: int, language: str) -> list[Mention]:
        if language not in MODELS:
            return []
        text = self.text[start:end]
        mentions = link(text, language, self.document.published, self.gazetteer)
        if start == 0:
            return list(mentions)
        return [replace(m, start=m.start + start, end=m.end + start) for m in mentions]

    def sentences(self) -> list[Sentence]:
        """Give all sentences in order; parsed are those in which something may be told."""
        found: list[Sentence] = []
        cursor = 0
        for number, paragraph in enumerate(self.paragraphs):
            if paragraph.language not in MODELS or paragraph.signature:
                continue
            while cursor < len(self.mentions) and self.mentions[cursor].start < paragraph.start:
                cursor += 1
            inside = [m for m in self.mentions[cursor:] if m.end <= paragraph.end]
            for bounds in self._bounds(paragraph):
                found.append(
                    build_sentence(
                        self.text, bounds, number, paragraph.headline, paragraph.language,
                        inside, partial(_stand_in, self.lexicon, bounds[0]),
                        self._asides(inside, bounds, paragraph.language),
                    )
                )  # fmt: skip
        matters = [self._may_matter(sentence) for sentence in found]
        read = parse_sentences([s for s, m in zip(found, matters, strict=True) if m])
        for sentence in read:
            mend(sentence, self.lexicon)
            syntax.settle(sentence.doc)
        parsed = iter(read)
        return [next(parsed) if m else s for s, m in zip(found, matters, strict=True)]

    def _asides(
        self, mentions: Sequence[Mention], bounds: tuple[int, int], language: str
    ) -> list[Aside]:
        """*Riyadh on Friday ordered*, *declared him persona non grata*: what parsers trip over."""
        found: list[Aside] = []
        inside = [m for m in mentions if bounds[0] <= m.start < bounds[1]]
        for adverb in sorted(self.lexicon.members(language, "timeStandIn")):
            for mention in inside:
                found.extend(self._time_after(mention, adverb, language))
        said = self.text[slice(*bounds)].lower()
        phrases = [p for p in self.lexicon.members(language, "unwelcome") if p in said]
        for word in sorted(self.lexicon.members(language, "unwelcomeStandIn")):
            for phrase in sorted(phrases):
                for place in re.finditer(re.escape(phrase), said):
                    start, end = (bounds[0] + at for at in place.span())
                    found.append(Aside(start, end, word, start))
        for prefix in sorted(self.lexicon.members(language, "joinedPrefix")):
            for place in re.finditer(rf"\b{prefix}-(?P<rest>[a-z]{{4,}})\b", said):
                # "re-established ties": three words to the tokenizer, and no verb.
                start, end = (bounds[0] + at for at in place.span())
                found.append(Aside(start, end, prefix + place["rest"], start))
        for mention in inside:
            found.extend(self._noun_left_out(mention, bounds, language))
        return found

    def _noun_left_out(
        self, mention: Mention, bounds: tuple[int, int], language: str
    ) -> Iterator[Aside]:
        """*recalled its ambassador and expelled Ethiopia's*: the ambassador once more."""
        genitive = _GENITIVE.match(self.text, mention.end, bounds[1])
        if genitive is None:
            return
        after = genitive["after"]
        if after and after.lower() not in self.lexicon.markers[language]:
            return
        before = _NOUN.findall(self.text, bounds[0], mention.start)
        posts = self.lexicon.members(language, "missionMember")
        if posted := [word for word in before if word.lower() in posts]:
            yield Aside(mention.end, genitive.end("mark"), posted[-1], mention.end)

    def _time_after(self, mention: Mention, adverb: str, language: str) -> Iterable[Aside]:
        snippet = self.text[mention.end : mention.end + _ASIDE]
        if snippet[:1] == " " and snippet[1:].split(" ")[0].isalpha():
            for time in find_times(snippet, language, self.published)[:1]:
                short = time.kind == "date" and time.interval.start == time.interval.end
                if time.start <= _PREPOSITION and short and _LOWER.match(snippet, time.end):
                    start, end = mention.end + time.start, mention.end + time.end
                    yield Aside(mention.end, end, adverb, start)

    def _may_matter(self, sentence: Sentence) -> bool:
        """Whether a sentence has a word that evokes an event, and someone to take part in it."""
        text = self.text[sentence.start : sentence.end]
        if not self.lexicon.may_matter(sentence.language, text):
            return is_count_of_a_list(sentence, text)
        return bool(sentence.mentions) or any(
            self.lexicon.in_class(sentence.language, token.lower_.rstrip("s"), kind)
            for token in sentence.tokens
            for kind in _ANAPHORS
        )

    def _bounds(self, paragraph: Paragraph) -> Iterable[tuple[int, int]]:
        for start, end in segment(self.text, paragraph):
            if self.dateline and start <= self.dateline.start and self.dateline.end < end:
                start = self.dateline.end
            while start < end and (self.text[start].isspace() or self.text[start] in "-–—•*"):
                start += 1
            if start < end:
                yield start, end


def _stand_in(lexicon: Lexicon, first: int, mention: Mention, language: str) -> str | None:
    """A single word for the parser: one that it knows, or the last of a name or description."""
    words = re.findall(r"[^\W\d_][\w.'’-]*", mention.surface)
    kind = mention.entity.kind
    # "ECOWAS closed land and air borders": a first word that only capitals tell from a verb.
    acronym = len(words) == 1 and words[0].isupper() and mention.start == first
    spelt = kind != "organisation" or acronym
    named = words and spelt and _is_named(mention, words)
    if named and mention.how != "demonym" and kind in _STAND_INS:
        for known in sorted(lexicon.members(language, _STAND_INS[kind])):
            return known.capitalize()
    if len(words) < _PAIR:
        return None
    nouns_first = language == "fr" and (kind != "person" or mention.how == "local")
    if nouns_first:
        return words[0]
    # "the prosecutor general", "the Group of 20": no word that a parser takes for a noun.
    heads = [w for w in words if not lexicon.in_class(language, w.lower(), "noStandIn")]
    return (heads or words)[-1]


def _is_named(mention: Mention, words: Sequence[str]) -> bool:
    """Whether a name ends a mention: *Emmanuel Macron*, *Abdel Fattah el-Sisi*."""
    capital = any(part[:1].isupper() for part in words[-1].split("-")[:2])
    return capital or (mention.how == "name" and mention.entity.kind == "person")
