"""Promises to the person with a browser."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from publisher.gazetteer import Gazetteer
from publisher.resources import ontology_path
from publisher.vocabulary import DIP, WD
from publisher.web.interface import whole_period
from tests.homes import FOLDER, Homes
from tests.web.conftest import BASE
from tests.web.html import Page, faults

WEB = Path(__file__).parents[2] / "publisher" / "web"
HTML = {"Accept": "text/html"}
FRENCH = {**HTML, "Accept-Language": "fr-CA, en;q=0.5"}
EXPULSION = "/event/2018-03-26-expulsion-united-states-russia.html"
PLACES = [
    "/", "/events", "/events?kind=Measure", "/events?q=nothing+is+like+this", "/actors",
    "/documents", "/search?q=russia", "/search", "/ontology/", "/ontology/Expulsion",
    "/ontology/actor", "/ontology/Agreement", "/ontology/Announced", "/lexicon/",
    "/lexicon/en-expel-v-expulsion", "/query", "/dumps/",
    "/about", EXPULSION,
    "/claim/2018-salisbury-expulsions-txt-1.html", "/document/2018-salisbury-expulsions-txt.html",
    "/graph/2018-salisbury-expulsions-txt.html", "/wikidata/Q159", "/actor/russia-diplomats.html",
]  # fmt: skip

QUESTIONS = sorted(ontology_path("competency").glob("*.rq"))


def read(visitor: FlaskClient, place: str, headers: dict[str, str] = HTML) -> Page:
    response = visitor.get(place, headers=headers)
    assert response.status_code == 200, f"{place}: {response.status_code} {response.text[:300]}"
    assert response.mimetype == "text/html"
    return Page(response.text)


def words(page: Page) -> str:
    return " ".join(page.all("body")[0].text.split())


@pytest.mark.parametrize("headers", [HTML, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_keeps_nobody_out(visitor: FlaskClient, place: str, headers: dict[str, str]) -> None:
    assert faults(read(visitor, place, headers)) == []


@pytest.mark.parametrize("place", PLACES)
def test_a_page_shows_names_and_never_bare_item_numbers(visitor: FlaskClient, place: str) -> None:
    page = read(visitor, place)

    shown = [e.text.strip() for e in page.all("a", "h1", "td", "dd")]

    assert not [text for text in shown if re.fullmatch(r"(wd:)?Q\d+", text)]


@pytest.mark.parametrize("place", PLACES)
def test_a_page_needs_no_script_no_inline_style_and_no_foreign_host(
    visitor: FlaskClient, place: str
) -> None:
    response = visitor.get(place, headers=HTML)
    page = Page(response.text)
    policy = response.headers["Content-Security-Policy"]
    fetched = [e["src"] for e in page.elements if e["src"]]
    fetched += [e["href"] for e in page.all("link") if e["rel"] in ("stylesheet", "icon")]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert all(address.startswith("/static/") for address in fetched)
    assert not [e for e in page.elements if e["style"] or any(a[:2] == "on" for a in e.attributes)]
    assert not [e for e in page.all("script") if e["type"] != "application/ld+json"]


def test_every_link_of_the_site_leads_somewhere(visitor: FlaskClient, homes: Homes) -> None:
    if homes.kind != FOLDER:
        pytest.skip("one home is enough: thousands of pages take their time")
    waiting, seen, broken = ["/"], set(), []
    while waiting:
        place = waiting.pop()
        if place in seen or (place.count("?") and len(seen) > 3000):
            continue
        seen.add(place)
        response = visitor.get(place, headers=HTML)
        if response.status_code not in (200, 303):
            broken.append((place, response.status_code))
        elif response.status_code == 303:
            waiting.append(urljoin(place, response.headers["Location"]))
        elif response.mimetype == "text/html":
            for link in Page(response.text).links:
                parts = urlsplit(link)
                if parts.scheme not in ("", "http", "https"):
                    broken.append((place, link))
                elif not parts.netloc and "lang=" not in link and link[0] != "#":
                    waiting.append(urljoin(place, link.split("#")[0]))

    assert len(seen) > 300
    assert not broken


def test_home_says_what_is_in_here(visitor: FlaskClient) -> None:
    text = words(read(visitor, "/"))

    assert re.search(r"\d+ events \d+ claims 3 documents \d+ actors", text)
    for heading in (
        "Newest events",
        "Where the events lead",
        "Events over time",
        "Events by kind",
        "Who acts towards whom",
    ):
        assert heading in text


def test_a_list_tells_the_day_of_an_event_from_the_day_of_its_report(visitor: FlaskClient) -> None:
    text = words(read(visitor, "/events?q=russia"))

    assert re.search("reported 27 March 2018 ?Rejection: Russia", text)
    assert "reported 26 March 2018" not in text
    rows = visitor.get("/events.csv?q=russia").text.splitlines()
    reported = {row.rsplit(",", 1)[-1] for row in rows if ",,Rejection," in row}
    assert "2018-03-27" in reported


def test_every_state_with_events_is_on_the_map_and_leads_to_its_page(visitor: FlaskClient) -> None:
    page = read(visitor, "/")
    shaded = {e["href"]: e["aria-label"] for e in page.all("a") if e["class"].startswith("w-")}
    numbers = [int(re.findall(r"\d+", label)[0]) for label in shaded.values()]

    assert shaded["/wikidata/Q159"].startswith("Russia: ")
    assert set(numbers) > {1}
    outlines = json.loads((WEB / "world.json").read_text("utf-8"))["states"]
    states = {iri for code, iri in Gazetteer.load(people=False).codes.items() if len(code) == 2}
    assert (
        len(states - {str(WD[item]) for item in outlines}) <= 4
    )  # two are history, two are too small


def test_a_claim_shows_its_words_in_their_context_who_says_so_and_where(
    visitor: FlaskClient,
) -> None:
    page = read(visitor, "/claim/2018-salisbury-expulsions-txt-1.html")

    assert "60 Russian diplomats" in page.all("mark")[0].text
    (before, *_) = [e.text for e in page.elements if e["class"] == "context"]
    assert before
    assert "Who says so" in words(page)
    assert "/document/2018-salisbury-expulsions-txt.html" in page.links


def test_an_actor_shows_what_it_did_what_befell_it_and_with_whom(visitor: FlaskClient) -> None:
    text = words(read(visitor, "/wikidata/Q159"))

    did, befell = text.index("What it did "), text.index("What was done to it ")
    assert "Rejection: Russia" in text[did:] or "Accusation: Russia" in text[did:]
    assert "Expulsion: United States → Russia" in text[befell:]
    assert "With whom" in text


@pytest.mark.parametrize("place", ["/wikidata/Q159", "/actor/russia-diplomats"])
def test_an_actor_is_described_as_data_too(visitor: FlaskClient, place: str) -> None:
    page = read(visitor, place if "wikidata" in place else f"{place}.html")

    for suffix, media_type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json")):
        assert f"{place}.{suffix}" in page.links
        assert visitor.get(f"{place}.{suffix}").mimetype == media_type


def test_a_program_is_sent_from_an_item_to_its_events_as_rdf(visitor: FlaskClient) -> None:
    sent = visitor.get("/wikidata/Q159", headers={"Accept": "text/turtle"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/wikidata/Q159.ttl")

    described = visitor.get("/wikidata/Q159.ttl").text
    assert "/id/event/2018-03-26-expulsion-united-states-russia" in described
    assert visitor.get("/wikidata/Q159", headers={"Accept": "image/png"}).status_code == 406
    for nothing in ("/wikidata/Q159.exe", "/wikidata/Q1.ttl", "/wikidata/nonsense"):
        assert visitor.get(nothing).status_code == 404


def test_claims_that_disagree_are_said_to(visitor: FlaskClient, site) -> None:  # type: ignore[no-untyped-def]
    from publisher.web.views import _disagreement

    def claim(number: str, day: str) -> dict[str, object]:
        return {"number": number, "when": (day, day), "status": [("Occurred", "occurred")]}

    with site.test_request_context("/"):
        one, other = claim("4", "2018-03-26"), claim("5", "2018-03-26")
        assert _disagreement([one, other]) == ["how many"]
        assert _disagreement([one, claim("", "")]) == []


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2020-12-01", "2020-12-31", "2020-12"), ("2020-01-01", "2020-12-31", "2020"),
        ("2020-02-01", "2020-02-28", ""), ("2020-12-05", "2020-12-05", "2020-12-05"),
        ("2020-12-02", "2021-01-01", ""), ("2020-12-05", "", "2020-12-05"), ("soon", "later", ""),
    ],
)  # fmt: skip
def test_an_interval_that_is_a_whole_month_or_year_is_shown_as_one(
    first: str, last: str, shown: str
) -> None:
    assert whole_period(first, last) == shown


def test_quotations_say_their_language(visitor: FlaskClient) -> None:
    page = read(visitor, "/document/2021-alger-rabat-rupture-txt.html")

    assert {e["lang"] for e in page.all("blockquote")} == {"fr"}


def test_an_event_leads_to_others_between_the_same(visitor: FlaskClient) -> None:
    page = read(visitor, "/event/2018-03-26-expulsion-united-states-russia.html")

    assert "Mission closure: United States → Russia" in words(page)


def test_lists_are_narrowed_by_kind_party_time_and_words(visitor: FlaskClient) -> None:
    def found(query: str) -> list[str]:
        page = read(visitor, f"/events?{query}")
        return [e.text for e in page.all("a") if e["class"] == "what"]

    assert all("Expulsion" in label for label in found("kind=Expulsion"))
    assert len(found("kind=Measure")) > len(found("kind=Expulsion")) > 0
    assert all("Morocco" in x or "Algeria" in x for x in found("from=2021-08&to=2021-08"))
    russia = found("who=http://www.wikidata.org/entity/Q159")
    assert russia
    assert all("Russia" in x for x in russia)
    assert found("q=algerie+rupture") == found("q=ALGERIA+severance") != []


def test_events_are_counted_by_who_acts_with_the_numbers_that_are_told(
    visitor: FlaskClient,
) -> None:
    page = read(visitor, "/events?kind=Expulsion&from=2018-03-26&to=2018-03-26&by=actor")
    cells = [e.text.strip() for e in page.all("td")]
    at = cells.index("United States")

    assert cells[at + 1 : at + 3] == ["1", "60"]
    (file,) = [link for link in page.links if link.startswith("/events.csv")]
    assert f"{WD}Q30,United States,1,60" in visitor.get(file).text
    for by in ("recipient", "kind", "group", "year", "month", "status"):
        assert faults(read(visitor, f"/events?by={by}")) == []
    assert "Counted by" not in words(read(visitor, "/events?by=nonsense"))


def test_a_status_is_asked_for_so_that_threats_are_not_counted_as_deeds(
    visitor: FlaskClient,
) -> None:
    page = read(visitor, "/events?status=Occurred")

    shown = {e["class"] for e in page.all("span") if e["class"].startswith("status")}
    assert shown == {"status s-Occurred"}


def test_the_list_as_csv_has_the_events_of_the_list(visitor: FlaskClient) -> None:
    page = read(visitor, "/events?kind=Expulsion")
    (address,) = [link for link in page.links if link.startswith("/events.csv")]

    rows = visitor.get(address).text.splitlines()

    assert rows[0].startswith("event,day,kind,status")
    assert rows[0].endswith(",reported")
    assert len(rows) - 1 == len([e for e in page.all("a") if e["class"] == "what"])


def test_a_search_finds_actors_terms_documents_and_events_without_accents(
    visitor: FlaskClient,
) -> None:
    assert "/wikidata/Q262" in read(visitor, "/search?q=algerie").links
    assert "/ontology/Expulsion" in read(visitor, "/search?q=EXPULS").links
    documents = read(visitor, "/search?q=governments+expel").links
    assert "/document/2018-salisbury-expulsions-txt.html" in documents


def test_the_reader_chooses_the_language_and_it_is_remembered(visitor: FlaskClient) -> None:
    assert "Newest events" in words(read(visitor, "/"))
    assert "Derniers événements" in words(read(visitor, "/", FRENCH))
    assert "Derniers événements" in words(read(visitor, "/?lang=fr"))
    assert "Derniers événements" in words(read(visitor, "/"))
    assert "Newest events" in words(read(visitor, "/?lang=en", FRENCH))
    assert "États-Unis → Russie" in words(read(visitor, EXPULSION + "?lang=fr"))


def test_a_page_names_its_language_and_its_others(visitor: FlaskClient) -> None:
    response = visitor.get("/events?kind=Expulsion", headers=FRENCH)
    page = Page(response.text)
    others = {e["hreflang"]: e["href"] for e in page.all("link") if e["hreflang"]}

    assert response.headers["Content-Language"] == "fr"
    assert {"Accept", "Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    assert others == {c: f"{BASE}/events?kind=Expulsion&lang={c}" for c in ("en", "fr")}
    english = visitor.get("/events?kind=Expulsion", headers=HTML)
    assert english.headers["ETag"] != response.headers["ETag"]


def keys(table: dict[str, object], before: str = "") -> set[str]:
    found = set()
    for key, value in table.items():
        found |= keys(value, f"{before}{key}.") if isinstance(value, dict) else {before + key}
    return found


def test_both_catalogues_have_the_same_messages_and_every_message_is_used() -> None:
    english, french = (
        tomllib.loads((WEB / "messages" / f"{code}.toml").read_text("utf-8"))
        for code in ("en", "fr")
    )
    sources = [*WEB.glob("*.py"), *WEB.glob("templates/*")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    used = set(re.findall(r"""["'f]([a-z_]+\.[a-z_A-Z0-9]*)""", text))

    assert keys(english) == keys(french)
    named = {".".join(key.split(".")[:2]) for key in keys(english)} - {"name"}
    chosen = tuple(key for key in used if key.endswith("."))  # such as "event." ~ role
    assert {k for k in named - used if not k.startswith((*chosen, "days.", "numbers."))} == set()


