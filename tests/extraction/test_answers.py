"""Promises about retaliation: what a text calls an answer points at what it answers."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims
from publisher.pipeline import map_document
from publisher.vocabulary import DIP

ANSWERED = (
    "Germany expelled two Russian diplomats on Monday. "
    "In retaliation, Russia expelled two German diplomats on Tuesday."
)
NOT_ANSWERED = (
    "Germany expelled two Russian diplomats on Monday. "
    "Russia expelled two Polish diplomats on Tuesday."
)
FRENCH = (
    "L'Allemagne a expulsé deux diplomates russes lundi. "
    "En représailles, la Russie a expulsé deux diplomates allemands mardi."
)


def document(text: str, language: str = "en") -> Document:
    return Document("answers.txt", text, date(2022, 4, 7), language, title="Answers")


@pytest.mark.parametrize(("text", "language"), [(ANSWERED, "en"), (FRENCH, "fr")])
def test_a_retaliation_points_at_what_it_answers(text: str, language: str) -> None:
    first, second = extract_claims(document(text, language)).claims
    assert second.in_response_to == 0
    assert first.in_response_to is None


def test_a_deed_towards_others_answers_nothing() -> None:
    assert [c.in_response_to for c in extract_claims(document(NOT_ANSWERED)).claims] == [None, None]


def test_the_answer_is_in_the_rdf() -> None:
    links = [
        q for q in map_document(document(ANSWERED)) if q.predicate.value == str(DIP.inResponseTo)
    ]
    assert len(links) == 1
    assert "russia-germany" in str(links[0].subject)
    assert "germany-russia" in str(links[0].object)
