"""Count what the endpoint does, for those who watch it.

In: events as they happen. Out: totals, gauges and a histogram of seconds as plain numbers; the web
layer writes them for Prometheus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

__all__ = ["SECONDS", "Counts"]

SECONDS: Final = (0.005, 0.02, 0.1, 0.5, 1.0, 5.0, 15.0, 30.0, 60.0)
"""The upper bounds of the histogram of query seconds."""


@dataclass
class Counts:
    """Numbers that only this class changes; safe to use from many threads."""

    totals: Counter[str] = field(default_factory=Counter)
    """How often each thing happened since the start."""
    gauges: Counter[str] = field(default_factory=Counter)
    """How many there are now."""
    seconds: Counter[float] = field(default_factory=Counter)
    """Answers by the first of :data:`SECONDS` that they took no longer than."""
    spent: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def add(self, what: str) -> None:
        """Count one."""
        with self._lock:
            self.totals[what] += 1

    def took(self, seconds: float) -> None:
        """Count the time of a query, whatever became of it."""
        with self._lock:
            bound = next((b for b in SECONDS if seconds <= b), float("inf"))
            self.seconds[bound] += 1
            self.spent += seconds

    @contextmanager
    def during(self, what: str) -> Iterator[None]:
        """Count one more for as long as this lasts."""
        with self._lock:
            self.gauges[what] += 1
        try:
            yield
        finally:
            with self._lock:
                self.gauges[what] -= 1
