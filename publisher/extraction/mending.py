"""Mend what the small models get wrong, and grammar makes plain, before frames are matched.

In: a parsed sentence and the lexicon. Out: the same sentence, with heads and labels set right
where the words around leave no doubt: *suspended flights and summoned the ambassador* has two
verbs, not an adjective; *Bolivia severs ties* is a sentence, not a pile of nouns.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.headlines import mend_headline, mend_title
from publisher.extraction.restoring import restore
from publisher.language import Sentence
from publisher.lexicon import Lexicon

__all__ = ["mend"]

_VERBAL = frozenset({"VERB", "AUX"})
_NOMINAL = frozenset({"NOUN", "PROPN"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "VBN"})
_LEFT_ALONE = frozenset({"DT", "CC", "MD", "POS", "PRP$", ",", ".", ":", "``", "''"})
"""Tags of words that no mistake we know of is about: every third word."""
_MISHUNG = frozenset({"prep", "npadvmod", "nsubj", "ccomp", "conj", "advcl"})
"""How words hang that are no verbs and may be in the wrong place."""


def mend(sentence: Sentence, lexicon: Lexicon) -> None:
    """Set the parse of one sentence right, in place."""
    if sentence.language != "en":
        restore(sentence, lexicon)
        return
    for token in sentence.tokens:
        if token.tag_ in _LEFT_ALONE or _is_settled(token):
            continue
        if _is_lost_conjunct(token):
            _rejoin(token)
        elif (verb := _listed_with(token)) is not None:
            token.head, token.dep_ = verb, "conj"
        elif (verb := _listed_below(token)) is not None:
            token.head = verb
        elif _is_lost_relative(token):
            _hang_on_noun(token)
        elif nations := _nations_before(token, sentence):
            _put_nations_first(token, nations)
        elif _is_hung_too_low(token):
            token.head = _finite_above(token)
        elif _is_before_to(token) or _is_speakers(token, sentence) or _is_reporters(token):
            token.head = token.head.head
        elif _is_owned(token, sentence):
            _make_noun(token, sentence)
        elif _is_demoted(token):
            _promote(token)
        elif (number := _number_that_acts(token)) is not None:
            _promote(token)
            _make_subject(number, token)
        elif _is_told_of_name(token, sentence):
            _make_main(token)
        elif (verb := _first_of_several(token, sentence, lexicon)) is not None:
            _put_first(token, verb)
        elif (lemma := _lost_verb(token, sentence, lexicon)) is not None:
            if _begins_clause(token):
                _make_clause(token, lemma)
            else:
                _make_verb(token, lemma, sentence)
        elif _is_told_by(token):
            _make_passive(token)
        elif (name := _after_be(token, sentence)) is not None:
            _put_subject_first(token, name)
    mend_title(sentence, lexicon)
    if sentence.headline:
        mend_headline(sentence, lexicon)


def _is_settled(token: Token) -> bool:
    """Tell cheaply that no mistake we know of is about a word: no verb, nor taken for none."""
    plural = token.lower_[-1:] == "s"
    return not plural and token.tag_[:2] != "VB" and token.dep_ not in _MISHUNG


def _after_be(token: Token, sentence: Sentence) -> Token | None:
    """*Also condemning the attack were France and Germany*: those who condemn it come last."""
    if token.tag_ != "VBG" or token.i > 1 or syntax.own_subjects(token):
        return None
    be = next((t for t in sentence.doc[token.i + 1 :] if t.lemma_ == "be"), None)
    if be is None or be.tag_ not in _FINITE or be.i + 1 == len(sentence.doc):
        return None
    if be.head.i != token.i and token.head.i != be.i:
        return None
    last = (t for t in sentence.doc[be.i + 1 :] if sentence.mention(t) is not None)
    name = next(last, None)
    near = name is not None and name.dep_ in ("nsubj", "dobj", "attr") and name.head in (be, token)
    return name if near else None


def _put_subject_first(verb: Token, name: Token) -> None:
    name.head, name.dep_ = verb, "nsubj"
    for child in verb.children:
        if child.dep_ == "aux":
            child.dep_ = "dep"


def _is_told_by(token: Token) -> bool:
    """*Turkey accused by Greece of a breach*, *detained and expelled by Chad*: passives."""
    if token.tag_ not in ("VBD", "VBN"):
        return False
    links = {child.dep_ for child in token.children}
    return "agent" in links and not links & {"dobj", "aux", "auxpass", "nsubjpass"}


def _make_passive(verb: Token) -> None:
    verb.tag_ = "VBN"
    for child in verb.children:
        if child.dep_ == "nsubj":
            child.dep_ = "nsubjpass"


def _is_lost_conjunct(token: Token) -> bool:
    """A verb right after *and*, taken for an adjective of its own object."""
    return (
        token.i > 0
        and token.dep_ == "amod"
        and token.tag_ in _FINITE
        and token.nbor(-1).pos_ == "CCONJ"
        and token.head.i > token.i
        and token.head.dep_ == "conj"
    )


def _listed_with(token: Token) -> Token | None:
    """*has ordered the envoy out, called home its own and frozen trade*: three deeds in a row.

    A participle with an object of its own says nothing of the noun before the comma.
    """
    if token.dep_ not in ("acl", "relcl") or token.tag_ not in ("VBN", "VBD") or token.i == 0:
        return None
    noun = token.head
    verb = noun.head
    listed = token.nbor(-1).text == "," and noun.i < token.i and noun.dep_ in ("dobj", "pobj")
    own = any(c.dep_ in ("dobj", "oprd") for c in token.children)
    bare = not any(c.dep_ in ("nsubj", "nsubjpass", "auxpass", "mark") for c in token.children)
    if not (listed and own and bare):
        return None
    while verb.pos_ == "ADP" and verb.head.i != verb.i:
        verb = verb.head
    finite = verb.tag_ in ("VBD", "VBN") and verb.i < token.i
    return verb if verb.pos_ in _VERBAL and finite else None


def _listed_below(token: Token) -> Token | None:
    """*began when Egypt severed ties, closed its sky and sealed its border*: Egypt did all three.

    A verb after a bare comma, with another after *and*, goes on with the verb next to it.
    """
    if token.dep_ != "conj" or token.tag_ != "VBD" or token.nbor(-1).text != ",":
        return None
    joined = any(c.dep_ == "conj" and c.pos_ in _VERBAL for c in token.children)
    own = any(c.dep_ in ("nsubj", "nsubjpass", "mark", "aux", "auxpass") for c in token.children)
    if own or not joined:
        return None
    between = (t for t in reversed(token.doc[token.head.i + 1 : token.i]) if t.pos_ in _VERBAL)
    verb = next(between, None)
    told = verb is not None and any(c.dep_ == "nsubj" for c in verb.children)
    return verb if verb is not None and told and verb.tag_ == "VBD" else None


def _nations_before(group: Token, sentence: Sentence) -> list[Token]:
    """*the Turkish and Greek ministers*: of both, though the first looks like an adjective."""
    mention = sentence.mention(group)
    joined = group.i > 1 and group.nbor(-1).pos_ == "CCONJ"
    if not joined or mention is None or mention.entity.kind != "group":
        return []
    first = group.nbor(-2)
    while first.dep_ == "conj" and first.head.i < first.i:
        first = first.head
    nations = [t for t in syntax.conjuncts(first) if t.i < group.i]
    below = first.dep_ == "amod" and first.head.i == group.i
    told = (sentence.mention(t) for t in nations)
    return nations if below and all(m is not None and m.how == "demonym" for m in told) else []


def _put_nations_first(group: Token, nations: list[Token]) -> None:
    first = nations[0]
    first.head, first.dep_ = (first if group.dep_ == "ROOT" else group.head), group.dep_
    group.head, group.dep_ = nations[-1], "conj"


def _is_lost_relative(token: Token) -> bool:
    """*actions by Pakistan, which had downgraded ties*: *which* begins no main clause."""
    if token.dep_ not in ("conj", "ccomp", "advcl") or token.head.i > token.i:
        return False
    pronoun = _which(token)
    return pronoun is not None and pronoun.i > 1 and _noun_before(pronoun) is not None


def _which(verb: Token) -> Token | None:
    """The subject *which* of a verb, also where the parser hangs it on the auxiliary."""
    group = [verb, *(c for c in verb.children if c.dep_ in ("aux", "auxpass"))]
    subjects = (c for t in group for c in t.children if c.dep_ in ("nsubj", "nsubjpass"))
    return next((s for s in subjects if s.tag_ == "WDT"), None)


def _noun_before(pronoun: Token) -> Token | None:
    before = pronoun.nbor(-1)
    if before.is_punct:
        before = before.nbor(-1)
    return before if before.pos_ in _NOMINAL else None


def _hang_on_noun(verb: Token) -> None:
    pronoun = _which(verb)
    noun = _noun_before(pronoun) if pronoun is not None else None
    if pronoun is None or noun is None:
        return
    above, pronoun.head = verb.head, verb
    verb.head, verb.dep_ = noun, "relcl"
    for sibling in list(above.children):
        own = any(c.dep_ in ("nsubj", "nsubjpass") for c in sibling.children)
        if sibling.dep_ == "conj" and sibling.i > verb.i and sibling.pos_ in _VERBAL and not own:
            sibling.head = verb


def _is_hung_too_low(token: Token) -> bool:
    """*ordered diplomats to leave and closed the consulate*: who ordered also closed.

    So in *said the treaty would stand and condemned Rome*, *said it would be kept and left Rome*.
    """
    return (
        token.dep_ == "conj"
        and (token.tag_ in ("VBD", "VBZ") or _acts_beside_passive(token))
        and (token.head.tag_ == "VBG" or _has_to(token.head))
        and not any(child.dep_ in ("nsubj", "nsubjpass") for child in token.children)
        and _finite_above(token).tag_ in _FINITE
    )


def _acts_beside_passive(token: Token) -> bool:
    passive = any(c.dep_ == "auxpass" for c in token.head.children)
    return passive and token.tag_ == "VBN" and any(c.dep_ == "dobj" for c in token.children)


def _has_to(verb: Token) -> bool:
    """*to leave*, *would leave*: a form that no finite verb stands beside."""
    return verb.tag_ in ("VB", "VBN") and any(
        c.dep_ == "aux" and c.tag_ in ("TO", "MD") for c in verb.children
    )


def _first_of_several(token: Token, sentence: Sentence, lexicon: Lexicon) -> Token | None:
    """*Somalia severs ties, gives envoys a week and calls its own home*: the first deed of three.

    The models take it for the next verb's subject, or for what that verb says.
    """
    if token.dep_ not in ("nsubj", "ccomp"):
        return None
    verb = token.head
    finite = verb.tag_ in ("VBZ", "VBD") and verb.i > token.i
    if not finite or not any(t.text == "," for t in token.doc[token.i + 1 : verb.i]):
        return None
    own = {c.dep_: c for c in token.children}
    if token.dep_ == "nsubj" and token.tag_ == "NNS" and "dobj" in own:
        lemma = token.lower_.removesuffix("s")
        entries = lexicon.look_up(token.lang_, lemma)
        known = any(e.kind == "event" and e.part_of_speech == "verb" for e in entries)
        return verb if known and _follows_name(token, sentence) else None
    alone = not any(c.dep_ in ("nsubj", "nsubjpass", "aux") for c in verb.children)
    told = token.dep_ == "ccomp" and token.tag_ == verb.tag_ and "nsubj" in own
    return verb if told and alone and "mark" not in own and verb.dep_ == "ROOT" else None


def _put_first(token: Token, verb: Token) -> None:
    if token.pos_ not in _VERBAL:
        _make_clause(token, token.lower_.removesuffix("s"))
    above, link = verb.head, verb.dep_
    token.head, token.dep_ = (token if above.i == verb.i else above), link
    verb.head, verb.dep_ = token, "conj"


def _is_before_to(token: Token) -> bool:
    """*summoned him on Monday to protest*: on Monday he was summoned."""
    if token.dep_ not in ("prep", "npadvmod"):
        return False
    verb = token.head
    if verb.dep_ not in ("advcl", "xcomp"):
        return False
    after = any(c.dep_ == "aux" and c.tag_ == "TO" and c.i > token.i for c in verb.children)
    return after and verb.head.i < token.i and verb.head.pos_ in _VERBAL


def _is_speakers(token: Token, sentence: Sentence) -> bool:
    """*Brazil said the apology was late and asked Bogotá*: who said also asked, not the apology."""
    if token.dep_ != "conj" or token.tag_ != "VBD":
        return False
    clause = token.head
    if clause.dep_ != "ccomp":
        return False
    own = [c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")]
    above = [c for c in clause.head.children if c.dep_ == "nsubj"]
    if any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children) or not own or not above:
        return False
    return clause.head.tag_ == "VBD" and all(
        c.pos_ == "NOUN" and sentence.mention(c) is None for c in own
    )


def _is_reporters(token: Token) -> bool:
    """*said on Friday it would act*: the Friday on which it was said."""
    if token.dep_ not in ("prep", "npadvmod"):
        return False
    clause = token.head
    if clause.dep_ != "ccomp":
        return False
    subjects = [c.i for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")]
    return bool(subjects) and clause.head.i < token.i < min(subjects)


def _is_owned(token: Token, sentence: Sentence) -> bool:
    """*Secretary Blinken's Call with X*: what follows a genitive is a noun."""
    return (
        token.i > 1
        and token.pos_ in _VERBAL
        and token.nbor(-1).text == "'s"
        and sentence.mention(token.nbor(-2)) is not None
    )


