"""Procedural code problems: drawn from a family, tested on inputs that tell its wrong programs from the right one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from verisieve.domains.code.families import all_families
from verisieve.domains.code.family import Arguments, Constants, Family, Programs, differs, inputs, programs
from verisieve.errors import TruthError, UsageError
from verisieve.records import Problem

DIFFICULTIES = range(1, 6)
CPU = 4.0  # seconds: every reference takes milliseconds
_SHOWN = 2  # examples in the prompt
_READABLE = 60  # characters of a good example

Case = tuple[Arguments, Any]


def make(seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None) -> Iterator[Problem]:
    """Make problems; item i depends on its own random stream alone."""
    known = all_families()
    for name in families:
        if name not in known:
            raise UsageError(f"unknown family {name!r} of code; known: {', '.join(known)}")
    if difficulty is not None and difficulty not in DIFFICULTIES:
        raise UsageError(f"difficulty is {difficulty}, not one of {DIFFICULTIES.start} to {DIFFICULTIES.stop - 1}")
    names = list(families) or list(known)
    for index in range(count):
        rng = Random(f"code:{seed}:{index}")
        level = difficulty if difficulty is not None else rng.choice(DIFFICULTIES)
        yield _problem(known[rng.choice(names)], rng, level, f"code-{seed}-{index}")


def _problem(family: Family, rng: Random, difficulty: int, name: str) -> Problem:
    constants = family.constants(rng, difficulty)
    made = programs(family, constants)
    cases = _cases(family, made, rng, difficulty, constants)
    return Problem(
        domain="code",
        id=name,
        prompt=prompt(made, cases),
        truth={
            "language": "python",
            "style": "check",
            "entry_point": made.entry,
            "tests": tests(cases),
            "reference": made.source,
            "limits": {"cpu": CPU},
        },
        meta={"family": family.name, "difficulty": difficulty, "constants": constants, "source": "procedural"},
    )


def _cases(family: Family, made: Programs, rng: Random, difficulty: int, constants: Constants) -> list[Case]:
    """Draw inputs, and more of them for as long as a wrong program still passes."""
    cases = [_case(made, arguments) for arguments in inputs(family, rng, difficulty, constants, 5 + difficulty)]
    for _ in range(60):
        alive = [function for _, function, _ in made.wrong if not differs(function, cases)]
        if not alive:
            break
        case = _case(made, family.sample(rng, difficulty, constants))
        if any(differs(function, [case]) for function in alive):
            cases.append(case)
    return cases


def _case(made: Programs, arguments: Arguments) -> Case:
    return arguments, made.right(*deepcopy(arguments))


def tests(cases: Sequence[Case]) -> str:
    """Write cases as text that defines `check(candidate)`."""
    rows = "".join(f"    ({arguments!r}, {expected!r}),\n" for arguments, expected in cases)
    loop = "    for arguments, expected in CASES:\n        assert candidate(*arguments) == expected\n"
    return f"CASES = [\n{rows}]\n\n\ndef check(candidate):\n{loop}"


def prompt(made: Programs, cases: Sequence[Case]) -> str:
    """Write what a model is asked: a signature with a docstring, as in HumanEval."""
    chosen = sorted(cases, key=lambda case: (not case[1], abs(len(repr(case)) - _READABLE)))[:_SHOWN]
    examples = "".join(
        f"    >>> {made.entry}({', '.join(map(repr, arguments))})\n    {expected!r}\n" for arguments, expected in chosen
    )
    return f'{made.signature}\n    """{made.text}\n\n{examples}    """\n'


def known_programs(problem: Problem) -> tuple[Programs, list[Case]]:
    """Return the programs and cases of a problem that was made here; raise TruthError for any other."""
    family = all_families().get(str(problem.meta.get("family")))
    constants = problem.meta.get("constants")
    if family is None or not isinstance(constants, dict):
        raise TruthError("", f"problem {problem.id} was not made by the code domain", "unverifiable")
    text = str(problem.truth["tests"])
    cases: list[Case] = ast.literal_eval(text[text.index("[") : text.index("\n]") + 2])
    return programs(family, constants), cases
