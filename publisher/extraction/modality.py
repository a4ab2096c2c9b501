"""Tell how real an event is: the status that a clause and what governs it give.

In: the verb (or noun) that evokes an event, in its parsed sentence. Out: one of the ontology's
statuses (Occurred, Ongoing, Announced, CalledFor, Threatened, Alleged, Denied), or ``None``
where the text does not say that it happened or is due (*did not*, *might*, *if*).

Factuality follows the distinction of certain, probable and possible events of FactBank (Saurí
and Pustejovsky 2009), with the governing words as data: operators and modals of the lexicon.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from publisher.extraction import syntax
from publisher.extraction.kinds import expressions
from publisher.lexicon import Entry, Lexicon

__all__ = ["Modality", "carries", "is_refused", "read_modality", "tense_of"]

_NOT_REAL = frozenset({"Negated", "Hypothetical"})
_VERBAL = frozenset({"VERB", "AUX"})
_DOERS = frozenset({"by", "from"})


@dataclass(frozen=True)
class Modality:
    """A status, or ``None`` with the reason why the event is no claim; and the tense."""

    status: str | None
    reason: str
    tense: str = "past"


def tense_of(verb: Token) -> str:
    """Give ``past``, ``present`` or ``future`` for resolving a time expression."""
    if any(_is_future(aux) for aux in syntax.verb_group(verb)) or "Tense=Fut" in str(verb.morph):
        return "future"
    forms = [verb, *syntax.verb_group(verb)]
    if any("Tense=Past" in str(f.morph) or f.tag_ in ("VBD", "VBN") for f in forms):
        return "past"
    return "present"


def _is_future(aux: Token) -> bool:
    return (
        aux.tag_ == "MD"
        and aux.morph.get("VerbForm") == ["Fin"]
        and aux.lower_.startswith(("w", "'", "sh"))
    )


def read_modality(head: Token, entry: Entry, lexicon: Lexicon, *, headline: bool) -> Modality:
    """Read the status of the event that ``entry`` evokes at ``head``."""
    verb = head if head.pos_ in _VERBAL else None
    # "will not admit the minister" keeps him out: what is denied is the word, not the deed.
    withheld = "withheld" in entry.readings
    if verb is not None and not withheld and _is_denied(verb, lexicon):
        return Modality(None, "negated")
    if verb is not None and _is_conditional(verb):
        return Modality(None, "only under a condition")
    status = entry.status or "Occurred"
    tense = tense_of(verb) if verb is not None else "past"
    if verb is not None and not withheld:
        own, tense = _own_status(verb, lexicon, tense)
        if own in _NOT_REAL:
            return Modality(None, "only possible")
        status = own or status
    if withheld:
        return Modality(status, "")
    governed = _governed_status(head, lexicon) or _predicated_status(head, lexicon)
    if governed in _NOT_REAL and _is_endeavour(head, entry, lexicon):
        governed = None
    if governed in _NOT_REAL and not _is_uttered(head, entry):
        return Modality(None, "refused, avoided or only hoped for")
    if governed in _NOT_REAL:
        governed = None
    return Modality(governed or status, "", "future" if governed == "Announced" else tense)


def _is_endeavour(head: Token, entry: Entry, lexicon: Lexicon) -> bool:
    """*tried to end the row between them*: who tries to mediate does mediate."""
    above = syntax.governor(head)
    return (
        "endeavour" in entry.readings
        and above is not None
        and lexicon.in_class(above.lang_, above.lemma_.lower(), "tryWord")
    )


def is_refused(verb: Token, lexicon: Lexicon) -> bool:
    """*will not let in*, *refused to let in*: a deed that is done by not doing it."""
    if _is_denied(verb, lexicon):
        return _governed_status(verb, lexicon) not in _NOT_REAL | {"CalledFor"}
    above = syntax.governor(verb)
    if above is None or verb.dep_ != "xcomp":
        return False
    return lexicon.in_class(above.lang_, above.lemma_.lower(), "refuseWord")


def _is_denied(verb: Token, lexicon: Lexicon) -> bool:
    """*expelled no Britons*, *neither praised nor condemned*, *would no longer recognise*."""
    if syntax.is_negated(verb):
        return True
    words = lexicon.members(verb.lang_, "negation")
    beside = [c for c in verb.children if c.dep_ in ("preconj", "cc", "advmod")]
    beside += [g for c in verb.children if c.dep_ == "advmod" for g in c.children]
    beside += [g for o in syntax.objects(verb) for g in o.children if g.dep_ in ("det", "advmod")]
    if verb.dep_ == "conj":
        beside += [c for c in verb.head.children if c.dep_ == "cc" and c.i < verb.i]
    return any(token.lower_ in words for token in beside)


def _is_conditional(verb: Token) -> bool:
    """*if*, *unless*, *si*: a marker that the models tag as a subordinator with a condition."""
    return any(
        child.dep_ == "mark" and child.lemma_.lower() in _conditions(child.lang_)
        for child in verb.children
    )


def _conditions(language: str) -> frozenset[str]:
    from publisher.lexicon import load_lexicon

    return load_lexicon().classes.get((language, "condition"), frozenset())


def _own_status(verb: Token, lexicon: Lexicon, tense: str) -> tuple[str | None, str]:
    for aux in syntax.verb_group(verb):
        for entry in lexicon.governing(aux.lang_, aux.lemma_.lower()):
            if entry.part_of_speech == "modal" and entry.kind == "operator":
                return entry.status, "future"
    if "Tense=Fut" in str(verb.morph):
        return "Announced", "future"
    if verb.dep_ == "conj" and verb.tag_ == "VB" and verb.head.pos_ in _VERBAL:
        # "will hold talks and address Congress": one auxiliary for both.
        return _own_status(verb.head, lexicon, tense)
    if "Mood=Cnd" in str(verb.morph) or any(
        "Mood=Cnd" in str(a.morph) for a in syntax.verb_group(verb)
    ):
        return "Alleged", tense
    auxiliaries = syntax.verb_group(verb)
    if verb.tag_ == "VBG" and any(a.lemma_ == "be" for a in auxiliaries):
        return "Ongoing", tense
    # "are to meet", "are to be summoned"
    bare = verb.tag_ == "VB" or any(a.dep_ == "auxpass" and a.tag_ == "VB" for a in auxiliaries)
    infinitive = bare and any(a.lower_ == "to" for a in auxiliaries)
    if infinitive and verb.head.lemma_ == "be" and verb.dep_ == "xcomp":
        return "Announced", "future"
    above = syntax.governor(verb)
    alone = above is None or (above.pos_ not in _VERBAL and bool(syntax.own_subjects(verb)))
    titled = above is not None and above.dep_ == "ROOT" and above.pos_ in ("NOUN", "PROPN")
    if infinitive and (alone or (titled and verb.dep_ in ("relcl", "acl"))):
        return "Announced", "future"
    return None, tense


def _is_decreed(verb: Token, noun: Token, lexicon: Lexicon) -> bool:
    """*signed an order ending the ban*: what an order does is done, what it is *to* do is not."""
    told = verb.dep_ == "acl" and verb.tag_ == "VBG"
    return told and lexicon.in_class(noun.lang_, noun.lemma_.lower(), "decreeNoun")


def _governed_status(head: Token, lexicon: Lexicon) -> str | None:
    """Climb from the event to what governs it, as far as an operator's clause reaches."""
    current = head
    for _ in range(5):
        above = syntax.governor(current)
        if above is None:
            return None
        labels = syntax.scheme(current)
        if _is_done_to(current) or current.dep_ in labels.adverbial | {
            "relcl",
            "acl:relcl",
            "parataxis",
            "nsubj",
            "npadvmod",
        }:
            return None
        preposition = syntax.marker_of(current)
        if preposition is not None and _is_circumstance(preposition, lexicon):
            return None
        if _is_decreed(current, above, lexicon):
            current = above
            continue
        if current.dep_ == "conj" or current.pos_ not in _VERBAL:
            found = _operator(above, current, lexicon)
        elif current.dep_ in labels.clause | {"acl", "prep"}:
            if current.dep_ == "pcomp" and syntax.own_subjects(current):
                return None
            found = _operator(above, current, lexicon)
            if not found and current.dep_ == "pcomp" and above in syntax.objects(above.head):
                found = _operator(above.head, current, lexicon)
            if not found and current.dep_ == "pcomp":
                return None
        else:
            found = None
        if found:
            if above.pos_ in _VERBAL and syntax.is_negated(above):
                # "will not hesitate to impose": two negations leave the status of the verb.
                own = _own_status(above, lexicon, "")[0]
                return own if found in _NOT_REAL else "Negated"
            if found == "CalledFor" and _is_asked_for(above, lexicon):
                return "Hypothetical"
            turned_down = _is_turned_down(above, lexicon) or _has_none(above, lexicon)
            return "Negated" if turned_down else found
        if current.dep_ == "xcomp" and above.pos_ in _VERBAL and syntax.is_infinitive(current):
            own = "Negated" if syntax.is_negated(above) else _own_status(above, lexicon, "")[0]
            if own:
                return own
        current = above
    return None