def _make_noun(token: Token, sentence: Sentence) -> None:
    token.pos_, token.tag_ = "NOUN", "NN"
    owner, mark = token.nbor(-2), token.nbor(-1)
    if token.head.i == owner.i:
        token.head, token.dep_ = token, "ROOT"
    owner.head, owner.dep_ = token, "poss"
    mark.head, mark.dep_ = owner, "case"


def _is_demoted(token: Token) -> bool:
    """*The Philippines summoned China's ambassador*, read as a summoned ambassador."""
    return (
        token.dep_ == "amod"
        and token.tag_ in _FINITE
        and token.head.i > token.i
        and any(child.dep_ == "nsubj" for child in token.children)
    )


def _promote(verb: Token) -> None:
    noun = verb.head
    above, link = noun.head, noun.dep_
    verb.dep_ = link
    verb.head = verb if above.i == noun.i else above
    noun.head, noun.dep_ = verb, "dobj"
    for child in list(noun.children):
        if child.dep_ in ("advcl", "punct"):
            child.head = verb


def _number_that_acts(token: Token) -> Token | None:
    """*The two held talks*, read as talks that were held: a sentence has a verb."""
    if token.dep_ != "amod" or token.tag_ not in _FINITE or token.i < 2:
        return None
    number, noun = token.nbor(-1), token.head
    counts = number.dep_ == "nummod" and number.head.i == noun.i and number.nbor(-1).tag_ == "DT"
    return number if counts and noun.dep_ == "ROOT" and noun.i > token.i else None


