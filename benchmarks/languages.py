"""HumanEval-X in one language: canonical solutions and solutions with one mutation, split and in one process.

    python -m benchmarks.languages --language js --data ../shared/data/humaneval-x/humaneval_js.jsonl.gz

The plain run puts solution and tests in one program in one box: a split run that rejects what it accepts is wrong, and
one that accepts what it rejects is worse. Mutants that pass are printed: they are equal in behaviour, or the data set's
tests are too weak to tell, which a reader must decide.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from statistics import median
from typing import Any, NamedTuple

from benchmarks.mutants import sample

from verisieve import datasets
from verisieve.domains import load
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Limits, Sandbox, Status
from verisieve.sandboxes.opening import open_sandbox
from verisieve.verifiers.code import gotext, languages

Row = dict[str, Any]
LIMITS = Limits(cpu=20.0, wall=60.0)
UNCOMPILED = ("syntax", "compile_error")


class Case(NamedTuple):
    """One program to judge: which row it belongs to, and what was changed in it, if anything."""

    row: Row
    code: str
    change: str


class Seen(NamedTuple):
    """How a program fared: split, how long that took in seconds, and in one process."""

    outcome: str
    reason: str
    seconds: float
    plain: bool | None


def _plain_js(row: Row, code: str) -> str:
    loud = "console.assert = (held) => { if (!held) throw new Error('assert'); };\n"
    return f"{loud}{code}\n{row['truth']['tests']}"


def _plain_cpp(row: Row, code: str) -> str:
    includes = re.findall(r"^[ \t]*#[ \t]*include.*", row["truth"]["declaration"], re.MULTILINE)
    return "\n".join((*includes, code, row["truth"]["tests"]))


def _plain_rust(row: Row, code: str) -> str:
    tests = row["truth"]["tests"].replace("#[cfg(test)]", "").replace("#[test]", "#[allow(unused)] pub")
    names = re.findall(r"#\[allow\(unused\)\] pub(?:\s|//.*)*fn (\w+)", tests)
    return f"{code}\n{tests}\nfn main() {{ {' '.join(f'tests::{name}();' for name in names)} }}\n"


def _plain_go(row: Row, code: str) -> str:
    """One file: the tests' assertions, of which HumanEval-X uses one, end the program."""
    solution, tests = gotext.read(code), gotext.read(row["truth"]["tests"])
    names = re.findall(r"^func (Test\w+)", tests.body, re.MULTILINE)
    main = f"func main() {{ {' '.join(f'{name}(nil);' for name in names)} }}\n"
    body = "\n".join((solution.body, tests.body, _GO_ASSERT, main))
    offered = [*solution.imports, *tests.imports, *(gotext.Import("", name) for name in gotext.STANDARD.values())]
    wanted = gotext.fitting(body, [], [each for each in offered if "testify" not in each.path])
    return gotext.write("main", wanted, body).decode()


_GO_ASSERT = """
type held struct{}
func (held) New(t *testing.T) held { return held{} }
func (held) Equal(expected, actual interface{}) { if !reflect.DeepEqual(expected, actual) { os.Exit(1) } }
var assert held
"""


def _plain_java(row: Row, code: str) -> str:
    return f"{code}\n{row['truth']['tests']}"


PLAIN: dict[str, Callable[[Row, str], str]] = {
    "javascript": _plain_js,
    "cpp": _plain_cpp,
    "rust": _plain_rust,
    "go": _plain_go,
    "java": _plain_java,
}


def cases(rows: list[Row], most: int) -> Iterator[Case]:
    """Yield each canonical solution, then its mutants."""
    for row in rows:
        code = row["response"].partition("\n")[2].rpartition("\n```")[0]
        yield Case(row, code, "")
        syntax = import_module(f"verisieve.verifiers.code.languages.{row['truth']['language']}").SYNTAX
        for mutant in sample(code, syntax, len(row["prompt"]), most, f"mutants:{row['id']}"):
            yield Case(row, mutant.code, f"line {mutant.line}: {mutant.change}")


def judge(case: Case, sandbox: Sandbox) -> Seen:
    """Judge one program both ways."""
    row, domain = case.row, load("code")
    problem = Problem(domain="code", id=row["id"], prompt=row["prompt"], truth=row["truth"])
    started = time.perf_counter()
    try:
        check = domain.check(problem, f"```\n{case.code}\n```", sandbox)[0]
        outcome, reason = str(check.outcome), check.reason
    except TruthError as error:
        outcome, reason = str(Outcome.ERROR), str(error)
    return Seen(outcome, reason, time.perf_counter() - started, plain(case, sandbox))


def plain(case: Case, sandbox: Sandbox) -> bool | None:
    """Whether the tests hold in the program's own process, or None where the language has no such run here."""
    name = case.row["truth"]["language"]
    if name not in PLAIN:
        return None
    job = languages.known()[name].program(PLAIN[name](case.row, case.code), b"", LIMITS)
    ended = sandbox.run(job).candidate
    return ended.status is Status.EXITED and ended.code == 0


def tell(title: str, seen: list[tuple[Case, Seen]]) -> None:
    """Print how many passed, what differs from the plain run, and the time of a row."""
    counts = Counter(f"{one.outcome} {one.reason}".strip()[:90] for _, one in seen)
    compiled = [(case, one) for case, one in seen if one.reason not in UNCOMPILED]
    rejected = sum(one.outcome in ("fail", "limit") for _, one in compiled)
    print(f"\n{title}: {len(seen)}, of which {len(compiled)} compile, {rejected} rejected")
    for told, count in counts.most_common():
        print(f"  {count:5} {told}")
    if seen:
        print(f"  median of a row {1000 * median(one.seconds for _, one in seen):.0f} ms")
    for case, one in seen:
        if one.plain is not None and one.plain is not (one.outcome == "pass"):
            print(f"  differs from one process: {case.row['id']} {case.change} split {one.outcome}, plain {one.plain}")


def main() -> None:
    """Judge everything and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--language", required=True, help="as in the adapter's name: js, cpp, go, java, rust")
    parser.add_argument("--data", required=True, help="the data set's file")
    parser.add_argument("--mutants", type=int, default=2, help="most mutants of one solution")
    parser.add_argument("--rows", type=int, default=None, help="only so many rows")
    parser.add_argument("--sandbox", default="embedded")
    options = parser.parse_args()
    adapter = datasets.load(f"humaneval-x-{options.language}")
    rows = [row for row in datasets.convert(adapter, options.data, with_gold=True) if isinstance(row, dict)]
    sandbox = open_sandbox(options.sandbox)
    seen = [(case, judge(case, sandbox)) for case in cases(rows[: options.rows], options.mutants)]
    sandbox.close()
    tell("canonical solutions", [(case, one) for case, one in seen if not case.change])
    tell("mutants", [(case, one) for case, one in seen if case.change])
    for case, one in seen:
        if case.change and one.outcome == "pass":
            line = case.code.splitlines()[int(case.change.split()[1].rstrip(":")) - 1]
            print(f"  survivor: {case.row['id']} {case.change}: {line.strip()}")


if __name__ == "__main__":
    main()
