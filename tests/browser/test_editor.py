"""With scripts and a built editor the query page is YASGUI, and fetches nothing from elsewhere."""

from __future__ import annotations

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