def _make_subject(number: Token, verb: Token) -> None:
    verb.pos_, verb.tag_ = "VERB", "VBD"
    number.nbor(-1).head = number
    number.head, number.dep_ = verb, "nsubj"


def _is_told_of_name(token: Token, sentence: Sentence) -> bool:
    """*Blinken, who once lived in Paris, called France a partner*: no name heads a sentence."""
    if token.dep_ not in ("acl", "relcl") or token.tag_ not in ("VBD", "VBN"):
        return False
    name = token.head
    if name.head != name:
        return False
    aside = any(c.dep_ in ("relcl", "acl", "appos") and c.i < token.i for c in name.children)
    links = {c.dep_ for c in token.children}
    last = not any(c.dep_ == "acl" and c.i > token.i for c in name.children)
    told = bool(links & {"dobj", "oprd", "ccomp", "xcomp"}) or (
        # "The Philippines, backed by Japan, protested to China"
        last and "prep" in links and "agent" not in links
    )
    bare = not links & {"nsubj", "nsubjpass", "auxpass", "mark"}
    return (
        sentence.mention(name) is not None and aside and told and bare
        and token.nbor(-1).text == ","
    )  # fmt: skip


def _make_main(verb: Token) -> None:
    name = verb.head
    verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
    name.head, name.dep_ = verb, "nsubj"


