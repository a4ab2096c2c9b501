"""Find out what an update would change, without changing what others read.

In: a process's own copy of the data, and an update. Out: the graphs that the update leaves
different, with their new quads, as JSON; the writer makes the change after the SHACL gate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox

from publisher.serialisation import to_bytes

__all__ = ["rewrite"]


def rewrite(store: ox.Store, update: str, graphs: Iterable[str] | None) -> bytes:
    """Make an update in this process's copy and give the graphs that it changed.

    ``graphs`` are those the update can reach; ``None`` means any.

    Raises:
        SyntaxError: it is not SPARQL 1.1 Update.
        ValueError: it writes to the default graph, which is the union of all others.
    """
    named = None if graphs is None else [ox.NamedNode(g) for g in graphs]
    before = _fingerprints(store, named)
    union = _fingerprint(store, ox.DefaultGraph())
    store.update(update)
    if _fingerprint(store, ox.DefaultGraph()) != union:
        raise ValueError(
            "The default graph is the union of all others and is not written to. "
            "Name a graph: INSERT DATA { GRAPH <…> { … } }."
        )
    after = _fingerprints(store, named)
    changed = sorted(g for g in before.keys() | after.keys() if before.get(g) != after.get(g))
    quads = (
        quad
        for graph in changed
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    )
    nquads = to_bytes(quads, ox.RdfFormat.N_QUADS).decode()
    return json.dumps({"graphs": changed, "nquads": nquads}, ensure_ascii=False).encode()


def _fingerprints(store: ox.Store, graphs: Iterable[ox.NamedNode] | None) -> dict[str, int]:
    chosen = graphs if graphs is not None else store.named_graphs()
    return {
        g.value: found
        for g in chosen
        if isinstance(g, ox.NamedNode) and (found := _fingerprint(store, g))
    }


def _fingerprint(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> int:
    """A number that differs where the triples differ; 0 for none."""
    total = 0
    for quad in store.quads_for_pattern(None, None, None, graph):
        total ^= hash(quad) | 1 << 64
        total += 1 << 65
    return total
