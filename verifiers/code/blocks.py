"""Finding a brace language's program in a model's reply: in fenced blocks, between prose, or as a body for the prompt.

Runs nothing. Python has a grammar at hand and its own `extract`; here brackets tell what is complete.
"""

from __future__ import annotations

import itertools
import re

from verisieve.verifiers import replies
from verisieve.verifiers.code.braces import Syntax, complete, definitions, end_of_body, mask, open_brackets
from verisieve.verifiers.code.extract import Source

MAX_SCANNED = 200_000  # characters; longer text is taken as it is
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_COMMENT = re.compile(r"\s*(?://|/?\*)")
_PROSE = re.compile(
    r"[\s*\d.-]*[A-Za-z][\w'`-]*,?(?: [^\s;{}=]+){2,}[.:!?]\s*$"
)  # a sentence, which brackets do not tell from code
_STATEMENT = re.compile(
    r"\s*(?:(?:return|if|for|while|switch|match|try|throw|let|const|var)\b|\})|.*(?:[;{]|[^=!<>]=.*)$"
)


def find(reply: str, entry: str, prompt: str, syntax: Syntax) -> Source | None:
    """Return the program in a reply, with the prompt's own code before the entry point as its context.

    An empty entry point asks for a whole program. `None` means that the reply holds no code at all.
    """
    shown = replies.visible(reply).replace("\r\n", "\n").replace("\r", "\n")
    stub = open_prompt(prompt, entry, syntax)
    blocks = _blocks(shown, syntax)
    if len(shown) > MAX_SCANNED:
        return Source(blocks[-1] if blocks else shown, "")
    if not blocks:
        return _from_prose(_outside(shown), entry, stub, syntax)
    if not entry:
        return Source(next((block for block in reversed(blocks) if complete(block, syntax)), blocks[-1]), "")
    return _from_blocks(blocks, entry, stub, syntax)


def open_prompt(prompt: str, entry: str, syntax: Syntax) -> str:
    """Return a prompt that is code and ends inside the entry point's body, else nothing."""
    prompt = prompt.replace("\r\n", "\n")
    if not entry or len(prompt) > MAX_SCANNED or entry not in definitions(prompt, syntax):
        return ""
    masked = mask(prompt, syntax)
    return prompt if masked.whole and open_brackets(masked.text) else ""


def head(stub: str, entry: str, syntax: Syntax) -> str:
    """Return what stands before the entry point in an open prompt: imports and helpers."""
    return stub[: definitions(stub, syntax)[entry]] if stub else ""


def _blocks(text: str, syntax: Syntax) -> list[str]:
    names = syntax.fences | {""}
    return [
        fence.body for fence in replies.fences(text) if fence.body.strip() and fence.language.strip("{}. ") in names
    ]


def _outside(text: str) -> str:
    """The text without its fenced blocks, which are of other languages here."""
    for fence in replies.fences(text):
        text = text.replace(fence.body, "\n", 1)
    return re.sub(r"^[ \t]*(?:`{3,}|~{3,}).*$", "", text, flags=re.MULTILINE)


def _from_blocks(blocks: list[str], entry: str, stub: str, syntax: Syntax) -> Source:
    defining = [index for index, block in enumerate(blocks) if entry in definitions(block, syntax)]
    if defining:
        index = next((index for index in reversed(defining) if complete(blocks[index], syntax)), defining[-1])
        return Source(_with_helpers(blocks, index, syntax), head(stub, entry, syntax))
    for block in reversed(blocks):
        if stub and _is_body(block, stub, syntax):
            return Source(_continue(stub, block, syntax), "")
    return Source(blocks[-1], head(stub, entry, syntax))


def _with_helpers(blocks: list[str], index: int, syntax: Syntax) -> str:
    """Put earlier complete blocks before the chosen one where it uses what they define and it does not."""
    chosen = blocks[index]
    own = definitions(chosen, syntax)
    helpers = []
    for block in blocks[:index][-20:]:
        names = definitions(block, syntax)
        used = any(re.search(rf"\b{re.escape(name)}\b", chosen) for name in names)
        if used and not own.keys() & names.keys() and complete(block, syntax):
            helpers.append(block)
    return "\n\n".join([*helpers, chosen])


def _is_body(text: str, stub: str, syntax: Syntax) -> bool:
    """Whether text reads as the inside of a function: it closes the prompt, or its first line is a statement."""
    if complete(stub + "\n" + text, syntax):
        return True
    lines = [line for line in text.splitlines() if line.strip() and not _COMMENT.match(line)]
    return bool(lines) and bool(_STATEMENT.match(lines[0]))


def _continue(stub: str, text: str, syntax: Syntax) -> str:
    """Put a function's body under the prompt, with the closing brackets that it may lack, without what follows it."""
    code = stub + "\n" + _without_prose(text)
    end = end_of_body(code, syntax, len(stub))
    if end is not None:
        helped = complete(code, syntax) and definitions(code[end:], syntax)
        return code if helped else code[:end] + "\n"
    if not complete(text, syntax):
        return code
    left = open_brackets(mask(code, syntax).text) or ""
    return code + "\n" + "".join(_CLOSERS[bracket] for bracket in reversed(left)) + "\n"


def _without_prose(text: str) -> str:
    """Drop sentences and empty lines from the end."""
    lines = text.splitlines(keepends=True)
    while lines and (not lines[-1].strip() or _PROSE.match(lines[-1])):
        lines.pop()
    return "".join(lines)


def _from_prose(text: str, entry: str, stub: str, syntax: Syntax) -> Source | None:
    """Read a reply without fences of the language: a program between lines of prose, or a body."""
    code = _longest_program(text, entry, syntax)
    if code is not None:
        return Source(code, head(stub, entry, syntax))
    if stub and _is_body(text, stub, syntax):
        return Source(_continue(stub, text, syntax), "")
    if complete(text, syntax) and any(syntax.opening.match(line) for line in text.splitlines()):
        return Source(text, "")
    return None


def _longest_program(text: str, entry: str, syntax: Syntax) -> str | None:
    """Cut prose off both ends until complete code is left; else keep all from the first line of code on."""
    lines = text.splitlines(keepends=True)
    starts = [index for index, line in enumerate(lines) if syntax.opening.match(line)]
    ends = [
        index for index in range(len(lines), 0, -1) if lines[index - 1].strip() and not _PROSE.match(lines[index - 1])
    ]
    if not starts or (entry and entry not in definitions("".join(lines[starts[0] :]), syntax)):
        return None
    tries = min(600, 2_000_000 // (len(text) + 1))  # scanning is the cost: a long text gets few cuts
    for start, end in itertools.islice(itertools.product(starts[:20], ends[:60]), tries):
        code = "".join(lines[start:end])
        if complete(code, syntax) and (not entry or entry in definitions(code, syntax)):
            return code
    return "".join(lines[starts[0] :])
