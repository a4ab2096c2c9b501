"""Match the lexicon's frames against a parsed sentence.

In: a token and an entry whose lemma it has. Out: a :class:`Reading` with the parties in their
roles, or a :class:`Rejected` with the reason, which ``communique explain`` shows.

Frames name grammatical functions (lexinfo, synsem); the syntax module finds them through
passives, relative clauses, coordination, control and nominalisation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.arguments import (
    argument_tokens,
    has_object_predicate,
    is_telegraphic,
    purpose_objects,
)
from publisher.extraction.claims import Party
from publisher.extraction.parties import PartyReader, state_of
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["Reading", "Rejected", "match"]

_VERBAL = frozenset({"VERB", "AUX"})
_SHORT = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’](?=[^\Ws])[^\W\d_]+)?")
_AIMED = frozenset({"official", "facing"})
_NAMED_BY_PRONOUNS = frozenset({"party", "person", "missionMember", "envoy"})
_MEDIA = "media"
_KINDS = frozenset({"state", "organisation", "place"})


@dataclass(frozen=True)
class Reading:
    """An entry that fits: who fills which role, and the tokens that say so."""

    entry: Entry
    head: Token
    verb: Token
    actors: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    participants: tuple[Party, ...] = ()
    counted: tuple[Token, ...] = ()
    arguments: tuple[Token, ...] = ()
    mutual: bool = False

    def directions(self) -> list[Reading]:
        """One reading for each way in which a mutual deed goes (*accused each other*)."""
        if not self.mutual:
            return [self]
        if "mutual" in self.entry.readings:
            return [replace(self, recipients=self.actors)]
        return [
            replace(self, actors=(actor,), recipients=tuple(p for p in self.actors if p != actor))
            for actor in self.actors
        ]

    @property
    def parties(self) -> tuple[Party, ...]:
        """All parties, whatever their role."""
        return self.actors + self.recipients + self.participants

    @property
    def weight(self) -> tuple[int, int, int]:
        """Prefer the frame that asks for more and finds more."""
        specific = 2 * bool(self.entry.fixed) + bool(self.entry.particles)
        specific += 2 * ("oprd" in self.entry.readings)
        specific += sum(bool(a.noun_class) for a in self.entry.arguments)
        required = sum(a.required for a in self.entry.arguments)
        return (specific, required, len(self.parties))


@dataclass(frozen=True)
class Rejected:
    """An entry whose lemma occurs but whose frame does not fit, and why."""

    entry: Entry
    head: Token
    reason: str


class _Mismatch(Exception):
    """Why a frame does not fit."""


def match(
    head: Token, entry: Entry, sentence: Sentence, reader: PartyReader, lexicon: Lexicon
) -> Reading | Rejected:
    """Fit one entry at one token of a sentence."""
    try:
        if entry.part_of_speech == "verb":
            verb = _verb_of(head, entry)
        else:
            verb = _support(head, entry, lexicon)
        _check_words(head, entry, sentence)
        if "noclause" in entry.readings and has_object_predicate(verb):
            raise _Mismatch("with a predicate of its object")
        return _fill(head, verb, entry, sentence, reader, lexicon)
    except _Mismatch as mismatch:
        return Rejected(entry, head, str(mismatch))


def _verb_of(head: Token, entry: Entry) -> Token:
    if (
        head.pos_ not in _VERBAL
        and not (head.pos_ in ("NOUN", "PROPN", "ADJ") and head.dep_ == "ROOT" and not _owned(head))
        and not is_telegraphic(head, entry)
    ):
        raise _Mismatch("not a verb here")
    if entry.particles and not syntax.particles(head) & set(entry.particles):
        raise _Mismatch(f"without {' or '.join(entry.particles)}")
    return head


def _owned(noun: Token) -> bool:
    """*Secretary Blinken's Call*: a genitive before it makes a noun of it."""
    return any(child.dep_ in ("poss", "case") for child in noun.children) or (
        noun.i > 0 and noun.nbor(-1).tag_ == "POS"
    )


