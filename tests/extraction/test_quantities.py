"""Quantities, in both languages: values, qualifiers, money, and what is no quantity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.extraction.quantities import find_quantities


def read(text: str, language: str) -> list[tuple[str, int | None, str]]:
    found = find_quantities(text, language)
    return [(text[q.start : q.end], q.value, q.qualifier) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35 diplomats and 5 staff", [("35", 35, "exactly"), ("5", 5, "exactly")]),
        ("thirty-five envoys", [("thirty-five", 35, "exactly")]),
        ("one hundred and twenty men", [("one hundred and twenty", 120, "exactly")]),
        ("five and six", [("five", 5, "exactly"), ("six", 6, "exactly")]),
        ("1,200 troops", [("1,200", 1200, "exactly")]),
        ("5.5 million people", [("5.5 million", 5_500_000, "exactly")]),
        ("more than 30", [("more than 30", 30, "atLeast")]),
        ("at least twelve", [("at least twelve", 12, "atLeast")]),
        ("100 or more", [("100 or more", 100, "atLeast")]),
        ("30 to 40 men", [("30 to 40", 30, "atLeast")]),
        ("between 30 and 40 men", [("30 and 40", 30, "atLeast")]),
        ("about 20", [("about 20", 20, "about")]),
        ("20 or so", [("20 or so", 20, "about")]),
        ("some 300 troops", [("some 300", 300, "about")]),
        ("a dozen envoys", [("a dozen", 12, "about")]),
        ("nearly two dozen", [("nearly two dozen", 24, "about")]),
        ("reportedly 40", [("reportedly 40", 40, "reported")]),
        ("which reportedly involves 40 men", [("40", 40, "reported")]),
        ("reportedly at least 40", [("reportedly at least 40", 40, "reported")]),
        ("dozens of men", [("dozens of", None, "unspecified")]),
        ("several envoys", [("several", None, "unspecified")]),
        ("a number of envoys", [("a number of", None, "unspecified")]),
        ('a "significant number" of envoys', [("significant number", None, "unspecified")]),
        ("tens of thousands of men", [("tens of thousands of", None, "unspecified")]),
    ],
)
def test_english_quantities_have_value_and_qualifier(
    text: str, expected: list[tuple[str, int | None, str]]
) -> None:
    assert read(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35 diplomates", [("35", 35, "exactly")]),
        ("vingt et un agents", [("vingt et un", 21, "exactly")]),
        ("quatre-vingt-dix-sept agents", [("quatre-vingt-dix-sept", 97, "exactly")]),
        ("soixante et onze agents", [("soixante et onze", 71, "exactly")]),
        ("1 200 soldats", [("1 200", 1200, "exactly")]),
        ("1\u202f200 soldats", [("1\u202f200", 1200, "exactly")]),
        ("plus de 30", [("plus de 30", 30, "atLeast")]),
        ("au moins douze personnes", [("au moins douze", 12, "atLeast")]),
        ("une dizaine de diplomates", [("une dizaine de", 10, "about")]),
        ("quelque 300 soldats", [("quelque 300", 300, "about")]),
        ("de nombreux agents", [("de nombreux", None, "unspecified")]),
        ("des dizaines de morts", [("des dizaines de", None, "unspecified")]),
        ("un certain nombre de", [("un certain nombre de", None, "unspecified")]),
    ],
)
def test_french_quantities_have_value_and_qualifier(
    text: str, expected: list[tuple[str, int | None, str]]
) -> None:
    assert read(text, "fr") == expected


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("$40 million in aid", "en", 40_000_000, "USD"),
        ("US$1.5bn", "en", 1_500_000_000, "USD"),
        ("€300 million", "en", 300_000_000, "EUR"),
        ("2,000 US dollars", "en", 2000, "USD"),
        ("200 millions d'euros", "fr", 200_000_000, "EUR"),
        ("40 millions de dollars", "fr", 40_000_000, "USD"),
    ],
)
def test_money_has_its_value_and_currency(text: str, language: str, value: int, unit: str) -> None:
    (found,) = find_quantities(text, language)

    assert (found.kind, found.value, found.unit) == ("money", value, unit)


def test_a_percentage_is_not_a_count() -> None:
    assert [q.kind for q in find_quantities("40 percent, 12 % and 7", "en")] == [
        "percent", "percent", "count",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Resolution 2758", "No. 10", "the 2022 elections", "the 4th time", "G20 and F-16",
        "April 4, 2022 at 9:30", "two days ago", "within 48 hours", "the 15-member council",
        "a two-day visit", "the vote was 93-24",
        "aged 35", "one another", "a man", "https://t.co/X6EgX2",
    ],
)  # fmt: skip
def test_what_names_or_dates_is_no_quantity(text: str) -> None:
    assert read(text, "en") == []


WORDS = st.sampled_from(
    "35 a dozen dozens of more than 1,200 1.5 million vingt et un quatre - quatre-vingts , . $ € % "
    "reportedly two hundred and thousand une dizaine de 0 00 9999999999999999999 to "
    "between ٣ ² ½".split()
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text_has_quantities_in_order_at_right_offsets(text: str) -> None:
    for language in ("en", "fr"):
        end = 0
        for found in find_quantities(text, language):
            assert end <= found.start < found.end <= len(text)
            assert (found.value is None) <= (
                found.qualifier == "unspecified" or found.kind != "count"
            )
            end = found.end
