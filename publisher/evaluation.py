"""Score what was read from texts against what a careful reader takes from them.

In: gold files (JSON: ``document``, ``published``, ``claims``) and the texts they speak of. Out:
a :class:`Score`: precision, recall and F1 of claims, the share of matched claims whose count,
status, date and source are right, confusions of types, and every miss and surplus with its
sentence.

A claim matches a gold claim when its type is one of those accepted and one item of every listed
actor and recipient is among its parties (for equal parties, in any role); each gold claim is
matched once. ``statusAlso`` lists further statuses that a careful reader could take. Precision is
taken over all that was read; recall of the core over the claims that the reader marked ``core``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.documents import Document, DocumentError, read_documents
from publisher.extraction.claims import Claim, Party
from publisher.extraction.extractor import extract_claims

__all__ = ["GoldError", "Outcome", "Score", "evaluate", "find_gold", "score_document"]


class GoldError(ValueError):
    """A gold file that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True)
class Outcome:
    """One document's result: pairs of gold and claim, the misses and the surplus."""

    document: Document
    matched: tuple[tuple[Mapping[str, Any], Claim], ...]
    missed: tuple[Mapping[str, Any], ...]
    surplus: tuple[Claim, ...]
    gold: tuple[Mapping[str, Any], ...]


@dataclass
class Score:
    """Totals over documents."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def claims(self) -> int:
        """All claims that were read."""
        return sum(len(o.matched) + len(o.surplus) for o in self.outcomes)

    @property
    def precision(self) -> float:
        """Share of the claims read that a careful reader takes too."""
        return _share(sum(len(o.matched) for o in self.outcomes), self.claims)

    def recall(self, *, core: bool = False) -> float:
        """Share of the gold claims (of the core only) that were read."""
        wanted = [g for o in self.outcomes for g in o.gold if g.get("core", True) or not core]
        found = [g for o in self.outcomes for g, _ in o.matched if g.get("core", True) or not core]
        return _share(len(found), len(wanted))

    def f1(self, *, core: bool = False) -> float:
        """Harmonic mean of precision and recall."""
        precision, recall = self.precision, self.recall(core=core)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def shares(self) -> dict[str, tuple[int, int]]:
        """How many matched claims have the right count, status, date and source."""
        totals: dict[str, tuple[int, int]] = {}
        for outcome in self.outcomes:
            for gold, claim in outcome.matched:
                for name, right in _details(gold, claim).items():
                    good, all_ = totals.get(name, (0, 0))
                    totals[name] = (good + right, all_ + 1)
        return totals

    def linking(self) -> tuple[int, int]:
        """Of the participants whom a claim of the right type names, how many are right."""
        good = all_ = 0
        for outcome in self.outcomes:
            for gold, claim in outcome.matched:
                for wanted in [*gold.get("actor", ()), *gold.get("recipient", ())]:
                    all_ += 1
                    good += bool(set(wanted) & _items(_everyone(claim)))
        return good, all_

    def by_class(self) -> dict[str, tuple[int, int, int]]:
        """Per class: matched, missed, surplus."""
        counts: dict[str, list[int]] = {}
        for outcome in self.outcomes:
            for gold, _ in outcome.matched:
                counts.setdefault(gold["type"][0], [0, 0, 0])[0] += 1
            for gold in outcome.missed:
                counts.setdefault(gold["type"][0], [0, 0, 0])[1] += 1
            for claim in outcome.surplus:
                counts.setdefault(claim.event_type, [0, 0, 0])[2] += 1
        return {k: (v[0], v[1], v[2]) for k, v in sorted(counts.items())}

    def confusions(self) -> Counter[tuple[str, str]]:
        """Gold type and read type, where a surplus claim overlaps the quote of a missed one."""
        found: Counter[tuple[str, str]] = Counter()
        for outcome in self.outcomes:
            for gold in outcome.missed:
                place = _place(gold, outcome.document)
                for claim in outcome.surplus:
                    if place and claim.start < place[1] and place[0] < claim.end:
                        found[gold["type"][0], claim.event_type] += 1
        return found

    def as_dict(self) -> dict[str, Any]:
        """Give the numbers for ``--json``."""
        return {
            "documents": len(self.outcomes),
            "claims": self.claims,
            "gold": sum(len(o.gold) for o in self.outcomes),
            "precision": round(self.precision, 4),
            "recall": round(self.recall(), 4),
            "f1": round(self.f1(), 4),
            "core": {
                "recall": round(self.recall(core=True), 4),
                "f1": round(self.f1(core=True), 4),
            },
            "right": {k: {"right": g, "of": n} for k, (g, n) in sorted(self.shares().items())},
            "classes": {
                k: {"matched": m, "missed": f, "surplus": s}
                for k, (m, f, s) in self.by_class().items()
            },
        }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def find_gold(paths: Iterable[Path]) -> Iterator[Path]:
    """Give the gold files of files and folders, in a fixed order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        elif path.exists():
            yield path
        else:
            raise GoldError(f"{path}: no such file. Give a gold file or a folder of them.")


