"""The owner's text is read as a careful reader reads it (skipped where it is absent)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from publisher.documents import read_documents
from publisher.evaluation import evaluate
from publisher.pipeline import map_document
from publisher.vocabulary import DIP, OA

SHARED = Path(__file__).parents[1] / ".." / "shared"
GOLD = SHARED / "gold" / "seed.json"

pytestmark = pytest.mark.skipif(
    not GOLD.exists(), reason="the owner's text is not here: ../shared/gold"
)


def test_both_readings_of_the_french_expulsion_lead_to_one_event() -> None:
    document = next(iter(read_documents(SHARED / "seeds", published=date(2022, 4, 5))))
    quads = map_document(document)
    words = [
        (q.subject.value.partition("#")[0], q.object.value)
        for q in quads if q.predicate.value == str(OA.exact)
    ]  # fmt: skip
    events = {
        q.subject.value: q.object.value for q in quads if q.predicate.value == str(DIP.reports)
    }
    english = [c for c, w in words if "35 Russian diplomats" in w]
    french = [c for c, w in words if "expulsion de nombreux personnels" in w]
    assert english
    assert french
    assert len({events[c] for c in english + french}) == 1


def test_every_quotation_is_the_very_characters_of_the_text() -> None:
    document = next(iter(read_documents(SHARED / "seeds", published=date(2022, 4, 5))))
    found: dict[str, dict[str, str]] = {}
    for quad in map_document(document):
        for name, term in (("start", OA.start), ("end", OA.end), ("exact", OA.exact)):
            if quad.predicate.value == str(term):
                key = quad.subject.value.replace("#quote", "#").replace("#position", "#")
                found.setdefault(key, {})[name] = quad.object.value
    assert len(found) >= 15
    for place in found.values():
        assert document.text[int(place["start"]) : int(place["end"])] == place["exact"]


def test_the_owners_text_is_read_with_f1_of_at_least_85_percent() -> None:
    score = evaluate([GOLD])

    assert score.precision >= 0.80
    assert score.f1(core=True) >= 0.85
