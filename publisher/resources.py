"""Find the data that ships with the code: ontology, lexicon, gazetteer and shapes.

In a checkout they lie beside the package; in an installed copy they lie inside it, in
``publisher/data``. No other module needs to know which of the two it runs from.
"""

from __future__ import annotations

import gc
from pathlib import Path

__all__ = ["keep_for_good", "ontology_path", "seeds_path", "shapes_path"]

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def ontology_path(*parts: str) -> Path:
    """Give the path of a file or folder below ``ontology/``."""
    return _folder("ontology").joinpath(*parts)


def shapes_path(*parts: str) -> Path:
    """Give the path of a file or folder below ``shapes/``."""
    return _folder("shapes").joinpath(*parts)


def seeds_path(*parts: str) -> Path:
    """Give the path of a file or folder below ``seeds/``."""
    return _folder("seeds").joinpath(*parts)


def keep_for_good() -> None:
    """Leave what was loaded out of the garbage collector's rounds: it lives as long as we do."""
    gc.freeze()
