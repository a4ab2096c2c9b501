"""Find the other side of a deed in what its sentence says aside: a place, a post, an occasion.

In: a reading and its sentence. Out: who an envoy is sent to, whose soil people are told to leave,
who did what is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Party
from publisher.extraction.discourse import state_of
from publisher.extraction.mentioned import to_party
from publisher.extraction.parties import PartyReader
from publisher.extraction.reading import Reading
from publisher.language import Sentence
from publisher.lexicon import Lexicon

__all__ = [
    "addressed", "heeding", "hosts", "is_heeded", "named_beside", "named_within", "occasion",
    "stricken", "summoned", "where", "whom_it_holds_back",
]  # fmt: skip

_AWAY = frozenset({"from", "of", "in", "de", "à"})
_AFTER = frozenset({"after", "après"})
_OVER = frozenset({"after", "over", "following", "après"})
_WRITINGS = ("writingNoun", "statementNoun")
_BY = frozenset({"by", "as"})


def named_within(verb: Token, own: frozenset[str], sentence: Sentence) -> list[Party]:
    """*welcomed the election of X in Somalia*: whose matter is judged is named in the object."""
    below = (t for noun in syntax.objects(verb) for t in syntax.subtree(noun))
    return named_beside(verb, own, sentence) or _first_named(below, own, sentence)


def named_beside(verb: Token, own: frozenset[str], sentence: Sentence) -> list[Party]:
    """*denounced the jailing of Y by X*, *the debt that X owed*: who did what is judged.

    Also what comes after the judgement itself: *rejected as unfair an offer by X*.
    """
    if syntax.is_passive(verb):
        return []
    clauses = [
        c for noun in syntax.objects(verb) for c in noun.children if c.dep_ in ("relcl", "acl")
    ]  # fmt: skip
    doers = (
        t for c in clauses
        for t in (syntax.agents(c) if syntax.is_passive(c) else syntax.own_subjects(c))
    )  # fmt: skip
    called = (g for c in verb.children if c.lower_ == "as" for g in c.children if g.dep_ == "pcomp")
    heads = (*(n for m, n, _ in syntax.obliques(verb) if m in _BY), *called)
    beside = (t for head in heads for t in syntax.subtree(head))
    return _first_named((*doers, *beside), own, sentence)


def _first_named(tokens: Iterable[Token], own: frozenset[str], sentence: Sentence) -> list[Party]:
    named = (sentence.mention(t) for t in tokens)
    found = [to_party(m) for m in named if m is not None and (m.acts_for or not m.entity.is_local)]
    return [p for p in found if state_of(p) not in own][:1]


def occasion(
    verb: Token, own: frozenset[str], sentence: Sentence, reader: PartyReader
) -> list[Party]:
    """*voiced outrage after France exploded a bomb*: at who did what was the occasion."""
    heads = (verb, *(c for c in verb.children if c.dep_ == "xcomp"))
    for clause in (c for head in heads for c in head.children if c.i > verb.i):
        after = any(c.dep_ == "mark" and c.lower_ in _AFTER for c in clause.children)
        if clause.dep_ == "advcl" and after:
            doers = (t for t in syntax.own_subjects(clause) if t.pos_ != "PRON")
            found = [p for t in doers for p in reader.read(t, sentence)]
            states = [p for p in found if (p.acts_for or p.entity).kind == "state"]
            if others := [p for p in states if state_of(p) not in own]:
                return others
    return []


def stricken(
    reading: Reading, own: frozenset[str], sentence: Sentence, lexicon: Lexicon
) -> list[Party]:
    """*offered condolences and help after an earthquake in Iran*: whom a disaster has struck."""
    verb = reading.verb
    beside = (c for c in verb.children if c.dep_ == "conj" and not syntax.own_subjects(c))
    heads = (reading.head, verb, *beside)
    phrases = [phrase for head in heads for phrase in syntax.obliques(head)]
    struck = [
        n for m, n, _ in phrases
        if m in _OVER and lexicon.in_class(n.lang_, n.lemma_.lower(), "calamityNoun")
    ]  # fmt: skip
    places = (n for m, n, _ in phrases if m in ("in", "on") and any(n.i > s.i for s in struck))
    below = (t for noun in (*struck, *places) for t in syntax.subtree(noun))
    return _first_named(below, own, sentence)


def addressed(
    verb: Token, own: frozenset[str], sentence: Sentence, lexicon: Lexicon
) -> list[Party]:
    """*In a letter to the United Nations, Iran expressed regret*: to whom it was written."""
    written = (
        noun for marker, noun, far in syntax.obliques(verb)
        if marker == "in" and not far
        and any(lexicon.in_class(noun.lang_, noun.lemma_.lower(), c) for c in _WRITINGS)
    )  # fmt: skip
    readers = (
        n for noun in written for m, n, far in syntax.obliques(noun) if m == "to" and not far
    )
    return _first_named((t for reader in readers for t in syntax.subtree(reader)), own, sentence)


def summoned(
    verb: Token, own: frozenset[str], sentence: Sentence, reader: PartyReader
) -> list[Party]:
    """*called in the envoy to protest a treaty*: with whom one protests."""
    above, lexicon = verb.head, reader.lexicon
    purpose = verb.dep_ in ("xcomp", "advcl") and above.pos_ == "VERB" and above.i < verb.i
    if not purpose or not syntax.is_infinitive(verb) or syntax.is_passive(above):
        return []
    if not lexicon.in_class(above.lang_, above.lemma_.lower(), "purposeVerb"):
        return []
    called = [
        *syntax.objects(above),
        *(n for m, n, d in syntax.obliques(above) if m == "in" and not d),
    ]
    found = [p for t in called if t.i < verb.i for p in reader.read(t, sentence)]
    return [p for p in found if state_of(p) not in own]


def hosts(parties: Sequence[Party], sentence: Sentence) -> list[Party]:
    """*Denmark's ambassador to Iran was summoned*: by the state where he serves."""
    found = []
    for mentions in sentence.mentions.values():
        for mention in mentions:
            sent = any(p.start == mention.start for p in parties)
            if sent and mention.host is not None and mention.host.kind != "place":
                found.append(Party(mention.host, None, None, mention.start, mention.end))
    return found


