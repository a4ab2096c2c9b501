"""Put up signposts: links in headers and link sets that lead machines through the site.

In: a thing, its place, and what is linked. Out: ``Link`` headers and link sets as the FAIR
Signposting Profile has them (level 1 and 2), RFC 8288 and RFC 9264: from the page to the
identifier, the descriptions, the licence and the items; from a description back to the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from publisher.vocabulary import CC_BY, SCHEMA
from publisher.web.negotiation import LINKSETS, REPRESENTATIONS, TABLE, Representation
from publisher.web.profiling import OURS, PROFILES, Profile

__all__ = ["Place", "TypedLink", "header", "linkset_json", "linkset_text"]

_ABOUT: Final = str(SCHEMA.AboutPage)
_TYPES: Final = {
    "event": str(SCHEMA.Event), "claim": str(SCHEMA.Claim), "document": str(SCHEMA.Article),
    "actor": str(SCHEMA.Organization), "graph": str(SCHEMA.Dataset),
    "provenance": str(SCHEMA.Dataset), "extraction": str(SCHEMA.Action),
    "software": str(SCHEMA.SoftwareApplication),
}  # fmt: skip
_IN_HEADER: Final = 20
"""Items that a header names at most; the link set names all."""


@dataclass(frozen=True)
class TypedLink:
    """A link from an anchor (the page itself where there is none) with what is known of its end."""

    relation: str
    target: str
    type: str = ""
    profile: str = ""
    anchor: str = ""

    def __str__(self) -> str:
        said = [f'<{_safe(self.target)}>; rel="{self.relation}"']
        said += [f'type="{self.type}"'] if self.type else []
        said += [f'formats="{self.profile}"'] if self.profile else []
        said += [f'anchor="{_safe(self.anchor)}"'] if self.anchor else []
        return "; ".join(said)


def _safe(iri: str) -> str:
    return quote(iri, safe="%/:=&?~#+!$,;'@()*[]")


@dataclass(frozen=True)
class Place:
    """Where the documents about a thing are: ``{root}/{kind}/{name}`` and a suffix.

    Args:
        address: the place without suffix, absolute.
        identifier: the thing's IRI.
        kind: what kind of thing it is.
        licence: that of the thing's document, if it has its own.
        items: the parts of the thing that have pages of their own.
        collection: what the thing is part of.
        tabular: whether it can be had as a table.
        profiled: whether it can be had by other models than ours.
    """

    address: str
    identifier: str
    kind: str
    licence: str = CC_BY
    items: Sequence[str] = ()
    collection: str = ""
    tabular: bool = False
    profiled: bool = True

    @property
    def page(self) -> str:
        """The page for people."""
        return f"{self.address}.html"

    def at(self, form: Representation, profile: Profile = OURS) -> str:
        """Give the address of a representation."""
        token = f".{profile.token}" if profile.token else ""
        return f"{self.address}{token}.{form.suffix}"

    def representations(self) -> Iterable[tuple[Representation, Profile]]:
        """Give all representations there are, with their profiles."""
        yield from ((form, OURS) for form in REPRESENTATIONS)
        if self.tabular:
            yield TABLE, OURS
        if self.profiled:
            for profile in PROFILES[1:]:
                yield from ((f, profile) for f in REPRESENTATIONS if f.rdf is not None)

    def _shown(self) -> Iterable[tuple[Representation, Profile]]:
        """Give the representations that headers name: of other profiles, only one."""
        for form, profile in self.representations():
            if profile is OURS or form.rdf == ox.RdfFormat.JSON_LD:
                yield form, profile

    def of_page(self) -> list[TypedLink]:
        """Give the links that the page has, all of them."""
        return [
            TypedLink("cite-as", self.identifier),
            TypedLink("type", _ABOUT),
            TypedLink("type", _TYPES.get(self.kind, str(SCHEMA.Thing))),
            TypedLink("license", self.licence),
            *([TypedLink("collection", self.collection, "text/turtle")] if self.collection else []),
            *(TypedLink("item", item, "text/html") for item in self.items),
            *(TypedLink("linkset", self.at(form), form.media_type) for form in LINKSETS),
            *(
                TypedLink(
                    "alternate describedby", self.at(form, profile), form.media_type, profile.iri
                )
                for form, profile in self._shown()
                if form.rdf is not None
            ),
        ]

    def of_description(self, form: Representation, profile: Profile) -> list[TypedLink]:
        """Give the links that a representation other than the page has."""
        return [
            TypedLink("cite-as", self.identifier),
            TypedLink("describes", self.page, "text/html"),
            TypedLink("license", self.licence),
            *([TypedLink("collection", self.collection, "text/turtle")] if self.collection else []),
            TypedLink("type", _TYPES.get(self.kind, str(SCHEMA.Thing))),
            *(TypedLink("linkset", self.at(f), f.media_type) for f in LINKSETS[:1]),
            *([TypedLink("profile", profile.iri)] if form.rdf is not None else []),
            *self.alternates((form, profile)),
        ]

    def alternates(self, but: tuple[Representation, Profile] | None = None) -> list[TypedLink]:
        """Give the links to the representations there are, and say which one this is."""
        return [
            TypedLink(
                "self" if (form, profile) == but else "alternate",
                self.at(form, profile),
                form.media_type,
                profile.iri if form.rdf is not None else "",
            )
            for form, profile in self._shown()
        ]

    def link_set(self) -> list[TypedLink]:
        """Give the links of the page, of its items and of its descriptions, with their anchors."""
        links = [_from(self.page, link) for link in self.of_page()]
        for item in self.items:
            links.append(TypedLink("collection", self.page, "text/html", anchor=item))
        for form, profile in self.representations():
            if form.rdf is not None:
                anchor = self.at(form, profile)
                links.append(TypedLink("describes", self.page, "text/html", anchor=anchor))
        return links


def _from(anchor: str, link: TypedLink) -> TypedLink:
    return TypedLink(link.relation, link.target, link.type, link.profile, anchor)


def header(links: Iterable[TypedLink]) -> str:
    """Write links as a header; of items only the first."""
    shown: list[str] = []
    items = 0
    for link in links:
        items += link.relation == "item"
        if link.relation != "item" or items <= _IN_HEADER:
            shown.append(str(link))
    return ", ".join(shown)


def linkset_text(links: Iterable[TypedLink]) -> bytes:
    """Write a link set as ``application/linkset``."""
    return ",\n".join(map(str, links)).encode("ascii", "replace") + b"\n"


def linkset_json(links: Iterable[TypedLink]) -> bytes:
    """Write a link set as ``application/linkset+json``."""
    contexts: dict[str, dict[str, list[dict[str, object]]]] = {}
    for link in links:
        target: dict[str, object] = {"href": _safe(link.target)}
        if link.type:
            target["type"] = link.type
        if link.profile:
            target["formats"] = [link.profile]
        relations = contexts.setdefault(_safe(link.anchor), {})
        for relation in link.relation.split():
            relations.setdefault(relation, []).append(target)
    said = [{"anchor": anchor, **found} for anchor, found in contexts.items()]
    return json.dumps({"linkset": said}, ensure_ascii=False, indent=1).encode()
