"""A person with a browser walks the main paths: by mouse, by keyboard, on a phone, in the dark.

Needs Chromium (Debian's: ``apt-get install chromium``); skipped, saying so, where there is none.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from publisher.documents import read_documents
from publisher.pipeline import publish
from publisher.resources import seeds_path
from publisher.web import Config, create_app

playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]

READ = ("2018-salisbury-expulsions.txt", "2021-alger-rabat-rupture.txt")
PLACES = [
    "/", "/events", "/actors", "/documents", "/search?q=russia", "/ontology/",
    "/ontology/Expulsion", "/query?plain=yes", "/dumps/", "/about", "/wikidata/Q159",
    "/event/2018-03-26-expulsion-united-states-russia.html",
    "/claim/2018-salisbury-expulsions-txt-1.html", "/document/2018-salisbury-expulsions-txt.html",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of two dispatches on a free port."""
    folder: Path = tmp_path_factory.mktemp("data")
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base = f"http://127.0.0.1:{server.server_port}"
    documents = [d for name in READ for d in read_documents(seeds_path(name))]
    assert all(done.accepted for done in publish(documents, folder, base))
    app = create_app(Config(folder, base, query_timeout=5.0, query_workers=1))
    server.app = app
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield base
    server.shutdown()
    thread.join()
    app.extensions["communique"].pool.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Any]:
    """Open a place of the site in a fresh browser that notes what goes wrong."""
    contexts = []
    wrong: list[str] = []

    def opened(place: str, **settings: Any) -> Any:
        context = chromium.new_context(base_url=address, locale="en-GB", **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if "Policy" in m.text else None)
        page.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
        page.goto(place)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


def test_a_reader_goes_from_home_to_the_very_words(visit: Any) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_role("link", name="All events", exact=True).click()
    page.get_by_label("Kind", exact=True).select_option(label="expulsion")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Expulsion: United States → Russia").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Expulsion: United States → Russia"
    page.get_by_role("link", name="Details of this claim").first.click()
    assert "60 Russian diplomats" in page.locator("mark").first.inner_text()
    page.get_by_role("link", name="More than twenty governments").first.click()
    assert "What was read from it" in page.get_by_role("main").inner_text()


def test_a_researcher_asks_an_example_question_without_javascript(visit: Any) -> None:
    page = visit("/query", java_script_enabled=False)
    page.get_by_role("link", name="Which states acted most often?").click()
    assert page.get_by_role("table").locator("tbody tr").count() > 1
    page.get_by_label("SPARQL query").fill("SELECT nonsense")
    page.get_by_role("button", name="Ask").click()
    assert "could not be answered" in page.get_by_role("alert").inner_text()


def test_the_keyboard_reaches_the_content_first(visit: Any) -> None:
    page = visit("/events")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_that_keeps_people_out_and_a_phone_shows_all(
    visit: Any, place: str
) -> None:
    page = visit(place)
    assert violations(page) == []

    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("place", ["/", "/query?plain=yes", PLACES[-2]])
def test_axe_finds_nothing_in_the_dark(visit: Any, place: str) -> None:
    assert violations(visit(place, color_scheme="dark")) == []


def violations(page: Any) -> list[tuple[str, str]]:
    found = axe.Axe().run(page).response["violations"]
    return [(v["id"], n["html"][:200]) for v in found for n in v["nodes"]]
