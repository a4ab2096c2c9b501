"""Describe the data set for machines: VoID, DCAT 3 and the SPARQL service, from the data itself.

In: an opened snapshot and what can be downloaded of it. Out: quads. VoID (W3C Interest Group note
2011) gives the numbers, the vocabularies and the link sets to Wikidata; DCAT 3 (with what DCAT-AP
3.0 asks for) the catalogue, the data set, its downloads and services; SPARQL 1.1 Service
Description what the endpoint can do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyoxigraph as ox

from publisher import __version__
from publisher.store.snapshots import Quads
from publisher.terminology import terminology, terms_in
from publisher.vocabulary import (
    CC_BY,
    DATA_THEME,
    DCAT,
    DCTERMS,
    DIP,
    FOAF,
    FORMATS,
    LDES,
    MEDIA_TYPES,
    OA,
    ONTOLOGY,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SD,
    SPARQL_PROTOCOL,
    SPDX,
    VOID,
    WD,
    XSD,
)

__all__ = [
    "Download", "data_set_for_search_engines", "describe_data_set", "describe_service",
]  # fmt: skip

_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
            "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD")  # fmt: skip
_FEATURES = ("Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD")
_VOCABULARIES = (DIP, PROV, OA, DCTERMS, RDFS)
_TITLES = {"en": "Communiqué: diplomatic events", "fr": "Communiqué : événements diplomatiques"}
_DESCRIPTIONS = {
    "en": "Who did what to whom in diplomacy, when, how many, and who says so: claims read from "
    "published texts, with the words they were read from, and the events they report.",
    "fr": "Qui a fait quoi à qui en diplomatie, quand, combien, et qui le dit : des assertions "
    "lues dans des textes publiés, avec leurs mots, et les événements qu'elles rapportent.",
}
_KEYWORDS = {"en": ("diplomacy", "events", "sanctions", "expulsions", "international relations"),
             "fr": ("diplomatie", "événements", "relations internationales")}  # fmt: skip
_ROLES = (DIP.actor, DIP.recipient, DIP.participant, DIP.agent, DIP.recipientAgent,
          DIP.statedBy, DIP.place)  # fmt: skip

_TRIPLES = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
_BY_CLASS = "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s a ?of } } GROUP BY ?of"
_BY_PROPERTY = """SELECT ?of (COUNT(*) AS ?n) {
  SELECT DISTINCT ?s ?of ?o { GRAPH ?g { ?s ?of ?o } }
} GROUP BY ?of"""


@dataclass(frozen=True)
class Download:
    """A file of the whole data set: its address and type, and size and sum where they are known."""

    address: str
    media_type: str
    title: str
    packed_bytes: int | None = None
    sha256: str | None = None


def describe_data_set(
    store: Quads, base: str, downloads: Sequence[Download], modified: datetime, version: str
) -> Iterator[ox.Quad]:
    """Give the description of the whole data set.

    Args:
        store: the opened snapshot.
        base: the base of our own identifiers.
        downloads: the files to take away.
        modified: when the snapshot was taken.
        version: what the snapshot is called.
    """
    root = base.rstrip("/")
    data_set = _node(f"{root}/catalog#dataset")
    yield from _catalogue(root, modified)
    yield from _about_data_set(root, data_set, version, modified)
    yield from _statistics(_here(store), data_set)
    yield from _span(store, data_set)
    yield from _links(store, data_set, root)
    yield from _terms(store, data_set, root)
    for number, download in enumerate(downloads, start=1):
        yield from _distribution(_node(f"{root}/catalog#dump-{number}"), data_set, download)
    yield from _services(root)


def _catalogue(root: str, modified: datetime) -> Iterator[ox.Quad]:
    catalogue, publisher = _node(f"{root}/catalog"), _node(f"{root}/catalog#publisher")
    yield from _facts(catalogue, {
        RDF.type: [DCAT.Catalog], DCAT.dataset: [f"{root}/catalog#dataset"],
        DCAT.service: [f"{root}/sparql", f"{root}/catalog#changes"],
        FOAF.homepage: [f"{root}/"], DCTERMS.publisher: [publisher.value],
        DCTERMS.license: [CC_BY],
    })  # fmt: skip
    yield from _texts(catalogue, DCTERMS.title, _TITLES)
    yield from _texts(catalogue, DCTERMS.description, _DESCRIPTIONS)
    yield _quad(catalogue, DCTERMS.modified, _time(modified))
    yield from _facts(publisher, {RDF.type: [FOAF.Agent], FOAF.homepage: [f"{root}/about"]})
    yield _quad(publisher, FOAF.name, ox.Literal("Communiqué"))
    yield from _typed(CC_BY, DCTERMS.LicenseDocument)
    yield from _typed(f"{root}/", FOAF.Document)
    yield from _typed(f"{root}/about", FOAF.Document)


def _about_data_set(
    root: str, data_set: ox.NamedNode, version: str, modified: datetime
) -> Iterator[ox.Quad]:
    yield from _facts(data_set, {
        RDF.type: [VOID.Dataset, DCAT.Dataset], DCTERMS.license: [CC_BY],
        DCTERMS.publisher: [f"{root}/catalog#publisher"], FOAF.homepage: [f"{root}/"],
        DCAT.landingPage: [f"{root}/"], DCAT.theme: [DATA_THEME.INTR],
        DCTERMS.conformsTo: [ONTOLOGY], VOID.sparqlEndpoint: [f"{root}/sparql"],
        VOID.vocabulary: list(_VOCABULARIES),
        VOID.feature: [FORMATS[name] for name in _FEATURES],
        VOID.rootResource: [f"{root}/"],
    })  # fmt: skip
    yield from _texts(data_set, DCTERMS.title, _TITLES)
    yield from _texts(data_set, DCTERMS.description, _DESCRIPTIONS)
    for language, words in _KEYWORDS.items():
        for word in words:
            yield _quad(data_set, DCAT.keyword, ox.Literal(word, language=language))
    yield _quad(data_set, VOID.uriSpace, ox.Literal(f"{root}/id/"))
    yield _quad(data_set, VOID.uriLookupEndpoint, _node(f"{root}/sameas?uri="))
    yield _quad(data_set, DCTERMS.identifier, ox.Literal(data_set.value))
    yield _quad(data_set, DCTERMS.modified, _time(modified))
    yield _quad(data_set, DCAT.version, ox.Literal(version))
    yield from _typed(ONTOLOGY, DCTERMS.Standard)


def _statistics(store: ox.Store, data_set: ox.NamedNode) -> Iterator[ox.Quad]:
    yield _quad(data_set, VOID.triples, _number(_one(store, _TRIPLES)))
    yield _quad(data_set, VOID.distinctSubjects, _number(_one(store, _SUBJECTS)))
    yield _quad(data_set, VOID.distinctObjects, _number(_one(store, _OBJECTS)))
    classes, properties = _counted(store, _BY_CLASS), _counted(store, _BY_PROPERTY)
    yield _quad(data_set, VOID["classes"], _number(len(classes)))
    yield _quad(data_set, VOID.properties, _number(len(properties)))
    for counted, partition, what, measure in (
        (classes, VOID.classPartition, VOID["class"], VOID.entities),
        (properties, VOID.propertyPartition, VOID.property, VOID.triples),
    ):
        for name in sorted(n for n in counted if n.startswith(str(DIP))):
            part = _node(f"{data_set.value}-{name.removeprefix(str(DIP))}")
            yield from _typed(part.value, VOID.Dataset)
            yield _quad(data_set, partition, part)
            yield _quad(part, what, _node(name))
            yield _quad(part, measure, _number(counted[name]))


def _here(store: Quads) -> ox.Store:
    """Give a store that counts: a copy in memory of what is kept in another engine."""
    if isinstance(store, ox.Store):
        return store
    copied = ox.Store()
    copied.bulk_extend(iter(store))
    return copied


def _one(store: ox.Store, query: str) -> int:
    (solution,) = _solutions(store, query)
    value = solution["n"]
    return int(value.value) if isinstance(value, ox.Literal) else 0


def _counted(store: ox.Store, query: str) -> dict[str, int]:
    found = {}
    for solution in _solutions(store, query):
        name, number = solution["of"], solution["n"]
        if isinstance(name, ox.NamedNode) and isinstance(number, ox.Literal):
            found[name.value] = int(number.value)
    return found


def _solutions(store: ox.Store, query: str) -> Iterable[ox.QuerySolution]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return found


def _span(store: Quads, data_set: ox.NamedNode) -> Iterator[ox.Quad]:
    """Say from when to when the events are."""
    days = [
        quad.object.value
        for predicate in (DIP.date, DIP.startDate, DIP.endDate)
        for quad in store.quads_for_pattern(None, _node(predicate), None, None)
        if isinstance(quad.object, ox.Literal)
    ]
    if days:
        span = _node(f"{data_set.value}-span")
        yield _quad(data_set, DCTERMS.temporal, span)
        yield from _typed(span.value, DCTERMS.PeriodOfTime)
        for predicate, day in ((DCAT.startDate, min(days)), (DCAT.endDate, max(days))):
            yield _quad(span, predicate, ox.Literal(day, datatype=_node(XSD.date)))


def _links(store: Quads, data_set: ox.NamedNode, root: str) -> Iterator[ox.Quad]:
    """Give the link sets to Wikidata, one for each way to point there."""
    wikidata = _node(f"{root}/catalog#wikidata-dataset")
    yield from _facts(
        wikidata, {RDF.type: [VOID.Dataset], FOAF.homepage: [str(WD).removesuffix("entity/")]}
    )
    yield _quad(wikidata, VOID.uriSpace, ox.Literal(str(WD)))
    everything = _node(f"{root}/catalog#wikidata")
    counts = {role: _pointing(store, role) for role in _ROLES}
    parts = {role: count for role, count in counts.items() if count}
    for link_set, roles in (
        (everything, list(parts)),
        *((_node(f"{everything.value}-{str(r).removeprefix(str(DIP))}"), [r]) for r in parts),
    ):
        yield from _facts(link_set, {
            RDF.type: [VOID.Linkset], VOID.subjectsTarget: [data_set.value],
            VOID.objectsTarget: [wikidata.value], DCTERMS.license: [CC_BY],
        })  # fmt: skip
        if len(roles) == 1:
            yield _quad(link_set, VOID.linkPredicate, _node(roles[0]))
        yield _quad(link_set, VOID.triples, _number(sum(counts[role] for role in roles)))
        yield _quad(data_set if link_set == everything else everything, VOID.subset, link_set)


def _terms(store: Quads, data_set: ox.NamedNode, root: str) -> Iterator[ox.Quad]:
    """Tell apart what the numbers hold beside what was read: the ontology and the lexicon."""
    for name in terminology(root):
        triples = sum(1 for _ in store.quads_for_pattern(None, None, None, _node(name)))
        if triples:
            part = _node(f"{root}/catalog#{terms_in(name)}")
            yield _quad(data_set, VOID.subset, part)
            yield from _typed(part.value, VOID.Dataset)
            yield _quad(part, VOID.triples, _number(triples))
            yield _quad(part, DCTERMS.license, _node(CC_BY))
            yield _quad(part, FOAF.homepage, _node(f"{name}/"))
            yield _quad(part, VOID.dataDump, _node(f"{name}.ttl"))


def _pointing(store: Quads, role: object) -> int:
    quads = store.quads_for_pattern(None, _node(role), None, None)
    items = (
        (q.subject, q.object)
        for q in quads
        if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(str(WD))
    )
    return len(set(items))


def _distribution(
    name: ox.NamedNode, data_set: ox.NamedNode, download: Download
) -> Iterator[ox.Quad]:
    media, packed = MEDIA_TYPES[download.media_type], MEDIA_TYPES["application/gzip"]
    yield _quad(data_set, DCAT.distribution, name)
    yield _quad(data_set, VOID.dataDump, _node(download.address))
    yield from _facts(name, {
        RDF.type: [DCAT.Distribution], DCAT.accessURL: [download.address],
        DCAT.downloadURL: [download.address], DCTERMS.license: [CC_BY],
        DCAT.mediaType: [media], DCAT.compressFormat: [packed], DCTERMS.conformsTo: [ONTOLOGY],
    })  # fmt: skip
    yield _quad(name, DCTERMS.title, ox.Literal(download.title, language="en"))
    yield from _typed(media, DCTERMS.MediaType)
    yield from _typed(packed, DCTERMS.MediaType)
    if download.packed_bytes is not None:
        size = ox.Literal(str(download.packed_bytes), datatype=_node(XSD.nonNegativeInteger))
        yield _quad(name, DCAT.byteSize, size)
    if download.sha256 is not None:
        checksum = _node(f"{name.value}-checksum")
        value = ox.Literal(download.sha256, datatype=_node(XSD.hexBinary))
        yield _quad(name, SPDX.checksum, checksum)
        yield from _facts(
            checksum,
            {RDF.type: [SPDX.Checksum], SPDX.algorithm: [SPDX.checksumAlgorithm_sha256]},
        )
        yield _quad(checksum, SPDX.checksumValue, value)
        yield from _typed(SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm)


def _services(root: str) -> Iterator[ox.Quad]:
    """Describe how the data can be asked, and followed."""
    for name, address, title, standard in (
        (f"{root}/sparql", f"{root}/sparql", "SPARQL endpoint", SPARQL_PROTOCOL),
        (f"{root}/catalog#changes", f"{root}/changes", "Change feed", str(LDES).rstrip("#")),
    ):
        service = _node(name)
        yield from _facts(service, {
            RDF.type: [DCAT.DataService], DCAT.endpointURL: [address],
            DCAT.endpointDescription: [address], DCAT.servesDataset: [f"{root}/catalog#dataset"],
            DCTERMS.license: [CC_BY], DCTERMS.conformsTo: [standard],
            DCTERMS.publisher: [f"{root}/catalog#publisher"],
        })  # fmt: skip
        yield _quad(service, DCTERMS.title, ox.Literal(title, language="en"))
        yield from _typed(standard, DCTERMS.Standard)


def data_set_for_search_engines(
    base: str, downloads: Sequence[Download], modified: datetime, version: str, language: str
) -> dict[str, object]:
    """Describe the data set as schema.org has it, for a page about it."""
    root = base.rstrip("/")
    return {
        "@context": {"@vocab": str(SCHEMA), "id": "@id", "type": "@type"},
        "id": f"{root}/catalog#dataset",
        "type": "Dataset",
        "name": _TITLES.get(language, _TITLES["en"]),
        "description": _DESCRIPTIONS.get(language, _DESCRIPTIONS["en"]),
        "keywords": list(_KEYWORDS.get(language, _KEYWORDS["en"])),
        "url": f"{root}/",
        "license": CC_BY,
        "version": version,
        "dateModified": modified.isoformat(),
        "isAccessibleForFree": True,
        "creator": {"type": "Organization", "name": "Communiqué", "url": f"{root}/about"},
        "distribution": [
            {"type": "DataDownload", "name": d.title, "contentUrl": d.address,
             "encodingFormat": d.media_type}
            for d in downloads
        ],
    }  # fmt: skip


def describe_service(base: str, graphs: Iterable[str] = ()) -> Iterator[ox.Quad]:
    """Give the description of the SPARQL endpoint (SPARQL 1.1 Service Description)."""
    root = base.rstrip("/")
    service, offered = _node(f"{root}/sparql"), _node(f"{root}/sparql#dataset")
    union = _node(f"{root}/sparql#union")
    yield from _facts(service, {
        RDF.type: [SD.Service], SD.endpoint: [service.value],
        SD.supportedLanguage: [SD.SPARQL11Query, SD.SPARQL11Update],
        SD.feature: [SD.UnionDefaultGraph],
        SD.resultFormat: [FORMATS[name] for name in _RESULTS],
        SD.inputFormat: [FORMATS[name] for name in ("Turtle", "N-Triples", "RDF_XML")],
        SD.defaultDataset: [offered.value], DCTERMS.license: [CC_BY],
        SD.availableGraphs: [f"{root}/sparql#graphs"],
    })  # fmt: skip
    yield _quad(service, RDFS.label, ox.Literal(f"Communiqué {__version__}", language="en"))
    yield from _facts(offered, {
        RDF.type: [SD.Dataset], SD.defaultGraph: [union.value],
        OWL.sameAs: [f"{root}/catalog#dataset"],
    })  # fmt: skip
    yield from _typed(union.value, SD.Graph)
    yield from _typed(f"{root}/sparql#graphs", SD.GraphCollection)
    for graph in graphs:
        named = _node(f"{graph}#named")
        yield _quad(_node(f"{root}/sparql#graphs"), SD.namedGraph, named)
        yield from _facts(named, {RDF.type: [SD.NamedGraph], SD.name: [graph]})


def _texts(subject: ox.NamedNode, predicate: object, texts: Mapping[str, str]) -> Iterator[ox.Quad]:
    for language, text in texts.items():
        yield _quad(subject, predicate, ox.Literal(text, language=language))


def _typed(subject: object, kind: object) -> Iterator[ox.Quad]:
    yield _quad(_node(subject), RDF.type, _node(kind))


def _time(moment: datetime) -> ox.Literal:
    return ox.Literal(moment.isoformat(), datatype=_node(XSD.dateTime))


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
