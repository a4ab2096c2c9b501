"""Speak SPARQL 1.1 Protocol with another engine.

In: queries and updates. Out: the bytes of the answers, within limits of time and size, or an error
of :mod:`publisher.store.errors` that never holds the password.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from threading import Timer
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.exceptions import HTTPError

from publisher.store.errors import QueryTimeout, QueryTooLarge, StoreError, StoreRefusal

__all__ = ["Engine"]

_CONNECT: Final = 10.0
_PATIENCE: Final = 120.0
"""Seconds that the engine may take for what the publisher itself asks."""
_MOST: Final = 1024**3
"""Bytes of an answer that the publisher itself asks for."""
_CHUNK: Final = 65_536
_CUT: Final = "X-SPARQL-MaxRows"
"""The header by which Virtuoso says that it cut an answer off."""


class Engine:
    """An endpoint for queries and one for updates; safe to use from many threads.

    Args:
        address: where queries go.
        updates: where updates go; by custom ``…/update`` beside ``…/query``, or the same address.
        user, password: who we are, where the engine asks (Basic or Digest).

    Every method raises :class:`~publisher.store.errors.StoreError` where the engine does not
    answer, or not as the standard says.
    """

    def __init__(self, address: str, updates: str = "", user: str = "", password: str = "") -> None:
        self.address, self._user, self._password = _without_secrets(address, user, password)
        self.updates = updates or _update_address(self.address)
        self._auth: AuthBase | None = None
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(
        self, query: str, media_type: str, seconds: float = _PATIENCE, most: int = _MOST,
        graphs: Iterable[tuple[str, str]] = (),
    ) -> bytes:  # fmt: skip
        """Send a query and give the answer in a media type.

        Raises:
            QueryTimeout, QueryTooLarge: the answer took longer, or is larger, than it may.
            StoreError: see the class.
        """
        pairs = [("query", query), *graphs]
        return self._post(self.address, pairs, media_type, seconds, most)

    def update(self, text: str) -> None:
        """Send an update."""
        self._post(self.updates, [("update", text)], "*/*", _PATIENCE, _MOST)

    def _post(
        self, address: str, form: list[tuple[str, str]], accept: str, seconds: float, most: int
    ) -> bytes:
        until = time.monotonic() + seconds
        try:
            response = self._sent(address, form, accept, seconds)
            if response.status_code == 401 and self._user and self._auth is None:
                self._auth = _scheme(response, self._user, self._password)
                response.close()
                response = self._sent(address, form, accept, seconds)
            with response:
                body = _read(response, until, most)
        except requests.Timeout as error:
            raise QueryTimeout(f"The store took longer than {seconds:g} seconds.") from error
        except requests.RequestException as error:
            raise StoreError(f"{address}: does not answer ({_reason(error)}).") from error
        if not response.ok:
            said = body[:300].decode("utf-8", "replace").strip()
            message = f"{address}: {response.status_code} {response.reason}. {said}"
            if response.status_code == 400:
                raise StoreRefusal(message, said)
            raise StoreError(message)
        if _CUT in response.headers:
            raise StoreError(
                f"{address}: cuts answers off at {response.headers[_CUT]} rows. Raise that limit "
                "(in Virtuoso, ResultSetMaxRows)."
            )
        return body

    def _sent(
        self, address: str, form: list[tuple[str, str]], accept: str, seconds: float
    ) -> requests.Response:
        return self._session.post(
            address,
            data=form,
            headers={"Accept": accept},
            auth=self._auth,
            timeout=(_CONNECT, seconds),
            stream=True,
            allow_redirects=False,
        )


def _read(response: requests.Response, until: float, most: int) -> bytes:
    """Read a body until its end; a connection that is not done by then is shut down."""
    late = Timer(max(0.0, until - time.monotonic()), _give_up, [response])
    late.daemon = True
    late.start()
    body = bytearray()
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > most:
                raise QueryTooLarge("The answer is too large. Ask for less.")
    except HTTPError as error:
        if time.monotonic() < until:
            raise requests.ConnectionError(error) from error
    finally:
        late.cancel()
    if time.monotonic() >= until:
        raise QueryTimeout("The store took too long and was not waited for. Narrow it down.")
    return bytes(body)


def _give_up(response: requests.Response) -> None:
    with contextlib.suppress(ValueError, RuntimeError, OSError):
        response.raw.shutdown()


def _scheme(response: requests.Response, user: str, password: str) -> AuthBase:
    """Say who we are as the engine asks for it."""
    wanted = response.headers.get("WWW-Authenticate", "").lower()
    if "digest" in wanted:
        return HTTPDigestAuth(user, password)
    return HTTPBasicAuth(user, password)


def _update_address(address: str) -> str:
    """Where updates go by custom: ``…/update`` beside ``…/query``, or the same address."""
    parts = urlsplit(address)
    head, _, last = parts.path.rpartition("/")
    path = f"{head}/update" if last == "query" else parts.path
    return urlunsplit(parts._replace(path=path))


def _without_secrets(address: str, user: str, password: str) -> tuple[str, str, str]:
    """Take a user and password that stand in the address out of it."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError("The address of a store is http://… or https://…, and names a host.")
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=host))
    return address, user or parts.username or "", password or parts.password or ""


def _reason(error: requests.RequestException) -> str:
    return type(error).__name__
