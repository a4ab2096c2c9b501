"""Complete the roles of a frame from the clause above and from what the text has told.

In: a reading and the parties that its own words give. Out: the reading with its roles filled: by
the envoy's host, by who says so, by the side that the actor has to do with.

Raises:
    Mismatch: a role that the frame requires stays empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.arguments import purpose_objects
from publisher.extraction.claims import Party
from publisher.extraction.discourse import state_of
from publisher.extraction.kinds import friendly
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Mismatch, Reading
from publisher.extraction.sides import (
    addressed,
    heeding,
    hosts,
    named_beside,
    named_within,
    occasion,
    stricken,
    summoned,
    where,
    whom_it_holds_back,
)
from publisher.language import Sentence
from publisher.lexicon import Entry

__all__ = ["completed", "needs"]

_POINTING_BACK = frozenset({"discourse", "bare", "dateline"})
_AIMED = frozenset({"official", "facing"})
_TOWARDS = frozenset({"facing", "towards", "hostile"})
_RELATIVE = frozenset({"relcl", "acl", "acl:relcl"})
_BELOW = _RELATIVE | {"ccomp", "advcl", "pcomp"}
_VERBAL = frozenset({"VERB", "AUX"})
_AT = frozenset({"at", "over", "against"})
_MAIN = 4
_A = frozenset({"a", "an", "un", "une"})
_ASIDE = frozenset({"appos", "npadvmod", "dep"})


def completed(
    reading: Reading,
    roles: dict[str, list[Party]],
    mutual: bool,
    sentence: Sentence,
    reader: PartyReader,
) -> Reading:
    """Fill from the clause above and from the text what a frame leaves unsaid."""
    entry, verb = reading.entry, reading.verb
    if entry.part_of_speech == "noun" and needs(entry, "recipient") and not roles["recipient"]:
        roles["recipient"].extend(
            p for t in purpose_objects(verb) for p in reader.read(t, sentence, deed=True)
        )
    classed = any(a.function == "subject" and a.noun_class for a in entry.arguments)
    if _lacks_actor(entry, roles) and not classed:
        above = _subjects_above(verb)
        roles["actor"].extend(p for t in above for p in reader.read(t, sentence))
    if "own" in entry.readings:
        roles["actor"] = _whose_own(roles["actor"], roles["recipient"], verb, sentence, reader)
        posted = hosts(roles["recipient"], sentence)
        if not roles["actor"] and syntax.is_passive(verb) and verb.dep_ == "xcomp":
            # "ordered the embassy to be closed": by who orders it, not by who has it.
            ordering = syntax.subjects(verb.head)
            roles["actor"].extend(p for t in ordering for p in reader.read(t, sentence))
        if not roles["actor"] and syntax.is_passive(verb):
            roles["actor"], roles["recipient"] = roles["recipient"], []
        roles["recipient"].extend(p for p in posted if p not in roles["recipient"])
    if _lacks_actor(entry, roles) and entry.part_of_speech == "verb" and syntax.is_passive(verb):
        aimed = bool(_AIMED & entry.readings)
        there = hosts(roles["recipient"], sentence) or (
            where(verb, roles["recipient"], sentence) if aimed else []
        )
        roles["actor"].extend(there or _authority(entry, roles["recipient"], reader))
    roles["actor"] = _at_home(roles["actor"], roles["recipient"], reader)
    if "facing" in entry.readings:
        roles["actor"] = _not_of_itself(roles["actor"], roles["recipient"], sentence, reader)
    _answer(reading, roles, sentence, reader)
    states = {state_of(p) for p in roles["actor"]}
    mutual = mutual and len(states) > 1 and not roles["recipient"]
    guessed = not mutual and _face(reading, roles, sentence, reader)
    roles["actor"] = _at_home(roles["actor"], roles["recipient"], reader)
    needed = {a.role for a in entry.arguments if a.required and a.role}
    missing = sorted(role for role in needed if not roles[role])
    if (mutual or (reading.general and "open" in entry.readings)) and "recipient" in missing:
        missing.remove("recipient")
    return _checked(
        replace(
            reading,
            actors=tuple(_distinct(roles["actor"])),
            recipients=tuple(_distinct(roles["recipient"])),
            participants=tuple(_distinct(roles["participant"])),
            mutual=mutual,
            guessed=guessed,
        ),
        missing,
    )


def _subjects_above(verb: Token) -> Sequence[Token]:
    """*said the boat had entered its waters and urged Manila*: who said also urged.

    So did who *threatened nations that help Tehran and accused Iran*, for the models hang the
    second verb on the clause that says least.
    """
    clause = verb
    while clause.dep_ == "conj" and (clause.head.pos_ in _VERBAL or clause.head.dep_ in _BELOW):
        clause = clause.head
    if clause.i == verb.i or clause.dep_ not in _BELOW:
        return ()
    main = syntax.verb_above(clause)
    finite = "VerbForm=Fin" in str(verb.morph)
    alike = main is not None and (clause.dep_ == "ccomp" or (finite and main.tag_ == verb.tag_))
    return syntax.subjects(main) if main is not None and alike else ()


def _answer(
    reading: Reading, roles: dict[str, list[Party]], sentence: Sentence, reader: PartyReader
) -> None:
    """*Norway recognised Palestine, a move Israel decried*: what Norway does is decried."""
    verb, own = reading.verb, {state_of(p) for p in roles["actor"]}
    if verb.dep_ == "conj" and not syntax.own_subjects(verb):
        # "a decision praised by the US and deplored by Beijing"
        verb = verb.head
    if not own or not _TOWARDS & reading.entry.readings:
        return
    if any(state_of(p) not in own for p in roles["recipient"]):
        return
    if _is_prompted(verb):
        # "Honduras opened talks with Beijing, prompting Taiwan to recall its envoy": from Honduras.
        doers = [p for t in syntax.subjects(verb.head) for p in reader.read(t, sentence)]
        roles["recipient"].extend(p for p in doers if state_of(p) not in own)
        return
    if verb.dep_ not in _RELATIVE:
        return
    move = verb.head
    which = "anaphoric" in reading.entry.readings and any(
        t.lower_ == "which" and t.nbor(-1).text == "," for t in verb.children
    )
    if not which and not (
        _is_aside(move) and reader.lexicon.in_class(move.lang_, move.lemma_.lower(), "moveNoun")
    ):
        return
    clause = syntax.verb_above(move)
    above = syntax.subjects(clause) if clause is not None else []
    roles["recipient"].extend(
        p for t in above for p in reader.read(t, sentence) if state_of(p) not in own
    )


def _is_aside(move: Token) -> bool:
    """*vetoed it, a step that Rome decried*: the models may take the step for an object."""
    first = move.left_edge
    parted = first.lower_ in _A and first.i > 0 and first.nbor(-1).text == ","
    return move.dep_ in _ASIDE or (parted and move.dep_ in ("dobj", "attr"))


def _is_prompted(verb: Token) -> bool:
    """Whether a deed is what another's deed leads someone to do: *prompting X to do it*."""
    above = verb.head
    led = verb.dep_ in ("xcomp", "ccomp") and syntax.is_infinitive(verb)
    return led and above.dep_ == "advcl" and above.tag_ == "VBG" and above.i < verb.i


