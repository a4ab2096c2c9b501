"""Guess the language that a text is written in.

In: a text. Out: an ISO 639-1 code. Scripts with one main language decide at once; for the
others, the function words of each language (spaCy's stop-word lists) are counted, and the
language whose function words make up the largest share of the text wins.
"""

from __future__ import annotations

import importlib.util
import re
import runpy
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from publisher.resources import ontology_path

__all__ = ["guess_language", "is_plainly_another", "languages_read"]

SAMPLE: Final = 20_000
"""Code points that are looked at; a text does not change its language after that."""

_SURE: Final = 0.3
_PLAUSIBLE: Final = 0.12
_SHORT: Final = 30
_FEW: Final = 4
_DENSE: Final = 0.4
_BY_SCRIPT: Final = {
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "CJK": ("zh",),
    "GREEK": ("el",),
    "HEBREW": ("he",),
    "THAI": ("th",),
    "DEVANAGARI": ("hi",),
    "BENGALI": ("bn",),
    "TAMIL": ("ta",),
    "ARMENIAN": ("hy",),
    "GEORGIAN": ("ka",),
    "CYRILLIC": ("ru", "uk", "bg", "sr"),
    "ARABIC": ("ar", "fa", "ur"),
    "LATIN": (
        "en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ro", "hu",
        "tr", "id", "hr", "et", "lv", "lt",
    ),
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]+")


@cache
def languages_read() -> tuple[str, ...]:
    """Give the languages that there is a lexicon of time words for, the ones that are read."""
    files = ontology_path("lexicon").glob("times-*.ttl")
    return tuple(sorted(file.stem.removeprefix("times-") for file in files))


def guess_language(text: str) -> str | None:
    """Give the language of a text, or ``None`` if it has no word in it.

    A text too short to tell is taken for English if it is written in Latin letters.
    """
    words = _words(text)
    if not words:
        return None
    candidates = _BY_SCRIPT.get(_main_script(words), ())
    if not candidates:
        return None
    first = [language for language in candidates if language in languages_read()]
    if first and (best := _best(words, first))[1] >= _SURE:
        return best[0]
    language, share = _best(words, candidates)
    few = len(_function_words(language) & set(words)) < _FEW and share < _DENSE
    if first and len(words) < _SHORT and few:
        # "President Nixon met Premier Chou En-lai": three words do not make it Dutch.
        return candidates[0]
    return language if share >= _PLAUSIBLE else candidates[0]


def is_plainly_another(text: str, found: str, main: str) -> bool:
    """Tell whether a line is in another language than the text it stands in, beyond doubt.

    One function word is no proof: *London followed suit* is English.
    """
    words = _words(text)
    if not words or found == main:
        return False
    if _main_script(words) != "LATIN":
        return True
    share = _share(words, found)
    return share >= _SURE and share > _share(words, main)


def _words(text: str) -> list[str]:
    """The words of a text; acronyms (*EU*, *UN*) are words of no language, if there are others."""
    found = _WORD.findall(text[:SAMPLE])
    others = [word for word in found if len(word) == 1 or not word.isupper()]
    return [word.lower() for word in others or found]


def _main_script(words: list[str]) -> str:
    if all(map(str.isascii, words)):
        return "LATIN"
    letters = Counter(char for word in words for char in word)
    scripts: Counter[str] = Counter()
    for char, count in letters.items():
        scripts[_script_of(char)] += count
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.1 * scripts["CJK"]:
        scripts["HIRAGANA"] += scripts["CJK"]
    return max(sorted(scripts), key=lambda name: scripts[name])


@lru_cache(maxsize=4096)
def _script_of(char: str) -> str:
    return unicodedata.name(char, "UNKNOWN").split()[0]


def _best(words: list[str], languages: tuple[str, ...] | list[str]) -> tuple[str, float]:
    shares = {name: _share(words, name) for name in languages}
    winner = max(languages, key=lambda name: shares[name])
    return winner, shares[winner]


def _share(words: list[str], language: str) -> float:
    known = _function_words(language)
    return sum(map(known.__contains__, words)) / len(words)


@cache
def _function_words(language: str) -> frozenset[str]:
    # The list alone: importing the language's package would compile its whole tokenizer.
    spacy = importlib.util.find_spec("spacy")
    for folder in (spacy and spacy.submodule_search_locations) or ():
        file = Path(folder) / "lang" / language / "stop_words.py"
        if file.exists():
            words = runpy.run_path(str(file)).get("STOP_WORDS", ())
            return frozenset(_WORD.findall(" ".join(words).lower()))
    return frozenset()
