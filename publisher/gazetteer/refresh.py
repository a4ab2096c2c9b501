"""Bring the days of known offices up to date from Wikidata.

``python -m publisher.gazetteer.refresh ontology/gazetteer`` asks for every person of the
gazetteer who has an item and writes ``refreshed.ttl``: for each position that the gazetteer
knows, the days now given there, and further spellings of the name. A person reads the file,
keeps what is right and commits it; nothing is taken over unseen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from publisher.gazetteer import Gazetteer, NameHit, Office
from publisher.vocabulary import GAZ, WD
from publisher.wikidata import Held, Item, WikidataClient, WikidataError

__all__ = ["Change", "changes", "main", "to_graph"]


@dataclass(frozen=True, slots=True)
class Change:
    """What Wikidata says of a person beyond the gazetteer: new spellings, offices with days."""

    person: str
    spellings: tuple[tuple[str, str], ...]
    offices: tuple[tuple[Office, Held], ...]


def changes(
    client: WikidataClient, gazetteer: Gazetteer, people: Iterable[str]
) -> Iterator[Change]:
    """Changes for people by IRI, those without any left out.

    Raises:
        WikidataError: no usable answer.
    """
    positions = _positions(gazetteer)
    prefix = str(WD)
    wanted = [iri.removeprefix(prefix) for iri in people if iri.startswith(prefix)]
    for item in client.items(wanted):
        iri = prefix + item.identifier
        offices = tuple(
            (positions[held.position], held)
            for held in item.offices
            if held.position in positions and _is_news(gazetteer, iri, held)
        )
        spellings = tuple(_spellings(gazetteer, iri, item))
        if offices or spellings:
            yield Change(iri, spellings, offices)


def to_graph(found: Iterable[Change]) -> Graph:
    """The changes as Turtle of the gazetteer's vocabulary."""
    graph = Graph()
    for prefix, namespace in (("gaz", GAZ), ("wd", WD), ("skos", SKOS)):
        graph.bind(prefix, namespace)
    for change in found:
        person = URIRef(change.person)
        for language, text in change.spellings:
            graph.add((person, SKOS.altLabel, Literal(text, language)))
        for office, held in change.offices:
            _add_office(graph, person, office, held)
    return graph


def _add_office(graph: Graph, person: URIRef, office: Office, held: Held) -> None:
    name = person.rsplit("/", 1)[-1]
    node = GAZ[f"office/{name}-{office.role}-{held.start or 'undated'}"]
    graph.add((node, RDF.type, GAZ.Office))
    graph.add((node, GAZ.holder, person))
    graph.add((node, GAZ.role, GAZ[f"role/{office.role}"]))
    graph.add((node, GAZ.position, WD[held.position]))
    graph.add((node, RDFS.label, Literal(office.position_label, "en")))
    if office.of:
        graph.add((node, GAZ.of, URIRef(office.of)))
    types = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    for predicate, day in ((GAZ.start, held.start), (GAZ.end, held.end)):
        if day:
            graph.add((node, predicate, Literal(day, datatype=types[len(day)], normalize=False)))


def _positions(gazetteer: Gazetteer) -> dict[str, Office]:
    found: dict[str, Office] = {}
    for iri, entity in gazetteer.entities.items():
        for office in gazetteer.offices(iri) if entity.kind == "person" else ():
            if office.position:
                found.setdefault(office.position.rsplit("/", 1)[-1], office)
    return found


def _is_news(gazetteer: Gazetteer, person: str, held: Held) -> bool:
    """Whether an office is unknown, or known with less exact days."""
    position = str(WD[held.position])
    for office in gazetteer.offices(person):
        if office.position == position:
            exact = office.start is not None and office.start == office.start_latest
            ended = held.end is None or office.end is not None
            if exact and ended and office.start is not None:
                return bool(held.start) and not office.start.isoformat().startswith(str(held.start))
    return bool(held.start)


def _spellings(gazetteer: Gazetteer, person: str, item: Item) -> Iterator[tuple[str, str]]:
    for language in sorted({*item.labels, *item.aliases}):
        names = (item.labels.get(language, ""), *item.aliases.get(language, ()))
        for text in dict.fromkeys(names):
            hits = gazetteer.find(text, language) if " " in text else []
            known = any(hit.surface == text and _names(hit, person) for hit in hits)
            if " " in text and not known:
                yield language, text


def _names(hit: NameHit, person: str) -> bool:
    return any(sense.entity == person for sense in hit.senses)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "communique" / "wikidata"


def main(arguments: list[str]) -> int:
    """Write refreshed.ttl; exit status 1 where Wikidata gives no answer."""
    target = Path(arguments[0])
    gazetteer = Gazetteer.load(target)
    people = sorted(iri for iri, e in gazetteer.entities.items() if e.kind == "person")
    try:
        found = list(changes(WikidataClient(cache=_cache()), gazetteer, people))
    except WikidataError as error:
        print(error, file=sys.stderr)
        return 1
    to_graph(found).serialize(target / "refreshed.ttl", format="longturtle", encoding="utf-8")
    print(
        f"{len(found)} people with news in {target / 'refreshed.ttl'}. Read it before committing."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