def test_an_example_question_is_answered_with_names_bars_and_files(visitor: FlaskClient) -> None:
    page = read(visitor, "/query")
    (asked,) = [e["href"] for e in page.all("a") if e.text.startswith("Who acted towards whom")]

    answer = read(visitor, asked)

    cells = [e.text.strip() for e in answer.all("td")]
    assert "Russia" in cells
    assert "measure" in cells
    assert [e for e in answer.all("svg") if e["class"] == "bar"]
    (csv,) = [link for link in answer.links if link.startswith("/query.csv")]
    file = visitor.get(csv)
    assert file.mimetype == "text/csv"
    assert file.text.splitlines()[0] == "actor,recipient,kind,events"


@pytest.mark.parametrize(
    "path", sorted(ontology_path("competency").glob("*.rq")), ids=lambda p: p.stem
)
def test_every_example_question_runs_on_the_query_page(visitor: FlaskClient, path: Path) -> None:
    response = visitor.get("/query", query_string={"query": path.read_text("utf-8")}, headers=HTML)

    assert response.status_code == 200
    assert faults(Page(response.text)) == []


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("ASK { ?s ?p ?o }", 200, "Yes"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 1", 200, " <http"),
        ("SELECT nonsense", 400, "could not be answered"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", 400, "could not be answered"),
    ],
)
def test_whatever_is_asked_the_page_says_what_came_of_it(
    visitor: FlaskClient, query: str, status: int, said: str
) -> None:
    response = visitor.get("/query", query_string={"query": query}, headers=HTML)

    assert response.status_code == status
    assert said in response.text.replace("&lt;", " <")


