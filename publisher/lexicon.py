"""Read the OntoLex lexicon into frames that the extractor can look up by lemma.

In: ``ontology/lexicon/*.ttl`` (OntoLex-Lemon entries with ``synsem`` frames, W3C Community
Group report, 2016). Out: a :class:`Lexicon` of frozen :class:`Entry` objects, by language and
lemma, and a pattern that tells whether a sentence can hold any of them.

An entry is one of four kinds: ``event`` (*expel*: what happened), ``operator`` (*threaten to*:
the status it gives to what it governs), ``reporting`` (*say*: who says so) and ``support``
(*impose* sanctions: a verb whose object names the event).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from publisher.resources import keep_for_good, ontology_path
from publisher.vocabulary import DIP, LEX, LEXINFO, ONTOLEX, RDF, SKOS, SYNSEM

__all__ = ["Argument", "Entry", "Evoked", "Lexicon", "beginnings_of", "load_lexicon"]

_JUDGED, _CHARGED = "judged", "charged"
_MODAL = frozenset({"must", "promise", "refusal", "warning", "doomed"})
_BEGINNING = 5
"""So many letters of a word tell cheaply that another is not it; not more than ``_SHORT``."""
_SHORT = 5
_REPEATING = ("doneAgain", "doneBy")


@dataclass(frozen=True)
class Argument:
    """One argument of a frame: where grammar puts it and which role it fills.

    ``function`` is subject, object, clause or oblique; an oblique has ``markers`` (prepositions).
    ``role`` is actor, recipient, participant or ``None`` (present, but no role).
    """

    function: str
    markers: tuple[str, ...] = ()
    role: str | None = None
    required: bool = False
    counted: bool = False
    noun_class: str | None = None


@dataclass(frozen=True)
class Entry:
    """A word and what it evokes. ``event_type`` is a class of the ontology, by local name."""

    iri: str
    language: str
    lemma: str
    part_of_speech: str
    kind: str
    event_type: str | None = None
    arguments: tuple[Argument, ...] = ()
    status: str | None = None
    forms: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    readings: frozenset[str] = frozenset()
    recipient_kind: str | None = None
    examples: tuple[str, ...] = ()

    @cached_property
    def sought(self) -> Mapping[str, tuple[str, ...]]:
        """The ``fixed`` words, as they stand in a line of words with a space around each.

        They are given by how the longest begins: they are not there where no word of a line does.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for phrase in self.fixed:
            found[max(beginnings_of(phrase), key=len)].append(_sought(phrase))
        return {beginning: tuple(phrases) for beginning, phrases in found.items()}

    @cached_property
    def shunned(self) -> tuple[str, ...]:
        """The ``excludes``, as they stand in such a line."""
        return tuple(map(_sought, self.excludes))

    @cached_property
    def wanting(self) -> str:
        """What to say where none of the ``fixed`` words is there."""
        return "without " + " or ".join(self.fixed)

    @cached_property
    def worded(self) -> Mapping[str, tuple[frozenset[str], ...]]:
        """The ``fixed`` words by the first of each, with the others, which may stand apart.

        *have hand* is *has had a hand in it*, *be behind* is *was behind it*.
        """
        found: dict[str, list[frozenset[str]]] = defaultdict(list)
        for phrase in self.fixed:
            first, *others = phrase.split()
            found[first].append(frozenset(others))
        return {first: tuple(others) for first, others in found.items()}

    def argument(self, function: str) -> Argument | None:
        """Give the first argument with that grammatical function."""
        return next((a for a in self.arguments if a.function == function), None)

    @property
    def symmetric(self) -> bool:
        """Whether the parties are equal, as in a call, a meeting or an agreement."""
        return any(a.role == "participant" for a in self.arguments)


def beginnings_of(words: str) -> list[str]:
    """How each word of a line, or part of a word with a hyphen, begins."""
    return [word[:_BEGINNING] for word in words.lower().replace("-", " ").split()]


def _sought(phrase: str) -> str:
    """A long word may go on (*retaliat*); a short one must be whole (*for*, not *foreign*)."""
    whole = len(phrase.split()[-1]) < _SHORT
    return f" {phrase.lower()}{' ' if whole else ''}"


