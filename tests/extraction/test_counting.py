"""Promises about how many: which number of a sentence a claim takes, and which it leaves."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims


def count_of(text: str, event_type: str) -> tuple[int | None, ...]:
    """The numbers of the first claim of a type."""
    claims = extract_claims(Document("counts.txt", text, date(2022, 4, 7), "en")).claims
    first = next(c for c in claims if c.event_type == event_type)
    return tuple(count.value for count in first.counts)


@pytest.mark.parametrize(
    ("text", "event_type", "number"),
    [
        ("France recalled its ambassadors to the United States and Australia.", "Recall", 2),
        ("Israel recalled its ambassadors to the three countries.", "Recall", 3),
        ("France is to close its embassies in four African countries.", "MissionClosure", 4),
        ("Poland has closed Russia's consulates in Brno and Gdansk.", "MissionClosure", 2),
        ("Poland has closed the Russian consulate in Gdansk.", "MissionClosure", 1),
        ("Jordan announced the immediate recall of its ambassador to Israel.", "Recall", 1),
        ("Malaysia declared the North Korean envoy Kang Chol persona non grata.", "Expulsion", 1),
    ],
)
def test_there_is_one_ambassador_and_one_embassy_in_each_place(
    text: str, event_type: str, number: int
) -> None:
    assert count_of(text, event_type) == (number,)


@pytest.mark.parametrize(
    ("text", "event_type", "number"),
    [
        ("Germany will send 14 tanks to Ukraine.", "Aid", 14),
        ("The United States sent two warships to deliver humanitarian aid to Georgia.", "Aid", 2),
        ("Russia fired more than 100 missiles at Ukraine.", "MilitaryAction", 100),
        ("Russian forces attacked Ukraine overnight with 76 drones.", "MilitaryAction", 76),
        ("Russia has since refused entry to two European flights.", "EntryBan", 2),
    ],
)
def test_what_a_deed_is_done_with_or_to_is_counted(text: str, event_type: str, number: int) -> None:
    assert count_of(text, event_type) == (number,)


def test_states_that_act_by_the_number_are_counted() -> None:
    assert count_of(
        "Some 140 of the 193 UN member states already recognise Palestine.", "Recognition"
    ) == (140,)


def test_who_is_expelled_counts_and_not_who_expels() -> None:
    assert count_of("Poland and 14 other countries expelled Russian envoys.", "Expulsion") == ()


def test_two_people_without_a_number_are_two() -> None:
    text = "Australia expelled Syria's ambassador and another member of the mission."
    assert count_of(text, "Expulsion") == (2,)


def test_a_staff_of_unknown_size_is_not_one() -> None:
    assert count_of("Colombia expelled the Ecuadorian embassy's staff.", "Expulsion") == ()


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("Japan will send aid worth $20 million to Tonga.", "Aid"),
        (
            "US Secretary of State Madeleine Albright held three hours of talks with Russia.",
            "Meeting",
        ),
        ("The United States asked both governments to end the violence.", "Request"),
    ],
)
def test_money_hours_and_the_two_sides_are_no_number(text: str, event_type: str) -> None:
    assert count_of(text, event_type) == ()


@pytest.mark.parametrize(
    "told", [("40", "a number of"), ("a number of", "40")], ids=["first", "afterwards"]
)
def test_a_deed_that_is_told_twice_has_the_number_that_is_told(told: tuple[str, str]) -> None:
    text = " ".join(f"Germany expelled {many} Russian diplomats on Monday." for many in told)
    assert count_of(text, "Expulsion") == (40,)
