r"""Read texts from disk: plain text, front matter, HTML, JSON-LD, JSON lines.

In: a path. Out: one :class:`Document` a text. Its ``text`` is what every later offset counts
in: Unicode code points of the body after the front matter (line ends as ``\n``), of the article
of a web page, or of the ``"text"`` of a JSON object, as it stands there.

What cannot be read is a :class:`DocumentError` that says where and what to do about it.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from publisher.detection import guess_language, languages_read
from publisher.webpage import article_fields, read_page

__all__ = ["MAX_BYTES", "MAX_CHARACTERS", "Document", "DocumentError", "read_documents"]

MAX_BYTES: Final = 10_000_000
"""The largest file, or line of a JSON lines file, that is read as one document."""
MAX_CHARACTERS: Final = 1_000_000
"""The longest text, without front matter and mark-up: a book, and more than any dispatch."""

_FOLDER_SUFFIXES: Final = (".txt", ".md", ".html", ".htm", ".jsonl", ".ndjson", ".jsonld")
_LINES: Final = (".jsonl", ".ndjson")
_JSON: Final = (".json", ".jsonld")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_HEAD: Final = 4096
"""Characters in which a file says that it is HTML."""
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPLIT: Final = "Split it into one text a file, or use JSON lines."
_EXAMPLE: Final = '{"id": "a1", "text": "...", "published": "2022-04-05"}'
_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_FIELDS: Final = {
    "id": "identifier",
    "identifier": "identifier",
    "date": "published",
    "published": "published",
    "language": "language",
    "lang": "language",
    "title": "title",
    "headline": "title",
    "publisher": "publisher",
    "source": "source",
    "url": "source",
    "licence": "licence",
    "license": "licence",
}


@dataclass(frozen=True)
class Document:
    """One text with what is known of it. ``language`` is one of the languages that are read."""

    identifier: str
    text: str
    published: date
    language: str
    title: str | None = None
    publisher: str | None = None
    source: str | None = None
    licence: str | None = None
    path: str | None = None
    format: str = "text"


class DocumentError(ValueError):
    """A text that cannot be read: where (``path``, ``place``) and what to do (``remedy``).

    The message is one sentence that names the problem and one that names the remedy.
    """

    def __init__(self, path: str, place: str, problem: str, remedy: str) -> None:
        self.path, self.place, self.problem, self.remedy = path, place, problem, remedy
        where = f"{path}, {place}" if place else path
        super().__init__(f"{where}: {problem}. {remedy}")


ErrorHandler = Callable[[DocumentError], None]


def read_documents(
    path: Path, *, published: date | None = None, on_error: ErrorHandler | None = None
) -> Iterator[Document]:
    """Read the documents of a file, or of all text files below a folder, in a fixed order.

    Args:
        path: a text, HTML, JSON-LD or JSON lines file, or a folder of them.
        published: the date of those documents that carry none themselves.
        on_error: called for each document that cannot be read, so that reading goes on.

    Raises:
        DocumentError: a document cannot be read, and no ``on_error`` is given.
    """
    for reading in _readings(path, published):
        if isinstance(reading, Document):
            yield reading
        elif on_error is None:
            raise reading
        else:
            on_error(reading)


def _readings(path: Path, published: date | None) -> Iterator[Document | DocumentError]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _is_wanted(file, path))
        if not files:
            yield DocumentError(
                str(path), "", "no text in this folder",
                f"Files that end in {' '.join(_FOLDER_SUFFIXES)} are read.",
            )  # fmt: skip
        for file in files:
            yield from _readings(file, published)
        return
    try:
        if path.suffix.lower() in _LINES:
            yield from _read_lines(path, published)
        else:
            yield _read_file(path, published)
    except OSError as error:
        yield _unreadable(path, error)
    except DocumentError as error:
        yield error


def _is_wanted(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "README")) for part in file.relative_to(folder).parts)
    return file.suffix.lower() in _FOLDER_SUFFIXES and not hidden and file.is_file()


def _unreadable(path: Path, error: OSError) -> DocumentError:
    if isinstance(error, FileNotFoundError):
        return DocumentError(str(path), "", "no such file", "Check the spelling of the path.")
    reason = (error.strerror or "cannot be read").lower()
    return DocumentError(str(path), "", reason, "Check that you may read the file.")


def _read_file(path: Path, published: date | None) -> Document:
    name = str(path)
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_large(name, "")
    text = _decode(raw, name)
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or _HTML.match(text[:_HEAD]):
        page = read_page(text)
        fields = {key: value for key, value in asdict(page).items() if value}
        if published is not None and not _is_date(fields.get("published", "")):
            fields.pop("published", None)
        return _document({"identifier": path.name, **fields}, name, "", published, "html")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if path.suffix.lower() in _JSON:
        return _document(_json_fields(text, name, "", path.name), name, "", published, "json")
    fields, body = _front_matter(text, name)
    return _document({"identifier": path.name, **fields, "text": body}, name, "", published, "text")


def _read_lines(path: Path, published: date | None) -> Iterator[Document | DocumentError]:
    name, number, found = str(path), 0, False
    with path.open("rb") as file:
        while raw := file.readline(MAX_BYTES + 1):
            number += 1
            place = f"line {number}"
            if len(raw) > MAX_BYTES:
                yield _too_large(name, place)
                _skip_line(file, raw)
                continue
            if not raw.strip():
                continue
            found = True
            try:
                fields = _json_fields(
                    _decode(raw, name, place), name, place, f"{path.name}-{number}"
                )
                yield _document(fields, name, place, published, "jsonl")
            except DocumentError as error:
                yield error
    if not found:
        yield DocumentError(
            name, "", "the file is empty", 'Write one {"id", "text", "published"} a line.'
        )


def _skip_line(file: Any, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(MAX_BYTES)


def _too_large(name: str, place: str) -> DocumentError:
    size = f"larger than {MAX_BYTES // 1_000_000} MB"
    return DocumentError(name, place, size, _SPLIT)


def _decode(raw: bytes, name: str, place: str = "") -> str:
    marked = encoding = next((label for mark, label in _BOMS if raw.startswith(mark)), None)
    if encoding is None and b"\0" in raw:
        raise _binary(raw, name, place)
    if encoding is None and (declared := _CHARSET.search(raw[:2048])):
        encoding = declared[1].decode("ascii")
    try:
        return raw.decode(encoding or "utf-8")
    except LookupError:
        return raw.decode("utf-8", "replace")
    except UnicodeDecodeError as error:
        spot = place or f"byte {error.start}"
        wanted = (encoding or "utf-8").upper().removesuffix("-SIG")
        if marked:
            problem = f"not {wanted} text, though it begins like it"
            raise DocumentError(name, spot, problem, "Save it again as UTF-8.") from None
        control = sum(byte < 9 or 13 < byte < 32 for byte in raw[:4096])
        if raw.startswith(b"%PDF") or control > len(raw[:4096]) // 50:
            raise _binary(raw, name, place) from None
        raise DocumentError(
            name, spot, f"not {wanted} text",
            "Convert it first: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW.",
        ) from None  # fmt: skip


def _binary(raw: bytes, name: str, place: str) -> DocumentError:
    if raw.startswith(b"%PDF"):
        return DocumentError(name, place, "a PDF, not a text", "Convert it with pdftotext first.")
    return DocumentError(
        name, place, "binary data, not a text", "Give a text, HTML or JSON lines file in UTF-8."
    )


def _front_matter(text: str, name: str) -> tuple[dict[str, str], str]:
    """Split ``---`` front matter of ``key: value`` lines from the body."""
    lines = text.split("\n", 1)
    if lines[0].rstrip() != "---" or len(lines) == 1:
        return {}, text
    head, mark, body = ("\n" + lines[1]).partition("\n---")
    if not mark or body.split("\n", 1)[0].strip():
        raise DocumentError(
            name, "line 1", "front matter without an end", "Close it with a line '---'."
        )
    fields: dict[str, str] = {}
    for number, line in enumerate(head.split("\n")[1:], start=2):
        if not line.strip() or line.lstrip().startswith("#") or line[0] in " \t-":
            continue
        key, colon, value = line.partition(":")
        if not colon:
            raise DocumentError(
                name, f"line {number}", "front matter without a colon", "Write 'key: value'."
            )
        field = _FIELDS.get(key.strip().lower())
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if field == "published" and value and not _is_date(value):
            raise _no_date(value, name, f"line {number}")
        if field and value:
            fields[field] = value
    return fields, body.split("\n", 1)[1] if "\n" in body else ""


def _json_fields(text: str, name: str, place: str, identifier: str) -> dict[str, str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise DocumentError(name, place, "not JSON", f"Write one object like {_EXAMPLE}.") from None
    fields = article_fields(data)
    if not fields:
        if not isinstance(data, dict):
            raise DocumentError(
                name, place, "not a JSON object", 'Write {"id", "text", "published"}.'
            )
        fields = {_FIELDS.get(key) or key: value for key, value in data.items()}
        for key, value in fields.items():
            if key in ("text", *_FIELDS.values()) and not isinstance(value, str | int | None):
                raise DocumentError(
                    name, place, f'"{key}" is not a string', f'Give "{key}" as a string.'
                )
    known = {key: str(value) for key, value in fields.items() if value is not None}
    return {"identifier": identifier, **{key: value for key, value in known.items() if value}}


def _document(
    fields: Mapping[str, str], name: str, place: str, published: date | None, form: str
) -> Document:
    clean = {key: _writable(value) for key, value in fields.items()}
    text = clean.get("text", "")
    if not text.strip():
        raise DocumentError(name, place, "no text in it", "Give a text of at least one sentence.")
    if len(text) > MAX_CHARACTERS:
        size = f"a text of {len(text):,} characters, more than {MAX_CHARACTERS:,}"
        raise DocumentError(name, place, size, _SPLIT)
    return Document(
        identifier=clean["identifier"],
        text=text,
        published=_date(clean.get("published"), published, name, place),
        language=_language(clean.get("language"), text, name, place),
        title=clean.get("title"),
        publisher=clean.get("publisher"),
        source=clean.get("source"),
        licence=clean.get("licence"),
        path=name,
        format=form,
    )


def _writable(text: str) -> str:
    """Replace, one for one, the characters that XML and JSON cannot carry."""
    return _UNWRITABLE.sub(lambda found: "\n" if found[0] in "\v\f" else "\ufffd", text)


def _date(given: str | None, fallback: date | None, name: str, place: str) -> date:
    if given is None:
        if fallback is not None:
            return fallback
        raise DocumentError(
            name,
            place,
            "no publication date",
            "Give one with --published YYYY-MM-DD, or in the front matter as 'date:'.",
        )
    if not _is_date(given):
        raise _no_date(given, name, place)
    return date.fromisoformat(_day(given))


def _no_date(given: str, name: str, place: str) -> DocumentError:
    return DocumentError(name, place, f"'{given[:40]}' is no date", "Write the date as YYYY-MM-DD.")


def _day(given: str) -> str:
    """Give the day of a date and time."""
    return re.split(r"[T ]", given, maxsplit=1)[0]


def _is_date(given: str) -> bool:
    try:
        date.fromisoformat(_day(given))
    except ValueError:
        return False
    return True


def _language(given: str | None, text: str, name: str, place: str) -> str:
    language = given.replace("_", "-").split("-")[0].lower() if given else guess_language(text)
    read = languages_read()
    if language in read:
        return str(language)
    raise DocumentError(
        name,
        place,
        f"language nobody reads: {language or 'there is no word in it'}",
        f"Texts in {' and '.join(read)} are read; if it is one, say so as 'language:'.",
    )
