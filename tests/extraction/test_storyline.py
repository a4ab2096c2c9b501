"""Promises about days that are counted from others, and about days that are shared."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims

PUBLISHED = date(2022, 4, 8)


def days_of(text: str, event_type: str, published: date = PUBLISHED) -> list[str]:
    """The days of the claims of a type, in the order of the text."""
    claims = extract_claims(Document("days.txt", text, published, "en")).claims
    times = [c.time for c in claims if c.event_type == event_type]
    return [f"{t.start}/{t.end}" if t and t.start != t.end else str(t and t.start) for t in times]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("A day earlier Russia had expelled two German diplomats.", "2022-04-03"),
        ("Four days later Russia expelled two German diplomats.", "2022-04-08"),
        ("Late the same night Russia expelled two German diplomats.", "2022-04-04"),
    ],
)
def test_days_are_counted_from_the_day_told_before(later: str, expected: str) -> None:
    text = f"Germany expelled two Russian diplomats on Monday. {later}"
    assert days_of(text, "Expulsion") == ["2022-04-04", expected]


def test_a_sentence_that_claims_nothing_tells_a_day_too() -> None:
    text = (
        "A spokesman in Berlin addressed reporters on Tuesday. "
        "A day earlier Russia had expelled two German diplomats."
    )
    assert days_of(text, "Expulsion") == ["2022-04-04"]


def test_two_deeds_of_one_clause_have_one_day() -> None:
    text = (
        "India said on Thursday it regretted the actions by Pakistan, "
        "which had a day earlier downgraded diplomatic relations and halted bilateral trade."
    )
    assert days_of(text, "DowngradeOfRelations") == ["2022-04-06"]
    assert days_of(text, "Suspension") == ["2022-04-06"]


def test_the_following_year_is_a_year() -> None:
    text = (
        "Washington broke off relations with Cuba on Jan. 3, 1961, "
        "and imposed a full trade embargo on Cuba the following year."
    )
    assert days_of(text, "Sanction") == ["1962-01-01/1962-12-31"]


def test_a_day_before_something_is_counted_from_its_day() -> None:
    text = (
        "China has slapped tariffs on Australian barley, a day before the World Health Assembly "
        "on Tuesday passed a resolution."
    )
    assert days_of(text, "Sanction") == ["2022-04-04"]


def test_days_before_what_the_text_does_not_date_are_not_guessed() -> None:
    text = (
        "Germany expelled two Russian diplomats on Monday. "
        "Three days before the coup Russia had expelled two German diplomats."
    )
    assert days_of(text, "Expulsion") == ["2022-04-04", "None"]


def test_what_happens_when_something_dated_happens_is_of_that_day() -> None:
    text = "China abstained when the General Assembly condemned Russia on Wednesday."
    assert days_of(text, "Vote") == ["2022-04-06"]


def test_who_else_voted_did_so_on_the_day_of_the_vote() -> None:
    text = "The United States voted against the resolution on Monday. Britain abstained."
    assert days_of(text, "Vote") == ["2022-04-04", "2022-04-04"]


def test_who_speaks_somewhere_on_a_day_says_it_on_that_day() -> None:
    text = "Speaking in Abuja on Friday, President Emmanuel Macron condemned Russia."
    assert days_of(text, "Condemnation") == ["2022-04-08"]


def test_the_day_of_a_letter_is_that_of_what_it_says() -> None:
    text = "Poland came out in favour of Ukraine in a letter published by newspapers on Thursday."
    assert days_of(text, "Support") == ["2022-04-07"]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("in early 2016", "2016-01-01/2016-06-30"),
        ("in the summer of 2016", "2016-06-01/2016-09-30"),
        ("before dawn on Wednesday", "2022-04-06"),
    ],
)
def test_halves_of_years_seasons_and_hours_are_read(phrase: str, expected: str) -> None:
    text = f"Saudi Arabia severed diplomatic relations with Iran {phrase}."
    assert days_of(text, "SeveranceOfRelations") == [expected]


def test_a_date_line_with_a_full_stop_is_no_day_of_the_deed() -> None:
    text = "Lima, 8 Apr (EFE).- Peru expelled the Mexican ambassador on Tuesday."
    assert days_of(text, "Expulsion") == ["2022-04-05"]


def test_closing_from_a_weekday_in_the_present_looks_ahead() -> None:
    text = "Ukraine closes its airspace to Belarusian aircraft from Saturday."
    assert days_of(text, "Sanction") == ["2022-04-09"]


def test_months_after_something_do_not_tell_its_day() -> None:
    text = (
        "Poland expelled a diplomat on Monday, three months after Germany expelled two diplomats."
    )
    assert days_of(text, "Expulsion") == ["2022-04-04", "None"]


def test_what_is_said_about_the_news_has_its_day_until_another_is_named() -> None:
    news = "France expelled 35 Russian diplomats on Wednesday.\n\nMoscow condemned the expulsion."
    assert days_of(news, "Condemnation") == ["2022-04-06"]
    history = f"{news}\n\nIn 2018 Russia expelled four French envoys. Paris condemned the move."
    assert days_of(history, "Condemnation") == ["2022-04-06", "None"]


@pytest.mark.parametrize(
    ("text", "event_type", "expected"),
    [
        ("Turkey invaded Syria.", "MilitaryAction", "None"),
        (
            "Poland signed a deal with Japan in 2019. Moscow denounced Poland.",
            "Condemnation",
            "None",
        ),
        ("Germany will expel two Russian envoys on Monday.", "Expulsion", "2022-04-11"),
    ],
)
def test_without_a_day_of_the_news_none_is_made_up(
    text: str, event_type: str, expected: str
) -> None:
    assert days_of(text, event_type) == [expected]


@pytest.mark.parametrize(
    ("text", "event_type", "expected"),
    [
        (
            "India summoned Nepal's envoy on January 8 to convey its concern.",
            "Summons",
            "2022-01-08",
        ),
        (
            'Azerbaijan launched what it termed an "anti-terrorist operation" on Tuesday.',
            "MilitaryAction",
            "2022-04-05",
        ),
        ("June 13–15: Putin visits Pyongyang.", "Visit", "2021-06-13/2021-06-15"),
        (
            "A treaty between Germany and Poland, signed in Bonn on 17 June 1991, settled it.",
            "Agreement",
            "1991-06-17",
        ),
    ],
)
def test_a_day_stands_with_the_deed_that_it_dates(
    text: str, event_type: str, expected: str
) -> None:
    assert days_of(text, event_type) == [expected]
