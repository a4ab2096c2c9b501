"""Find grammatical functions in a dependency parse, the same way for English and French.

In: spaCy tokens, labelled by the ClearNLP scheme (English models) or by Universal Dependencies
(French models). Out: subjects, objects, obliques with their prepositions, governors. Nothing
here knows a word of a language; what differs between the two schemes is in :data:`SCHEMES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar

from spacy.tokens import Doc, Token

__all__ = [
    "agents", "clause_tokens", "complements", "conjuncts", "datives", "governor", "has_verb",
    "is_gendered", "is_infinitive", "is_negated", "is_passive", "marker_of", "modifiers", "objects",
    "obliques", "own_subjects", "particles", "settle", "subjects", "subtree", "verb_above",
    "verb_group",
]  # fmt: skip


@dataclass(frozen=True)
class Scheme:
    """The labels of a dependency scheme, by what they mean here."""

    subject: frozenset[str]
    subject_passive: frozenset[str]
    object: frozenset[str]
    clause: frozenset[str]
    adverbial: frozenset[str]
    relative: frozenset[str]
    modifier: frozenset[str]
    auxiliary: frozenset[str]


SCHEMES = {
    "en": Scheme(
        subject=frozenset({"nsubj", "csubj"}),
        subject_passive=frozenset({"nsubjpass", "csubjpass"}),
        object=frozenset({"dobj", "dative", "attr", "oprd"}),
        clause=frozenset({"ccomp", "xcomp", "pcomp"}),
        adverbial=frozenset({"advcl"}),
        relative=frozenset({"relcl", "acl"}),
        modifier=frozenset({"amod", "compound", "poss", "nmod"}),
        auxiliary=frozenset({"aux", "auxpass"}),
    ),
    "fr": Scheme(
        subject=frozenset({"nsubj", "csubj"}),
        subject_passive=frozenset({"nsubj:pass"}),
        object=frozenset({"obj", "iobj", "dobj"}),
        clause=frozenset({"ccomp", "xcomp"}),
        adverbial=frozenset({"advcl"}),
        relative=frozenset({"acl", "acl:relcl"}),
        modifier=frozenset({"amod", "compound", "flat:name", "nmod", "appos"}),
        auxiliary=frozenset({"aux", "aux:tense", "aux:pass", "aux:caus"}),
    ),
}

_T = TypeVar("_T")
_FOUND: Final = "syntax"
_BELOW: Final = "subtrees"
_CASE = frozenset({"case"})
_JOINING = frozenset({"de", "à"})
_PREPOSITION = frozenset({"prep", "agent", "dative"})
_VERBAL = frozenset({"VERB", "AUX"})


def scheme(token: Token) -> Scheme:
    """Give the label scheme of a token's language."""
    return SCHEMES.get(token.lang_, SCHEMES["en"])


def settle(doc: Doc) -> None:
    """Say that a parse stands: what is found at a token from now on is found once.

    The many entries of a verb ask for the same subjects; heads may not change after this.
    """
    doc.user_data[_FOUND] = {}


def _once(find: Callable[[Token], _T]) -> Callable[[Token], _T]:
    """Remember what a function finds at a token of a parse that stands."""
    name = find.__name__

    @wraps(find)
    def remembered(token: Token) -> _T:
        memory: dict[tuple[str, int], Any] | None = token.doc.user_data.get(_FOUND)
        if memory is None:
            return find(token)
        key = (name, token.i)
        if key not in memory:
            memory[key] = find(token)
        found: _T = memory[key]
        return found

    return remembered


@_once
def has_verb(token: Token) -> bool:
    """Tell whether there is a verb in what the parser takes for the sentence of a word."""
    return any(t.pos_ in _VERBAL for t in token.sent)


@_once
def is_passive(verb: Token) -> bool:
    """Tell whether a verb is passive, a bare past participle after a noun included."""
    labels = scheme(verb)
    if _is_active(verb):
        return False
    if any(c.dep_ in labels.subject_passive or c.dep_ == "auxpass" for c in verb.children):
        return True
    if any(c.dep_ == "aux:pass" for c in verb.children):
        # "est arrivé": the model takes the auxiliary of motion for a passive one.
        return not any(c.dep_ in labels.subject for c in verb.children)
    participle = verb.tag_ == "VBN" or "VerbForm=Part" in str(verb.morph)
    if "Tense=Pres" in str(verb.morph):
        participle = False
    has_auxiliary = any(c.dep_ in labels.auxiliary for c in verb.children)
    if verb.lang_ == "fr" and participle and verb.dep_ == "ROOT" and not has_auxiliary:
        # "Emmanuel Macron attendu à Rabat": a headline leaves the auxiliary out.
        return not any(c.dep_ == "cop" for c in verb.children)
    if participle and verb.dep_ == "conj" and not has_auxiliary:
        return _is_also_passive(verb)
    return participle and verb.dep_ in ("acl", "relcl", "advcl", "amod") and not has_auxiliary


