"""Linking, case by case: ``linking_cases.tsv`` holds texts and what their words mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.gazetteer import Gazetteer
from publisher.linking import Mention, link, report

CASES = Path(__file__).with_name("linking_cases.tsv")
GAZETTEER = Gazetteer.load()


def cases() -> list[tuple[str, ...]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def matches(mention: Mention, target: str) -> bool:
    entity = mention.entity
    if target == "local":
        return entity.is_local
    return entity.iri == GAZETTEER.codes.get(target) or entity.slug == target


def acts_for(mention: Mention, target: str) -> bool:
    if target == "-":
        return mention.acts_for is None
    principal = mention.acts_for
    return principal is not None and (
        principal.iri == GAZETTEER.codes.get(target) or principal.slug == target
    )


def problem(mentions: tuple[Mention, ...], text: str, expectation: str) -> str | None:
    """What is wrong with one expectation, if anything."""
    surface, _, wanted = (part.strip() for part in expectation.partition(" = "))
    wanted, _, how = (part.strip() for part in wanted.partition("@"))
    wanted, _, principal = (part.strip() for part in wanted.partition(">"))
    target, _, role = (part.strip() for part in wanted.partition(" / "))
    same = [m for m in mentions if m.surface == surface]
    if target == "none":
        inside = [m for m in mentions if surface == m.surface and m.how != "bare"]
        return f"{surface} linked to {inside[0].entity.label}" if inside else None
    if not same:
        near = [m.surface for m in mentions if m.surface in surface or surface in m.surface]
        return f"no mention {surface!r}, only {near}"
    for mention in same:
        if (
            matches(mention, target)
            and (not role or mention.role == role)
            and (not principal or acts_for(mention, principal))
            and (not how or mention.how == how)
        ):
            return None
    return f"{surface}: {report(tuple(same))}"


@pytest.mark.parametrize(
    ("language", "published", "text", "expected"), cases(), ids=lambda v: v[:40]
)
def test_the_words_of_a_text_mean_what_a_reader_takes_them_to_mean(
    language: str, published: str, text: str, expected: str
) -> None:
    mentions = link(text, language, date.fromisoformat(published), GAZETTEER)
    problems = [problem(mentions, text, part) for part in expected.split(" | ")]
    assert not [p for p in problems if p], "\n".join(p for p in problems if p)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                "Russia U.S. the President Putin 's foreign minister Mao , . of French ' - to "
                "ambassador Paris le ministre russe des Affaires étrangères \n Jordan former UN "
                "spokesman von der counterpart his".split(" ")
            ),
            st.text(max_size=8),
        ),
        max_size=25,
    ),
    st.sampled_from(["en", "fr", "de", ""]),
)
def test_mentions_are_in_order_apart_and_give_back_their_words(
    parts: list[str], language: str
) -> None:
    text = " ".join(parts)
    mentions = link(text, language, date(2022, 4, 5), GAZETTEER)
    end = 0
    for mention in mentions:
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.surface
        assert 0 < mention.score <= 1
        end = mention.end


def test_without_a_date_no_office_is_resolved() -> None:
    (mention,) = link("The French president spoke.", "en", None, GAZETTEER)
    assert mention.entity.is_local
    assert mention.acts_for is not None


def test_the_report_shows_candidates_with_score_and_reason() -> None:
    text = "President Putin met Macron in France."
    shown = report(link(text, "en", date(2022, 4, 5), GAZETTEER))
    assert "Vladimir Putin" in shown
    assert "surname, president on that day" in shown
