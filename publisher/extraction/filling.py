"""Fill the arguments of a frame with the parties of a sentence.

In: the evoking word, the verb that carries it and its entry. Out: a :class:`Reading` with the
parties in their roles, completed from the clause above and from what the text has told.

Raises:
    Mismatch: an argument is missing, or is no noun of the class that the frame asks for.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.arguments import argument_tokens
from publisher.extraction.claims import Party
from publisher.extraction.discourse import state_of
from publisher.extraction.groups import is_group
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Mismatch, Reading
from publisher.extraction.roles import completed
from publisher.extraction.words import load_table
from publisher.language import Sentence
from publisher.lexicon import Argument, Entry, Lexicon

__all__ = ["Filling"]

_WORD = re.compile(r"[^\W\d_]+(?:['’](?=[^\Ws])[^\W\d_]+)?")
_NAMED_BY_PRONOUNS = frozenset({"party", "person", "missionMember", "envoy"})
_NAMED = frozenset({"person", "envoy"})
_COUNTED_ALONE = frozenset({"missionMember", "diplomat", "envoy"})
_MEDIA, _HELPERS = "media", "reliefTeam"
_DOING = frozenset({"actor", "participant"})
_POINTING = ("moveNoun", "person", "missionMember", "envoy", "institutionNoun", "otherSide")
_GIVER = Argument("oblique", ("from",), "actor")
_KINDS = frozenset({"state", "organisation", "place"})
_KINDS_OF = {"organisation": frozenset({"organisation", "body"})}


class Filling:
    """Fills one frame at one word."""

    def __init__(
        self,
        head: Token,
        verb: Token,
        entry: Entry,
        sentence: Sentence,
        reader: PartyReader,
        lexicon: Lexicon,
    ) -> None:
        self.head, self.verb, self.entry = head, verb, entry
        self.sentence, self.reader, self.lexicon = sentence, reader, lexicon
        self.roles: dict[str, list[Party]] = {"actor": [], "recipient": [], "participant": []}
        self.counted: list[Token] = []
        self.used: list[Token] = [head, verb]
        self.points_back, self.general = True, False
        self.mutual = "mutual" in entry.readings
        self.suffered = verb.i != head.i and lexicon.in_class(verb.lang_, verb.lemma_, "sufferVerb")

    def reading(self) -> Reading:
        """Give the reading of the whole frame."""
        for argument in self.entry.arguments:
            if self.suffered and argument.function == "subject" and argument.role == "actor":
                # "Russia faces sanctions", "the strike drew criticism": done to the subject.
                self._fill(replace(argument, role="recipient"))
            elif argument.function != "oblique" or not self._is_filled(argument.role):
                self._fill(argument)
        if self.suffered and not self.roles["actor"]:
            # "drew praise from Berlin"
            self._fill(_GIVER)
        reading = Reading(
            self.entry, self.head, self.verb,
            counted=tuple(self.counted), arguments=tuple(self.used),
            points_back=self.points_back, general=self.general, suffered=self.suffered,
        )  # fmt: skip
        return completed(reading, self.roles, self.mutual, self.sentence, self.reader)

    def _is_filled(self, role: str | None) -> bool:
        """Whether nearer words give the role already; its own ambassador is not the other side."""
        own = {state_of(p) for p in self.roles["actor"]}
        if role is None or role == "participant":
            return False
        return any(role == "actor" or state_of(p) not in own for p in self.roles[role])

    def _fill(self, argument: Argument) -> None:
        lexicon, sentence = self.lexicon, self.sentence
        tokens = argument_tokens(argument, self.head, self.verb, self.entry, sentence, lexicon)
        if argument.function == "object":
            if not tokens and "undergone" in self.entry.readings:
                raise Mismatch("not in the passive")
            back = any(_points_back(t, sentence, lexicon) for t in tokens)
            self.points_back = not tokens or back
        if argument.role == "recipient" and any(_is_general(t, lexicon) for t in tokens):
            self.points_back, self.general = False, True
        open_to_all = "open" in self.entry.readings and _is_open(argument, tokens, self.verb)
        if argument.noun_class:
            tokens = [m for t in tokens for m in syntax.conjuncts(t)]
        parties, stands = self._parties(argument, tokens)
        if open_to_all and not parties:
            # "urged world powers to act", "accused critics of lying": nobody in particular.
            if any(_is_at_home(t, lexicon) for t in tokens):
                raise Mismatch("done to its own people")
            self.points_back = False
            self.general = self.general or not any(_points(t) for t in tokens)
        self._check(argument, tokens, parties, stands)
        if argument.role:
            known = {p.entity.iri for p in self.roles[argument.role]}
            self.roles[argument.role].extend(p for p in parties if p.entity.iri not in known)

    def _parties(self, argument: Argument, tokens: list[Token]) -> tuple[list[Party], bool]:
        """The parties that stand at an argument, and whether a noun without a role does."""
        lexicon, sentence = self.lexicon, self.sentence
        parties: list[Party] = []
        stands = False
        for token in tokens:
            if _sends_back(token, lexicon):
                self.mutual = True
                self.used.append(token)
                if argument.counted:
                    self.counted.append(token)
                continue
            if argument.noun_class and not _fits(token, argument.noun_class, sentence, lexicon):
                continue
            doing = argument.role in _DOING and argument.noun_class != _HELPERS
            if doing and _is_private(token, sentence, lexicon):
                continue
            if argument.role == "recipient" and _is_no_place(argument, token, lexicon):
                continue
            apart = frozenset(state_of(p) for p in self.roles["actor"])
            found = self.reader.read(token, sentence, deed=True, apart=apart)
            found = [p for p in found if p.role != _MEDIA]
            if not found and argument.role == "participant" and argument.function != "subject":
                found = self._met(token)
            if argument.noun_class in _KINDS and token.pos_ == "PRON":
                # "it will leave the union": of a state, not of him who spoke for it.
                found = [p for p in found if p.entity.kind == argument.noun_class]
            stands = stands or argument.role is None
            if found or argument.role is None:
                self.used.append(token)
            if argument.counted:
                self.counted.append(token)
            parties.extend(found)
            if parties and argument.function == "oblique":
                break
        return parties, stands

    def _met(self, token: Token) -> list[Party]:
        """*flew to Tehran and met senior officials*: those of the other side."""
        known = self.roles["participant"]
        lemma = token.lemma_.lower()
        if not known or not self.lexicon.in_class(token.lang_, lemma, "officeNoun"):
            return []
        lexicon, discourse = self.lexicon, self.reader.discourse
        if any(lexicon.in_class(c.lang_, c.lemma_.lower(), "rulersNoun") for c in token.children):
            return discourse.ruled({state_of(p) for p in known})
        return list(discourse.facing(known))

    def _check(
        self, argument: Argument, tokens: list[Token], parties: list[Party], stands: bool
    ) -> None:
        if not tokens and _must_be_named(argument, self.entry):
            raise Mismatch(f"no {argument.function}")
        told = "pair" in self.entry.readings and syntax.is_passive(self.verb)
        if argument.required and argument.role == "participant" and not parties and not told:
            raise Mismatch(f"no participant as {argument.function}")
        found = self.counted or parties or stands
        told = argument.function != "subject" or (argument.required and argument.role is None)
        if argument.noun_class and tokens and not found and told:
            raise Mismatch(f"{argument.function} is no {argument.noun_class}")


def _is_no_place(argument: Argument, token: Token, lexicon: Lexicon) -> bool:
    """*killed in an Israeli raid*: Israel did it; *in Israel* would be where."""
    placed = "in" in argument.markers and token.head.lower_ in argument.markers
    return placed and lexicon.in_class(token.lang_, token.lemma_.lower(), "deed")


def _sends_back(token: Token, lexicon: Lexicon) -> bool:
    """*accused each other*, *expelled each other's envoys*, *recalled the other's envoy*."""
    below = (c for child in token.children for c in (child, *child.children))
    owners = (c for c in below if c.dep_ in ("poss", "pobj") for c in (c, *c.children))
    return any(_is_reciprocal(t, lexicon) for t in (token, *owners))


def _is_reciprocal(token: Token, lexicon: Lexicon) -> bool:
    return lexicon.in_class(token.lang_, token.lemma_.lower(), "reciprocal")


def _is_general(token: Token, lexicon: Lexicon) -> bool:
    """*called on all parties*: nobody in particular."""
    return any(lexicon.in_class(c.lang_, c.lower_, "everyWord") for c in token.children)


def _is_open(argument: Argument, tokens: list[Token], verb: Token) -> bool:
    """Whether someone is named whom a deed is done to, be it nobody of a state."""
    if argument.role != "recipient" or verb.dep_ in ("acl", "amod"):
        return False
    return any(t.lower_ not in load_table("times", t.lang_).by_first for t in tokens)


def _is_at_home(token: Token, lexicon: Lexicon) -> bool:
    """*urged voters*, *thanked supporters*: no deed between states."""
    lemma = token.lemma_.lower()
    return any(lexicon.in_class(token.lang_, lemma, c) for c in ("privateNoun", "domesticNoun"))


def _points(token: Token) -> bool:
    return token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$")


def _points_back(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether an object leaves its state to the text: *it*, *the move*, *the envoy*."""
    if token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$"):
        return True
    mention = sentence.mention(token)
    if mention is not None:
        return mention.entity.kind in ("person", "group", "body")
    lemma = token.lemma_.lower()
    definite = any(
        c.dep_ == "poss" or (c.dep_ == "det" and "Definite=Ind" not in str(c.morph))
        for c in token.children
        if not lexicon.in_class(c.lang_, c.lower_, "everyWord")
    )
    return definite and any(lexicon.in_class(token.lang_, lemma, kind) for kind in _POINTING)


