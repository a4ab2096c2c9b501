"""Show why a text was read as it was: each claim in its place, and what was not taken.

In: a document and its extraction. Out: lines for the terminal, or an HTML page: the text with
every claim's words marked, then for each claim its frame and roles, the words that were
considered and not taken with the reason, and the linking report (every name with its candidates,
scores and reason).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from publisher.documents import Document
from publisher.extraction.claims import Claim, Considered, Count, Extraction, Party
from publisher.linking import Mention

__all__ = ["explain_html", "explain_text"]

_MARKS = ("green", "yellow", "cyan", "magenta", "blue")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and the numbers of the claims whose words it belongs to."""

    text: str
    claims: tuple[int, ...] = ()


@dataclass(frozen=True)
class Row:
    """A claim in words: label and value of each thing read."""

    number: int
    title: str
    quote: str
    facts: tuple[tuple[str, str], ...]


def explain_text(document: Document, extraction: Extraction, *, linking: bool = False) -> str:
    """Write the explanation for a terminal, with colours (click drops them in a pipe)."""
    lines = [click.style(document.title or document.identifier, bold=True), ""]
    lines.append("".join(_coloured(piece) for piece in _pieces(document, extraction.claims)))
    for row in _rows(document, extraction.claims):
        colour = _MARKS[(row.number - 1) % len(_MARKS)]
        lines += ["", click.style(f"[{row.number}] {row.title}", fg=colour, bold=True)]
        lines.append(f"    “{row.quote}”")
        lines += [f"    {label}: {value}" for label, value in row.facts]
    if extraction.considered:
        lines += ["", click.style("Considered and not taken", bold=True)]
        lines += [f"    {words} ({frame}): {why}" for words, frame, why in _not_taken(
            document, extraction.considered)]  # fmt: skip
    if linking:
        lines += ["", click.style("Linked names", bold=True)]
        for mention in extraction.mentions:
            lines.append(f"    {mention.surface} → {_entity(mention)}: {mention.reason}")
            lines += [f"        {who} {score:.2f} {why}" for who, score, why in _others(mention)]
    return "\n".join(lines) + "\n"


def explain_html(document: Document, extraction: Extraction) -> str:
    """Write the explanation as one HTML page that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("publisher", "templates"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("explain.html").render(
        document=document,
        pieces=list(_pieces(document, extraction.claims)),
        rows=list(_rows(document, extraction.claims)),
        considered=list(_not_taken(document, extraction.considered)),
        mentions=[(m, _entity(m), list(_others(m))) for m in extraction.mentions],
    )


def _pieces(document: Document, claims: Sequence[Claim]) -> Iterator[Piece]:
    places = [
        (start, end, number)
        for number, claim in enumerate(claims, start=1)
        for start, end in ((claim.start, claim.end), *claim.repeats)
    ]
    cuts = sorted({0, len(document.text), *(cut for s, e, _ in places for cut in (s, e))})
    for start, end in pairwise(cuts):
        inside = tuple(sorted({n for s, e, n in places if s <= start and end <= e}))
        yield Piece(document.text[start:end], inside)


def _coloured(piece: Piece) -> str:
    if not piece.claims:
        return piece.text
    marks = ",".join(map(str, piece.claims))
    colour = _MARKS[(piece.claims[0] - 1) % len(_MARKS)]
    return click.style(piece.text, fg=colour, underline=True) + click.style(f"[{marks}]", dim=True)


def _rows(document: Document, claims: Iterable[Claim]) -> Iterator[Row]:
    for number, claim in enumerate(claims, start=1):
        facts = [
            ("actor", _names(claim.actors)),
            ("recipient", _names(claim.recipients)),
            ("participants", _names(claim.participants)),
            ("stated by", _names(claim.stated_by)),
            ("count", ", ".join(_count(count) for count in claim.counts)),
            ("time", _time(claim)),
            ("frame", _local(claim.frame)),
            ("same event as", f"[{claim.same_as + 1}]" if claim.same_as is not None else ""),
        ]  # fmt: skip
        kept = tuple((label, value) for label, value in facts if value)
        quote = document.text[claim.start : claim.end]
        yield Row(number, f"{claim.event_type}, {claim.status}", quote, kept)


def _names(parties: Iterable[Party]) -> str:
    return "; ".join(
        f"{p.entity.label} for {p.acts_for.label}" if p.acts_for else p.entity.label
        for p in parties
    )


def _count(count: Count) -> str:
    return f"{count.value or '?'} {count.of or ''} ({count.qualifier})"


def _time(claim: Claim) -> str:
    if claim.time is None:
        return ""
    same = claim.time.start == claim.time.end
    return str(claim.time.start) if same else f"{claim.time.start} to {claim.time.end}"


def _local(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def _not_taken(
    document: Document, considered: Iterable[Considered]
) -> Iterator[tuple[str, str, str]]:
    for item in considered:
        yield document.text[item.start : item.end], _local(item.frame), item.reason


def _entity(mention: Mention) -> str:
    owner = f" for {mention.acts_for.label}" if mention.acts_for else ""
    return f"{mention.entity.label}{owner} <{mention.entity.iri}> {mention.score:.2f}"


def _others(mention: Mention) -> Iterator[tuple[str, float, str]]:
    for candidate in mention.candidates:
        if candidate.entity != mention.entity.iri:
            yield candidate.entity, candidate.score, candidate.reason
