"""Match the lexicon's frames against a parsed sentence.

In: a token and an entry whose lemma it has. Out: a :class:`Reading` with the parties in their
roles, or a :class:`Rejected` with the reason, which ``communique explain`` shows.

Frames name grammatical functions (lexinfo, synsem); the syntax module finds them through
passives, relative clauses, coordination, control and nominalisation.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.arguments import (
    argument_tokens,
    has_object_predicate,
    is_telegraphic,
)
from publisher.extraction.claims import Party
from publisher.extraction.discourse import state_of
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Mismatch, Reading, Rejected
from publisher.extraction.roles import completed
from publisher.extraction.words import load_table
from publisher.language import Sentence
from publisher.lexicon import Argument, Entry, Lexicon

__all__ = ["match"]

_VERBAL = frozenset({"VERB", "AUX"})
_SHORT = 5
_NO_CARRIER = frozenset({"Alleged", "Negated", "Hypothetical"})
_PREDICATE = frozenset({"oprd", "attr", "xcomp", "ccomp"})
_OF_PREDICATE = frozenset({"of", "on", "against", "for", "de", "sur", "contre", "pour"})
_ASIDE = frozenset({"advcl", "relcl", "acl:relcl"})
_WORD = re.compile(r"[^\W\d_]+(?:['’](?=[^\Ws])[^\W\d_]+)?")
_NAMED_BY_PRONOUNS = frozenset({"party", "person", "missionMember", "envoy"})
_NAMED = frozenset({"person", "envoy"})
_COUNTED_ALONE = frozenset({"missionMember", "diplomat", "envoy"})
_MEDIA = "media"
_POINTING = ("moveNoun", "person", "missionMember", "envoy", "institutionNoun", "otherSide")
_KINDS = frozenset({"state", "organisation", "place"})


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
            raise Mismatch("with a predicate of its object")
        if "infinitive" in entry.readings and not any(
            syntax.is_infinitive(c) for c in syntax.complements(verb)
        ):
            raise Mismatch("without a verb that it governs")
        return _fill(head, verb, entry, sentence, reader, lexicon)
    except Mismatch as mismatch:
        return Rejected(entry, head, str(mismatch))


def _verb_of(head: Token, entry: Entry) -> Token:
    if (
        head.pos_ not in _VERBAL
        and not (head.pos_ in ("NOUN", "PROPN", "ADJ") and head.dep_ == "ROOT" and not _owned(head))
        and not is_telegraphic(head, entry)
    ):
        raise Mismatch("not a verb here")
    if head.dep_ == "amod" and head.tag_ == "VBG":
        raise Mismatch("not a verb here")
    if entry.particles and not syntax.particles(head) & set(entry.particles):
        raise Mismatch(f"without {' or '.join(entry.particles)}")
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
        raise Mismatch("not a noun here")
    if head.dep_ in ("compound", "nmod", "amod", "poss") and head.lang_ == "en":
        raise Mismatch("only part of another noun")
    above = _past_measure(head, lexicon)
    steps = 0
    while (
        above is not None and above.pos_ in ("NOUN", "PROPN") and steps < 2 and head.dep_ == "conj"
    ):
        above, steps = syntax.governor(above), steps + 1
    if (
        above is not None
        and above.pos_ in _VERBAL
        and any(
            e.kind == "support" or (e.kind == "operator" and e.status not in _NO_CARRIER)
            for e in lexicon.look_up(above.lang_, above.lemma_.lower())
        )
    ):
        labels = syntax.scheme(above)
        if _is_setting(head, entry, lexicon):
            return head
        if _is_background(head, lexicon):
            if "standalone" not in entry.readings:
                raise Mismatch("only the background of another deed")
            return head
        passed = above is not syntax.governor(head) and head.dep_ == "nmod"
        linked = labels.object | labels.subject_passive | {"pobj", "conj"}
        if passed or head.dep_ in linked or head.dep_.startswith("obl"):
            return above
    if above is not None and _may_carry(above, head, lexicon):
        return above
    if "standalone" in entry.readings:
        return head
    raise Mismatch("no verb carries the noun")


def _may_carry(verb: Token, noun: Token, lexicon: Lexicon) -> bool:
    """*clamped an embargo on Haiti*, *voiced outrage*: a verb with no event of its own.

    What is condemned, lifted, discussed or mentioned is not done by that.
    """
    labels = syntax.scheme(verb)
    if verb.pos_ != "VERB" or noun.dep_ not in labels.object | labels.subject_passive:
        return False
    if not syntax.own_subjects(verb) and verb.dep_ != "conj":
        return False
    if lexicon.in_class(verb.lang_, verb.lemma_.lower(), "nonCarrier"):
        return False
    entries = lexicon.look_up(verb.lang_, verb.lemma_.lower())
    if any(e.kind == "operator" and e.status in _NO_CARRIER for e in entries):
        return False
    return not any(
        e.part_of_speech == "verb" and (e.kind == "reporting" or _always_evokes(e)) for e in entries
    )


def _always_evokes(entry: Entry) -> bool:
    """*condemn*, *visit*: an event of its own, whatever words are beside it."""
    return entry.kind == "event" and not entry.fixed and not entry.particles


def _is_background(noun: Token, lexicon: Lexicon) -> bool:
    """*announced it as a response to Prague's expulsion of 18 men*: nothing that is announced."""
    preposition = syntax.marker_of(noun)
    return (
        preposition is not None
        and lexicon.in_class(noun.lang_, preposition.lower_, "background")
        and (
            lexicon.in_class(noun.lang_, noun.lemma_.lower(), "deed")
            or any(child.dep_ == "poss" for child in noun.children)
        )
    )