def _is_uttered(noun: Token, entry: Entry) -> bool:
    """*rejected Egypt's call for a truce*: what another has said is said, whatever comes of it."""
    if noun.pos_ in _VERBAL or (entry.event_type or "") not in expressions():
        return False
    owned = any(c.dep_ == "poss" and c.tag_ != "PRP$" for c in noun.children)
    return owned or any(m in _DOERS and not far for m, _, far in syntax.obliques(noun))


def _is_done_to(verb: Token) -> bool:
    """*agreed a truce brokered by Qatar*: a participle says of its noun what has been."""
    return verb.lang_ == "en" and verb.dep_ == "acl" and verb.tag_ == "VBN"


def _predicated_status(noun: Token, lexicon: Lexicon) -> str | None:
    """*The talks will resume*, *agreements are expected to be signed*: what the verb says of it."""
    labels, verb = syntax.scheme(noun), noun.head
    if noun.pos_ in _VERBAL or verb.pos_ not in _VERBAL:
        return None
    if noun.dep_ not in labels.subject | labels.subject_passive:
        return None
    if syntax.is_negated(verb):
        return "Negated"
    if own := _own_status(verb, lexicon, "")[0]:
        return own if own != "Ongoing" else None
    entries = lexicon.governing(verb.lang_, verb.lemma_.lower())
    if any(child.dep_ in ("auxpass", "aux:pass") for child in verb.children):
        return next((e.status for e in entries if e.kind == "operator" and e.status), None)
    return None