def _face(
    reading: Reading, roles: dict[str, list[Party]], sentence: Sentence, reader: PartyReader
) -> bool:
    """Take from the text who is on the other side of a deed, where its sentence leaves it out.

    Tells whether that is only likely, and nothing to build on.
    """
    entry, discourse = reading.entry, reader.discourse
    if "facing" in entry.readings and _lacks_actor(entry, roles):
        if reading.suffered and roles["recipient"]:
            roles["actor"].extend(discourse.facing(roles["recipient"]))
        elif entry.part_of_speech == "noun":
            roles["actor"].extend(discourse.doer_towards(roles["recipient"]))
        elif syntax.is_passive(reading.verb) and roles["recipient"]:
            roles["actor"].extend(
                _whose_member(entry, roles["recipient"], reader)
                or discourse.doer_alike(roles["recipient"], entry.event_type or "")
                or discourse.facing(roles["recipient"])
            )
    guessed = _face_recipient(reading, roles, sentence, reader)
    if "topical" in entry.readings and not roles["actor"] and not roles["recipient"]:
        # "Some 130 villagers were slaughtered": in the state that was named last.
        named = discourse.latest_of_kind("state", sentence.end)
        roles["recipient"].extend((named,) if named else ())
    if "pair" in entry.readings and entry.symmetric and not roles["participant"]:
        # "Relations were resumed in 1994": those of the two that were told of.
        told = (
            _clause_around(reading.verb, sentence, reader)
            or discourse.main_pair(frozenset())
            or discourse.pair
            or discourse.together
        )
        roles["participant"].extend(told if len(told) == 2 else ())
    if "facing" in entry.readings and len({p.entity.iri for p in roles["participant"]}) == 1:
        roles["participant"].extend(discourse.facing(roles["participant"]))
    roles["participant"] = _with_their_states(roles["participant"], reader)
    if entry.readings & _AIMED:
        roles["recipient"] = _of_the_other_side(roles["recipient"], roles["actor"], reader)
    return guessed


