"""Time expressions, in both languages, against the day of publication."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.extraction.times import find_dateline, find_times, resolve_time
from publisher.resources import ontology_path
from publisher.vocabulary import LEX

TUESDAY = date(2022, 4, 5)


def days(text: str, language: str = "en", tense: str | None = None) -> str | None:
    interval = resolve_time(text, language, TUESDAY, tense)
    if interval is None:
        return None
    ends = dict.fromkeys((interval.start.isoformat(), interval.end.isoformat()))
    return "/".join(ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Monday", "2022-04-04"),
        ("on Tuesday", "2022-04-05"),
        ("Wednesday's vote", "2022-03-30"),
        ("last Tuesday", "2022-03-29"),
        ("next Tuesday", "2022-04-12"),
        ("later this Tuesday", "2022-04-05"),
        ("late on Monday", "2022-04-04"),
        ("Monday of last week", "2022-03-28"),
        ("Monday, April 4, 2022", "2022-04-04"),
        ("April 4", "2022-04-04"),
        ("4 April", "2022-04-04"),
        ("this Monday, 4 April", "2022-04-04"),
        ("3 May last year", "2021-05-03"),
        ("8 and 9 March", "2022-03-08/2022-03-09"),
        ("from 1 May", "2022-05-01"),
        ("as of Monday", "2022-04-04/2022-04-05"),
        ("april 4", "2022-04-04"),
        ("the 4th of April", "2022-04-04"),
        ("Feb. 16", "2022-02-16"),
        ("2021-12-31", "2021-12-31"),
        ("13/04/2022", "2022-04-13"),
        ("today", "2022-04-05"),
        ("tonight", "2022-04-05"),
        ("yesterday evening", "2022-04-04"),
        ("tomorrow", "2022-04-06"),
        ("overnight", "2022-04-04/2022-04-05"),
        ("two days ago", "2022-04-03"),
        ("a week ago", "2022-03-29"),
        ("last week", "2022-03-28/2022-04-03"),
        ("this week", "2022-04-04/2022-04-10"),
        ("later this week", "2022-04-05/2022-04-10"),
        ("next week", "2022-04-11/2022-04-17"),
        ("earlier this month", "2022-04-01/2022-04-05"),
        ("last month", "2022-03-01/2022-03-31"),
        ("last year", "2021-01-01/2021-12-31"),
        ("over the weekend", "2022-04-02/2022-04-03"),
        ("in March", "2022-03-01/2022-03-31"),
        ("last August", "2021-08-01/2021-08-31"),
        ("late March", "2022-03-21/2022-03-31"),
        ("mid-April", "2022-04-11/2022-04-20"),
        ("in 2014", "2014-01-01/2014-12-31"),
        ("since 1 March", "2022-03-01/2022-04-05"),
        ("since last week", "2022-03-28/2022-04-05"),
        ("from 3 to 5 May", "2022-05-03/2022-05-05"),
        ("March 28-30", "2022-03-28/2022-03-30"),
        ("between 28 March and 3 April", "2022-03-28/2022-04-03"),
        ("over the past two weeks", "2022-03-22/2022-04-05"),
        ("within 48 hours", "2022-04-05/2022-04-07"),
        ("72 hours to leave", "2022-04-05/2022-04-08"),
        ("by Friday", "2022-04-05/2022-04-08"),
        ("until the end of May", "2022-04-05/2022-05-31"),
    ],
)
def test_english_times_resolve_against_the_day_of_publication(text: str, expected: str) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lundi", "2022-04-04"),
        ("lundi soir", "2022-04-04"),
        ("mardi prochain", "2022-04-12"),
        ("mardi dernier", "2022-03-29"),
        ("lundi 4 avril 2022", "2022-04-04"),
        ("le 1er avril", "2022-04-01"),
        ("ce lundi 4 avril", "2022-04-04"),
        ("le 8 mai dernier", "2021-05-08"),
        ("dans la nuit de lundi à mardi", "2022-04-04/2022-04-05"),
        ("à partir de lundi", "2022-04-04/2022-04-05"),
        ("en début de semaine", "2022-04-04/2022-04-05"),
        ("ce soir", "2022-04-05"),
        ("aujourd’hui", "2022-04-05"),
        ("hier soir", "2022-04-04"),
        ("avant-hier", "2022-04-03"),
        ("il y a deux jours", "2022-04-03"),
        ("la semaine dernière", "2022-03-28/2022-04-03"),
        ("cette semaine", "2022-04-04/2022-04-10"),
        ("plus tôt cette semaine", "2022-04-04/2022-04-05"),
        ("le mois dernier", "2022-03-01/2022-03-31"),
        ("l'an dernier", "2021-01-01/2021-12-31"),
        ("le week-end dernier", "2022-04-02/2022-04-03"),
        ("en mars", "2022-03-01/2022-03-31"),
        ("en mars dernier", "2022-03-01/2022-03-31"),
        ("début avril", "2022-04-01/2022-04-10"),
        ("en 2014", "2014-01-01/2014-12-31"),
        ("depuis le 1er mars", "2022-03-01/2022-04-05"),
        ("du 3 au 5 mai", "2022-05-03/2022-05-05"),
        ("sous 48 heures", "2022-04-05/2022-04-07"),
        ("dans les 72 heures", "2022-04-05/2022-04-08"),
        ("d'ici vendredi", "2022-04-05/2022-04-08"),
        ("jusqu'au 5 mai", "2022-04-05/2022-05-05"),
        ("au cours des deux dernières semaines", "2022-03-22/2022-04-05"),
    ],
)
def test_french_times_resolve_against_the_day_of_publication(text: str, expected: str) -> None:
    assert days(text, "fr") == expected


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("on Monday", "2022-04-04", "2022-04-11"),
        ("on Tuesday", "2022-04-05", "2022-04-05"),
        ("on 20 April", "2021-04-20", "2022-04-20"),
        ("in May", "2021-05-01/2021-05-31", "2022-05-01/2022-05-31"),
        ("3-5 May", "2021-05-03/2021-05-05", "2022-05-03/2022-05-05"),
    ],
)
def test_the_tense_of_the_verb_decides_which_one_is_meant(
    text: str, past: str, future: str
) -> None:
    assert days(text, tense="past") == past
    assert days(text, tense="future") == future


@pytest.mark.parametrize(
    "text",
    [
        "for the third time in two weeks",
        "recently",
        "in the coming days",
        "31 April",
        "May said",
        "a march on the capital",
    ],
)
def test_words_that_commit_to_no_day_have_no_interval(text: str) -> None:
    assert days(text) is None


def test_an_expression_that_runs_from_a_day_keeps_that_day_as_its_anchor() -> None:
    text = "the first talks since 1 March, when they met"

    (found,) = find_times(text, "en", TUESDAY)

    assert text[found.start : found.end] == "since 1 March"
    assert found.anchor.start == found.anchor.end == date(2022, 3, 1)


def test_deadlines_and_durations_are_told_from_dates() -> None:
    found = find_times(
        "On Monday he gave them until Friday, within the past two weeks.", "en", TUESDAY
    )

    assert [time.kind for time in found] == ["date", "deadline", "duration"]


@pytest.mark.parametrize(
    ("text", "place", "day", "length"),
    [
        ("SEOUL, Feb. 16 (Yonhap) -- The", "SEOUL", date(2022, 2, 16), 26),
        ("PARIS, 4 avril (AFP) – Le chef", "PARIS", date(2022, 4, 4), 22),
        ("TOKYO: The minister", "TOKYO", None, 6),
        ("GENEVA — Talks", "GENEVA", None, 8),
        ("KYIV, Ukraine (AP) — Two", "KYIV", None, 20),
        ("Oslo (NTB) - The", "Oslo", None, 12),
        ("UNITED NATIONS, April 4 (Reuters) - Z", "UNITED NATIONS", date(2022, 4, 4), 35),
        ("WASHINGTON, D.C. – Two", "WASHINGTON", None, 18),
    ],
)
def test_a_date_line_gives_place_and_day(
    text: str, place: str, day: date | None, length: int
) -> None:
    found = find_dateline(text, TUESDAY)

    assert found is not None
    assert (found.place, found.date, found.start, found.end) == (place, day, 0, length)


def test_a_date_line_is_found_below_the_headline() -> None:
    text = "Two go home\n\nLOME, April 4 (ATOP) -- Togo"

    found = find_dateline(text, TUESDAY)

    assert found is not None
    assert text[found.start : found.end] == "LOME, April 4 (ATOP) --"


@pytest.mark.parametrize(
    "text", ["Togo has left - for good", "Togo said: no", "- Togo", "LOME", ""]
)
def test_an_ordinary_sentence_is_no_date_line(text: str) -> None:
    assert find_dateline(text, TUESDAY) is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_pattern_reads_its_own_examples(language: str) -> None:
    path = ontology_path("lexicon", f"times-{language}.ttl")
    quads = list(ox.parse(path=str(path)))
    nothing = {q.subject for q in quads if q.object == ox.NamedNode(str(LEX["nothing"]))}
    bound = {q.subject for q in quads if q.predicate.value == str(LEX["bound"])}

    for quad in quads:
        if quad.predicate.value == str(LEX["example"]) and quad.subject not in bound:
            text = quad.object.value
            found = [(t.start, t.end) for t in find_times(text, language, TUESDAY)]
            assert found == ([] if quad.subject in nothing else [(0, len(text))]), text


WORDS = st.sampled_from(
    "Monday lundi the last week 31 February 4 April avril , . - 2022 9999 since depuis until two "
    "hours heures ago il y a within from to du au in en 1 er mi- ' weekend this 0 99999 ans".split()
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text_has_times_in_order_at_right_offsets(text: str) -> None:
    for language in ("en", "fr"):
        for published in (TUESDAY, date.min, date.max, date(2024, 2, 29)):
            end = 0
            for found in find_times(text, language, published):
                assert end <= found.start < found.end <= len(text)
                assert found.interval.start <= found.interval.end
                assert text[found.start : found.end].strip() == text[found.start : found.end]
                end = found.end


@given(st.text(max_size=200))
def test_any_text_has_a_date_line_or_none(text: str) -> None:
    found = find_dateline(text, TUESDAY)

    assert found is None or text[found.start :].startswith(found.place)
