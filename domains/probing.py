"""What domains make probes of, replies for telling mutants of a checker from the original: broken data, edited texts.

Nothing is vouched for, and nothing is judged here.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from types import ModuleType
from typing import Any

from verisieve.records import Json

MAX_PLACES = 60  # of one piece of data that are broken
FIRST = 2  # items of a list that are broken themselves
_WORD = re.compile(r"[^\W\d_]{2,}|[^\w\s]{1,3}")
_SIGNS = (" ", "\n", "\n\n", ",", ";", ".", ":", "(", ")", "[", "]", '"', "-", "=", "1", "and", "or", "not")
_NUMBERS = (
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"],
    ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th"],
    *([form.format(number) for number in range(1, 10)] for form in ("#{}", "{}.0", "0{}", "{}/1", "-{}", "({})")),
)
_OTHERS: tuple[Json, ...] = (None, "", [], {}, -1, 0, 10**9, 1.5, True, "x", "x\ny", "x" * 61, ["x"], [["x"]], {"x": 1})


def broken(raw: Json) -> Iterator[Json]:
    """Yield copies of some data, one place of each changed: left out, of another type or size, said twice."""
    for path in _places(raw, ())[:MAX_PLACES]:
        value = _at(raw, path)
        for other in (*_near(value), *(each for each in _OTHERS if type(each) is not type(value) or not path)):
            yield _with(raw, path, other)


def _places(raw: Json, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(raw, dict):
        found += [each for key in raw for each in _places(raw[key], (*path, key))]
    elif isinstance(raw, list):
        found += [each for key in range(min(FIRST, len(raw))) for each in _places(raw[key], (*path, key))]
    return sorted(found, key=len)


def _at(raw: Json, path: tuple[Any, ...]) -> Json:
    for key in path:
        raw = raw[key]
    return raw


def _with(raw: Json, path: tuple[Any, ...], value: Json) -> Json:
    if not path:
        return value
    changed = copy.deepcopy(raw)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _near(value: Json) -> Iterator[Json]:
    """Values of the same type."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1, 0, 1, -1, 10**4, 10**9, 10**30)
    elif isinstance(value, str):
        yield from ("", "x", value * 2, value * 400, value[:-1], value[1:], value.upper(), f"{value}\n", f" {value} ")
    elif isinstance(value, list):
        yield from ([], value[:1], value[1:], value[:-1], value[::-1], value * 2, value * 100, [*value, None])
    elif isinstance(value, dict):
        yield from ({key: each for key, each in value.items() if key != gone} for gone in value)
        yield {**value, "x": 1}
        yield dict(reversed(value.items()))


def edited(text: str, rng: Random, count: int) -> Iterator[str]:
    """Yield texts with one slip each: a piece left out, said twice, put elsewhere, or another sign."""
    pieces = re.findall(r"\s+|\d+|[^\W\d]+|.", text)
    for _ in range(count if len(pieces) > 1 else 0):
        k, sign = rng.randrange(len(pieces)), rng.choice(_SIGNS)
        one, other = pieces[k], rng.choice(pieces)
        twins = ((one, one), (), (other,), (one, sign), (sign, one), (sign,), (one.upper(),), (other, " ", one))
        yield "".join((*pieces[:k], *rng.choice(twins), *pieces[k + 1 :]))


def spelt(text: str) -> Iterator[str]:
    """Yield texts with their small numbers in words, as ordinals, behind a sign, as fractions, padded."""
    for form in _NUMBERS:
        yield re.sub(r"(?<!\d)[1-9](?!\d)", lambda found, form=form: form[int(found[0]) - 1], text)  # type: ignore[misc]


def as_json(value: Any) -> Iterator[str]:
    """Yield an answer as JSON of several shapes: as it is, in an object, by number, a list of its entries."""
    plain = _plain(value)
    shapes = [plain, {"answer": plain}]
    if isinstance(plain, dict):
        shapes += [{key.lower(): each for key, each in plain.items()}, list(plain.items()), list(plain.values())]
        shapes += [[{"name": key, "value": each} for key, each in plain.items()], {"x": plain, "y": plain}]
    elif isinstance(plain, list):
        numbered = dict(enumerate(plain, 1))
        shapes += [numbered, {f"step {number}": each for number, each in numbered.items()}, [plain], plain[::-1]]
        shapes += [[{"step": number, "move": each} for number, each in numbered.items()], " ".join(map(str, plain))]
    yield from (json.dumps(shape) for shape in shapes)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(each) for each in value), key=repr)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def words(modules: Iterable[ModuleType]) -> list[str]:
    """Return the words and signs in the constants of some modules, patterns included, each once and in order."""
    found = dict[str, None]()
    for module in modules:
        for name, value in vars(module).items():
            if not name.startswith("__"):
                found.update(dict.fromkeys(_texts(value, 3)))
    return list(found)


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, re.Pattern):
        value = re.sub(r"\\[a-zA-Z]|\(\?[a-z!:=<]+", " ", str(value.pattern))
        yield from _WORD.findall(value)
    elif isinstance(value, str) and len(value) < 400:
        yield value if len(value) < 40 else value.split()[0]
        yield from (_WORD.findall(value) if depth < 3 or " " in value else ())
    elif isinstance(value, Mapping) and depth:
        for each in (*value.keys(), *value.values()):
            yield from _texts(each, depth - 1)
    elif isinstance(value, tuple | list | frozenset | set) and depth:
        for each in sorted(value, key=repr):
            yield from _texts(each, depth - 1)