def _is_also_passive(verb: Token) -> bool:
    """*was detained and expelled*, *praised by Serbia and condemned by Albania*."""
    links = {c.dep_ for c in verb.children}
    own = links & {"nsubj", "dobj", "obj"}
    return verb.lang_ == "en" and not own and (verb.head.i != verb.i and is_passive(verb.head))


def _is_active(verb: Token) -> bool:
    """*est arrivé*, *s'est rendu*: an auxiliary of tense, for all that its subject is labelled."""
    links = {c.dep_ for c in verb.children}
    return "aux:tense" in links and "aux:pass" not in links


def conjuncts(token: Token) -> list[Token]:
    """Give a token and what is coordinated with it to its right."""
    found = [token]
    for child in token.children:
        if child.dep_ == "conj" and child.pos_ not in _VERBAL:
            found.extend(conjuncts(child))
    return found


@_once
def own_subjects(verb: Token) -> tuple[Token, ...]:
    """Give the subjects that the parse hangs on this very verb, or on its auxiliary."""
    labels = scheme(verb)
    wanted = labels.subject | labels.subject_passive
    own = tuple(child for child in verb.children if child.dep_ in wanted)
    return own or tuple(
        child for auxiliary in verb_group(verb) for child in auxiliary.children
        if child.dep_ in wanted
    )  # fmt: skip


@_once
def subjects(verb: Token) -> tuple[Token, ...]:
    """Give a verb's subjects: its own, or through coordination, control and relative clauses."""
    return tuple(_subjects(verb, 0))


def _subjects(verb: Token, depth: int) -> list[Token]:
    own = [s for s in own_subjects(verb) if not is_relative_pronoun(s)]
    if own or depth > 6:
        return own
    labels = scheme(verb)
    head = verb.head
    if head.i == verb.i:
        return []
    relative = any(is_relative_pronoun(s) for s in own_subjects(verb))
    if relative or verb.dep_ in labels.relative or verb.dep_ == "acl:relcl":
        if named := _named_before(verb):
            return [named]
        noun = verb.head
        while noun.pos_ in _VERBAL and noun.head.i != noun.i and not relative:
            noun = noun.head
        if noun.pos_ in _VERBAL:
            return _subjects(noun, depth + 1)
        if not relative and "VerbForm=Inf" in str(verb.morph):
            return _holder_of(noun, depth)
        return [noun]
    if verb.dep_ == "acomp" or (verb.dep_ == "conj" and head.pos_ in _VERBAL):
        return _subjects(head, depth + 1)
    if verb.dep_ in labels.clause | labels.adverbial | {"prep", "pcomp", "ROOT", "parataxis"}:
        governing = governor(verb)
        if governing is None:
            return []
        if governing.pos_ in _VERBAL or governing.pos_ in ("ADJ",):
            controller = [
                o
                for o in objects(governing)
                if o.i < verb.i and o.dep_ in ("dobj", "obj", "dative", "iobj")
            ]
            if verb.dep_ in ("xcomp", "ccomp") and controller and not is_passive(governing):
                return controller
            return _subjects(governing, depth + 1)
        return _holder_of(governing, depth)
    if verb.dep_ in labels.auxiliary:
        return _subjects(head, depth + 1)
    return []


def _named_before(verb: Token) -> Token | None:
    """*the actions of Pakistan, which had expelled*: the name right before *which*."""
    for pronoun in own_subjects(verb):
        if pronoun.tag_ == "WDT" and pronoun.i > 1:
            at = pronoun.i - 2 if pronoun.nbor(-1).is_punct else pronoun.i - 1
            if verb.doc[at].pos_ == "PROPN":
                return verb.doc[at]
    return None


def _holder_of(noun: Token, depth: int) -> list[Token]:
    """Who has the decision, plan or right that a noun names: its genitive or its verb's subject."""
    owner = [
        c for c in noun.children
        if c.dep_ == "poss" or (c.dep_ == "compound" and c.pos_ == "PROPN")
    ]  # fmt: skip
    if owner:
        return owner
    head = noun.head
    while head.i != head.head.i and head.pos_ not in _VERBAL:
        head = head.head
    if head.pos_ not in _VERBAL:
        return []
    return [*agents(head)] if is_passive(head) else _subjects(head, depth + 1)


def is_relative_pronoun(token: Token) -> bool:
    """Tell *who*, *which*, *that*, *qui* from other pronouns by their morphology."""
    return token.tag_ in ("WDT", "WP", "WP$") or "PronType=Rel" in str(token.morph)