def evaluate(paths: Iterable[Path], texts: Path | None = None) -> Score:
    """Score every gold file of ``paths``; texts lie beside it, in ``../seeds`` or in ``texts``.

    Raises:
        GoldError: a gold file is not of the format, or its text is not found.
    """
    score = Score()
    for path in find_gold(paths):
        gold, document = _load(path, texts)
        score.outcomes.append(score_document(gold["claims"], document))
    return score


def _load(path: Path, texts: Path | None) -> tuple[dict[str, Any], Document]:
    try:
        gold = json.loads(path.read_text(encoding="utf-8"))
        name, published, claims = gold["document"], gold["published"], gold["claims"]
        if not isinstance(claims, list):
            raise TypeError
    except (ValueError, KeyError, TypeError) as error:
        raise GoldError(
            f"{path}: not a gold file. It needs 'document', 'published' and a list of 'claims'."
        ) from error
    from datetime import date

    folders = [texts] if texts else [path.parent, path.parent.parent / "seeds"]
    for folder in folders:
        if (folder / name).is_file():
            try:
                documents = read_documents(folder / name, published=date.fromisoformat(published))
                return gold, next(iter(documents))
            except (DocumentError, ValueError) as error:
                raise GoldError(f"{path}: {error}") from error
    raise GoldError(f"{path}: its text {name} is not there. Say where with --texts FOLDER.")


def score_document(gold: Sequence[Mapping[str, Any]], document: Document) -> Outcome:
    """Match what is read from a document against its gold claims."""
    claims = list(extract_claims(document).claims)
    pairs = sorted(
        (
            (_closeness(g, c, document), -i, -j)
            for i, g in enumerate(gold)
            for j, c in enumerate(claims)
            if _matches(g, c)
        ),
        reverse=True,
    )
    used_gold: dict[int, int] = {}
    used_claims: set[int] = set()
    for _, i, j in pairs:
        if -i not in used_gold and -j not in used_claims:
            used_gold[-i] = -j
            used_claims.add(-j)
    return Outcome(
        document,
        tuple((gold[i], claims[j]) for i, j in sorted(used_gold.items())),
        tuple(g for i, g in enumerate(gold) if i not in used_gold),
        tuple(c for j, c in enumerate(claims) if j not in used_claims),
        tuple(gold),
    )


def _items(parties: Iterable[Party]) -> set[str]:
    found = set()
    for party in parties:
        for entity in (party.entity, party.acts_for):
            if entity is not None:
                found.add(entity.iri.rsplit("/", 1)[-1])
    return found


def _everyone(claim: Claim) -> tuple[Party, ...]:
    return claim.actors + claim.recipients + claim.participants


def _matches(gold: Mapping[str, Any], claim: Claim) -> bool:
    if claim.event_type not in gold["type"]:
        return False
    everyone = _items(_everyone(claim))
    actors = everyone if gold.get("symmetric") else _items(claim.actors or claim.participants)
    recipients = (
        everyone if gold.get("symmetric") else _items(claim.recipients or claim.participants)
    )
    return all(set(a) & actors for a in gold.get("actor", ())) and all(
        set(r) & recipients for r in gold.get("recipient", ())
    )


