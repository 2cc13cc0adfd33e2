"""Programs of brace languages in replies: fenced, between prose, as a body for the prompt, cut off."""

from __future__ import annotations

import time

import pytest

from verisieve.verifiers.code import blocks
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages.javascript import SYNTAX

PROMPT = "/* It's doubled. */\nconst twice = (x) => 2 * x\n\nconst f = (x) => {\n"
HEAD = PROMPT[: PROMPT.index("const f")]
PROGRAM = "function f(x) {\n  return x; // it's }\n}\n"


def find(reply: str, entry: str = "f", prompt: str = "") -> Source | None:
    """Find a program."""
    return blocks.find(reply, entry, prompt, SYNTAX)


REPLIES = {
    "a fence": f"```js\n{PROGRAM}```",
    "a fence without a name": f"So:\n\n```\n{PROGRAM}```\nDone.",
    "another fence": f"~~~JavaScript\n{PROGRAM}~~~",
    "nothing around": PROGRAM,
    "prose around": f"Here's what I'd do:\n\n{PROGRAM}\nThis works because it's simple.\nIt can't fail, can it?",
    "a thought before": f"<think>```js\nfunction f() {{}}\n```</think>\n{PROGRAM}",
    "a draft before": f"```js\nfunction f() {{ }}\n```\nBetter:\n```js\n{PROGRAM}```",
    "a use after": f"```js\n{PROGRAM}```\n```js\nconsole.log(f(1))\n```",
    "another language after": f"```js\n{PROGRAM}```\nIn Python:\n```python\ndef f(x): return x\n```",
    "cut off after": f"```js\n{PROGRAM}```\nOr:\n```js\nfunction f(x) {{ return",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
def test_the_program_of_a_reply_is_found(reply: str) -> None:
    """The last complete block that defines the entry point, or a program between prose."""
    found = find(reply)
    assert found is not None
    assert found.code.strip() == PROGRAM.strip()


@pytest.mark.parametrize("reply", ["", "I can't help.", "```python\ndef f(x): return x\n```", "<think>\n" + PROGRAM])
def test_no_program_is_none(reply: str) -> None:
    """A refusal, another language and a thought hold no program."""
    assert find(reply, prompt=PROMPT) is None


@pytest.mark.parametrize(
    "reply",
    [
        "  return twice(x)\n}",
        "  return twice(x)\n",
        "return twice(x)",
        "```js\n  return twice(x)\n}\n```",
        "```\n  return twice(x)\n```",
        "  return twice(x)\n}\nHope this helps!",
        "  return twice(x)\n}\nf(1) {",
    ],
)
def test_a_body_continues_the_prompt(reply: str) -> None:
    """Closing brackets that are missing are added, and what follows the function is left out."""
    found = find(reply, prompt=PROMPT)
    assert found is not None
    assert "".join(found.code.split()) == "".join((PROMPT + "return twice(x)}").split())
    assert found.context == ""


def test_a_whole_program_has_the_prompt_s_helpers_as_context() -> None:
    """What stands before the entry point in the prompt comes along, apart from the program."""
    assert find(f"```js\n{PROGRAM}```", prompt=PROMPT) == Source(PROGRAM, HEAD)
    assert find(f"```js\n{PROGRAM}```", prompt="Write f.") == Source(PROGRAM, "")


def test_helpers_of_earlier_blocks_come_along() -> None:
    """A complete block counts where it defines what the chosen one uses and does not define."""
    reply = "```js\nconst g = 1\n```\n```js\nconst h = 2\n```\n```js\nconst f = () => g\n```"
    found = find(reply)
    assert found is not None
    assert ("const g" in found.code, "const h" in found.code) == (True, False)


def test_a_program_without_an_entry_point_is_the_last_complete_block() -> None:
    """Programs for standard input define nothing in particular."""
    found = find("```js\nconsole.log(1)\n```\n```js\nconsole.log(2", entry="")
    assert found == Source("console.log(1)\n", "")


@pytest.mark.parametrize("line", ["const f = (", "const f = (x) => {\n", "f(", "{\n", "```js\n", "function f() { '\n"])
def test_a_hostile_reply_takes_no_time_to_speak_of(line: str) -> None:
    """However long a reply is and whatever it repeats."""
    started = time.process_time()
    find(line * (150_000 // len(line)), prompt=PROMPT)
    assert time.process_time() - started < 10
