"""Take the article out of a web page: its text, and what the page says of it.

In: HTML. Out: a :class:`Page` with one line a paragraph, and title, date, language, publisher,
address and licence as the page's schema.org JSON-LD or its ``meta`` elements give them. An
``articleBody`` in the JSON-LD is taken as the text; otherwise the paragraphs of ``article``,
``main`` or ``body`` are, without navigation, forms and scripts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Final

__all__ = ["Page", "article_fields", "read_page"]

_BLOCKS: Final = frozenset(
    "address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td th tr ul".split()
)
_SKIPPED: Final = frozenset(
    "script style noscript template nav aside footer form button select svg iframe head".split()
)
_TRACKED: Final = _SKIPPED | {"article", "main", "title"}
_ARTICLES: Final = frozenset(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle "
    "LiveBlogPosting BlogPosting PressRelease SocialMediaPosting Report".split()
)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Page:
    """The article of a web page; ``None`` where the page does not say."""

    text: str
    title: str | None = None
    published: str | None = None
    language: str | None = None
    publisher: str | None = None
    source: str | None = None
    licence: str | None = None


def read_page(html: str) -> Page:
    """Give the article of an HTML page. Never fails: a page without text has an empty one."""
    parser = _PageParser()
    parser.feed(html)
    parser.close()
    fields: dict[str, str] = {}
    for block in parser.json_blocks:
        fields = article_fields(_load(block)) or fields
    meta = parser.meta
    return Page(
        text=fields.get("text") or parser.article(),
        title=fields.get("title") or meta.get("og:title") or parser.title,
        published=fields.get("published") or meta.get("article:published_time") or meta.get("date")
        or parser.time,
        language=fields.get("language") or parser.language,
        publisher=fields.get("publisher") or meta.get("og:site_name"),
        source=fields.get("source") or parser.links.get("canonical") or meta.get("og:url"),
        licence=fields.get("licence") or parser.links.get("license"),
    )  # fmt: skip


def article_fields(data: object) -> dict[str, str]:
    """Give what schema.org JSON-LD says of the first article in it, by our own field names."""
    for node in _nodes(data, 0):
        kinds = node.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and kind.split("/")[-1] in _ARTICLES for kind in kinds):
            given = {
                "text": _string(node.get("articleBody") or node.get("text")),
                "title": _string(node.get("headline") or node.get("name")),
                "published": _string(node.get("datePublished") or node.get("dateCreated")),
                "language": _string(node.get("inLanguage")),
                "publisher": _string(node.get("publisher")),
                "source": _string(node.get("url") or node.get("mainEntityOfPage")),
                "licence": _string(node.get("license")),
            }
            return {name: value for name, value in given.items() if value}
    return {}


def _nodes(data: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, dict):
        yield data
        yield from _nodes(data.get("@graph"), depth + 1)
        yield from _nodes(data.get("mainEntity"), depth + 1)
    elif isinstance(data, list):
        for item in data:
            yield from _nodes(item, depth + 1)


def _string(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id") or value.get("url")
    return value.strip() or None if isinstance(value, str) else None


def _load(block: str) -> object:
    try:
        return json.loads(block)
    except (ValueError, RecursionError):
        return None


class _PageParser(HTMLParser):
    """Collects paragraphs by the container they stand in, and the page's metadata."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.json_blocks: list[str] = []
        self._title: list[str] = []
        self.time: str | None = None
        self.language: str | None = None
        self._open: list[str] = []
        self._depth: Counter[str] = Counter()
        self._skipped = 0
        self._paragraph: list[str] = []
        self._lines: dict[str, list[str]] = {"article": [], "main": [], "body": []}
        self._json: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._flush()
            if self._depth["head"]:
                self._leave("head")
        self._note(tag, given)
        if tag in _TRACKED:
            self._open.append(tag)
            self._depth[tag] += 1
            self._skipped += tag in _SKIPPED

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag == "script" and self._json is not None:
            self.json_blocks.append("".join(self._json))
            self._json = None
        if self._depth[tag]:
            self._leave(tag)

    def _leave(self, tag: str) -> None:
        """Close a tag, and what was left open within it."""
        closed = None
        while closed != tag:
            closed = self._open.pop()
            self._depth[closed] -= 1
            self._skipped -= closed in _SKIPPED

    def handle_data(self, data: str) -> None:
        if self._json is not None:
            self._json.append(data)
        elif self._open and self._open[-1] == "title" and not self._depth["svg"]:
            self._title.append(data)
        elif not self._skipped:
            self._paragraph.append(data)

    @property
    def title(self) -> str | None:
        """The page's title element."""
        return _SPACE.sub(" ", "".join(self._title)).strip() or None

    def article(self) -> str:
        """Give the paragraphs of the innermost container that has any."""
        self._flush()
        for container in ("article", "main", "body"):
            if lines := self._lines[container]:
                return "\n".join(lines)
        return ""

    def _flush(self) -> None:
        line = _SPACE.sub(" ", "".join(self._paragraph)).strip()
        self._paragraph.clear()
        if line:
            container = next((c for c in ("article", "main") if self._depth[c]), "body")
            self._lines[container].append(line)

    def _note(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "html":
            self.language = given.get("lang") or None
        elif tag == "meta":
            name = (given.get("property") or given.get("name") or "").lower()
            if name and given.get("content"):
                self.meta.setdefault(name, given["content"].strip())
        elif tag in ("link", "a") and given.get("rel") and given.get("href"):
            for relation in given["rel"].lower().split():
                self.links.setdefault(relation, given["href"].strip())
        elif tag == "time" and self.time is None:
            self.time = given.get("datetime") or None
        elif tag == "script" and given.get("type", "").lower() == "application/ld+json":
            self._json = []
