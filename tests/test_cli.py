"""Promises about the command: what goes in, what comes out, and how bad input ends."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from rdflib import Graph

from publisher.cli import main
from publisher.validation import load_shapes
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


def test_turtle_says_all_of_a_subject_in_one_place(note: Path) -> None:
    done = run("map", note, *DAY, "--format", "turtle")
    starts = [line.split(" ", 1)[0] for line in done.stdout.splitlines() if line[:1] in "<w"]
    assert len(starts) > 5
    assert len(starts) == len(set(starts))


def test_a_json_line_gives_its_id(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    record = {"id": "a-1", "text": TEXT, "published": "2022-04-05"}
    lines.write_text(json.dumps(record), encoding="utf-8")

    assert '"a-1"' in run("map", lines).stdout


def test_a_web_page_is_read_as_its_article(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><nav>Menu</nav><p>{TEXT}</p></body></html>", encoding="utf-8")
    done = run("map", page, *DAY)
    assert done.exit_code == 0
    assert str(DIP.Expulsion) in done.stdout


def test_publishing_says_where_the_texts_went(tmp_path: Path, note: Path) -> None:
    done = run("publish", "--data", tmp_path / "mine", note, *DAY)
    assert f"1 document published, 1 claim, in {tmp_path / 'mine'}: http" in done.stderr


def test_a_second_server_at_the_same_address_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as first:
        port = first.getsockname()[1]
        done = run("serve", "--data", tmp_path, "--port", port)
    assert done.exit_code == 1
    assert f"http://127.0.0.1:{port}: in use already" in done.stderr


def test_a_host_that_is_not_here_is_refused(tmp_path: Path) -> None:
    done = run("serve", "--data", tmp_path, "--host", "192.0.2.1")
    assert done.exit_code == 1
    assert "Give another --host or --port." in done.stderr


def test_the_others_go_in_when_one_is_bad(tmp_path: Path, note: Path) -> None:
    bad = tmp_path / "empty.txt"
    bad.write_text("", encoding="utf-8")
    done = run("publish", "--data", tmp_path / "data", note, bad, *DAY)
    assert done.exit_code == 1
    assert "1 document published" in done.stderr
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
    assert "1 document published" in done.stderr
    assert "None today." in (data / "reports" / "note-txt.txt").read_text(encoding="utf-8")


def test_withdrawing_what_is_not_there_says_so(tmp_path: Path) -> None:
    done = run("withdraw", "--data", tmp_path / "data", "ghost.txt")
    assert done.exit_code == 1
    assert "ghost.txt" in done.stderr


def test_every_command_shows_an_example() -> None:
    for name in main.commands:
        assert "Example" in run(name, "--help").stdout, name


def test_the_data_keep_their_base_for_whoever_comes_later(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("France expelled two Iranian diplomats.", encoding="utf-8")
    data, base = str(tmp_path / "data"), "https://events.example"
    dated = ["--published", "2022-04-05", "--data", data]

    first = CliRunner().invoke(main, ["publish", str(note), *dated, "--base", base])
    other = CliRunner().invoke(main, ["publish", str(note), *dated, "--base", "https://x.example"])
    gone = CliRunner().invoke(main, ["withdraw", "note.txt", "--data", data])

    assert (first.exit_code, other.exit_code, gone.exit_code) == (0, 2, 0)
    assert f"has the base {base}" in other.output