def _support(head: Token, entry: Entry, lexicon: Lexicon) -> Token:
    """Find the verb that carries a noun; the noun itself where it stands alone."""
    if entry.part_of_speech == "adjective":
        return head.head if head.head.pos_ in _VERBAL else head
    if head.pos_ not in ("NOUN", "PROPN"):
        raise _Mismatch("not a noun here")
    if head.dep_ in ("compound", "nmod", "amod", "poss") and head.lang_ == "en":
        raise _Mismatch("only part of another noun")
    above = _past_measure(head)
    steps = 0
    while (
        above is not None and above.pos_ in ("NOUN", "PROPN") and steps < 2 and head.dep_ == "conj"
    ):
        above, steps = syntax.governor(above), steps + 1
    if (
        above is not None
        and above.pos_ in _VERBAL
        and any(
            e.kind in ("support", "operator")
            for e in lexicon.look_up(above.lang_, above.lemma_.lower())
        )
    ):
        labels = syntax.scheme(above)
        passed = above is not syntax.governor(head) and head.dep_ == "nmod"
        linked = labels.object | labels.subject_passive | {"pobj", "conj"}
        if passed or head.dep_ in linked or head.dep_.startswith("obl"):
            return above
    if "standalone" in entry.readings:
        return head
    raise _Mismatch("no verb carries the noun")


def _past_measure(head: Token) -> Token | None:
    """*pledged 2 billion pounds in aid*, *a raft of sanctions*: the amount is no governor."""
    above = syntax.governor(head)
    if (
        above is not None
        and head.dep_ in ("pobj", "nmod")
        and above.pos_ in ("NOUN", "SYM", "NUM")
        and any(c.dep_ in ("nummod", "quantmod", "det") for c in above.children)
        and syntax.governor(above) is not None
    ):
        return syntax.governor(above)
    return above


def _check_words(head: Token, entry: Entry, sentence: Sentence) -> None:
    if not entry.fixed and not entry.excludes:
        return
    scope = _scope(head, entry, sentence)
    if entry.fixed and not any(_occurs(f, scope) for f in entry.fixed):
        raise _Mismatch("without " + " or ".join(entry.fixed))
    for word in entry.excludes:
        if _occurs(word, scope):
            raise _Mismatch(f"with {word}")


def _occurs(phrase: str, scope: str) -> bool:
    """A long word may go on (*retaliat*); a short one must be whole (*for*, not *foreign*)."""
    whole = len(phrase.split()[-1]) < _SHORT
    return f" {phrase.lower()}{' ' if whole else ''}" in scope


def _surface(token: Token, sentence: Sentence) -> str:
    mention = sentence.mention(token)
    return mention.surface.lower() if mention is not None else token.lower_


def _scope(head: Token, entry: Entry, sentence: Sentence) -> str:
    top = head
    if entry.part_of_speech == "noun" and head.head.i != head.i:
        top = head.head if head.head.pos_ not in _VERBAL else head
    joined = [c for c in top.children if c.dep_ == "conj" and c.pos_ in _VERBAL]
    elsewhere = {t.i for verb in joined for t in verb.subtree}
    tokens = sorted((t for t in top.subtree if t.i not in elsewhere), key=lambda t: t.i)
    words = [_surface(t, sentence) for t in tokens]
    if (
        entry.part_of_speech == "verb"
        and syntax.scheme(head).relative
        and head.dep_ in ("relcl", "acl", "acl:relcl")
    ):
        words.insert(0, head.head.lower_)
    lemmas = [t.lemma_.lower() for t in tokens]
    return " " + " ".join(words) + " | " + " ".join(lemmas) + " "


