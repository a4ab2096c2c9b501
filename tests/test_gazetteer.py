"""The gazetteer: names in two languages, offices by date, role nouns."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.gazetteer import Gazetteer
from publisher.vocabulary import WD


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def senses(gazetteer: Gazetteer, text: str, language: str) -> list[tuple[str, str, str]]:
    return [
        (hit.surface, hit.senses[0].entity.rsplit("/", 1)[-1], hit.senses[0].how)
        for hit in gazetteer.find(text, language)
    ]


def test_names_aliases_acronyms_demonyms_and_metonyms_are_told_apart(
    gazetteer: Gazetteer,
) -> None:
    found = senses(gazetteer, "Moscow, the U.S. and Türkiye’s Russian guest", "en")
    assert found == [
        ("Moscow", "Q159", "metonym"),
        ("U.S.", "Q30", "acronym"),
        ("Türkiye", "Q43", "alias"),
        ("Russian", "Q159", "demonym"),
    ]


def test_case_tells_names_from_words(gazetteer: Gazetteer) -> None:
    assert senses(gazetteer, "he told us that turkey and china are polish words", "en") == []


def test_the_french_president_depends_on_the_day(gazetteer: Gazetteer) -> None:
    france = str(WD.Q142)
    holder = gazetteer.holder("president", france, date(2022, 4, 5))
    assert holder is not None
    assert holder.iri == str(WD.Q3052772)
    assert gazetteer.holder("president", france, date(1955, 1, 1)) is None
    assert gazetteer.holder("president", france, None) is None
