"""The ``communique`` command: read texts, write linked data, publish and serve it.

Exit status 0: all went well; 1: some input was bad (the message names it and the remedy);
2: the command was used wrongly. Imports are made where they are used, so that ``--help`` is
quick.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from publisher.options import (
    BASE,
    DATA,
    DEFAULT_BASE,
    STORE,
    STORE_UPDATES,
    base_for,
    remote_at,
)
from publisher.upkeep import backup, export, inbox, restore, verify

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from publisher.documents import Document, DocumentError

__all__ = ["main"]

_FORMATS = ("nquads", "trig", "turtle", "jsonld")


def _complain(problem: object) -> None:
    click.echo(str(problem), err=True)


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


class _Day(click.ParamType[date]):
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
        _clear_line()
        _complain(error)


def _documents(
    paths: tuple[Path, ...], published: date | None, problems: _Problems
) -> Iterator[Document]:
    """Read the documents of all paths, one at a time; a second of the same name is a problem."""
    from publisher.documents import DocumentError, read_documents
    from publisher.mapping import document_slug

    names: set[str] = set()
    for path in paths:
        for document in read_documents(path, published=published, on_error=problems):
            name = document_slug(document.identifier)
            if name in names:
                problems(
                    DocumentError(
                        document.path or str(path), "",
                        f"another text is named {document.identifier!r} too",
                        "Rename the file, or give each text an 'id:' of its own.",
                    )
                )  # fmt: skip
                continue
            names.add(name)
            yield document


_BETWEEN_LINES = 0.2
"""Seconds: how often the line that tells of progress is written anew."""


_Item = TypeVar("_Item")


def _watched(documents: Iterable[_Item], quiet: bool = False) -> Iterator[_Item]:
    """Tell on the terminal how many documents are done, while they are read one by one."""
    if quiet or not sys.stderr.isatty():
        yield from documents
        return
    start = last = time.monotonic()
    for number, document in enumerate(documents):
        now = time.monotonic()
        if now - last > _BETWEEN_LINES:
            last = now
            rate = number / (now - start)
            click.echo(f"\r{number} documents, {rate:.1f} a second\033[K", nl=False, err=True)
        yield document
    _clear_line()


def _clear_line() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


@main.command("map")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--published", type=_Day(), help="Date of texts that carry none, YYYY-MM-DD.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="nquads", show_default=True)
@click.option(
    "--base", default=DEFAULT_BASE, show_default=True, help="Base of our own identifiers."
)
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
    from publisher.vocabulary import DIP

    problems = _Problems()
    out = sys.stdout.buffer
    documents = _watched(_documents(paths, published, problems), quiet=out.isatty())

    def mapped(document: Document) -> list[Quad]:
        quads = map_document(document, base)
        if not any(quad.predicate.value == str(DIP.reports) for quad in quads):
            click.echo(f"{document.identifier}: no event found in it.", err=True)
        return quads

    write_quads((mapped(d) for d in documents), form, out)
    if problems.count:
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--published", type=_Day(), help="Date of texts that carry none, YYYY-MM-DD.")
@DATA
@BASE
@STORE
@STORE_UPDATES
@click.option(
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(1, 256),
    help="Documents that are read at once, each in a process of about 500 MB.",
)
@click.option("--cluster", help="Address of a Dask scheduler whose workers read the documents.")
def publish(
    paths: tuple[Path, ...],
    published: date | None,
    data: Path,
    base: str | None,
    store: str,
    store_updates: str,
    jobs: int,
    cluster: str | None,
) -> None:
    """Map, infer, validate and store texts; a running server shows them at once.

    A text that violates a shape is not published; its report is shown and kept, the others go in.
    Publishing a text again replaces it.

    \b
    Examples:
      communique publish seeds/
      communique publish note.txt --published 2022-04-05
      communique publish articles.jsonl --jobs 8
    """
    from publisher import pipeline
    from publisher.store import StoreError

    problems = _Problems()
    refused = accepted = claims = 0
    named = base_for(data, base)
    documents = _documents(paths, published, problems)
    remote = remote_at(store, store_updates, named)
    run = pipeline.publish(documents, data, named, remote)
    if jobs > 1 or cluster:
        run = pipeline.publish_corpus(
            documents, data, named, jobs=jobs, cluster=cluster, remote=remote
        )
    try:
        for done in _watched(run):
            _clear_line()
            if done.accepted:
                accepted += 1
                claims += done.claims
                told = _number(done.claims, "claim")
                click.echo(f"{done.document.identifier}: {told}", err=True)
            else:
                refused += 1
                _complain(f"{done.document.identifier}: not published.\n{done.report.to_text()}")
    except (StoreError, OSError) as error:
        _complain(error)
        sys.exit(1)
    told = f"{_number(accepted, 'document')} published, {_number(claims, 'claim')}"
    click.echo(f"{told}, in {store or data}: {named.rstrip('/')}/documents", err=True)
    if problems.count or refused:
        sys.exit(1)


@main.command()
@click.argument("identifiers", nargs=-1, required=True)
@DATA
@BASE
@STORE
@STORE_UPDATES
def withdraw(
    identifiers: tuple[str, ...], data: Path, base: str | None, store: str, store_updates: str
) -> None:
    """Take documents out of the store; their addresses answer 410 from then on.

    IDENTIFIER is the name of the file, or the id of its JSON line.

    \b
    Example:
      communique withdraw note.txt
    """
    from publisher import pipeline
    from publisher.store import StoreError

    missing = False
    named = base_for(data, base)
    remote = remote_at(store, store_updates, named)
    for identifier in identifiers:
        try:
            if pipeline.withdraw(identifier, data, named, remote):
                click.echo(f"{identifier}: withdrawn", err=True)
            else:
                missing = True
                _complain(f"{identifier}: not published here. See /documents for what is.")
        except StoreError as error:
            _complain(error)
            sys.exit(1)
    if missing:
        sys.exit(1)


@main.command()
@DATA
@BASE
@STORE
@STORE_UPDATES
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--query-timeout", default=30.0, show_default=True, help="Seconds for one query.")
@click.option(
    "--query-budget",
    default=60.0,
    show_default=True,
    help="Seconds of query time a minute for each client; 0 for no limit.",
)
@click.option(
    "--tokens",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of NAME SCOPES TOKEN lines: who may write (scopes update, graphs).",
)
def serve(
    data: Path,
    base: str | None,
    store: str,
    store_updates: str,
    host: str,
    port: int,
    query_timeout: float,
    query_budget: float,
    tokens: Path | None,
) -> None:
    """Serve what is published: pages, RDF, SPARQL, downloads.

    \b
    Example:
      communique serve --port 8000
    """
    from publisher.web import Config
    from publisher.web.server import AddressError
    from publisher.web.server import serve as run
    from publisher.web.tokens import TokensError

    config = Config(
        data,
        base or base_for(data, None),
        query_timeout=query_timeout,
        query_budget=query_budget,
        tokens=tokens,
        store=store,
        store_updates=store_updates,
    )
    remote_at(store, store_updates, config.base)
    try:
        run(config, host=host, port=port)
    except (AddressError, TokensError) as error:
        _complain(error)
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--published", type=_Day(), help="Date of texts that carry none, YYYY-MM-DD.")
@click.option("--linking", is_flag=True, help="List every name with its candidates and scores.")
@click.option("--html", is_flag=True, help="Write an HTML page instead of lines for the terminal.")
def explain(paths: tuple[Path, ...], published: date | None, linking: bool, html: bool) -> None:
    """Show a text with its claims marked, why each was read, and what was not taken.

    \b
    Examples:
      communique explain note.txt --published 2022-04-05
      communique explain note.txt --published 2022-04-05 --html > note.html
    """
    from publisher.explain import explain_html, explain_text
    from publisher.extraction.extractor import extract_claims

    problems = _Problems()
    for document in _documents(paths, published, problems):
        found = extract_claims(document)
        if html:
            click.echo(explain_html(document, found))
        else:
            click.echo(explain_text(document, found, linking=linking))
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
    click.echo(json.dumps(score.as_dict(), indent=2) if as_json else evaluation.report(score))


for command in (backup, restore, verify, export, inbox):
    main.add_command(command)


if __name__ == "__main__":
    main()
