"""Promises about tuned pipelines: they say what the model says, token for token."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import publisher.tuning
from publisher.documents import read_documents
from publisher.language import MODELS
from publisher.tuning import tune

CORPUS = Path(__file__).parent / "corpus"
ODD = (
    "I'm gonna ask, y'all. Let's go! That ain't so; they gotta. C'm on. There's nothin' "
    "\n\t to do. He did do it, and I saw you. Whether it is or not, there were two."
)


@cache
def models(language: str) -> tuple[Language, Language]:
    """The model as it comes, and tuned."""
    name = next(name for name in MODELS[language] if spacy.util.is_package(name))
    plain, tuned = (spacy.load(name, exclude=["ner"]) for _ in range(2))
    return plain, tune(tuned)


def attributes(doc: Doc) -> list[tuple[str, ...]]:
    return [(t.text, t.tag_, t.pos_, t.dep_, str(t.head.i), t.lemma_, str(t.morph)) for t in doc]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_corpus_is_parsed_and_tagged_as_by_the_model_as_it_comes(language: str) -> None:
    plain, tuned = models(language)
    texts = [d.text for d in read_documents(CORPUS / language)][:40]

    assert texts
    for one, other in zip(plain.pipe(texts), tuned.pipe(texts), strict=True):
        assert attributes(other) == attributes(one)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rules_on_neighbours_and_on_spaces_hold_too(language: str) -> None:
    plain, tuned = models(language)

    assert attributes(tuned(ODD)) == attributes(plain(ODD))
    assert attributes(tuned("")) == []


@given(st.text(max_size=60))
def test_any_characters_have_the_same_attributes(text: str) -> None:
    plain, tuned = models("en")

    assert attributes(tuned(text)) == attributes(plain(text))


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, tuned = models("en")
    component = tuned.get_pipe("looked_up_attributes")
    monkeypatch.setattr(component, "_known", {})
    monkeypatch.setattr(publisher.tuning, "MEMORY", 3)

    assert attributes(tuned(ODD)) == attributes(plain(ODD))
    assert len(component._known) <= 3


def test_a_model_without_rules_stays_as_it_is() -> None:
    nlp = spacy.blank("en")

    assert tune(nlp).pipe_names == []
