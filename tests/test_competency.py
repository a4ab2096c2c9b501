"""Promises about the questions the ontology is for: the endpoint gives each the right answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from publisher.documents import read_documents
from publisher.inference import entail
from publisher.pipeline import prepare
from publisher.resources import ontology_path, seeds_path
from publisher.terminology import renew
from publisher.web.questions import Question, questions
from tests.homes import Homes

FIXTURE = Path(__file__).parent / "fixtures" / "competency.ttl"
QUESTIONS = sorted(ontology_path("competency").glob("*.rq"))
ANSWERS = {
    "expulsions-by-eu-members": ["Q183 Germany 40", "Q142 France 35"],
    "answers-to-an-expulsion": ["ru-expels de-expels 2022-04-04 2022-04-25"],
    "who-says-so": ["Q183 Germany expelled 40 one"],
    "events-of-a-day": [
        "call China and Ukraine speak", "fr-expels France expels Russians",
        "de-expels Germany expels Russians",
    ],
    "measures-against-a-state": [
        "de-expels Expulsion Q183 2022-04-04", "fr-expels Expulsion Q142 2022-04-04",
    ],
    "actors-most-active": ["Q159 2", "Q183 2", "Q851 2", "Q142 1", "Q145 1", "Q212 1"],
    "calls-of-a-minister": ["Q148 2022-04-04"],
    "denied-by-the-accused": ["accusation Q212 Q159 rejection"],
    "announced-and-not-yet-reported": ["fr-expels"],
    "disagreeing-documents": ["de-expels 38 40"],
    "events-with-several-sources": ["de-expels 2"],
    "severed-and-restored": ["Q851 Q794 2016-01-03 2023-03-10"],
    "recalled-ambassadors": ["Q851 Q794 2016-01-02"],
    "agreements-of-three-or-more": ["accord 3"],
    "visits-to-a-capital": ["uk-visitor Q145 2022-04-09"],
    "aid-to-a-state": ["Q183 Announced"],
    "parts-of-a-coordinated-response": ["joint fr-expels Q142", "joint de-expels Q183"],
    "unlinked-actors": [
        "uk-visitor envoy of the United Kingdom", "ukraine-minister foreign minister of Ukraine",
    ],
    "who-to-whom": [
        "Q851 Q794 Measure 2", "Q142 Q159 Measure 1", "Q145 Q212 Consultation 1",
        "Q159 Q183 Measure 1", "Q183 Q159 Measure 1", "Q183 Q43 Cooperation 1",
        "Q212 Q159 Expression 1",
    ],
    "claims-of-a-document": [
        "Expulsion France is to expel 35 0", "Expulsion Germany expelled 40 30",
    ],
    "by-plover-code": ["SANCTION 2"],
    "texts-of-a-publisher": ["one A desk by/4.0 2022-04-05", "two   2022-04-06"],
}  # fmt: skip


GRAPH = "http://localhost:8000/id/graph/competency"


@pytest.fixture(scope="module")
def endpoint(homes: Homes) -> Iterator[FlaskClient]:
    """A server of the data that the answers are for, as published."""
    quads = ox.parse(path=str(FIXTURE), format=ox.RdfFormat.TURTLE)
    named = [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(GRAPH)) for q in quads]
    with homes() as home:
        with home.writer() as writer:
            renew(writer, home.base)
            writer.replace([GRAPH], entail(named))
        with home.site(query_timeout=10, query_workers=1) as app:
            yield app.test_client()


@cache
def dispatches() -> ox.Store:
    """What ``make serve`` publishes on a fresh machine."""
    found = ox.Store()
    for document in read_documents(seeds_path("")):
        found.extend(ox.Quad(*q.triple) for q in prepare(document).quads)
    return found


def answers(question: Path, endpoint: FlaskClient) -> list[str]:
    answer = endpoint.get("/sparql", query_string={"query": question.read_text(encoding="utf-8")})
    rows = ox.parse_query_results(answer.data, format=ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)
    return [" ".join(_short(value) for value in row) for row in rows]


def _short(value: object) -> str:
    text = str(getattr(value, "value", value or ""))
    local = re.sub(r"^https?://.*(?:/id/\w+/|/entity/|#|licenses/)", "", text).rstrip("/")
    return local if isinstance(value, ox.NamedNode) else text


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_each_competency_question_has_its_answer(question: Path, endpoint: FlaskClient) -> None:
    assert answers(question, endpoint) == ANSWERS[question.stem]


@pytest.mark.parametrize("question", questions()[:6], ids=lambda q: q.words["en"])
def test_the_dispatches_answer_the_questions_of_the_home_page(question: Question) -> None:
    rows = dispatches().query(question.query)
    assert isinstance(rows, ox.QuerySolutions)
    assert list(rows)


def test_there_are_at_least_twenty_questions_in_two_languages() -> None:
    assert len(QUESTIONS) >= 20
    for question in QUESTIONS:
        text = question.read_text(encoding="utf-8")
        assert re.match(r"# en: .+\?\n# fr: .+\?\n", text), question.name
