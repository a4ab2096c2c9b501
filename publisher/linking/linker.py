"""Put the readings of one text together: phrases first, then names, then surnames."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import ModuleType

from publisher.gazetteer import LOCAL, Entity, Gazetteer, NameHit, RoleHit, Sense
from publisher.linking import english, french
from publisher.linking.dateline import home_state
from publisher.linking.discourse import bare_role, joined, of_the_one_before
from publisher.linking.mentions import Candidate, Mention
from publisher.linking.nearby import acts_on, state_of_sentence, state_of_text
from publisher.linking.people import Known, People, slug
from publisher.linking.reader import Phrase, Reader

__all__ = ["Linker"]

_YEAR = re.compile(r"(?<![\d.,])(?:1[89]|20)\d\d(?![\d.,]\d)")
_TOLD = 20_000
_YEARS = 6
_OPENERS = ("modifiers", "former")
_GRAMMARS: dict[str, ModuleType] = {"en": english, "fr": french}
_SCORES = {"name": 0.98, "alias": 0.95, "acronym": 0.95, "demonym": 0.95, "metonym": 0.85,
           "place": 0.9}  # fmt: skip


def _days_told(text: str, published: date | None) -> tuple[date, ...]:
    """Midsummer of each past year that a text tells of, the first named first."""
    if published is None:
        return ()
    years = dict.fromkeys(int(y) for y in _YEAR.findall(text[:_TOLD]))
    return tuple(date(y, 7, 1) for y in years if y < published.year)[:_YEARS]


class Linker:
    """Links one text."""

    def __init__(self, text: str, language: str, published: date | None, gazetteer: Gazetteer):
        self._text = text
        self._language = language if language in _GRAMMARS else "en"
        self._on = published
        self._gazetteer = gazetteer
        self._grammar = _GRAMMARS[self._language]
        self._reader = Reader(text, self._language, gazetteer)
        self._openers = frozenset().union(
            *(gazetteer.words(purpose, self._language) for purpose in _OPENERS)
        )
        self._states = frozenset(self._strong_entities())
        self._named = frozenset(self._outright_entities())
        self._people = People(gazetteer, published, self._states, _days_told(text, published))
        self._home = home_state(self._reader, gazetteer)
        self._found: list[Mention] = []

    def mentions(self) -> tuple[Mention, ...]:
        """All mentions of the text."""
        taken = self._phrases()
        self._surnames(taken)
        self._bare_roles(taken)
        self._found.sort(key=lambda m: (m.start, -m.end))
        self._found = of_the_one_before(self._text, self._found)
        return tuple(self._from_attribute(m) for m in self._found)

    def _from_attribute(self, mention: Mention) -> Mention:
        """*visiting President X*, *the embattled X*: the attribute belongs to the name."""
        if mention.entity.kind != "person":
            return mention
        at = bisect_right(self._reader.tokens, mention.start, key=lambda t: t.start) - 2
        if at < 0 or not self._reader.within(at, "attributes"):
            return mention
        start = self._reader.tokens[at].start
        return replace(mention, start=start, surface=self._text[start : mention.end])

    def _strong_entities(self) -> Iterator[str]:
        for hit in self._reader.names.values():
            yield from (s.entity for s in hit.senses[:1] if not s.weak)

    def _outright_entities(self) -> Iterator[str]:
        """What the text names by more than its capital."""
        for hit in self._reader.names.values():
            yield from (s.entity for s in hit.senses[:1] if not s.weak and s.place is None)

    def _phrases(self) -> list[bool]:
        reader, taken = self._reader, [False] * len(self._reader.tokens)
        at = 0
        while at < len(reader.tokens):
            if not (reader.tokens[at].capital or self._may_begin(at)):
                at += 1
                continue
            mention, last = self._at(at)
            if mention:
                self._found.append(mention)
                taken[at : last + 1] = [True] * (last + 1 - at)
            at = last + 1
        return taken

    def _at(self, at: int) -> tuple[Mention | None, int]:
        reader = self._reader
        person = self._named_person(at)
        if person:
            return person
        if self._may_begin(at):
            phrase: Phrase | None = self._grammar.read_phrase(reader, at)
            if phrase and (phrase.owner or phrase.name):
                return self._phrase(phrase), phrase.last
        hit = reader.names.get(at)
        # "the Kingdom of Bahrain" is no kingdom named before.
        if hit and not (reader.within(at, "articles") and reader.within(at + 2, "of")):
            return self._name(hit), hit.last
        return None, at

    def _may_begin(self, at: int) -> bool:
        reader = self._reader
        return at in reader.roles or at in reader.names or reader.tokens[at].folded in self._openers

    def _named_person(self, at: int) -> tuple[Mention, int] | None:
        reader = self._reader
        hit = reader.names.get(at)
        known = hit is not None and any(reader.is_person(s) for s in hit.senses)
        if not known and not (reader.tokens[at].capital and at not in reader.names):
            return None
        if at in reader.roles:
            return None
        name = reader.name_of_person(at, single=False)
        if name is None:
            return None
        phrase: Phrase | None = self._grammar.read_apposition(reader, name)
        if phrase and phrase.owner:
            return self._phrase(phrase), phrase.last
        met = self._people.bare(name) if name.people else None
        return (self._person(met, name.first, name.last), name.last) if met else None

    def _phrase(self, phrase: Phrase) -> Mention:
        if phrase.name and any(
            self._reader.within(at, "erstwhile") for at in range(phrase.first, phrase.last + 1)
        ):
            # "then Prime Minister Smith": he acted for his state at the time.
            phrase = replace(phrase, former=False)
        head = phrase.roles[-1]
        owner = self._owner(phrase.owner) or self._usual_owner(head) or self._joint_owner(phrase)
        acts_for = self._principal(owner)
        role = self._key(phrase, acts_for)
        if phrase.name and head.role.kind == "person":
            known_role = None if head.role.key == "counterpart" else role
            home = self._home if any(r.role.institution for r in phrase.roles) else None
            if home and not self._may_hold(phrase, role, home):
                home = None
            known = self._titled(phrase, known_role, acts_for, home)
            mention = self._person(known, phrase.first, phrase.last)
            if mention.acts_for is None and home and not phrase.former:
                mention = replace(mention, acts_for=home)
            if head.role.key == "counterpart":
                role = known.role or role
            return replace(mention, role=role, former=phrase.former, host=self._host(phrase))
        holder = self._holder(phrase, role, owner)
        of = owner.label if owner else "nobody named"
        if holder:
            entity, how, score, reason = holder, "role", 0.9, f"{role} of {of} on that day"
        else:
            entity, how, score = self._unnamed(phrase, owner), "local", 0.8
            reason = f"{head.role.label} of {of}"
        start, end = self._span(phrase.first, phrase.last)
        return Mention(
            start, end, self._text[start:end], entity, how, score, reason, role,
            None if phrase.former else acts_for, (Candidate(entity.iri, score, reason),), None,
            self._host(phrase), head.plural, phrase.former,
        )  # fmt: skip

    def _may_hold(self, phrase: Phrase, role: str, state: Entity) -> bool:
        """Whether a stranger can hold an office at home: nobody else is known to, nor is it away.

        In *President X asked India* it is not India's president.
        """
        key = self._gazetteer.local_role(role, state.iri)
        held = self._gazetteer.holder(key, state.iri, self._on) is not None
        exists = self._gazetteer.has_office(key, state.iri)
        return exists and not held and not acts_on(self._reader, self._gazetteer, phrase, state)

    def _titled(
        self, phrase: Phrase, role: str | None, acts_for: Entity | None, home: Entity | None
    ) -> Known:
        """Who is meant by a role with a name, and of which state a stranger is."""
        assert phrase.name is not None
        if acts_for is None and home is None and role and not phrase.former:
            text = (self._reader, self._gazetteer, phrase, role, self._on)
            home = state_of_sentence(*text) or state_of_text(*text)
        if phrase.owner is None and phrase.name.people:
            # The usual owner is only a guess: Secretary General Solana was NATO's.
            known = self._people.decide(phrase.name, role, None, phrase.former, home)
            if known.acts_for:
                return known
        return self._people.decide(phrase.name, role, acts_for, phrase.former, home)

    def _joint_owner(self, phrase: Phrase) -> Entity | None:
        """The owner of the phrase before *and*: *Czech Premier X and Foreign Minister Y*."""
        at = phrase.first - 1
        if phrase.name is None or not self._reader.within(at, "conjunctions") or not self._found:
            return None
        same = any(r.role.key == self._found[-1].role for r in phrase.roles)
        if phrase.name.people or same:
            return None
        before = self._found[-1]
        if before.acts_for and self._holds_elsewhere(phrase, before.acts_for):
            return None
        joined = before.end == self._reader.tokens[at - 1].end
        titled = before.role is not None and before.entity.kind == "person" and not before.former
        return before.acts_for if joined and titled else None

    def _holds_elsewhere(self, phrase: Phrase, state: Entity) -> bool:
        """*Prime Minister Pashinyan and President Aliyev*: who leads another state is of that."""
        assert phrase.name is not None
        role = phrase.roles[-1].role.key
        named = self._gazetteer.people_named(" ".join(phrase.name.words))
        held = [o for person in named for o in self._gazetteer.offices(person, self._on)]
        fitting = [o for o in held if self._gazetteer.same_role(role, o.role, o.of)]
        return bool(fitting) and all(o.of != state.iri for o in fitting)

    def _usual_owner(self, head: RoleHit) -> Entity | None:
        """Whose *Foreign Secretary* is meant: Britain's, unless the text is from elsewhere."""
        usual = self._gazetteer.entity(head.role.usually_of) if head.role.usually_of else None
        if usual and self._home and self._home.iri != usual.iri:
            return usual if usual.iri in self._strong_entities() else None
        return usual

    def _holder(self, phrase: Phrase, role: str, owner: Entity | None) -> Entity | None:
        head = phrase.roles[-1]
        single = len(phrase.roles) == 1 and not head.plural and not phrase.former
        if owner is None or not single or not (head.role.one_holder or role != head.role.key):
            return None
        body = owner.kind == "body" and self._is_organisation(owner.parent)
        of = owner if body else self._principal(owner)
        return self._gazetteer.holder(role, of.iri, self._on) if of else None

    def _is_organisation(self, iri: str | None) -> bool:
        entity = self._gazetteer.entity(iri) if iri else None
        return entity is not None and entity.kind == "organisation"

    def _key(self, phrase: Phrase, acts_for: Entity | None) -> str:
        role = phrase.roles[-1].role.key
        if role == "counterpart":
            met = [m.role for m in self._found if m.role and m.entity.kind == "person"]
            role = met[-1] if met else role
        return self._gazetteer.local_role(role, acts_for.iri if acts_for else None)

    def _owner(self, hit: NameHit | None) -> Entity | None:
        sense = self._reader.owning_sense(hit) if hit else None
        return self._gazetteer.entity(sense.entity) if sense else None

    def _principal(self, owner: Entity | None) -> Entity | None:
        if owner and owner.kind == "body" and owner.parent:
            return self._gazetteer.entity(owner.parent)
        return owner

    def _host(self, phrase: Phrase) -> Entity | None:
        if phrase.host is None:
            return None
        return self._gazetteer.entity(phrase.host.senses[0].entity)

    def _unnamed(self, phrase: Phrase, owner: Entity | None) -> Entity:
        head = phrase.roles[-1]
        labels = [role.role.label for role in phrase.roles]
        kind = "group" if head.plural else head.role.kind
        if head.plural:
            labels[-1] = head.role.plural_label
        former = "former" if phrase.former else ""
        of = owner.label if owner else ""
        names = [*reversed(labels), of] if of else list(reversed(labels))
        label = " ".join(filter(None, (former, " of ".join(names))))
        iri = LOCAL + slug(of, former, *labels)
        return Entity(iri, kind, label, (), owner.iri if owner else None, head.role.key)

    def _person(self, known: Known, first: int, last: int) -> Mention:
        start, end = self._span(first, last)
        return Mention(
            start, end, self._text[start:end], known.entity, known.how, known.score, known.reason,
            known.role, known.acts_for,
            known.candidates or (Candidate(known.entity.iri, known.score, known.reason),),
        )  # fmt: skip

    def _name(self, hit: NameHit) -> Mention | None:
        senses = [s for s in hit.senses if self._possible(s, hit)]
        prefixes = self._gazetteer.words("prefixes", self._language)
        regional = self._reader.within(hit.first - 1, "regions")
        if not senses or regional or self._reader.prefix(hit.first) in prefixes:
            return None
        if self._reader.suffix(hit.last) in self._gazetteer.words("suffixes", self._language):
            return self._located(hit, senses[0])
        scored = [(self._score(sense), sense) for sense in senses]
        score, sense = max(scored, key=lambda pair: pair[0])
        if sense.weak and len(senses) > 1:
            sense = self._named_last([s for p, s in scored if p == score])
        entity = self._gazetteer.entity(sense.entity)
        if entity is None or score < 0.4:
            return None
        place = self._gazetteer.entity(sense.place) if sense.place else None
        if sense.how == "metonym":
            entity = self._seated(entity, place)
        belongs = entity.kind in ("body", "place")
        acts_for = self._gazetteer.entity(entity.parent or "") if belongs else None
        elsewhere = ", named elsewhere in the text" if sense.weak else ""
        return Mention(
            hit.start, hit.end, hit.surface, entity, sense.how, score,
            f"{sense.how} of {entity.label}{elsewhere}", entity.role, acts_for,
            tuple(Candidate(s.entity, p, s.how) for p, s in scored), place,
        )  # fmt: skip

    def _named_last(self, senses: list[Sense]) -> Sense:
        """*the kingdom*: of those that the text names, the one that it named last."""
        by_entity = {sense.entity: sense for sense in reversed(senses)}
        for mention in reversed(self._found):
            for entity in (mention.acts_for, mention.entity):
                if entity is not None and entity.iri in by_entity:
                    return by_entity[entity.iri]
        return senses[0]

    def _seated(self, state: Entity, place: Entity | None) -> Entity:
        """*Brussels* in a text that names the Union or its bodies and not Belgium."""
        seat = self._gazetteer.entity(place.seat_of) if place and place.seat_of else None
        if seat is None or state.iri in self._named:
            return state
        parents = {e.parent for e in map(self._gazetteer.entity, self._states) if e}
        return seat if seat.iri in self._states | parents else state

    def _located(self, hit: NameHit, sense: Sense) -> Mention | None:
        place = self._gazetteer.entity(sense.place or sense.entity)
        if place is None or sense.how == "demonym":
            return None
        reason = "only where something is or comes from"
        return Mention(hit.start, hit.end, hit.surface, place, "place", 0.8, reason, place=place)

    def _possible(self, sense: Sense, hit: NameHit) -> bool:
        if self._reader.is_person(sense) or (sense.weak and not self._is_named(sense)):
            return False
        return not (sense.person_name and self._beside_a_name(hit))

    def _is_named(self, sense: Sense) -> bool:
        """Whether the text names who is meant by more than this, or whose body it is."""
        if sense.entity in self._states:
            return True
        entity = self._gazetteer.entity(sense.entity)
        return entity is not None and entity.kind == "body" and entity.parent in self._named

    def _beside_a_name(self, hit: NameHit) -> bool:
        reader = self._reader
        before, after = hit.first - 1, hit.last + 1
        if before >= 0 and self._unknown_capital(before):
            return True
        return after < len(reader.tokens) and self._unknown_capital(after)

    def _unknown_capital(self, at: int) -> bool:
        reader = self._reader
        token = reader.tokens[at]
        return (
            token.capital and len(token.text) > 1 and not token.text.isupper()
            and at not in reader.names and at not in reader.roles
            and not reader.within(at, "not-names") and not reader.title_case(at)
            and not (self._starts_sentence(at) and reader.is_participle(at))
        )  # fmt: skip

    def _starts_sentence(self, at: int) -> bool:
        return at == 0 or self._reader.word(at - 1) in (".", "\n", "!", "?", '"', "“", ":")

    def _score(self, sense: Sense) -> float:
        return round(_SCORES.get(sense.how, 0.9) - (0.35 if sense.weak else 0), 2)

    def _surnames(self, taken: list[bool]) -> None:
        reader, at = self._reader, 0
        while at < len(reader.tokens):
            found = None if taken[at] or not reader.tokens[at].capital else self._surname(at, taken)
            if found:
                mention, last = found
                self._found.append(mention)
                taken[at : last + 1] = [True] * (last + 1 - at)
                at = last
            at += 1

    def _surname(self, at: int, taken: list[bool]) -> tuple[Mention, int] | None:
        reader = self._reader
        for length in (5, 4, 3, 2, 1):
            last = at + length - 1
            if last >= len(reader.tokens) or any(taken[at : last + 1]):
                continue
            words = tuple(t.folded for t in reader.tokens[at : last + 1])
            if self._within_a_name(at, last) or (length == 1 and self._is_date(at)):
                continue
            known = self._people.recall(words)
            if known is None and length < 4:
                known = self._people.famous(words)
            if known:
                how = "surname" if not known.entity.is_local else "local"
                reason = f"surname of {known.entity.label}, named in the text"
                if known.how == "surname":
                    reason = known.reason
                known = replace(known, how=how, reason=reason, candidates=())
                return self._person(known, at, last), last
        return None

    def _is_date(self, at: int) -> bool:
        reader = self._reader
        if not reader.within(at, "months"):
            return False
        number = reader.word(at - 1).isdigit() or reader.word(at + 1).isdigit()
        return number or reader.within(at - 1, "before-months")

    def _within_a_name(self, first: int, last: int) -> bool:
        before = first > 0 and self._unknown_capital(first - 1)
        courtesy = before and self._reader.within(first - 1, "courtesy")
        after = last + 1 < len(self._reader.tokens) and self._unknown_capital(last + 1)
        starts = before and self._starts_sentence(first - 1)
        return (before and not courtesy and not starts) or after

    def _bare_roles(self, taken: list[bool]) -> None:
        """Role nouns that no phrase took: beside a person, or resolved from the text."""
        self._found.sort(key=lambda mention: mention.start)
        left = [r for r in self._reader.roles.values() if not any(taken[r.first : r.last + 1])]
        ends = {self._reader.tokens[at].end: at for at in range(len(taken)) if taken[at]}
        for role in left:
            beside = self._beside(role, ends)
            if beside:
                self._found.remove(beside)
                self._found.append(joined(self._reader, beside, role, self._gazetteer) or beside)
        spans = [(m.start, m.end) for m in self._found]
        for role in sorted(left, key=lambda role: role.start):
            free = not any(start < role.end and role.start < end for start, end in spans)
            name = self._reader.names.get(role.first)
            if free and (name is None or all(sense.weak for sense in name.senses)):
                self._found.sort(key=lambda mention: mention.start)
                usual = self._usual_owner(role)
                holder = self._home_holder(role) or self._usual_holder(role, usual)
                self._found.append(
                    bare_role(self._reader, role, self._found, self._home, holder, usual)
                )

    def _usual_holder(self, role: RoleHit, owner: Entity | None) -> Entity | None:
        if owner is None or role.plural or not role.role.one_holder:
            return None
        return self._gazetteer.holder(role.role.key, owner.iri, self._on)

    def _home_holder(self, role: RoleHit) -> Entity | None:
        if self._home is None or not role.role.one_holder:
            return None
        return self._gazetteer.holder(role.role.key, self._home.iri, self._on)

    def _beside(self, role: RoleHit, ends: dict[int, int]) -> Mention | None:
        """The person just before a role noun of a body or group, or just after it in French."""
        if role.role.kind == "person":
            return None
        for mention in self._found:
            if mention.entity.kind != "person" or mention.how in ("local", "role"):
                continue
            after = ends.get(mention.end)
            if after is not None and self._reader.possessive(after + 1) == role.first:
                return mention
            if self._reader.tokens[self._after_of(role)].start == mention.start:
                return mention
        return None

    def _after_of(self, role: RoleHit) -> int:
        """The token after a role noun, past *of* or *de*; English needs the word."""
        at = role.last + 1
        if self._reader.within(at, "of"):
            at = at + 2 if self._reader.word(at + 1) == "'" else at + 1
            return min(at, len(self._reader.tokens) - 1)
        return min(at, len(self._reader.tokens) - 1) if self._language == "fr" else role.first

    def _span(self, first: int, last: int) -> tuple[int, int]:
        return self._reader.tokens[first].start, self._reader.tokens[last].end
