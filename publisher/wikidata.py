"""Ask Wikidata for labels, aliases and offices, politely, and remember the answers.

In: item identifiers or a name. Out: :class:`Item` values with labels, aliases and the offices
held (property P39 with its days). Used by people who refresh the gazetteer; nothing that reads
or serves texts opens a connection here.

The API is MediaWiki's ``wbgetentities`` and ``wbsearchentities``
(https://www.wikidata.org/w/api.php?action=help); its etiquette asks for a User-Agent that says
who calls, for one request at a time and for patience where the servers lag.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

__all__ = ["Found", "Held", "Item", "WikidataClient", "WikidataError"]

API: Final = "https://www.wikidata.org/w/api.php"
USER_AGENT: Final = "Communique/0.1 (https://w3id.org/communique; gazetteer refresh)"
BATCH: Final = 50
"""Items in one request, the most the API takes from an anonymous caller."""
TIMEOUT: Final = (5.0, 30.0)
"""Seconds to connect and to wait for the next byte."""
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of an answer that are read before it is refused."""
TRIES: Final = 4
LONGEST_WAIT: Final = 60.0
"""Seconds that a server's ``Retry-After`` may ask for; more is an error."""
FRESH: Final = 7 * 24 * 3600
"""Seconds for which an answer in the cache is used again."""

_QID = re.compile(r"Q[1-9]\d*")
_TIME = re.compile(r"\+(\d{4})-(\d\d)-(\d\d)T")


class WikidataError(Exception):
    """Wikidata did not give a usable answer; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """One office (P39) of a person: position and days as far as they are given."""

    position: str
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """An item: identifier, labels and aliases by language, offices held."""

    identifier: str
    labels: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    offices: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A search result: identifier with its label and description."""

    identifier: str
    label: str
    description: str


