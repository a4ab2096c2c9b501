"""Mend what the small models with Universal Dependencies (French) get wrong.

In: a parsed sentence and the lexicon. Out: the same sentence with its verbs set right, in place:
*Le Pakistan nie tout rôle* has a verb and no adjective, *douze diplomates* is a noun with a
number. Forms are the lexicon's; nothing here knows a word.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.language import Sentence
from publisher.lexicon import Entry, Lexicon

__all__ = ["restore"]

_AMONG = frozenset({"entre"})
_VERBAL = frozenset({"VERB", "AUX"})
_NOMINAL = frozenset({"NOUN", "PROPN", "NUM"})
_LOW_LINKS = frozenset({"amod", "flat:name", "nmod", "appos", "flat:foreign", "fixed"})
_UNLIKE_NAMES = frozenset({"VERB", "AUX", "ADV", "ADJ", "SCONJ"})
_IN_PHRASE = frozenset({"nmod", "flat:name", "appos", "conj", "fixed", "amod"})
_PARTICIPLE = ("é", "ée", "és", "ées")
_AFTER = frozenset({"DET", "PROPN", "ADP", "ADV", "PRON", "SCONJ", "NUM"})


def restore(sentence: Sentence, lexicon: Lexicon) -> None:
    """Set the parse of one sentence right, in place."""
    for token in sentence.tokens:
        _count(token)
        _pair(token, sentence)
        if _is_noun(token, sentence, lexicon):
            token.pos_ = "NOUN"
        mention = sentence.mention(token)
        if mention is not None:
            if token.pos_ in _UNLIKE_NAMES and mention.how != "demonym":
                token.pos_ = "PROPN"
            continue
        _prepose(token, sentence, lexicon)
        verbs = _verbs(token, lexicon)
        if not verbs:
            continue
        if token.dep_.startswith("aux") or token.dep_ == "dep":
            _raise(token, verbs, lexicon)
        if token.pos_ in _VERBAL:
            _name(token, verbs, lexicon)
            if token.dep_ in _LOW_LINKS and _is_lost(token, sentence):
                _promote(token)
            elif (topic := _resumed(token, sentence)) is not None:
                _resume(token, topic)
        elif _has_auxiliary(token) or _is_joined(token):
            _name(token, verbs, lexicon)
            token.pos_ = "VERB"
        elif _is_lost(token, sentence):
            _name(token, verbs, lexicon)
            _promote(token)
    _restore_participle(sentence, lexicon)
    for token in sentence.tokens:
        _regroup(token, sentence)
    _join_objects(sentence)


def _verbs(token: Token, lexicon: Lexicon) -> list[Entry]:
    """The verbs of the lexicon that a word is a form of."""
    return [
        e for e in lexicon.look_up(token.lang_, token.lower_)
        if e.part_of_speech == "verb" and (token.lower_ in e.forms or token.lower_ == e.lemma)
    ]  # fmt: skip


def _name(token: Token, verbs: list[Entry], lexicon: Lexicon) -> None:
    """Give a verb its lemma, where the model made up one that is no word."""
    if not lexicon.look_up(token.lang_, token.lemma_.lower()):
        token.lemma_ = verbs[0].lemma


def _count(token: Token) -> None:
    """*douze diplomates*: a number that heads what it counts changes places with it."""
    if not token.like_num or token.i + 1 >= len(token.doc):
        return
    noun = token.nbor(1)
    if noun.head.i != token.i or noun.dep_ not in _LOW_LINKS or noun.pos_ not in _NOMINAL:
        return
    _take_place(noun, token)
    token.dep_ = "nummod"
    for child in list(token.children):
        _hang(child, noun, child.dep_)


def _pair(token: Token, sentence: Sentence) -> None:
    """*entre Paris et Berlin a duré*: the second name is no subject, but goes with the first."""
    marker = syntax.marker_of(token)
    if marker is None or marker.lower_ not in _AMONG or token.i + 2 >= len(token.doc):
        return
    if token.nbor(1).pos_ != "CCONJ":
        return
    second = next(
        (t for t in token.doc[token.i + 2 : token.i + 4] if sentence.mention(t) is not None), None
    )
    if second is not None and second.head.i != token.i:
        _hang(second, token, "conj")


def _is_noun(token: Token, sentence: Sentence, lexicon: Lexicon) -> bool:
    """*l'assouplissement*: a noun of the lexicon after its article, taken for something else."""
    if token.pos_ in _NOMINAL or token.i == 0 or sentence.mention(token) is not None:
        return False
    before = token.nbor(-1)
    if before.pos_ != "DET" or before.dep_ != "det" or before.head.i != token.i:
        return False
    nouns = lexicon.look_up(token.lang_, token.lower_)
    return any(e.part_of_speech == "noun" for e in nouns)


