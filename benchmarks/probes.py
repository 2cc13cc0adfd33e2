"""Gather the replies that mutants of the math checker are tried on, into the domain's `probes.jsonl.gz`.

    python -m benchmarks.probes [--seconds 15]

They are the labelled tables of the tests, rows written for what these do not reach, what the domain's tests judge
beside them, problems of each family with worked solutions, right and spoilt, and rows of each task. Of those that take
long only the ones stay that go a way through some file which no cheaper one goes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import checker_rows, probe_files, recording, wording

from verisieve import domains
from verisieve.domains.math import Maths, making
from verisieve.records import Problem
from verisieve.vetting import loading, tried
from verisieve.vetting.attacks import Row

TESTS = (
    *(f"domains/test_math_{name}.py" for name in ("domain", "tasks", "proofs")),
    *(f"verifiers/math/test_math_{name}.py" for name in ("certificates", "prover", "parse", "rewritings")),
)
WRITTEN = Path(__file__).with_name("probes_math.jsonl")
LONGEST = 900  # characters of a row
CHEAP, DEAR = 0.002, 0.15  # seconds of CPU
Plain = dict[str, Any]


def recorded() -> Iterator[Plain]:
    """Rows that the tests judge: by the domain, as answers, or as derivations."""
    from verisieve.verifiers import math
    from verisieve.verifiers.math.derivation import ending

    recorder, golds = recording.Recorder(), dict[int, Any]()
    check, prepare, judge, derive = Maths.check, math.prepare, math.judge, ending.judge

    def checking(self: Maths, problem: Problem, text: str, sandbox: Any) -> Any:
        recorder.add(dict(problem.truth), text, problem.prompt)
        return check(self, problem, text, sandbox)

    def preparing(answer: str, **asked: Any) -> Any:
        gold = prepare(answer, **asked)
        golds[id(gold)] = (gold, answer, asked)
        return gold

    def judging(gold: Any, reply: str) -> Any:
        _, answer, asked = golds.get(id(gold), (None, gold.text, {}))
        absolute = asked.get("absolute")
        fields = {
            "answer": answer,
            "type": asked.get("kind"),
            "unit": asked.get("unit"),
            "tolerance": asked.get("tolerance") if absolute is None else {"absolute": absolute},
        }
        recorder.add({key: value for key, value in fields.items() if value}, reply, asked.get("prompt", ""))
        return judge(gold, reply)

    def deriving(reply: str, **asked: Any) -> Any:
        truth = {"answer": "0", "checks": ["derivation"], "given": [*asked.get("given", ())]}
        recorder.add(truth, reply, asked.get("prompt", ""))
        return derive(reply, **asked)

    Maths.check, math.prepare, math.judge, ending.judge = checking, preparing, judging, deriving  # type: ignore[assignment]
    recording.run(recorder, TESTS, "-x", "-m", "not engine", "-k", "not spoiled_ones")
    Maths.check, math.prepare, math.judge, ending.judge = check, prepare, judge, derive  # type: ignore[method-assign]
    yield from recorder.rows


def written() -> Iterator[Plain]:
    """Rows that were written for statements which no other row runs through."""
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        truth, text, prompt = json.loads(line)
        yield {"prompt": prompt, "truth": truth, "response": text}


def made() -> Iterator[Plain]:
    """Problems of each family, replied to rightly and wrongly, with derivations; rows of each task."""
    domain = domains.load("math")
    assert isinstance(domain, Maths)
    for problem in domain.problems(77, 68):
        for right in (True, False):
            reply = domain.reply(problem, Random(problem.id), right=right)
            yield {"prompt": problem.prompt, "truth": dict(problem.truth), "response": reply.text}
        for row, asked in making.engineer(problem, None, seed=2):  # type: ignore[arg-type]
            for right in (True, False) if row.reply is not None else ():
                text = domain.reply(asked, Random(asked.id), right=right).text
                derived = (
                    {**asked.truth, "checks": ["derivation"]} if row.task in ("solution", "repair") else asked.truth
                )
                yield {"prompt": asked.prompt, "truth": dict(derived), "response": text}


def tables() -> Iterator[Plain]:
    """The labelled tables, and the golden rows of proofs."""
    for row in checker_rows.math():
        yield {"prompt": row["prompt"], "truth": row["truth"], "response": row["response"]}
    for trial in domains.read_trials("verisieve.domains.math", "proof_trials.jsonl"):
        yield {"prompt": trial.problem.prompt, "truth": dict(trial.problem.truth), "response": trial.text}


def chosen(rows: list[Plain], seconds: float, name: str = "math") -> list[Plain]:
    """Rows whose judging takes no longer than that: cheap ones, and those that go ways of their own."""
    given = [Row("probe", Problem(domain=name, id="p", **_problem(row)), row["response"], "") for row in rows]
    by_row = {id(row): plain for row, plain in zip(given, rows, strict=True)}
    with tempfile.TemporaryDirectory() as folder:
        bench = tried.Bench(name, "auto", Path(folder), 2)
        said, _ = tried.loaded(bench, given)
        packages = loading.roots(domains.root(name))
        files = loading.files(packages)
        sources = {file: Path(file).read_text(encoding="utf-8") for file in files}
        seen = tried.seen(bench, said, sources, files, packages)
    ways, reached, kept, spent = set[tuple[str, int]](), dict[str, int](), list[Plain](), 0.0
    for each in sorted(seen, key=lambda each: each.cpu):
        new = {*each.lines.items()} - ways
        first = any(bits & ~reached.get(file, 0) for file, bits in each.lines.items())  # however long it takes
        proof = each.row.problem.truth.get("task") == "proof"
        if first or proof or (each.cpu < DEAR and spent + each.cpu < seconds and (new or each.cpu < CHEAP)):
            ways |= new
            reached |= {file: reached.get(file, 0) | bits for file, bits in each.lines.items()}
            spent += each.cpu
            kept.append(by_row[id(each.row)])
    print(f"{len(kept)} of {len(rows)} rows, {len(ways)} ways, {spent:.1f} s of CPU")
    return kept


def _problem(row: Plain) -> Plain:
    return {"prompt": row["prompt"], "truth": row["truth"]}


def main() -> None:
    """Write the rows, each once, in an order that does not depend on timings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="CPU time that judging all of them may take")
    seconds = parser.parse_args().seconds
    sources: list[Callable[[], Iterator[Plain]]] = [tables, written, wording.worded, made, recorded]
    lines = dict.fromkeys(json.dumps(row, sort_keys=True) for source in sources for row in source())
    kept = chosen([json.loads(line) for line in lines if len(line) < LONGEST], seconds)
    probe_files.keep("math", sorted(probe_files.line("math", **row) for row in kept))


if __name__ == "__main__":
    main()
