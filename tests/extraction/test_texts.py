"""What takes more than a sentence: lists, things said twice, and who is meant."""

from __future__ import annotations

from datetime import date

from publisher.documents import Document
from publisher.extraction.claims import Claim
from publisher.extraction.extractor import extract_claims


def _claims(text: str, kind: str) -> list[Claim]:
    document = Document("text.txt", text, date(2018, 3, 27), "en")
    return [c for c in extract_claims(document).claims if c.event_type == kind]


def _states(claim: Claim) -> set[str]:
    return {(p.acts_for or p.entity).label for p in claim.actors}


def test_a_line_of_names_and_a_number_tells_the_deed_told_before() -> None:
    text = (
        "France expelled four Russian diplomats on Monday.\n\n"
        "- Lithuania and the Czech Republic: three each\n"
        "- Norway: one\n"
    )

    read = [(_states(c), [n.value for n in c.counts]) for c in _claims(text, "Expulsion")]

    assert read == [
        ({"France"}, [4]), ({"Lithuania", "Czech Republic"}, [3]), ({"Norway"}, [1]),
    ]  # fmt: skip


def test_two_things_said_by_one_to_one_are_two_claims() -> None:
    text = (
        "Germany urged Serbia to pull back its police from the border.\n\n"
        "Germany urged Serbia to recognise driving licences issued in Pristina.\n"
    )

    assert len(_claims(text, "Request")) == 2


def test_a_thing_said_in_headline_and_lead_is_one_claim() -> None:
    text = (
        "Germany urges Serbia to pull back its police\n\n"
        "Germany urged Serbia on Monday to pull back its police from the border.\n"
    )

    assert len(_claims(text, "Request")) == 1


def test_the_junta_is_whose_junta_the_text_named() -> None:
    text = (
        "Niger's junta closed its borders. Nigeria's government met on Sunday. "
        "The junta accused France of wanting to intervene.\n"
    )

    assert [_states(c) for c in _claims(text, "Accusation")] == [{"Niger"}]


def test_them_are_those_named_together_last() -> None:
    text = (
        "China condemned the pact of the United States and Australia. "
        "Its spokesman urged them to abandon their plans.\n"
    )

    told = [{p.entity.label for p in c.recipients} for c in _claims(text, "Request")]

    assert told == [{"United States", "Australia"}]


def test_who_goes_on_speaking_makes_one_statement_a_paragraph() -> None:
    text = (
        'Norway\'s foreign minister said the talks had been long. "They were long," he said. '
        '"It was a long night," he told reporters.\n'
    )

    assert len(_claims(text, "Statement")) == 1
