"""Make a spaCy pipeline faster without changing what it says.

In: a pipeline as it is loaded. Out: the same pipeline, with two things done another way:

- Attributes. Most rules of its ``attribute_ruler`` look at one token alone, so what they say of a
  word with its tag and its grammatical function is asked of spaCy's matcher once and remembered;
  the few rules on neighbours are matched where a word of theirs is there. The same attributes in a
  tenth of the time.
- Matrix products. numpy's library multiplies the matrices of the models, not the one that thinc
  brings: half the time where the processor has wide registers. One thread does it best
  (``publisher/__init__.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.strings import StringStore
from spacy.tokens import Doc, Token
from spacy.tokens._retokenize import normalize_token_attrs, set_token_attrs
from thinc.api import Model, NumpyOps

__all__ = ["MEMORY", "LookedUpAttributes", "tune"]

MEMORY: Final = 100_000
"""How many words, with tag and function, are remembered before all are forgotten."""

_RULER = "attribute_ruler"
_FACTORY = "looked_up_attributes"

_Key = tuple[int, int, int, int]
_Rules = tuple[int, ...]


class LookedUpAttributes:
    """A pipeline component that does what spaCy's ``AttributeRuler`` does.

    Rules are numbered in their order; of two that set the same attribute the later one wins.
    """

    def __init__(self, nlp: Language, patterns: Sequence[Mapping[str, Any]]) -> None:
        self._vocab = nlp.vocab
        self._indices = [int(rule.get("index", 0)) for rule in patterns]
        self._attrs = [normalize_token_attrs(nlp.vocab, dict(rule["attrs"])) for rule in patterns]
        self._alone, self._joint = Matcher(nlp.vocab), Matcher(nlp.vocab)
        for number, rule in enumerate(patterns):
            for matcher, wanted in ((self._alone, True), (self._joint, False)):
                found = [p for p in rule["patterns"] if (len(p) == 1) is wanted]
                if found:
                    matcher.add(str(number), found)
        several = [p for rule in patterns for p in rule["patterns"] if len(p) > 1]
        self._anchors = _anchors(nlp.vocab.strings, several)
        self._known: dict[_Key, tuple[_Rules, dict[int, int]]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the attributes of all tokens of a doc."""
        keys = doc.to_array(["LOWER", "TAG", "DEP", "POS"]).tolist()
        there = self._anchors is None or any(
            word in self._anchors or function in self._anchors for word, _, function, _ in keys
        )
        joint = self._joint_rules(doc) if there else {}
        for token, key in zip(doc, keys, strict=True):
            rules, attrs = self._of(tuple(key), token)
            if token.i in joint:
                attrs = self._merged(sorted({*rules, *joint[token.i]}))
            if attrs:
                set_token_attrs(token, attrs)
        return doc

    def _joint_rules(self, doc: Doc) -> dict[int, list[int]]:
        """Give the rules on neighbours that hold, by the token that each changes."""
        found: dict[int, list[int]] = {}
        if len(self._joint):
            for name, start, end in self._joint(doc, allow_missing=True):
                number = int(self._vocab.strings[name])
                index = self._indices[number]
                found.setdefault(index + (start if index >= 0 else end), []).append(number)
        return found

    def _of(self, key: _Key, token: Token) -> tuple[_Rules, dict[int, int]]:
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MEMORY:
                self._known.clear()
            rules = self._rules_on(token)
            known = self._known[key] = rules, self._merged(rules)
        return known

    def _rules_on(self, token: Token) -> _Rules:
        alone = Doc(
            self._vocab, words=[token.text], spaces=[False], tags=[token.tag_], pos=[token.pos_],
            deps=[token.dep_], heads=[0],
        )  # fmt: skip
        matches = self._alone(alone, allow_missing=True)
        return tuple(sorted({int(self._vocab.strings[name]) for name, _, _ in matches}))

    def _merged(self, rules: Iterable[int]) -> dict[int, int]:
        return {name: value for rule in rules for name, value in self._attrs[rule].items()}


def _anchors(
    strings: StringStore, patterns: Iterable[Sequence[Mapping[str, Any]]]
) -> frozenset[int] | None:
    """A word or function that each pattern cannot do without; ``None`` where one needs neither."""
    found: set[int] = set()
    for pattern in patterns:
        needed = [t.get(name) for name in ("LOWER", "DEP") for t in pattern if "OP" not in t]
        words = [word for word in needed if isinstance(word, str)]
        if not words:
            return None
        found.add(strings.add(words[0]))
    return frozenset(found)


@Language.factory(_FACTORY, default_config={"patterns": []})  # type: ignore[untyped-decorator]
def _make(nlp: Language, name: str, patterns: list[dict[str, Any]]) -> LookedUpAttributes:
    return LookedUpAttributes(nlp, patterns)


def tune(nlp: Language) -> Language:
    """Make a pipeline faster, in place; what it says of a text stays the same."""
    _look_up_attributes(nlp)
    _multiply_with_numpy(nlp)
    return nlp


def _look_up_attributes(nlp: Language) -> None:
    if _RULER not in nlp.pipe_names:
        return
    place = nlp.pipe_names.index(_RULER)
    patterns = nlp.get_pipe(_RULER).patterns
    nlp.remove_pipe(_RULER)
    before = nlp.pipe_names[place] if place < len(nlp.pipe_names) else None
    nlp.add_pipe(_FACTORY, config={"patterns": patterns}, before=before)


def _multiply_with_numpy(nlp: Language) -> None:
    ops = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            if isinstance(node.ops, NumpyOps):
                node.ops = ops
