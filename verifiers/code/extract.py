"""Finding the program in a model's reply; runs nothing, and parses only to see whether text is complete."""

from __future__ import annotations

import ast
import itertools
import re
import textwrap
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers import replies
from verisieve.verifiers.code import parsing

MAX_PARSED = 200_000  # characters; longer text is taken as it is
_OTHER = re.compile(  # languages that are not Python, as fences name them
    r"bash|sh|shell|zsh|console|terminal|output|stdout|json|yaml|toml|xml|html|css|sql|js|javascript|jsx|ts|typescript|"
    r"java|kotlin|c|cpp|c\+\+|c#|cs|csharp|go|golang|rust|ruby|php|perl|swift|scala|haskell|r|julia|lua|diff|md|markdown"
)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})([^`\n]*)$", re.MULTILINE)
_PROMPT_MARK = re.compile(r"^(?:>>>|\.\.\.) ?", re.MULTILINE)
_STATEMENT = re.compile(
    r"^(?:def |async def |class |import |from \w[\w.]* import |@\w|[A-Za-z_]\w* *(?::[^=\n]+)?=(?!=))"
)
_BODY_START = re.compile(
    r"^[ \t]+(?:(?:return|raise|pass|try|yield)\b|"
    r"(?:if|for|while|with|def|assert|import|from|global|nonlocal|del|match) |"
    r"\"\"\"|\'\'\'|#|@|[\w.,\[\]\"'()* ]+(?:[-+*/%&|^]|//|\*\*|<<|>>)?=|[\w.]+\()"
)


# Fixed patterns: one made of a name would be compiled anew for each problem.
_BINDING = re.compile(r"^(?:(?:(?:async +)?def|class) +(\w+)|(\w+) *(?::[^=\n]+)?=(?!=))", re.MULTILINE)
_IMPORT = re.compile(r"^(?:from [\w.]+ import|import) (.*)", re.MULTILINE)
_WORD = re.compile(r"\w+")


class Source(NamedTuple):
    """The program to run, and the prompt's own code that it may lean on."""

    code: str
    context: str


def defines(code: str, name: str) -> bool:
    """Whether text defines a name at its left margin.

    >>> defines("def f(x):\\n    return x", "f")
    True
    """
    if name not in code:
        return False
    bound = (match[1] or match[2] for match in _BINDING.finditer(code))
    return name in bound or any(name in _WORD.findall(match[1]) for match in _IMPORT.finditer(code))


def complete(code: str) -> bool:
    """Whether text is a whole Python program, as far as its grammar tells."""
    return len(code) > MAX_PARSED or parsing.tree(code) is not None


def program(text: str, entry: str, prompt: str = "") -> Source | None:
    """Return the program in a reply: a block that defines the entry point, a whole program, or a body for the prompt.

    `None` means that the reply holds no code at all.
    """
    shown = replies.visible(text).replace("\r\n", "\n").replace("\r", "\n")
    whole_program = shown.lstrip()
    if shown[:1].isspace() and not defines(shown, entry) and defines(whole_program, entry) and complete(whole_program):
        shown = whole_program  # a blank before its first line is none of it
    stub = prompt_code(prompt, entry)
    blocks = _blocks(shown)
    if not any(defines(block, entry) for block in blocks) and defines(_outside(shown), entry):
        return _from_prose(_outside(shown), entry, stub)
    return _from_blocks(blocks, entry, stub) if blocks else _from_prose(shown, entry, stub)


def whole(text: str) -> str | None:
    """Return the program of a reply for tests without an entry point: the last complete block, or everything."""
    shown = replies.visible(text).replace("\r\n", "\n").replace("\r", "\n")
    blocks = _blocks(shown)
    if blocks:
        return next((block for block in reversed(blocks) if complete(block)), blocks[-1])
    return shown if shown.strip() and (complete(shown) or _STATEMENT.match(shown.lstrip())) else None


@lru_cache(maxsize=256)  # of all replies to one problem
def prompt_code(prompt: str, entry: str) -> str:
    """Return the prompt where it is itself Python that defines the entry point, else nothing."""
    prompt = prompt.replace("\r\n", "\n")
    return prompt if entry and defines(prompt, entry) and complete(prompt) else ""


def plain_classes(code: str) -> tuple[str, ...]:
    """Return the classes that a text defines at its margin and that have no bases.

    >>> plain_classes("class Node: pass\\nclass Colour(Enum): RED = 1")
    ('Node',)
    """
    tree = parsing.tree(code) if code else None
    body = tree.body if tree else []
    return tuple(node.name for node in body if isinstance(node, ast.ClassDef) and not node.bases and not node.keywords)


def _blocks(text: str) -> list[str]:
    """The fenced blocks that may hold Python; interpreter prompts are taken off."""
    found = [fence for fence in replies.fences(text) if fence.body.strip()]
    return [_plain(fence.body) for fence in found if not _OTHER.fullmatch(fence.language.strip("{}. "))]


def _plain(body: str) -> str:
    lines = body.splitlines()
    if lines and lines[0].startswith(">>> "):
        kept = [line for line in lines if line.startswith((">>>", "..."))]
        return _PROMPT_MARK.sub("", "\n".join(kept)) + "\n"
    return _dedent(body)


def _dedent(body: str) -> str:
    """Take off the margin of a block that stands in a list, but not the margin of a function body."""
    first = next((line for line in body.splitlines() if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip())]
    if not margin or not _STATEMENT.match(first.lstrip()):
        return body
    lines = body.splitlines(keepends=True)
    if all(line.startswith(margin) or not line.strip() for line in lines) and re.match(
        r"(?:async )?def |class |from |import |@", first.lstrip()
    ):
        return "".join(line.removeprefix(margin) for line in lines)
    return body


def _outside(text: str) -> str:
    """The text without its fenced blocks."""
    kept, marks = list[str](), ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if match and not marks:
            marks = match[1]
        elif match and match[1].startswith(marks) and not match[2].strip():
            marks = ""
        elif not marks:
            kept.append(line)
    return "".join(kept)


def _from_blocks(blocks: list[str], entry: str, stub: str) -> Source:
    defining = [index for index, block in enumerate(blocks) if defines(block, entry)]
    if defining:
        several = len(defining) > 1
        index = next((index for index in reversed(defining) if several and complete(blocks[index])), defining[-1])
        return Source(_with_helpers(blocks, index), stub)
    for block in reversed(blocks):
        if stub and is_body(block):
            return Source(_continue(stub, block), "")
    return Source(blocks[-1], stub)


def _with_helpers(blocks: list[str], index: int) -> str:
    """Put earlier blocks of pure definitions before the chosen one: replies often show helpers apart."""
    chosen = blocks[index]
    helpers = [block for block in blocks[:index][-20:] if len(chosen) <= MAX_PARSED and _helps(block, chosen)]
    return "\n\n".join([*helpers, chosen]) if helpers and complete(chosen) else chosen


def _helps(block: str, chosen: str) -> bool:
    names = re.findall(r"^(?:async +)?(?:def|class) +(\w+)", block, re.MULTILINE)
    names += re.findall(r"^([A-Z_][A-Z0-9_]*) *=", block, re.MULTILINE)
    if not names or len(names) > 50 or not complete(block):
        return False
    return any(re.search(rf"\b{name}\b", chosen) and not defines(chosen, name) for name in names)


def is_body(code: str) -> bool:
    """Whether text reads as the inside of a function.

    >>> is_body("    return x + 1\\n"), is_body("def f(x):\\n    return x"), is_body("I think so.")
    (True, False, False)
    """
    first = next((line for line in code.splitlines() if line.strip()), "")
    if first[:1] not in (" ", "\t"):
        if not complete("def body():\n" + _indented(code)):
            return False
        return _returns_outside(code) or (
            bool(re.search(r"^\s*return\b", code, re.MULTILINE)) and not _defines_any(code)
        )
    return bool(_BODY_START.match(first)) or complete("def body():\n" + _indented(code))


def _returns_outside(code: str) -> bool:
    """Whether a `return` stands outside every function, so that the text must be the inside of one."""
    tree = parsing.tree(code) if len(code) <= MAX_PARSED else None
    nodes: list[ast.AST] = [tree] if tree else []
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Return):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            nodes += ast.iter_child_nodes(node)
    return False


def _defines_any(code: str) -> bool:
    return bool(re.search(r"^(?:def|class) ", code, re.MULTILINE)) and complete(code)


def _indented(code: str) -> str:
    """Give a function body its margin; one that has it keeps it."""
    lines = code.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    if first[:1] in (" ", "\t"):
        return code
    if complete(code):
        return "".join("    " + line if line.strip() else line for line in lines)
    # The first line lost its margin to a strip(), the others kept theirs.
    return code.replace(first, "    " + first, 1)


def _from_prose(text: str, entry: str, stub: str) -> Source | None:
    """Read a reply without fences: a body, a program, or a program between lines of prose."""
    if not text.strip():
        return None
    if defines(text, entry):
        return Source(text if complete(text) else _longest_program(text, entry), stub)
    if stub and is_body(text):
        return Source(_continue(stub, text), "")
    if complete(text) and any(_STATEMENT.match(line) for line in text.splitlines()):
        return Source(text, stub)
    return None


def _continue(stub: str, text: str) -> str:
    """Put a function body under the prompt; a margin that does not fit the prompt's is made to fit."""
    body = _cut_tail(_indented(text))
    fitted = textwrap.indent(textwrap.dedent(body.expandtabs(4)), "    ")
    codes = [stub.rstrip() + "\n" + candidate for candidate in (body, fitted)]
    return next((code for code in codes if complete(code)), codes[0])


def _cut_tail(body: str) -> str:
    """Drop what a model wrote after the function's end, where only that breaks the body."""
    if complete("def body():\n" + body):
        return body
    lines = body.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if index and line[:1] not in (" ", "\t", "\n", "#", ")", "]", "}") and not _STATEMENT.match(line):
            return "".join(lines[:index])
    return body


def _longest_program(text: str, entry: str) -> str:
    """Cut prose off both ends until Python is left; else keep all from the first statement on."""
    lines = text.splitlines(keepends=True)
    starts = [index for index, line in enumerate(lines) if _STATEMENT.match(line)]
    ends = [index for index in range(len(lines), 0, -1) if lines[index - 1].strip()]
    tries = min(600, 2_000_000 // (len(text) + 1))  # parsing is the cost: a long text gets few cuts
    for start, end in itertools.islice(itertools.product(starts[:20], ends[:60]), tries):
        code = "".join(lines[start:end])
        if defines(code, entry) and complete(code):
            return code
    return "".join(lines[starts[0] :]) if starts else text
