"""Print every measurement, or those of the parts named, as table rows: what, ratio, aim."""

from __future__ import annotations

import sys

from benchmarks import mapping, serving

PARTS = {"mapping": mapping, "serving": serving}

print("| measured | ours | against | ratio | aim |")
print("| --- | --- | --- | --- | --- |")
for name in sys.argv[1:] or PARTS:
    for row in PARTS[name].measure():
        print(f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.aim} |", flush=True)