def _clause_around(verb: Token, sentence: Sentence, reader: PartyReader) -> list[Party]:
    """*Under a protocol initialled here, Senegal and Mali are to share it*: those two."""
    above = syntax.verb_above(verb)
    if verb.dep_ not in _RELATIVE or above is None:
        return []
    found = [p for t in syntax.subjects(above) for p in reader.read(t, sentence)]
    return found if len({state_of(p) for p in found}) == 2 else []


def _face_recipient(
    reading: Reading, roles: dict[str, list[Party]], sentence: Sentence, reader: PartyReader
) -> bool:
    """Take from the text whom a deed is done to; tells whether that is a guess."""
    entry, discourse, recipients = reading.entry, reader.discourse, roles["recipient"]
    kind, own = entry.event_type or "", frozenset(state_of(p) for p in roles["actor"])
    required, friend = needs(entry, "recipient"), kind in friendly()
    fills = "facing" in entry.readings or ("towards" in entry.readings and not required)
    unsaid = "anaphoric" in entry.readings and not reading.points_back
    if not roles["actor"] or reading.general or (unsaid and (required or entry.recipient_kind)):
        fills = False
    if "heeded" in entry.readings and not recipients:
        recipients.extend(heeding(reading.head, own, sentence, reader))
        return True
    if kind == "Threat" and own and all(state_of(p) in own for p in recipients):
        recipients.extend(whom_it_holds_back(reading.verb, own, sentence, reader))
    if friend and roles["actor"] and not recipients and not entry.symmetric:
        lexicon = reader.lexicon
        recipients.extend(
            stricken(reading, own, sentence, lexicon)
            or addressed(reading.verb, own, sentence, lexicon)
        )
    elif fills and not friend and not recipients:
        recipients.extend(summoned(reading.verb, own, sentence, reader))
    guessed = fills and unsaid and not recipients
    if fills and not recipients and (posted := hosts(roles["actor"], sentence)):
        # "Kenya's ambassador to Turkey presented his credentials": to Turkey.
        recipients.extend(p for p in posted if state_of(p) not in own)
    elif guessed:
        within = named_within(reading.verb, own, sentence)
        on = within or (not friend and occasion(reading.verb, own, sentence, reader))
        recipients.extend(on or discourse.facing(roles["actor"], kind))
    elif fills and not unsaid and all(state_of(p) in own for p in recipients):
        recipients.extend(
            named_beside(reading.verb, own, sentence)
            or _doer_told(reading, own, reader)
            or (not friend and occasion(reading.verb, own, sentence, reader))
            or discourse.facing(roles["actor"], kind)
            or _doer_told(reading, own, reader, anything=True)
            or _spoken_of(reading, own, sentence, reader)
        )
    if "alike" in entry.readings and roles["actor"] and not recipients:
        near = discourse.dealt_with(own, sentence.start)
        recipients.extend(near or discourse.treated_alike(own, kind, sentence.start))
    if "pair" in entry.readings and not entry.symmetric and not recipients:
        # "Qatar mediated": between the two that had to do with each other.
        main = {state_of(p) for p in discourse.topic[:_MAIN]}
        told = discourse.group(2, own)
        likely = not required or len(main) < 2 or main >= {state_of(p) for p in told}
        recipients.extend((likely and told) or discourse.main_pair(own))
        return True
    return guessed


