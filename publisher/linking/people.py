"""Decide which person a name means: by full name, role, state and day.

A name that fits nobody in the gazetteer, or fits someone of another state than the text says,
becomes a local person with the role and state of the text; never the wrong item.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from publisher.gazetteer import LOCAL, Entity, Gazetteer, Office
from publisher.gazetteer.tokens import fold, key
from publisher.linking.mentions import Candidate
from publisher.linking.reader import Name

__all__ = ["Known", "People", "slug"]

_ENOUGH = 0.65
_LONG = 3
_NEAR = timedelta(days=366)
_SOON = timedelta(days=3 * 366)


def slug(*parts: str) -> str:
    """The parts in lower-case ASCII with hyphens."""
    return "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "-", fold(p)).strip("-") for p in parts)))


@dataclass(frozen=True, slots=True)
class Known:
    """A decided person: entity, score, reason, the state acted for, role and candidates."""

    entity: Entity
    score: float
    reason: str
    role: str | None
    acts_for: Entity | None
    candidates: tuple[Candidate, ...] = ()
    how: str = "name"


class People:
    """The people of one text: decides names and remembers them for surnames later on."""

    def __init__(
        self, gazetteer: Gazetteer, on: date | None, states: frozenset[str],
        told: tuple[date, ...] = (),
    ) -> None:  # fmt: skip
        """``told`` has days of the years that the text tells of, where they are past."""
        self._gazetteer = gazetteer
        self._on = on
        self._told = told
        self._states = states
        self._by_surname: dict[tuple[str, ...], list[Known]] = defaultdict(list)
        self._by_name: dict[tuple[str, ...], Known] = {}

    def decide(
        self, name: Name, role: str | None, owner: Entity | None, former: bool,
        home: Entity | None = None,
    ) -> Known:  # fmt: skip
        """The person whom a full name or a title with a surname means.

        ``home`` is the state of someone unknown whose state the text leaves open.
        """
        words = key(" ".join(name.words))
        if not name.people:
            met = self._by_name.get(words) or self.recall(words)
            if met and _agrees(met, role, owner):
                return met
        people = name.people or self._longer(name)
        full = bool(people)
        people = people or self._gazetteer.people_named(" ".join(name.words))
        people = people or self._holder_named(name, role, owner)
        known, ranked = self._chosen(people, role, owner, full, former)
        for day in self._told if role and not full else ():
            # "In 1984 President Reagan received him": in office then.
            then = People(self._gazetteer, day, self._states)
            known = known or then._chosen(people, role, owner, full, former)[0]
        known = known or self._local(name, role, owner or home, ranked, former)
        if known.entity.is_local and role is None and owner is None:
            return known
        return self._remember(name, known)

    def _chosen(
        self, people: tuple[str, ...], role: str | None, owner: Entity | None, full: bool,
        former: bool,
    ) -> tuple[Known | None, tuple[Candidate, ...]]:  # fmt: skip
        """The one of these people who fits best, if one does; and all, ranked."""
        ranked = tuple(
            sorted(
                (self._candidate(p, role, owner, full) for p in people),
                key=lambda c: (-c.score, c.entity),
            )
        )
        best = [c for c in ranked if c.score >= _ENOUGH]
        if best and (len(best) == 1 or best[0].score > best[1].score):
            return self._known(best[0], role, owner, full, former, ranked), ranked
        return None, ranked

    def _longer(self, name: Name) -> tuple[str, ...]:
        """People with the first and the last word of a long name: *Adel bin Ahmed Al-Jubeir*."""
        if len(name.words) < 3:
            return ()
        first = fold(name.words[0])
        found: list[str] = []
        for last in _last_names(name.words, self._gazetteer.words("particles", "en")):
            for person in self._gazetteer.people_named(last):
                label = key(self._gazetteer.entities[person].label)
                if label[0] == first and self._agree_inside(key(" ".join(name.words)), label):
                    found.append(person)
        return tuple(dict.fromkeys(found))

    def _agree_inside(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Whether two names with the same ends share what is between, if both have something."""
        particles = self._gazetteer.words("particles", "en")
        inner, others = (
            {word for word in words[1:-1] if word.isalpha() and word not in particles}
            for words in (one, other)
        )
        return not inner or not others or bool(inner & others)

    def _holder_named(self, name: Name, role: str | None, owner: Entity | None) -> tuple[str, ...]:
        """The holder of an office by any of his names: *President Joseph Robinette Biden Jr.*"""
        words = {fold(word) for word in name.words}
        if role and role in self._gazetteer.words("by-given-name", ""):
            return self._reigning(fold(name.words[0]), role, owner)
        holder = self._gazetteer.holder(role, owner.iri, self._on) if role and owner else None
        family = {fold(n) for n in self._gazetteer.family_names(holder.iri)} if holder else set()
        return (holder.iri,) if holder and family & words else ()

    def _reigning(self, given: str, role: str, owner: Entity | None) -> tuple[str, ...]:
        """Who reigned under a given name on the day: *King Salman*, *Emir Tamim*."""
        return tuple(
            person.iri
            for person in self._gazetteer.holders(role, self._on)
            if key(person.label)[0] == given and (owner or self._is_near(person.iri))
        )

    def _is_near(self, person: str) -> bool:
        return any(o.of in self._states for o in self._gazetteer.offices(person, self._on))

    def bare(self, name: Name) -> Known | None:
        """The person of the gazetteer whom a full name without any role means, if it does."""
        known = self.decide(name, None, None, False)
        return None if known.entity.is_local and name.people else known

    def recall(self, words: tuple[str, ...]) -> Known | None:
        """The person of this text with that surname; of several, the one in office on the day.

        Who has an item goes before who has none.
        """
        found = {k.entity.iri: k for k in self._by_surname.get(words, ())}
        if len(found) > 1:
            known = {p: k for p, k in found.items() if not k.entity.is_local}
            found = {p: k for p, k in known.items() if self._holds_office(p)} or known
        return next(iter(found.values())) if len(found) == 1 else None

    def _holds_office(self, person: str) -> bool:
        return self._on is not None and any(
            office.covers(self._on) for office in self._gazetteer.offices(person, self._on)
        )

    def famous(self, words: tuple[str, ...]) -> Known | None:
        """The one office holder of the day with a surname, if famous or of a state in the text."""
        text = " ".join(words)
        if text in self._gazetteer.words("common-surnames", "en"):
            return None
        named = self._gazetteer.people_named(text)
        if len(text) < _LONG and not any(self._gazetteer.is_famous(p) for p in named):
            return None
        near = [p for p in named if self._in_office_about(p)]
        near = near or [p for p in named if self._gazetteer.is_famous(p)]
        if len(near) != 1:
            return None
        entity = self._gazetteer.entities[near[0]]
        office = self._office(near[0], None, None)
        acts_for = self._state(office)
        here = acts_for is not None and acts_for.iri in self._states
        if not here and not self._gazetteer.is_famous(near[0]):
            return None
        reason = "only office holder of that surname" + (", of a state in the text" if here else "")
        role = office.role if office else None
        return Known(entity, 0.75 if here else 0.65, reason, role, acts_for, (), "surname")

    def _candidate(
        self, person: str, role: str | None, owner: Entity | None, full: bool
    ) -> Candidate:
        entity = self._gazetteer.entities[person]
        score, reasons = (0.6, ["full name"]) if full else (0.4, ["surname"])
        offices = self._gazetteer.offices(person)
        current = self._gazetteer.offices(person, self._on)
        if owner is not None:
            belongs = {o.of for o in offices} | {entity.parent}
            if owner.iri in belongs or owner.parent in belongs:
                score += 0.2
                reasons.append(f"of {owner.label}")
            elif not (full and owner.kind != "state"):
                return Candidate(person, 0.0, f"not of {owner.label}")
        if role and any(self._same_role(o, role) for o in current):
            score += 0.25
            reasons.append(f"{role} on that day")
        elif current:
            score += 0.1
            reasons.append("in office on that day")
        elif full and self._in_office_about(person, _SOON):
            score += 0.05
            reasons.append("in office within three years of that day")
        elif full and any(self._gazetteer.offices(person, day) for day in self._told):
            score += 0.05
            reasons.append("in office in a year that the text tells of")
        if self._is_likely(entity, offices):
            score += 0.1 if full else 0.15
            reasons.append("expected in this text")
        return Candidate(person, round(min(score, 1.0), 2), ", ".join(reasons))

    def _is_likely(self, entity: Entity, offices: tuple[Office, ...]) -> bool:
        states = {entity.parent, *(office.of for office in offices)}
        return self._gazetteer.is_famous(entity.iri) or bool(states & self._states)

    def _same_role(self, office: Office, role: str) -> bool:
        return office.role == role or self._gazetteer.same_role(role, office.role, office.of)

    def _known(
        self, best: Candidate, role: str | None, owner: Entity | None, full: bool, former: bool,
        ranked: tuple[Candidate, ...],
    ) -> Known:  # fmt: skip
        office = self._office(best.entity, role, owner)
        acts_for = None if former else owner or self._state(office)
        role = role or (office.role if office else None)
        how = "name" if full else "surname"
        entity = self._gazetteer.entities[best.entity]
        return Known(entity, best.score, best.reason, role, acts_for, ranked, how)

    def _local(
        self, name: Name, role: str | None, owner: Entity | None,
        ranked: tuple[Candidate, ...], former: bool,
    ) -> Known:  # fmt: skip
        label = _written(name.words)
        iri = LOCAL + slug(label, owner.label if owner else "")
        entity = Entity(iri, "person", label, (), owner.iri if owner else None, role)
        reason = "no item of that name" + (f", {role}" if role else "")
        acts_for = None if former else owner
        return Known(entity, 0.6, reason, role, acts_for, ranked, "local")

    def _remember(self, name: Name, known: Known) -> Known:
        words = key(" ".join(name.words))
        self._by_name.setdefault(words, known)
        names = name.words if len(name.words) == 1 else sorted(self._surnames(name, known))
        # A stranger is nobody's name in the gazetteer: "Hun Manet" later on is he, too.
        whole = {words} if known.entity.is_local else set()
        for surname in {key(n) for n in names} | whole:
            self._by_surname[surname].append(known)
        return known

    def _surnames(self, name: Name, known: Known) -> set[str]:
        family = self._gazetteer.family_names(known.entity.iri)
        state = known.acts_for.iri if known.acts_for else known.entity.parent
        called = self._called(name, known.entity.parent or state)
        if family:
            return set(family) | called
        if state in self._gazetteer.family_name_first:
            return {name.words[0]} | called
        return set(_last_names(name.words, self._gazetteer.words("particles", "en"))) | called

    def _called(self, name: Name, state: str | None) -> set[str]:
        """The given name where people go by it: *Phạm Minh Chính* is *Chính*."""
        if state not in self._gazetteer.called_by_given_name:
            return set()
        return {name.words[-1 if state in self._gazetteer.family_name_first else 0]}

    def _office(self, person: str, role: str | None, owner: Entity | None) -> Office | None:
        held = (self._gazetteer.offices(person, day) for day in (self._on, *self._told))
        offices = next((o for o in held if o), ())
        ranked = sorted(
            offices,
            key=lambda o: (
                role is None or not self._same_role(o, role),
                o.of != (owner.iri if owner else self._gazetteer.entities[person].parent),
                not (self._on and o.covers(self._on)),
            ),
        )
        return ranked[0] if ranked else None

    def _state(self, office: Office | None) -> Entity | None:
        return self._gazetteer.entity(office.of) if office and office.of else None

    def _in_office_about(self, person: str, within: timedelta = _NEAR) -> bool:
        if self._on is None:
            return False
        days = (self._on - within, self._on, self._on + within)
        return any(self._gazetteer.offices(person, day) for day in days)


def _agrees(met: Known, role: str | None, owner: Entity | None) -> bool:
    same_state = owner is None or met.acts_for is None or met.acts_for.iri == owner.iri
    return same_state and (owner is not None or role is None or met.role in (None, role))


def _written(words: tuple[str, ...]) -> str:
    text = " ".join(words)
    for sign in ("-", "'", "’"):
        text = text.replace(f" {sign} ", sign)
    return text.replace(" .", ".")


def _last_names(words: tuple[str, ...], particles: frozenset[str]) -> list[str]:
    last = len(words) - 1
    names = [words[last]]
    while last > 1 and words[last - 1] in "-'’":
        last -= 2
        names.append(" ".join(words[last:]))
    while last > 1 and fold(words[last - 1]) in particles:
        last -= 1
        names.append(" ".join(words[last:]))
    return names
