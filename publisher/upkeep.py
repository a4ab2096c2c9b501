"""The commands of who looks after a store: back it up, restore it, prove it, write it as files.

In: a data folder. Out: a file, a folder, a line that says what was proved. Exit status 1 where
something is wrong; the message says what, and what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from publisher.options import BASE, DATA, STORE, STORE_UPDATES, base_for, remote_at

__all__ = ["backup", "export", "inbox", "restore", "verify"]


def _fail(error: object) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@DATA
@BASE
@STORE
@STORE_UPDATES
def backup(file: Path, data: Path, base: str | None, store: str, store_updates: str) -> None:
    """Write everything that is published to one file; publishing and serving go on meanwhile.

    The file holds every document that was acknowledged before the command was given. With --store
    it holds what the engine has, in the same form: a folder or another engine can be made of it.

    \b
    Examples:
      communique backup monday.tar
      communique backup monday.tar --store http://localhost:7878/query
    """
    from publisher.store import StoreError
    from publisher.store.backups import back_up
    from publisher.store.copying import back_up_remote

    remote = remote_at(store, store_updates, base_for(data, base))
    try:
        snapshot = back_up_remote(remote, data, file) if remote else back_up(data, file)
    except StoreError as error:
        _fail(error)
    click.echo(f"{file}: {file.stat().st_size} bytes, snapshot {snapshot.number}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@DATA
@STORE
@STORE_UPDATES
def restore(file: Path, data: Path, store: str, store_updates: str) -> None:
    """Make a data folder from a backup, after proving that its bytes are those that were written.

    With --store, an engine that holds nothing of ours is filled instead.

    \b
    Examples:
      communique restore monday.tar --data data-of-monday
      communique restore monday.tar --store http://localhost:7878/query
    """
    from publisher.store import StoreError
    from publisher.store.backups import restore as bring_back
    from publisher.store.copying import base_in, restore_remote

    try:
        base = base_for(data, base_in(file) or None) if store else ""
        remote = remote_at(store, store_updates, base)
        snapshot = restore_remote(file, data, remote) if remote else bring_back(file, data)
    except StoreError as error:
        _fail(error)
    click.echo(f"{store or data}: restored, snapshot {snapshot.number}", err=True)


@click.command()
@click.option(
    "--static",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the site to.",
)
@DATA
@BASE
@STORE
@STORE_UPDATES
@click.option(
    "--language",
    default="en",
    show_default=True,
    help="Language of the pages at the addresses of the server.",
)
def export(
    folder: Path, data: Path, base: str | None, store: str, store_updates: str, language: str
) -> None:
    """Write the whole site as files that any web server or object store can serve.

    Every page and representation has the address that it has here; pages in the other language lie
    below its code, as /fr/. Files that did not change are not touched; what is no longer published
    is removed. What was withdrawn answers 410 with the nginx.conf that lies beside the files; for
    other hosts it is listed in withdrawn.txt. With --store the data are those that the engine has.

    \b
    Examples:
      communique export --static /var/www/communique
      communique export --static site --store http://localhost:7878/query
    """
    from publisher.store import StoreError
    from publisher.web import Config
    from publisher.web.export import export as write

    number = 0
    try:
        config = Config(data, base_for(data, base), store=store, store_updates=store_updates)
        for path in write(config, folder, language):
            number += 1
            if number % 100 == 0:
                _tell(f"{number} files, {path.name[:60]}")
    except (StoreError, OSError) as error:
        _fail(error)
    _tell("")
    click.echo(f"{number} files in {folder}", err=True)


@click.command()
@DATA
@BASE
@STORE
@STORE_UPDATES
def verify(data: Path, base: str | None, store: str, store_updates: str) -> None:
    """Prove a store: checksums of every file, counts, and every document by the shapes.

    Nothing is changed, and publishing and serving go on meanwhile. With --store the documents are
    those that the engine has; its files are for the engine to check.

    \b
    Examples:
      communique verify --data data
      communique verify --store http://localhost:7878/query
    """
    from publisher.store import StoreError, checking

    remote = remote_at(store, store_updates, base_for(data, base))
    try:
        if remote:
            proof = checking.verify_remote(remote, _tell_checked)
        else:
            proof = checking.verify(data, _tell_checked)
    except StoreError as error:
        _fail(error)
    _tell_checked(0, 0)
    for problem in proof.problems:
        click.echo(problem, err=True)
    click.echo(proof.to_text())
    if not proof.holds:
        sys.exit(1)


def _tell_checked(done: int, of: int) -> None:
    _tell(f"{done} of {of} graphs checked" if of else "")


def _tell(said: str) -> None:
    """Say on the terminal how far it is."""
    if sys.stderr.isatty():
        click.echo(f"\r{said}\033[K", nl=False, err=True)


@click.group()
def inbox() -> None:
    """Look through the notifications of links to us; only what is accepted is shown.

    \b
    Examples:
      communique inbox list
      communique inbox accept 4f1c9a5be0d27c36
    """


@inbox.command("list")
@DATA
def list_waiting(data: Path) -> None:
    """Show the notifications that wait for review.

    \b
    Example:
      communique inbox list
    """
    from publisher.web.notifications import Inbox

    waiting = Inbox(data).waiting()
    for notification in waiting:
        click.echo(f"{notification.id}  {notification.received}  {notification.summary}")
        for iri in sorted(notification.iris()):
            click.echo(f"    {iri}")
    click.echo(f"{len(waiting)} notifications wait", err=True)


def _each(names: tuple[str, ...], do: Callable[[str], bool], said: str) -> None:
    missing = [name for name in names if not do(name)]
    for name in names:
        click.echo(f"{name}: {'no such notification' if name in missing else said}", err=True)
    if missing:
        sys.exit(1)


@inbox.command()
@click.argument("names", nargs=-1, required=True)
@DATA
def accept(names: tuple[str, ...], data: Path) -> None:
    """Let notifications be shown.

    \b
    Example:
      communique inbox accept 4f1c9a5be0d27c36
    """
    from publisher.web.notifications import Inbox

    _each(names, Inbox(data).accept, "accepted")


@inbox.command()
@click.argument("names", nargs=-1, required=True)
@DATA
def reject(names: tuple[str, ...], data: Path) -> None:
    """Throw notifications away, also such as were accepted.

    \b
    Example:
      communique inbox reject 4f1c9a5be0d27c36
    """
    from publisher.web.notifications import Inbox

    _each(names, Inbox(data).reject, "thrown away")
