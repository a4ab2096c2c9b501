"""Find the words of a sentence that fill an argument of a frame.

In: an argument (subject, object, clause, or an oblique with its prepositions), the word that
evokes the frame and the verb that carries it. Out: the tokens that stand there, nearest first,
through passives, control and coordination, and by position where the parse gives nothing.
"""

from __future__ import annotations

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.gatherings import around, headed, names_party
from publisher.extraction.kinds import expressions
from publisher.extraction.modality import carries
from publisher.language import Sentence
from publisher.lexicon import Argument, Entry, Lexicon

__all__ = ["argument_tokens", "has_object_predicate", "is_telegraphic", "purpose_objects"]

_VERBAL = frozenset({"VERB", "AUX"})
_PREDICATES = frozenset({"NOUN", "PROPN", "ADJ", "ADV"})
_DATED = 4
_OF_NOUNS = frozenset({"acl", "advcl", "ccomp", "relcl"})
_BEGIN_CLAUSES = frozenset({"that", "for", "que", "pour"})
_AMONG = frozenset({"between", "entre"})


def _clauses(verb: Token, head: Token) -> list[Token]:
    """What is asked or hoped; *a demand that Peru sign*, *a deadline for Peru to sign*."""
    nouns = {noun.i: noun for noun in (*syntax.objects(verb), head) if noun.pos_ == "NOUN"}
    of_nouns = [
        c for noun in nouns.values() for c in noun.children
        if c.dep_ in _OF_NOUNS and any(g.lower_ in _BEGIN_CLAUSES for g in c.children)
    ]  # fmt: skip
    return [*syntax.complements(verb), *of_nouns]


def argument_tokens(
    argument: Argument,
    head: Token,
    verb: Token,
    entry: Entry,
    sentence: Sentence,
    lexicon: Lexicon,
) -> list[Token]:
    """Give the tokens at an argument of ``entry``, whose word is ``head`` and verb ``verb``."""
    if is_telegraphic(verb, entry):
        return _by_position(argument, verb, sentence)
    if argument.function == "subject":
        found = _subject_tokens(head, verb, entry, sentence, lexicon)
        return [*found, *_companions(verb, found, lexicon)] if found else []
    if argument.function == "object":
        if "oprd" in entry.readings and not _is_called(verb):
            return []
        if "undergone" in entry.readings and not syntax.is_passive(verb):
            return []
        adjective = entry.part_of_speech == "adjective"
        return _object_tokens(head if adjective else verb, entry, sentence)
    if argument.function == "clause":
        return [s for c in _clauses(verb, head) for s in syntax.own_subjects(c)]
    found = [
        (d, i, n) for i, (m, n, d) in enumerate(syntax.obliques(head)) if m in argument.markers
    ]
    if syntax.is_passive(verb) or _is_of_a_house(entry):
        # "Relations between Cuba and the United States were restored."
        found += [
            (d + 1, 50 + i, n)
            for subject in syntax.own_subjects(verb)
            for i, (m, n, d) in enumerate(syntax.obliques(subject))
            if m in argument.markers
        ]
    if entry.part_of_speech == "noun" and verb.i == head.i:
        # "A meeting took place between the two."
        found += [
            (d + 1, 50 + i, n)
            for i, (m, n, d) in enumerate(syntax.obliques(head.head))
            if m in _AMONG and m in argument.markers and head.dep_ in syntax.scheme(head).subject
        ]
    if "à" in argument.markers:
        found += [(0, 0, n) for n in syntax.datives(verb)]
    if "near" in entry.readings:
        return [noun for distance, _, noun in found if distance == 0]
    if verb.i != head.i:
        found += [
            (d + 1, 100 + i, n)
            for i, (m, n, d) in enumerate(syntax.obliques(verb))
            if m in argument.markers
        ]
    for child in syntax.complements(verb):
        if "of" in argument.markers or "for" in argument.markers or "to" in argument.markers:
            continue
        found += [
            (d + 3, 200 + i, n)
            for i, (m, n, d) in enumerate(syntax.obliques(child))
            if m in argument.markers
        ]
    return [noun for _, _, noun in sorted(found, key=lambda f: (f[0], f[1]))]


def _is_of_a_house(entry: Entry) -> bool:
    """*The embassy of Georgia in Moscow will close*: where it stands is said with the subject."""
    subject = entry.argument("subject")
    return subject is not None and subject.noun_class == "missionPlace"


def is_telegraphic(head: Token, entry: Entry) -> bool:
    """A verb of a headline that the tagger took for a noun (*German FM summons envoy*)."""
    return (
        entry.part_of_speech == "verb"
        and head.pos_ in ("NOUN", "PROPN")
        and not any(child.dep_ == "poss" for child in head.children)
        and not syntax.has_verb(head)
    )


