"""Print every measurement as a table row: what, against what, ratio, aim."""

from __future__ import annotations

from benchmarks import mapping

print("| measured | ours | against | ratio | aim |")
print("| --- | --- | --- | --- | --- |")
for row in mapping.measure():
    print(f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.aim} |", flush=True)
