"""What a sentence leaves to the text around it is taken from there."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.claims import Claim, Party
from publisher.extraction.extractor import extract_claims

TUESDAY = date(2022, 4, 5)


def read(text: str, language: str = "en") -> list[Claim]:
    return list(extract_claims(Document("dispatch.txt", text, TUESDAY, language)).claims)


def names(parties: tuple[Party, ...]) -> set[str]:
    return {(p.acts_for or p.entity).label for p in parties}


def told(text: str, language: str = "en") -> set[tuple[str, str, str]]:
    """Who did what to whom, one triple for each claim with one actor and one recipient."""
    return {
        (", ".join(sorted(names(c.actors))), c.event_type, ", ".join(sorted(names(c.recipients))))
        for c in read(text, language)
    }


@pytest.mark.parametrize(
    "second",
    [
        "Ghana did the same on Monday.",
        "Ghana followed suit.",
        "Ghana has done likewise.",
        "So did Ghana.",
    ],
)
def test_a_deed_told_by_pointing_back_is_read_again(second: str) -> None:
    assert ("Ghana", "Expulsion", "Russia") in told(
        f"Kenya expelled two Russian diplomats. {second}"
    )


def test_a_deed_done_likewise_in_french() -> None:
    text = "Le Kenya a expulsé deux diplomates russes. Le Ghana a fait de même."

    assert ("Ghana", "Expulsion", "Russia") in told(text, "fr")


def test_following_suit_by_a_deed_that_is_told_is_no_second_deed() -> None:
    claims = read(
        "Kenya condemned Russia. Ghana followed suit, severing diplomatic relations with Russia."
    )

    assert [c.event_type for c in claims if names(c.actors) == {"Ghana"}] == [
        "SeveranceOfRelations"
    ]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Rwanda expelled the Belgian ambassador. In March Germany froze aid to Rwanda, and "
            "Canada recalled its ambassador.",
            ("Canada", "Recall", "Rwanda"),
        ),
        (
            "Algeria accuses Spain of bias over the Sahara. Algeria recalled its ambassador.",
            ("Algeria", "Recall", "Spain"),
        ),
        (
            "Rwanda accused Belgium of lying. Rwanda ended diplomatic relations with its former "
            "coloniser.",
            ("Rwanda", "SeveranceOfRelations", "Belgium"),
        ),
        (
            "Nicaragua is to leave the OAS, a regional body. Honduras was suspended in 2009.",
            ("Organization of American States", "Suspension", "Honduras"),
        ),
        (
            "ECOWAS lifted its embargo on Mali. Mali remains suspended from the bloc.",
            ("Economic Community of West African States", "Suspension", "Mali"),
        ),
        (
            "Chad expelled Sudan's envoy. Chad thanked Qatar. Chad recalled its ambassador.",
            ("Chad", "Recall", "Sudan"),
        ),
        (
            "Russia bombed Kyiv. Russia thanked China. Britain's foreign secretary visited Kyiv "
            "and announced fresh aid.",
            ("United Kingdom", "Aid", "Ukraine"),
        ),
        (
            "The United States flew two bombers over Guyana. Venezuela condemned the flights.",
            ("Venezuela", "Condemnation", "United States"),
        ),
    ],
)
def test_the_side_left_unsaid_is_the_one_that_the_text_is_about(
    text: str, claim: tuple[str, str, str]
) -> None:
    assert claim in told(text)


def test_what_is_condemned_in_general_is_laid_at_nobodys_door() -> None:
    text = "Wang Yi met Sergei Lavrov. China condemns all actions that harm civilians."

    assert ("China", "Condemnation", "") in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kenya expelled no Russian diplomats.",
        "Kenya has neither praised nor condemned Russia.",
        "Kenya would no longer recognise Kosovo.",
        "Kenya made no apology to Somalia.",
    ],
)
def test_what_did_not_happen_is_no_claim(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "spelling", ["persona non grata", "persona non-grata", "“persona non grata”"]
)
def test_who_is_declared_unwelcome_is_expelled_whatever_the_spelling(spelling: str) -> None:
    text = f"Russia has declared a diplomat working at the Romanian Embassy in Moscow {spelling}."

    assert ("Russia", "Expulsion", "Romania") in told(text)


def test_an_embassy_ordered_closed_is_closed_by_who_orders_it() -> None:
    text = (
        "Qatar ordered the embassy of Chad to be closed and gave its diplomats 72 hours to leave."
    )

    claims = told(text)

    assert ("Qatar", "MissionClosure", "Chad") in claims
    assert ("Qatar", "Expulsion", "Chad") in claims


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        (
            "Volodymyr Zelensky went to Israel on 19 March and addressed the Knesset the next day.",
            "Address",
            date(2022, 3, 20),
        ),
        (
            "Kenya expelled a diplomat of Chad on Sunday. A day earlier Chad had recalled its "
            "ambassador to Kenya.",
            "Recall",
            date(2022, 4, 2),
        ),
        (
            "Russia on Friday summoned the French ambassador, a day after it expelled four "
            "French diplomats.",
            "Expulsion",
            date(2022, 3, 31),
        ),
        (
            "On 2 April 1982 Argentina invaded Chile. On 30 April the United States condemned "
            "Argentina.",
            "Condemnation",
            date(1982, 4, 30),
        ),
    ],
)
def test_a_day_is_counted_from_the_one_told_before(text: str, kind: str, day: date) -> None:
    times = [c.time for c in read(text) if c.event_type == kind]

    assert times
    assert times[0] is not None
    assert times[0].start == day


def test_each_entry_of_a_list_stands_alone() -> None:
    text = (
        "7 April 2000 | Belgium to Rwanda. The Belgian prime minister apologised.\n"
        "30 August 2008 | Italy to Libya. The Italian prime minister apologised.\n"
        "22 March 2013 | Israel to Turkey. The Israeli prime minister apologised.\n"
    )

    assert told(text) == {
        ("Belgium", "Apology", "Rwanda"),
        ("Italy", "Apology", "Libya"),
        ("Israel", "Apology", "Turkey"),
    }


def test_the_speaker_of_a_transcript_says_what_follows() -> None:
    claims = read("Maria Zakharova: Russia has expelled two Kenyan diplomats.")

    assert [names(c.stated_by) for c in claims] == [{"Russia"}]


def test_a_call_that_the_text_goes_on_about_is_told_once() -> None:
    text = (
        "Putin visited China. Dmytro Kuleba spoke with Wang Yi by phone on Monday. "
        "China praised Putin. "
        "The call, made at Ukraine's request, was the first between the countries."
    )
    claims = extract_claims(Document("call.txt", text, date(2022, 4, 5), "en")).claims
    assert [c.event_type for c in claims].count("Call") == 1
