"""math-verify's verdicts on a file of labelled rows, each with the CPU seconds that it took, as one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from math_verify import parse, verify


def judged(gold: str, reply: str) -> bool:
    """Judge one pair as its README does; whatever it raises is no pass."""
    try:
        return bool(verify(parse(gold if "$" in gold else f"${gold}$"), parse(reply)))
    except Exception:  # noqa: BLE001  # SymPy raises nearly anything
        return False


def main() -> None:
    """Judge all rows, caches warm from one pair."""
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    judged("1", "$1$")
    found = []
    for row in rows:
        start = time.process_time()
        found.append((judged(row["truth"]["answer"], row["response"]), time.process_time() - start))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
