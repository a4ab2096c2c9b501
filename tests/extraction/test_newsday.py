"""Promises about the day of the news: what a text tells without naming a day."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.extractor import extract_claims

PUBLISHED = date(2022, 4, 8)
LEAD = "Germany expelled two Russian diplomats on Thursday."


def days_of(text: str, event_type: str, published: date = PUBLISHED) -> list[str]:
    """The days of the claims of a type, in the order of the text."""
    claims = extract_claims(Document("news.txt", text, published, "en")).claims
    times = [c.time for c in claims if c.event_type == event_type]
    return [f"{t.start}/{t.end}" if t and t.start != t.end else str(t and t.start) for t in times]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("France recalled its ambassador from Moscow.", "2022-04-07"),
        ("Italy said it had recalled its ambassador from Moscow.", "2022-04-07"),
        ("Earlier in the day Italy recalled its ambassador from Moscow.", "2022-04-07"),
        ("Hours before Berlin acted, Italy recalled its ambassador from Moscow.", "2022-04-07"),
        ("Poland had recalled its ambassador from Moscow.", "None"),
        ("The talks stalled after Poland recalled its ambassador from Moscow.", "None"),
        ("Earlier in the week Italy recalled its ambassador from Moscow.", "2022-04-04/2022-04-08"),
    ],
)
def test_a_text_goes_on_about_the_day_of_the_news(later: str, expected: str) -> None:
    assert days_of(f"{LEAD} {later}", "Recall") == [expected]


def test_a_paragraph_about_another_day_is_not_the_news() -> None:
    text = f"{LEAD}\n\nThe two fell out in 2014. France recalled its ambassador from Moscow."
    assert days_of(text, "Recall") == ["None"]


def test_what_has_been_done_is_news_of_the_day_of_publication() -> None:
    text = "The UK has suspended its extradition treaty with Hong Kong."
    assert days_of(text, "Suspension") == ["2022-04-08"]
    assert days_of("The UK suspended its extradition treaty with Hong Kong.", "Suspension") == [
        "None"
    ]


def test_a_participle_is_of_the_day_of_its_verb() -> None:
    text = (
        "Paris hit back at Algiers on Tuesday. It has gone further, expelling 12 Algerian envoys."
    )
    assert days_of(text, "Expulsion") == ["2022-04-05"]


def test_the_day_of_what_came_before_is_not_that_of_the_news() -> None:
    text = "Norway has sent aid to Tonga after Saturday's eruption."
    assert days_of(text, "Aid") == ["2022-04-08"]


@pytest.mark.parametrize(
    ("text", "event_type", "expected"),
    [
        (
            "The mood improved in February, when Greece recalled its ambassador from Ankara.",
            "Recall",
            "2022-02-01",
        ),
        (
            "The Taliban seized Kabul in August 2021 as Norway closed its embassy in Kabul.",
            "MissionClosure",
            "2021-08-01/2021-08-31",
        ),
        (
            "In a budget presented on Thursday, India granted 20 million dollars in aid to Nepal.",
            "Aid",
            "2022-04-07",
        ),
        (
            "China opened an embassy in Nauru in January 2004, and Fiji closed its embassy in "
            "Nauru that August.",
            "MissionClosure",
            "2004-08-01/2004-08-31",
        ),
        (
            "The Court ruled in February 1994, and on 30 May of that year Libya pulled its troops "
            "out of Chad.",
            "MilitaryWithdrawal",
            "1994-05-30",
        ),
        (
            "France and Spain met on Thursday in Pau, in a summit hailed by Portugal.",
            "Support",
            "2022-04-07",
        ),
        (
            "Beijing's decision on Sunday to close its embassy in Vilnius is a matter of regret.",
            "MissionClosure",
            "2022-04-03",
        ),
        (
            "In March Emmanuel Macron travelled to Rabat, where Mohammed VI recalled his envoy to "
            "Spain.",
            "Recall",
            "2022-03-01/2022-03-31",
        ),
        (
            "Greece and Albania: Treaty of Friendship. Signed at Tirana on 21 March 1996",
            "Agreement",
            "1996-03-21",
        ),
    ],
)
def test_a_day_told_beside_a_deed_is_its_day(text: str, event_type: str, expected: str) -> None:
    assert days_of(text, event_type) == [expected]


def test_the_days_of_a_history_are_not_this_year_s() -> None:
    text = (
        "On 16 May 1967 Egypt asked the United Nations to pull out. "
        "Israel struck Egypt on the morning of 5 June.\n\n"
        "On 6 June Syria broke off relations with the United States."
    )
    assert days_of(text, "SeveranceOfRelations", date(1997, 6, 5)) == ["1967-06-06"]