def _finite_above(token: Token) -> Token:
    above = token.head
    while above.head.i != above.i and (above.tag_ not in _FINITE or _has_to(above)):
        above = above.head
    return above


def _rejoin(verb: Token) -> None:
    noun = verb.head
    above = noun.head
    while above.pos_ not in _VERBAL and above.head.i != above.i:
        above = above.head
    if above.pos_ not in _VERBAL:
        return
    verb.head, verb.dep_ = above, "conj"
    noun.head, noun.dep_ = verb, "dobj"


def _lost_verb(token: Token, sentence: Sentence, lexicon: Lexicon) -> str | None:
    """The lemma of a verb in *-s* right after a name, where no verb heads the sentence."""
    if (
        token.pos_ not in _NOMINAL
        or not token.lower_.endswith("s")
        or sentence.mention(token) is not None
        or not _follows_name(token, sentence)
        or (_has_main_verb(token, sentence) and not _begins_clause(token))
    ):
        return None
    cuts = (1, 2) if token.lower_.endswith("es") else (1,)
    for lemma in (token.lower_[:-cut] for cut in cuts):
        entries = lexicon.look_up(token.lang_, lemma)
        if any(e.kind == "event" and e.part_of_speech == "verb" for e in entries):
            return lemma
    return None


def _begins_clause(token: Token) -> bool:
    """*a day before Macron heads to Beijing*: a conjunction before the name calls for a verb."""
    return any(c.dep_ == "mark" and c.pos_ == "SCONJ" for c in token.children)


