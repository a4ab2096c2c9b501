"""Reading texts: every format, every refusal with its remedy."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.documents import MAX_BYTES, Document, DocumentError, read_documents

Write = Callable[[str, str | bytes], Path]
DAY = date(2022, 4, 5)
ENGLISH = "Ghana expelled two diplomats of the embassy on Monday, the foreign ministry said."
FRENCH = "Le ministère des affaires étrangères a convoqué l'ambassadeur de la Suisse lundi soir."
GERMAN = (
    "Das Auswärtige Amt hat den Botschafter einbestellt und ihm eine Note übergeben, die nicht."
)


def read_one(path: Path, published: date | None = DAY) -> Document:
    documents = list(read_documents(path, published=published))
    assert len(documents) == 1
    return documents[0]


def refusal(path: Path, published: date | None = DAY) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        list(read_documents(path, published=published))
    return caught.value


def test_a_plain_text_is_named_by_its_file_and_dated_by_the_caller(write: Write) -> None:
    document = read_one(write("ghana.txt", ENGLISH))

    assert (document.identifier, document.text) == ("ghana.txt", ENGLISH)
    assert (document.published, document.language) == (DAY, "en")


def test_front_matter_gives_the_metadata_and_offsets_count_from_the_body(write: Write) -> None:
    head = (
        "---\ntitle: Ghana: two go\ndate: 2022-04-04\nlanguage: en\npublisher: 'The Desk'\n"
        "licence: https://creativecommons.org/licenses/by/4.0/\nsource: https://example.org/a\n---\n"
    )

    document = read_one(write("ghana.txt", head + ENGLISH), published=None)

    assert document.text == ENGLISH
    assert document.title == "Ghana: two go"
    assert document.publisher == "The Desk"
    assert document.published == date(2022, 4, 4)
    assert document.source == "https://example.org/a"
    assert document.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_the_date_of_the_document_goes_before_the_date_of_the_caller(write: Write) -> None:
    path = write("a.txt", f"---\ndate: 2020-01-02\n---\n{ENGLISH}")

    assert read_one(path, published=DAY).published == date(2020, 1, 2)


def test_line_ends_of_any_system_count_as_one_character(write: Write) -> None:
    assert read_one(write("a.txt", "The one.\r\nThe two.\rThe end.")).text == (
        "The one.\nThe two.\nThe end."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_texts_are_read_with_and_without_a_byte_order_mark(
    write: Write, encoding: str
) -> None:
    assert read_one(write("fr.txt", FRENCH.encode(encoding))).text == FRENCH


def test_a_web_page_is_read_as_its_article_with_what_it_says_of_itself(write: Write) -> None:
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Two go",
        "datePublished": "2022-04-04T10:00:00Z",
        "inLanguage": "en-GB",
        "publisher": {"@type": "Organization", "name": "The Desk"},
    }
    page = (
        "<!DOCTYPE html><html lang=en><head><title>Desk</title>"
        f'<script type="application/ld+json">{json.dumps(article)}</script>'
        '<link rel=canonical href="https://example.org/a"></head><body><nav>Home News</nav>'
        "<article><h1>Two go</h1><p>Ghana <b>expelled</b>\n two&nbsp;diplomats.<p>They left."
        "</article><footer>About us</footer></body></html>"
    )

    document = read_one(write("a.html", page), published=None)

    assert document.text == "Two go\nGhana expelled two diplomats.\nThey left."
    assert (document.title, document.publisher) == ("Two go", "The Desk")
    assert (document.published, document.language) == (date(2022, 4, 4), "en")
    assert document.source == "https://example.org/a"


def test_a_page_without_end_tags_still_has_its_text(write: Write) -> None:
    page = f"<html><head><title>T</title><meta name=date content=2022-04-04><p>{ENGLISH}"

    assert read_one(write("a.htm", page), published=None).text == ENGLISH


def test_html_is_recognised_whatever_the_file_is_called(write: Write) -> None:
    page = f"<!doctype html>\n<p>{ENGLISH}</p>"

    assert read_one(write("a.txt", page)).text == ENGLISH


def test_json_lines_are_one_document_a_line_with_the_text_as_it_stands(write: Write) -> None:
    lines = [
        {"id": "a1", "text": "The\r\n" + ENGLISH, "published": "2022-04-04", "title": "T"},
        {"text": FRENCH, "published": "2022-04-03", "language": "fr"},
    ]

    first, second = read_documents(write("c.jsonl", "\n".join(map(json.dumps, lines))))

    assert (first.identifier, first.text, first.title) == ("a1", "The\r\n" + ENGLISH, "T")
    assert (second.identifier, second.language) == ("c.jsonl-2", "fr")


def test_a_schema_org_article_in_json_ld_is_a_document(write: Write) -> None:
    data = {
        "@graph": [{"@type": "NewsArticle", "articleBody": ENGLISH, "datePublished": "2022-04-04"}]
    }

    assert read_one(write("a.jsonld", json.dumps(data)), published=None).text == ENGLISH


def test_a_bad_line_is_reported_with_its_number_and_the_others_are_read(write: Write) -> None:
    good = json.dumps({"id": "a", "text": ENGLISH, "published": "2022-04-04"})
    path = write("c.jsonl", f"{good}\nnot json\n{good}\n")
    errors: list[DocumentError] = []

    documents = list(read_documents(path, on_error=errors.append))

    assert len(documents) == 2
    assert [error.place for error in errors] == ["line 2"]


def test_a_folder_is_read_in_a_fixed_order_without_hidden_and_other_files(write: Write) -> None:
    folder = write("in/b.txt", ENGLISH).parent
    for name in ("in/a/z.txt", "in/.git/x.txt", "in/c.json", "in/d.md", "in/README.md"):
        write(name, ENGLISH)

    assert [d.identifier for d in read_documents(folder, published=DAY)] == [
        "z.txt",
        "b.txt",
        "d.md",
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", b"", "no text in it"),
        ("a.txt", b" \n\t\n", "no text in it"),
        ("a.txt", b"---\ndate: 2022-04-04\n---\n", "no text in it"),
        ("a.txt", b"---\ndate: 2022-04-04\n", "front matter without an end"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data, not a text"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF, not a text"),
        ("a.txt", "Le ministère a convoqué".encode("cp1252"), "not UTF-8 text"),
        ("a.txt", b"The word. " * (MAX_BYTES // 10) + b"x", "larger than 10 MB"),
        ("a.txt", b"---\ndate: yesterday\n---\nThe word.", "'yesterday' is no date"),
        ("a.txt", GERMAN.encode(), "language nobody reads: de"),
        ("a.txt", "Посол был вызван в министерство.".encode(), "language nobody reads: ru"),
        ("a.txt", b"1234 5678", "language nobody reads"),
        ("a.html", b"<html><body><nav>Home</nav></body></html>", "no text in it"),
        ("a.jsonl", b"", "the file is empty"),
        ("a.jsonl", b"[1, 2]", "not a JSON object"),
        ("a.jsonl", b'{"id": "a", "text": ["x"]}', '"text" is not a string'),
        ("a.jsonl", b"[" * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(
    write: Write, name: str, content: bytes, problem: str
) -> None:
    error = refusal(write(name, content))

    assert error.problem.startswith(problem)
    assert str(error).startswith(error.path)
    assert error.remedy.endswith(".")


def test_a_text_without_a_date_says_how_to_give_one(write: Write) -> None:
    path = write("oslo.txt", ENGLISH)

    assert str(refusal(path, published=None)) == (
        f"{path}: no publication date. Give one with --published YYYY-MM-DD, "
        "or in the front matter as 'date:'."
    )


def test_a_file_that_is_not_there_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.txt").problem == "no such file"
    assert refusal(tmp_path).problem == "no text in this folder"


def test_a_short_headline_is_taken_for_english(write: Write) -> None:
    assert read_one(write("a.txt", "Ghana expels Togo envoy")).language == "en"


def test_characters_that_no_format_can_carry_are_replaced_one_for_one(write: Write) -> None:
    path = write("a.jsonl", '{"text": "The\\u0000word of\\fit", "published": "2022-04-04"}')

    assert read_one(path).text == "The\ufffdword of\nit"


def test_the_date_of_the_caller_stands_in_for_a_page_date_that_cannot_be_read(
    write: Write,
) -> None:
    page = f"<html><meta name=date content='Monday morning'><p>{ENGLISH}</p>"

    assert read_one(write("a.html", page)).published == DAY


def test_a_page_of_unclosed_tags_is_read_in_time(write: Write) -> None:
    for part in ("<nav>", "<p>", "<article><div>", "<!-- -->", "</p>"):
        path = write("a.html", "<html>" + part * 50_000 + ENGLISH)
        list(read_documents(path, published=DAY, on_error=lambda error: None))


def test_a_lone_surrogate_becomes_a_replacement_character(write: Write) -> None:
    path = write("a.jsonl", '{"text": "The \\ud800 word of it", "published": "2022-04-04"}')

    assert read_one(path).text == "The \ufffd word of it"


@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.html", "a.jsonl", "a.json"]))
def test_any_bytes_are_documents_or_a_refusal(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        errors: list[DocumentError] = []

        for document in read_documents(path, published=DAY, on_error=errors.append):
            assert document.text.strip()
            document.text.encode()


@given(st.text(max_size=400), st.sampled_from(["a.txt", "a.html"]))
def test_any_characters_are_documents_or_a_refusal(content: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content.encode("utf-8", "replace"))

        for document in read_documents(path, published=DAY, on_error=lambda error: None):
            assert document.language in ("en", "fr")