def test_the_ontology_shows_every_term_with_its_place_and_meaning(visitor: FlaskClient) -> None:
    page = read(visitor, "/ontology/")
    names = {link.removeprefix("/ontology/") for link in page.links}
    text = ontology_path("diplomacy.ttl").read_text("utf-8")

    declared = set(re.findall(r"^dip:(\w+) a owl:(?:Class|\w+Property)", text, re.M))

    assert declared - names - {"Status", "CountQualifier"} == set()


def test_the_address_of_a_term_leads_to_its_place_on_the_page(visitor: FlaskClient) -> None:
    ids = read(visitor, "/ontology").ids

    for name in ("Expulsion", "actor", "Announced", "Status", "cameo"):
        assert name in ids


def test_a_class_shows_the_words_that_are_read_so_and_a_word_the_claims_it_read(
    visitor: FlaskClient,
) -> None:
    assert "/lexicon/fr-expulser-v-expulsion" in read(visitor, "/ontology/Expulsion").links
    claim = read(visitor, "/claim/2018-salisbury-expulsions-txt-1.html")
    (word,) = [link for link in claim.links if link.startswith("/lexicon/")]
    assert "60 Russian diplomats" in words(read(visitor, word))


@pytest.mark.parametrize("place", ["/ontology/", "/ontology/Expulsion", "/lexicon/"])
def test_whoever_asks_the_ontology_for_rdf_is_sent_to_it(visitor: FlaskClient, place: str) -> None:
    response = visitor.get(place, headers={"Accept": "text/turtle"}, follow_redirects=True)

    assert response.mimetype == "text/turtle"
    assert f"<{DIP}Expulsion>" in response.text or "dip:Expulsion" in response.text


