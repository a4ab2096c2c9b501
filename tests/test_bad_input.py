"""Promises about bad input: each kind ends with its exit status and a message that helps.

A message names the file, the place in it where there is one, the problem, and the remedy. The
good documents of the same run are mapped and published.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.cli import main
from publisher.documents import MAX_BYTES, MAX_CHARACTERS, Document
from publisher.inference import entail
from publisher.mapping import document_slug
from publisher.pipeline import map_document
from publisher.validation import validate
from publisher.vocabulary import DCTERMS, DIP, OA

Write = Callable[[str, str | bytes], Path]
GOOD = "France expelled two Iranian diplomats on Monday, the foreign ministry in Paris said."
GERMAN = "Das Auswärtige Amt hat den Botschafter einbestellt und ihm eine Note übergeben."
UKRAINIAN = "Міністр закордонних справ обговорив ситуацію зі своїм колегою."
SPLIT = "Split it into one text a file, or use JSON lines."
MARKS = st.sampled_from("\u200b\u202e\u200d\u0301🇫🇷👩 \n\t“”«»’'\"—.!?é\u00a0AaФ日")
RECORD = {"id": "a1", "text": GOOD, "published": "2022-04-05"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def line(**changes: object) -> bytes:
    return json.dumps({**RECORD, **changes}).encode() + b"\n"


MATRIX = {
    "empty": ("a.txt", b"", ": no text in it. Give a text of at least one sentence."),
    "blank": ("a.txt", b" \r\n\t\n", ": no text in it. Give a text of at least one sentence."),
    "front matter alone": (
        "a.txt", b"---\ndate: 2022-04-05\n---\n",
        ": no text in it. Give a text of at least one sentence.",
    ),
    "front matter without an end": (
        "a.txt", b"---\ndate: 2022-04-05\nFrance expelled",
        ", line 1: front matter without an end. Close it with a line '---'.",
    ),
    "front matter that is not one": (
        "a.txt", b"---\ndate: 2022-04-05\nTwo to go\n---\nFrance",
        ", line 3: front matter without a colon. Write 'key: value'.",
    ),
    "date that is none": (
        "a.txt", b"---\ndate: 2022-02-30\n---\nFrance",
        ", line 2: '2022-02-30' is no date. Write the date as YYYY-MM-DD.",
    ),
    "picture": (
        "a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ": binary data, not a text. Give a text, HTML or JSON lines file in UTF-8.",
    ),
    "archive": (
        "a.txt", b"PK\x03\x04\x14\x00\x08\x08" * 9,
        ": binary data, not a text. Give a text, HTML or JSON lines file in UTF-8.",
    ),
    "PDF": (
        "a.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ": a PDF, not a text. "
        "Convert it with pdftotext first.",
    ),
    "file of more than 10 MB": (
        "a.txt", b"The word. " * (MAX_BYTES // 10) + b"x", f": larger than 10 MB. {SPLIT}",
    ),
    "text of 10 MB": (
        "a.txt", b"The word. " * (MAX_BYTES // 10),
        f": a text of 10,000,000 characters, more than 1,000,000. {SPLIT}",
    ),
    "Windows encoding": (
        "a.txt", "Le ministère a convoqué l'ambassadeur".encode("cp1252"),
        ", byte 9: not UTF-8 text. Convert it first: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW.",
    ),
    "UTF-16 cut in the middle": (
        "a.txt", codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")[:-1],
        ", byte 168: not UTF-16 text, though it begins like it. Save it again as UTF-8.",
    ),
    "UTF-8 with a byte of something else": (
        "a.txt", codecs.BOM_UTF8 + GOOD.encode() + b"\xff",
        ", byte 84: not UTF-8 text, though it begins like it. Save it again as UTF-8.",
    ),
    "page in another encoding than it says": (
        "a.html", b"<html><meta charset=utf-8><p>Le minist\xe8re a convoqu\xe9 un diplomate",
        ", byte 38: not UTF-8 text. Convert it first: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW.",
    ),
    "German": (
        "a.txt", GERMAN.encode(), ": language nobody reads: de. "
        "Texts in en and fr are read; if it is one, say so as 'language:'.",
    ),
    "Ukrainian": (
        "a.txt", UKRAINIAN.encode(), ": language nobody reads: uk. "
        "Texts in en and fr are read; if it is one, say so as 'language:'.",
    ),
    "numbers alone": (
        "a.txt", b"12 34, 56", ": language nobody reads: there is no word in it. "
        "Texts in en and fr are read; if it is one, say so as 'language:'.",
    ),
    "page without a text": (
        "a.html", b"<html><body><nav>Home</nav><script>x()</script></body></html>",
        ": no text in it. Give a text of at least one sentence.",
    ),
    "no lines": (
        "a.jsonl", b"\n\n", ': the file is empty. Write one {"id", "text", "published"} a line.',
    ),
    "line that is broken": (
        "a.jsonl", line() + b'{"id": "a2", "text": "Fra\n' + line(id="a3"),
        ', line 2: not JSON. Write one object like '
        '{"id": "a1", "text": "...", "published": "2022-04-05"}.',
    ),
    "line that is no object": (
        "a.jsonl", line() + b"[]\n" + line(id="a3"),
        ', line 2: not a JSON object. Write {"id", "text", "published"}.',
    ),
    "line without a text": (
        "a.jsonl", line() + line(id="a2", text=None) + line(id="a3"),
        ", line 2: no text in it. Give a text of at least one sentence.",
    ),
    "line whose text is a list": (
        "a.jsonl", line() + line(id="a2", text=[GOOD]) + line(id="a3"),
        ', line 2: "text" is not a string. Give "text" as a string.',
    ),
    "line in another encoding": (
        "a.jsonl", line() + '{"text": "ministère"}\n'.encode("cp1252") + line(id="a3"),
        ", line 2: not UTF-8 text. Convert it first: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW.",
    ),
    "line of more than 10 MB": (
        "a.jsonl", line() + b'{"text": "' + b"x" * MAX_BYTES + b'"}\n' + line(id="a3"),
        f", line 2: larger than 10 MB. {SPLIT}",
    ),
    "line with the id of another": (
        "a.jsonl", line() + line() + line(id="a3"),
        ": another text is named 'a1' too. "
        "Rename the file, or give each text an 'id:' of its own.",
    ),
}  # fmt: skip


def lone_error(done: Result, path: Path) -> str:
    """What the one line of complaint says after the path."""
    (message,) = [m for m in done.stderr.splitlines() if m.startswith(str(path))]
    return message.removeprefix(str(path))


@pytest.mark.parametrize("kind", MATRIX)
def test_bad_input_ends_with_1_and_says_where_and_what_to_do(kind: str, write: Write) -> None:
    name, content, message = MATRIX[kind]
    path = write(name, content)

    done = run("map", path, "--published", "2022-04-05")

    assert done.exit_code == 1
    assert lone_error(done, path) == message
    assert "Traceback" not in done.stderr
    claims = sum(f"<{DIP.Claim}>" in triple for triple in done.stdout.splitlines())
    assert claims == (2 if kind.startswith("line") else 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", GOOD), ("a.html", f"<html><p>{GOOD}"), ("a.jsonl", line(published=None))],
)
def test_a_text_without_a_date_is_told_how_to_give_one(
    name: str, content: str | bytes, write: Write
) -> None:
    path = write(name, content)

    done = run("map", path)

    assert done.exit_code == 1
    assert lone_error(done, path).endswith(
        ": no publication date. Give one with --published YYYY-MM-DD, "
        "or in the front matter as 'date:'."
    )


@pytest.mark.parametrize("command", ["map", "publish"])
def test_a_file_that_is_not_there_is_bad_input_and_the_others_go_in(
    command: str, write: Write, tmp_path: Path
) -> None:
    good, missing = write("good.txt", GOOD), tmp_path / "nowhere.txt"
    data = ["--data", tmp_path / "data"] if command == "publish" else []

    done = run(command, missing, good, "--published", "2022-04-05", *data)

    assert done.exit_code == 1
    assert lone_error(done, missing) == ": no such file. Check the spelling of the path."
    assert "good" in (done.stdout if command == "map" else done.stderr)


def test_an_empty_folder_and_one_of_other_files_are_bad_input(write: Write) -> None:
    folder = write("pictures/a.png", b"\x89PNG").parent

    done = run("map", folder, "--published", "2022-04-05")

    assert done.exit_code == 1
    assert lone_error(done, folder) == (
        ": no text in this folder. Files that end in .txt .md .html .htm .jsonl .ndjson .jsonld "
        "are read."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read_is_bad_input(write: Write) -> None:
    path = write("a.txt", GOOD)
    path.chmod(0)

    assert "permission denied" in lone_error(run("map", path), path)


def test_two_files_of_one_name_do_not_take_each_others_place(write: Write) -> None:
    folder = write("in/a/note.txt", GOOD).parent.parent
    second = write("in/b/note.txt", GOOD.replace("two", "three"))

    done = run("map", folder, "--published", "2022-04-05")

    assert done.exit_code == 1
    assert lone_error(done, second).startswith(": another text is named 'note.txt' too.")
    assert f'{DIP["count"]}> "2"' in done.stdout


def test_a_text_without_any_event_is_a_document_without_claims(write: Write) -> None:
    path = write("calm.txt", "The lake was calm and the weather was fine all day.")

    done = run("map", path, "--published", "2022-04-05")

    assert done.exit_code == 0
    assert str(DIP.Document) in done.stdout
    assert str(DIP.Claim) not in done.stdout
    assert done.stderr == "calm.txt: no event found in it.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["map"], ["map", "x", "--published", "soon"], ["map", "x", "--format", "pdf"], ["brew"],
        ["publish"], ["withdraw"], ["serve", "--port", "no"], ["serve", "--query-timeout", "long"],
        ["evaluate"], ["explain"], ["map", "x", "--colour"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_shows_the_usage(arguments: list[str]) -> None:
    done = run(*arguments)

    assert done.exit_code == 2
    assert "Usage: " in done.stderr
    assert done.stdout == ""


def test_the_shell_sees_the_exit_status_and_a_clean_output(write: Write) -> None:
    good, bad = write("good.txt", GOOD), write("bad.txt", b"\0\0")
    command = [sys.executable, "-m", "publisher.cli", "map", good, bad, "--published", "2022-04-05"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert all(triple.endswith(" .") for triple in done.stdout.splitlines())
    assert done.stderr.splitlines() == [f"{bad}{MATRIX['picture'][2]}"]


# Property tests


@given(st.text(max_size=300))
def test_any_identifier_makes_a_name_that_any_address_can_hold(identifier: str) -> None:
    name = document_slug(identifier)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) < 90
    assert document_slug(name) == name or name.startswith("unnamed")


@given(st.lists(st.text(alphabet="абвгдежз日本国語", min_size=1, max_size=9), unique=True))
def test_documents_named_in_other_scripts_keep_apart(names: list[str]) -> None:
    assert len({document_slug(name) for name in names}) == len(names)


@settings(max_examples=40)
@given(st.text(max_size=200), st.sampled_from(["en", "fr"]), st.text(min_size=1, max_size=20))
def test_any_characters_map_to_rdf_that_conforms_and_quotes_exactly(
    noise: str, language: str, name: str
) -> None:
    text = f"{noise} France expelled two Iranian diplomats. {noise} Berlin a rappelé {noise}"
    document = Document(name, text, date(2022, 4, 5), language, title=noise or None, source=noise)

    quads = map_document(document)

    found: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.predicate.value in (str(OA.start), str(OA.end), str(OA.exact)):
            claim = found.setdefault(quad.subject.value.rsplit("#", 1)[0], {})
            claim[quad.predicate.value] = quad.object.value
    for claim in found.values():
        assert text[int(claim[str(OA.start)]) : int(claim[str(OA.end)])] == claim[str(OA.exact)]
    report = validate(entail(quads))
    assert report.conforms, report.to_text()


@settings(max_examples=25)
@given(st.text(alphabet=MARKS, max_size=80))
def test_marks_that_join_turn_or_hide_do_not_move_a_quote(noise: str) -> None:
    text = f"{noise}\nFrance expelled two Iranian diplomats{noise} on Monday.\n{noise}"

    for quad in map_document(Document("n", text, date(2022, 4, 5), "en")):
        if quad.predicate.value == str(OA.exact):
            assert quad.object.value in text


def test_the_name_of_a_document_is_its_identifier_to_the_letter(write: Write) -> None:
    path = write("Déclaration – n° 5.txt", GOOD)

    done = run("map", path, "--published", "2022-04-05")

    assert f'{DCTERMS.identifier}> "Déclaration – n° 5.txt"' in done.stdout
    assert len(GOOD) < MAX_CHARACTERS
