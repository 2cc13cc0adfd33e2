"""What the records of CodeContests and LiveCodeBench say of their tests; nothing is run, and no pickle is loaded."""

from __future__ import annotations

import base64
import binascii
import pickletools
import re
import zlib
from collections.abc import Iterator
from typing import Any

from verisieve.adapters.values import bad, shown, text
from verisieve.errors import InputError
from verisieve.records import Json
from verisieve.rows import loads

MOST = 12 << 20  # characters of all tests: a row of more is longer than `verify` reads
INFLATED = 1 << 28  # bytes that compressed tests may unfold to
_JUDGED = re.compile(
    r"\b(?:print|output|find|choose|report|write|display|return|give)s? any\b"
    r"|\bany (?:of them|of these|one of them|valid|correct|suitable|such|order|possible (?:answer|solution|one|way))\b"
    r"|\b(?:multiple|several|many|more than one) (?:\w+ )?(?:answers?|solutions?|ways?|valid|optimal|correct|such)\b"
    r"|\b(?:absolute|relative) (?:or (?:absolute|relative) )?error\b|\b(?:precision|accuracy|arbitrary order)\b"
    r"|\binteractive\b|\bflush",
    re.IGNORECASE,
)
_STANDARD = ("", "stdin", "stdout", "standard input", "standard output")
_SOURCES = ("unknown", "codechef", "codeforces", "hackerearth", "codejam", "", "atcoder", "aizu")
_PYTHON3 = (3, "PYTHON3")
_TEXTS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"})
_HARMLESS = frozenset({"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "STOP"})


def contest_tests(value: Json) -> Json:
    """Cases of standard input of a record of CodeContests; one whose judge we cannot know is refused."""
    record = _record(value)
    found = _JUDGED.search(text(record.get("description")))
    if found:
        raise bad(f"needs a judge of its own: {shown(found[0])}")
    for name in ("input_file", "output_file"):
        if str(record.get(name) or "").strip().lower() not in _STANDARD:
            raise bad(f"{name} is {shown(record[name])}: only standard input and output are judged")
    kinds = ("public_tests", "private_tests", "generated_tests")
    pairs = [pair for kind in kinds for pair in _columns(record.get(kind), "input", "output")]
    told: dict[str, str] = {}
    for given, wanted in pairs:
        if told.setdefault(text(given), text(wanted)).split() != wanted.split():
            raise bad(f"needs a judge of its own: one input has two answers, {shown(told[given])} and {shown(wanted)}")
    return _sized([{"stdin": given, "stdout": wanted} for given, wanted in told.items()])


def contest_reference(value: Json) -> Json:
    """The first published solution in Python 3 of a record of CodeContests, null where there is none."""
    pairs = _columns(_record(value).get("solutions"), "language", "solution")
    return next((code for language, code in pairs if language in _PYTHON3), None)


def contest_solution(value: Json) -> Json:
    """The first published solution in Python 3; a record without one is refused."""
    found = contest_reference(value)
    if found is None:
        raise bad("no published solution is in Python 3")
    return found


def contest_source(value: Json) -> Json:
    """The site that a number of CodeContests stands for.

    >>> contest_source(2)
    'codeforces'
    """
    known = isinstance(value, int) and 0 <= value < len(_SOURCES)
    return _SOURCES[value] if known else str(value).lower()


def live_style(value: Json) -> Json:
    """How a record of LiveCodeBench is tested: `calls` where its metadata name a function, else `stdin`."""
    return "calls" if _function(_record(value)) else "stdin"


def live_entry(value: Json) -> Json:
    """The method that a record of LiveCodeBench asks for, null where it asks for a program."""
    name = _function(_record(value))
    return f"Solution().{name}" if name else None


def live_tests(value: Json) -> Json:
    """The public and the private tests of a record of LiveCodeBench."""
    record = _record(value)
    tests = [*_live(record.get("public_test_cases")), *_live(record.get("private_test_cases"))]
    for test in tests:
        if not isinstance(test, dict) or not all(isinstance(test.get(key), str) for key in ("input", "output")):
            raise bad(f"not a test with input and output: {shown(test)}")
    if not _function(record):
        return _sized([{"stdin": test["input"], "stdout": test["output"]} for test in tests])
    calls = [
        {"args": [loads(line) for line in test["input"].split("\n") if line.strip()], "expected": loads(test["output"])}
        for test in tests
    ]
    return _sized(calls, sum(len(test["input"]) + len(test["output"]) for test in tests))


def pickled_text(data: bytes) -> str:
    """Return the text of a pickle that holds a text and nothing else; raise InputError for any other.

    The opcodes are looked at and never carried out.
    """
    found: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name in _TEXTS:
                found.append(str(argument))
            elif opcode.name not in _HARMLESS:
                raise bad(f"a pickle that holds more than a text: {opcode.name}")
    except (ValueError, IndexError, OverflowError, MemoryError) as error:
        raise bad(f"not a pickle of a text: {error}") from error
    if len(found) != 1:
        raise bad(f"a pickle of {len(found)} texts")
    return found[0]


def _live(value: Json) -> list[Any]:
    """Tests as a list, as JSON text, or as base64 of compressed pickled JSON text."""
    if isinstance(value, str):
        try:
            value = loads(value)
        except InputError:
            value = loads(_unpacked(value))
    if not isinstance(value, list):
        raise bad(f"tests are no list: {shown(value)}")
    return value


def _unpacked(packed: str) -> str:
    try:
        unfold = zlib.decompressobj()
        data = unfold.decompress(base64.b64decode(packed, validate=True), INFLATED)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise bad(f"tests are neither JSON nor compressed: {error}") from error
    if not unfold.eof:
        raise bad(f"compressed tests are cut off, or unfold to more than {INFLATED:,} bytes")
    return pickled_text(data)


def _function(record: dict[str, Json]) -> str:
    told = record.get("metadata")
    told = loads(told) if isinstance(told, str) and told.strip() else told
    name = told.get("func_name") if isinstance(told, dict) else None
    if name is not None and not (isinstance(name, str) and name.isidentifier()):
        raise bad(f"func_name is no name: {shown(name)}")
    return name or ""


def _columns(value: Json, *names: str) -> Iterator[tuple[Any, ...]]:
    """Items of a list of objects, or of an object of lists."""
    if isinstance(value, dict):
        columns = [column for name in names if isinstance(column := value.get(name), list)]
        if len(columns) != len(names) or len({len(column) for column in columns}) != 1:
            raise bad(f"not as many of {' and '.join(names)}: {shown(value)}")
        yield from zip(*columns, strict=True)
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, dict):
            raise bad(f"not an object with {' and '.join(names)}: {shown(item)}")
        yield tuple(item.get(name) for name in names)


def _sized(tests: list[Any], size: int | None = None) -> list[Any]:
    size = sum(len(part) for test in tests for part in test.values()) if size is None else size
    if not tests:
        raise bad("no tests")
    if size > MOST:
        raise bad(f"tests of {size:,} characters; at most {MOST:,} fit into a row")
    return tests


def _record(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise bad('needs the whole record: from = "$record"')
    return value
