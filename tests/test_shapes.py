"""Promises about shapes/: each lets the good pass, stops the bad, and says what to do.

The examples are tests/fixtures/shapes/*.trig, a file for each file of shapes: what conforms is in
the default graph; a graph named after a shape says what to change so that this shape is violated.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from publisher.resources import shapes_path
from publisher.validation import Report, load_shapes, to_rdflib, validate
from publisher.vocabulary import RDF, SH, SHAPE

FIXTURES = Path(__file__).parent / "fixtures" / "shapes"
FILES = sorted(path.name for path in shapes_path().glob("*.ttl"))
OF_DATA = ("actor.ttl", "claim.ttl", "document.ttl", "event.ttl")
LACKS = "https://w3id.org/communique/test#lacks"


@cache
def examples(file: str) -> dict[str, list[ox.Quad]]:
    """The quads of a file of examples, by the shape that their graph breaks; "" conforms."""
    path = FIXTURES / Path(file).with_suffix(".trig")
    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TRIG):
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name.value)
        found.setdefault(name.removeprefix(str(SHAPE)), []).append(quad)
    return found


def broken(file: str, shape: str) -> Graph:
    """The conforming example with the change that breaks one shape."""
    change = examples(file)[shape]
    gone = {(q.subject, q.object if q.predicate.value == LACKS else q.predicate) for q in change}
    kept = [q for q in examples(file)[""] if (q.subject, q.predicate) not in gone]
    return to_rdflib([*kept, *(q for q in change if q.predicate.value != LACKS)])


def checked(file: str, graph: Graph) -> Report:
    """What the shapes say: those of published data all together, as before the store."""
    return validate(graph, None if file in OF_DATA else load_shapes(file))


def constraints(file: str) -> list[str]:
    """The shapes of a file that ask for something: property shapes, and nodes with a message."""
    shapes = Graph().parse(shapes_path(file))
    asking = {*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(SH.message)}
    return sorted(str(shape).removeprefix(str(SHAPE)) for shape in asking)


CASES = [(file, shape) for file in FILES for shape in constraints(file)]


@pytest.mark.parametrize("file", FILES)
def test_what_is_well_made_passes(file: str) -> None:
    report = checked(file, to_rdflib(examples(file)[""]))

    assert report.conforms, report.to_text()


@pytest.mark.parametrize(("file", "shape"), CASES, ids=lambda value: value)
def test_each_shape_stops_what_it_is_there_for(file: str, shape: str) -> None:
    report = checked(file, broken(file, shape))

    found = [result for result in report.results if result.shape == str(SHAPE[shape])]
    assert found, report.to_text()
    for result in found:
        assert re.fullmatch(r"[A-Z].+\.|[A-Z].+: .+\.?", result.message), result.message


@pytest.mark.parametrize("file", FILES)
def test_every_shape_has_a_name_a_message_and_an_example_that_breaks_it(file: str) -> None:
    shapes = Graph().parse(shapes_path(file))
    for shape in shapes.subjects(RDF.type, SH.PropertyShape):
        assert isinstance(shape, URIRef)
        assert shapes.value(shape, SH.message), shape
        assert (None, SH.property, shape) in shapes, f"{shape} is in no node shape"

    assert set(constraints(file)) == set(examples(file)) - {""}


@pytest.mark.parametrize("file", FILES)
def test_shapes_prepared_for_speed_report_what_the_shapes_as_written_report(file: str) -> None:
    as_written = Graph().parse(shapes_path(file))
    for shape in constraints(file)[:6]:
        graph = broken(file, shape)
        assert validate(graph, load_shapes(file)) == validate(graph, as_written)
