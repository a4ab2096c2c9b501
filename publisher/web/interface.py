"""Speak the reader's language: choose it, and give messages, numbers and days in it.

In: a request and the catalogues in ``messages/``, one TOML file a language. Out: the language that
the reader chose (``?lang=``, else the cookie that remembers it, else ``Accept-Language``), and
words in it. Another language is another file, no Python.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask, Request, Response, current_app, has_request_context, request

__all__ = [
    "COOKIE", "day_text", "entry", "install", "language", "languages", "message", "number_text",
    "whole_period",
]  # fmt: skip

COOKIE: Final = "lang"
_DEFAULT: Final = "en"
_YEAR: Final = 365 * 24 * 3600
_CHOSEN: Final = "communique.language"


@cache
def _catalogues(root: str) -> Mapping[str, Mapping[str, Any]]:
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((Path(root) / "messages").glob("*.toml"))
    }


def _all() -> Mapping[str, Mapping[str, Any]]:
    return _catalogues(current_app.root_path)


def languages() -> dict[str, str]:
    """Give the name of each language of the interface by its code, the default first."""
    found = {code: str(catalogue["name"]) for code, catalogue in _all().items()}
    return {_DEFAULT: found.pop(_DEFAULT), **found}


def language() -> str:
    """Give the language of the page that is being made, chosen once a request."""
    if not has_request_context():
        return _DEFAULT
    environment = request.environ
    if _CHOSEN not in environment:
        environment[_CHOSEN] = _chosen(request)
    return str(environment[_CHOSEN])


def _chosen(asked: Request) -> str:
    known = list(languages())
    for wanted in (asked.args.get("lang"), asked.cookies.get(COOKIE)):
        if wanted in known:
            return wanted
    accepted = sorted(asked.accept_languages, key=lambda choice: -choice[1])
    primary = (str(tag).lower().split("-")[0] for tag, quality in accepted if quality > 0)
    return next((code for code in primary if code in known), _DEFAULT)


def message(key: str, n: int | None = None, **values: object) -> str:
    """Give a message of the catalogue in the language of the page.

    Args:
        key: its table and name, such as ``home.intro``.
        n: what is counted; chooses between ``one`` and ``other``, and stands for ``{n}``.
        values: what stands for the names in braces.

    Raises:
        KeyError: the catalogue has no such message.
    """
    code = language()
    found = entry(key)
    if isinstance(found, Mapping):
        found = found["one" if n is not None and _is_one(n, code) else "other"]
    if n is not None:
        values["n"] = number_text(n)
    return str(found).format(**values) if values else str(found)


def entry(key: str) -> Any:
    """Give what the catalogue has in a place: a message, a list or a table of them.

    Raises:
        KeyError: it has nothing there.
    """
    found: Any = _all()[language()]
    for part in key.split("."):
        found = found[part]
    return found


def _is_one(n: int, code: str) -> bool:
    """Whether a language has a noun in the singular after a number (CLDR plural rules)."""
    return n in _all()[code]["numbers"]["singular"]


def number_text(n: int) -> str:
    """Write a number with the separators of the language."""
    return f"{n:,}".replace(",", _all()[language()]["numbers"]["thousands"])


def day_text(day: str) -> str:
    """Write a day, a month or a year (``2022-04-04``, ``2022-04``, ``2022``) for people."""
    parts = day.split("-")
    if not day or not all(p.isdecimal() for p in parts):
        return day
    year = parts[0].lstrip("0") or "0"
    if len(parts) == 1:
        return year
    words = _all()[language()]["days"]
    month = words["months"][int(parts[1]) - 1]
    if len(parts) == 2:
        return f"{month} {year}"
    number = int(parts[2])
    return f"{words['first'] if number == 1 else number} {month} {year}"


def whole_period(first: str, last: str) -> str:
    """Give the day, month or year that an interval of days is the whole of; else nothing."""
    if not last or first == last:
        return first
    try:
        begins, after = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    except (ValueError, OverflowError):
        return ""
    if (begins.day, after.day) != (1, 1):
        return ""
    months = (after.year - begins.year) * 12 + after.month - begins.month
    if months == 1:
        return first[:7]
    return first[:4] if months == 12 and begins.month == 1 else ""


def install(app: Flask) -> None:
    """Give the templates the words, and the answers their language."""
    app.jinja_env.globals.update(
        t=message, entry=entry, day_text=day_text, number_text=number_text, language=language,
        languages=languages, whole_period=whole_period,
    )  # fmt: skip

    @app.after_request
    def _say_language(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.content_language.add(language())
            response.vary.update(["Accept", "Accept-Language", "Cookie"])
            if request.args.get("lang") in languages():
                response.set_cookie(
                    COOKIE, language(), max_age=_YEAR, samesite="Lax", httponly=True
                )
        return response
