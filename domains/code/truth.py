"""Reading the truth of a code problem: every field checked at the door, a bad one named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verisieve.errors import TruthError
from verisieve.records import Json
from verisieve.sandboxes import Limits
from verisieve.verifiers.code import languages, shared
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import CodeReason, Tests

STYLES = ("check", "asserts", "pytest", "unittest", "stdin", "calls")
CHECKS = ("static", "doctests", "determinism", "properties", "complexity")
WITHOUT_CALLS = ("static", "determinism")  # of these, what needs no entry point to call
SHARE_WITH_REFERENCE = 0.2  # of the CPU time: where a reference is at hand, it earns a slow program more
WALL_PER_CPU = 4.0  # a generous outer stop, for machines under load
_NAN = re.compile(r"(?<![a-z])(?:is)?nan(?![a-z])", re.IGNORECASE)
_METHOD = re.compile(r"[^\W\d]\w*\(\)\.[^\W\d]\w*")
_ENTRY_OPTIONAL = ("stdin", "unittest", "pytest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a code problem is judged by; `reference` is a right program, if one is known.

    `shared` lets the tests have the program in their own interpreter, at the price of assurance. `packages` are
    modules beyond the standard library that tests or a right program import.
    """

    language: Language
    tests: Tests
    limits: Limits
    reference: str | None
    shared: bool
    cases: tuple[tuple[str, str], ...] = ()
    checks: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


def read(truth: Mapping[str, Json]) -> Truth:
    """Read a truth mapping; raise TruthError that names the field that is wrong."""
    language = _language(_text(truth, "language", "python"))
    style = _text(truth, "style")
    if style not in STYLES:
        raise TruthError("style", f"{style!r} is not one of {', '.join(STYLES)}", CodeReason.UNSUPPORTED_STYLE)
    if style not in language.styles:
        raise TruthError("style", f"{style!r} is no style of {language.name}", CodeReason.UNSUPPORTED_STYLE)
    entry = _text(truth, "entry_point", "" if style in _ENTRY_OPTIONAL else None)
    if entry and not (entry.isidentifier() or (_METHOD.fullmatch(entry) and language.name == "python")):
        raise TruthError("entry_point", f"{entry!r} is not a name, nor a method like Solution().twoSum in Python")
    reference = _text(truth, "reference", "") or None
    cases = _cases(truth) if style == "stdin" else ()
    tests = Tests(
        style=style,
        entry=entry,
        tests=[] if style == "stdin" else _tests(truth, style),
        setup=_text(truth, "setup", "").replace("\r\n", "\n"),
        prelude=_text(truth, "prelude", "").replace("\r\n", "\n"),
        declaration=(_text(truth, "declaration", "") or reference or "").replace("\r\n", "\n"),
        objects=truth.get("objects") is True,
        watch=truth.get("mutates") is True,
        nan=truth.get("nan") is True or bool(_NAN.search(str(truth.get("tests")))),
    )
    return Truth(
        language=language,
        tests=tests,
        limits=_limits(truth, reference, language),
        reference=reference,
        shared=_shared(truth, language, style),
        cases=cases,
        checks=_checks(truth, language, tests),
        packages=_packages(truth, language),
    )


def _language(name: str) -> Language:
    language = languages.known().get(name.lower())
    if language is None:
        known = sorted({each.name for each in languages.known().values()})
        raise TruthError("language", f"{name!r} is not one of {', '.join(known)}", CodeReason.UNSUPPORTED_LANGUAGE)
    return language


def _shared(truth: Mapping[str, Json], language: Language, style: str) -> bool:
    value = truth.get("shared_process", False)
    if not isinstance(value, bool):
        raise TruthError("shared_process", "is not true or false")
    if value and (language.name != "python" or style not in shared.STYLES):
        raise TruthError("shared_process", f"is only for {', '.join(shared.STYLES)} in Python")
    return value


def _checks(truth: Mapping[str, Json], language: Language, tests: Tests) -> tuple[str, ...]:
    given = truth.get("checks") or []
    if not isinstance(given, list):
        raise TruthError("checks", "is not a list of names")
    for index, name in enumerate(given):
        if name not in CHECKS:
            raise TruthError(f"checks[{index}]", f"{name!r} is not one of {', '.join(CHECKS)}")
        if name not in WITHOUT_CALLS and (tests.style == "stdin" or not tests.entry):
            raise TruthError(f"checks[{index}]", f"{name!r} needs an entry_point to call")
    if given and language.name != "python":
        raise TruthError("checks", "are only for Python")
    return tuple(dict.fromkeys(given))


def _packages(truth: Mapping[str, Json], language: Language) -> tuple[str, ...]:
    given = truth.get("packages") or []
    if not isinstance(given, list) or not all(isinstance(name, str) and name.isidentifier() for name in given):
        raise TruthError("packages", "is not a list of names of modules")
    if given and language.name != "python":
        raise TruthError("packages", "are only for Python")
    return tuple(sorted(set(given)))


def _text(truth: Mapping[str, Json], field: str, default: str | None = None) -> str:
    value = truth.get(field)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise TruthError(field, "is missing" if value is None else "is not a text")
    return value


def _tests(truth: Mapping[str, Json], style: str) -> Any:
    tests = truth.get("tests")
    if style in ("check", "unittest", "pytest"):
        return _text(truth, "tests").replace("\r\n", "\n")
    if not isinstance(tests, list) or not tests:
        raise TruthError("tests", "is not a list of tests")
    if style == "calls":
        return [_call(index, case) for index, case in enumerate(tests)]
    for index, test in enumerate(tests):
        if not isinstance(test, str):
            raise TruthError(f"tests[{index}]", "is not a text")
    return [test.replace("\r\n", "\n").strip() for test in tests]


def _call(index: int, case: Json) -> dict[str, Any]:
    if not isinstance(case, dict) or "expected" not in case:
        raise TruthError(f"tests[{index}]", "is not an object with args and expected")
    args, kwargs = case.get("args", []), case.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise TruthError(f"tests[{index}]", "args is not a list or kwargs not an object")
    return {"args": args, "kwargs": kwargs, "expected": case["expected"]}


def _cases(truth: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    tests = truth.get("tests")
    if not isinstance(tests, list) or not tests:
        raise TruthError("tests", "is not a list of tests")
    found = []
    for index, case in enumerate(tests):
        if not isinstance(case, dict) or not all(isinstance(case.get(key), str) for key in ("stdin", "stdout")):
            raise TruthError(f"tests[{index}]", "is not an object with stdin and stdout")
        found.append((case["stdin"], case["stdout"]))
    return tuple(found)


def _limits(truth: Mapping[str, Json], reference: str | None, language: Language) -> Limits:
    given = truth.get("limits") or {}
    if not isinstance(given, dict):
        raise TruthError("limits", "is not an object")
    for key, value in given.items():
        if key not in ("cpu", "wall", "memory") or isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TruthError(f"limits.{key}", "is not one of cpu, wall (seconds) and memory (bytes) with a number")
        if not 0 < value < float("inf"):
            raise TruthError(f"limits.{key}", "is not positive")
    cpu = float(given.get("cpu", language.cpu * (SHARE_WITH_REFERENCE if reference else 1.0)))
    wall = float(given.get("wall", max(20.0, WALL_PER_CPU * float(given.get("cpu", language.cpu)))))
    return Limits(cpu=cpu, wall=wall, memory=int(given.get("memory", Limits().memory)))
