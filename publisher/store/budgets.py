"""Share out query time: each client has so many seconds in so long.

In: who asks, and how long the answer took. Out: leave to ask, or
:class:`~publisher.store.errors.OverBudget` with the seconds to wait. As on Wikidata's service: a
full budget lets a client work in bursts, and what it used comes back at a steady rate.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from publisher.store.errors import OverBudget

__all__ = ["Budgets"]

_MOST_CLIENTS: Final = 10_000


class Budgets:
    """Seconds of query time by client; safe to use from many threads.

    Args:
        seconds: what a client may use at once; 0 for no limit.
        within: the seconds in which a used budget is full again.
    """

    def __init__(
        self, seconds: float, within: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._rate = seconds / within
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def check(self, client: str) -> None:
        """Let a client ask that has time left.

        Raises:
            OverBudget: it has none; ``wait`` says when it has.
        """
        if not self.seconds or not client:
            return
        with self._lock:
            left = self._now(client)
        if left <= 0:
            wait = math.ceil(-left / self._rate) + 1
            raise OverBudget(
                f"You have used your {self.seconds:g} seconds of query time. "
                f"Ask again in {wait} seconds.",
                wait,
            )

    def charge(self, client: str, seconds: float) -> None:
        """Count what an answer took; a budget can be overdrawn once, and then waits for longer."""
        if not self.seconds or not client:
            return
        with self._lock:
            self._left[client] = (self._now(client) - seconds, self._clock())
            self._left.move_to_end(client)
            while len(self._left) > _MOST_CLIENTS:
                self._left.popitem(last=False)

    def _now(self, client: str) -> float:
        left, at = self._left.get(client, (self.seconds, self._clock()))
        return min(self.seconds, left + (self._clock() - at) * self._rate)
