"""Give an owner to what a phrase alone leaves open, from the rest of the text.

*The ministry* is the one named before; *the Foreign Ministry* under a Moscow date line is
Russia's; *the Biden administration* and *Assad's forces* act for the person's state.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from publisher.gazetteer import LOCAL, Entity, Gazetteer, RoleHit
from publisher.linking.mentions import Mention
from publisher.linking.people import slug
from publisher.linking.reader import Reader

_STOPS = '.!?:"”\n'
_FEW = 6

__all__ = ["bare_role", "joined", "of_the_one_before"]


def bare_role(
    reader: Reader, role: RoleHit, found: list[Mention], home: Entity | None,
    holder: Entity | None, usual: Entity | None = None,
) -> Mention:  # fmt: skip
    """A role noun without an owner: what the text said before, the date line, or nothing.

    ``holder`` has the role in the home state on the day of the text.
    """
    definite = _definite(reader, role)
    own = usual is not None and role.role.kind == "body"
    earlier = _earlier(reader, role, found) if definite and not own else None
    if earlier:
        return replace(
            earlier, start=role.start, end=role.end, surface=role.surface, how="discourse",
            score=0.6, reason=f"earlier in the text: {earlier.surface}", candidates=(), host=None,
        )  # fmt: skip
    owner = home if definite and role.role.institution else usual if definite else None
    kind = "group" if role.plural else role.role.kind
    names = [role.role.plural_label if role.plural else role.role.label]
    label = f"{names[0]} of {owner.label}" if owner else names[0]
    parent = owner.iri if owner else None
    iri = LOCAL + slug(owner.label if owner else "", *names)
    entity = Entity(iri, kind, label, (), parent, role.role.key)
    if owner and holder:
        entity = holder
    how, score = ("dateline", 0.5) if owner else ("bare", 0.3)
    reason = f"date line in {owner.label}" if owner else "role noun without an owner"
    return Mention(
        role.start, role.end, role.surface, entity, how, score, reason, role.role.key, owner,
        plural=role.plural,
    )  # fmt: skip


def _definite(reader: Reader, role: RoleHit) -> bool:
    """Whether *the* or nothing at all stands before the role: nobody's (*its*, *Bavaria's*)."""
    at = role.first - 1
    while reader.within(at, "modifiers"):
        at -= 1
    if reader.word(at) == "'" and reader.language == "fr":
        at -= 1
    begins = reader.word(at) in ("", "\n", ".", '"', "“")
    return not role.plural and (begins or reader.within(at, "definite"))


def _earlier(reader: Reader, role: RoleHit, found: list[Mention]) -> Mention | None:
    last = bisect_right(found, role.start, key=lambda mention: mention.start)
    fitting = [
        mention for mention in reversed(found[:last])
        if mention.acts_for and not mention.plural and _answers(mention, role)
    ]  # fmt: skip
    word = role.surface.lower().split()[-1]
    # "the junta" is whose junta the text named, not whose government it named last.
    alike = [m for m in fitting if word in m.surface.lower()]
    leading = [m for m in fitting if not str(m.role).endswith(f"-{role.role.key}")]
    best = alike or leading or fitting
    if role.role.kind == "person" and len(best) > 1 and _begins(reader.text, role.start):
        # "Smith praised Minister Sy's plan. The minister added": Smith, of whom it is told.
        best = [m for m in best if _begins(reader.text, m.start)] or best
    return next(iter(best), None)


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins here, but for an article."""
    before = text[max(at - _FEW, 0) : at]
    return at < _FEW or any(stop in before for stop in _STOPS)


def _answers(mention: Mention, role: RoleHit) -> bool:
    """Whether a mention is what a later, shorter role noun means (*the ministry*)."""
    key, held = role.role.key, str(mention.role)
    if held == key:
        return True
    short = role.first == role.last and mention.role is not None
    # "the Secretary" is the secretary of state, not the deputy secretary.
    return short and (held.startswith(f"{key}-") or held.endswith(f"-{key}"))


def joined(reader: Reader, mention: Mention, role: RoleHit, gazetteer: Gazetteer) -> Mention | None:
    """A person beside a role noun as one: *the Biden administration*, *Assad's forces*."""
    state = mention.acts_for or gazetteer.entity(mention.entity.parent or "")
    if state is None or role.role.kind == "person":
        return None
    label = role.role.plural_label if role.plural else role.role.label
    kind = "group" if role.plural else role.role.kind
    entity = Entity(
        LOCAL + slug(state.label, label), kind, f"{label} of {state.label}", (), state.iri,
        role.role.key,
    )  # fmt: skip
    start, end = min(mention.start, role.start), max(mention.end, role.end)
    reason = f"{label} of {mention.entity.label}"
    return Mention(
        start, end, reader.text[start:end], entity, "local", 0.7, reason, role.role.key, state,
        plural=role.plural,
    )  # fmt: skip


def of_the_one_before(text: str, found: list[Mention]) -> list[Mention]:
    """*Albright's spokesman James Rubin*: for whom she acts; *Japan, whose minister, Iwaya*."""
    told: list[Mention] = []
    for mention in found:
        before = told[-1] if told else None
        if before and _belongs(text, before, mention):
            mention = replace(mention, acts_for=before.acts_for or before.entity)
        told.append(mention)
    return told


def _belongs(text: str, owner: Mention, mention: Mention) -> bool:
    unknown = mention.entity.kind == "person" and mention.entity.is_local and not mention.former
    between = text[owner.end : mention.start].replace("\u2019", "'")
    titled = mention.role is not None and mention.acts_for is None
    if between.strip(", ") == "whose":
        return titled and unknown and (owner.acts_for or owner.entity).kind == "state"
    return unknown and titled and between in ("'s ", "' ") and owner.acts_for is not None
