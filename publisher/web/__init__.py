"""The Flask application: names and documents, pages, SPARQL, downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from publisher.store import Limits, QueryPool, SnapshotStore, StoreError
from publisher.store.answering import Answering
from publisher.store.editing import Writer
from publisher.store.forwarding import Forwarding
from publisher.store.remote import RemoteStore, RemoteWriter
from publisher.web.problems import problem
from publisher.web.reading import Reader
from publisher.web.tokens import Tokens

__all__ = ["Config", "State", "create_app"]


@dataclass(frozen=True)
class Config:
    """What a server is told: its data folder, the base of its names, its limits."""

    data: Path
    base: str = "http://localhost:8000"
    query_timeout: float = 30.0
    query_workers: int = 2
    query_budget: float = 60.0
    tokens: Path | None = None
    store: str = ""
    """The address of the SPARQL endpoint that holds the data, if the data folder does not."""
    store_updates: str = ""


@dataclass(frozen=True)
class State:
    """What the parts of the application share."""

    config: Config
    reader: Reader
    pool: Answering
    tokens: Tokens
    writer: Callable[[], Writer]
    """Opens the store for a change."""


def create_app(config: Config) -> Flask:
    """Make the application for a data folder."""
    from publisher.web import delivery, interface, views
    from publisher.web.changes import changes
    from publisher.web.downloads import downloads
    from publisher.web.inbox import inbox
    from publisher.web.items import items
    from publisher.web.lists import lists
    from publisher.web.machines import machines
    from publisher.web.mementos import mementos
    from publisher.web.pages import pages
    from publisher.web.questions import asking, editor_is_built
    from publisher.web.reconcile import reconciling
    from publisher.web.resources import resources
    from publisher.web.sparql import sparql
    from publisher.web.terms import terms
    from publisher.web.updates import graph_store
    from publisher.web.versions import versions
    from publisher.web.watching import watching
    from publisher.web.wording import wording

    app = Flask(__name__)
    app.config["EDITOR"] = editor_is_built()
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024**2
    app.config["MAX_FORM_MEMORY_SIZE"] = 1_000_000
    limits = Limits(seconds=config.query_timeout, budget=config.query_budget)
    app.extensions["communique"] = _state(config, limits)
    for_people = (pages, lists, items, terms, versions, wording, asking)
    for_programs = (machines, sparql, graph_store, watching, downloads, changes, reconciling, inbox)
    for blueprint in (resources, mementos, *for_people, *for_programs):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(StoreError, _nothing_yet)
    views.install(app)
    delivery.install(app, app.extensions["communique"].pool)
    interface.install(app)
    return app


def _state(config: Config, limits: Limits) -> State:
    tokens = Tokens.from_settings(config.tokens)
    data = config.data
    if not config.store:
        pool = QueryPool(data, config.query_workers, limits)
        return State(config, Reader(data), pool, tokens, partial(SnapshotStore, data))
    remote = RemoteStore.from_settings(config.store, config.base, config.store_updates)
    asked = Forwarding(remote, data, limits.short_lane + config.query_workers, limits)
    return State(config, Reader(data, remote), asked, tokens, partial(RemoteWriter, data, remote))


def _http_problem(error: HTTPException) -> Response:
    response = problem(error.code or 500, error.name, error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _nothing_yet(error: StoreError) -> Response:
    response = problem(503, "Nothing to serve yet", str(error))
    response.headers["Retry-After"] = "5"
    return response
