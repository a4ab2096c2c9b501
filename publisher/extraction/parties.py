"""Turn a noun phrase into the parties it stands for.

In: a token of a parsed sentence. Out: :class:`~publisher.extraction.claims.Party` values: the
state, organisation, body or person that acts or is acted on, with the state it acts for.
*Russian diplomats*, *Russia's ambassador*, *a number of Russians* and *the invasion by Russia*
all lead to Russia; *it*, *his counterpart* and *the two ministers* lead back into the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Party
from publisher.extraction.discourse import INSTITUTIONAL, PERSONAL, Discourse, state_of
from publisher.extraction.groups import is_group, meant_together
from publisher.extraction.lists import in_apposition, listed
from publisher.extraction.mentioned import (
    done_to,
    is_nowhere,
    located,
    seated,
    to_party,
    whose_words,
)
from publisher.language import Sentence
from publisher.lexicon import Lexicon
from publisher.linking import Mention

__all__ = ["PartyReader"]

_OF = frozenset({"of", "de"})
_OWNED = frozenset({"of", "de", "from"})
_SEATED = _OWNED | {"in", "à", "en"}
_AT = frozenset({"at", "in", "with", "for", "à", "dans"})
_GUESSED = frozenset({"bare", "dateline", "discourse"})


class PartyReader:
    """Reads noun phrases of one document, sentence by sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.discourse = Discourse()
        self.speaker: Party | None = None
        self.sources: dict[int, object] = {}
        self.last_speaker: Party | None = None
        self.us: dict[int, Party] = {}
        self._apart: frozenset[str] = frozenset()
        self._following = False

    def read(
        self,
        token: Token,
        sentence: Sentence,
        *,
        deed: bool = False,
        apart: frozenset[str] = frozenset(),
    ) -> list[Party]:
        """Give the parties of a noun phrase and of what is coordinated with it.

        ``deed`` says that the noun may name something done, whose doer is wanted; a pronoun
        does not stand for a party of the states in ``apart``.
        """
        self._apart = apart
        found: list[Party] = []
        for member in listed(token, sentence):
            found.extend(p for p in self._single(member, sentence, deed, 0) if _new(p, found))
        if len({state_of(p) for p in found}) > 1:
            self.discourse.several = tuple(found)
        return found

    def _single(self, token: Token, sentence: Sentence, deed: bool, depth: int) -> list[Party]:
        mention = sentence.mention(token)
        if mention is not None and not mention.acts_for and _may_be_owned(mention):
            return self._owned(token, mention, sentence, depth)
        if mention is not None:
            if mention.how in _GUESSED and (there := seated(token, sentence, self.lexicon)):
                # "the defence ministry in Male", though the text is on India
                return [replace(to_party(mention), entity=there[0].entity, acts_for=None)]
            return [] if is_nowhere(mention) else [to_party(mention)]
        if depth > 4:
            return []
        if token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$", "WP$"):
            return self._stands_for(token, sentence, depth)
        is_deed = self._is_deed(token)
        if named := in_apposition(token, sentence):
            beside = [to_party(m) for m in named]
            return [p for i, p in enumerate(beside) if _new(p, beside[:i])]
        found = self._region(token, sentence, depth) or self._modifying(token, sentence, depth)
        if not found:
            found = self._doer(token, sentence, depth)
        if not found:
            found = (
                self._genitive(token, sentence, is_deed, depth)
                or seated(token, sentence, self.lexicon)
                or self._posted(token, sentence)
                or self._followed(token, sentence)
                or self._included(token, sentence, depth)
                or self._predicated(token, sentence)
                or self._written(token, sentence)
                or self._ruling(token, sentence)
            )
        if not found and not is_deed:
            found = self._anaphoric(token, sentence)
        return found

    def _stands_for(self, pronoun: Token, sentence: Sentence, depth: int) -> list[Party]:
        """What a pronoun stands for; *withdrew its bid and backed that of Baku* is Baku's."""
        found = self._pronoun(pronoun, sentence) or self._predicated(pronoun, sentence)
        if not found and "PronType=Dem" in str(pronoun.morph):
            found = self._genitive(pronoun, sentence, False, depth, _OF)
        return found

    def _owned(self, token: Token, mention: Mention, sentence: Sentence, depth: int) -> list[Party]:
        """A described person whose state only grammar tells: *his counterpart from Jamaica*."""
        found = self._modifying(token, sentence, depth) or self._genitive(
            token, sentence, False, depth, _SEATED
        )
        if not found:
            return self._included(token, sentence, depth) or [to_party(mention)]
        state = found[0].acts_for or found[0].entity
        return [replace(to_party(mention), acts_for=state)]

    def _modifying(self, token: Token, sentence: Sentence, depth: int) -> list[Party]:
        found: list[Party] = []
        for child in syntax.modifiers(token):
            for member in (
                listed(child, sentence) if child.dep_ != "amod" else syntax.conjuncts(child)
            ):
                mention = sentence.mention(member)
                if mention is not None:
                    found.append(to_party(mention))
                elif member.dep_ == "poss" and member.i != token.i:
                    found.extend(self._single(member, sentence, False, depth + 1))
        return [p for i, p in enumerate(found) if _new(p, found[:i])]

    def _region(self, token: Token, sentence: Sentence, depth: int) -> list[Party]:
        """*the Georgian regions of Abkhazia and South Ossetia*: those, and not Georgia."""
        if not self.lexicon.in_class(token.lang_, token.lemma_.lower(), "regionNoun"):
            return []
        return self._genitive(token, sentence, False, depth)

    def _doer(self, token: Token, sentence: Sentence, depth: int) -> list[Party]:
        """*the massacre by X*, *an attack carried out by X*, *a delegation led by X*."""
        for child in token.children:
            led = child.dep_ in syntax.scheme(token).relative and self._may_be_led(token)
            if led and not self._judges(child):
                for agent in syntax.agents(child):
                    if found := self._single(agent, sentence, False, depth + 1):
                        return found
        for marker, noun, distance in syntax.obliques(token):
            if marker in ("by", "par") and distance == 0:
                return self._single(noun, sentence, False, depth + 1)
        return []

    def _judges(self, verb: Token) -> bool:
        """*a decision praised by X*: who praises it has not taken it."""
        entries = self.lexicon.look_up(verb.lang_, verb.lemma_.lower())
        carries = any(e.kind == "support" for e in entries)
        return not carries and any("anaphoric" in e.readings for e in entries)

    def _may_be_led(self, token: Token) -> bool:
        """A deed has a doer, a delegation a head; *a suit backed by X* is not X's."""
        lemma = token.lemma_.lower()
        kinds = ("deed", "person", "statementNoun", "writingNoun", "moveNoun")
        return any(self.lexicon.in_class(token.lang_, lemma, kind) for kind in kinds)

    def _genitive(
        self,
        token: Token,
        sentence: Sentence,
        is_deed: bool,
        depth: int,
        markers: frozenset[str] = _OWNED,
    ) -> list[Party]:
        """Follow *of*, *de*, *from* — and, for *the government in Caracas*, *in*."""
        if is_deed:
            return []
        for marker, noun, distance in syntax.obliques(token):
            if marker in markers and distance == 0:
                found: list[Party] = []
                for member in listed(noun, sentence):
                    found.extend(self._single(member, sentence, False, depth + 1))
                if found:
                    return found
        return []

    def _posted(self, token: Token, sentence: Sentence) -> list[Party]:
        """*a diplomat working at the Romanian Embassy*: of the mission that is named."""
        for child in token.children:
            if child.dep_ in ("acl", "relcl") and child.pos_ == "VERB":
                for marker, noun, distance in syntax.obliques(child):
                    mention = sentence.mention(noun)
                    mission = mention is not None and mention.entity.kind == "body"
                    if mention is not None and mission and marker in _AT and distance == 0:
                        return [to_party(mention)]
        return []

    def _included(self, token: Token, sentence: Sentence, depth: int) -> list[Party]:
        """*the defence chiefs of 12 countries, including Japan*: those that are named."""
        found: list[Party] = []
        for marker, noun, _ in syntax.obliques(token):
            if self.lexicon.in_class(token.lang_, marker, "includeWord"):
                for member in listed(noun, sentence):
                    found.extend(self._single(member, sentence, False, depth + 1))
        return found

    def _predicated(self, token: Token, sentence: Sentence) -> list[Party]:
        """*Senegal was among those that abstained*, *those against were Syria and Mali*."""
        labels = syntax.scheme(token)
        marker = token.head
        verb = marker.head if marker.pos_ == "ADP" else marker
        if verb.lemma_ != "be" or verb.i == token.i or self._following:
            return []
        if self.lexicon.in_class(token.lang_, marker.lower_, "oneOf"):
            named = [*syntax.own_subjects(verb)]
        elif token.dep_ in labels.subject:
            named = [c for c in verb.children if c.dep_ == "attr"]
        else:
            return []
        return [p for t in named if sentence.mention(t) for p in self._all(t, sentence)]

    def _all(self, token: Token, sentence: Sentence) -> list[Party]:
        return [
            p for member in listed(token, sentence)
            for p in self._single(member, sentence, False, 4)
        ]  # fmt: skip

    def _written(self, token: Token, sentence: Sentence) -> list[Party]:
        """*published a letter that urges*, *adopted resolution 502, which demands*: by whom."""
        lemma = token.lemma_.lower()
        kinds = ["statementNoun", "writingNoun", "resolutionNoun"]
        if any(c.dep_ in syntax.scheme(token).relative for c in token.children):
            # "signed an order imposing sanctions"; but "rejected the order"
            kinds.append("decreeNoun")
        verb = syntax.governor(token)
        while verb is not None and verb.pos_ in ("NOUN", "PROPN"):
            verb = syntax.governor(verb)
        if verb is None or verb.pos_ != "VERB" or self._following:
            return []
        if not any(self.lexicon.in_class(token.lang_, lemma, kind) for kind in kinds):
            return []
        writers = syntax.agents(verb) if syntax.is_passive(verb) else syntax.subjects(verb)
        if token in writers:
            return []
        self._following = True
        try:
            return [p for t in writers for p in self._single(t, sentence, False, 3)]
        finally:
            self._following = False

    def _ruling(self, token: Token, sentence: Sentence) -> list[Party]:
        """*the generals who seized power in Niger*: of the state that they rule."""
        if not self._rules(token):
            return []
        for clause in token.children:
            if clause.dep_ in syntax.scheme(token).relative:
                for marker, noun, _ in syntax.obliques(clause):
                    mention = sentence.mention(noun) if marker in _SEATED else None
                    if mention is not None and not is_nowhere(mention):
                        return [to_party(mention)]
        return []

    def _rules(self, token: Token) -> bool:
        before = token.nbor(-1).lower_ if token.i else ""
        lemma = token.lemma_.lower()
        words = (lemma, token.lower_, f"{before} {lemma}")
        return any(self.lexicon.in_class(token.lang_, word, "rulersNoun") for word in words)

    def _followed(self, token: Token, sentence: Sentence) -> list[Party]:
        """*de nombreux personnels russes*: a nationality right after its noun, in French."""
        if token.lang_ != "fr" or token.i + 1 >= len(token.doc):
            return []
        mention = sentence.mention(token.nbor(1))
        return [to_party(mention)] if mention is not None and mention.how == "demonym" else []

    def _is_deed(self, token: Token) -> bool:
        return self.lexicon.in_class(token.lang_, token.lemma_.lower(), "deed")

    def _pronoun(self, token: Token, sentence: Sentence) -> list[Party]:
        before = sentence.offsets[token.i][0]
        morph = str(token.morph)
        if said := self._who_says(token, sentence):
            return said
        if is_group(token, self.lexicon):
            span = sentence.start, before
            return meant_together(token, span, self.discourse, self._apart, self.lexicon)
        if "Person=1" in morph:
            speaker = self.speaker or self.us.get(sentence.paragraph) or self._we(token, sentence)
            if speaker is not None:
                self.us[sentence.paragraph] = speaker
            return [speaker] if speaker else []
        if "PronType=Rel" in morph or token.tag_ in ("WDT", "WP", "WP$"):
            return self._antecedent(token, sentence)
        if "PronType=Dem" in morph or "Person=3" not in morph:
            return []
        own = token.tag_ == "PRP$" or "Poss=Yes" in morph
        if own and self._apart:
            return self._owner_elsewhere(token, sentence) or self._met_before(token, sentence)
        apart = self._apart
        plural = "Number=Plur" in morph
        if owner := whose_words(token, sentence):
            return [owner]
        if here := self._told_here(plural, before, sentence):
            return list(here)
        kinds = self._kinds_of(token, plural)
        if apart and not plural:
            near = self.discourse.within_sentence(sentence.start, before, kinds, apart)
            if near:
                return [near]
        for state in sorted(apart):
            if told := self.discourse.counterparts.get(state):
                return list(told)
        if plural and self.discourse.together and not apart:
            return list(self.discourse.together)
        others = {p.entity.iri for p in done_to(token, sentence)}
        found = self.discourse.latest(kinds, before, apart=apart | others)
        return [found] if found else []

    def _told_here(self, plural: bool, before: int, sentence: Sentence) -> tuple[Party, ...]:
        """*sent ten diplomats home, accusing them of spying*: whom the sentence was about."""
        several, apart = self.discourse.several, self._apart
        acted = {state for state in apart if self.discourse.acted.get(state) == sentence.start}
        recent = any(sentence.start <= p.start < before for p in several)
        recent = recent or (bool(apart) and not acted)
        if plural and several and recent and not apart & {state_of(p) for p in several}:
            return several
        return self.discourse.counterparts[min(acted)] if acted else ()

    def _we(self, token: Token, sentence: Sentence) -> Party | None:
        """*President Aliyev, on Twitter: "We demand"*, *China opposes this. We urge Manila*."""
        if "Number=Plur" not in str(token.morph):
            return None
        colons = [t.i for t in sentence.doc[: token.i] if t.text == ":"]
        for before in sentence.doc[: colons[-1]] if colons else ():
            mention = sentence.mention(before)
            if mention is not None and mention.entity.kind != "place":
                return to_party(mention)
        others = {state_of(p) for p in done_to(token, sentence)}
        return self.discourse.spoken_of(sentence.offsets[token.i][0], others)

    def _kinds_of(self, pronoun: Token, plural: bool) -> frozenset[str]:
        """What *it*, *she* and *they* can stand for; French says less than English."""
        if "Gender=Neut" in str(pronoun.morph):
            return INSTITUTIONAL
        if pronoun.lang_ == "fr":
            return INSTITUTIONAL | PERSONAL
        if plural:
            return frozenset({"group", "organisation"})
        return frozenset({"person"}) if syntax.is_gendered(pronoun) else PERSONAL

    def _antecedent(self, relative: Token, sentence: Sentence) -> list[Party]:
        """What *which* stands for; a parse that runs in a circle stands for nothing."""
        before = [t for t in relative.doc[max(relative.i - 2, 0) : relative.i] if not t.is_punct]
        named = sentence.mention(before[-1]) if before else None
        if named is not None and relative.tag_ in ("WDT", "WP$"):
            return [to_party(named)]
        # "the army, whose last troops left": of whom the clause of *whose* says something.
        above = relative.head if relative.tag_ != "WP$" else _clause_of(relative)
        head = above.head
        if self._following or head.i == above.i:
            return []
        self._following = True
        try:
            return self._single(head, sentence, False, 3)
        finally:
            self._following = False

    def _who_says(self, token: Token, sentence: Sentence) -> list[Party]:
        """*Latvia and Estonia announced that they would*: the subject of the clause above."""
        labels = syntax.scheme(token)
        verb = token.head
        if verb.dep_ in labels.auxiliary:
            verb = verb.head
        if (
            token.dep_ not in labels.subject
            or verb.dep_ not in labels.clause
            or "3" not in str(token.morph.get("Person"))
        ):
            return []
        above = [t for t in syntax.own_subjects(verb.head) if t.pos_ != "PRON" and t.i < token.i]
        found = [p for t in above for p in self.read(t, sentence)]
        several = len(found) > 1 or any("Number=Plur" in str(t.morph) for t in above)
        plural = "Number=Plur" in str(token.morph)
        return found if plural == several else []

    def _owner_elsewhere(self, pronoun: Token, sentence: Sentence) -> list[Party]:
        """Whose *its* is beside a known actor: the actor's own, and so nobody else's.

        But in *Rwanda accused the army of firing into its territory* it is the accuser's.
        """
        verb = next((t for t in pronoun.ancestors if t.pos_ == "VERB"), None)
        if verb is None or verb.dep_ != "pcomp":
            return []
        for token in sentence.tokens:
            mention = sentence.mention(token)
            main = token.head.dep_ == "ROOT" and token.dep_ in syntax.scheme(token).subject
            if main and mention is not None:
                party = to_party(mention)
                return [] if state_of(party) in self._apart else [party]
        return []

    def _met_before(self, pronoun: Token, sentence: Sentence) -> list[Party]:
        """*spoke with Pashinyan and commended his resolve*: another's, whom the clause met."""
        posts = self.lexicon.in_class(pronoun.lang_, pronoun.head.lemma_.lower(), "missionMember")
        owned = pronoun.head.dep_ in syntax.scheme(pronoun).object
        if not syntax.is_gendered(pronoun) or posts or not owned:
            return []
        before = sentence.offsets[pronoun.i][0]
        found = self.discourse.within_sentence(
            sentence.start, before, frozenset({"person"}), self._apart
        )
        return [found] if found else []

    def _anaphoric(self, token: Token, sentence: Sentence) -> list[Party]:
        """*the ministry*, *the two ministers*, *the country*: definite, and said before."""
        definite = any(
            (c.dep_ == "det" and "Definite=Def" in str(c.morph))
            or (c.dep_ == "poss" and self.lexicon.in_class(token.lang_, token.lemma_, "otherSide"))
            or any(self.lexicon.in_class(token.lang_, c.lower_, w) for w in ("both", "eachWord"))
            for c in token.children
        )
        told = any(c.dep_ in syntax.scheme(token).relative for c in token.children)
        if not definite or told or token.pos_ not in ("NOUN", "PROPN", "ADJ", "NUM"):
            return []
        before = sentence.offsets[token.i][0]
        lemma = token.lemma_.lower()
        plural = "Number=Plur" in str(token.morph)
        if self.lexicon.in_class(token.lang_, token.lower_, "latterWord"):
            found = self.discourse.named_last(before)
            return [found] if found else []
        if is_group(token, self.lexicon):
            span = sentence.start, before
            return meant_together(token, span, self.discourse, self._apart, self.lexicon)
        if self._apart and not plural and self.lexicon.in_class(token.lang_, lemma, "otherSide"):
            return list(self.discourse.facing_states(self._apart))
        if self.lexicon.in_class(token.lang_, lemma, "resolutionNoun"):
            found = self.discourse.latest(frozenset({"body", "organisation"}), before)
            return [found] if found else []
        if self.lexicon.in_class(token.lang_, lemma, "statementNoun"):
            return [self.last_speaker] if self.last_speaker else []
        if self._rules(token) and self.discourse.topic:
            others = self._apart | {state_of(p) for p in done_to(token, sentence)}
            named = [p for p in self.discourse.topic if state_of(p) not in others]
            return ([p for p in named if p.entity.kind == "state"] or named)[:1]
        if self.lexicon.in_class(token.lang_, lemma, "institutionNoun") and not plural:
            if there := located(token, sentence, self.lexicon):
                return there
            like = self.discourse.named_like(lemma, before)
            if like is not None and state_of(like) not in self._apart:
                return [like]
            for state in sorted(self._apart):
                if other := self.discourse.counterparts.get(state):
                    return list(other)
            several = self.lexicon.in_class(token.lang_, lemma, "organisationNoun")
            found = (
                several and self.discourse.latest_organisation(before)
            ) or self.discourse.latest(INSTITUTIONAL, before, apart=self._apart)
            return [found] if found else []
        if self.lexicon.in_class(token.lang_, lemma, "troops"):
            found = self.discourse.named_like(lemma, before)
            return [found] if found else []
        if self.lexicon.in_class(token.lang_, lemma, "officeNoun") and not plural:
            words = {c.lower_ for c in token.children if c.dep_ in ("compound", "amod")}
            found = self.discourse.latest_in_office(lemma, before, words)
            return [found] if found else []
        return []


def _may_be_owned(mention: Mention) -> bool:
    """*his counterpart*; *Brazil's Mauro Vieira*, of whom no office on that day is known."""
    return mention.entity.is_local or mention.entity.kind == "person"


def _new(party: Party, others: Iterable[Party]) -> bool:
    return all(party.entity.iri != other.entity.iri for other in others)


def _clause_of(relative: Token) -> Token:
    """The verb of the clause that a relative pronoun begins."""
    labels = syntax.scheme(relative)
    verbs = (t for t in relative.ancestors if t.dep_ in labels.relative)
    return next(verbs, relative.head)
