"""A process that judges everything a domain is tried with and prints a line of JSON for each; see `watching`.

    python -m verisieve.vetting.judging NAME SEED COUNT SANDBOX all|rows

What may hang, die, run away with memory or run a reply's text does so here, and not in the process that says so.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from verisieve import domains
from verisieve.domains import Domain
from verisieve.domains.conformance import Fact, facts
from verisieve.judge import seal
from verisieve.records import Completion, Json, Problem, Verdict
from verisieve.sandboxes.opening import LazySandbox
from verisieve.vetting.attacks import Judge, Row, rows
from verisieve.vetting.laws import laws

EXECUTING = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "parse_latex"}
UNPICKLING = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}


def main() -> None:
    """Judge the rows, and look at everything else where all is asked for."""
    name, seed, count, spec, what = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
    domain, sandbox = domains.load(name), LazySandbox(spec)

    def judge(problem: Problem, text: str) -> Verdict:
        return seal(domain, Completion(problem=problem, text=text), sandbox)

    try:
        if what == "all":
            for fact in facts(domain, sandbox, seed=seed, count=count):
                _say({"fact": fact})
        for row in _rows(domain, judge, seed, count):
            _say({"row": row})
        if what == "all":
            for fact in (*laws(domain, judge, seed, count), _executes(domains.root(name))):
                _say({"fact": fact})
        _say({"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10})
    finally:
        sandbox.close()


def _say(line: Json) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _rows(domain: Domain, judge: Judge, seed: int, count: int) -> Iterator[Json]:
    started = _cpu()
    for row, verdict in rows(domain, judge, seed, count):
        now = _cpu()
        yield {
            "kind": row.kind,
            "id": row.problem.id,
            "expected": row.expected,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "cpu": now - started,
            "digest": digest(row, verdict),
        }
        started = now


def digest(row: Row, verdict: Verdict) -> str:
    """Return a digest of a reply and all that was said about it, to compare between processes."""
    return hashlib.sha256(json.dumps([row.problem.id, row.text, said(verdict)]).encode()).hexdigest()[:16]


def said(verdict: Verdict) -> list[Json]:
    """Return all that a verdict says, as plain JSON; the time it took and the sandbox are not in it."""
    return [[each.name, each.outcome, each.reason, each.answer, dict(each.evidence)] for each in verdict.checks]


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _executes(root: str) -> Fact:
    """Look for calls that run text in the modules of the domain that were loaded."""
    found = []
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if (name == root or name.startswith(f"{root}.")) and file and file.endswith(".py"):
            found += [f"{name}: {what}" for what in executing(Path(file).read_text(encoding="utf-8"))]
    return Fact("nothing in it calls eval, exec, compile, sympify or pickle", not found, ", ".join(found[:5]))


def executing(source: str) -> Iterator[str]:
    """Yield the calls and imports of a module that could execute or unpickle a reply.

    >>> list(executing("import pickle; re.compile(x); eval(y)"))
    ['pickle', 'eval in line 1']
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in UNPICKLING)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in UNPICKLING:
            yield str(node.module)
        elif isinstance(node, ast.Call) and (name := _called(node)) in EXECUTING:
            yield f"{name} in line {node.lineno}"


def _called(node: ast.Call) -> str:
    target = node.func
    if isinstance(target, ast.Attribute):
        regular = isinstance(target.value, ast.Name) and target.value.id in ("re", "regex")
        return "" if regular else target.attr
    return target.id if isinstance(target, ast.Name) else ""


if __name__ == "__main__":
    main()
