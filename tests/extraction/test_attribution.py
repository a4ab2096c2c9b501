"""Promises about who says so: officials without a name, and those who deny."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims


def sources_of(text: str, event_type: str) -> list[str]:
    """Who states the first claim of a type, by label."""
    claims = extract_claims(Document("sources.txt", text, date(2022, 4, 7), "en")).claims
    first = next(c for c in claims if c.event_type == event_type)
    return [party.entity.label for party in first.stated_by]


@pytest.mark.parametrize("speaker", ["ministry officials", "a government spokesman"])
def test_officials_without_a_name_speak_for_the_state_whose_deed_they_tell(speaker: str) -> None:
    text = f"Japan recalled its ambassador from Seoul on Monday, {speaker} said."
    assert sources_of(text, "Recall") == ["Japan"]


def test_the_attacked_army_does_not_speak_for_the_attacker() -> None:
    text = "Russian forces attacked Ukraine overnight with 76 drones, the Air Force said."
    assert "Russia" not in sources_of(text, "MilitaryAction")


def test_a_denial_is_stated_by_who_denies() -> None:
    text = "Ghana denied that its soldiers had crossed into Togo."
    assert sources_of(text, "MilitaryAction") == ["Ghana"]


def test_their_leaders_speak_for_all_whose_deed_they_tell() -> None:
    text = "Ireland, Norway and Spain will recognise Palestine in May, their leaders announced."
    assert sources_of(text, "Recognition") == ["Ireland", "Norway", "Spain"]


def test_who_announces_a_deed_says_so() -> None:
    assert sources_of("Jordan announced the recall of its envoy to Israel.", "Recall") == ["Jordan"]


def test_a_spokesman_of_whom_no_state_is_told_speaks_for_the_state_of_the_deed() -> None:
    text = "A Thai delegation will visit Laos on Monday, government spokesman Jirayu Houngsub said."
    claims = extract_claims(Document("sources.txt", text, date(2022, 4, 7), "en")).claims
    visit = next(c for c in claims if c.event_type == "Visit")
    assert [p.acts_for.label for p in visit.stated_by if p.acts_for] == ["Thailand"]


def test_who_says_that_it_will_not_be_states_the_rejection() -> None:
    text = "Ankara said there was no question of paying compensation to Russia."
    assert sources_of(text, "Rejection") == ["Turkey"]