@_once
def objects(verb: Token) -> tuple[Token, ...]:
    """Give the direct (and bare indirect) objects of a verb, in the active sense."""
    labels = scheme(verb)
    if is_passive(verb):
        found = [c for c in verb.children if c.dep_ in labels.subject_passive]
        if not found:
            found = [*subjects(verb)]
        found = [
            verb.head if is_relative_pronoun(c) and verb.head.i != verb.i else c for c in found
        ]
        return (*found, *(c for c in verb.children if c.dep_ in ("oprd", "dobj", "attr")))
    found = [
        c for c in verb.children if c.dep_ in labels.object and c.pos_ != "ADP" and not _has_case(c)
    ]
    has_subject = any(s for s in own_subjects(verb) if not is_relative_pronoun(s))
    if not found and verb.dep_ in labels.relative and has_subject:
        return (verb.head,)
    return tuple(
        verb.head if is_relative_pronoun(c) and verb.dep_ in labels.relative else c for c in found
    )


def _has_case(token: Token) -> bool:
    return any(child.dep_ in _CASE and child.pos_ == "ADP" for child in token.children)


@_once
def agents(verb: Token) -> tuple[Token, ...]:
    """Give the agents of a passive verb (*by Washington*, *par Paris*)."""
    found: list[Token] = []
    for child in verb.children:
        if child.dep_ == "agent":
            found.extend(c for c in child.children if c.dep_ == "pobj")
        elif child.dep_ == "obl:agent":
            found.append(child)
    if not found:
        found = [noun for marker, noun, _ in obliques(verb) if marker in ("by", "par")]
    if not found and verb.lang_ == "en":
        # "ordered to leave by Tanzania": the models hang it on the infinitive.
        below = (c for c in verb.children if c.dep_ == "xcomp" and not is_passive(c))
        found = [noun for c in below for m, noun, far in obliques(c) if m == "by" and not far]
    return tuple(found)


@_once
def obliques(head: Token) -> tuple[tuple[str, Token, int], ...]:
    """Give (preposition, noun, distance) for what hangs on a verb or noun by a preposition.

    The parsers often hang a phrase one noun too low ("hold talks in Paris with X"), so phrases
    below the head's own nouns are given too, at a greater distance; clauses are not entered.
    """
    return tuple(_obliques(head, 0))


def _obliques(head: Token, depth: int) -> list[tuple[str, Token, int]]:
    found: list[tuple[str, Token, int]] = []
    if depth > 4:
        return found
    for child in head.children:
        if child.dep_ in _PREPOSITION and child.pos_ in ("ADP", "SCONJ", "PART", "VERB", "ADV"):
            found.extend(
                (other.lower_, noun, depth) for other in child.children
                if other.dep_ == "conj" and other.pos_ == "ADP"
                for noun in other.children if noun.dep_ == "pobj"
            )  # fmt: skip
            for noun in child.children:
                if noun.dep_ == "pobj":
                    found.append((child.lower_, noun, depth))
                    found.extend(_obliques(noun, depth + 1))
                elif noun.dep_ in ("prep", "pcomp") and noun.pos_ == "ADP":
                    found.extend((noun.lower_, n, depth) for n in noun.children if n.dep_ == "pobj")
        elif child.dep_ == "prt":
            found.extend((child.lower_, n, depth) for n in child.children if n.dep_ == "pobj")
        elif _has_case(child) and child.pos_ not in _VERBAL:
            marker = next(c for c in child.children if c.dep_ in _CASE and c.pos_ == "ADP")
            found.append((_contracted(marker), child, depth))
            found.extend(_obliques(child, depth + 1))
        elif child.pos_ == "ADV" and (noun := _after_adverb(child)) is not None:
            found.append((child.lower_, noun, depth))
            found.extend(_obliques(noun, depth + 1))
        elif _is_noun_phrase(child):
            found.extend(_obliques(child, depth + 1))
    return found


def _after_adverb(adverb: Token) -> Token | None:
    """*auprès de l'Iran*, *face à la Chine*: the noun of a preposition that ends in another."""
    for noun in adverb.children:
        marker = marker_of(noun)
        if marker is not None and marker.i == adverb.i + 1 and noun.pos_ not in _VERBAL:
            return noun if _contracted(marker) in _JOINING else None
    return None


def _contracted(marker: Token) -> str:
    """The lemma undoes French contractions (*du*, *aux*); a longer one is a verb's (*entrer*)."""
    shorter = len(marker.lemma_) <= len(marker.text)
    return marker.lemma_.lower() if marker.lang_ == "fr" and shorter else marker.lower_


def _is_noun_phrase(token: Token) -> bool:
    nominal = token.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "ADJ", "ADV", "SYM")
    labels = scheme(token)
    linked = labels.object | {
        "npadvmod",
        "conj",
        "attr",
        "nmod",
        "obl:mod",
        "obl:arg",
        "advmod",
        "acomp",
        "appos",
        "obl",
    }
    return nominal and token.dep_ in linked


