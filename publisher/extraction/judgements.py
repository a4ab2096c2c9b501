"""Read the deeds that are done by saying how things are or must be.

In: a word in its parsed sentence, and who speaks. Out: a reading in which the speaker acts:
*the measures were "unjustified", the ministry said* condemns, *Russia must withdraw, she said*
demands. The words are data: modals with ``lex:must``, and entries with ``lex:judged``, whose
classes of words (``lex:fixedIn``) are what the subject is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.attribution import sayer
from publisher.extraction.claims import Party
from publisher.extraction.discourse import state_of
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Reading
from publisher.extraction.sides import whom_it_holds_back
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = [
    "charge", "doom", "governed", "is_worded", "judgement", "may_be_held", "obligation", "promise",
    "statement",
]  # fmt: skip

_PREDICATES = frozenset({"acomp", "attr", "oprd", "dobj", "conj", "amod", "compound", "prep"})
_HELD = frozenset({"nsubj", "csubj", "expl:subj", "nsubj:pass"})
_NOMINAL = frozenset({"ADJ", "NOUN", "ADV", "VERB", "PROPN", "ADP"})
_VERBAL = frozenset({"VERB", "AUX"})
_SAID = frozenset({"ROOT", "ccomp", "xcomp", "conj", "parataxis"})
_STATES = frozenset({"state", "organisation"})
_TOWARDS = frozenset({"with", "to", "for", "against", "from", "behind"})
_QUOTES = frozenset({'"', "“", "”"})
_AGAINST = frozenset({"Condemnation", "Rejection"})
_NEAR = 2


def obligation(
    token: Token,
    entries: Iterable[Entry],
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
) -> Reading | None:
    """*Russia must withdraw, she said*: a demand by the speaker on the subject."""
    entry = next((e for e in entries if "must" in e.readings), None)
    verb = governed(token)
    if entry is None or verb is None:
        return None
    above = verb if token.dep_ in syntax.scheme(token).auxiliary else token
    # "should he travel to the summit": a condition, no demand.
    subjects = [t for t in syntax.own_subjects(above) if t.i < token.i]
    return _aimed_at(subjects, entry, verb, speakers, sentence, reader)


def doom(
    token: Token,
    entries: Iterable[Entry],
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
) -> Reading | None:
    """*Armenia will regret it, he said*: a threat by the speaker against the subject."""
    entry = next((e for e in entries if "doomed" in e.readings), None)
    verb = governed(token)
    if entry is None or verb is None or syntax.is_negated(verb) or not is_worded(verb, entry):
        return None
    subjects = [t for t in syntax.own_subjects(verb) if t.i < token.i]
    return _aimed_at(subjects, entry, verb, speakers, sentence, reader)


def _aimed_at(
    subjects: Sequence[Token],
    entry: Entry,
    verb: Token,
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
) -> Reading | None:
    """What the speakers say to the others who are the subject of a verb."""
    told = _others((p for t in subjects for p in reader.read(t, sentence)), speakers)
    if not speakers or not told:
        return None
    return Reading(entry, verb, verb, tuple(speakers), tuple(told), arguments=(*subjects, verb))


def governed(modal: Token) -> Token | None:
    """The verb of a modal: its head, or, in Universal Dependencies, the infinitive below it."""
    if modal.lang_ == "en" and modal.tag_ != "MD":
        # "Russia has to withdraw": the infinitive below it; not "has withdrawn".
        below = (c for c in modal.children if c.dep_ == "xcomp" and syntax.is_infinitive(c))
        return None if syntax.is_negated(modal) else next(below, None)
    if modal.dep_ in syntax.scheme(modal).auxiliary:
        return modal.head
    below = (c for c in modal.children if c.dep_ in ("xcomp", "ccomp") and syntax.is_infinitive(c))
    return next(below, None) if modal.lang_ == "fr" and not syntax.is_negated(modal) else None


def promise(
    token: Token,
    entries: Iterable[Entry],
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
    lexicon: Lexicon,
) -> Reading | None:
    """*It would protect its waters, the ministry said*: a pledge of what the speaker will do.

    What the speaker will not do is refused: *it would never yield*; or it is a threat: *it would
    not hesitate to act*.
    """
    verb = governed(token)
    if verb is None or not speakers:
        return None
    kind = _kind_of_promise(verb, lexicon)
    entry = next((e for e in entries if kind in e.readings), None)
    if entry is None:
        return None
    above = verb if token.dep_ in syntax.scheme(token).auxiliary else token
    subjects = [t for t in syntax.own_subjects(above) if t.i < token.i]
    own = {state_of(p) for p in speakers}
    doers = [p for t in subjects for p in reader.read(t, sentence)]
    if not doers or any(state_of(p) not in own for p in doers):
        return None
    others = _concerned(verb, speakers, sentence, reader)
    if not others and kind == "warning":
        others = whom_it_holds_back(verb, frozenset(own), sentence, reader) or list(
            reader.discourse.facing_states(frozenset(own), entry.event_type or "")
        )
    return Reading(
        entry, verb, verb, tuple(speakers), tuple(others), arguments=(*subjects, token, verb)
    )


def _concerned(
    verb: Token, speakers: Sequence[Party], sentence: Sentence, reader: PartyReader
) -> list[Party]:
    """Who is named with what will, or will not, be done: *would defend Taiwan*.

    Or who is told so: *told the Council that it would comply*.
    """
    beside = [n for marker, n, far in syntax.obliques(verb) if marker in _TOWARDS and not far]
    told = syntax.objects(verb.head) if verb.dep_ == "ccomp" and verb.head.i < verb.i else ()
    named = [t for t in (*syntax.objects(verb), *beside) if sentence.mention(t) is not None]
    for tokens in (named, told):
        if others := _others((p for t in tokens for p in reader.read(t, sentence)), speakers):
            return others
    return []


def _kind_of_promise(verb: Token, lexicon: Lexicon) -> str | None:
    """What a speaker does by saying that he will, or will not, do what a verb says."""
    lemma = verb.lemma_.lower()
    if syntax.is_negated(verb) and lexicon.in_class(verb.lang_, lemma, "forbearVerb"):
        return "warning"
    if lexicon.in_class(verb.lang_, lemma, "answerVerb") and not syntax.is_negated(verb):
        return "warning"
    if lexicon.in_class(verb.lang_, lemma, "noPromise"):
        return None
    if syntax.is_negated(verb):
        return "promise" if _is_below(verb, "Pledge", lexicon) else "refusal"
    evokes = lexicon.look_up(verb.lang_, lemma)
    told = (e for e in evokes if e.kind == "event" and not e.fixed)
    if syntax.is_passive(verb) or any("withheld" not in e.readings for e in told):
        return None
    return "promise"


def _is_below(verb: Token, kind: str, lexicon: Lexicon) -> bool:
    """*promised that it would not close the base*: no refusal, but what is promised."""
    evokes = lexicon.look_up(verb.lang_, verb.head.lemma_.lower())
    return verb.dep_ == "ccomp" and any(e.event_type == kind for e in evokes)


def statement(sentence: Sentence, reader: PartyReader, lexicon: Lexicon) -> Reading | None:
    """*The letter was a first step, she said*: what an official says that is nothing more.

    A ministry, or someone whom nobody knows by name, is taken at their word only when they deny.
    """
    for verb in sentence.tokens:
        if verb.pos_ != "VERB" or syntax.is_negated(verb) or syntax.is_passive(verb):
            continue
        saying = (
            e for e in lexicon.look_up(verb.lang_, verb.lemma_.lower()) if "states" in e.readings
        )
        entry = next(saying, None)
        if entry is None or not _says_something(verb):
            continue
        speakers = sayer(verb, sentence, reader)
        if verb.dep_ in syntax.scheme(verb).relative or not speakers:
            continue
        denies = any(_denies(t, lexicon) for t in sentence.tokens)
        held = None if denies else _held_in_quotes(sentence, lexicon)
        if held is not None and all(_is_official(p) for p in speakers):
            told = _told_of(verb, held, speakers, sentence, reader)
            return Reading(held, verb, verb, speakers, told, arguments=tuple(sentence.tokens))
        if all(_is_official(p) and (denies or _is_of_rank(p)) for p in speakers):
            return Reading(entry, verb, verb, speakers, arguments=tuple(sentence.tokens))
    return None


def _says_something(verb: Token) -> bool:
    """Whether a clause or quotation is what is said."""
    quoted = any(t.text in _QUOTES for t in verb.sent)
    return quoted or any(
        c.dep_ in ("ccomp", "parataxis") and (c.pos_ in _VERBAL or _is_said(c))
        for c in verb.children
    )


def _is_said(word: Token) -> bool:
    """*que sa position était constante*: what is said hangs on the adjective, in French."""
    return any(child.dep_ == "cop" for child in word.children)


def _told_of(
    verb: Token, entry: Entry, speakers: Sequence[Party], sentence: Sentence, reader: PartyReader
) -> tuple[Party, ...]:
    """Whose deed a speaker holds something of: the subject's of what is said, or the other's."""
    said = (c for c in verb.children if c.dep_ in ("ccomp", "parataxis"))
    subjects = [s for clause in said for s in syntax.own_subjects(clause)]
    others = _others((p for s in subjects for p in reader.read(s, sentence, deed=True)), speakers)
    own = frozenset(state_of(p) for p in speakers)
    return tuple(others) or reader.discourse.facing_states(own, entry.event_type or "")


def _held_in_quotes(sentence: Sentence, lexicon: Lexicon) -> Entry | None:
    """*"This abhorrent act must end," she said*: the entry of what is condemned in her words."""
    tokens = sentence.tokens
    quoted = sum(t.text in _QUOTES for t in tokens) % 2 == 1 and tokens[0].text not in _QUOTES
    for token in tokens:
        quoted ^= token.text in _QUOTES
        named = token.pos_ == "PROPN" and token.i > 0
        if quoted and not named and lexicon.may_judge(token.lang_, token.lower_):
            entry = _judged(token, False, lexicon)
            if entry is not None and entry.event_type in _AGAINST:
                return entry
    return None


def _denies(token: Token, lexicon: Lexicon) -> bool:
    return token.dep_ == "neg" or lexicon.in_class(token.lang_, token.lower_, "negation")


def _is_of_rank(party: Party) -> bool:
    """Who takes a position for a state by what they say; its ministries and others tell details."""
    return party.entity.kind != "body" and not party.entity.is_local


def _is_official(party: Party) -> bool:
    if party.entity.kind == "person":
        return party.acts_for is not None or not party.entity.is_local
    return party.entity.kind in ("state", "organisation", "body")


def may_be_held(token: Token, lexicon: Lexicon) -> bool:
    """Tell cheaply whether a word is one by which deeds are judged, said of something."""
    judges = lexicon.may_judge(token.lang_, token.lower_) and token.pos_ in _NOMINAL
    return judges and _copula(token, lexicon) is not None


def judgement(
    token: Token,
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
    lexicon: Lexicon,
) -> Reading | None:
    """*The decision was a grave mistake, she said*: what the speaker holds of another's deed.

    What is said *not* to be good is condemned; what is said not to be bad is left alone.
    """
    if token.pos_ not in _NOMINAL or not speakers:
        return None
    copula = _copula(token, lexicon)
    if copula is None:
        return None
    subjects = [c for c in copula.children if c.dep_ in _HELD] or syntax.subjects(copula)
    entry = _judged(token, _is_denied(token, copula, lexicon), lexicon)
    if entry is None or not subjects or not all(_is_held(t, sentence, lexicon) for t in subjects):
        return None
    own = frozenset(state_of(p) for p in speakers)
    read = [p for t in subjects for p in reader.read(t, sentence, deed=True, apart=own)]
    others = _others(read, speakers)
    if read and not others:
        return None
    facing = reader.discourse.facing_states(own, entry.event_type or "")
    return Reading(
        entry, token, copula, tuple(speakers), tuple(others) or facing,
        arguments=(*subjects, copula, token),
    )  # fmt: skip


def charge(
    token: Token,
    entry: Entry,
    speakers: Sequence[Party],
    sentence: Sentence,
    reader: PartyReader,
    lexicon: Lexicon,
) -> Reading | None:
    """*Ecuador had violated the convention, Brazil said*: a wrong that is laid to another."""
    if not speakers or token.pos_ not in _VERBAL or token.dep_ not in _SAID:
        return None
    if syntax.is_negated(token) or not _does_wrong(token, entry, lexicon):
        return None
    group = list(syntax.verb_group(token))
    if any(t.tag_ == "MD" for t in group) or (token.tag_ == "VBG" and not group):
        return None
    doers = syntax.agents(token) if syntax.is_passive(token) else syntax.subjects(token)
    told = _others((p for t in doers for p in reader.read(t, sentence)), speakers)
    if not told:
        return None
    return Reading(entry, token, token, tuple(speakers), tuple(told), arguments=(*doers, token))


def is_worded(verb: Token, entry: Entry) -> bool:
    """Whether the words that an entry wants with a verb stand below it: *had* … *a hand* in it."""
    wanted = entry.worded.get(verb.lemma_.lower(), ())
    if not wanted or frozenset() in wanted:
        return bool(wanted)
    below = {t.lemma_.lower() for t in syntax.subtree(verb)}
    return any(words <= below for words in wanted)


def _does_wrong(verb: Token, entry: Entry, lexicon: Lexicon) -> bool:
    """*wages a hybrid war*, *backs the rebels*: wrongs only by what goes with them."""
    if not lexicon.in_class(verb.lang_, verb.lemma_.lower(), "wrongCarrier"):
        return True
    below = {t.lemma_.lower() for t in syntax.subtree(verb)}
    if any(words and words <= below for words in entry.worded[verb.lemma_.lower()]):
        return True
    beside = (n for _, n, far in syntax.obliques(verb) if not far)
    owned = syntax.own_subjects(verb) if syntax.is_passive(verb) else []
    return any(
        lexicon.in_class(verb.lang_, word, "wrongDeed")
        for noun in (*syntax.objects(verb), *beside, *owned)
        for t in (noun, *noun.children, *(g for c in noun.children for g in c.children))
        for word in (t.lemma_.lower(), t.lower_)
    )


def _copula(token: Token, lexicon: Lexicon) -> Token | None:
    """The verb that says a word of its subject, past what it is coordinated with or modifies."""
    word = token
    for _ in range(3):
        if any(child.dep_ in ("cop", "aux:pass") for child in word.children):
            # Universal Dependencies hang the copula on what is said.
            return word
        verb = word.head
        if word.dep_ not in _PREDICATES:
            return None
        if word.dep_ in ("acomp", "attr", "oprd", "dobj") or word.pos_ == "ADP":
            says = lexicon.in_class(verb.lang_, verb.lemma_.lower(), "copulaVerb")
            return verb if says and verb.i != word.i else None
        if word.dep_ not in ("conj", "amod", "compound") or verb.i == word.i:
            return None
        word = verb
    return None


def _is_denied(token: Token, copula: Token, lexicon: Lexicon) -> bool:
    """*was "absolutely not acceptable"*: a negation of the verb or right before the word."""
    words = lexicon.members(token.lang_, "negation")
    before = token.doc[max(token.i - _NEAR, 0) : token.i]
    return syntax.is_negated(copula) or any(t.dep_ == "neg" or t.lower_ in words for t in before)


def _judged(token: Token, negated: bool, lexicon: Lexicon) -> Entry | None:
    said = {token.lower_, token.lemma_.lower()}
    if token.i:
        said.add(f"{token.nbor(-1).lower_} {token.lower_}")
    for entry in lexicon.judgements(token.lang_):
        wanted = entry.denied if negated else entry.fixed
        if said & set(wanted):
            return entry
    return None


def _is_held(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a subject is a state, something done or said, or points back at it."""
    if token.pos_ == "PRON" or token.tag_ in ("DT", "WDT"):
        return token.lower_ not in ("there", "who")
    mention = sentence.mention(token)
    if mention is not None:
        return mention.entity.kind in _STATES
    lemma = token.lemma_.lower()
    people = ("privateNoun", "domesticNoun", "person", "troops")
    return not any(lexicon.in_class(token.lang_, lemma, kind) for kind in people)


def _others(parties: Iterable[Party], speakers: Sequence[Party]) -> list[Party]:
    own = {state_of(p) for p in speakers}
    return [p for p in parties if state_of(p) not in own]
