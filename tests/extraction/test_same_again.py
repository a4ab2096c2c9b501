"""A text gives the same claims whenever it is read: no order of a set shows through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "en"
EVERY = 40
"""One text of so many is read; long ones first, where most is pointed back to."""

READ = """
import sys
from pathlib import Path
from publisher.documents import read_documents
from publisher.extraction.extractor import extract_claims
for name in sys.argv[1:]:
    for document in read_documents(Path(name)):
        print(name, extract_claims(document).claims)
"""


def test_two_processes_read_the_same_claims() -> None:
    longest = sorted(CORPUS.glob("*.txt"), key=lambda p: (-p.stat().st_size, p.name))
    names = [str(path) for path in longest[: len(longest) // EVERY]]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, *names],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
        )
        for seed in ("1", "3")
    ]
    first, second = (reader.communicate(timeout=300)[0] for reader in readers)

    assert first.count(b"Claim(") > len(names)
    assert first == second
