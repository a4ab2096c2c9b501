"""Remember answers: a snapshot never changes, so neither does what was read from it.

In: a key that holds the snapshot, and an answer. Out: the answer again, until there is a newer
snapshot or no more room; the least recently used goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["AnswerCache"]

_Answer = TypeVar("_Answer")


class AnswerCache(Generic[_Answer]):
    """Answers of one snapshot at a time, up to so many bytes; safe to use from many threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._held: OrderedDict[Hashable, tuple[_Answer, int]] = OrderedDict()
        self._used = 0
        self._version = ""
        self._lock = Lock()

    def get(self, version: str, key: Hashable) -> _Answer | None:
        """Give an answer that was read from this version of the data."""
        with self._lock:
            if version != self._version or key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def put(self, version: str, key: Hashable, answer: _Answer, size: int) -> None:
        """Keep an answer; one of another version forgets all that is held."""
        if size > self.size // 8:
            return
        with self._lock:
            if version != self._version:
                self._held.clear()
                self._used = 0
                self._version = version
            if key in self._held:
                return
            self._held[key] = (answer, size)
            self._used += size
            while self._used > self.size:
                _, (_, gone) = self._held.popitem(last=False)
                self._used -= gone
