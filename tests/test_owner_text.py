"""The owner's text is read as a careful reader reads it (skipped where it is absent)."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.evaluation import evaluate

GOLD = Path(__file__).parents[1] / ".." / "shared" / "gold" / "seed.json"


@pytest.mark.skipif(not GOLD.exists(), reason="the owner's text is not here: ../shared/gold")
def test_the_owners_text_is_read_with_f1_of_at_least_85_percent() -> None:
    score = evaluate([GOLD])

    assert score.precision >= 0.80
    assert score.f1(core=True) >= 0.85
