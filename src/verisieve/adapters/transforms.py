"""Named transforms that an adapter's `do` may call: one JSON value in, one out.

Runs nothing: code is parsed at most. A value that a transform cannot use raises InputError with the reason.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from verisieve.adapters import apps
from verisieve.errors import InputError
from verisieve.records import Json, Reason
from verisieve.rows import loads

_DECLARED = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:=\s*(?:async\s*)?)?\(")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def after_hashes(value: Json) -> Json:
    """The text after the last `####`, where GSM8K puts the final answer.

    >>> after_hashes("2 * 3 = 6\\n#### 6")
    '6'
    """
    return _after(value, "####")


def after_a(value: Json) -> Json:
    """The text after the last line start `A:`, where GSM8K's recorded solutions put the final answer."""
    return _after("\n" + _text(value), "\nA:")


def answer_type(value: Json) -> Json:
    """What an answer is judged as: a choice in brackets, a number, or any other text.

    >>> answer_type("(B)"), answer_type("-12"), answer_type("Yes")
    ('choice', 'number', 'text')
    """
    text = _text(value).strip()
    if re.fullmatch(r"\([A-Z]\)", text):
        return "choice"
    return "number" if re.fullmatch(r"[+-]?[\d,]*\.?\d+", text) else "text"


def stated_answer(value: Json) -> Json:
    """Whether BBH's published rule finds the target: [output, target]; a full stop at the end does not count.

    >>> stated_answer(["It is late. So the answer is (A).", "(A)"]), stated_answer(["(B)", "(A)"])
    (True, False)
    """
    if not isinstance(value, list) or len(value) != 2:
        raise _bad("needs an output and a target")
    return _text(value[0]).partition("the answer is ")[2].removesuffix(".") == value[1] or value[0] == value[1]


def last_question(value: Json) -> Json:
    """The question after solved examples: between the last line start `Q:` and the `A:` after it.

    >>> last_question("Add.\\n\\nQ: 1+1\\nA: 2\\n\\nQ: 1+2\\nA: Let's think.")
    '1+2'
    """
    _, found, rest = ("\n" + _text(value)).rpartition("\nQ:")
    question, ended, _ = rest.partition("\nA:")
    if not found or not ended or not question.strip():
        raise _bad("no question between `Q:` and `A:`")
    return question.strip()


def last_boxed(value: Json) -> Json:
    """What the last `\\boxed{...}` of a solution holds, braces balanced; `\\boxed 3` and `\\fbox{...}` count too.

    >>> last_boxed(r"so $\\boxed{\\frac{1}{2}}$."), last_boxed(r"$\\boxed 5$")
    ('\\\\frac{1}{2}', '5')
    """
    text = _text(value)
    found = list(re.finditer(r"\\f?box(?:ed)?(?![A-Za-z])\s*", text))
    if not found:
        raise _bad("nothing is boxed")
    rest = text[found[-1].end() :]
    if not rest.startswith("{"):
        return re.split(r"[\s$]", rest, maxsplit=1)[0]
    depth = 0
    for mark in re.finditer(r"\\[{}\\]|[{}]", rest):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return rest[1 : mark.start()].strip()
    raise _bad("the last box is not closed")


