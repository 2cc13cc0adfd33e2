"""The tests of EvalPlus's HumanEval+ and MBPP+: inputs without answers, answered by the published solution.

The solution runs beside the tests, in the tester's box, and never in the candidate's. Nothing is run here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from verisieve.adapters.values import bad, listed, parts, shown, text
from verisieve.records import Json

Arguments = list[Any]

_SETS = frozenset(
    [
        "similar_elements",
        "find_char_long",
        "common_in_nested_lists",
        "extract_singly",
        "larg_nnum",
        "intersection_array",
        "find_dissimilar",
        "Diff",
    ]
)
_FOUND = frozenset({"check_str", "text_match_three", "text_starta_endb"})  # anything but None is a match
_CONSTANT = {"Mbpp/164": "any answer at all", "Mbpp/295": "0 for every input"}
_CHECK = """
import copy
import math


def solution():
    space = {"__name__": "reference"}
    exec(compile(SOURCE, "reference.py", "exec"), space)
    return space[ENTRY]


def near(got, expected, most):
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        return len(got) == len(expected) and all(near(*pair, most) for pair in zip(got, expected))
    if not isinstance(got, (int, float, complex)) or not isinstance(expected, (int, float, complex)):
        return got == expected
    if got == expected or (got != got and expected != expected):
        return True
    return abs(got - expected) <= most + 1e-07 * abs(expected)


def floats(value):
    return isinstance(value, float) or (isinstance(value, (list, tuple)) and all(isinstance(v, float) for v in value))


def agree(got, expected, most):
    if got == expected:
        return True
    most = most or 1e-06 * floats(expected)
    return bool(most) and type(got) is type(expected) and near(got, expected, most)
"""
_RULES = {
    "equal": "        assert agree(got, expected, ATOL), (got, expected)\n",
    "set": "        assert set(got) == set(expected), (got, expected)\n",
    "found": (
        "        found = got if isinstance(got, bool) else got is not None\n"
        "        assert found == (expected is not None), (got, expected)\n"
    ),
    "root": (
        "        assert abs(sum(factor * math.pow(got, power) for power, factor in enumerate(arguments[0]))) <= ATOL\n"
    ),
}


def humaneval_tests(value: Json) -> Json:
    """Tests of a record of HumanEval+: [base_input, plus_input, prompt, canonical_solution, entry_point, atol]."""
    base, plus, prompt, body, entry, most = parts(
        value, "base_input", "plus_input", "prompt", "canonical_solution", "entry_point", "atol"
    )
    return _tests([*listed(base), *listed(plus)], text(prompt) + text(body), text(entry), most, _rule(text(entry)))


def mbpp_tests(value: Json) -> Json:
    """Tests of a record of MBPP+: [task_id, base_input, plus_input, canonical_solution, entry_point, atol].

    JSON knows no tuples, sets and complex numbers: which arguments are such is published per task.
    """
    task, base, plus, code, entry, most = parts(
        value, "task_id", "base_input", "plus_input", "canonical_solution", "entry_point", "atol"
    )
    if task in _CONSTANT:
        raise bad(f"{task}: its published rule takes {_CONSTANT[task]}")
    inputs = [*listed(base), *listed(plus)]
    shape = _SHAPES.get(text(task).rpartition("/")[2])
    try:
        typed = [shape(given) for given in inputs] if shape else inputs
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise bad(f"{task}: its inputs have not the published shape: {error}") from error
    return _tests(typed, text(code), text(entry), most, _rule(text(entry)))


def _rule(entry: str) -> str:
    if entry == "find_zero":
        return "root"
    return "set" if entry in _SETS else "found" if entry in _FOUND else "equal"


def _tests(inputs: list[Any], source: str, entry: str, most: Json, rule: str) -> str:
    if not inputs or not all(isinstance(given, list | tuple) for given in inputs):
        raise bad("inputs are not lists of arguments, at least one")
    if isinstance(most, bool) or not isinstance(most, int | float) or most < 0:
        raise bad(f"atol is no number: {shown(most)}")
    if not entry.isidentifier():
        raise bad(f"entry_point is no name: {shown(entry)}")
    written = repr([tuple(given) for given in inputs])
    constants = "inf = float('inf')\nnan = float('nan')\n" if "inf" in written or "nan" in written else ""
    head = f"SOURCE = {source!r}\nENTRY = {entry!r}\nATOL = {most!r}\n{constants}INPUTS = {written}\n"
    loop = (
        "\n\ndef check(candidate):\n    reference = solution()\n    for arguments in INPUTS:\n"
        "        expected = reference(*copy.deepcopy(arguments))\n"
        "        got = candidate(*copy.deepcopy(arguments))\n"
    )
    return f"{head}{_CHECK}{loop}{_RULES[rule]}"


def _tuples(given: Arguments) -> Arguments:
    return [tuple(item) for item in given]


def _lists_of_tuples(given: Arguments) -> Arguments:
    return [[tuple(item) for item in argument] for argument in given]


def _first_of_tuples(given: Arguments) -> Arguments:
    return [[tuple(item) for item in given[0]], given[1]]


def _second(given: Arguments) -> Arguments:
    return [given[0], tuple(given[1])]


def _first(given: Arguments) -> Arguments:
    return [tuple(given[0]), *given[1:]]


def _tuples_of_tuples(given: Arguments) -> Arguments:
    return [tuple(tuple(item) for item in argument) for argument in given]


def _mixed(given: Arguments) -> Arguments:
    return [tuple(tuple(item) if isinstance(item, list) else item for item in given[0])]


def _sets(given: Arguments) -> Arguments:
    return [[set(item) if isinstance(item, list) and item else {} for item in given[0]]]


def _values(given: Arguments) -> Arguments:
    return [{key: tuple(value) for key, value in given[0].items()}, *given[1:]]


def _complex(given: Arguments) -> Arguments:
    return [complex(given[0])]


def _real_and_complex(given: Arguments) -> Arguments:
    return [float(given[0]), complex(given[1])]


def _deep(given: Arguments) -> Arguments:
    def deep(value: Any) -> Any:
        return tuple(map(deep, value)) if isinstance(value, list) else value

    return [deep(item) for item in given]


# evalplus/data/mbpp.py, mbpp_deserialize_inputs
_BY_SHAPE: tuple[tuple[Callable[[Arguments], Arguments], str], ...] = (
    (_tuples, "2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809"),
    (_lists_of_tuples, "63 64 70 94 120 237 272 299 400 409 417 438 473 614 780"),
    (_first_of_tuples, "75 413 444 753"),
    (_second, "106 750"),
    (_sets, "115"),
    (_real_and_complex, "124"),
    (_first, "250 307 405 446 617 720 763 808"),
    (_tuples_of_tuples, "259 401 445"),
    (_mixed, "278"),
    (_values, "722"),
    (_complex, "252"),
    (_deep, "580 615 791"),
)
_SHAPES: Mapping[str, Callable[[Arguments], Arguments]] = {
    task: shape for shape, tasks in _BY_SHAPE for task in tasks.split()
}
