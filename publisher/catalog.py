"""Describe the data set for machines: VoID, DCAT 3 and the SPARQL service, from the data itself.

In: an opened snapshot. Out: quads. VoID (W3C Interest Group note 2011) gives the numbers, the
vocabularies and the link set to Wikidata; DCAT 3 the downloads; SPARQL 1.1 Service Description
what the endpoint can do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

import pyoxigraph as ox

from publisher.store.snapshots import Quads
from publisher.vocabulary import (
    CC_BY,
    DCAT,
    DCTERMS,
    DIP,
    FOAF,
    FORMATS,
    MEDIA_TYPES,
    OA,
    OWL,
    PROV,
    RDF,
    RDFS,
    SD,
    VOID,
    WD,
    XSD,
)  # fmt: skip

__all__ = ["describe_data_set", "describe_service"]

_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
            "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD")  # fmt: skip
_VOCABULARIES = (DIP, PROV, OA, DCTERMS, RDFS)


def describe_data_set(
    store: Quads, base: str, dumps: Mapping[str, str], modified: datetime | None = None
) -> Iterator[ox.Quad]:
    """Give the description of the whole data set.

    Args:
        store: the opened snapshot.
        base: the base of our own identifiers.
        dumps: media type by address of a download.
        modified: when the snapshot was taken.
    """
    root = base.rstrip("/")
    data_set = _node(f"{root}/catalog#dataset")
    yield from _facts(data_set, {
        RDF.type: [VOID.Dataset, DCAT.Dataset], DCTERMS.license: [CC_BY],
        FOAF.homepage: [f"{root}/"], VOID.sparqlEndpoint: [f"{root}/sparql"],
        VOID.uriSpace: [], VOID.vocabulary: list(_VOCABULARIES), DCAT.landingPage: [f"{root}/"],
        VOID.dataDump: list(dumps),
    })  # fmt: skip
    yield _quad(data_set, DCTERMS.title, ox.Literal("Communiqué: diplomatic events", language="en"))
    yield _quad(
        data_set, DCTERMS.title, ox.Literal("Communiqué : événements diplomatiques", language="fr")
    )
    yield _quad(data_set, VOID.uriSpace, ox.Literal(f"{root}/id/"))
    if modified is not None:
        stamp = ox.Literal(modified.isoformat(), datatype=_node(XSD.dateTime))
        yield _quad(data_set, DCTERMS.modified, stamp)
    yield from _statistics(store, data_set)
    yield from _links(store, data_set, root)
    for number, (address, media_type) in enumerate(dumps.items(), start=1):
        dump = _node(f"{root}/catalog#dump-{number}")
        yield _quad(data_set, DCAT.distribution, dump)
        yield from _facts(dump, {
            RDF.type: [DCAT.Distribution], DCAT.downloadURL: [address],
            DCTERMS.license: [CC_BY],
            DCAT.mediaType: [MEDIA_TYPES[media_type]],
        })  # fmt: skip


def _statistics(store: Quads, data_set: ox.NamedNode) -> Iterator[ox.Quad]:
    classes: Counter[str] = Counter()
    triples: set[tuple[object, ...]] = set()
    subjects: set[object] = set()
    for quad in store:
        triples.add((quad.subject, quad.predicate, quad.object))
        subjects.add(quad.subject)
    for _, predicate, value in triples:
        if predicate == _node(RDF.type) and isinstance(value, ox.NamedNode):
            classes[value.value] += 1
    yield _quad(data_set, VOID.triples, _number(len(triples)))
    yield _quad(data_set, VOID.distinctSubjects, _number(len(subjects)))
    yield _quad(data_set, VOID["classes"], _number(len(classes)))
    for name in sorted(c for c in classes if c.startswith(str(DIP))):
        part = _node(f"{data_set.value}-{name.removeprefix(str(DIP))}")
        yield _quad(data_set, VOID.classPartition, part)
        yield _quad(part, VOID["class"], _node(name))
        yield _quad(part, VOID.entities, _number(classes[name]))


def _links(store: Quads, data_set: ox.NamedNode, root: str) -> Iterator[ox.Quad]:
    roles = (DIP.actor, DIP.recipient, DIP.participant, DIP.statedBy)
    count = sum(
        isinstance(q.object, ox.NamedNode) and q.object.value.startswith(str(WD))
        for role in roles
        for q in store.quads_for_pattern(None, _node(role), None, None)
    )
    link_set = _node(f"{root}/catalog#wikidata")
    wikidata = _node(f"{root}/catalog#wikidata-dataset")
    yield _quad(wikidata, VOID.uriSpace, ox.Literal(str(WD)))
    yield from _facts(
        wikidata, {RDF.type: [VOID.Dataset], FOAF.homepage: [str(WD).removesuffix("entity/")]}
    )
    yield from _facts(link_set, {
        RDF.type: [VOID.Linkset], VOID.linkPredicate: list(roles),
        VOID.subjectsTarget: [data_set.value], VOID.objectsTarget: [wikidata.value],
    })  # fmt: skip
    yield _quad(link_set, VOID.triples, _number(count))
    yield _quad(data_set, VOID.subset, link_set)


def describe_service(base: str) -> Iterator[ox.Quad]:
    """Give the description of the SPARQL endpoint (SPARQL 1.1 Service Description)."""
    root = base.rstrip("/")
    service = _node(f"{root}/sparql")
    data_set = _node(f"{root}/catalog#dataset")
    yield from _facts(service, {
        RDF.type: [SD.Service], SD.endpoint: [service.value],
        SD.supportedLanguage: [SD.SPARQL11Query], SD.feature: [SD.UnionDefaultGraph],
        SD.resultFormat: [FORMATS[name] for name in _RESULTS],
        SD.defaultDataset: [f"{root}/sparql#dataset"], DCTERMS.license: [CC_BY],
    })  # fmt: skip
    yield _quad(_node(f"{root}/sparql#dataset"), RDF.type, _node(SD.Dataset))
    yield _quad(_node(f"{root}/sparql#dataset"), OWL.sameAs, data_set)


def _facts(subject: ox.NamedNode, facts: Mapping[object, list[object]]) -> Iterator[ox.Quad]:
    for predicate, values in facts.items():
        for value in values:
            yield _quad(subject, predicate, _node(value))


def _quad(subject: ox.NamedNode, predicate: object, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, _node(predicate), value)


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


def _number(value: int) -> ox.Literal:
    return ox.Literal(value)