def _whose_member(entry: Entry, members: Sequence[Party], reader: PartyReader) -> tuple[Party, ...]:
    """*Honduras was suspended in 2009*: a state itself is by the organisation told of last."""
    if entry.recipient_kind != "state" or any(p.acts_for for p in members):
        return ()
    found = reader.discourse.latest_organisation(members[0].start)
    return (found,) if found else ()


def _spoken_of(
    reading: Reading, own: frozenset[str], sentence: Sentence, reader: PartyReader
) -> tuple[Party, ...]:
    """*Israeli police stormed the mosque. Jordan called the raid a crime*: of whom it was told."""
    if "anaphoric" not in reading.entry.readings:
        return ()
    near = reader.discourse.spoken_of(sentence.start, own)
    state = near is not None and (near.acts_for or near.entity).kind == "state"
    return (near,) if near is not None and state else ()


def _doer_told(
    reading: Reading, own: frozenset[str], reader: PartyReader, *, anything: bool = False
) -> tuple[Party, ...]:
    """*condemned the flights*, *was disappointed by the move*: of who did what was told last."""
    if "anaphoric" not in reading.entry.readings or reading.verb.pos_ not in ("VERB", "AUX"):
        return ()
    lexicon = reader.lexicon
    beside = (n for m, n, far in syntax.obliques(reading.head) if m in _AT and not far)
    for noun in (*syntax.objects(reading.verb), *beside):
        if not lexicon.in_class(noun.lang_, noun.lemma_.lower(), "moveNoun"):
            continue
        told = lexicon.look_up(noun.lang_, noun.lemma_.lower())
        kinds = frozenset(e.event_type for e in told if e.event_type and e.part_of_speech == "noun")
        if kinds or anything:
            return reader.discourse.doer_of(kinds, own)
    return ()


def _with_their_states(participants: list[Party], reader: PartyReader) -> list[Party]:
    """*met with President Vo Van Thuong* in Hanoi: an unknown leader is the other side's."""
    known = [p for p in participants if p.acts_for or not p.entity.is_local]
    unknown = [p for p in participants if p not in known and p.role and p.entity.kind == "person"]
    if len(unknown) != 1 or not known:
        return participants
    other = [p.acts_for or p.entity for p in reader.discourse.facing(known)]
    if not other or any(state_of(p) == other[0].iri for p in known):
        return participants
    return [replace(p, acts_for=other[0]) if p in unknown else p for p in participants]


def _whose_own(
    actors: list[Party], envoys: Sequence[Party], verb: Token, sentence: Sentence,
    reader: PartyReader,
) -> list[Party]:  # fmt: skip
    """*EU leaders agreed that Russia was at fault and recalled the EU's ambassador*: the EU did."""
    theirs = {state_of(p) for p in envoys}
    if verb.dep_ != "conj" or not theirs or any(state_of(p) in theirs for p in actors):
        return actors
    above = verb.head
    for _ in range(3):
        for subject in syntax.own_subjects(above):
            owners = [p for p in reader.read(subject, sentence) if state_of(p) in theirs]
            if owners:
                return owners
        above = above.head
    return actors


def _not_of_itself(
    actors: list[Party], recipients: Sequence[Party], sentence: Sentence, reader: PartyReader
) -> list[Party]:
    """*The Foreign Ministry had summoned Armenia's ambassador*: not Armenia's ministry."""
    theirs = {state_of(p) for p in recipients}
    if not theirs or {state_of(p) for p in actors} != theirs:
        return actors
    back = {
        m.start for found in sentence.mentions.values() for m in found if m.how in _POINTING_BACK
    }
    if not all(p.start in back for p in actors):
        return actors
    discourse = reader.discourse
    near = discourse.spoken_of(actors[0].start, theirs)
    told = (*([near] if near else ()), *discourse.facing_states(frozenset(theirs)))
    other = (p for p in (*told, *discourse.topic) if state_of(p) not in theirs)
    states = [p for p in other if (p.acts_for or p.entity).kind == "state"]
    return states[:1] or actors


