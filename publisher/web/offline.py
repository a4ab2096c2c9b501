"""Make pages that need no program: links between files instead of questions to a server.

In: a page as the server writes it, and the languages that the pages are written in. Out: the same
page with links that a folder of files can follow, and the name of the file that it belongs in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

__all__ = ["file_of", "further_pages", "leading_on", "relinked"]

_TURNED: Final = re.compile(r'href="(/(?:events|documents)\?page=\d+)"')
_TERM: Final = re.compile(r'href="(/(?:ontology|lexicon)/[^"?#.]+)"')
_SUMS: Final = "SHA256SUMS"
_TURN: Final = ("/events", "/documents")
_PAGES: Final = frozenset(
    ("", "about", "actor", "actors", "claim", "document", "documents", "dumps", "event", "events",
     "extraction", "gazetteer", "graph", "lexicon", "ontology", "provenance", "query", "search",
     "wikidata"))  # fmt: skip
"""What the addresses of pages begin with."""


def further_pages(page: str) -> set[str]:
    """Give the addresses of lists that go on, and of terms and words, that a page links to."""
    return {*_TURNED.findall(page), *_TERM.findall(page)}


def relinked(page: str, code: str, below: Mapping[str, str], base: str) -> str:
    """Give a page with links to files.

    Args:
        page: as the server writes it.
        code: its language.
        below: where the pages in each language lie: empty for those at the addresses of the server.
        base: what our own absolute addresses begin with.
    """
    link = re.compile(rf'href="({re.escape(escape(base))})?(/[^"]*)"')

    def to_file(found: re.Match[str]) -> str:
        return f'href="{found[1] or ""}{_to_file(found[2], code, below)}"'

    return link.sub(to_file, page)


def _to_file(link: str, code: str, below: Mapping[str, str]) -> str:
    parts = urlsplit(unescape(link))
    asked = dict(parse_qsl(parts.query))
    start = below.get(asked.pop("lang", code), "")
    if not _is_page(parts.path):
        return link
    path = parts.path
    if asked.keys() == {"page"} and path in _TURN:
        path, asked = _turned(path, asked["page"]), {}
    rest = ("?" + urlencode(asked) if asked else "") + (
        f"#{parts.fragment}" if parts.fragment else ""
    )
    return escape(start + path + rest, quote=True)


def _turned(path: str, page: str) -> str:
    return f"{path}/page-{page}.html"


def _is_page(path: str) -> bool:
    """Whether an address is that of a page, not of data or of a file that pages share."""
    _, first, *rest = path.split("/")
    last = rest[-1] if rest else first
    is_file = "." in last or last == _SUMS
    return first in _PAGES and (not is_file or last.endswith(".html"))


def file_of(address: str, is_file: bool) -> str:
    """Give the file that a web server looks for at an address.

    Args:
        address: below the root of the site.
        is_file: whether a name with an ending is that of a file, not of a folder.
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    asked = dict(parse_qsl(parts.query))
    if "page" in asked:
        return _turned(path, asked["page"]).lstrip("/")
    if (is_file and re.search(r"\.\w+$", path)) or path.endswith((_SUMS, ".linkset")):
        return path.lstrip("/")
    return f"{path}/index.html".replace("//", "/").lstrip("/")


def leading_on(place: str) -> bytes:
    """Make the page that leads from a name to what is known of it."""
    to = escape(place, quote=True)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{to}</title>'
        f'<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}">'
        f'</head><body><p><a href="{to}">{to}</a></p></body></html>\n'
    ).encode()