def plain_number(value: Json) -> Json:
    """A number as plain digits: no grouping commas, no leading zeros, no `.0`.

    >>> plain_number("2,125"), plain_number(27.0), plain_number("025"), plain_number("-0.50")
    ('2125', '27', '25', '-0.5')
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _bad(f"not a number: {_shown(value)}")
    text = str(value).strip()
    text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _bad(f"not a number: {_shown(value)}") from error
    if not number.is_finite() or abs(number.adjusted()) > 1000:
        raise _bad(f"not a number of a usable size: {_shown(value)}")
    digits = format(number, "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in ("-0", "") else digits


def python_block(value: Json) -> Json:
    """Code in a fenced block, as a model would answer; the fence is longer than any run of backquotes inside."""
    return _block(_text(value), "python")


def code_block(value: Json) -> Json:
    """Code in a fenced block that names no language."""
    return _block(_text(value), "")


def sql_blocks(value: Json) -> Json:
    """Each of several queries in a fenced block of its own, as replies of a model.

    >>> sql_blocks(["SELECT 1"])
    ['```sql\\nSELECT 1\\n```\\n']
    """
    if not isinstance(value, list) or not value:
        raise _bad("needs a list of queries")
    return [_block(_text(query), "sql") for query in value]


def rest(value: Json) -> Json:
    """All items of a list but the first."""
    if not isinstance(value, list) or not value:
        raise _bad("not a list with items")
    return value[1:]


def declared_name(value: Json) -> Json:
    """The function that the last line of a declaration in a brace language begins.

    >>> declared_name("const a = 1;\\nconst f = (x) => {\\n"), declared_name("func F(x []int) bool {")
    ('f', 'F')
    """
    lines = _text(value).strip().splitlines()
    found = _DECLARED.search(lines[-1]) if lines else None
    if found is None:
        raise _bad("its last line begins no function")
    return found[1]


def helper_code(value: Json) -> Json:
    """What stands above the last function of a HumanEval prompt, if that includes a function; else empty.

    Its tests may call these helpers, and must not call what the candidate made of them.
    """
    prompt = _text(value)
    body = _parse(prompt).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if len(functions) < 2:
        return ""
    first_line = min([functions[-1].lineno, *(mark.lineno for mark in functions[-1].decorator_list)])
    return "".join(prompt.splitlines(keepends=True)[: first_line - 1]).strip() + "\n"


def called_function(value: Json) -> Json:
    """The one function that every assert calls: [asserts] or [asserts, solution], which settles what is a class.

    >>> called_function([["assert set(f(1)) == {1}", "assert set(f(2)) == {2}"], "def f(x): ..."])
    'f'
    """
    if not isinstance(value, list) or not value or not isinstance(value[0], list) or not value[0]:
        raise _bad("needs a list of asserts")
    tests = [_calls(_parse(_text(test))) for test in value[0]]
    found = [name for name in tests[0] if all(name in calls for calls in tests)]
    if len(value) > 1:
        defined = {node.name for node in _parse(_text(value[1])).body if isinstance(node, ast.FunctionDef)}
        found = [name for name in found if name in defined] or found
    if len(found) > 1:  # a task may be called `sum`, so builtins go only where something else is left
        found = [name for name in found if not hasattr(builtins, name)] or found
    if len(found) != 1:
        raise _bad(f"no single function is called by every assert: {', '.join(found) or 'none'}")
    return found[0]


def open_function(value: Json) -> Json:
    """The function inside whose body a prompt of a language with braces ends, comments aside.

    >>> open_function("int g(int x) { return x; }\\nint f(int x) { // to do\\n")
    'f'
    """
    plain = re.sub(r"//[^\n]*|/\*(?s:.)*?\*/", " ", _text(value)).rstrip()
    plain = re.sub(r"\b(interface|struct) *\{ *\}", r"\1", plain)  # types of Go
    found = re.search(r"(\w+)\s*(?:<[^(){}]*>\s*)?\((?:[^(){}]|\([^(){}]*\))*\)(?:\s*->[^{};]*|[^(){};]*)\{$", plain)
    if found is None:
        raise _bad(f"does not end inside a function: {_shown(value)}")
    return found[1]


def first(value: Json) -> Json:
    """The first item of a list."""
    if not isinstance(value, list) or not value:
        raise _bad(f"no list with an item: {_shown(value)}")
    return value[0]


def concat(value: Json) -> Json:
    """A list of lists as one list."""
    if not isinstance(value, list) or not all(isinstance(item, list) for item in value):
        raise _bad(f"not a list of lists: {_shown(value)}")
    return [item for part in value for item in part]


def strip(value: Json) -> Json:
    """Text without blanks around it."""
    return _text(value).strip()


def text(value: Json) -> Json:
    """A number or text as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _bad(f"neither text nor a number: {_shown(value)}")
    return str(value)


def integer(value: Json) -> Json:
    """A whole number, given as such or as text."""
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,18}\s*", value):
        return int(value)
    if type(value) is int or (isinstance(value, float) and value.is_integer()):
        return int(value)
    raise _bad(f"not a whole number: {_shown(value)}")


def number(value: Json) -> Json:
    """A finite number, given as such or as text."""
    return float(plain_number(value))


def boolean(value: Json) -> Json:
    """True or false, given as such or as `true`, `false`, `yes`, `no`, 1, 0."""
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise _bad(f"neither true nor false: {_shown(value)}")
    return found


def parse_json(value: Json) -> Json:
    """A value from its JSON text, as CSV cells hold it."""
    return loads(_text(value))


TRANSFORMS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            after_a,
            after_hashes,
            answer_type,
            boolean,
            called_function,
            code_block,
            concat,
            declared_name,
            first,
            helper_code,
            integer,
            last_boxed,
            last_question,
            number,
            open_function,
            parse_json,
            plain_number,
            python_block,
            rest,
            sql_blocks,
            stated_answer,
            strip,
            text,
        )
    }
    | {"apps_entry": apps.entry, "apps_style": apps.style, "apps_tests": apps.tests}
)


def _after(value: Json, mark: str) -> str:
    _, found, rest = _text(value).rpartition(mark)
    if not found or not rest.strip():
        raise _bad(f"nothing follows {mark.strip()!r}")
    return rest.strip()


def _block(code: str, language: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}\n"


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise _bad(f"not text: {_shown(value)}")
    return value


def _parse(code: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # foreign code's odd escapes are its own affair
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _bad(f"not Python code: {error}") from error


def _calls(tree: ast.AST) -> list[str]:
    """Names called as plain functions, outermost first, each once."""
    names = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return list(dict.fromkeys(names))


def _bad(message: str) -> InputError:
    return InputError(Reason.BAD_ROW, message)


def _shown(value: Json) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= 60 else shown[:60] + "…"