def _at_home(actors: list[Party], recipients: Sequence[Party], reader: PartyReader) -> list[Party]:
    """*Interior Minister Bruno Retailleau accused Algiers*: of the state that faces Algeria."""
    if not any(_is_stateless(p) for p in actors):
        return actors
    known = [p for p in recipients if not _is_stateless(p)]
    theirs = {state_of(p) for p in known}
    other = (*reader.discourse.facing(known), *reader.discourse.topic) if known else ()
    named = [p.acts_for or p.entity for p in other if state_of(p) not in theirs]
    states = [entity for entity in named if entity.kind == "state"]
    if not states:
        return actors
    return [replace(p, acts_for=states[0]) if _is_stateless(p) else p for p in actors]


def _is_stateless(party: Party) -> bool:
    return (
        party.entity.kind == "person"
        and party.entity.is_local
        and party.acts_for is None
        and party.role is not None
    )


def _lacks_actor(entry: Entry, roles: dict[str, list[Party]]) -> bool:
    return not roles["actor"] and (needs(entry, "actor") or entry.part_of_speech == "noun")


def _of_the_other_side(
    recipients: list[Party], actors: list[Party], reader: PartyReader
) -> list[Party]:
    """*ordered the envoy, Sylvain Itté, to leave*: an unknown envoy is the other side's."""
    if any(p.acts_for or not p.entity.is_local for p in recipients):
        return recipients
    states = [p.acts_for or p.entity for p in reader.discourse.facing(actors)]
    return [replace(p, acts_for=states[0]) for p in recipients] if states else recipients


def _authority(entry: Entry, expelled: Sequence[Party], reader: PartyReader) -> list[Party]:
    """*14 employees were declared personae non gratae, the ministry said*: by who says so."""
    speaker = reader.speaker or reader.last_speaker
    theirs = {state_of(p) for p in expelled}
    told = speaker is not None and state_of(speaker) not in theirs
    return [speaker] if "official" in entry.readings and speaker and told else []


def _distinct(parties: Sequence[Party]) -> list[Party]:
    return [
        p for i, p in enumerate(parties) if all(p.entity.iri != q.entity.iri for q in parties[:i])
    ]


def _checked(reading: Reading, missing: list[str]) -> Reading:
    actors = {state_of(p) for p in reading.actors}
    recipients = tuple(
        p for p in reading.recipients if state_of(p) not in actors or _is_own_body(p, reading)
    )
    if reading.recipients and not recipients:
        missing = [*missing, "recipient"] if needs(reading.entry, "recipient") else missing
    if reading.entry.symmetric:
        several = len({state_of(p) for p in reading.participants}) > 1
        if not several and not _meets_itself(reading):
            raise Mismatch("fewer than two participants")
        return reading
    if missing:
        raise Mismatch("no " + " and no ".join(missing))
    if "lone" in reading.entry.readings and len(actors) > 1:
        raise Mismatch("several act together")
    if not reading.actors and not recipients:
        raise Mismatch("no party")
    if reading.entry.recipient_kind and not any(
        p.entity.kind == reading.entry.recipient_kind for p in recipients
    ):
        raise Mismatch(f"recipient is no {reading.entry.recipient_kind}")
    return replace(reading, recipients=recipients)


def _meets_itself(reading: Reading) -> bool:
    """*The Security Council will hold an emergency meeting*: a body of many states meets.

    Who joins a treaty of many states does so alone.
    """
    if "joining" in reading.entry.readings:
        return bool(reading.participants)
    return "assembly" in reading.entry.readings and any(
        p.entity.kind == "organisation" or (p.acts_for and p.acts_for.kind == "organisation")
        for p in reading.participants
        if p.entity.kind != "person"
    )


def _is_own_body(party: Party, reading: Reading) -> bool:
    """The UN's Secretary-General can address the UN's Security Council."""
    return party.entity.kind == "body" and all(
        actor.entity.kind == "person" and actor.entity.iri != party.entity.iri
        for actor in reading.actors
    )


def needs(entry: Entry, role: str) -> bool:
    """Tell whether a frame requires a role."""
    return any(a.required and a.role == role for a in entry.arguments)
