"""The ``communique`` command: read texts, write linked data, publish and serve it.

Exit status 0: all went well; 1: some input was bad (the message names it and the remedy);
2: the command was used wrongly. Imports are made where they are used, so that ``--help`` is
quick.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from publisher.documents import Document, DocumentError

__all__ = ["main"]

_FORMATS = ("nquads", "trig", "turtle", "jsonld")
_BASE = "http://localhost:8000"


def _complain(problem: object) -> None:
    click.echo(str(problem), err=True)


class _Day(click.ParamType):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day. Write it as YYYY-MM-DD.", param, ctx)


@click.group()
@click.version_option(package_name="communique", message="%(version)s")
def main() -> None:
    """Read diplomatic events from texts and publish them as linked data.

    \b
    Examples:
      communique map note.txt --published 2022-04-05
      communique publish seeds/
      communique serve --port 8000
    """


class _Problems:
    """Counts what could not be read, and says it at once."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: DocumentError) -> None:
        self.count += 1
        _complain(error)


def _documents(
    paths: tuple[Path, ...], published: date | None, problems: _Problems
) -> Iterator[Document]:
    from publisher.documents import read_documents

    for path in paths:
        yield from read_documents(path, published=published, on_error=problems)


@main.command("map")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--published", type=_Day(), help="Date of texts that carry none, YYYY-MM-DD.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="nquads", show_default=True)
@click.option("--base", default=_BASE, show_default=True, help="Base of our own identifiers.")
def map_command(paths: tuple[Path, ...], published: date | None, form: str, base: str) -> None:
    """Write the claims of texts as RDF to standard output.

    PATH is a text, HTML or front-matter file, a folder of them, or JSON lines of
    {"id", "text", "published", "language"?, "title"?, "source"?}.

    \b
    Examples:
      communique map note.txt --published 2022-04-05
      communique map articles.jsonl --format trig > articles.trig
    """
    from publisher.pipeline import map_document
    from publisher.serialisation import write_quads

    problems = _Problems()
    out = sys.stdout.buffer
    quads = (map_document(d, base) for d in _documents(paths, published, problems))
    write_quads(quads, form, out)
    if problems.count:
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--texts", type=click.Path(path_type=Path), help="Folder of the texts.")
@click.option("--json", "as_json", is_flag=True, help="Numbers as JSON.")
def evaluate(paths: tuple[Path, ...], texts: Path | None, as_json: bool) -> None:
    """Score the reading against gold files: precision, recall, F1, misses and surplus.

    \b
    Example:
      communique evaluate tests/corpus
    """
    import json

    from publisher import evaluation

    try:
        score = evaluation.evaluate(paths, texts)
    except evaluation.GoldError as error:
        _complain(error)
        sys.exit(1)
    click.echo(
        json.dumps(score.as_dict(), indent=2) if as_json else evaluation.report(score)
    )


if __name__ == "__main__":
    main()