def is_heeded(noun: Token, lexicon: Lexicon) -> bool:
    """Tell *at China's request*, *after an appeal by Kabul* from requests that are only made."""
    marker = syntax.marker_of(noun)
    return marker is not None and lexicon.in_class(noun.lang_, marker.lower_, "heedWord")


def heeding(
    noun: Token, own: frozenset[str], sentence: Sentence, reader: PartyReader
) -> list[Party]:
    """*The council met at China's request*: who does what was asked has been asked."""
    verb = syntax.verb_above(noun)
    if verb is None or noun in syntax.subjects(verb):
        return []
    doers = syntax.agents(verb) if syntax.is_passive(verb) else syntax.subjects(verb)
    found = [p for t in doers for p in reader.read(t, sentence)]
    if not found and syntax.is_passive(verb):
        # "Russian troops were sent at its request"
        sent = [p for t in syntax.own_subjects(verb) for p in reader.read(t, sentence)]
        found = [p for p in sent if p.acts_for is not None]
    return [p for p in found if state_of(p) not in own]


def where(verb: Token, parties: Sequence[Party], sentence: Sentence) -> list[Party]:
    """*ten Norwegians were ordered out of Moscow*, *declared unwelcome in Khartoum*: by whose."""
    theirs = {state_of(p) for p in parties}
    if not theirs:
        return []
    for noun in _left(verb):
        mention = sentence.mention(noun)
        if mention is not None and mention.entity.kind in ("state", "place"):
            party = to_party(mention)
            return [] if state_of(party) in theirs or party.entity.kind != "state" else [party]
    return []


def _left(verb: Token) -> Iterator[Token]:
    """*ordered out of Moscow*, *told to leave Eritrea*, *asked to get out of Mali*."""
    yield from (n for m, n, far in syntax.obliques(verb) if m in _AWAY and far == 0)
    for leaving in syntax.complements(verb):
        yield from syntax.objects(leaving)
        yield from (n for m, n, far in syntax.obliques(leaving) if m in _AWAY and far == 0)


def whom_it_holds_back(
    verb: Token, own: frozenset[str], sentence: Sentence, reader: PartyReader
) -> list[Party]:
    """*said that it would hit back if Lima attacked*: Lima is threatened."""
    top = next((t for t in verb.ancestors if t.dep_ == "ROOT"), verb)
    clauses = (
        c.head for c in syntax.subtree(top)
        if c.dep_ in ("mark", "advmod")
        and reader.lexicon.in_class(c.lang_, c.lemma_.lower(), "condition")
    )  # fmt: skip
    found = (
        p for clause in clauses for s in syntax.own_subjects(clause)
        for p in reader.read(s, sentence)
    )  # fmt: skip
    return [p for p in found if state_of(p) not in own]