def _is_private(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """*a Russian company*, *the New Zealand coach*: of a state, but not acting for it."""
    mention = sentence.mention(token)
    if mention is not None and not mention.entity.is_local:
        return False
    private = lexicon.in_class(token.lang_, token.lemma_.lower(), "privateNoun")
    return private and not is_group(token, lexicon)


def _must_be_named(argument: Argument, entry: Entry) -> bool:
    """*recalled its ambassador* leaves Moscow unsaid, but not the ambassador."""
    if "topical" in entry.readings and argument.required:
        return True
    if entry.part_of_speech != "verb" or argument.function != "object":
        return False
    if argument.role is None:
        return argument.required
    return argument.role == "recipient" and (argument.required or bool(argument.noun_class))


def _carries_one(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """*Xi's plane landed in Belgrade*: he did."""
    if not lexicon.in_class(token.lang_, token.lemma_.lower(), "conveyance"):
        return False
    owners = (sentence.mention(c) for c in token.children if c.dep_ == "poss")
    return any(m is not None and m.entity.kind in ("person", "group") for m in owners)


def _shared_noun(nation: Token, sentence: Sentence) -> Token | None:
    """*French and German leaders*: the noun that a nationality shares with the one after it."""
    last = syntax.conjuncts(nation)[-1]
    mention = sentence.mention(last)
    group = mention is not None and mention.entity.kind == "group"
    return last if group and last.i > nation.i else None


def _fits(token: Token, noun_class: str, sentence: Sentence, lexicon: Lexicon) -> bool:
    mention = sentence.mention(token)
    pronoun = token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$")
    if pronoun and (noun_class in _NAMED_BY_PRONOUNS or noun_class in _KINDS):
        return True
    if token.pos_ == "PROPN" and mention is None and noun_class in _NAMED:
        # "declared Kang Chol persona non grata": a name that nobody knows.
        return True
    if token.pos_ == "NUM" and noun_class in _COUNTED_ALONE:
        # "Lithuania ousted three": of those told before.
        return True
    if noun_class == "person" and _carries_one(token, sentence, lexicon):
        return True
    if noun_class == "party":
        return mention is not None or _fits(token, "troops", sentence, lexicon)
    if mention is not None:
        # "sent home 60 Russians": the nationality alone, for people.
        if noun_class == "missionMember" and mention.how == "demonym" and token.text.endswith("s"):
            return True
        if noun_class in _KINDS:
            if mention.how == "demonym" and token.tag_ in ("NNS", "NNPS"):
                # "expelled 17 Russians": people, and no state.
                return False
            return mention.entity.kind in _KINDS_OF.get(noun_class, {noun_class})
        if noun_class == "person" and mention.entity.kind in ("person", "group"):
            return True
        if mention.how == "demonym" and (shared := _shared_noun(token, sentence)) is not None:
            # "the French and German leaders": both are leaders.
            return _fits(shared, noun_class, sentence, lexicon)
        stranger = mention.entity.kind == "person" and mention.entity.is_local
        if noun_class in _COUNTED_ALONE and stranger and mention.how == "local":
            # "summoned Mr Wheeler": an envoy whom only the text names.
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
            below = [g for g in child.children if g.dep_ in ("pobj", "conj")]
            words |= {word for g in below for word in (g.lemma_.lower(), g.lower_)}
    return any(lexicon.in_class(token.lang_, w, noun_class) for w in words)