@dataclass(frozen=True)
class Evoked:
    """The entries of one form, by what must be there before their frames are tried.

    ``free`` are the events that need no word beside it, ``bound`` those that do, by how one that
    must be there begins. ``governing`` say something of what they govern: operators, reporting
    words and support verbs. ``modal`` and ``charged`` are deeds done by saying them: *must*, *will
    regret it*; a wrong that is laid to another.
    """

    entries: tuple[Entry, ...]
    free: tuple[Entry, ...]
    bound: Mapping[str, tuple[Entry, ...]]
    governing: tuple[Entry, ...]
    modal: tuple[Entry, ...]
    charged: tuple[Entry, ...]

    def among(self, beginnings: frozenset[str]) -> Iterator[Entry]:
        """Give the events that a sentence whose words begin so could tell of."""
        yield from self.free
        for beginning in self.bound.keys() & beginnings:
            yield from self.bound[beginning]


@dataclass(frozen=True)
class Lexicon:
    """The entries of all languages, and the noun classes that frames ask for."""

    entries: tuple[Entry, ...]
    by_iri: Mapping[str, Entry]
    by_form: Mapping[tuple[str, str], Evoked]
    classes: Mapping[tuple[str, str], frozenset[str]]
    triggers: Mapping[str, re.Pattern[str]]
    judging: Mapping[str, tuple[Entry, ...]]
    judging_words: Mapping[str, frozenset[str]]
    markers: Mapping[str, frozenset[str]]

    def look_up(self, language: str, lemma: str) -> tuple[Entry, ...]:
        """Give the entries whose canonical or other form is ``lemma`` (lower case)."""
        evoked = self.by_form.get((language, lemma))
        return evoked.entries if evoked else ()

    def governing(self, language: str, lemma: str) -> tuple[Entry, ...]:
        """Give the operators, reporting words and support verbs among the entries of a form."""
        evoked = self.by_form.get((language, lemma))
        return evoked.governing if evoked else ()

    def evoked(self, language: str, *forms: str) -> tuple[Evoked, ...]:
        """Give what each of some different forms evokes, if anything."""
        found = map(self.by_form.get, [(language, form) for form in forms])
        return tuple(filter(None, found))

    def judgements(self, language: str) -> tuple[Entry, ...]:
        """Give the entries by which a speaker judges a deed (*the move was unjustified*)."""
        return self.judging.get(language, ())

    def may_judge(self, language: str, word: str) -> bool:
        """Tell whether a word is one by which deeds are judged."""
        return word in self.judging_words.get(language, ())

    def in_class(self, language: str, noun: str, noun_class: str) -> bool:
        """Tell whether a noun (a lemma in lower case) belongs to a class such as missionMember."""
        return noun in self.classes.get((language, noun_class), ())

    def members(self, language: str, noun_class: str) -> frozenset[str]:
        """Give the members of a class of words."""
        return self.classes.get((language, noun_class), frozenset())

    def may_matter(self, language: str, text: str) -> bool:
        """Tell, without parsing, whether a sentence could evoke an event."""
        pattern = self.triggers.get(language)
        return bool(pattern and pattern.search(text.lower()))


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Read every lexicon file of a folder (default: the project's own, read once).

    Raises:
        LexiconError: a file is not Turtle, or an entry lacks what the lexicon's shapes ask for.
    """
    return _load(folder or ontology_path() / "lexicon")


class LexiconError(ValueError):
    """An entry that cannot be read; the message names it and says what is missing."""


@cache
def _load(folder: Path) -> Lexicon:
    graph = _Graph(folder)
    classes = _classes(graph)
    entries = tuple(sorted(_entries(graph, classes), key=lambda entry: entry.iri))
    by_form: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        for form in _indexed(entry):
            by_form[entry.language, form.lower()].append(entry)
    found = Lexicon(
        entries,
        {entry.iri: entry for entry in entries},
        {key: _evoked(value) for key, value in by_form.items()},
        classes,
        {
            language: _trigger(language, entries, _repeats(language, classes))
            for language in {e.language for e in entries}
        },
        {
            language: tuple(e for e in entries if e.language == language and _JUDGED in e.readings)
            for language in {e.language for e in entries}
        },
        {
            language: _judging_words(e for e in entries if e.language == language)
            for language in {e.language for e in entries}
        },
        {
            language: frozenset(
                m for e in entries if e.language == language for a in e.arguments for m in a.markers
            )
            for language in {e.language for e in entries}
        },
    )
    keep_for_good()
    return found


def _evoked(entries: Iterable[Entry]) -> Evoked:
    told = tuple(entries)
    free: list[Entry] = []
    bound: dict[str, list[Entry]] = defaultdict(list)
    for entry in told:
        if entry.kind == "event" and entry.readings.isdisjoint(_MODAL | {_CHARGED}):
            for places in map(bound.__getitem__, entry.sought) if entry.fixed else [free]:
                places.append(entry)
    return Evoked(
        told,
        tuple(free),
        {beginning: tuple(found) for beginning, found in bound.items()},
        tuple(e for e in told if e.kind != "event"),
        tuple(e for e in told if not _MODAL.isdisjoint(e.readings)),
        tuple(e for e in told if _CHARGED in e.readings),
    )


def _indexed(entry: Entry) -> tuple[str, ...]:
    """The forms by which an entry is looked up: for a wrong laid to another, all verbs of it."""
    if _JUDGED in entry.readings:
        return ()
    if _CHARGED in entry.readings:
        return tuple(entry.worded)
    return tuple({entry.lemma, *entry.forms})


def _judging_words(entries: Iterable[Entry]) -> frozenset[str]:
    """The words that say what is held of a deed; in French also adjectives after their noun."""
    return frozenset(
        part
        for entry in entries if _JUDGED in entry.readings
        for phrase in (*entry.fixed, *entry.denied)
        for part in (phrase, phrase.split()[-1] if entry.language == "fr" else phrase)
    )  # fmt: skip


def _repeats(language: str, classes: Mapping[tuple[str, str], frozenset[str]]) -> frozenset[str]:
    """The phrases that tell a deed again without naming it (*did the same*)."""
    return frozenset().union(*(classes.get((language, c), ()) for c in _REPEATING))


def _trigger(language: str, entries: Iterable[Entry], phrases: Iterable[str]) -> re.Pattern[str]:
    """A word can be a form of a lemma if it begins like it: cheap, and never misses one."""
    stems = {phrase.lower() for phrase in phrases}
    for entry in entries:
        if entry.language != language or entry.kind != "event":
            continue
        if _CHARGED in entry.readings:
            continue
        if _JUDGED in entry.readings:
            stems.update(word.split()[0] for word in (*entry.fixed, *entry.denied))
            continue
        for form in {entry.lemma, *entry.forms}:
            word = form.split()[0].lower()
            cut = 2 if language == "fr" and entry.part_of_speech == "verb" else 1
            stems.add(word[:-cut] if len(word) > 4 + cut else word)
    kept: list[str] = []
    for stem in sorted(stems):  # after what it begins with
        if not kept or not stem.startswith(kept[-1]):
            kept.append(stem)
    return re.compile(r"(?<!\w)" + _any_of(kept))


def _any_of(words: Sequence[str]) -> str:
    """A pattern for any of some words, in order: letter by letter, not one word after the other."""
    rest = {
        letter: [word[1:] for word in group]
        for letter, group in groupby(words, key=lambda word: word[:1])
    }
    if "" in rest:
        return ""
    found = [re.escape(letter) + _any_of(words) for letter, words in rest.items()]
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


class _Graph:
    """The triples of the lexicon, by subject and predicate."""

    def __init__(self, folder: Path) -> None:
        self._by_subject: dict[object, dict[str, list[object]]] = {}
        for path in sorted(folder.glob("*.ttl")):
            try:
                for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                    subject = self._by_subject.setdefault(_key(quad.subject), {})
                    subject.setdefault(quad.predicate.value, []).append(quad.object)
            except SyntaxError as error:
                raise LexiconError(f"{path}: {error}. Mend the Turtle at that line.") from error

    def subjects(self, a: str) -> Iterator[object]:
        for subject, properties in self._by_subject.items():
            if any(_value(o) == a for o in properties.get(str(RDF.type), ())):
                yield subject

    def objects(self, subject: object, predicate: str) -> list[object]:
        return self._by_subject.get(_key(subject), {}).get(str(predicate), [])

    def texts(self, subject: object, predicate: str) -> tuple[str, ...]:
        return tuple(sorted(_value(o) for o in self.objects(subject, predicate)))

    def text(self, subject: object, predicate: str) -> str | None:
        found = self.texts(subject, predicate)
        return found[0] if found else None


def _key(node: object) -> object:
    return node if isinstance(node, str | tuple) else str(node).strip("<>")


def _value(node: object) -> str:
    return str(getattr(node, "value", node))


def _local(iri: str | None) -> str | None:
    return re.split(r"[#/]", iri)[-1] if iri else None


def _entries(graph: _Graph, classes: Mapping[tuple[str, str], frozenset[str]]) -> Iterator[Entry]:
    kinds = {
        str(LEX.Operator): "operator",
        str(LEX.ReportingWord): "reporting",
        str(LEX.SupportVerb): "support",
    }
    arguments_of = cache(partial(_arguments, graph))  # many entries share a frame
    for subject in graph.subjects(str(ONTOLEX.LexicalEntry)):
        iri = str(subject)
        types = graph.texts(subject, str(RDF.type))
        kind = next((kinds[t] for t in types if t in kinds), "event")
        form = next(iter(graph.objects(subject, str(ONTOLEX.canonicalForm))), None)
        written = graph.objects(form, str(ONTOLEX.writtenRep)) if form is not None else []
        if not written:
            raise LexiconError(f"{iri}: no written form. Add ontolex:canonicalForm.")
        literal = written[0]
        language = str(getattr(literal, "language", None) or "en")
        senses = graph.objects(subject, str(ONTOLEX.sense))
        reference = graph.text(senses[0], str(ONTOLEX.reference)) if senses else None
        if kind == "event" and not (reference or "").startswith(str(DIP)):
            raise LexiconError(f"{iri}: no class. Add ontolex:sense with ontolex:reference dip:….")
        others = graph.objects(subject, str(ONTOLEX.otherForm))
        frames = graph.objects(subject, str(SYNSEM.synBehavior))
        yield Entry(
            iri=iri,
            language=language,
            lemma=_value(literal),
            part_of_speech=_local(graph.text(subject, str(LEXINFO.partOfSpeech))) or "verb",
            kind=kind,
            event_type=_local(reference),
            arguments=tuple(dict.fromkeys(a for f in frames for a in arguments_of(f))),
            status=_local(graph.text(subject, str(LEX.givesStatus))),
            forms=tuple(f for o in others for f in graph.texts(o, str(ONTOLEX.writtenRep))),
            particles=graph.texts(subject, str(LEX.particle)),
            fixed=_words(graph, subject, LEX.fixed, language, classes),
            denied=_words(graph, subject, LEX.denied, language, classes),
            excludes=_words(graph, subject, LEX.excludes, language, classes),
            readings=frozenset(_local(r) or "" for r in graph.texts(subject, str(LEX.reading))),
            recipient_kind=graph.text(subject, str(LEX.recipientKind)),
            examples=graph.texts(subject, str(SKOS.example)),
        )


def _words(
    graph: _Graph,
    subject: object,
    kind: str,
    language: str,
    classes: Mapping[tuple[str, str], frozenset[str]],
) -> tuple[str, ...]:
    """The words of a kind that stand with an entry: its own, and those of whole classes."""
    found = set(graph.texts(subject, kind))
    for name in graph.texts(subject, f"{kind}In"):
        found |= classes.get((language, _local(name) or ""), frozenset())
    if language == "fr":
        # The tokens of "d'ingérence" are two.
        found = {phrase.replace("'", "' ") for phrase in found}
    return tuple(sorted(found))


def _arguments(graph: _Graph, frame: object) -> tuple[Argument, ...]:
    return tuple(
        Argument(
            function=_local(graph.text(node, str(LEX.function))) or "object",
            markers=graph.texts(node, str(LEX.marker)),
            role=_local(graph.text(node, str(LEX.role))),
            required=graph.text(node, str(LEX.required)) == "true",
            counted=graph.text(node, str(LEX.counted)) == "true",
            noun_class=_local(graph.text(node, str(LEX.nounClass))),
        )
        for node in graph.objects(frame, str(SYNSEM.synArg))
    )


def _classes(graph: _Graph) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject in graph.subjects(str(LEX.NounClass)):
        for member in graph.objects(subject, str(LEX.member)):
            language = str(getattr(member, "language", None) or "en")
            found[language, _local(str(subject)) or ""].add(_value(member))
    return {key: frozenset(value) for key, value in found.items()}
