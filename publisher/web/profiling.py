"""Give the same data by other models: schema.org for search engines, PLOVER for event coders.

In: a description in our own terms. Out: the description in those of a profile. A profile is a
``CONSTRUCT`` query in ``profiles/`` over the description, the ontology and its alignments; clients
choose one with ``Accept-Profile``, ``?profile=`` or the address (``x.schema.ttl``), as Content
Negotiation by Profile (W3C Working Draft 2023-10-02) has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from publisher.resources import ontology_path
from publisher.vocabulary import ONTOLOGY, PLOVER, SCHEMA

__all__ = ["OURS", "PROFILES", "Profile", "profile_named", "profile_of", "view", "wanted_profile"]


@dataclass(frozen=True)
class Profile:
    """A model of the data: the token in addresses, and the IRI that it is known by."""

    token: str
    iri: str
    title: str


OURS: Final = Profile("", ONTOLOGY, "Communiqué diplomacy ontology")
PROFILES: Final = (
    OURS,
    Profile("schema", str(SCHEMA), "schema.org"),
    Profile("plover", str(PLOVER), "PLOVER"),
)


def profile_named(name: str) -> Profile | None:
    """Give the profile of a token or an IRI; with or without a slash or number sign at the end."""
    wanted = name.strip("<> \t").rstrip("/#").replace("http://schema.org", "https://schema.org")
    if wanted == "diplomacy":
        return OURS
    return next((p for p in PROFILES if wanted and wanted in (p.token, p.iri.rstrip("/#"))), None)


def profile_of(name: str) -> tuple[str, Profile]:
    """Tell the name of a thing from the token of a profile at its end."""
    for profile in PROFILES[1:]:
        if name.endswith(f".{profile.token}") and len(name) > len(profile.token) + 1:
            return name.removesuffix(f".{profile.token}"), profile
    return name, OURS


def wanted_profile(accept: str | None, asked: str | None) -> Profile | None:
    """Choose a profile by the header or, first, by the parameter of a request.

    Returns:
        The profile; our own where nothing else is asked for; ``None`` where the parameter names
        one that we do not have. A header with none that we have gets our own, as the draft says.
    """
    if asked:
        return profile_named(asked)
    for profile, _ in sorted(_preferences(accept or ""), key=lambda found: -found[1]):
        return profile
    return OURS


_PREFERENCE: Final = re.compile(
    r"""(?:<([^<>]*)>|"([^"]*)"|([^\s,;<>"]+))\s*(?:;\s*q=([01](?:\.\d{0,3})?))?"""
)


def _preferences(accept: str) -> Iterator[tuple[Profile, float]]:
    """Read ``<iri>;q=0.5, …``: those that we have, with their quality."""
    for in_angles, in_quotes, bare, quality in _PREFERENCE.findall(accept):
        found = profile_named(in_angles or in_quotes or bare)
        if found is not None and float(quality or 1) > 0:
            yield found, float(quality or 1)


def view(description: Iterable[ox.Quad], profile: Profile) -> list[ox.Triple]:
    """Give a description as a profile has it."""
    store = ox.Store()
    default = ox.DefaultGraph()
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object, default) for q in description)
    store.bulk_extend(_model())
    found = store.query(_query(profile.token))
    assert isinstance(found, ox.QueryTriples)
    return list(dict.fromkeys(found))


@cache
def _model() -> tuple[ox.Quad, ...]:
    """The ontology and its alignments."""
    files = (ontology_path("diplomacy.ttl"), ontology_path("alignments.ttl"))
    parsed = (ox.parse(path=str(path), format=ox.RdfFormat.TURTLE) for path in files)
    return tuple(quad for quads in parsed for quad in quads)


@cache
def _query(token: str) -> str:
    return (files(__package__) / "profiles" / f"{token}.rq").read_text(encoding="utf-8")
