"""Who is meant, where a sentence names nobody, a stranger or only a title."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.documents import Document
from publisher.extraction.claims import Party
from publisher.extraction.extractor import extract_claims

DAY = date(2024, 3, 12)


def names(parties: tuple[Party, ...]) -> str:
    return ", ".join(sorted({(p.acts_for or p.entity).label for p in parties}))


def told(text: str) -> set[tuple[str, str, str]]:
    """Who did what to whom; participants stand for who did it."""
    claims = extract_claims(Document("dispatch.txt", text, DAY, "en")).claims
    return {(names(c.actors or c.participants), c.event_type, names(c.recipients)) for c in claims}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "India and the Maldives disagree. India has 80 soldiers in the Maldives.\n"
            "President Mohamed Muizzu asked India to withdraw them.",
            ("Maldives", "Request", "India"),
        ),
        (
            "Algeria expelled two French diplomats. France and Algeria had made up in July.\n"
            "Interior Minister Paul Lebrun accused Algiers of breaking its word.",
            ("France", "Accusation", "Algeria"),
        ),
    ],
)
def test_a_titled_stranger_is_not_of_the_state_that_he_acts_on(
    text: str, claim: tuple[str, str, str]
) -> None:
    assert claim in told(text)


def test_nobody_is_prime_minister_of_a_state_without_one() -> None:
    text = (
        "The United States recognised Vietnam in 1995. Vietnam is pleased.\n"
        "The United States will open an embassy. "
        "Prime Minister Tran Van Minh promised help and welcomed the decision."
    )
    assert ("Vietnam", "Support", "United States") in told(text)


def test_a_stranger_is_known_again_by_the_full_name() -> None:
    text = (
        "Cambodian Prime Minister Sok Dara met Thailand's acting leader on Monday. "
        "Sok Dara thanked Malaysia."
    )
    assert ("Cambodia", "Support", "Malaysia") in told(text)


def test_a_name_with_an_article_in_it_is_read_as_a_name() -> None:
    assert ("Egypt", "Request", "United Nations") in told(
        "Egypt's envoy Karim el-Sayed last week asked the United Nations to replace its envoy."
    )


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Kenya expelled Sudan's ambassador on Friday. Khartoum called this unwarranted.",
            ("Sudan", "Condemnation", "Kenya"),
        ),
        (
            "Kenya recalled its ambassador from Sudan. Sudan's ministry dismissed the tale as "
            "a fabrication.",
            ("Sudan", "Rejection", "Kenya"),
        ),
        (
            "Brazil welcomed the quick end of the unrest in Somalia.",
            ("Brazil", "Support", "Somalia"),
        ),
    ],
)
def test_what_is_judged_is_the_other_sides(text: str, claim: tuple[str, str, str]) -> None:
    assert claim in told(text)


def test_a_guess_is_nothing_to_build_on() -> None:
    text = (
        "Kenya summoned Sudan's ambassador. Norway called the language regrettable. "
        "Kenya recalled its ambassador."
    )
    assert ("Kenya", "Recall", "Sudan") in told(text)


def test_who_mediates_does_so_between_those_that_agreed() -> None:
    text = "Turkey and Israel agreed to restore ties. The agreement was brokered by Norway."

    assert ("Norway", "Mediation", "Israel, Turkey") in told(text)


def test_the_court_is_the_one_that_was_named() -> None:
    text = (
        "The International Court of Justice ruled for Guyana. Guyana met Venezuela. "
        "Guyana asked the court to decide."
    )
    requests = {c for c in told(text) if c[1] == "Request"}

    assert requests == {("Guyana", "Request", "United Nations")}


@pytest.mark.parametrize(
    "sentence",
    [
        "The two countries have expelled each other's ambassadors.",
        "Each country expelled the other's ambassador.",
        "Both have ordered all of each other's diplomats to leave.",
    ],
)
def test_what_two_do_to_each_other_is_one_deed_of_both(sentence: str) -> None:
    claims = {c for c in told(f"Kenya met Sudan in May. {sentence}") if c[1] == "Expulsion"}

    assert claims == {("Kenya, Sudan", "Expulsion", "Kenya, Sudan")}


def test_a_verb_hung_on_the_clause_before_it_has_the_subject_of_the_sentence() -> None:
    claim = ("Kenya", "Accusation", "Sudan")

    assert claim in told(
        "Kenya threatened nations that help Khartoum with sanctions and accused Sudan of lying."
    )


def test_a_name_that_is_told_of_at_length_is_the_subject() -> None:
    claim = ("United States", "Support", "France")

    assert claim in told(
        "Secretary of State Antony Blinken, who lived in the French capital as a teenager, "
        'called France "a vital partner" in the Indo-Pacific.'
    )


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Spokesperson: China firmly opposes the remarks. "
            "The Philippines has distorted the facts. We urge Manila to stop its provocations.",
            ("China", "Request", "Philippines"),
        ),
        (
            'Kenyan President William Ruto, on Twitter: "We condemn the attack by Sudan."',
            ("Kenya", "Condemnation", "Sudan"),
        ),
    ],
)
def test_we_are_who_was_told_of_or_named_before_the_colon(
    text: str, claim: tuple[str, str, str]
) -> None:
    assert claim in told(text)


def test_they_are_those_who_were_named_together() -> None:
    text = (
        "Senegal and Mauritania are on speaking terms once more. "
        "Their foreign ministers agreed on Monday to restore diplomatic relations."
    )
    assert ("Mauritania, Senegal", "EstablishmentOfRelations", "") in told(text)


@pytest.mark.parametrize(
    "sentence",
    [
        "Azerbaijani President Ilham Aliyev apologised to Vladimir Putin in a phone call.",
        "Ilham Aliyev told Vladimir Putin in a telephone call that the crash was an accident.",
    ],
)
def test_what_one_told_another_in_a_call_is_a_call_of_both(sentence: str) -> None:
    assert ("Azerbaijan, Russia", "Call", "") in told(sentence)


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        (
            "Ten Norwegian diplomats were ordered out of Moscow on Friday.",
            ("Russia", "Expulsion", "Norway"),
        ),
        (
            "A Kenyan diplomat was declared persona non grata in Khartoum.",
            ("Sudan", "Expulsion", "Kenya"),
        ),
    ],
)
def test_who_is_sent_away_is_by_the_state_where_he_is(
    sentence: str, claim: tuple[str, str, str]
) -> None:
    assert claim in told(sentence)


def test_who_speaks_for_the_summoned_has_not_summoned_them() -> None:
    text = (
        "Turkey and France quarrel. The French ambassador told Turkey that it was wrong. "
        "The French ambassador was summoned on Monday."
    )
    assert ("Turkey", "Summons", "France") in told(text)


def test_who_is_urged_may_be_protested_to() -> None:
    text = "China condemned Australia. China urged Manila to stop and lodged a protest."

    assert ("China", "Condemnation", "Philippines") in told(text)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Senegal condemned Guinea-Bissau in May. Under a protocol initialled on Thursday, "
            "Senegal and Guinea-Bissau are to share the oil.",
            ("Guinea-Bissau, Senegal", "Agreement", ""),
        ),
        (
            "South Korea quarrels with Japan. Japan accused South Korea of lying. "
            "The accord, signed in 2016, is to lapse.",
            ("Japan, South Korea", "Agreement", ""),
        ),
    ],
)
def test_an_accord_is_between_those_of_whom_the_text_tells(
    text: str, claim: tuple[str, str, str]
) -> None:
    assert claim in told(text)


def test_who_hosts_talks_mediates_between_those_told_of() -> None:
    text = "Iran and Saudi Arabia agreed to restore ties. Oman had hosted talks."

    assert ("Oman", "Mediation", "Iran, Saudi Arabia") in told(text)


def test_senior_officials_are_those_of_the_state_visited() -> None:
    text = "US Secretary of State Antony Blinken flew to Tehran and met senior officials."

    assert ("Iran, United States", "Meeting", "") in told(text)


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("Japan lodged a protest after Chinese ships entered its waters.", "Condemnation"),
        ("Japan threatened to respond after China moved soldiers to the island.", "Threat"),
        ("Japan expressed alarm after China fired missiles.", "Condemnation"),
    ],
)
def test_what_happened_just_before_is_what_is_answered(sentence: str, claim: str) -> None:
    assert ("Japan", claim, "China") in told(sentence)


def test_two_leaders_told_of_together_need_not_be_of_one_state() -> None:
    claims = told("Charles Michel met Prime Minister Pashinyan and President Aliyev in Brussels.")

    assert ("Armenia, Azerbaijan, European Union", "Meeting", "") in claims


def test_the_ministry_does_not_summon_its_own_ambassador() -> None:
    text = (
        "YEREVAN, March 12 (Reuters) -- Russia rejected Armenian claims. "
        "The Foreign Ministry had summoned Armenia's ambassador on Monday."
    )
    assert ("Russia", "Summons", "Armenia") in told(text)


def test_whose_resolve_is_praised_is_who_was_spoken_with() -> None:
    text = "Erdogan met Macron in Ankara and praised his resolve."

    assert ("Turkey", "Support", "France") in told(text)
