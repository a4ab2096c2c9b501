"""Turn a mention into the party that acts, and a place into the state that lies around it.

In: mentions of a text and tokens of its sentences. Out: parties; the state of *the government in
Caracas*, and of the ministry to which an envoy is called *in Oslo*.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Party
from publisher.extraction.lists import listed
from publisher.language import Sentence
from publisher.lexicon import Lexicon
from publisher.linking import Mention

__all__ = [
    "done_to", "is_nowhere", "located", "most_named", "seated", "to_party", "whose_words",
]  # fmt: skip

_OWNED = frozenset({"of", "de", "from"})
_IN = frozenset({"in", "à", "en"})
_SEATED_NOUNS = ("institutionNoun", "officeNoun")
_ATTRIBUTES = frozenset({"ADJ", "DET", "VERB"})
_NEAR = 5


def to_party(mention: Mention) -> Party:
    """Give the party that a mention names; a place stands for the state that it lies in."""
    acts_for = mention.acts_for
    if mention.entity.kind == "place" and acts_for is not None:
        return Party(acts_for, None, None, mention.start, mention.end)
    return Party(mention.entity, mention.role, acts_for, mention.start, mention.end)


def is_nowhere(mention: Mention) -> bool:
    """A place that lies in no state acts for nobody."""
    return mention.entity.kind == "place" and mention.acts_for is None


def most_named(mentions: Sequence[Mention]) -> tuple[Party, ...]:
    """The states and organisations that a text speaks of, those named most often first."""
    named: dict[str, list[Party]] = {}
    for mention in mentions:
        entity = mention.acts_for or mention.entity
        if entity.kind in ("state", "organisation") and not entity.is_local:
            party = Party(entity, None, None, mention.start, mention.end)
            named.setdefault(entity.iri, []).append(party)
    often = sorted(named.values(), key=lambda parties: (-len(parties), parties[0].start))
    return tuple(parties[0] for parties in often if len(parties) > 1)


def seated(token: Token, sentence: Sentence, lexicon: Lexicon) -> list[Party]:
    """*the government in Caracas*, wherever the parser hangs the place."""
    lemma = token.lemma_.lower()
    if not any(lexicon.in_class(token.lang_, lemma, c) for c in _SEATED_NOUNS):
        return []
    following = list(token.doc[token.i + 1 : token.i + _NEAR])
    if not following or following[0].pos_ != "ADP" or following[0].lower_ not in _OWNED | _IN:
        return []
    # "military governments in neighbouring Mali and Burkina Faso"
    place = next((t for t in following[1:] if t.pos_ not in _ATTRIBUTES), None)
    if place is None or sentence.mention(place) is None:
        return []
    named = (sentence.mention(t) for t in listed(place, sentence))
    return [to_party(m) for m in named if m is not None and not is_nowhere(m)]


def located(token: Token, sentence: Sentence, lexicon: Lexicon) -> list[Party]:
    """*In Oslo the envoy was called to the ministry*, *summoned him in the Indian capital*."""
    verb = syntax.verb_above(token)
    for marker, noun, far in syntax.obliques(verb) if verb is not None else ():
        if marker not in _IN or far:
            continue
        mention = sentence.mention(noun)
        first = noun.i < min((s.i for s in syntax.own_subjects(verb)), default=0)
        if first and mention is not None and mention.how in ("metonym", "place"):
            return [] if is_nowhere(mention) else [to_party(mention)]
        if lexicon.in_class(noun.lang_, noun.lemma_.lower(), "capitalNoun"):
            return [to_party(m) for c in noun.children if (m := sentence.mention(c))]
    return []


def whose_words(pronoun: Token, sentence: Sentence) -> Party | None:
    """*Putin's speech, in which he warned Kyiv*: he whose speech it is."""
    clause = pronoun.head
    if not syntax.is_gendered(pronoun) or clause.dep_ != "relcl" or pronoun.dep_ != "nsubj":
        return None
    if not any(g.tag_ == "WDT" for c in clause.children if c.dep_ == "prep" for g in c.children):
        return None
    owners = (sentence.mention(c) for c in clause.head.children if c.dep_ == "poss")
    named = (m for m in owners if m is not None and m.entity.kind == "person")
    return next((to_party(m) for m in named), None)


def done_to(subject: Token, sentence: Sentence) -> list[Party]:
    """Who is named as the object beside a subject: who *met Aliyev* is not Aliyev."""
    if subject.dep_ not in syntax.scheme(subject).subject:
        return []
    named = (sentence.mention(t) for t in syntax.objects(subject.head))
    return [to_party(m) for m in named if m is not None]