def _prepose(token: Token, sentence: Sentence, lexicon: Lexicon) -> None:
    """*envers Israël*: a preposition of the frames before a name, taken for a word of its own."""
    if token.pos_ == "ADP" or token.lower_ not in lexicon.markers.get(token.lang_, ()):
        return
    after = token.doc[token.i + 1 : token.i + 3]
    name = next((t for t in after if sentence.mention(t) is not None), None)
    if name is None or after[0].pos_ == "ADP" or token.pos_ == "VERB" or token.head.i == token.i:
        return
    above = token.head
    if name.i == above.i or name in above.ancestors or name in token.ancestors:
        return
    name.head, name.dep_ = above, "obl:arg"
    token.pos_, token.head, token.dep_ = "ADP", name, "case"


def _raise(participle: Token, verbs: list[Entry], lexicon: Lexicon) -> None:
    """*a fait part*, *s'est dit préoccupé*: a verb that the model took for an auxiliary."""
    below = participle.head
    own = [e for e in verbs if e.kind in ("event", "reporting") and participle.lower_ in e.forms]
    helpers = [*below.children, *participle.children]
    helped = any(c.dep_.startswith("aux") and c.i < participle.i for c in helpers)
    if not own or not helped or below.i <= participle.i:
        return
    if any(c.dep_ == "aux:pass" and c.i != participle.i for c in below.children):
        return
    _take_place(participle, below)
    below.dep_ = "xcomp" if below.pos_ in _VERBAL | {"ADJ"} else "obj"
    participle.pos_ = "VERB"
    _name(participle, own, lexicon)
    for child in list(below.children):
        if child.i < participle.i:
            _hang(child, participle, child.dep_)


def _regroup(token: Token, sentence: Sentence) -> None:
    """Subjects that hang on an auxiliary, and names after a verb that are no part of it."""
    if token.dep_.startswith("nsubj") and token.head.dep_.startswith("aux"):
        _hang(token, token.head.head, token.dep_)
        return
    verb = token.head
    named = token.dep_ == "flat:name" and verb.pos_ == "VERB" and token.i > verb.i
    if named and sentence.mention(token) and all(c.dep_ != "obj" for c in verb.children):
        token.dep_ = "obj"


def _has_auxiliary(token: Token) -> bool:
    links = {child.dep_ for child in token.children}
    return "cop" not in links and any(link.startswith("aux") for link in links)


def _is_joined(token: Token) -> bool:
    """*suspend le commerce et expulse les attachés*: a verb joined to a verb, with an object."""
    if token.dep_ != "conj" or token.head.pos_ not in _VERBAL or token.i + 1 >= len(token.doc):
        return False
    before = token.nbor(-1)
    return (before.pos_ == "CCONJ" or before.text == ",") and token.nbor(1).pos_ in _AFTER


def _is_lost(token: Token, sentence: Sentence) -> bool:
    """A form that only a verb has, right after a name or *qui*, in a clause without a verb."""
    if token.i == 0 or sentence.mention(token) is not None or token.lower_.endswith(_PARTICIPLE):
        return False
    before = _before(token)
    if before is None or before.pos_ in ("DET", "ADP") or before.dep_.startswith("aux"):
        return False
    named = sentence.mention(before) is not None
    pronoun = before.pos_ == "PRON" and (
        "PronType=Rel" in str(before.morph) or "Person=" in str(before.morph)
    )
    if not named and not pronoun:
        return False
    following = token.nbor(1) if token.i + 1 < len(token.doc) else None
    ends = following is None or following.is_punct
    return ends or (following is not None and following.pos_ in _AFTER | {"NOUN", "VERB", "AUX"})


def _before(token: Token) -> Token | None:
    """The word before a verb, past adverbs and clitics."""
    at = token.i - 1
    while at > 0 and _passed(token.doc[at]):
        at -= 1
    return token.doc[at] if at >= 0 else None


def _passed(token: Token) -> bool:
    clitic = token.dep_ in ("obj", "iobj") and token.pos_ in ("PRON", "DET")
    return token.pos_ == "ADV" or clitic or "Reflex=Yes" in str(token.morph)


def _resumed(verb: Token, sentence: Sentence) -> Token | None:
    """*L'Iran, qui exige la paix, réclame*: the name that a verb after an aside has."""
    if verb.i == 0 or verb.nbor(-1).text != "," or verb.dep_ not in _LOW_LINKS:
        return None
    roots = [t for t in verb.ancestors if t.head.i == t.i]
    root = roots[0] if roots else None
    if root is None or root.pos_ in _VERBAL or root.i > verb.i or sentence.mention(root) is None:
        return None
    told = any(c.dep_ in ("acl:relcl", "appos", "acl") and c.i < verb.i for c in root.children)
    return root if told else None


def _resume(verb: Token, topic: Token) -> None:
    verb.head, verb.dep_ = verb, "ROOT"
    topic.head, topic.dep_ = verb, "nsubj"


