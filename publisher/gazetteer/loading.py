"""Turn the gazetteer's Turtle into tables that are fast to look names up in.

All files ``ontology/gazetteer/*.ttl`` are read as one graph (some ten thousand triples, 20 ms);
the outcome is a :class:`Tables` of entities, offices, role nouns, names by their folded words,
and word lists.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from publisher.gazetteer.model import Entity, Office, Role, Sense
from publisher.gazetteer.tokens import fold, key
from publisher.vocabulary import FOAF, GAZ, RDF, RDFS, SKOS

__all__ = ["GazetteerError", "NameForm", "RoleForm", "Tables", "read_tables"]

_KINDS = {
    str(GAZ.State): "state",
    str(GAZ.HistoricState): "state",
    str(GAZ.Territory): "state",
    str(GAZ.Organisation): "organisation",
    str(GAZ.Body): "body",
    str(GAZ.Place): "place",
    str(GAZ.Seat): "place",
    str(GAZ.Person): "person",
}
_OWNERS = (GAZ.partOf, GAZ.actsFor, GAZ.capitalOf, GAZ.metonymOf, GAZ.within)


WordLists = dict[tuple[str, str], frozenset[str]]
"""Folded words by the name of their list and language."""


class GazetteerError(Exception):
    """A gazetteer file that cannot be used, with the file and what to do."""


@dataclass(frozen=True, slots=True)
class NameForm:
    """One name as written in the gazetteer, with its case, and what it means."""

    words: tuple[str, ...]
    upper: bool
    capital: bool
    sense: Sense


@dataclass(frozen=True, slots=True)
class RoleForm:
    """One role noun as written, singular or plural."""

    words: tuple[str, ...]
    upper: bool
    plural: bool
    role: Role


@dataclass
class Tables:
    """Everything that is looked up, by language where it differs."""

    entities: dict[str, Entity] = field(default_factory=dict)
    offices: dict[str, list[Office]] = field(default_factory=lambda: defaultdict(list))
    offices_of: dict[tuple[str, str], list[Office]] = field(
        default_factory=lambda: defaultdict(list)
    )
    surnames: dict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))
    family: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, dict[tuple[str, ...], list[NameForm]]] = field(default_factory=dict)
    """By language and first two words, as many names begin with *the* or *South*."""
    roles: dict[str, dict[str, list[RoleForm]]] = field(default_factory=dict)
    beginnings: dict[str, frozenset[str]] = field(default_factory=dict)
    """The first words of names and role nouns, by language."""
    famous: frozenset[str] = frozenset()
    words: WordLists = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    family_first: frozenset[str] = frozenset()
    called_by_given_name: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    head_of: dict[tuple[str, str], str] = field(default_factory=dict)


Subject = dict[str, list["ox.NamedNode | ox.Literal"]]


def read_tables(directory: Path, *, people: bool = True) -> Tables:
    """Read every Turtle file of a directory.

    Raises:
        GazetteerError: no file is there, or one is not Turtle.
    """
    subjects = _subjects(directory, people)
    tables = Tables(names={"en": {}, "fr": {}}, roles={"en": {}, "fr": {}})
    by_type: dict[str, list[str]] = defaultdict(list)
    for iri, properties in subjects.items():
        for type_ in properties.get(str(RDF.type), ()):
            by_type[type_.value].append(iri)
    for iri in by_type[str(GAZ.Words)]:
        _add_words(tables, iri, subjects[iri])
    roles = {iri: _role(subjects[iri]) for iri in by_type[str(GAZ.Role)]}
    for type_iri, kind in _KINDS.items():
        for iri in by_type[type_iri]:
            _add_entity(tables, iri, kind, subjects[iri], roles)
    for iri in by_type[str(GAZ.Description)]:
        _add_description(tables, subjects[iri])
    for iri, role in roles.items():
        _add_role(tables, role, subjects[iri])
        for state in subjects[iri].get(str(GAZ.foreignMinisterOf), ()):
            tables.head_of[(role.key, state.value)] = "foreign-minister"
    for iri in by_type[str(GAZ.Office)]:
        _add_office(tables, subjects[iri], roles)
    _sort_forms(tables)
    return tables


def _subjects(directory: Path, people: bool) -> dict[str, Subject]:
    files = sorted(directory.glob("*.ttl"))
    if not files:
        raise GazetteerError(f"{directory}: no gazetteer here. Reinstall the package.")
    subjects: dict[str, Subject] = defaultdict(lambda: defaultdict(list))
    for path in files:
        if not people and path.name in ("people.ttl", "offices.ttl"):
            continue
        try:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                if isinstance(quad.subject, ox.NamedNode) and not isinstance(
                    quad.object, ox.BlankNode | ox.Triple
                ):
                    subjects[quad.subject.value][quad.predicate.value].append(quad.object)
        except SyntaxError as error:
            raise GazetteerError(f"{path}: not Turtle ({error}). Correct that line.") from error
    return subjects


def _texts(properties: Subject, predicate: str) -> Iterator[tuple[str, str]]:
    for node in properties.get(predicate, ()):
        if isinstance(node, ox.Literal):
            yield node.language or "", node.value


def _first(properties: Subject, *predicates: str) -> str | None:
    for predicate in predicates:
        values = properties.get(predicate)
        if values:
            return values[0].value
    return None


def _role(properties: Subject) -> Role:
    label = next(text for lang, text in _texts(properties, str(RDFS.label)) if lang == "en")
    return Role(
        _first(properties, str(GAZ.key)) or label,
        _first(properties, str(GAZ.kind)) or "person",
        _first(properties, str(GAZ.ofKind)) or "state",
        label,
        next((t for lang, t in _texts(properties, str(GAZ.plural)) if lang == "en"), label),
        _first(properties, str(GAZ.usuallyOf)),
        _first(properties, str(GAZ.oneHolder)) == "true",
        _first(properties, str(GAZ.institution)) == "true",
    )


def _add_entity(
    tables: Tables, iri: str, kind: str, properties: Subject, roles: dict[str, Role]
) -> None:
    labels = tuple(_texts(properties, str(SKOS.prefLabel)))
    if not labels:
        return
    label = next((text for lang, text in labels if lang == "en"), labels[0][1])
    role = roles.get(_first(properties, str(GAZ.role)) or "")
    parent = _first(properties, *map(str, _OWNERS))
    hosts = _first(properties, str(GAZ.hostsOrganisations)) == "true"
    seat = _first(properties, str(GAZ.seatOf))
    key_ = role.key if role else None
    tables.entities[iri] = Entity(iri, kind, label, labels, parent, key_, hosts, seat)
    for same in properties.get(str(SKOS.closeMatch), ()):
        tables.same[same.value] = iri
    code = _first(properties, str(GAZ.code))
    if code:
        tables.codes[code] = iri
    if _first(properties, str(GAZ.familyNameFirst)) == "true":
        tables.family_first |= {iri}
    if _first(properties, str(GAZ.calledByGivenName)) == "true":
        tables.called_by_given_name |= {iri}
    if kind == "state" and any(t.value == str(GAZ.Territory) for t in properties[str(RDF.type)]):
        tables.territories |= {iri}
    if kind == "person":
        _add_person(tables, iri, properties)
    _add_names(tables, iri, kind, properties)


def _add_person(tables: Tables, iri: str, properties: Subject) -> None:
    names = [text for _, text in _texts(properties, str(FOAF.familyName))]
    for text in names:
        for form in (text, text.replace("-", " ")) if "-" in text else (text,):
            tables.surnames[key(form)].append(iri)
    if names:
        tables.family[iri] = tuple(names)
    if _first(properties, str(GAZ.famous)) == "true":
        tables.famous |= {iri}


def _add_names(tables: Tables, iri: str, kind: str, properties: Subject) -> None:
    stands = _first(properties, str(GAZ.capitalOf), str(GAZ.metonymOf))
    person_names = {text for _, text in _texts(properties, str(GAZ.alsoPersonName))}
    for predicate, how, weak in (
        (SKOS.prefLabel, "name", False),
        (SKOS.altLabel, "alias", False),
        (SKOS.hiddenLabel, "alias", True),
        (GAZ.demonym, "demonym", False),
        (GAZ.weakDemonym, "demonym", True),
    ):
        for language, text in _texts(properties, str(predicate)):
            if kind == "person" and " " not in text and not text.startswith("@"):
                continue
            sense = _sense(iri, kind, text, how, weak, stands, text in person_names)
            for form in _spellings(text, kind, tables.words):
                _add_form(tables, kind, language, form, sense)


def _add_description(tables: Tables, properties: Subject) -> None:
    """*the kingdom*, *Baltic state*: a name that counts only beside another."""
    for language, text in _texts(properties, str(GAZ.phrase)):
        for node in properties.get(str(GAZ.describes), ()):
            entity = tables.entities[node.value]
            _add_form(tables, entity.kind, language, text, Sense(node.value, "alias", None, True))


def _sense(
    iri: str, kind: str, text: str, how: str, weak: bool, stands: str | None, person_name: bool
) -> Sense:
    if kind == "place":
        if stands:
            return Sense(stands, "metonym", iri, weak, person_name)
        return Sense(iri, "place", iri, weak, person_name)
    if how == "alias" and _is_upper(text):
        how = "acronym"
    return Sense(iri, how, None, weak, person_name)


def _spellings(text: str, kind: str, lists: WordLists) -> Iterator[str]:
    """A name as written and, of a person, its other forms.

    *Tamim bin Hamad Al Thani* is also *Tamim bin Hamad*, *Fumio Kishida* also *Kishida Fumio*.
    """
    yield text
    if kind != "person":
        return
    if "-" in text:
        yield text.replace("-", " ")
        yield text.replace("-", "")
    words = text.split()
    if len(words) > 2 and "-" not in text:
        yield f"{words[0]} {words[-1]}"
    if len(words) == 2 and not words[1].isupper():
        yield f"{words[1]} {words[0]}"
    patronymics = lists.get(("patronymics", ""), frozenset())
    for at in range(1, len(words) - 2):
        if words[at] in patronymics:
            yield " ".join(words[: at + 2])


def _add_form(tables: Tables, kind: str, language: str, text: str, sense: Sense) -> None:
    words = key(text)
    form = NameForm(words, _is_upper(text), text[:1].isupper(), sense)
    languages = ("en", "fr") if kind == "person" or language not in tables.names else (language,)
    for name in languages:
        bucket = tables.names[name].setdefault(words[:2], [])
        if not any(_same_form(form, other) for other in bucket):
            bucket.append(form)


def _same_form(one: NameForm, other: NameForm) -> bool:
    same = one.words == other.words and one.sense.entity == other.sense.entity
    return same and one.upper == other.upper and one.capital == other.capital


def _is_upper(text: str) -> bool:
    return text.isupper() and len(text) > 1 and " " not in text.strip()


def _add_role(tables: Tables, role: Role, properties: Subject) -> None:
    for predicate, plural in ((GAZ.singular, False), (GAZ.plural, True)):
        for language, text in _texts(properties, str(predicate)):
            words = key(text)
            upper = text.isupper() and " " not in text
            form = RoleForm(words, upper, plural, role)
            bucket = tables.roles[language].setdefault(words[0], [])
            if not any(f.words == words for f in bucket):
                bucket.append(form)


def _add_office(tables: Tables, properties: Subject, roles: dict[str, Role]) -> None:
    person = _first(properties, str(GAZ.holder))
    role = roles.get(_first(properties, str(GAZ.role)) or "")
    if person is None or role is None:
        return
    start, start_latest = _span(_first(properties, str(GAZ.start)))
    end_earliest, end = _span(_first(properties, str(GAZ.end)))
    known = None if end else _span(_first(properties, str(GAZ.known)))[1]
    of = _first(properties, str(GAZ.of))
    office = Office(
        person, _first(properties, str(GAZ.position)), _first(properties, str(RDFS.label)) or "",
        role.key, of, start, end, start_latest, end_earliest, known,
    )  # fmt: skip
    tables.offices[person].append(office)
    if of:
        tables.offices_of[(role.key, of)].append(office)


def _span(text: str | None) -> tuple[date | None, date | None]:
    if not text:
        return None, None
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    year, month, *days = parts
    if not days:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    day = date(year, month, days[0])
    return day, day


def _add_words(tables: Tables, iri: str, properties: Subject) -> None:
    name = iri.rsplit("/", 1)[-1]
    found: dict[str, set[str]] = defaultdict(set)
    for language, text in _texts(properties, str(GAZ.word)):
        found[language].add(fold(text))
        if name == "masks":
            _add_form(tables, "other", language, text, Sense("", "mask"))
    for language, words in found.items():
        tables.words[(name, language)] = frozenset(words)


def _sort_forms(tables: Tables) -> None:
    for names in tables.names.values():
        for bucket in names.values():
            bucket.sort(key=_longest_first)
    for roles in tables.roles.values():
        for forms in roles.values():
            forms.sort(key=_longest_first)
    for language, names in tables.names.items():
        tables.beginnings[language] = frozenset(words[0] for words in names) | frozenset(
            tables.roles[language]
        )


def _longest_first(form: NameForm | RoleForm) -> int:
    return -len(form.words)