def complements(verb: Token) -> list[Token]:
    """Give the verbs of the clauses that a verb governs."""
    labels = scheme(verb)
    return [
        c for c in verb.children if c.dep_ in labels.clause and c.pos_ in _VERBAL | {"ADJ", "NOUN"}
    ]


def governor(token: Token) -> Token | None:
    """Give the next word up that is not a preposition; ``None`` at the root."""
    if token.head.i == token.i:
        return None
    head = token.head
    while head.pos_ == "ADP" and head.head.i != head.i:
        head = head.head
    return head


def modifiers(noun: Token) -> list[Token]:
    """Give adjectives, compounds and genitives of a noun."""
    labels = scheme(noun)
    found = [
        c
        for c in noun.children
        if c.dep_ in labels.modifier and not (_has_case(c) and c.lang_ == "fr")
    ]
    # "Russia's attempted annexation": the models hang Russia on its adjective.
    return found + [o for c in found if c.dep_ == "amod" for o in c.children if o.dep_ == "poss"]


def marker_of(noun: Token) -> Token | None:
    """Give the preposition that a noun hangs by, in either scheme; ``None`` without one."""
    if noun.dep_ == "pobj":
        return noun.head
    return next((c for c in noun.children if c.dep_ in _CASE and c.pos_ == "ADP"), None)


def datives(verb: Token) -> list[Token]:
    """Give the pronouns before a verb that stand for *à* and a name (*lui demande*)."""
    return [c for c in verb.children if c.dep_ == "iobj" and c.pos_ == "PRON" and c.i < verb.i]


@_once
def particles(verb: Token) -> frozenset[str]:
    """Give the particles of a verb (*call in*, *se féliciter*), in lower case."""
    found = {c.lower_ for c in verb.children if c.dep_ in ("prt", "advmod", "prep", "acomp")}
    found |= {"se" for c in verb.children if "Reflex=Yes" in str(c.morph)}
    if verb.i + 1 < len(verb.doc):
        found.add(verb.nbor(1).lower_)
    return frozenset(found)


def is_negated(verb: Token) -> bool:
    """Tell whether a verb is negated (*did not*, *n'a pas*)."""
    return any(
        c.dep_ == "neg" or ("Polarity=Neg" in str(c.morph) and c.dep_ in ("advmod", "neg"))
        for c in verb.children
    )


@_once
def verb_group(verb: Token) -> tuple[Token, ...]:
    """Give the auxiliaries of a verb, in order."""
    labels = scheme(verb)
    return tuple(child for child in verb.children if child.dep_ in labels.auxiliary)


def verb_above(token: Token) -> Token | None:
    """Give the verb nearest above a word, however far that is."""
    return next((t for t in token.ancestors if t.pos_ in _VERBAL), None)


def is_gendered(pronoun: Token) -> bool:
    """Tell *he*, *her* and *sa* from pronouns that may stand for things."""
    return any(g in str(pronoun.morph) for g in ("Gender=Masc", "Gender=Fem"))


def is_infinitive(verb: Token) -> bool:
    """Tell whether a verb is an infinitive (*to act*, *agir*)."""
    return "VerbForm=Inf" in str(verb.morph) or any(a.lower_ == "to" for a in verb_group(verb))


def subtree(head: Token) -> tuple[Token, ...]:
    """Give a word and all that hangs below it, in order; of a parse that stands, found once."""
    if _FOUND not in head.doc.user_data:
        return tuple(sorted(head.subtree, key=lambda t: t.i))
    below: list[tuple[Token, ...]] | None = head.doc.user_data.get(_BELOW)
    if below is None:
        below = head.doc.user_data[_BELOW] = _subtrees(head.doc)
    return below[head.i]


def _subtrees(doc: Doc) -> list[tuple[Token, ...]]:
    """What hangs below each word: a word hangs below all that are above it."""
    tokens = list(doc)
    heads = [token.head.i for token in tokens]
    below: list[list[Token]] = [[] for _ in tokens]
    for token in tokens:
        at = token.i
        below[at].append(token)
        for _ in tokens:  # no more steps than there are words, whatever the heads are
            if heads[at] == at:
                break
            at = heads[at]
            below[at].append(token)
    return list(map(tuple, below))


@_once
def clause_tokens(head: Token) -> tuple[Token, ...]:
    """Give the tokens of a verb's clause in order, the clauses inside it left out."""
    labels = scheme(head)
    closed = labels.clause | labels.adverbial | labels.relative | {"acl:relcl"}
    members = [head]
    queue = [head]
    while queue:
        token = queue.pop()
        for child in token.children:
            if child.dep_ in closed and child.pos_ in _VERBAL:
                continue
            if child.dep_ == "conj" and child.pos_ in _VERBAL:
                continue
            members.append(child)
            queue.append(child)
    return tuple(sorted(members, key=lambda token: token.i))
