"""Read what the layout of a text says: its entries, its speakers, the language of its lines.

In: a text with its paragraphs and mentions. Out: which paragraphs are entries of a list, and who
speaks in those that a signature follows or a name introduces (*Hua Chunying: China has …*).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.detection import guess_language, is_plainly_another
from publisher.extraction.claims import Party
from publisher.extraction.mentioned import to_party
from publisher.language import MODELS, Paragraph
from publisher.linking import Mention

__all__ = ["entries_of_a_list", "language_of", "speakers_of"]

_SHORT_PARAGRAPH = 40
_LIST = 3
_NUMBERED = re.compile(r"\W*(?:ID )?\d+|\W*[A-Z][a-z]+ \d{1,2},? |[^.:;]{3,40} [-–—] ")


def entries_of_a_list(text: str, found: Sequence[Paragraph]) -> set[int]:
    """The paragraphs that begin like entries (*14 March 2018:*, *(3)*), where most of them do."""
    begun = {i for i, p in enumerate(found) if _NUMBERED.match(text, p.start, p.end)}
    return begun if len(begun) >= _LIST and 2 * len(begun) >= len(found) else set()


def language_of(line: str, main: str) -> str:
    """The language of a line: the text's, unless a long line is plainly in another."""
    if len(line) < _SHORT_PARAGRAPH:
        return main
    found = guess_language(line)
    if found is None or found not in MODELS:
        return main
    return found if is_plainly_another(line, found, main) else main


def speakers_of(
    text: str, found: Sequence[Paragraph], mentions: Sequence[Mention]
) -> dict[int, tuple[Party, ...]]:
    """Give the speaker of each paragraph that a signature line follows."""
    speakers: dict[int, tuple[Party, ...]] = {}
    begins = {m.start: m for m in mentions if m.entity.kind == "person"}
    for number, paragraph in enumerate(found):
        # A transcript: "Hua Chunying: China has summoned the ambassador."
        if (speaker := begins.get(paragraph.start)) and text[speaker.end : speaker.end + 1] == ":":
            speakers[number] = (to_party(speaker),)
        if paragraph.signature and number:
            named = [m for m in mentions if paragraph.start <= m.start < paragraph.end]
            if named:
                speakers[number - 1] = (to_party(named[0]),)
    return speakers
