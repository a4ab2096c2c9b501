"""Tell those who watch: /health for load balancers, /metrics for Prometheus.

Neither needs a worker, so both answer while all of them are busy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, current_app

from publisher.store import StoreError
from publisher.store.answering import Answering
from publisher.store.counts import SECONDS

__all__ = ["watching"]

watching = Blueprint("watching", __name__)

_OUTCOMES: Final = {
    "answered": "answered",
    "cached": "cached",
    "QuerySyntaxError": "not_sparql",
    "QueryForbidden": "forbidden",
    "QueryTimeout": "timeout",
    "QueryTooLarge": "too_large",
    "PoolBusy": "busy",
    "OverBudget": "over_budget",
}
"""What a count is called in the metrics."""


def _pool() -> Answering:
    return current_app.extensions["communique"].pool


@watching.route("/health")
def health() -> Response:
    """Tell whether there is something to serve."""
    try:
        snapshot = _pool().newest()
    except (OSError, StoreError) as error:
        body = {"status": "damaged", "snapshot": None, "detail": str(error)}
        return _unkept(json.dumps(body), "application/json", 503)
    said = {
        "status": "ok",
        "snapshot": snapshot.number if snapshot else None,
        "created": snapshot.created.isoformat() if snapshot else None,
    }
    return _unkept(json.dumps(said), "application/json")


@watching.route("/metrics")
def metrics() -> Response:
    """Give the numbers in Prometheus's text format 0.0.4."""
    text = "\n".join(_lines(_pool())) + "\n"
    return _unkept(text, "text/plain; version=0.0.4; charset=utf-8")


def _unkept(body: str, content_type: str, status: int = 200) -> Response:
    response = Response(body, status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines(pool: Answering) -> Iterator[str]:
    counts = pool.counts
    yield "# HELP communique_queries_total Queries by what became of them."
    yield "# TYPE communique_queries_total counter"
    for name, outcome in _OUTCOMES.items():
        yield f'communique_queries_total{{outcome="{outcome}"}} {counts.totals[name]}'
    yield "# HELP communique_remembered_total Answers that were given from memory."
    yield "# TYPE communique_remembered_total counter"
    yield f"communique_remembered_total {counts.totals['remembered']}"
    yield "# HELP communique_workers_killed_total Workers that were stopped."
    yield "# TYPE communique_workers_killed_total counter"
    yield f"communique_workers_killed_total {counts.totals['killed']}"
    for name, said in (("waiting", "wait for their turn"), ("long", "run in the long lane")):
        yield f"# HELP communique_queries_{name} Queries that {said}."
        yield f"# TYPE communique_queries_{name} gauge"
        yield f"communique_queries_{name} {counts.gauges[name]}"
    yield "# HELP communique_query_seconds Seconds that queries ran."
    yield "# TYPE communique_query_seconds histogram"
    total = 0
    for bound in (*SECONDS, float("inf")):
        total += counts.seconds[bound]
        label = "+Inf" if bound == float("inf") else f"{bound:g}"
        yield f'communique_query_seconds_bucket{{le="{label}"}} {total}'
    yield f"communique_query_seconds_sum {counts.spent:.6f}"
    yield f"communique_query_seconds_count {total}"
    yield "# HELP communique_snapshot The number of the newest snapshot."
    yield "# TYPE communique_snapshot gauge"
    try:
        snapshot = pool.newest()
    except (OSError, StoreError):
        snapshot = None
    yield f"communique_snapshot {snapshot.number if snapshot else 0}"
