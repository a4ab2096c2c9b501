"""With scripts and a built editor the query page is YASGUI, and fetches nothing from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from publisher.web.questions import editor_is_built
from tests.browser.test_walk import address, chromium, violations, visit  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not editor_is_built(), reason="needs the editor: make serve builds it"),
]


def test_the_editor_asks_and_shows_a_table_and_fetches_nothing_from_elsewhere(
    visit: Any,  # noqa: F811
    address: str,  # noqa: F811
) -> None:
    page = visit("/query")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.locator("#editor .CodeMirror").wait_for()
    assert not page.locator("form.ask").is_visible()

    page.get_by_role("button", name="Run query").first.click()
    page.locator(".yasr table tbody tr").first.wait_for()
    assert page.locator(".yasr table tbody tr").count() > 1
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert [text for text in said if "Content Security Policy" in text] == []


def test_who_wants_no_editor_is_a_link_away_from_the_plain_form(visit: Any) -> None:  # noqa: F811
    page = visit("/query")
    page.get_by_role("link", name="A plain form").click()
    assert page.locator("form.ask").is_visible()
    assert page.locator(".CodeMirror").count() == 0


def test_the_plain_form_stays_without_scripts(visit: Any) -> None:  # noqa: F811
    page = visit("/query", java_script_enabled=False)
    assert page.locator("form.ask").is_visible()
    assert not page.locator("#editor").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_the_editor_nor_in_its_answer_and_a_phone_shows_all(
    visit: Any,  # noqa: F811
    scheme: str,
    width: int,
) -> None:
    page = visit("/query", color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("#editor .CodeMirror").wait_for()
    assert violations(page) == []

    page.get_by_role("button", name="Run query").first.click()
    page.locator(".yasr table tbody tr").first.wait_for()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_same_query_with_names_and_charts_is_a_link_away(visit: Any) -> None:  # noqa: F811
    page = visit("/query")
    page.locator("#editor .CodeMirror").wait_for()
    page.evaluate(
        "document.querySelector('#editor .CodeMirror').CodeMirror.setValue("
        "'SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p')"
    )

    page.get_by_role("link", name="names and charts").click()

    assert "GROUP BY ?p" in page.locator("form.ask textarea").input_value()
    assert page.locator("td.barcell svg").count() > 1


BY_STATE = """
PREFIX dip: <https://w3id.org/communique/ontology#>
SELECT ?state (COUNT(DISTINCT ?event) AS ?events) {
  ?event a dip:Expulsion ; dip:actor ?state } GROUP BY ?state ORDER BY DESC(?events)"""


def asked(page: Any, query: str) -> Any:
    """Ask in the editor, and give the first row of the table of the answer."""
    page.locator("#editor .CodeMirror").wait_for()
    page.evaluate(
        "q => document.querySelector('#editor .CodeMirror').CodeMirror.setValue(q)", query
    )
    page.get_by_role("button", name="Run query").first.click()
    page.locator(".yasr table tbody a.iri").first.wait_for()
    return page.locator(".yasr table tbody")


def test_the_table_of_the_editor_shows_names_that_lead_to_pages_here(visit: Any) -> None:  # noqa: F811
    table = asked(visit("/query"), BY_STATE)
    assert "Ukraine" in table.inner_text()
    assert re.search(r"Q\d+", table.inner_text()) is None
    link = table.get_by_role("link", name="United States", exact=True)
    assert link.get_attribute("href") == "/wikidata/Q30"
    assert link.get_attribute("title") == "http://www.wikidata.org/entity/Q30"


def test_the_table_of_the_editor_is_filtered_by_names_in_the_language_of_the_page(
    visit: Any,  # noqa: F811
) -> None:
    page = visit("/query?lang=fr")
    table = asked(page, BY_STATE)
    assert "États-Unis" in table.inner_text()

    page.locator(".tableFilter").press_sequentially("Ukra")

    assert page.locator(".yasr table tbody tr").all_inner_texts()[0].split()[1] == "Ukraine"
    assert page.locator(".yasr table tbody tr").count() == 1


@pytest.mark.parametrize("view", ["Table", "Chart"])
def test_who_follows_a_shared_link_sees_the_same_answer_in_the_same_way(
    visit: Any,  # noqa: F811
    address: str,  # noqa: F811
    view: str,
) -> None:
    page = visit("/query")
    asked(page, BY_STATE)
    page.locator(".yasr_btn").get_by_text(view, exact=True).click()
    answers = {"Table": ".yasr table tbody", "Chart": "dl.chart"}
    first = page.locator(answers[view])
    first.wait_for()
    assert "United States" in first.inner_text()
    page.get_by_role("button", name="Share query").click()
    link = page.locator(".yasqe_sharePopup input").input_value()
    assert link.startswith(f"{address}/query?query=")

    other = visit(link.removeprefix(address))

    seen = other.locator(answers[view])
    seen.wait_for()
    assert seen.inner_text() == first.inner_text()


def test_a_chart_has_a_bar_for_each_row_with_its_number(visit: Any) -> None:  # noqa: F811
    page = visit("/query")
    table = asked(page, BY_STATE)
    rows = table.locator("tr").count()
    page.locator(".yasr_btn").get_by_text("Chart", exact=True).click()
    page.locator("dl.chart").wait_for()

    names = page.locator("dl.chart dt").all_inner_texts()
    numbers = [int(n) for n in page.locator("dl.chart dd").all_inner_texts()]
    widths = page.locator("dl.chart dd span").evaluate_all("all => all.map(x => x.offsetWidth)")
    assert len(names) == len(numbers) == rows
    assert not any(re.fullmatch(r"Q\d+|http.*", name) for name in names)
    assert numbers == sorted(numbers, reverse=True)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0
    assert violations(page) == []
