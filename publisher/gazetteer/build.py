"""Turn tables of office holders into the gazetteer's Turtle.

``python -m publisher.gazetteer.build officeholders.tsv ontology/gazetteer`` reads a table with
the columns person_qid, name, country_qid, country, position_qid, position, start, end and writes
``people.ttl`` and ``offices.ttl``. Every state of ``states.ttl`` is checked against the item that
the rigour package gives its code. Words (names, demonyms, roles) are edited in the Turtle itself.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from publisher.gazetteer import Gazetteer
from publisher.gazetteer.tokens import fold
from publisher.vocabulary import GAZ, WD

__all__ = ["BuildError", "Row", "check_states", "main", "people_and_offices", "read_rows"]

_SOURCES = {"foreign-ministers-2022": ("foreign-minister", "2022-10-31")}
_KNOWN = "2022-10-20"
_TITLE = re.compile(r"^(Sheikh|Prince|Dr\.|Archbishop|Pope|Grand Duke) (?=\w+ \w)|^Pope ")
_QID = re.compile(r"Q[1-9]\d*")


class BuildError(Exception):
    """A table that cannot be used, with the line and what to do."""


@dataclass(frozen=True)
class Row:
    """One line of the table of office holders."""

    person: str
    name: str
    country: str
    country_name: str
    position: str
    label: str
    start: str
    end: str
    source: str


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of a table of office holders.

    Raises:
        BuildError: a line has no item for its person.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        for number, record in enumerate(csv.DictReader(handle, delimiter="\t"), start=2):
            row = Row(*(value or "" for value in list(record.values())[:9]))
            if not _QID.fullmatch(row.person):
                raise BuildError(f"{path}:{number}: no item in person_qid. Leave the line out.")
            yield row


def people_and_offices(rows: Iterable[Row], gazetteer: Gazetteer) -> tuple[Graph, Graph]:
    """Two graphs, of the people and of their offices, from the rows.

    People of ``leaders.ttl`` are not described again, and their offices there go before the
    table's: they have days where the table has years.
    """
    people, offices = _graph(), _graph()
    for row in sorted(rows, key=lambda r: (r.person, r.start, r.label)):
        person = WD[row.person]
        of = _state(row, gazetteer)
        role = _role(row, gazetteer)
        if _QID.fullmatch(row.name) or row.name.startswith(row.label):
            continue
        if str(person) not in gazetteer.entities:
            _describe(people, person, row, of, gazetteer)
        if any(role == office.role for office in gazetteer.offices(str(person))):
            continue
        office = GAZ[f"office/{row.person}-{role}-{row.start or 'undated'}"]
        if (office, RDF.type, GAZ.Office) not in offices:
            _describe_office(offices, office, row, role, of)
    return people, offices


def check_states(gazetteer: Gazetteer) -> list[str]:
    """Codes of states whose item is not one that rigour gives."""
    from rigour.territories import get_territory

    wrong = []
    for code, iri in gazetteer.codes.items():
        territory = get_territory(code)
        items = [territory.qid, *territory.other_qids] if territory else []
        if iri.rsplit("/", 1)[-1] not in items:
            wrong.append(code)
    return wrong


def _graph() -> Graph:
    graph = Graph()
    for prefix, namespace in (("gaz", GAZ), ("wd", WD), ("skos", SKOS), ("foaf", FOAF)):
        graph.bind(prefix, namespace)
    return graph


def _state(row: Row, gazetteer: Gazetteer) -> str | None:
    if row.country:
        return gazetteer.canonical(str(WD[row.country]))
    for name in (row.country_name, row.country_name.partition(" (")[0], row.label):
        hits = [hit for hit in gazetteer.find(name, "en") if name]
        senses = [s for hit in hits for s in hit.senses if s.how in ("name", "alias", "acronym")]
        if senses:
            return senses[0].entity
    return None


def _role(row: Row, gazetteer: Gazetteer) -> str:
    roles = [hit.role for hit in gazetteer.find_roles(row.label, "en") if hit.role.kind == "person"]
    own = bool(roles) and roles[0].of_kind == "organisation" and roles[0].usually_of is not None
    if row.source in _SOURCES and not own:
        return _SOURCES[row.source][0]
    return roles[0].key if roles else "leader"


def _describe(graph: Graph, person: URIRef, row: Row, of: str | None, gazetteer: Gazetteer) -> None:
    name = _TITLE.sub("", re.sub(r",.*| of [A-Z].*| [JS]r\.", "", row.name))
    graph.add((person, RDF.type, GAZ.Person))
    if not graph.value(person, SKOS.prefLabel):
        graph.add((person, SKOS.prefLabel, Literal(name, "en")))
        family = family_name(name, gazetteer, of)
        if family:
            graph.add((person, FOAF.familyName, Literal(family)))
    if of:
        graph.add((person, GAZ.within, URIRef(of)))


def family_name(name: str, gazetteer: Gazetteer, of: str | None) -> str | None:
    """The family name in a full name, by the custom of the state."""
    words = name.split()
    if len(words) < 2:
        return None
    if of in gazetteer.family_name_first:
        return words[0]
    if re.fullmatch(r"[IVX]+", words[-1]):
        return words[0]
    last = len(words) - 1
    while last > 1 and fold(words[last - 1]) in gazetteer.words("particles", "en"):
        last -= 1
    return " ".join(words[last:])


def _describe_office(graph: Graph, office: URIRef, row: Row, role: str, of: str | None) -> None:
    graph.add((office, RDF.type, GAZ.Office))
    graph.add((office, GAZ.holder, WD[row.person]))
    graph.add((office, RDFS.label, Literal(row.label, "en")))
    graph.add((office, GAZ.role, GAZ[f"role/{role}"]))
    if _QID.fullmatch(row.position):
        graph.add((office, GAZ.position, WD[row.position]))
    if of:
        graph.add((office, GAZ.of, URIRef(of)))
    if row.start:
        graph.add((office, GAZ.start, _date(row.start)))
    if row.end:
        graph.add((office, GAZ.end, _date(row.end)))
    else:
        known = _SOURCES.get(row.source, ("", _KNOWN))[1]
        graph.add((office, GAZ.known, _date(max(known, row.start))))


def _date(text: str) -> Literal:
    types = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(text, datatype=types[len(text)], normalize=False)


def main(arguments: list[str]) -> int:
    """Write people.ttl and offices.ttl; exit status 1 where the tables do not fit."""
    table, target = Path(arguments[0]), Path(arguments[1])
    gazetteer = Gazetteer.load(target, people=False)
    for code in check_states(gazetteer):
        print(f"{code}: the item in states.ttl is not rigour's", file=sys.stderr)
    people, offices = people_and_offices(read_rows(table), gazetteer)
    people.serialize(target / "people.ttl", format="longturtle", encoding="utf-8")
    offices.serialize(target / "offices.ttl", format="longturtle", encoding="utf-8")
    counts = [len(set(graph.subjects(RDF.type))) for graph in (people, offices)]
    print(f"{counts[0]} people, {counts[1]} offices")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
