"""Measure mapping against spaCy on the same texts, and the gate's time for a document.

One process, one core: spaCy runs with the model that the reader uses. Each figure is the best
of several rounds, the two sides taking turns, after one round to warm up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import spacy

from publisher.documents import Document, read_documents
from publisher.inference import entail
from publisher.language import MODELS
from publisher.pipeline import map_document
from publisher.validation import validate

__all__ = ["Row", "measure"]

ROOT = Path(__file__).parent.parent
OWNER = ROOT.parent / "shared" / "seeds"
ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    against: str
    ratio: str
    aim: str


def measure() -> Iterator[Row]:
    """Give the rows, those of the owner's text only where it is present."""
    full = spacy.load(next(n for n in MODELS["en"] if spacy.util.is_package(n)))
    corpus = [d for d in read_documents(ROOT / "tests" / "corpus") if d.language == "en"]
    if OWNER.exists():
        from datetime import date

        owner = next(iter(read_documents(OWNER, published=date(2022, 4, 5))))
        parser = spacy.load(full.meta["lang"] + "_" + full.meta["name"], exclude=["ner"])
        ours, theirs = _race(lambda: map_document(owner), lambda: parser(owner.text))
        yield Row(
            "mapping the owner's text", f"{ours * 1000:.0f} ms",
            f"spaCy's parse {theirs * 1000:.0f} ms", f"{ours / theirs:.2f}", "at most 1.2",
        )  # fmt: skip
    yield _gate(corpus)
    yield _throughput(corpus, full)


def _gate(documents: list[Document]) -> Row:
    mapped = [map_document(document) for document in documents]

    def check() -> None:
        for quads in mapped:
            validate(entail(quads))

    check()
    each = _best(check) / len(mapped) * 1000
    return Row("inference and validation of a document", f"{each:.0f} ms", "", "", "at most 60 ms")


def _throughput(documents: list[Document], full: spacy.Language) -> Row:
    words = sum(len(d.text.split()) for d in documents)
    ours, theirs = _race(
        lambda: [map_document(d) for d in documents],
        lambda: list(full.pipe(d.text for d in documents)),
    )
    return Row(
        f"mapping {len(documents)} texts of the corpus", f"{words / ours:,.0f} words/s",
        f"spaCy's full pipeline {words / theirs:,.0f} words/s", f"{theirs / ours:.2f}",
        "at least 1.5",
    )  # fmt: skip


def _race(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for side, found in zip((ours, theirs), times, strict=True):
            found.append(_seconds(side))
    return min(times[0][1:]), min(times[1][1:])


def _best(work: Callable[[], object]) -> float:
    return min(_seconds(work) for _ in range(3))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
