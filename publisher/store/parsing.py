"""Read RDF that a stranger sent, in a process that can be stopped and that can open nothing.

In: bytes, their media type, and the IRI that they are relative to. Out: triples. A small text can
be made to cost minutes or gigabytes (entities that unfold, a million nested brackets), so it is
read under limits of time, memory and size, and nothing that it points to is fetched.

Run as ``python -m publisher.store.parsing MEDIA-TYPE BASE BYTES``: RDF in, N-Triples out.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
from typing import Final

import pyoxigraph as ox

from publisher.store.worker import GRAPH_FORMATS

__all__ = ["GraphSyntaxError", "GraphTooCostly", "parse_graph"]

_SECONDS: Final = 20.0
_MEMORY: Final = 1024**3
_LARGEST: Final = 64 * 1024**2
_NOT_WELL_FORMED: Final = 2


class GraphSyntaxError(ValueError):
    """The bytes are not of the media type; the message says where."""


class GraphTooCostly(ValueError):
    """Reading takes more time or memory, or gives more triples, than it may."""


def parse_graph(
    body: bytes, media_type: str, base: str, seconds: float = _SECONDS, memory: int = _MEMORY
) -> list[ox.Triple]:
    """Read a graph; the media type is one of those of the worker.

    Raises:
        GraphSyntaxError, GraphTooCostly
    """
    command = [sys.executable, "-m", __name__, media_type, base, str(memory)]
    try:
        done = subprocess.run(
            command,
            input=body,
            capture_output=True,
            timeout=seconds,
            env={"PYTHONPATH": ":".join(place for place in sys.path if place)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GraphTooCostly(f"Reading it takes longer than {seconds:g} seconds.") from error
    if done.returncode == _NOT_WELL_FORMED:
        raise GraphSyntaxError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode:
        raise GraphTooCostly("Reading it takes more memory than one request may use.")
    found = ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)
    return [quad.triple for quad in found]


def main() -> None:
    """Read standard input; exit status 2 if it is not well-formed."""
    media_type, base, memory = sys.argv[1:]
    body = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    with contextlib.suppress(OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(_SECONDS) + 5,) * 2)
    try:
        quads = ox.parse(
            body, format=GRAPH_FORMATS[media_type], base_iri=base, without_named_graphs=True
        )
        triples = ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES) or b""
    except (SyntaxError, ValueError) as error:
        sys.stderr.write(str(error)[:2000])
        sys.exit(_NOT_WELL_FORMED)
    if len(triples) > _LARGEST:
        sys.exit(1)
    sys.stdout.buffer.write(triples)


if __name__ == "__main__":
    main()
