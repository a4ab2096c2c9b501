"""Read a page as an assistive technology does: headings, names of controls, landmarks, links."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col hr img input link meta source wbr".split())
NAMED_BY_TEXT = frozenset("a button summary th h1 h2 h3 h4 option label title".split())


@dataclass
class Element:
    """An element: its name, attributes, text and what it stands in."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


@dataclass
class Page(HTMLParser):
    """A page, parsed."""

    html: str
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[Element] = []
        self.feed(self.html)
        self.faults += [f"<{e.name}> is not closed" for e in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        within = tuple(e.name for e in self.open)
        element = Element(tag, {k: v or "" for k, v in attrs}, within)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].name != tag:
            self.faults.append(f"</{tag}> closes nothing")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, *names: str) -> list[Element]:
        return [e for e in self.elements if e.name in names]

    @property
    def ids(self) -> list[str]:
        return [e["id"] for e in self.elements if e["id"]]

    @property
    def links(self) -> list[str]:
        return [e["href"] for e in self.elements if e["href"]]


def faults(page: Page) -> list[str]:
    """Say what in a page keeps people out (WCAG 2.2, A and AA, as far as markup shows)."""
    return [*page.faults, *_structure(page), *_names(page), *_forms(page), *_references(page)]


def _structure(page: Page) -> list[str]:
    found = []
    (root,) = page.all("html")
    if root["lang"] not in ("en", "fr"):
        found.append("The page has no language.")
    for landmark in ("main", "h1", "title"):
        places = [e for e in page.all(landmark) if "svg" not in e.within]
        if len(places) != 1 or not places[0].text.strip():
            found.append(f"The page has not exactly one <{landmark}>.")
    levels = [int(e.name[1]) for e in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    jumps = [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1]
    if jumps or levels[:1] != [1]:
        found.append(f"The headings skip a level: {levels}")
    navigation = [e["aria-label"] for e in page.all("nav")]
    if len(set(navigation)) != len(navigation) or "" in navigation:
        found.append(f"Each navigation has a name of its own: {navigation}")
    if page.all("a")[0]["href"] != "#main":
        found.append("The first link does not skip to the content.")
    return found


def _names(page: Page) -> list[str]:
    found = [
        f"<{e.name} {e.attributes}> has no name."
        for e in page.elements
        if e.name in NAMED_BY_TEXT and not (e.text.strip() or e["aria-label"]) and e["value"] != ""
    ]
    found += [f"{e.attributes} has no alt." for e in page.all("img") if "alt" not in e.attributes]
    for e in page.all("svg"):
        if not (e["aria-hidden"] == "true" or e["aria-labelledby"] or e["aria-label"]):
            found.append("A picture says nothing to those who do not see it.")
    found += [
        f"A heading cell says of what it is one: {e.text}" for e in page.all("th") if not e["scope"]
    ]
    return found


def _forms(page: Page) -> list[str]:
    labelled = {e["for"] for e in page.all("label")}
    return [
        f"<{e.name} {e.attributes}> has no label."
        for e in page.all("input", "select", "textarea")
        if e["type"] != "hidden" and e["id"] not in labelled
    ]


def _references(page: Page) -> list[str]:
    found = [f"Two elements are called {i}." for i in set(page.ids) if page.ids.count(i) > 1]
    for e in page.elements:
        wanted = [*e["aria-labelledby"].split(), *e["aria-describedby"].split()]
        if e["href"].startswith("#"):
            wanted.append(e["href"][1:])
        found += [f"Nothing is called {i}." for i in wanted if i not in page.ids]
    return found