def _promote(verb: Token) -> None:
    """Make a verb of a word that the model hung on its subject or its object."""
    verb.pos_ = "VERB"
    before = _before(verb)
    subject = before if before is None else _phrase_head(before, verb)
    if subject is None or subject.head.i == verb.i:
        if subject is not None and not subject.dep_.startswith("nsubj"):
            subject.dep_ = "nsubj"
        if verb.dep_.startswith("obl") and not any(c.dep_ == "case" for c in verb.children):
            verb.dep_ = "ccomp"
        return
    if verb.head.i == subject.i or verb.dep_ in _LOW_LINKS:
        if verb.head.i > verb.i:
            _over_object(verb)
        else:
            _take_place(verb, subject if verb.head.i == subject.i else verb.head)
    clause = subject.head
    if clause.i > verb.i and clause.pos_ not in _VERBAL and verb not in subject.ancestors:
        # "Le Pakistan ferme son espace aérien": the subject hangs on the object.
        _take_place(verb, clause)
        clause.dep_ = "obj"
    if subject.i != verb.i:
        _hang(subject, verb, "nsubj")
    for child in list(subject.children):
        if child.i > verb.i:
            _hang(child, verb, _link(child))
    _take_object(verb)
    if verb.dep_.startswith("obl") and not any(c.dep_ == "case" for c in verb.children):
        verb.dep_ = "ccomp"
    above = verb.head
    if verb.dep_.startswith("nsubj") and above.pos_ in _VERBAL and above.i > verb.i:
        _take_place(verb, above)
        above.dep_ = "conj"


def _take_object(verb: Token) -> None:
    """*ferme son espace, suspend le commerce*: an object taken for the next verb's subject."""
    nouns = [t for t in verb.doc[verb.i + 1 : verb.i + 4] if t.pos_ in _NOMINAL]
    if not nouns or not nouns[0].dep_.startswith("nsubj") or nouns[0].head.i < nouns[0].i:
        return
    noun, other = nouns[0], nouns[0].head
    if noun.left_edge.i != verb.i + 1 or other.pos_ not in _VERBAL or other in verb.ancestors:
        return
    if other.head.i == other.i and verb.head.i == verb.i:
        _hang(other, verb, "conj")
        _hang(noun, verb, "obj")


def _phrase_head(token: Token, verb: Token) -> Token:
    """The head of the noun phrase that ends right before a verb."""
    head = token
    while (
        head.head.i < head.i and head.dep_ in _IN_PHRASE and head.head.pos_ in _NOMINAL
        and head.head.i != verb.i
    ):  # fmt: skip
        head = head.head
    return head


def _over_object(verb: Token) -> None:
    noun = verb.head
    _take_place(verb, noun)
    noun.dep_ = "obj"


def _take_place(token: Token, above: Token) -> None:
    """Let a token hang where ``above`` hangs, and ``above`` on it."""
    top, link = above.head, above.dep_
    alone = top.i == above.i
    if alone or top.i == token.i or token.head.i == above.i or token not in top.ancestors:
        token.head = token if alone else top
        token.dep_ = "ROOT" if alone else link
        above.head = token


def _hang(token: Token, head: Token, link: str) -> None:
    if token.i != head.i and token not in head.ancestors:
        token.head, token.dep_ = head, link


def _link(token: Token) -> str:
    """What follows a verb without a preposition is its object."""
    if token.pos_ not in _NOMINAL:
        return token.dep_
    return "obl:arg" if any(c.dep_ == "case" for c in token.children) else "obj"


def _restore_participle(sentence: Sentence, lexicon: Lexicon) -> None:
    """*a expulsé deux diplomates*: an auxiliary taken for the verb, its participle for less."""
    for auxiliary in sentence.tokens[:-1]:
        participle = auxiliary.nbor(1)
        if auxiliary.pos_ not in _VERBAL or participle.pos_ in _VERBAL:
            continue
        if any(c.dep_.startswith("aux") for c in auxiliary.children):
            # "a fait part", "a porté plainte": no auxiliary, and a noun.
            continue
        if participle.head.i != auxiliary.i or sentence.mention(participle) is not None:
            continue
        verbs = _verbs(participle, lexicon)
        if verbs:
            _put_above(participle, auxiliary, verbs[0].lemma)


def _put_above(participle: Token, auxiliary: Token, lemma: str) -> None:
    above, link = auxiliary.head, auxiliary.dep_
    participle.pos_, participle.lemma_, participle.dep_ = "VERB", lemma, link
    participle.head = participle if above.i == auxiliary.i else above
    for child in list(auxiliary.children):
        if child.i != participle.i:
            child.head = participle
    auxiliary.head, auxiliary.dep_, auxiliary.pos_ = participle, "aux:tense", "AUX"


def _join_objects(sentence: Sentence) -> None:
    """*condamnent l'invasion*: a noun right after a verb that the model left without a head."""
    for noun in sentence.tokens:
        if noun.head.i != noun.i or noun.pos_ not in _NOMINAL:
            continue
        first = noun.left_edge.i
        verb = noun.doc[first - 1] if first else None
        if verb is not None and verb.pos_ == "VERB" and not any(
            c.dep_ == "obj" for c in verb.children
        ):  # fmt: skip
            _hang(noun, verb, _link(noun))