def _is_setting(noun: Token, entry: Entry, lexicon: Lexicon) -> bool:
    """*in a call with Putin, he announced*: where it was said, and not what is announced."""
    return (
        "gathering" in entry.readings
        and (preposition := syntax.marker_of(noun)) is not None
        and lexicon.in_class(noun.lang_, preposition.lower_, "circumstance")
    )


def _past_measure(head: Token, lexicon: Lexicon) -> Token | None:
    """*pledged 2 billion in aid*, *its new raft of sanctions*: the amount is no governor."""
    above = syntax.governor(head)
    if (
        above is not None
        and head.dep_ in ("pobj", "nmod")
        and above.pos_ in ("NOUN", "SYM", "NUM")
        and (
            any(c.dep_ in ("nummod", "quantmod", "det") for c in above.children)
            or lexicon.in_class(above.lang_, above.lemma_.lower(), "bundle")
        )
        and syntax.governor(above) is not None
    ):
        return syntax.governor(above)
    return above


def _check_words(head: Token, entry: Entry, sentence: Sentence) -> None:
    if not entry.fixed and not entry.excludes:
        return
    scope = _scope(head, entry, sentence)
    if entry.fixed and not any(_occurs(f, scope) for f in entry.fixed):
        raise Mismatch("without " + " or ".join(entry.fixed))
    for word in entry.excludes:
        if _occurs(word, scope):
            raise Mismatch(f"with {word}")


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
        if top.dep_ == "prep" and top.head.pos_ == "NOUN":
            # "a fourth round of talks"
            top = top.head
    joined = [c for c in top.children if c.dep_ == "conj" and c.pos_ in _VERBAL]
    if entry.part_of_speech == "verb":
        # "the minister for foreign affairs calls Qatar": not *calls for*.
        joined += [
            c for c in top.children if c.dep_ == "nsubj" and not syntax.is_relative_pronoun(c)
        ]
    # "flew home after police stormed the embassy that had granted asylum": another deed's words.
    joined += [
        c for c in top.subtree
        if c.dep_ in _ASIDE and c.pos_ in _VERBAL and c.i != top.i and not syntax.is_infinitive(c)
    ]  # fmt: skip
    elsewhere = {t.i for verb in joined for t in verb.subtree}
    tokens = sorted((t for t in top.subtree if t.i not in elsewhere), key=lambda t: t.i)
    if "oprd" in entry.readings and (said := _predicate(head)):
        tokens = said
    if entry.part_of_speech == "verb" and head.dep_ == "xcomp":
        # "ordered the embassy to be closed": what is closed hangs on the verb above.
        tokens += [t for t in syntax.objects(head) if t not in tokens]
    words = [_surface(t, sentence) for t in tokens]
    if (
        entry.part_of_speech == "verb"
        and head.dep_ in ("relcl", "acl", "acl:relcl")
        and not any(
            c.dep_ in syntax.scheme(head).object and not syntax.is_relative_pronoun(c)
            for c in head.children
        )
    ):
        words.insert(0, head.head.lower_)
    lemmas = [t.lemma_.lower() for t in tokens]
    return f" {' '.join(words)} | {' '.join(lemmas)} ".replace(" - ", "-")


