"""The wordings of diplomatic news are read as what they say, and what only looks alike is not.

The tables in ``wordings/`` (English) and ``wordings/fr/`` hold one sentence a row: what is
claimed, by whom, towards whom, with which status and how many; or ``nothing`` for news of courts,
firms, sport and home affairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from publisher.documents import Document
from publisher.extraction.claims import Claim, Party
from publisher.extraction.extractor import extract_claims

_FOLDER = Path(__file__).parent / "wordings"
_TABLES = sorted(_FOLDER.rglob("*.tsv"))
_NOTHING = "nothing"


def _language(table: Path) -> str:
    return "en" if table.parent == _FOLDER else table.parent.name


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    for table in _TABLES:
        for line in table.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                sentence, *expected = line.split("\t")
                yield _language(table), sentence, expected


_ROWS = list(_rows())


def _claims(language: str, sentence: str) -> tuple[Claim, ...]:
    return extract_claims(Document("wording.txt", sentence, date(2022, 4, 5), language)).claims


def _names(parties: tuple[Party, ...]) -> str:
    return ";".join(dict.fromkeys((p.acts_for or p.entity).label for p in parties))


def _told(claim: Claim, *, count: bool) -> list[str]:
    told = [
        claim.event_type,
        _names(claim.actors or claim.participants),
        _names(claim.recipients),
        claim.status,
    ]
    return [*told, ";".join(str(c.value) for c in claim.counts)] if count else told


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [r for r in _ROWS if r[2][0] != _NOTHING],
    ids=lambda v: str(v)[:60],
)
def test_a_wording_of_diplomatic_news_is_read_with_its_parties_and_status(
    language: str, sentence: str, expected: list[str]
) -> None:
    told = [_told(claim, count=len(expected) > 4) for claim in _claims(language, sentence)]

    assert expected in told


@pytest.mark.parametrize(
    ("language", "sentence"), [(lang, s) for lang, s, e in _ROWS if e[0] == _NOTHING]
)
def test_what_only_looks_like_diplomatic_news_is_not_read(language: str, sentence: str) -> None:
    assert [_told(claim, count=False) for claim in _claims(language, sentence)] == []


def test_every_table_shows_what_is_read_and_what_is_not() -> None:
    for table in _TABLES:
        text = table.read_text(encoding="utf-8")
        assert f"\t{_NOTHING}\n" in text
        assert "\tOccurred" in text
