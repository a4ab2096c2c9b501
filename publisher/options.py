"""What several commands are told in the same way: where the data lies, and under which base.

In: options of the command line and variables of the environment. Out: paths, the base, the store.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from publisher.store.remote import RemoteStore

__all__ = ["BASE", "DATA", "DEFAULT_BASE", "STORE", "STORE_UPDATES", "base_for", "remote_at"]

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder of the store.",
)
DEFAULT_BASE: Final = "http://localhost:8000"
BASE = click.option(
    "--base", help=f"Base of our own identifiers; that of the data if not given, or {DEFAULT_BASE}."
)
STORE = click.option(
    "--store", default="", envvar="COMMUNIQUE_STORE",
    help="SPARQL endpoint that holds the data instead of the folder.",
)  # fmt: skip
STORE_UPDATES = click.option(
    "--store-updates", default="", envvar="COMMUNIQUE_STORE_UPDATES",
    help="Where that store takes updates, if not at the same address (…/update for …/query).",
)  # fmt: skip


def remote_at(store: str, updates: str, base: str) -> RemoteStore | None:
    """The store that is not the data folder, if there is one."""
    if not store:
        return None
    from publisher.store import StoreError
    from publisher.store.remote import RemoteStore

    try:
        return RemoteStore.from_settings(store, base, updates)
    except StoreError as error:
        raise click.BadParameter(str(error), param_hint="--store") from error


def base_for(data: Path, base: str | None) -> str:
    """The base that is asked for, which is to be the one that the data has."""
    from publisher.pipeline import base_of

    kept = base_of(data)
    if base and kept and base.rstrip("/") != kept.rstrip("/"):
        raise click.BadParameter(
            f"The data in {data} has the base {kept}. Leave --base out, or give another --data.",
            param_hint="--base",
        )
    return kept or base or DEFAULT_BASE
