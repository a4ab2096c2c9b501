"""Every entry of the lexicon reads its own example sentence."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from publisher.lexicon import Entry, load_lexicon

_EVENTS = [e for e in load_lexicon().entries if e.kind == "event"]


def _read(sentence: str, language: str) -> set[str]:
    document = Document("example.txt", sentence, date(2022, 4, 5), language)
    return {claim.event_type for claim in extract_claims(document).claims}


def test_every_event_entry_has_an_example() -> None:
    assert [e.iri for e in _EVENTS if not e.examples] == []


@pytest.mark.parametrize(("language", "share"), [("en", 0.985), ("fr", 1.0)])
def test_examples_are_read_as_the_class_of_their_entry(language: str, share: float) -> None:
    entries = [e for e in _EVENTS if e.language == language]

    missed = [e for e in entries if not _understood(e)]

    assert len(missed) <= (1 - share) * len(entries), [e.iri for e in missed]


def _understood(entry: Entry) -> bool:
    return any(entry.event_type in _read(example, entry.language) for example in entry.examples)
