"""Know who may write: tokens with scopes, from a file or from the environment.

In: lines of ``NAME SCOPES TOKEN``, and the ``Authorization`` header of a request. Out: the name of
who writes, or :class:`~publisher.web.protocol.Refusal`. A token can be given as ``sha256:`` and the
hexadecimal digest of it, so that the file holds no secret. Tokens are compared in constant time
and never logged (RFC 6750).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from publisher.web.protocol import Refusal

__all__ = ["SCOPES", "TOKENS_VARIABLE", "Tokens", "TokensError"]

SCOPES: Final = ("update", "graphs")
"""What a token can be good for: SPARQL Update; the Graph Store Protocol."""

TOKENS_VARIABLE: Final = "COMMUNIQUE_TOKENS"
"""The environment variable that can hold the lines of a file of tokens."""

_SHORTEST: Final = 20
_DIGEST: Final = re.compile(r"sha256:([0-9a-fA-F]{64})")


class TokensError(Exception):
    """A line that cannot be read; the message never holds the token."""


@dataclass(frozen=True)
class _Token:
    name: str
    scopes: frozenset[str]
    digest: bytes = field(repr=False)


class Tokens:
    """The tokens of a file, read again when it changes, and those that were given as text.

    Raises:
        TokensError: a line is not of the form, or a token is too short.
    """

    def __init__(self, path: Path | None = None, text: str = "") -> None:
        self._path = path
        self._fixed = _read(text, TOKENS_VARIABLE)
        self._stamp = -1
        self._of_file: tuple[_Token, ...] = ()
        self._current()

    @classmethod
    def from_settings(cls, path: Path | None) -> Tokens:
        """Read the file, and the environment variable, which is then forgotten."""
        return cls(path, os.environ.pop(TOKENS_VARIABLE, ""))

    def check(self, authorization: str | None, scope: str) -> str:
        """Give the name of who may do this.

        Raises:
            Refusal: nobody known (401), or somebody who may not (403).
        """
        kind, _, presented = (authorization or "").partition(" ")
        digest = hashlib.sha256(presented.strip().encode("utf-8", "surrogateescape")).digest()
        found: _Token | None = None
        for token in self._current():
            if hmac.compare_digest(token.digest, digest):
                found = token
        if found is None or kind.lower() != "bearer":
            raise Refusal(
                401, "Who are you?", "To write takes a token: Authorization: Bearer TOKEN."
            )
        if scope not in found.scopes:
            raise Refusal(403, "Not with this token", f"It is not good for the scope '{scope}'.")
        return found.name

    def _current(self) -> tuple[_Token, ...]:
        if self._path is None:
            return self._fixed
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._of_file = _read(self._path.read_text(encoding="utf-8"), str(self._path))
                self._stamp = stamp
        except OSError as error:
            self._of_file = ()
            if self._stamp < 0:
                raise TokensError(f"{self._path}: {error.strerror}.") from error
        return (*self._of_file, *self._fixed)


def _read(text: str, where: str) -> tuple[_Token, ...]:
    tokens = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        place = f"{where}, line {number}"
        if len(words) != 3:
            raise TokensError(f"{place}: write NAME SCOPES TOKEN, scopes as update,graphs.")
        name, scopes, secret = words
        known = frozenset(scopes.split(","))
        if not known <= set(SCOPES):
            raise TokensError(f"{place}: scopes are {' and '.join(SCOPES)}.")
        given = _DIGEST.fullmatch(secret)
        if given is None and len(secret) < _SHORTEST:
            raise TokensError(f"{place}: a token has at least {_SHORTEST} characters.")
        digest = bytes.fromhex(given[1]) if given else hashlib.sha256(secret.encode()).digest()
        tokens.append(_Token(name, known, digest))
    return tuple(tokens)