def _predicate(verb: Token) -> list[Token]:
    """What an object is called: *a violation of the treaty*, not *a reply to the violation*."""
    found: list[Token] = []
    queue = [c for c in verb.children if c.dep_ in _PREDICATE]
    while queue:
        token = queue.pop()
        found.append(token)
        queue.extend(
            c for c in token.children
            if c.dep_ not in ("nsubj", "nsubjpass", "relcl", "advcl")
            and (c.dep_ != "prep" or c.lower_ in _OF_PREDICATE)
        )  # fmt: skip
    return sorted(found, key=lambda t: t.i)


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
    points_back, general = True, False
    mutual = "mutual" in entry.readings
    suffered = verb.i != head.i and lexicon.in_class(verb.lang_, verb.lemma_, "sufferVerb")
    for argument in entry.arguments:
        if suffered and argument.function == "subject" and argument.role == "actor":
            # "Russia faces sanctions", "the strike drew criticism from Oman": done to the subject.
            argument = replace(argument, role="recipient")
        if argument.function == "oblique" and _is_filled(argument.role, roles):
            continue
        tokens = argument_tokens(argument, head, verb, entry, sentence, lexicon)
        if argument.function == "object":
            points_back = not tokens or any(_points_back(t, sentence, lexicon) for t in tokens)
        if argument.role == "recipient" and any(_is_general(t, lexicon) for t in tokens):
            points_back, general = False, True
        open_to_all = "open" in entry.readings and _is_open(argument, tokens, verb)
        if argument.noun_class:
            tokens = [m for t in tokens for m in syntax.conjuncts(t)]
        parties: list[Party] = []
        stands = False
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
            stands = stands or argument.role is None
            if found or argument.role is None:
                used.append(token)
            if argument.counted:
                counted.append(token)
            parties.extend(found)
            if parties and argument.function == "oblique":
                break
        if open_to_all and not parties:
            # "urged world powers to act", "accused critics of lying": nobody in particular.
            if any(_is_at_home(t, lexicon) for t in tokens):
                raise Mismatch("done to its own people")
            points_back, general = False, general or not any(_points(t) for t in tokens)
        if not tokens and _must_be_named(argument, entry):
            raise Mismatch(f"no {argument.function}")
        if argument.required and argument.role == "participant" and not parties:
            raise Mismatch(f"no participant as {argument.function}")
        if (
            argument.noun_class
            and tokens
            and not counted
            and not parties
            and not stands
            and argument.function != "subject"
        ):
            raise Mismatch(f"{argument.function} is no {argument.noun_class}")
        if argument.role:
            known = {p.entity.iri for p in roles[argument.role]}
            roles[argument.role].extend(p for p in parties if p.entity.iri not in known)
    reading = Reading(
        entry,
        head,
        verb,
        counted=tuple(counted),
        arguments=tuple(used),
        points_back=points_back,
        general=general,
        suffered=suffered,
    )
    return completed(reading, roles, mutual, sentence, reader)


def _is_filled(role: str | None, roles: dict[str, list[Party]]) -> bool:
    """Whether nearer words give the role already (its own ambassador is not the other side)."""
    own = {state_of(p) for p in roles["actor"]}
    if role is None or role == "participant":
        return False
    return any(role == "actor" or state_of(p) not in own for p in roles[role])


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
    return lexicon.in_class(token.lang_, token.lemma_.lower(), "privateNoun")


def _must_be_named(argument: Argument, entry: Entry) -> bool:
    """*recalled its ambassador* leaves Moscow unsaid, but not the ambassador."""
    return (
        entry.part_of_speech == "verb"
        and argument.function == "object"
        and argument.role == "recipient"
        and (argument.required or bool(argument.noun_class))
    )


def _fits(token: Token, noun_class: str, sentence: Sentence, lexicon: Lexicon) -> bool:
    mention = sentence.mention(token)
    pronoun = token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$")
    if pronoun and noun_class in _NAMED_BY_PRONOUNS:
        return True
    if token.pos_ == "PROPN" and mention is None and noun_class in _NAMED:
        # "declared Kang Chol persona non grata": a name that nobody knows.
        return True
    if token.pos_ == "NUM" and noun_class in _COUNTED_ALONE:
        # "Lithuania ousted three": of those told before.
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
