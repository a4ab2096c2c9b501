"""What is read from a SPARQL text before it runs, and how terms are put into one."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.store.syntax import bind, outline, without_dataset


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } }",
        "DELETE DATA { GRAPH <a:g> { <a:s> <a:p> 1 } } ; DROP GRAPH <a:g>",
        "COPY <a:g> TO GRAPH <a:h>",
        "WITH <a:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } USING <a:g> WHERE { ?s ?p ?o }",
        "DELETE WHERE { GRAPH <a:g> { ?s ?p ?o ; <a:q> [] } }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE "
        "{ GRAPH <a:g> { ?s ?p ?o } OPTIONAL { GRAPH <a:h> { ?s ?q ?r } } FILTER (?o > 3) }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE { GRAPH <a:g> { ?s ?p ?o } # <a:x> <a:y> 1\n }",
    ],
)
def test_an_update_that_matches_only_graphs_it_names_does_not_read_the_union(update: str) -> None:
    assert not outline(update).reads_union


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { GRAPH <a:g> { ?s ?p 1 } } WHERE { ?s ?p ?o }",
        "DELETE WHERE { ?s ?p ?o }",
        "WITH <a:g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 } ; "
        "INSERT { GRAPH <a:g> { ?s ?p 1 } } WHERE { ?s ?p 2 }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE { GRAPH <a:g> { ?s ?p ?o } ?s ?q ?o }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE { GRAPH <a:g> { ?s ?p ?o } { ?s ?q ?o } }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE "
        "{ GRAPH <a:g> { ?s ?p ?o } FILTER NOT EXISTS { ?s ?q ?o } }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE "
        "{ GRAPH <a:g> { ?s ?p ?o } FILTER (?o > 1 && EXISTS { ?s ?q ?o }) }",
        "INSERT { GRAPH <a:h> { ?s ?p 1 } } WHERE "
        "{ GRAPH <a:g> { ?s ?p ?o } { SELECT ?s { ?s ?q ?o } } }",
    ],
)
def test_an_update_with_a_pattern_outside_of_graphs_reads_the_union(update: str) -> None:
    assert outline(update).reads_union


def test_the_graphs_of_an_update_are_those_it_names_as_graphs() -> None:
    said = outline(
        "PREFIX a: <a:> INSERT { GRAPH a:h { ?s <a:p> <a:no> } } USING NAMED <a:n> USING <a:g> "
        "WHERE { ?s a <a:C> } ; MOVE SILENT <a:from> TO <a:to>"
    )

    assert said.graphs == {"a:h", "a:n", "a:g", "a:from", "a:to"}


def test_only_variables_are_bound_and_terms_stay_whole() -> None:
    evil = ox.Literal('" } ; DROP ALL # ?thing')

    bound = bind("ASK { ?thing <a:?thing> '?thing', $thing # ?thing\n}", thing=evil)

    written = str(evil)
    assert bound == f"ASK {{ {written} <a:?thing> '?thing', {written} # ?thing\n}}"
    with pytest.raises(TypeError, match="no RDF term"):
        bind("ASK { ?thing a ?kind }", thing="<a:a> } ; DROP ALL")


@pytest.mark.parametrize(
    ("query", "without"),
    [
        ("SELECT * FROM <a:g> { ?s ?p ?o }", "SELECT * { ?s ?p ?o }"),
        ("ASK FROM NAMED <a:g> FROM a:h WHERE { ?s ?p 'FROM' }", "ASK WHERE { ?s ?p 'FROM' }"),
        ("SELECT ?from { ?from <a:FROM> <a:b> }", "SELECT ?from { ?from <a:FROM> <a:b> }"),
        ("DESCRIBE <a:a> FROM <a:g>", "DESCRIBE <a:a>"),
    ],
)
def test_the_dataset_is_taken_out_of_a_query_and_nothing_else(query: str, without: str) -> None:
    assert without_dataset(query).split() == without.split()
