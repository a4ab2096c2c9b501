"""The Flask application: names and documents, pages, SPARQL, downloads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from publisher.store import Limits, QueryPool, StoreError
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


@dataclass(frozen=True)
class State:
    """What the parts of the application share."""

    config: Config
    reader: Reader
    pool: QueryPool
    tokens: Tokens


def create_app(config: Config) -> Flask:
    """Make the application for a data folder."""
    from publisher.web import delivery, interface, views
    from publisher.web.changes import changes
    from publisher.web.downloads import downloads
    from publisher.web.items import items
    from publisher.web.lists import lists
    from publisher.web.machines import machines
    from publisher.web.mementos import mementos
    from publisher.web.pages import pages
    from publisher.web.questions import asking
    from publisher.web.reconcile import reconciling
    from publisher.web.resources import resources
    from publisher.web.sparql import sparql
    from publisher.web.terms import terms
    from publisher.web.updates import graph_store
    from publisher.web.watching import watching
    from publisher.web.wording import wording

    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024**2
    app.config["MAX_FORM_MEMORY_SIZE"] = 1_000_000
    limits = Limits(seconds=config.query_timeout, budget=config.query_budget)
    pool = QueryPool(config.data, config.query_workers, limits)
    app.extensions["communique"] = State(
        config, Reader(config.data), pool, Tokens.from_settings(config.tokens)
    )
    for_people = (pages, lists, items, terms, wording, asking)
    for_machines = (
        machines,
        sparql,
        graph_store,
        watching,
        downloads,
        changes,
        mementos,
        reconciling,
    )
    for blueprint in (resources, *for_people, *for_machines):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(StoreError, _nothing_yet)
    views.install(app)
    delivery.install(app, config.data, pool.counts)
    interface.install(app)
    return app


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