def _by_position(argument: Argument, verb: Token, sentence: Sentence) -> list[Token]:
    """In a sentence without a verb: who stands before acts, who stands after is acted on."""
    if argument.function == "subject":
        before = [t for t in verb.doc[: verb.i] if sentence.mention(t) is not None]
        return before[-1:]
    if argument.function == "object":
        return [t for t in verb.doc[verb.i + 1 :] if sentence.mention(t) is not None][:1]
    return [
        follower
        for marker, follower in zip(verb.doc[verb.i + 1 :], verb.doc[verb.i + 2 :], strict=False)
        if marker.lower_ in argument.markers
    ]


def purpose_objects(verb: Token) -> list[Token]:
    """Give who is meant in *plan sanctions to punish Moscow*: the object of the purpose."""
    return [
        noun
        for child in verb.subtree
        if child.pos_ == "VERB"
        and child.dep_ in ("advcl", "acl", "xcomp", "relcl")
        and any(a.lower_ == "to" for a in syntax.verb_group(child))
        for noun in syntax.objects(child)
    ]


def has_object_predicate(verb: Token) -> bool:
    """Tell whether a verb says something of its object (*called them murderers*)."""
    return any(c.dep_ in ("oprd", "xcomp", "ccomp") for c in verb.children)


def _is_called(verb: Token) -> bool:
    """*called them murderers*; but *was called in to hear a protest* is called nothing."""
    said = (c for c in verb.children if c.dep_ in ("oprd", "xcomp", "ccomp"))
    return any(c.pos_ not in _VERBAL or not syntax.is_infinitive(c) for c in said)


def _object_tokens(verb: Token, entry: Entry, sentence: Sentence) -> list[Token]:
    found = [*syntax.objects(verb)]
    if "through" in entry.readings:
        # "refused to recognise Kosovo": what the refused deed would have been done to.
        for child in syntax.complements(verb):
            found.extend(syntax.objects(child))
            found.extend(noun for _, noun, _ in syntax.obliques(child))
    for child in verb.children:
        # "hauled in the envoy": the models take the particle for a preposition.
        if child.lower_ in entry.particles and child.dep_ == "prep":
            found.extend(t for t in child.children if t.dep_ == "pobj")
    for child in verb.children:
        # "urged China to release": the small models hang China on the infinitive.
        if child.dep_ in ("ccomp", "xcomp") and child.pos_ in _VERBAL:
            infinitive = any(
                a.lower_ == "to" for a in syntax.verb_group(child)
            ) or "VerbForm=Inf" in str(child.morph)
            if infinitive or verb.dep_ == "ROOT":
                finite = any(a.dep_ == "mark" for a in child.children)
                if infinitive and not finite:
                    found.extend(s for s in syntax.own_subjects(child) if s.i > verb.i)
        elif child.dep_ == "advcl" and child.tag_ == "VBG":
            # "sent the officers packing"
            found.extend(s for s in syntax.own_subjects(child) if s.i > verb.i)
        elif child.dep_ in ("ccomp", "xcomp", "oprd") and child.pos_ in _PREDICATES:
            found.extend(
                s
                for s in child.children
                if s.dep_ in ("nsubj", "poss", "compound") and s.i > verb.i
            )
            if child.pos_ == "PROPN":
                found.append(child)
    if not found and not syntax.is_passive(verb):
        found = _after(verb, entry, sentence)
    return found


def _after(verb: Token, entry: Entry, sentence: Sentence) -> list[Token]:
    """Where the parse gives no object: the next name, if only its own words come before."""
    for token in sentence.doc[verb.i + 1 : verb.i + 6]:
        if sentence.mention(token) is not None:
            return [token]
        own = token.pos_ in ("DET", "NUM", "ADJ", "PRON") or token.lower_ in entry.particles
        if not own:
            return []
    return []


