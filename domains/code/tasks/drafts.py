"""A new problem in a model's reply: three headed blocks, read strictly; nothing runs.

### Prompt      a function with a docstring and nothing below it
### Reference   a program that solves it
### Tests       asserts that call it
"""

from __future__ import annotations

import ast
import doctest
import re
from dataclasses import dataclass

from verisieve.verifiers import replies
from verisieve.verifiers.code import literals, parsing
from verisieve.verifiers.code.literals import LiteralError
from verisieve.verifiers.code.parsing import ParseError

LEAST_TESTS = 3
MAX_TEXT = 20_000  # characters of one block
_HEAD = re.compile(r"^#{1,6}[ \t]*\**(?P<name>[A-Za-z]+)\**:?[ \t]*$", re.MULTILINE)
_PARTS = ("prompt", "reference", "tests")


class DraftError(Exception):
    """A reply that is no problem in the form that was asked for; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A problem as a model wrote it; `examples` are the docstring's, as asserts."""

    prompt: str
    entry: str
    reference: str
    tests: tuple[str, ...]
    examples: tuple[str, ...]


def read(text: str) -> Draft:
    """Read a problem; raise DraftError that says which part is wrong."""
    parts = _split(replies.visible(text).replace("\r\n", "\n"))
    function = _stub(parts["prompt"])
    return Draft(
        prompt=parts["prompt"],
        entry=function.name,
        reference=_reference(parts["reference"], function),
        tests=_asserts(parts["tests"], function.name),
        examples=_examples(ast.get_docstring(function) or ""),
    )


def write(prompt: str, reference: str, tests: str) -> str:
    """Write a problem in the form that `read` reads."""
    parts = zip(_PARTS, (prompt, reference, tests), strict=True)
    return "\n".join(f"### {name.capitalize()}\n```python\n{body.rstrip()}\n```\n" for name, body in parts)


def _split(text: str) -> dict[str, str]:
    heads = [head for head in _HEAD.finditer(text) if head["name"].lower() in _PARTS]
    names = [head["name"].lower() for head in heads]
    if names != list(_PARTS):
        raise DraftError(f"the headings are {', '.join(names) or 'missing'}, not prompt, reference, tests")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = {}
    for name, head, end in zip(names, heads, ends, strict=True):
        blocks = replies.fences(text[head.end() : end])
        if len(blocks) != 1 or not blocks[0].closed or len(blocks[0].body) > MAX_TEXT:
            raise DraftError(f"{name} is not one closed block of at most {MAX_TEXT} characters")
        found[name] = blocks[0].body
    return found


def _parse(text: str, part: str) -> ast.Module:
    try:
        return parsing.parse(text)
    except ParseError as error:
        raise DraftError(f"{part} is {error}") from None


def _stub(text: str) -> ast.FunctionDef:
    body = _parse(text, "prompt").body
    function = body[-1] if body else None
    if not isinstance(function, ast.FunctionDef) or not ast.get_docstring(function):
        raise DraftError("prompt does not end with a function that has a docstring")
    if len(function.body) > 1:
        raise DraftError("prompt has statements below the docstring")
    if not all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body[:-1]):
        raise DraftError("prompt holds more than imports and one function")
    return function


def _reference(text: str, stub: ast.FunctionDef) -> str:
    functions = [node for node in _parse(text, "reference").body if isinstance(node, ast.FunctionDef)]
    same = [node for node in functions if node.name == stub.name]
    if len(same) != 1:
        raise DraftError(f"reference does not define {stub.name} once")
    if _parameters(same[0]) != _parameters(stub):
        raise DraftError("reference has other parameters than the prompt")
    return text


def _parameters(function: ast.FunctionDef) -> list[str]:
    given = function.args
    return [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _asserts(text: str, entry: str) -> tuple[str, ...]:
    body = _parse(text, "tests").body
    for node in body:
        if not isinstance(node, ast.Assert):
            raise DraftError(f"tests hold a {type(node).__name__}, and asserts alone are asked for")
        if entry not in {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}:
            raise DraftError(f"a test does not call {entry}")
    tests = tuple(dict.fromkeys(ast.unparse(node) for node in body))
    if len(tests) < LEAST_TESTS:
        raise DraftError(f"tests hold {len(tests)} different asserts, not at least {LEAST_TESTS}")
    return tests


def _examples(docstring: str) -> tuple[str, ...]:
    """The examples as asserts: the value or its `repr` is what stands below."""
    try:
        examples = doctest.DocTestParser().get_examples(docstring)
    except ValueError as error:
        raise DraftError(f"prompt has a malformed example: {str(error)[:200]}") from None
    return tuple(_example(example.source.strip(), example.want.strip()) for example in examples)


def _example(source: str, want: str) -> str:
    tree = _parse(source, "an example of the prompt").body
    if len(tree) != 1 or not isinstance(tree[0], ast.Expr) or not want:
        raise DraftError("an example of the prompt is not one expression with its value")
    try:
        value = literals.read(want)
    except LiteralError:
        return f"assert repr({ast.unparse(tree[0])}) == {want!r}"
    return f"assert {ast.unparse(tree[0])} == {value!r}"
