"""The promise that the reading does not get worse: what is recorded is what is measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publisher.evaluation import Score, evaluate

ROOT = Path(__file__).parent.parent
RECORDED = json.loads((ROOT / "benchmarks" / "quality.json").read_text(encoding="utf-8"))
TOLERANCE = 0.02


@pytest.fixture(scope="module")
def score() -> Score:
    return evaluate([ROOT / "tests" / "corpus"])


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_the_corpus_is_read_as_well_as_recorded(score: Score, name: str) -> None:
    assert score.as_dict()[name] >= RECORDED[name] - TOLERANCE


@pytest.mark.parametrize("name", ["count", "status", "date", "source"])
def test_details_of_matched_claims_are_as_right_as_recorded(score: Score, name: str) -> None:
    measured, recorded = score.as_dict()["right"][name], RECORDED["right"][name]
    assert measured["right"] / measured["of"] >= recorded["right"] / recorded["of"] - TOLERANCE


def test_there_are_at_least_forty_texts_with_gold() -> None:
    texts = list((ROOT / "tests" / "corpus").rglob("*.txt"))
    assert len(texts) >= 40
    assert all(text.with_suffix(".json").exists() for text in texts)