def _subject_tokens(
    head: Token, verb: Token, entry: Entry, sentence: Sentence, lexicon: Lexicon
) -> list[Token]:
    if entry.part_of_speech == "noun":
        owners = [c for c in syntax.modifiers(head) if c.dep_ != "nummod"]
        named = [o for o in owners if names_party(o, sentence) and not _further_off(o, head)]
        owned = any(o.dep_ == "poss" and o.tag_ != "PRP$" for o in named)
        met = "gathering" in entry.readings and entry.symmetric
        if not met and (by := _doers(head, owned=owned)):
            # But "a conversation by phone with Putin" is by nobody.
            return by
        if verb.i == head.i and not named and (source := _sayers(head, entry)):
            return source
        if head.dep_ == "ROOT" and not named and (holder := _of_title(head, entry)):
            return holder
        if verb.i == head.i:
            return named or around(head, entry, sentence, lexicon) or headed(head, entry, sentence)
        if named and head.dep_ == "pobj":
            return named
        if _asks(verb, lexicon) and not carries(verb, lexicon):
            return named or _asked_for(verb, lexicon)
        if owned and "gathering" not in entry.readings and not syntax.own_subjects(verb):
            # "the envoy was called in to hear Japan's protest": it is Japan that protests.
            return [o for o in named if o.dep_ == "poss"]
        if syntax.is_passive(verb):
            return named or [*syntax.agents(verb)]
        return [*syntax.subjects(verb)] or _before(verb, sentence) or named
    if entry.part_of_speech == "adjective":
        # "Oslo was aghast": the models may put the auxiliary of a passive below the adjective.
        return [*(syntax.subjects if verb.pos_ in _VERBAL else syntax.own_subjects)(verb)]
    if "must" in entry.readings:
        modal = verb.dep_ in syntax.scheme(verb).auxiliary
        return [*syntax.subjects(verb.head if modal else verb)]
    if syntax.is_passive(verb):
        return [*syntax.agents(verb)] or _mover(verb, entry)
    near = _before(verb, sentence) if _is_finite(verb) and not syntax.own_subjects(verb) else []
    if near and not _is_object_above(near[0], verb):
        return near
    if asked := _asked(verb, lexicon) or _blamed(verb, lexicon):
        return asked
    if purpose := _purpose_subjects(verb, lexicon):
        return purpose
    found = [*syntax.subjects(verb)] or _before(verb, sentence) or _aside_subject(verb, sentence)
    return [*found, *_named_among(verb, lexicon)]


def _companions(verb: Token, subjects: list[Token], lexicon: Lexicon) -> list[Token]:
    """*Mali, along with Niger, left*, *together with Chad it asked*: who acts besides."""
    found: list[Token] = []
    for word in (c for head in (verb, *subjects) for c in head.children):
        before = word.nbor(-1).lower_ if word.i and word.pos_ == "ADP" else ""
        if any(lexicon.in_class(word.lang_, w, "alongWord") for w in (word.lower_, before)):
            below = [n for _, n, d in syntax.obliques(word) if d == 0]
            found += below or [n for n in word.children if n.dep_ == "pobj"]
    return found


def _named_among(verb: Token, lexicon: Lexicon) -> list[Token]:
    """*35 abstained, among them China and India*: those of the subject that are named."""
    for marker in verb.children:
        if marker.dep_ != "prep" or marker.i + 2 >= len(verb.doc):
            continue
        words = f"{marker.lower_} {marker.nbor(1).lower_}"
        if lexicon.in_class(verb.lang_, words, "amongThem"):
            done_to = any(o.i < marker.i for o in syntax.objects(verb))
            return [] if done_to else [marker.nbor(2)]
    return []


def _is_object_above(name: Token, verb: Token) -> bool:
    """*expelled the Sudanese envoy, recalled its own*: the envoy recalls nobody."""
    if verb.dep_ != "conj" or verb.nbor(-1).text != ",":
        return False
    above = syntax.objects(verb.head)
    return any(name.i == o.i or o in name.ancestors for o in above)


def _aside_subject(verb: Token, sentence: Sentence) -> list[Token]:
    """*Mali, itself run by soldiers, has warned*: the name that an aside took from its verb."""
    if not _is_finite(verb):
        return []
    labels = syntax.scheme(verb)
    for clause in verb.children:
        if clause.i < verb.i and clause.dep_ in labels.adverbial and clause.pos_ in _VERBAL:
            named = [t for t in syntax.own_subjects(clause) if sentence.mention(t) is not None]
            if named and all(t.text == "," or t.dep_ != "mark" for t in clause.children):
                return named
    return []


def _mover(verb: Token, entry: Entry) -> list[Token]:
    """*est intervenu*: a verb without an object, whose one auxiliary looks like the passive's."""
    if verb.lang_ != "fr" or entry.argument("object") or len(syntax.verb_group(verb)) != 1:
        return []
    return [*syntax.own_subjects(verb)]


def _further_off(modifier: Token, noun: Token) -> bool:
    """*l'expulsion de nombreux personnels russes*: the nationality is not the expulsion's."""
    return any(t.pos_ == "ADP" for t in noun.doc[noun.i + 1 : max(modifier.i, noun.i + 1)])


def _doers(noun: Token, *, owned: bool = False) -> list[Token]:
    """*the expulsion of 12 diplomats by Washington*: the nearest agent phrase.

    In *Chad's protest over raids by Sudan* Sudan has raided, and Chad protests.
    """
    by = [(d, n) for m, n, d in syntax.obliques(noun) if m in ("by", "par")]
    nearest = min((d for d, _ in by), default=0)
    return [n for d, n in by if d == nearest and not (owned and d)]


