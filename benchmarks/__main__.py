"""Print every measurement as a table row: what, against what, ratio, aim.

``python -m benchmarks`` measures everything; ``python -m benchmarks mapping``, ``serving`` or
``querying`` only that. All but the first take some minutes: a million quads are published before.
"""

from __future__ import annotations

import sys

from benchmarks import mapping, querying, serving

MEASURED = {
    "mapping": mapping.measure, "serving": serving.measure, "querying": querying.measure,
}  # fmt: skip

print("| measured | ours | against | ratio | aim |")
print("| --- | --- | --- | --- | --- |")
for name in sys.argv[1:] or MEASURED:
    for row in MEASURED[name]():
        print(f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.aim} |", flush=True)
