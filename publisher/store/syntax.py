"""Read from a SPARQL text what must be known before it runs, without running it.

In: a query or an update. Out: an :class:`Outline`: its form, the data set it names, the services
it calls, and whether its answer can be kept.

The tokens are those of the SPARQL 1.1 grammar (section 19.8). The outline serves clear errors and
good choices; what keeps a query from the network is the worker it runs in, which can open nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

import pyoxigraph as ox

__all__ = ["Outline", "bind", "outline", "with_dataset", "without_dataset"]

_NAME: Final = r"[A-Za-z\u00c0-\U000effff]"
_LOCAL: Final = (
    r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
    r"(?:(?:[\w.:\-\u00b7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
    r"(?:[\w:\-\u00b7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]))?"
)
_TOKENS: Final = re.compile(
    r"(?P<blank>[\s]+|\#[^\n\r]*)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*')"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*>)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    rf"|(?P<name>(?:{_NAME}(?:[\w\-]|\.+(?=[\w\-])){{0,99}}+)?:(?:{_LOCAL})?|_:\w(?:[\w.\-]*[\w\-])?)"
    r"|(?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>[A-Za-z_]+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\[uU][0-9A-Fa-f]{4}")
_QUERIES: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = (
    "INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH",
)  # fmt: skip
_VOLATILE: Final = frozenset(("NOW", "RAND", "UUID", "STRUUID"))
_NO_GRAPH_NAMED: Final = frozenset(("ALL", "NAMED", "DEFAULT"))

_BEFORE_GRAPH: Final = frozenset(
    ("GRAPH", "WITH", "USING", "NAMED", "SILENT", "TO", "COPY", "MOVE", "ADD")
)
"""What the name of a graph follows in an update."""


@dataclass(frozen=True)
class Outline:
    """What a SPARQL text is about; ``form`` is its first keyword, empty if there is none."""

    form: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    """The addresses that are called; ``?`` for one that is only known while running."""
    uses_graphs: bool = False
    volatile: bool = False
    loads: bool = False
    graphs: frozenset[str] = field(default=frozenset())
    """Every graph that an update names, whole."""
    open_graphs: bool = False
    """Whether an update can change graphs that it does not name."""
    reads_union: bool = False
    """Whether an update has patterns that are matched against the union of all graphs."""
    foreign: str = ""
    """What stands before the form of a query and is not of SPARQL 1.1, as Virtuoso's DEFINE."""

    @property
    def is_update(self) -> bool:
        """Whether this is an update, not a query."""
        return self.form in _UPDATES

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph and not a table."""
        return self.form in ("CONSTRUCT", "DESCRIBE")

    @property
    def has_dataset(self) -> bool:
        """Whether the query itself names its data set (FROM, FROM NAMED)."""
        return bool(self.default_graphs or self.named_graphs)


_Token = tuple[str, str]


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKENS.finditer(text):
        kind = found.lastgroup or ""
        if kind != "blank":
            yield kind, found.group()


@dataclass
class _Reading:
    """The tokens of a text, its prefixes, and what was found so far."""

    tokens: list[_Token]
    base: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)

    def word(self, at: int) -> str:
        kind, text = self.tokens[at] if at < len(self.tokens) else ("", "")
        return text.upper() if kind == "word" else ""

    def iri(self, at: int) -> str:
        """The IRI at a place in full; empty if none is there."""
        kind, text = self.tokens[at] if at < len(self.tokens) else ("", "")
        if kind == "iri":
            return _resolve(self.base, text[1:-1])
        if kind == "name" and not text.startswith("_:"):
            return _expand(text, self.prefixes)
        return ""

    def declare(self, at: int) -> None:
        """Take up a PREFIX or BASE that stands at a place."""
        if self.word(at) == "BASE":
            self.base = self.iri(at + 1) or self.base
        elif self.word(at) == "PREFIX" and at + 1 < len(self.tokens):
            self.prefixes[self.tokens[at + 1][1]] = self.iri(at + 2)


def _resolve(base: str, iri: str) -> str:
    if not base:
        return iri
    try:
        return urljoin(base, iri)
    except ValueError:
        return iri


def _expand(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    space = prefixes.get(f"{prefix}:", "")
    return space + re.sub(r"\\(.)", r"\1", local) if space else ""


def outline(text: str) -> Outline:
    """Read what a SPARQL text is about. Never fails: the engine judges the syntax."""
    reading = _Reading(list(_tokens(text)))
    form = ""
    default: list[str] = []
    named: list[str] = []
    services: list[str] = []
    graphs: set[str] = set()
    words: set[str] = set()
    open_graphs = False
    foreign = ""
    for at in range(len(reading.tokens)):
        reading.declare(at)
        word = reading.word(at)
        if not word:
            continue
        words.add(word)
        if word in _BEFORE_GRAPH and (graph := reading.iri(at + 1)):
            graphs.add(graph)
        if not (form or foreign or word in ("PREFIX", "BASE") or word in (*_QUERIES, *_UPDATES)):
            foreign = word
        form = form or (word if word in (*_QUERIES, *_UPDATES) else "")
        if word == "FROM" and reading.word(at + 1) == "NAMED":
            named.append(reading.iri(at + 2))
        elif word == "FROM":
            default.append(reading.iri(at + 1))
        elif word == "SERVICE":
            services.append(reading.iri(at + 1 + (reading.word(at + 1) == "SILENT")) or "?")
        elif word == "GRAPH" and at + 1 < len(reading.tokens):
            open_graphs |= reading.tokens[at + 1][0] == "variable"
    return Outline(
        form=form,
        default_graphs=tuple(default),
        named_graphs=tuple(named),
        services=tuple(services),
        uses_graphs="GRAPH" in words,
        volatile=bool(words & _VOLATILE),
        loads="LOAD" in words,
        graphs=frozenset(graphs),
        open_graphs=open_graphs
        or bool(words & _NO_GRAPH_NAMED)
        or "BASE" in words
        or _ESCAPE.search(text) is not None,
        reads_union=form in _UPDATES and _reads_union(reading),
        foreign=foreign,
    )


def _reads_union(reading: _Reading) -> bool:
    """Whether an operation has a pattern and names no graph that the pattern is matched against."""
    depth, named, at = 0, False, 0
    while at < len(reading.tokens):
        sign, word = reading.tokens[at][1], reading.word(at)
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0 and sign == ";":
            named = False
        named |= depth == 0 and word in ("WITH", "USING")
        if depth == 0 and word == "WHERE":
            at, outside = _pattern(reading, at + 1)
            if outside and not named:
                return True
        at += 1
    return False


def _pattern(reading: _Reading, at: int) -> tuple[int, bool]:
    """Find where a group ends, and whether any of it stands outside of ``GRAPH <…> { … }``.

    Conditions are outside of no graph, but for the patterns in their EXISTS.
    """
    depth, inside, parentheses, outside = 0, 0, 0, False
    while at < len(reading.tokens):
        kind, sign = reading.tokens[at]
        if reading.word(at) == "GRAPH" and not inside and reading.iri(at + 1):
            inside = depth + 1
            at += 1
        else:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            parentheses += {"(": 1, ")": -1}.get(sign, 0)
            if sign == "}" and depth < inside:
                inside = 0
            if depth == 0:
                break
            is_exists = parentheses and sign == "{"
            outside |= not inside and (bool(is_exists) or (not parentheses and kind in _TERMS))
        at += 1
    return at, outside


_TERMS: Final = frozenset(("string", "iri", "variable", "name", "number"))


def bind(text: str, **terms: object) -> str:
    """Put terms in the place of a query's variables; a term's ``str`` is its N-Triples form.

    ``bind("ASK { ?thing a ?kind }", thing=ox.NamedNode("http://example.org/a"))``. Only what the
    grammar has as a variable is replaced, and only by a term, which is written whole and escaped.
    """
    for name, term in terms.items():
        if not isinstance(term, _BINDABLE):
            raise TypeError(f"{name}: {term!r} is no RDF term.")

    def filled(found: re.Match[str]) -> str:
        token = found.group()
        if found.lastgroup == "variable" and token[1:] in terms:
            return str(terms[token[1:]])
        return token

    return _TOKENS.sub(filled, text)


_BINDABLE: Final = (ox.NamedNode, ox.Literal)


def without_dataset(query: str) -> str:
    """Take out of a query the data set that it names itself (FROM, FROM NAMED)."""
    kept: list[str] = []
    place, expected, from_at = 0, 0, 0
    for found in _TOKENS.finditer(query):
        token = found.group().upper()
        if found.lastgroup == "blank":
            continue
        if token in ("{", "WHERE"):
            break
        if found.lastgroup == "word" and token == "FROM":
            from_at, expected = found.start(), 1
        elif expected and token != "NAMED":
            kept.append(query[place:from_at])
            place, expected = found.end(), 0
    return " ".join([*kept, query[place:]])


def with_dataset(text: str, default: Iterable[str], named: Iterable[str]) -> str:
    """Say in an update which graphs its patterns are matched against (USING, USING NAMED).

    The protocol's ``using-graph-uri`` becomes part of every operation that has a pattern.

    Raises:
        ValueError: the update says it itself, or has a pattern that cannot be told.
    """
    clauses = [f"USING {ox.NamedNode(g)}" for g in default]
    clauses += [f"USING NAMED {ox.NamedNode(g)}" for g in named]
    depth, before, places = 0, "", []
    for found in _TOKENS.finditer(text):
        token = found.group().upper()
        if found.lastgroup == "blank":
            continue
        if found.lastgroup == "word" and token in ("USING", "WITH") and depth == 0:
            raise ValueError("The update names its graphs itself, and so does the request.")
        if found.lastgroup == "word" and token == "WHERE" and depth == 0:
            if before != "}":
                raise ValueError("DELETE WHERE takes no graphs. Write DELETE { … } WHERE { … }.")
            places.append(found.start())
        depth += {"{": 1, "}": -1}.get(token, 0)
        before = token
    for place in reversed(places):
        text = f"{text[:place]}{' '.join(clauses)} {text[place:]}"
    return text