def _sayers(noun: Token, entry: Entry) -> list[Token]:
    """*There were calls from Berlin for restraint*: from whom something said comes."""
    if (entry.event_type or "") not in expressions():
        return []
    return [n for m, n, far in syntax.obliques(noun) if m == "from" and not far]


def _of_title(noun: Token, entry: Entry) -> list[Token]:
    """*Visit of the foreign minister to India*: in a title, whose deed it is."""
    if any("of" in argument.markers for argument in entry.arguments):
        return []
    return [n for m, n, far in syntax.obliques(noun) if m == "of" and not far]


def _asked(verb: Token, lexicon: Lexicon) -> list[Token]:
    """Who is to act in *called on the EU to act*: where the asking verb has its recipient."""
    asking = syntax.governor(verb)
    if asking is None or not syntax.is_infinitive(verb) or syntax.own_subjects(verb):
        return []
    if not _asks(asking, lexicon) or _calls_in(asking, lexicon):
        return []
    asked = [*syntax.objects(asking), *_asked_for(asking, lexicon)]
    return [n for n in asked if n.i < verb.i]


def _calls_in(verb: Token, lexicon: Lexicon) -> bool:
    """*called in the envoy to protest*: who calls someone in asks nothing of him."""
    words = syntax.particles(verb)
    return lexicon.in_class(verb.lang_, verb.lemma_.lower(), "purposeVerb") and any(
        lexicon.in_class(verb.lang_, word, "summoningWord") for word in words
    )


def _purpose_subjects(verb: Token, lexicon: Lexicon) -> list[Token]:
    """*summoned the envoy to protest*: who summoned protests, as nobody is asked to."""
    above = verb.head
    if verb.dep_ not in ("xcomp", "advcl") or above.pos_ not in _VERBAL or above.i > verb.i:
        return []
    if not syntax.is_infinitive(verb) or syntax.own_subjects(verb) or syntax.is_passive(above):
        return []
    purposeful = lexicon.in_class(above.lang_, above.lemma_.lower(), "purposeVerb")
    return [*syntax.subjects(above)] if purposeful else []


def _has_particles(verb: Token, entry: Entry) -> bool:
    return not entry.particles or bool(syntax.particles(verb) & set(entry.particles))


def _blamed(verb: Token, lexicon: Lexicon) -> list[Token]:
    """Who did it in *accused the army of firing*, *thanked Poland for taking them in*.

    In *joined Poland in expelling them* it is who joins as well.
    """
    gerund = verb.dep_ == "pcomp" or (verb.dep_ == "pobj" and verb.tag_ == "VBG")
    above = syntax.governor(verb) if gerund else None
    if above is not None and above in syntax.objects(above.head):
        # The small models hang it on the noun: "accused Russian forces of killing".
        above = above.head
    if above is None or above.pos_ not in _VERBAL or syntax.own_subjects(verb):
        return []
    if lexicon.in_class(above.lang_, above.lemma_.lower(), "joinVerb"):
        return [*syntax.subjects(above), *syntax.objects(above)]
    entries = lexicon.look_up(above.lang_, above.lemma_.lower())
    on_object = any(a.function == "object" and a.role for e in entries for a in e.arguments)
    return [o for o in syntax.objects(above) if o.i < verb.i] if on_object else []


def _asks(verb: Token, lexicon: Lexicon) -> bool:
    entries = lexicon.governing(verb.lang_, verb.lemma_.lower())
    return any(
        e.kind == "operator" and e.status == "CalledFor" and _has_particles(verb, e)
        for e in entries
    )


def _asked_for(asking: Token, lexicon: Lexicon) -> list[Token]:
    """*demanded an apology from Beirut*: who is to do what a verb of asking has for its object."""
    markers = {
        marker
        for entry in lexicon.look_up(asking.lang_, asking.lemma_.lower())
        for argument in entry.arguments
        if argument.role == "recipient"
        for marker in argument.markers
    }
    return [n for m, n, d in syntax.obliques(asking) if m in markers and d == 0]


def _is_finite(verb: Token) -> bool:
    return any("VerbForm=Fin" in str(t.morph) for t in (verb, *syntax.verb_group(verb)))


def _before(verb: Token, sentence: Sentence) -> list[Token]:
    """Where the parse gives no subject: the name before, if only adverbs lie between."""
    position = verb.i - 1
    while position >= 0:
        token = sentence.doc[position]
        mention = sentence.mention(token)
        if mention is not None:
            preceded = position > 0 and sentence.doc[position - 1].pos_ == "ADP"
            return [] if preceded or mention.how == "demonym" else [token]
        dated = token.pos_ in ("PROPN", "NUM", "ADP") and verb.i - position <= _DATED
        reflexive = token.dep_.startswith("expl")
        passed = token.pos_ in ("ADV", "AUX", "PART", "PUNCT", "DET")
        if not passed and not dated and not reflexive:
            return []
        position -= 1
    return []
