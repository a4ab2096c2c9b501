"""Every namespace that Communiqué writes or reads, once.

Other modules import the names below and never spell an IRI of a vocabulary themselves.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, VOID, XSD, Namespace, URIRef

__all__ = [
    "AS", "ATOM", "CC_BY", "CSVW", "DATA_THEME", "DCAT", "DCTERMS", "DIP", "FOAF", "FORMATS",
    "GAZ", "LDES", "LDP", "LEX", "LEXINFO", "MEDIA_TYPES", "OA", "ONTOLEX", "ONTOLOGY", "OWL",
    "PLOVER", "PROV", "RDF", "RDFS", "SCHEMA", "SD", "SEM", "SH", "SHAPE", "SITEMAP", "SKOS",
    "SPARQL_PROTOCOL", "SPDX", "SYNSEM", "TIME", "TREE", "VOID", "WD", "XSD",
]  # fmt: skip


class _Namespace(Namespace):
    """A namespace that makes each of its names once: rdflib checks the IRI at every use."""

    def term(self, name: str) -> URIRef:
        return _term(str(self), name)

    def __getattr__(self, name: str) -> URIRef:
        found: URIRef = super().__getattr__(name)
        self.__dict__[name] = found
        return found


@cache
def _term(namespace: str, name: str) -> URIRef:
    return URIRef(namespace + name)


ONTOLOGY: Final = "https://w3id.org/communique/ontology"
DIP: Final = _Namespace("https://w3id.org/communique/ontology#")
SHAPE: Final = _Namespace("https://w3id.org/communique/shapes#")
LEX: Final = _Namespace("https://w3id.org/communique/lexicon/")
GAZ: Final = _Namespace("https://w3id.org/communique/gazetteer/")

WD: Final = _Namespace("http://www.wikidata.org/entity/")
OA: Final = _Namespace("http://www.w3.org/ns/oa#")
SCHEMA: Final = _Namespace("https://schema.org/")
SEM: Final = _Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
TIME: Final = _Namespace("http://www.w3.org/2006/time#")
SD: Final = _Namespace("http://www.w3.org/ns/sparql-service-description#")
ONTOLEX: Final = _Namespace("http://www.w3.org/ns/lemon/ontolex#")
SYNSEM: Final = _Namespace("http://www.w3.org/ns/lemon/synsem#")
LEXINFO: Final = _Namespace("http://www.lexinfo.net/ontology/3.0/lexinfo#")
PLOVER: Final = _Namespace("https://w3id.org/communique/plover#")
DCAT: Final = _Namespace("http://www.w3.org/ns/dcat#")
CSVW: Final = _Namespace("http://www.w3.org/ns/csvw#")
AS: Final = _Namespace("https://www.w3.org/ns/activitystreams#")
LDES: Final = _Namespace("https://w3id.org/ldes#")
LDP: Final = _Namespace("http://www.w3.org/ns/ldp#")
TREE: Final = _Namespace("https://w3id.org/tree#")
SPDX: Final = _Namespace("http://spdx.org/rdf/terms#")
FORMATS: Final = _Namespace("http://www.w3.org/ns/formats/")
MEDIA_TYPES: Final = _Namespace("https://www.iana.org/assignments/media-types/")
ATOM: Final = "http://www.w3.org/2005/Atom"
SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"
DATA_THEME: Final = _Namespace("http://publications.europa.eu/resource/authority/data-theme/")
SPARQL_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
