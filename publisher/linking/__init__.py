"""Link the names of a text to entities: who is meant, why, and on whose behalf they act.

``"Foreign Minister Annalena Baerbock said Moscow ..."`` in a text of 2022 gives two mentions:
Baerbock, foreign minister, acting for Germany, and *Moscow*, a metonym of Russia that keeps the
city as its ``place``. :func:`link` reads a text, :func:`report` shows what it decided and why.
"""

from __future__ import annotations

from datetime import date

from publisher.gazetteer import Gazetteer
from publisher.linking.linker import Linker
from publisher.linking.mentions import Candidate, Mention

__all__ = ["Candidate", "Mention", "link", "report"]


def link(
    text: str, language: str, published: date | None, gazetteer: Gazetteer, *, bare: bool = False
) -> tuple[Mention, ...]:
    """Mentions of a text in order, without overlap, the longest phrase at each place.

    Offsets count Unicode code points of ``text``. Without ``published`` no office is resolved
    by date. ``bare`` adds the role nouns that the text ties to nobody (*an ambassador*).
    """
    mentions = Linker(text, language, published, gazetteer).mentions()
    return mentions if bare else tuple(m for m in mentions if m.how != "bare")


def report(mentions: tuple[Mention, ...]) -> str:
    """A table of mentions: offsets, words, entity, score, reason; then the candidates."""
    lines = []
    for m in mentions:
        acts = f" for {m.acts_for.label}" if m.acts_for else ""
        lines.append(
            f"{m.start:>6}-{m.end:<6} {m.surface!r} -> {m.entity.label} <{m.entity.iri}>{acts} "
            f"[{m.how} {m.score:.2f}] {m.reason}"
        )
        lines.extend(f"{'':15}{c.score:.2f} <{c.entity}> {c.reason}" for c in m.candidates)
    return "\n".join(lines)