def _make_clause(verb: Token, lemma: str) -> None:
    verb.pos_, verb.tag_, verb.lemma_ = "VERB", "VBZ", lemma
    verb.nbor(-1).head, verb.nbor(-1).dep_ = verb, "nsubj"


def _has_main_verb(token: Token, sentence: Sentence) -> bool:
    """Whether a verb heads the sentence: no name, nor the next word (*severs ties*).

    In a headline not the last word either: *summons envoy over genocide remarks*.
    """
    root = next(t for t in sentence.tokens if t.dep_ == "ROOT")
    if root.pos_ not in _VERBAL or root.i == token.i + 1:
        return False
    last = sentence.headline and root.i == len(root.doc) - 1
    return not last and sentence.mention(root) is None


def _follows_name(token: Token, sentence: Sentence) -> bool:
    at = token.i - 1
    while at >= 0 and sentence.doc[at].pos_ == "ADV":
        at -= 1
    return at >= 0 and sentence.mention(sentence.doc[at]) is not None


def _make_verb(verb: Token, lemma: str, sentence: Sentence) -> None:
    doc = sentence.doc
    names = [t for t in doc[: verb.i] if sentence.mention(t) is not None]
    root = next(t for t in doc if t.dep_ == "ROOT")
    if root.pos_ in _VERBAL:
        root.pos_, root.tag_ = "NOUN", "NNS"
    after = next((t for t in doc[verb.i + 1 :] if t.pos_ in _NOMINAL and _is_head(t)), None)
    verb.pos_, verb.tag_, verb.lemma_ = "VERB", "VBZ", lemma
    verb.head, verb.dep_ = verb, "ROOT"
    names[-1].head, names[-1].dep_ = verb, "nsubj"
    if after is not None:
        after.head, after.dep_ = verb, "dobj"
    if root.i not in (verb.i, after.i if after is not None else -1, names[-1].i):
        root.head, root.dep_ = verb, "dep"
    if root.i == names[-1].i:
        for child in [c for c in root.children if c.i > verb.i]:
            child.head = verb


def _is_head(noun: Token) -> bool:
    """Whether a noun heads its phrase: what comes next is no noun."""
    following = noun.nbor(1) if noun.i + 1 < len(noun.doc) else None
    return following is None or following.pos_ not in _NOMINAL