def _fill(
    head: Token,
    verb: Token,
    entry: Entry,
    sentence: Sentence,
    reader: PartyReader,
    lexicon: Lexicon,
) -> Reading:
    roles: dict[str, list[Party]] = {"actor": [], "recipient": [], "participant": []}
    counted: list[Token] = []
    used: list[Token] = [head, verb]
    mutual = "mutual" in entry.readings
    for argument in entry.arguments:
        if argument.function == "oblique" and _is_filled(argument.role, roles):
            continue
        tokens = argument_tokens(argument, head, verb, entry, sentence, lexicon)
        if argument.noun_class:
            tokens = [m for t in tokens for m in syntax.conjuncts(t)]
        parties: list[Party] = []
        for token in tokens:
            if lexicon.in_class(token.lang_, token.lemma_.lower(), "reciprocal"):
                mutual = True
            if argument.noun_class and not _fits(token, argument.noun_class, sentence, lexicon):
                continue
            if argument.role in ("actor", "participant") and _is_private(token, sentence, lexicon):
                continue
            apart = frozenset(state_of(p) for p in roles["actor"])
            found = reader.read(token, sentence, deed=True, apart=apart)
            found = [p for p in found if p.role != _MEDIA]
            if found or argument.role is None:
                used.append(token)
            if argument.counted:
                counted.append(token)
            parties.extend(found)
            if parties and argument.function == "oblique":
                break
        if argument.required and argument.role == "participant" and not parties:
            raise _Mismatch(f"no participant as {argument.function}")
        if (
            argument.noun_class
            and tokens
            and not counted
            and not parties
            and argument.function != "subject"
        ):
            raise _Mismatch(f"{argument.function} is no {argument.noun_class}")
        if argument.role:
            known = {p.entity.iri for p in roles[argument.role]}
            roles[argument.role].extend(p for p in parties if p.entity.iri not in known)
    needed = {a.role for a in entry.arguments if a.required and a.role}
    missing = sorted(role for role in needed if not roles[role])
    if "recipient" in missing and entry.part_of_speech == "noun":
        found = [p for t in purpose_objects(verb) for p in reader.read(t, sentence, deed=True)]
        if found:
            roles["recipient"].extend(found)
            missing.remove("recipient")
    if "actor" in missing and verb.dep_ == "conj" and verb.head.dep_ == "ccomp":
        # "said the boat had entered its waters and urged Manila": who said also urged.
        above = syntax.subjects(verb.head.head)
        roles["actor"].extend(p for t in above for p in reader.read(t, sentence))
        missing = [m for m in missing if not roles[m]]
    if "own" in entry.readings:
        posted = _hosts(roles["recipient"], sentence)
        if not roles["actor"] and syntax.is_passive(verb):
            roles["actor"], roles["recipient"] = roles["recipient"], []
        roles["recipient"].extend(p for p in posted if p not in roles["recipient"])
        missing = [m for m in missing if not roles[m]]
    if "actor" in missing and entry.part_of_speech == "verb" and syntax.is_passive(verb):
        roles["actor"].extend(_hosts(roles["recipient"], sentence) or _authority(entry, reader))
        missing = [m for m in missing if not roles[m]]
    states = {state_of(p) for p in roles["actor"]}
    if "facing" in entry.readings and entry.part_of_speech == "noun" and not roles["actor"]:
        roles["actor"].extend(reader.doer_towards(roles["recipient"]))
        missing = [m for m in missing if not roles[m]]
    if "facing" in entry.readings and not roles["recipient"]:
        roles["recipient"].extend(reader.facing(roles["actor"]))
        missing = [m for m in missing if not roles[m]]
    if "facing" in entry.readings and len({p.entity.iri for p in roles["participant"]}) == 1:
        roles["participant"].extend(reader.facing(roles["participant"]))
    if entry.readings & _AIMED:
        roles["recipient"] = _of_the_other_side(roles["recipient"], roles["actor"], reader)
    mutual = mutual and len(states) > 1 and not roles["recipient"]
    if mutual and "recipient" in missing:
        missing.remove("recipient")
    return _checked(Reading(
        entry, head, verb,
        actors=tuple(_distinct(roles["actor"])),
        recipients=tuple(_distinct(roles["recipient"])),
        participants=tuple(_distinct(roles["participant"])),
        counted=tuple(counted), arguments=tuple(used), mutual=mutual,
    ), missing)  # fmt: skip


