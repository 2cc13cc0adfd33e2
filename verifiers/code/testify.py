"""The Go package `testify` for the tests' box: our functions, and what is made of each of them.

Of `func Equal(t TestingT, expected, actual any, extra ...any) bool` are made the method of Assertions, the variant
with a format `Equalf`, its method, and all four in the package require.
"""

from __future__ import annotations

import re
from functools import cache

_FUNCTION = re.compile(r"^func ([A-Z]\w*)\(t TestingT, (.*), extra \.\.\.interface\{\}\) bool \{$", re.MULTILINE)
_PATH = "github.com/stretchr/testify"


@cache
def files(source: str) -> dict[str, bytes]:
    """Return the files by their place under `src`, given the source of our functions."""
    found = _FUNCTION.findall(source)
    made = "package assert\n" + "".join(_variants(name, parameters) for name, parameters in found)
    same = "".join(f"var {name}, {name}f = assert.{name}, assert.{name}f\n" for name, _ in found)
    required = f'package require\nimport "{_PATH}/assert"\ntype Assertions = assert.Assertions\nvar New = assert.New\n'
    return {
        f"{_PATH}/assert/assert.go": source.encode(),
        f"{_PATH}/assert/variants.go": made.encode(),
        f"{_PATH}/require/require.go": (required + same).encode(),
    }


def _variants(name: str, parameters: str) -> str:
    arguments = ", ".join(part.split()[0] for part in parameters.split(", "))
    spread, told = "extra ...interface{}", "format string, args ...interface{}"
    joined = "append([]interface{}{format}, args...)..."
    return (
        f"func (a *Assertions) {name}({parameters}, {spread}) bool {{ return {name}(a.t, {arguments}, extra...) }}\n"
        f"func {name}f(t TestingT, {parameters}, {told}) bool {{ return {name}(t, {arguments}, {joined}) }}\n"
        f"func (a *Assertions) {name}f({parameters}, {told}) bool {{ return {name}(a.t, {arguments}, {joined}) }}\n"
    )
