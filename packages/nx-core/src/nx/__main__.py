"""``python -m nx backends [--json]``: which backends there are, and what each computes itself."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import Any

from nx import NxError
from nx.backends import backends, coverage, default_device


def described() -> list[dict[str, Any]]:
    """Return the backends' records, with the number of primitives by how they run."""
    default = default_device().backend
    records = []
    for record in backends():
        usable = record["reason"] is None
        try:
            counts = dict(Counter(coverage(record["name"]).values())) if usable else {}
        except NxError as e:
            counts, record["reason"] = {}, str(e)
        records.append(record | {"default": record["name"] == default, "primitives": counts})
    return records


def main() -> None:
    """Print the listing."""
    parser = argparse.ArgumentParser(prog="python -m nx")
    parser.add_argument("command", choices=["backends"])
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    records = described()
    if options.json:
        print(json.dumps(records, indent=1))
        return
    for r in records:
        mark = "*" if r["default"] else " "
        counts = ", ".join(f"{n} {how}" for how, n in sorted(r["primitives"].items()))
        state = r["state"] if r["reason"] is None else f"unusable: {r['reason']}"
        origin = f"{r['distribution']} {r['version']}"
        print(f"{mark} {r['name']:10} {origin}  {state}  {counts}".rstrip())
    print("* is the default")


if __name__ == "__main__":
    main()
