"""Print every measurement as a table row: what, against what, ratio, aim.

``python -m benchmarks`` measures everything; ``python -m benchmarks mapping`` or ``querying`` only
that. The queries take some minutes: a million quads are published first.
"""

from __future__ import annotations

import sys

from benchmarks import mapping, querying

MEASURED = {"mapping": mapping.measure, "querying": querying.measure}

print("| measured | ours | against | ratio | aim |")
print("| --- | --- | --- | --- | --- |")
for name in sys.argv[1:] or MEASURED:
    for row in MEASURED[name]():
        print(f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.aim} |", flush=True)
