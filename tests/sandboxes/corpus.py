"""The hostile programs of fixtures/code/attacks.jsonl, aimed at canaries that are there, and judged by the host.

`python corpus.py` runs them all in the embedded back end, as whoever calls it, and prints what was objected to as JSON.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from typing import Any

from verisieve.sandboxes import Job, Limits, Program, Run
from verisieve.sandboxes.canaries import VARIABLE, Canaries, canaries
from verisieve.sandboxes.conformance import LOOKS, Attack, Late, control
from verisieve.sandboxes.embedded import EmbeddedSandbox

LIMITS = Limits(cpu=1.0, wall=2.0, memory=256 << 20)
SLACK = 0.5
HARNESS = "import runpy\nrunpy.run_path('solution.py', run_name='__main__')\n"
REPEATED = {"state", "rng-sharing", "planted-modules", "planted-bytecode", "planted-settings", "shared-lock"}
_TEXT = (resources.files("verisieve.fixtures") / "code/attacks.jsonl").read_text(encoding="utf-8")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in _TEXT.splitlines()]


def attack_with(row: dict[str, Any], attack: Attack) -> list[str]:
    """Run one row, some of them again; return all that was objected to, in the last look where it only was late."""
    program = Program(harness=HARNESS, files={"solution.py": _aimed(row, attack.canaries)}, limits=LIMITS)
    found: list[str] = []
    for _ in range(3 if row["family"] in REPEATED else 1):
        for _ in range(LOOKS):
            run, _, objections = attack.run(Job(candidate=program))
            objections += _excess(run)
            if not objections or not all(isinstance(each, Late) for each in objections):
                break
        found += objections
    return found if control(attack.sandbox) else [*found, "a control run after it is wrong"]


def _excess(run: Run) -> list[str]:
    """What the ending itself shows."""
    end = run.candidate
    words = {b"PWNED", b"REACH", b"unreachable-4711"} & {*end.stdout.split(), *end.stderr.split()}
    found = [f"said {words}"] if words else []
    if end.cpu > LIMITS.cpu + SLACK or end.wall - end.delay > LIMITS.wall + SLACK:
        found.append(Late(f"used {end.cpu:.2f} s CPU, {end.wall:.2f} s"))
    if max(len(end.stdout), len(end.stderr)) > LIMITS.output + 100:
        found.append("more output than is kept")
    return found


def _aimed(row: dict[str, Any], put_out: Canaries) -> bytes:
    """The program, with the names of the canaries that the corpus speaks of changed to those that are there."""
    code: str = row["response"].split("```python\n", 1)[1].rsplit("\n```", 1)[0]
    places = json.loads(put_out.describe())
    for name, now in (
        ("48123", str(places["port"])),
        ("48124", str(places["udp"])),
        ("verifier_canary", places["socket"]),
        ("VERIFIER_CANARY_KEY", VARIABLE),
        ("vx_escape_marker", places["marker"]),
        ("vx_state", places["marker"]),
    ):
        code = code.replace(name, now)
    return code.encode()


def main() -> None:
    """Run all of them."""
    sandbox = EmbeddedSandbox()
    with canaries() as put_out:
        attack = Attack(sandbox, put_out)
        found = {row["id"]: attack_with(row, attack) for row in ROWS}
    sandbox.close()
    sys.stdout.write(json.dumps({identity: objections for identity, objections in found.items() if objections}))


if __name__ == "__main__":
    main()