@pytest.mark.parametrize("place", ["/nothing", "/event/nothing.html", "/ontology/Nothing"])
def test_what_is_not_there_is_said_on_a_page_to_people_and_as_a_problem_to_programs(
    visitor: FlaskClient, place: str
) -> None:
    page = visitor.get(place, headers=HTML)
    problem = visitor.get(place)

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert faults(Page(page.text)) == []
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def luminance(colour: str) -> float:
    if len(colour) == 4:
        colour = "#" + "".join(2 * c for c in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_colours_can_be_told_apart_in_light_and_dark(mode: int) -> None:
    css = (WEB / "static" / "style.css").read_text("utf-8")
    rule = re.findall(r":root \{(.*?)\n *\}", css, re.S)[mode]
    colour = dict(re.findall(r"--(\w+(?:-\w+)?): (#[0-9a-f]+);", rule))

    for ground in ("paper", "card"):
        for ink in ("ink", "soft", "accent"):
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
        for group in ("Consultation", "Cooperation", "Expression", "Measure", "Context", "plain"):
            assert contrast(colour[group], colour[ground]) >= 3, (group, ground)
    assert contrast(colour["ink"], colour["mark"]) >= 4.5
    assert contrast(colour["warn"], colour["warn-paper"]) >= 4.5
    assert contrast(colour["paper"], colour["accent"]) >= 4.5


def test_the_editor_learns_what_things_are_called_and_where_they_are_shown(
    visitor: FlaskClient,
) -> None:
    state, nobody = f"{WD}Q30", "http://example.org/nobody"
    french = {"Accept-Language": "fr"}
    told = visitor.post("/names", json=[state, f"{DIP}Expulsion", nobody], headers=french)
    assert told.json == {
        state: {"label": "États-Unis", "href": "/wikidata/Q30"},
        f"{DIP}Expulsion": {"label": "expulsion", "href": "/ontology/Expulsion"},
    }
    assert visitor.post("/names", json={"not": "a list"}).status_code == 400
    assert visitor.post("/names", json=[state] * 5_001).status_code == 413
