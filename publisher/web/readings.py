"""Show where claims come from: the reading of a document, and the version that read it.

In: a reading, a graph that tells of one, or a version of the software. Out: what its page shows.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from publisher.vocabulary import ONTOLOGY, PROV, RDF, SCHEMA
from publisher.web.interface import message
from publisher.web.reading import Data, node
from publisher.web.views import Link, link_to, links

__all__ = ["SOFTWARE", "reading_view"]

SOFTWARE: Final = f"{ONTOLOGY}/software/"
"""What the names of versions of the software begin with."""

_MOST: Final = 50
"""Documents that a page names at most; the endpoint has them all."""


def reading_view(kind: str, subject: ox.NamedNode, data: Data) -> dict[str, Any]:
    """Say what was read, what came of it, and which version did it.

    Args:
        kind: ``provenance``, ``extraction`` or ``software``.
        subject: the graph, the reading or the version.
        data: the snapshot.
    """
    if kind == "software":
        found = data.pointing(PROV.wasAssociatedWith, subject)
    elif kind == "provenance":
        within = data.store.quads_for_pattern(None, node(RDF.type), node(PROV.Activity), subject)
        found = sorted({q.subject for q in within if isinstance(q.subject, ox.NamedNode)}, key=str)
    else:
        found = [subject]
    shown = found[:_MOST]
    documents = [link for reading in shown for link in links(reading, PROV.used, data)]
    made = [link_to(g, data) for r in shown for g in data.pointing(PROV.wasGeneratedBy, r)]
    agents = {a for r in shown for a in data.values(r, PROV.wasAssociatedWith)}
    by = [_version(a, data) for a in sorted(agents, key=str) if isinstance(a, ox.NamedNode)]
    named = documents[0].label if len(documents) == 1 else subject.value
    title = message(f"reading.{kind}_title", document=named, version=by[0].label if by else "")
    return {"title": title, "documents": documents, "made": made, "by": by, "n": len(found)}


def _version(agent: ox.NamedNode, data: Data) -> Link:
    version = data.value(agent, SCHEMA.softwareVersion)
    name = agent.value.removeprefix(SOFTWARE)
    href = f"/ontology/software/{quote(name)}.html" if name != agent.value else None
    return Link(f"Communiqué {version}", href)
