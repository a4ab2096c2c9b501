"""Promises about the command: what goes in, what comes out, and how bad input ends."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from publisher.cli import main
from publisher.documents import Document
from publisher.inference import entail
from publisher.pipeline import map_document
from publisher.validation import load_shapes, validate
from publisher.vocabulary import DCTERMS, DIP, OA, PROV, RDF, SH

TEXT = "France expelled two Iranian diplomats on Monday, the foreign ministry in Paris said."
DAY = ["--published", "2022-04-05"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("nquads", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG),
        ("turtle", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD),
    ],
)  # fmt: skip
def test_map_writes_the_same_claims_in_every_format(
    note: Path, name: str, form: ox.RdfFormat
) -> None:
    done = run("map", note, *DAY, "--format", name)
    assert done.exit_code == 0
    triples = {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in ox.parse(input=done.stdout_bytes, format=form)
    }
    claims = {s for s, p, o in triples if p == f"<{RDF.type}>" and o == f"<{DIP.Claim}>"}
    assert len(claims) == 1
    for predicate in (DIP.reports, PROV.wasDerivedFrom):
        assert any(s in claims and p == f"<{predicate}>" for s, p, _ in triples)
    assert any(p == f"<{DCTERMS.identifier}>" and o == '"note.txt"' for _, p, o in triples)
    assert any(p == f"<{OA.exact}>" and o.strip('"') in TEXT for _, p, o in triples)


def test_a_json_line_gives_its_id_and_a_broken_one_is_named(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    record = {"id": "a-1", "text": TEXT, "published": "2022-04-05"}
    lines.write_text(json.dumps(record) + "\n{broken\n", encoding="utf-8")
    done = run("map", lines)
    assert done.exit_code == 1
    assert '"a-1"' in done.stdout
    assert "lines.jsonl" in done.stderr
    assert "2" in done.stderr


BAD = [
    ("empty.txt", b"", "empty"),
    ("blank.txt", b" \n\t\n", "no text"),
    ("binary.txt", b"\x00\x01\x02PK\x03\x04" * 20, "binary.txt"),
    ("latin1.txt", "Le ministère a déclaré".encode("latin-1"), "UTF-8"),
    ("huge.txt", b"word " * (11 << 18), "huge.txt"),
    ("swahili.txt", ("Серед інших питань міністр обговорив ситуацію " * 5).encode(), "language"),
]


@pytest.mark.parametrize(("name", "content", "word"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_ends_with_1_and_names_the_file_and_the_remedy(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("map", path, *DAY)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert name in done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_text_without_a_date_is_refused_with_the_option_that_gives_one(note: Path) -> None:
    done = run("map", note)
    assert done.exit_code == 1
    assert "--published" in done.stderr


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    done = run("map", tmp_path / "nowhere.txt", *DAY)
    assert done.exit_code == 1
    assert "nowhere.txt" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["map"], ["map", "x", "--published", "soon"], ["map", "x", "--format", "pdf"], ["brew"]],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_web_page_is_read_as_its_article(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><nav>Menu</nav><p>{TEXT}</p></body></html>", encoding="utf-8")
    done = run("map", page, *DAY)
    assert done.exit_code == 0
    assert str(DIP.Expulsion) in done.stdout


def test_a_text_without_any_event_is_a_document_without_claims(tmp_path: Path) -> None:
    path = tmp_path / "calm.txt"
    path.write_text("The lake was calm and the weather was fine all day.", encoding="utf-8")
    done = run("map", path, *DAY)
    assert done.exit_code == 0
    assert str(DIP.Document) in done.stdout
    assert str(DIP.Claim) not in done.stdout


def test_the_others_go_in_when_one_is_bad(tmp_path: Path, note: Path) -> None:
    bad = tmp_path / "empty.txt"
    bad.write_text("", encoding="utf-8")
    done = run("publish", "--data", tmp_path / "data", note, bad, *DAY)
    assert done.exit_code == 1
    assert "1 documents published" in done.stderr
    assert "empty.txt" in done.stderr


def test_a_document_that_violates_a_shape_is_kept_out_and_its_report_kept(
    tmp_path: Path, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Chile recalled its ambassador to Peru.", encoding="utf-8")
    shapes = load_shapes() + Graph()
    shape = ox.NamedNode("urn:test:no-expulsions").value
    shapes.parse(
        format="turtle",
        data=f"""@prefix sh: <{SH}> . @prefix dip: <{DIP}> .
        <{shape}> a sh:NodeShape ; sh:targetClass dip:Expulsion ;
            sh:property [ sh:path dip:actor ; sh:maxCount 0 ; sh:message "None today."@en ] .""",
    )
    monkeypatch.setattr("publisher.validation.load_shapes", lambda: shapes)
    data = tmp_path / "data"
    done = run("publish", "--data", data, note, other, *DAY)
    assert done.exit_code == 1
    assert "note.txt: not published" in done.stderr
    assert "None today." in done.stderr
    assert "1 documents published" in done.stderr
    assert "None today." in (data / "reports" / "note-txt.txt").read_text(encoding="utf-8")


def test_withdrawing_what_is_not_there_says_so(tmp_path: Path) -> None:
    done = run("withdraw", "--data", tmp_path / "data", "ghost.txt")
    assert done.exit_code == 1
    assert "ghost.txt" in done.stderr


def test_every_command_shows_an_example() -> None:
    for name in main.commands:
        assert "Example" in run(name, "--help").stdout, name


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.sampled_from(["en", "fr"]))
def test_any_characters_map_to_rdf_that_conforms_and_quotes_exactly(
    noise: str, language: str
) -> None:
    text = f"{noise} France expelled two Iranian diplomats. {noise} Berlin a rappelé {noise}"
    document = Document(
        identifier="noise", text=text, published=date(2022, 4, 5),
        language=language, title=None, publisher=None, source=None, licence=None, path=None,
        format="text",
    )  # fmt: skip
    quads = map_document(document)
    starts, ends, words = {}, {}, {}
    for quad in quads:
        for predicate, found in ((OA.start, starts), (OA.end, ends), (OA.exact, words)):
            if quad.predicate.value == str(predicate):
                found[quad.subject.value.rsplit("#", 1)[0]] = quad.object.value
    for claim, quote in words.items():
        assert text[int(starts[claim]) : int(ends[claim])] == quote
    assert validate(entail(quads)).conforms