def _of_the_other_side(
    recipients: list[Party], actors: list[Party], reader: PartyReader
) -> list[Party]:
    """*ordered the envoy, Sylvain Itté, to leave*: an unknown envoy is the other side's."""
    if any(p.acts_for or not p.entity.is_local for p in recipients):
        return recipients
    states = [p.acts_for or p.entity for p in reader.facing(actors)]
    return [replace(p, acts_for=states[0]) for p in recipients] if states else recipients


def _hosts(parties: Sequence[Party], sentence: Sentence) -> list[Party]:
    """*Denmark's ambassador to Iran was summoned*: by the state where he serves."""
    found = []
    for mentions in sentence.mentions.values():
        for mention in mentions:
            sent = any(p.start == mention.start for p in parties)
            if sent and mention.host is not None:
                found.append(Party(mention.host, None, None, mention.start, mention.end))
    return found


def _authority(entry: Entry, reader: PartyReader) -> list[Party]:
    """*14 employees were declared personae non gratae, the ministry said*: by who says so."""
    speaker = reader.speaker or reader.last_speaker
    return [speaker] if "official" in entry.readings and speaker else []


def _is_filled(role: str | None, roles: dict[str, list[Party]]) -> bool:
    """Whether nearer words give the role already (its own ambassador is not the other side)."""
    own = {state_of(p) for p in roles["actor"]}
    if role is None or role == "participant":
        return False
    return any(role == "actor" or state_of(p) not in own for p in roles[role])


def _is_private(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """*a Russian company*, *the New Zealand coach*: of a state, but not acting for it."""
    if sentence.mention(token) is not None:
        return False
    return lexicon.in_class(token.lang_, token.lemma_.lower(), "privateNoun")


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
        missing = [*missing, "recipient"] if _needs(reading.entry, "recipient") else missing
    if reading.entry.symmetric:
        if len({p.entity.iri for p in reading.participants}) < 2:
            raise _Mismatch("fewer than two participants")
        return reading
    if missing:
        raise _Mismatch("no " + " and no ".join(missing))
    if not reading.actors and not recipients:
        raise _Mismatch("no party")
    if reading.entry.recipient_kind and not any(
        p.entity.kind == reading.entry.recipient_kind for p in recipients
    ):
        raise _Mismatch(f"recipient is no {reading.entry.recipient_kind}")
    return replace(reading, recipients=recipients)


def _is_own_body(party: Party, reading: Reading) -> bool:
    """The UN's Secretary-General can address the UN's Security Council."""
    return party.entity.kind == "body" and all(
        actor.entity.kind == "person" and actor.entity.iri != party.entity.iri
        for actor in reading.actors
    )


def _needs(entry: Entry, role: str) -> bool:
    return any(a.required and a.role == role for a in entry.arguments)


def _fits(token: Token, noun_class: str, sentence: Sentence, lexicon: Lexicon) -> bool:
    mention = sentence.mention(token)
    pronoun = token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$")
    if pronoun and noun_class in _NAMED_BY_PRONOUNS:
        return True
    if noun_class == "party":
        return mention is not None or _fits(token, "troops", sentence, lexicon)
    if mention is not None:
        # "sent home 60 Russians": the nationality alone, for people.
        if noun_class == "missionMember" and mention.how == "demonym" and token.text.endswith("s"):
            return True
        if noun_class in _KINDS:
            return mention.entity.kind == noun_class
        if noun_class == "person" and mention.entity.kind in ("person", "group"):
            return True
        if noun_class == "audience" and mention.entity.kind in ("body", "organisation"):
            return True
    words = {token.lemma_.lower(), token.lower_, token.lower_.rstrip("s")}
    if mention is not None:
        for word in _WORD.findall(mention.surface.lower()):
            words |= {word, word.rstrip("s")}
    for child in token.children:
        if child.dep_ in ("compound", "prep", "case", "nmod", "appos", "flat:name"):
            words |= {child.lemma_.lower()}
            words |= {g.lemma_.lower() for g in child.children if g.dep_ in ("pobj", "conj")}
    return any(lexicon.in_class(token.lang_, w, noun_class) for w in words)
