"""*The two*, *both sides* and *the three countries* are those that the text told of together."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.claims import Claim, Party
from publisher.extraction.extractor import extract_claims


def names(parties: tuple[Party, ...]) -> set[str]:
    return {(p.acts_for or p.entity).label for p in parties}


def last(text: str) -> Claim:
    return extract_claims(Document("dispatch.txt", text, date(2022, 4, 5), "en")).claims[-1]


@pytest.mark.parametrize("they", ["The two", "Both", "The two men", "Both countries"])
def test_two_that_met_are_the_two(they: str) -> None:
    text = (
        f"Emmanuel Macron met Recep Tayyip Erdogan in Paris. {they} condemned the attack on Kyiv."
    )

    assert names(last(text).actors) == {"France", "Turkey"}


@pytest.mark.parametrize(
    "told",
    ["Both agreed to set up a bank.", "The pair signed a pact.", "The two signed an accord."],
)
def test_two_are_read_of_where_a_sentence_has_no_name(told: str) -> None:
    claim = last(f"Emmanuel Macron met Recep Tayyip Erdogan in Paris. {told}")

    assert claim.event_type == "Agreement"
    assert names(claim.participants) == {"France", "Turkey"}


def test_the_two_held_talks_is_no_pile_of_nouns() -> None:
    text = "Emmanuel Macron met Recep Tayyip Erdogan in Paris. The two held talks on Sunday."

    assert last(text).time is not None


def test_a_third_who_speaks_of_both_sides_is_none_of_them() -> None:
    text = (
        "Kenya accused Somalia of piracy. Norway thanked Somalia. "
        "Norway urged both sides to show restraint."
    )

    assert names(last(text).recipients) == {"Kenya", "Somalia"}


def test_the_three_are_the_last_three_that_did_something_together() -> None:
    text = (
        "Emmanuel Macron, Boris Johnson and Mario Draghi condemned Iran. "
        "The three rejected the allegations."
    )

    assert names(last(text).actors) == {"France", "United Kingdom", "Italy"}


def test_two_sides_of_one_state_agree_with_each_other() -> None:
    text = "Sudan's army pulled out. The army and the RSF signed a ceasefire on Saturday."

    assert names(last(text).participants) == {"Sudan", "Rapid Support Forces"}


def test_his_counterparts_are_those_named_beside_them() -> None:
    text = (
        "Kenya's president, William Ruto, phoned his two neighbours, Yoweri Museveni and Samia "
        "Suluhu Hassan."
    )

    assert names(last(text).participants) == {"Kenya", "Uganda", "Tanzania"}


def test_both_sides_are_the_two_whom_the_text_is_about() -> None:
    text = (
        "Somalia accused Ethiopia of theft. Ethiopia denied the charge. Egypt met Somalia. "
        "The African Union urged both sides to show restraint."
    )

    assert names(last(text).recipients) == {"Somalia", "Ethiopia"}