class WikidataClient:
    """Looks items up, one request at a time, with a cache on disk.

    Args:
        api: address of the API.
        cache: folder for answers; ``None`` keeps none. A folder that cannot be written is
            used as if it were not there.
        languages: languages of labels and aliases.
        wait: how to sleep, for tests.
    """

    def __init__(
        self,
        api: str = API,
        *,
        cache: Path | None = None,
        languages: tuple[str, ...] = ("en", "fr"),
        user_agent: str = USER_AGENT,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = api
        self._cache = cache
        self._languages = languages
        self._wait = wait
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent
        self._session.headers["Accept"] = "application/json"

    def items(self, identifiers: Iterable[str]) -> Iterator[Item]:
        """The items that exist among the identifiers, in the order asked for.

        Raises:
            ValueError: an identifier is not of the form Q123.
            WikidataError: no usable answer.
        """
        wanted = list(dict.fromkeys(identifiers))
        for identifier in wanted:
            if not _QID.fullmatch(identifier):
                raise ValueError(f"{identifier!r} is no item. Give identifiers like 'Q142'.")
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            answer = self._get(
                {
                    "action": "wbgetentities",
                    "ids": "|".join(batch),
                    "props": "labels|aliases|claims",
                    "languages": "|".join(self._languages),
                }
            )
            entities = answer.get("entities", {})
            for identifier in batch:
                entity = entities.get(identifier)
                if isinstance(entity, dict) and "missing" not in entity:
                    yield _item(identifier, entity)

    def search(self, name: str, language: str = "en", limit: int = 7) -> tuple[Found, ...]:
        """Items whose label or alias begins with a name, best first.

        Raises:
            WikidataError: no usable answer.
        """
        answer = self._get(
            {
                "action": "wbsearchentities",
                "search": name,
                "language": language,
                "uselang": language,
                "limit": str(limit),
                "type": "item",
            }
        )
        return tuple(
            Found(str(hit["id"]), str(hit.get("label", "")), str(hit.get("description", "")))
            for hit in answer.get("search", ())
            if _QID.fullmatch(str(hit.get("id", "")))
        )

    def _get(self, parameters: dict[str, str]) -> dict[str, Any]:
        query = {**parameters, "format": "json", "formatversion": "2", "maxlag": "5"}
        stored = self._stored(query)
        if stored is not None:
            return stored
        answer = self._ask(query)
        self._store(query, answer)
        return answer

    def _ask(self, query: dict[str, str]) -> dict[str, Any]:
        for attempt in range(TRIES):
            try:
                status, pause, body = self._request(query)
            except requests.RequestException as error:
                raise WikidataError(
                    f"{self._api}: no answer ({type(error).__name__}). Check the network."
                ) from error
            answer = _parsed(body) if status == 200 else {}
            lagging = answer.get("error", {}).get("code") == "maxlag" if answer else False
            if status == 200 and not lagging:
                return self._checked(answer)
            if status not in (200, 429, 500, 502, 503, 504):
                raise WikidataError(f"{self._api}: answered {status}. Check the address.")
            if attempt + 1 < TRIES:
                self._wait(_pause(pause, attempt))
        raise WikidataError(f"{self._api}: too busy after {TRIES} tries. Try again later.")

    def _request(self, query: dict[str, str]) -> tuple[int, str | None, bytes]:
        with self._session.get(
            self._api, params=query, timeout=TIMEOUT, stream=True, allow_redirects=False
        ) as response:
            body = bytearray()
            for chunk in response.iter_content(64 * 1024):
                body += chunk
                if len(body) > LARGEST:
                    raise WikidataError(f"{self._api}: answer over {LARGEST} bytes. Ask for less.")
            return response.status_code, response.headers.get("Retry-After"), bytes(body)

    def _checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "error" in answer:
            reason = str(answer["error"].get("info", answer["error"].get("code", "")))
            raise WikidataError(f"{self._api}: {reason[:200]}. Correct the request.")
        if not answer:
            raise WikidataError(f"{self._api}: the answer is not JSON. Check the address.")
        return answer

    def _path(self, query: dict[str, str]) -> Path | None:
        if self._cache is None:
            return None
        text = json.dumps([self._api, sorted(query.items())])
        return self._cache / f"{hashlib.sha256(text.encode()).hexdigest()}.json"

    def _stored(self, query: dict[str, str]) -> dict[str, Any] | None:
        path = self._path(query)
        try:
            if path is None or time.time() - path.stat().st_mtime > FRESH:
                return None
            return _parsed(path.read_bytes()) or None
        except OSError:
            return None

    def _store(self, query: dict[str, str], answer: dict[str, Any]) -> None:
        path = self._path(query)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            draft.write_text(json.dumps(answer), encoding="utf-8")
            draft.replace(path)
        except OSError:
            return


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _pause(asked: str | None, attempt: int) -> float:
    if asked and asked.isdigit():
        if float(asked) > LONGEST_WAIT:
            raise WikidataError(f"Wikidata asks to wait {asked} s. Try again later.")
        return float(asked)
    return float(2**attempt)


def _item(identifier: str, entity: dict[str, Any]) -> Item:
    labels = {lang: str(entry["value"]) for lang, entry in entity.get("labels", {}).items()}
    aliases = {
        lang: tuple(str(entry["value"]) for entry in entries)
        for lang, entries in entity.get("aliases", {}).items()
    }
    claims = entity.get("claims", {}).get("P39", ())
    offices = (_held(claim) for claim in claims if claim.get("rank") != "deprecated")
    return Item(identifier, labels, aliases, tuple(held for held in offices if held))


def _held(claim: dict[str, Any]) -> Held | None:
    value = claim.get("mainsnak", {}).get("datavalue", {}).get("value", {})
    position = str(value.get("id", "")) if isinstance(value, dict) else ""
    if not _QID.fullmatch(position):
        return None
    qualifiers = claim.get("qualifiers", {})
    return Held(position, _day(qualifiers.get("P580", ())), _day(qualifiers.get("P582", ())))


def _day(snaks: Iterable[dict[str, Any]]) -> str | None:
    """The first day, month or year (by its precision) among time values."""
    for snak in snaks:
        value = snak.get("datavalue", {}).get("value", {})
        match = _TIME.match(str(value.get("time", "")))
        if match:
            parts = {11: 3, 10: 2, 9: 1}.get(int(value.get("precision", 0)), 0)
            return "-".join(match.groups()[:parts]) or None
    return None
