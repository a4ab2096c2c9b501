"""Remember whom a text has spoken of, and who in it has done what to whom.

In: the parties and deeds of the sentences read so far. Out: the antecedents of pronouns (*it*,
*the two ministers*) and the other side of a deed that leaves it unsaid (*recalled its envoy*).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from publisher.extraction.claims import Party
from publisher.extraction.kinds import friendly, siding

__all__ = ["INSTITUTIONAL", "PERSONAL", "Discourse", "state_of"]

_NEAR, _PAIR = 300, 2
PERSONAL = frozenset({"person", "group"})
INSTITUTIONAL = frozenset({"state", "organisation", "body"})


def state_of(party: Party) -> str:
    """Give the IRI of the state or organisation that a party belongs to, or its own."""
    return (party.acts_for or party.entity).iri


@dataclass
class Discourse:
    """What the text has spoken of so far: the antecedents of its pronouns, and who faces whom.

    ``seen`` has the parties named, newest last; ``together`` those that did the last joint deed,
    ``several`` those that were last named or meant together,
    ``pair`` the last two that had to do with each other, in the sentence at ``paired_at``,
    ``groups`` all that were told of together, the newest last, ``counterparts`` whom each state
    acted on last, ``doers`` the same by party, the newest last, ``opponents`` and ``attackers`` the
    same of deeds that side with nobody, and ``targets`` whom each kind of deed was done to last.
    ``deeds`` has, by kind, who did what was done rather than said last, the newest last.
    ``topic`` has the states that the whole text names most, in order; ``within`` is where the entry
    begins that is being read, in a list of entries; ``titles`` has the words by which each has been
    named, ``acted`` where the sentence begins in which each acted last.
    """

    seen: list[tuple[int, Party, bool]] = field(default_factory=list)
    together: tuple[Party, ...] = ()
    several: tuple[Party, ...] = ()
    pair: tuple[Party, ...] = ()
    paired_at: int = -1
    groups: list[tuple[Party, ...]] = field(default_factory=list)
    counterparts: dict[str, tuple[Party, ...]] = field(default_factory=dict)
    doers: dict[Party, tuple[Party, ...]] = field(default_factory=dict)
    opponents: dict[str, tuple[Party, ...]] = field(default_factory=dict)
    attackers: dict[Party, tuple[Party, ...]] = field(default_factory=dict)
    targets: dict[str, tuple[Party, ...]] = field(default_factory=dict)
    deeds: dict[str, tuple[Party, ...]] = field(default_factory=dict)
    topic: tuple[Party, ...] = ()
    within: int | None = None
    titles: dict[str, set[str]] = field(default_factory=dict)
    acted: dict[str, int] = field(default_factory=dict)

    def note(self, party: Party, as_subject: bool, surface: str = "") -> None:
        """Remember a party that the text has named; as the subject of a main clause or not."""
        self.seen.append((party.start, party, as_subject))
        self.titles.setdefault(party.entity.iri, set()).update(surface.lower().split())

    def latest(
        self, kinds: Iterable[str], before: int, *, apart: frozenset[str] = frozenset()
    ) -> Party | None:
        """Give the party named last before an offset; subjects of the last sentences first.

        Parties in ``apart`` and of the states in it are passed over (*left X, accusing it of*).
        """
        wanted = frozenset(kinds)
        usable = [
            (start, party, subject)
            for start, party, subject in self.seen
            if start < before
            and party.entity.kind in wanted
            and not apart & {state_of(party), party.entity.iri}
        ]
        near = [entry for entry in usable if before - entry[0] < 400]
        for _, party, subject in sorted(near, key=lambda entry: entry[0], reverse=True):
            if subject:
                return party
        return max(usable, key=lambda entry: entry[0])[1] if usable else None

    def note_named_together(self, parties: Sequence[Party]) -> None:
        """Remember of whom a sentence tells together: *Senegal and Mali are on speaking terms*."""
        if len({state_of(p) for p in parties}) > 1:
            self.together = tuple(parties)

    def spoken_of(self, before: int, apart: frozenset[str] | set[str]) -> Party | None:
        """Give the subject told of last: *China opposes this. We urge Manila* is China."""
        near = [
            (at, party) for at, party, subject in self.seen
            if subject and 0 < before - at < _NEAR and state_of(party) not in apart
        ]  # fmt: skip
        return max(near, key=lambda entry: entry[0])[1] if near else None

    def within_sentence(
        self, start: int, before: int, kinds: Iterable[str], apart: frozenset[str]
    ) -> Party | None:
        """Give the party named last between two offsets: *spoke with Chen and urged him*."""
        wanted = frozenset(kinds)
        usable = [
            (at, party)
            for at, party, _ in self.seen
            if start <= at < before and party.entity.kind in wanted and state_of(party) not in apart
        ]
        return max(usable, key=lambda entry: entry[0])[1] if usable else None

    def named_in(self, since: int, before: int, apart: frozenset[str], count: int) -> list[Party]:
        """Give the parties named between two offsets, if they are of just so many states."""
        if not apart:
            return []
        near = [p for at, p, _ in self.seen if since <= at < before and state_of(p) not in apart]
        found = {state_of(p): p for p in near if (p.acts_for or p.entity).kind != "place"}
        return list(found.values()) if len(found) == count else []

    def latest_in_office(self, noun: str, before: int, words: Iterable[str] = ()) -> Party | None:
        """Give the person named last who can be *the king*, *the minister*, *the leader*.

        ``words`` stand before the noun (*the deputy secretary*): who was named with them is
        meant rather than others.
        """
        roles, wanted = {noun, *noun.split("-")}, frozenset(words)
        possible = []
        for start, party, _ in self.seen:
            titles = self.titles.get(party.entity.iri, set())
            held = party.role is None or bool(roles & (titles | set(party.role.split("-"))))
            if start < before and party.entity.kind == "person" and held:
                possible.append((len(wanted & titles), start, party))
        return max(possible, key=lambda entry: entry[:2])[2] if possible else None

    def named_last(self, before: int) -> Party | None:
        """Give the party named last before an offset (*the latter*)."""
        named = [(start, party) for start, party, _ in self.seen if start < before]
        return max(named, key=lambda entry: entry[0])[1] if named else None

    def named_like(self, noun: str, before: int) -> Party | None:
        """Give the party named last whose name ends in a noun (*the League*, *the ministry*)."""
        for start, party, _ in sorted(self.seen, key=lambda entry: entry[0], reverse=True):
            titles = self.titles.get(party.entity.iri, ()) if party.entity.kind == "group" else ()
            if start < before and (noun in party.entity.label.lower().split() or noun in titles):
                return party
        return None

    def latest_organisation(self, before: int) -> Party | None:
        """Give the organisation of states named last before an offset: *the bloc*."""
        return self.latest_of_kind("organisation", before)

    def latest_of_kind(self, kind: str, before: int) -> Party | None:
        """Give the state, or the organisation of states, named last before an offset."""
        named = [
            (start, party)
            for start, party, _ in self.seen
            if start < before and (party.acts_for or party.entity).kind == kind
        ]
        if not named:
            return None
        last = max(named, key=lambda entry: entry[0])[1]
        return Party(last.acts_for or last.entity, None, None, last.start, last.end)

    def note_group(self, parties: Sequence[Party]) -> None:
        """Remember parties of different states that the text has told of together."""
        states = {state_of(p) for p in parties}
        if len(states) > 1 and len(states) == len(parties):
            self.groups.append(tuple(parties))

    def group(self, count: int, apart: frozenset[str], states: bool = False) -> tuple[Party, ...]:
        """Give the last so many that had to do with each other, none of the states ``apart``.

        With ``states``, all of them must be states or act for states.
        """
        for parties in reversed(self.groups):
            kinds = {(p.acts_for or p.entity).kind for p in parties}
            main = {state_of(p) for p in self.topic[: count + 1]}
            fits = len(parties) == count and (
                not states or (kinds == {"state"} and main >= {state_of(p) for p in parties})
            )
            if fits and not apart & {state_of(p) for p in parties}:
                return parties
        return ()

    def ruled(self, apart: frozenset[str] | set[str]) -> list[Party]:
        """Give the state whose *junta* or *regime* is meant: of those most named, the one blamed.

        That is the first that others have acted against, or else the first.
        """
        others = [p for p in self.topic if state_of(p) not in apart]
        states = [p for p in others if p.entity.kind == "state"] or others
        blamed = {state_of(p) for targets in self.attackers.values() for p in targets}
        return ([p for p in states[:_PAIR] if state_of(p) in blamed] or states)[:1]

    def main_pair(self, apart: frozenset[str]) -> tuple[Party, ...]:
        """Give the two states that the text names most, if they had to do with each other."""
        states = [state_of(p) for p in self.topic if p.entity.kind == "state"]
        main = set(states[:2])
        for parties in reversed(self.groups):
            if {state_of(p) for p in parties} == main and not apart & main:
                return parties
        return ()

    def latest_few(
        self, before: int, kinds: Iterable[str], count: int = 2, apart: frozenset[str] = frozenset()
    ) -> list[Party]:
        """Give the last so many parties named before an offset (*the two ministers*)."""
        wanted = frozenset(kinds)
        found: list[Party] = []
        for start, party, _ in sorted(self.seen, key=lambda entry: entry[0], reverse=True):
            usable = start < before and party.entity.kind in wanted and state_of(party) not in apart
            if usable and all(state_of(party) != state_of(other) for other in found):
                found.append(party)
            if len(found) == count:
                return found
        return []

    def facing(self, actors: Sequence[Party], kind: str = "") -> tuple[Party, ...]:
        """Give whom *threatened to respond*, *recalled its ambassador* means: the other side.

        That is whom the actor acted on last in this text, or else who acted on it, whom others
        did the same deed (``kind``) to, or whom the text speaks of most.
        """
        return self.facing_states(frozenset(state_of(actor) for actor in actors), kind)

    def facing_states(self, own: frozenset[str], kind: str = "") -> tuple[Party, ...]:
        """The same for the IRIs of the states that act."""
        hostile = bool(kind) and kind not in friendly()
        sides = self.opponents if hostile else self.counterparts
        for state in sorted(own):
            if other := sides.get(state):
                return other
        for doer, others in reversed(list((self.attackers if hostile else self.doers).items())):
            if own & {state_of(p) for p in others} and state_of(doer) not in own:
                return (doer,)
        if self.within is not None and (near := self._named_since(self.within, own)):
            return (near,)
        if same := [p for p in self.targets.get(kind, ()) if state_of(p) not in own]:
            return tuple(same)
        met = [p for p in self.pair if state_of(p) not in own]
        if len(met) == 1:
            return tuple(met)
        others = tuple(p for p in self.topic if state_of(p) not in own)[:1]
        return (self._pressed_by(others, own) if hostile else ()) or others

    def _pressed_by(self, parties: Sequence[Party], own: frozenset[str]) -> tuple[Party, ...]:
        """*ECOWAS imposed sanctions on Niger. France halted aid*: others press whom a bloc does."""
        blocs = {state_of(p) for p in parties if p.entity.kind == "organisation"}
        for doer, targets in reversed(list(self.attackers.items())):
            if state_of(doer) in blocs:
                return tuple(p for p in targets if state_of(p) not in own)
        return ()

    def dealt_with(self, own: frozenset[str] | set[str], since: int) -> tuple[Party, ...]:
        """Give whom these had to do with since an offset: *visited Kyiv and announced aid*."""
        for state in sorted(own):
            told = self.counterparts.get(state, ())
            if any(p.start >= since for p in told):
                return told
        return ()

    def treated_alike(
        self, own: frozenset[str] | set[str], kind: str, since: int
    ) -> tuple[Party, ...]:
        """Give whom others did the same deed to: *France is sending pumps* to whom all help.

        Where nobody is told, that is whom they had to do with since an offset (``since``), or whom
        the text speaks of most, or whom that one acts against: who helps in a war helps the
        attacked.
        """
        if same := [p for p in self.targets.get(kind, ()) if state_of(p) not in own]:
            return tuple(same)
        if self.paired_at >= since and own & {state_of(p) for p in self.pair}:
            return tuple(p for p in self.pair if state_of(p) not in own)
        others = [p for p in self.topic if state_of(p) not in own]
        for doer, targets in self.attackers.items():
            if others and state_of(doer) == state_of(others[0]):
                against = [p for p in targets if state_of(p) not in own]
                return tuple(against) or tuple(others[:1])
        return tuple(others[:1])

    def note_place(
        self, actors: Sequence[Party], recipients: Sequence[Party], sentence_start: int
    ) -> None:
        """Remember in which sentence someone acted on another: *expelled ten, accusing them*."""
        if recipients:
            self.acted.update((state_of(actor), sentence_start) for actor in actors)

    def begin_entry(self, start: int) -> None:
        """Forget who faced whom: an entry of a chronology or list, at ``start``, stands alone."""
        self.within = start
        self.together = self.pair = self.several = ()
        self.groups.clear()
        self.counterparts.clear()
        self.opponents.clear()
        self.attackers.clear()
        self.doers.clear()
        self.targets.clear()
        self.deeds.clear()

    def _named_since(self, start: int, own: frozenset[str]) -> Party | None:
        for at, party, _ in sorted(self.seen, key=lambda entry: entry[0], reverse=True):
            institution = party.acts_for is not None or party.entity.kind in INSTITUTIONAL
            if at >= start and institution and state_of(party) not in own:
                return party
        return None

    def doer_towards(self, recipients: Sequence[Party]) -> tuple[Party, ...]:
        """Give who, in this text, acted last on these: *the expulsion of 18 Russians* by whom."""
        theirs = {state_of(p) for p in recipients}
        for doer, others in reversed(list(self.doers.items())):
            if theirs & {state_of(p) for p in others}:
                return (doer,)
        return ()

    def doer_alike(self, recipients: Sequence[Party], kind: str) -> tuple[Party, ...]:
        """Give who did the same to others: *the nuncio was expelled in March* by whom, if not told.

        Nobody where these have had to do with someone.
        """
        theirs = {state_of(p) for p in recipients}
        told = any(theirs & {state_of(p) for p in others} for others in self.doers.values())
        doers = self.deeds.get(kind, ())
        if told or theirs & (self.counterparts.keys() | {state_of(p) for p in doers}):
            return ()
        return doers

    def doer_of(self, kinds: frozenset[str], own: frozenset[str]) -> tuple[Party, ...]:
        """Give who did what *the move*, *the strike* (of ``kinds``) means: not one of ``own``."""
        for kind, doers in reversed(list(self.deeds.items())):
            if not own & {state_of(p) for p in doers} and (not kinds or kind in kinds):
                return doers
        return ()

    def note_act(self, actors: Sequence[Party], kind: str) -> None:
        """Remember who did last what others may react to: *condemned the strike*."""
        if actors:
            self.deeds.pop(kind, None)
            self.deeds[kind] = tuple(actors)

    def note_deed(
        self, actors: Sequence[Party], recipients: Sequence[Party], kind: str = ""
    ) -> None:
        """Remember who did what to whom: *it*, *they*, *the two countries* later on."""
        if recipients:
            self.targets[kind] = tuple(recipients)
        if len(actors) > 1:
            self.together = tuple(actors)
            self.note_group(actors)
        if len(actors) == len(recipients) == 1:
            self.pair = (*actors, *recipients)
            self.note_group(self.pair)
        for actor in actors if recipients else ():
            self.counterparts[state_of(actor)] = tuple(recipients)
            if kind not in siding():
                self.opponents[state_of(actor)] = tuple(recipients)
            self.doers.pop(actor, None)
            self.doers[actor] = tuple(recipients)
            if kind not in friendly():
                self.attackers.pop(actor, None)
                self.attackers[actor] = tuple(recipients)
