"""Every namespace that Communiqué writes or reads, once.

Other modules import the names below and never spell an IRI of a vocabulary themselves.
"""

from __future__ import annotations

from typing import Final

from rdflib import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, VOID, XSD, Namespace

__all__ = [
    "DCAT", "DCTERMS", "DIP", "FOAF", "GAZ", "LEX", "LEXINFO", "OA", "ONTOLEX", "OWL", "PROV",
    "RDF", "RDFS", "SCHEMA", "SD", "SEM", "SH", "SHAPE", "SKOS", "SYNSEM", "TIME", "VOID", "WD",
    "XSD", "ONTOLOGY",
]  # fmt: skip

ONTOLOGY: Final = "https://w3id.org/communique/ontology"
DIP: Final = Namespace("https://w3id.org/communique/ontology#")
SHAPE: Final = Namespace("https://w3id.org/communique/shapes#")
LEX: Final = Namespace("https://w3id.org/communique/lexicon/")
GAZ: Final = Namespace("https://w3id.org/communique/gazetteer/")

WD: Final = Namespace("http://www.wikidata.org/entity/")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
SCHEMA: Final = Namespace("https://schema.org/")
SEM: Final = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
TIME: Final = Namespace("http://www.w3.org/2006/time#")
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
ONTOLEX: Final = Namespace("http://www.w3.org/ns/lemon/ontolex#")
SYNSEM: Final = Namespace("http://www.w3.org/ns/lemon/synsem#")
LEXINFO: Final = Namespace("http://www.lexinfo.net/ontology/3.0/lexinfo#")
