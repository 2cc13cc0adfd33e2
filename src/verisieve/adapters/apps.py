"""What the records of APPS say of their tests; nothing is run."""

from __future__ import annotations

from verisieve.adapters.values import bad
from verisieve.records import Json
from verisieve.rows import loads


def style(value: Json) -> Json:
    """How a record of APPS is tested: `check` where it names a function, else `stdin`."""
    return "check" if _cases(value)[0] else "stdin"


def entry(value: Json) -> Json:
    """The function that a record of APPS names, from [input_output, starter_code]; null where it names none."""
    if not isinstance(value, list) or len(value) != 2:
        raise bad("needs input_output and starter_code")
    name = _cases(value[0])[0]
    return f"Solution().{name}" if name and "class Solution" in str(value[1]) else name or None


def tests(value: Json) -> Json:
    """The tests of a record of APPS: cases of standard input, or a `check` that calls the function.

    As published, a tuple counts as a list, and an expected value may be wrapped in a list of its own.
    """
    name, inputs, outputs = _cases(value)
    if not name:
        return [
            {
                "stdin": "\n".join(given) if isinstance(given, list) else given,
                "stdout": "\n".join(wanted) if isinstance(wanted, list) else wanted,
            }
            for given, wanted in zip(inputs, outputs, strict=True)
        ]
    return (
        f"INPUTS = {inputs!r}\nOUTPUTS = {outputs!r}\n\n\ndef check(candidate):\n"
        "    for given, wanted in zip(INPUTS, OUTPUTS):\n"
        "        got = candidate(*given)\n"
        "        got = list(got) if isinstance(got, tuple) else got\n"
        "        assert got == wanted or (isinstance(wanted, list) and wanted and got == wanted[0])\n"
    )


def _cases(value: Json) -> tuple[str, list[Json], list[Json]]:
    """The function's name (or nothing), inputs and outputs of `input_output`, which is JSON text or its value."""
    table = loads(value) if isinstance(value, str) and value.strip() else value
    inputs, outputs = (table.get(key) if isinstance(table, dict) else None for key in ("inputs", "outputs"))
    if not isinstance(inputs, list) or not isinstance(outputs, list) or not inputs or len(inputs) != len(outputs):
        raise bad("no tests: needs as many inputs as outputs, at least one")
    name = table.get("fn_name") or ""
    if name and not all(isinstance(given, list) for given in inputs):
        raise bad("inputs of a function must be lists of arguments")
    return name, inputs, outputs