def carries(verb: Token, lexicon: Lexicon) -> bool:
    """Tell *ordered the closure of the embassy*, which is done, from what is only asked for."""
    entries = lexicon.governing(verb.lang_, verb.lemma_.lower())
    return any(e.kind == "support" and e.status is None for e in entries)


def _is_asked_for(verb: Token, lexicon: Lexicon) -> bool:
    """*asked the court to order Iran to stop*: what is asked for is the order alone."""
    above = syntax.governor(verb) if verb.pos_ in _VERBAL else None
    if above is None or verb.dep_ not in syntax.scheme(verb).clause:
        return False
    return _operator(above, verb, lexicon) == "CalledFor"


def _is_turned_down(noun: Token, lexicon: Lexicon) -> bool:
    """*rejected the proposal to negotiate*: what the noun asks for is not going to be."""
    above = syntax.governor(noun)
    if noun.pos_ in _VERBAL or above is None:
        return False
    return _operator(above, noun, lexicon) == "Negated"


def _has_none(noun: Token, lexicon: Lexicon) -> bool:
    """*has no intention of expelling*, *no plans to impose*: what the noun plans is not planned."""
    words = lexicon.members(noun.lang_, "negation")
    return noun.pos_ not in _VERBAL and any(
        c.dep_ in ("det", "neg") and c.lower_ in words for c in noun.children
    )


def _is_marked(verb: Token) -> bool:
    return any(child.dep_ == "mark" for child in verb.children)


def _is_circumstance(preposition: Token, lexicon: Lexicon) -> bool:
    """*agreed in a deal brokered by China*: the deal is not what was agreed to come."""
    return lexicon.in_class(preposition.lang_, preposition.lower_, "circumstance")


def _operator(above: Token, governed: Token, lexicon: Lexicon) -> str | None:
    nominal = governed.pos_ not in _VERBAL
    finite = any("VerbForm=Fin" in str(t.morph) for t in [governed, *syntax.verb_group(governed)])
    words = (above.lemma_.lower(), above.lower_)  # the models take *hopes* for a form of *hop*
    for entry in next(filter(None, (lexicon.governing(above.lang_, w) for w in words)), ()):
        if entry.particles and not syntax.particles(above) & set(entry.particles):
            continue
        if entry.part_of_speech == "noun" and above.pos_ in _VERBAL:
            # "accorded recognition": not the noun in "an accord to withdraw".
            continue
        if entry.kind == "operator" and entry.status == "Denied" and governed.i < above.i:
            # "accused France of arming rebels, a charge Paris denies": the accusation is made.
            continue
        if entry.kind == "operator" and not nominal:
            if finite and entry.status in ("Announced", "Threatened", "Ongoing"):
                continue
            if finite and entry.status == "CalledFor" and not _is_marked(governed):
                continue
            if governed.dep_ == "conj":
                continue
            if (
                entry.status == "CalledFor"
                and syntax.is_passive(governed)
                and carries(above, lexicon)
            ):
                return "Announced"
            return entry.status
        if nominal and entry.kind == "support" and entry.status and governed.dep_ != "conj":
            return entry.status
        complement = governed.dep_ in ("dobj", "obj", "obl:arg") or (
            governed.dep_ == "pobj" and not _is_circumstance(governed.head, lexicon)
        )
        if nominal and entry.kind == "operator" and complement and entry.status != "Ongoing":
            return entry.status
    return None
