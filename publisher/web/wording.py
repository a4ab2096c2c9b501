"""The lexicon for people: which words are read as which kind of event, each with an example.

In: the lexicon's entries (OntoLex-Lemon). Out: a page for each entry with the claims here that it
read, and the entries of a class for the page about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, render_template

from publisher.resources import ontology_path
from publisher.vocabulary import DIP, LEX, LEXINFO, ONTOLEX, SKOS
from publisher.web.interface import entry as words_for
from publisher.web.interface import message
from publisher.web.problems import problem
from publisher.web.reading import node
from publisher.web.terms import sent_to_rdf
from publisher.web.views import claim_view, reader, term_label, term_link

__all__ = ["Entry", "entries_of", "entry_of", "wording"]

wording = Blueprint("wording", __name__)

_MOST: Final = 20


@dataclass(frozen=True)
class Entry:
    """A word or phrase, what it is read as, and a sentence that has it."""

    name: str
    words: str
    language: str
    part_of_speech: str
    kinds: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def href(self) -> str:
        """Where its page is."""
        return f"/lexicon/{self.name}"


@cache
def _entries() -> Mapping[str, Entry]:
    found = {}
    for path in sorted(ontology_path("lexicon").glob("??.ttl")):
        store = ox.Store()
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        for quad in store.quads_for_pattern(None, None, node(ONTOLEX.LexicalEntry), None):
            entry = _entry(quad.subject, store, path.stem)
            if entry is not None:
                found[entry.name] = entry
    return dict(sorted(found.items(), key=lambda x: (x[1].language, x[1].words, x[0])))


_Node = ox.NamedNode | ox.BlankNode


def _entry(subject: object, store: ox.Store, code: str) -> Entry | None:
    if not isinstance(subject, ox.NamedNode):
        return None
    forms = [w for f in _values(store, subject, ONTOLEX.canonicalForm)
             for w in _texts(store, f, ONTOLEX.writtenRep)]  # fmt: skip
    senses = [r for s in _values(store, subject, ONTOLEX.sense)
              for r in _texts(store, s, ONTOLEX.reference)]  # fmt: skip
    speech = _texts(store, subject, LEXINFO.partOfSpeech)
    return Entry(
        name=subject.value.removeprefix(str(LEX)),
        words=forms[0] if forms else subject.value.removeprefix(str(LEX)),
        language=code,
        part_of_speech=speech[0].removeprefix(str(LEXINFO)) if speech else "",
        kinds=tuple(s.removeprefix(str(DIP)) for s in senses if s.startswith(str(DIP))),
        examples=tuple(_texts(store, subject, SKOS.example)),
    )


def _values(store: ox.Store, subject: _Node, predicate: object) -> list[_Node]:
    found = store.quads_for_pattern(subject, node(predicate), None, None)
    return [q.object for q in found if isinstance(q.object, _Node)]


def _texts(store: ox.Store, subject: _Node, predicate: object) -> list[str]:
    found = store.quads_for_pattern(subject, node(predicate), None, None)
    return sorted(q.object.value for q in found if not isinstance(q.object, ox.Triple))


def entry_of(name: str) -> Entry | None:
    """Give an entry by the end of its IRI."""
    return _entries().get(name)


def entries_of(kind: str) -> dict[str, list[Entry]]:
    """Give the entries that are read as a class of events, by language."""
    return _by_class().get(kind, {})


@cache
def _by_class() -> Mapping[str, dict[str, list[Entry]]]:
    found: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in _entries().values():
        for kind in entry.kinds:
            found[kind][entry.language].append(entry)
    return found


@wording.route("/lexicon")
@wording.route("/lexicon/")
def lexicon() -> str | Response:
    """Show all entries, by the class they are read as."""
    sent = sent_to_rdf("lexicon")
    if sent is not None:
        return sent
    kinds = sorted(_by_class(), key=term_label)
    return render_template(
        "lexicon.html",
        title=message("lexicon.title"),
        kinds=[(term_link(kind), entries_of(kind)) for kind in kinds],
        n=len(_entries()),
    )


@wording.route("/lexicon/<name>")
def entry(name: str) -> str | Response:
    """Show an entry and the claims that it read."""
    found = entry_of(name)
    if found is None:
        return problem(404, "Not found", "The lexicon has no such entry.")
    sent = sent_to_rdf("lexicon")
    if sent is not None:
        return sent
    data = reader().data()
    claims = data.pointing(DIP.frame, node(LEX[name]))
    return render_template(
        "entry.html",
        title=found.words,
        iri=str(LEX[name]),
        entry=found,
        speech=words_for("lexicon.speech").get(found.part_of_speech, found.part_of_speech),
        kinds=[term_link(kind) for kind in found.kinds],
        claims=[claim_view(c, data) for c in claims[:_MOST]],
        n=len(claims),
    )