def _place(gold: Mapping[str, Any], document: Document) -> tuple[int, int] | None:
    quote = gold.get("quote", "")
    start = document.text.find(quote) if quote else -1
    return (start, start + len(quote)) if start >= 0 else None


def _closeness(gold: Mapping[str, Any], claim: Claim, document: Document) -> tuple[int, int, int]:
    place = _place(gold, document)
    overlap = min(place[1], claim.end) - max(place[0], claim.start) if place else 0
    right = sum(_details(gold, claim).values())
    return (int(overlap > 0), right, overlap)


def _details(gold: Mapping[str, Any], claim: Claim) -> dict[str, bool]:
    accepted = {gold.get("status", "Occurred"), *gold.get("statusAlso", ())}
    found = {"status": claim.status in accepted}
    if "count" in gold:
        found["count"] = gold["count"] in {c.value for c in claim.counts}
    if gold.get("date"):
        found["date"] = _same_date(gold["date"], claim)
    if gold.get("statedBy"):
        found["source"] = bool(set(gold["statedBy"]) & _items(claim.stated_by))
    return found


def _same_date(wanted: str, claim: Claim) -> bool:
    if claim.time is None:
        return False
    first, _, last = wanted.partition("/")
    last = last or first
    start, end = str(claim.time.start), str(claim.time.end)
    if len(first) < 10:
        return start.startswith(first)
    return (start, end) == (first, last) or (
        start <= first <= end and (start, end) == (start, start)
    )


def describe(claim: Claim) -> str:
    """Give a claim on one line, for a report."""

    def names(parties: Sequence[Party]) -> str:
        return ", ".join(sorted(_items(parties))) or "–"

    roles = (
        names(claim.participants)
        if claim.participants
        else f"{names(claim.actors)} → {names(claim.recipients)}"
    )
    time = f" {claim.time.start}" if claim.time else ""
    return f"{claim.event_type} [{roles}] {claim.status}{time} ({claim.frame.rsplit('/', 1)[-1]})"


def report(score: Score, *, details: bool = True) -> str:
    """Write the score for people: numbers first, then misses and surplus with sentences."""
    lines = [
        f"documents {len(score.outcomes)}, gold {sum(len(o.gold) for o in score.outcomes)}, "
        f"read {score.claims}",
        f"claims: precision {score.precision:.2f}, recall {score.recall():.2f}, "
        f"F1 {score.f1():.2f}",
        f"core:   recall {score.recall(core=True):.2f}, F1 {score.f1(core=True):.2f}",
    ]
    for name, (good, total) in sorted(score.shares().items()):
        lines.append(f"{name}: right in {good} of {total} ({_share(good, total):.2f})")
    for name, (matched, missed, surplus) in score.by_class().items():
        lines.append(f"  {name:26} matched {matched:3}  missed {missed:3}  surplus {surplus:3}")
    for (wanted, read), count in score.confusions().most_common(20):
        lines.append(f"  {wanted} read as {read}: {count}")
    if details:
        for outcome in score.outcomes:
            lines.extend(_detail(outcome))
    return "\n".join(lines)


def _detail(outcome: Outcome) -> Iterator[str]:
    if not outcome.missed and not outcome.surplus:
        return
    yield f"== {outcome.document.identifier}"
    for gold in outcome.missed:
        yield (
            f"  missed  {'/'.join(gold['type'])} {gold.get('actor')} → {gold.get('recipient')}"
            f" {gold.get('status', '')}{'' if gold.get('core', True) else ' (not core)'}:"
            f" {gold.get('quote', '')!r}"
        )
    for claim in outcome.surplus:
        sentence = outcome.document.text[claim.sentence_start : claim.sentence_end]
        yield f"  surplus {describe(claim)}: {sentence[:200]!r}"
    for gold, claim in outcome.matched:
        wrong = [k for k, right in _details(gold, claim).items() if not right]
        if wrong:
            wanted = {k: gold.get({"source": "statedBy"}.get(k, k)) for k in wrong}
            yield f"  differs {wanted}: {describe(claim)} {[c.value for c in claim.counts]}"


if __name__ == "__main__":
    import sys

    print(report(evaluate([Path(p) for p in sys.argv[1:]])))
