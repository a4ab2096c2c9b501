"""Find who in the text says so.

In: a token in its sentence, and the paragraphs around it. Out: the parties that the text names
as the source: the subject of a reporting verb, *according to X*, the speaker of a quotation in
a neighbouring sentence, the signature under a post.

Attribution relations follow PARC 3 (Pareti 2012): source, cue and content.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.claims import Party
from publisher.extraction.mentioned import to_party
from publisher.extraction.parties import PartyReader
from publisher.language import Sentence
from publisher.lexicon import Lexicon

__all__ = ["Source", "carrying_source", "quote_speaker", "read_source", "sayer"]

_VERBAL = frozenset({"VERB", "AUX"})
# "says the president", "a annoncé le ministère": the models take the subject for an object.
_INVERTED = frozenset({"obj", "dobj", "nsubj", "obl:mod", "npadvmod", "attr"})
_REPORTED = frozenset({"parataxis", "advcl", "acl", "obj", "dobj", "prep"})
_CLAIMED = frozenset({"Alleged", "Denied"})
_SPEAKING = frozenset({"person", "body", "group", "organisation"})
_QUOTES = frozenset('"“”«»')


@dataclass(frozen=True)
class Source:
    """Who says so, by which verb (``None`` for *according to* and signatures)."""

    parties: tuple[Party, ...]
    verb: Token | None = None


def read_source(
    head: Token, sentence: Sentence, reader: PartyReader, lexicon: Lexicon
) -> Source | None:
    """Find the source of what ``head`` says within its own sentence."""
    current = head
    for _ in range(8):
        above = current.head if current.head.i != current.i else None
        if above is None:
            break
        if above.pos_ in _VERBAL and is_reporting(above, lexicon):
            labels = syntax.scheme(above)
            inside = current.dep_ in labels.clause | _REPORTED
            if inside and current.dep_ != "advcl":
                parties = sayer(above, sentence, reader)
                parties = parties or _unnamed(above, current, sentence, reader, lexicon)
                if parties:
                    return Source(_at_home(parties, above, current, sentence, reader), above)
        current = above
    return _parenthetical(head, sentence, reader, lexicon) or _of_sentence(
        sentence, reader, lexicon
    )


def carrying_source(
    verb: Token, sentence: Sentence, reader: PartyReader, lexicon: Lexicon
) -> Source | None:
    """*announced the recall of its envoy*: who announces a deed says so."""
    if not is_reporting(verb, lexicon, True):
        return None
    parties = sayer(verb, sentence, reader)
    return Source(parties, verb) if parties else None


def _unnamed(
    verb: Token, told: Token, sentence: Sentence, reader: PartyReader, lexicon: Lexicon
) -> tuple[Party, ...]:
    """*Kono met Evans, ministry officials said*: those of the state whose deed they tell."""
    speakers = syntax.own_subjects(verb)
    named = any(t.pos_ == "PROPN" and sentence.mention(t) for s in speakers for t in s.subtree)
    official = any(
        lexicon.in_class(s.lang_, word, "officialSource")
        for s in speakers
        for word in (s.lemma_.lower(), s.lower_)
    )
    if named or not official or told.i > verb.i:
        return ()
    found = [p for s in syntax.subjects(told) for p in reader.read(s, sentence)]
    joint = any("Number=Plur" in str(s.morph) and _is_theirs(s) for s in speakers)
    return tuple(
        replace(p, entity=p.acts_for or p.entity, acts_for=None)
        for p in (found if joint else found[:1])
    )


def _is_theirs(noun: Token) -> bool:
    return any(c.dep_ == "poss" and c.tag_ == "PRP$" for c in noun.children)


def _at_home(
    parties: tuple[Party, ...], verb: Token, told: Token, sentence: Sentence, reader: PartyReader
) -> tuple[Party, ...]:
    """*A Thai delegation will visit, spokesman Jirayu said*: a Thai spokesman, told of no other."""
    strangers = [
        p for p in parties
        if p.entity.kind == "person" and p.entity.is_local and p.role and p.acts_for is None
    ]  # fmt: skip
    if not strangers or told.i > verb.i:
        return parties
    states = [
        state for s in syntax.subjects(told) for p in reader.read(s, sentence)
        if (state := p.acts_for or p.entity).kind == "state"
    ]  # fmt: skip
    if not states:
        return parties
    return tuple(replace(p, acts_for=states[0]) if p in strangers else p for p in parties)


def is_reporting(verb: Token, lexicon: Lexicon, neutral: bool = False) -> bool:
    """Tell whether a verb is one of saying (of accusing too, unless ``neutral``)."""
    return any(
        entry.kind == "reporting"
        or (entry.kind == "operator" and entry.status in _CLAIMED and not neutral)
        for entry in lexicon.governing(verb.lang_, verb.lemma_.lower())
    )


def sayer(verb: Token, sentence: Sentence, reader: PartyReader) -> tuple[Party, ...]:
    """Give the parties that a verb of saying has for its subject, before or after it."""
    tokens = syntax.agents(verb) if syntax.is_passive(verb) else syntax.subjects(verb)
    if _is_inverted(verb):
        tokens = ()
    found = [p for token in tokens for p in reader.read(token, sentence)]
    if not found and not syntax.own_subjects(verb):
        after = [t for t in verb.children if t.i > verb.i and t.dep_ in _INVERTED]
        found = [p for token in after for p in reader.read(token, sentence)][:1]
    return tuple(found) or _named_before(verb, sentence)


def _is_inverted(verb: Token) -> bool:
    """*…, a dit Emmanuel Macron*: a clause of its own, whose subject comes after its verb."""
    if verb.dep_ not in ("conj", "parataxis") or syntax.own_subjects(verb):
        return False
    first = min(t.i for t in (verb, *syntax.verb_group(verb)))
    apart = first > 0 and (verb.doc[first - 1].text == "," or verb.doc[first - 1].text in _QUOTES)
    return apart and any(t.i > verb.i and t.dep_ in _INVERTED for t in verb.children)


def _named_before(verb: Token, sentence: Sentence) -> tuple[Party, ...]:
    """*…, a White House spokesman, John Kirby, said*: the name right before the verb."""
    position = verb.i - 1
    while position >= 0 and sentence.doc[position].is_punct:
        position -= 1
    mention = sentence.mention(sentence.doc[position]) if position >= 0 else None
    preceded = position > 0 and sentence.doc[position - 1].pos_ == "ADP"
    return (to_party(mention),) if mention is not None and not preceded else ()


def _parenthetical(
    head: Token, sentence: Sentence, reader: PartyReader, lexicon: Lexicon
) -> Source | None:
    """Find *, the ministry said*, which a model may hang below the clause that it reports."""
    for child in head.children:
        if child.dep_ in ("parataxis", "ccomp", "conj") and is_reporting(child, lexicon, True):
            between = sentence.doc[min(child.i, head.i) : max(child.i, head.i)]
            if any(t.text == "," or t.text in _QUOTES for t in between):
                parties = sayer(child, sentence, reader)
                if parties and not any(c.dep_ in ("ccomp", "xcomp") for c in child.children):
                    return Source(parties, child)
    return None


def _of_sentence(sentence: Sentence, reader: PartyReader, lexicon: Lexicon) -> Source | None:
    """The source that holds for a whole sentence, looked for once."""
    if sentence.start not in reader.sources:
        reader.sources[sentence.start] = (
            _according_to(sentence, reader, lexicon)
            or _stated_in(sentence, reader, lexicon)
            or _before_colon(sentence)
            or _tagged(sentence, reader, lexicon)
        )
    found = reader.sources[sentence.start]
    return found if isinstance(found, Source) else None


def _according_to(sentence: Sentence, reader: PartyReader, lexicon: Lexicon) -> Source | None:
    words = lexicon.members(sentence.language, "accordingTo")
    for token in sentence.tokens:
        if token.lower_ not in words and token.lemma_.lower() not in words:
            continue
        nouns = [noun for _, noun, _ in syntax.obliques(token)]
        if token.dep_ == "case":
            nouns.append(token.head)
        parties = [p for noun in nouns for p in reader.read(noun, sentence)]
        if parties:
            return Source(tuple(parties))
    return None


def _before_colon(sentence: Sentence) -> Source | None:
    """*Embassy of Israel in Baku: "We stand with you"*: who is named first, if a quote follows."""
    colon = next((t.i for t in sentence.doc if t.text == ":"), None)
    if not colon or colon + 1 == len(sentence.doc) or sentence.doc[colon + 1].text not in _QUOTES:
        return None
    named = (sentence.mention(t) for t in sentence.doc[:colon])
    speaker = next((m for m in named if m is not None and m.entity.kind in _SPEAKING), None)
    return Source((to_party(speaker),)) if speaker is not None else None


def _stated_in(sentence: Sentence, reader: PartyReader, lexicon: Lexicon) -> Source | None:
    """*In a statement released by France's foreign ministry: "…"*."""
    for token in sentence.tokens:
        if token.dep_ != "pobj" or not lexicon.in_class(
            token.lang_, token.lemma_.lower(), "statementNoun"
        ):
            continue
        parties = [p for p in reader.read(token, sentence) if p != reader.last_speaker]
        if parties:
            return Source(tuple(parties))
    return None


def _tagged(sentence: Sentence, reader: PartyReader, lexicon: Lexicon) -> Source | None:
    """*…, a annoncé le ministre*: the last clause says who, its subject after its verb."""
    for token in reversed(sentence.tokens):
        if token.pos_ not in _VERBAL or token.tag_ == "VBG" or not is_reporting(token, lexicon):
            continue
        first = min(t.i for t in (token, *syntax.verb_group(token)))
        inverted = not any(s.i < token.i for s in syntax.own_subjects(token))
        after = sentence.doc[token.i + 1 :]
        named = next((t for t in after if sentence.mention(t) is not None), None)
        near = named is not None and not any(t.pos_ in _VERBAL for t in after[: named.i - token.i])
        if first > 0 and sentence.doc[first - 1].text == "," and inverted and near and named:
            return Source(tuple(reader.read(named, sentence)), token)
    return None


def quote_speaker(sentence: Sentence, reader: PartyReader, lexicon: Lexicon) -> tuple[Party, ...]:
    """Give the speaker whom a sentence names for what it or its neighbour quotes."""
    for token in sentence.tokens:
        if token.pos_ in _VERBAL and is_reporting(token, lexicon):
            parties = sayer(token, sentence, reader)
            if parties:
                return parties
    return ()
