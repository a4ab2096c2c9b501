"""Keep what others tell of their links to us, until somebody has looked at it.

In: notifications (Linked Data Notifications, W3C 2017) as JSON-LD. Out: files in the data folder's
``inbox``: those that wait and those that were accepted. Nothing that waits is shown to anybody but
who looks after the site, and nothing that a notification names is fetched.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pyld import jsonld

from publisher.vocabulary import AS

__all__ = ["Inbox", "InboxFull", "Notification", "NotificationError"]

MOST_WAITING: Final = 1000
"""How many notifications wait for review at most."""
MOST_BYTES: Final = 64 * 1024
"""How large a notification may be."""

_WAITING: Final = "waiting"
_ACCEPTED: Final = "accepted"
_CONTEXT: Final = {
    "@context": {"@vocab": str(AS), "id": "@id", "type": "@type",
                 **{name: {"@type": "@id"} for name in ("object", "target", "actor", "origin")}}
}  # fmt: skip
"""What stands for every context that a notification names: the terms of ActivityStreams."""


class NotificationError(ValueError):
    """What was sent is no notification."""


class InboxFull(Exception):
    """Too many notifications wait for review."""


@dataclass(frozen=True)
class Notification:
    """A notification: its name, when it came, and what it says."""

    id: str
    received: str
    said: Any

    def iris(self) -> set[str]:
        """Give all things that it names."""
        return set(_named(_expanded(json.dumps(self.said))))

    def sources(self, ours: str) -> list[str]:
        """Give the things elsewhere that it names, with what they are first."""
        return sorted(i for i in self.iris() if i.startswith("http") and not i.startswith(ours))

    @property
    def summary(self) -> str:
        """What it says for people, if anything."""
        text = self.said.get("summary") if isinstance(self.said, dict) else None
        return text[:300] if isinstance(text, str) else ""


def _no_fetching(address: str, _: Any = None) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": address, "document": _CONTEXT}


@lru_cache(maxsize=2000)
def _expanded(text: str) -> Any:
    try:
        return jsonld.expand(json.loads(text), {"documentLoader": _no_fetching})
    except (jsonld.JsonLdError, RecursionError):
        return []


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("@id"), str):
            yield value["@id"]
        value = [v for k, v in value.items() if k not in ("@id", "@type")]
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner)


class Inbox:
    """The notifications of a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "inbox"

    def receive(self, body: bytes) -> str:
        """Keep a notification for review, and give its name.

        Raises:
            NotificationError: it is no JSON object, or too large.
            InboxFull: too many wait already.
        """
        if len(body) > MOST_BYTES:
            raise NotificationError(f"A notification has at most {MOST_BYTES} bytes.")
        try:
            said = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise NotificationError(f"A notification is JSON-LD in UTF-8: {error}") from None
        if not isinstance(said, dict) or not said:
            raise NotificationError("A notification is one JSON object that says something.")
        if len(list((self.folder / _WAITING).glob("*.json"))) >= MOST_WAITING:
            raise InboxFull("Too many notifications wait for review. Try again another day.")
        name = secrets.token_hex(8)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        path = self.folder / _WAITING / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"received": now, "said": said}), encoding="utf-8")
        return name

    def waiting(self) -> list[Notification]:
        """Give the notifications that nobody has looked at, oldest first."""
        return self._in(_WAITING)

    def accepted(self) -> list[Notification]:
        """Give the notifications that may be shown, oldest first."""
        return list(_accepted(self.folder, self.stamp()))

    def accept(self, name: str) -> bool:
        """Let a notification be shown; ``False`` if none of that name waits."""
        if not self._waits(name):
            return False
        (self.folder / _ACCEPTED).mkdir(parents=True, exist_ok=True)
        path = self.folder / _WAITING / f"{name}.json"
        path.rename(self.folder / _ACCEPTED / path.name)
        return True

    def reject(self, name: str) -> bool:
        """Throw a notification away, also one that was accepted; ``False`` if there is none."""
        removed = False
        for place in (_WAITING, _ACCEPTED):
            path = self.folder / place / f"{name}.json"
            if name.isalnum() and path.is_file():
                path.unlink()
                removed = True
        return removed

    def _waits(self, name: str) -> bool:
        return name.isalnum() and (self.folder / _WAITING / f"{name}.json").is_file()

    def stamp(self) -> int:
        """Give a number that is another when what is accepted has changed."""
        try:
            return (self.folder / _ACCEPTED).stat().st_mtime_ns
        except OSError:
            return 0

    def about(self, iri: str) -> list[Notification]:
        """Give the accepted notifications that name a thing of ours."""
        return [n for n in self.accepted() if iri in n.iris()]

    def _in(self, place: str) -> list[Notification]:
        return list(_read(self.folder / place))


@lru_cache(maxsize=4)
def _accepted(folder: Path, stamp: int) -> tuple[Notification, ...]:
    return tuple(_read(folder / _ACCEPTED)) if stamp else ()


def _read(folder: Path) -> list[Notification]:
    found = []
    for path in folder.glob("*.json"):
        said = json.loads(path.read_text(encoding="utf-8"))
        found.append(Notification(path.stem, said["received"], said["said"]))
    return sorted(found, key=lambda n: (n.received, n.id))
