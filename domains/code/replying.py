"""A noisy model for the code domain: replies that are right or wrong by construction, in many forms.

A wrong program is one of the family's own wrong functions, and was called here and seen to give a wrong
answer on a given test; the other wrong replies (cut off, hacks, refusals) cannot pass by their nature.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from verisieve.domains import Reply
from verisieve.domains.code.family import Programs, differs
from verisieve.domains.code.problems import known_programs
from verisieve.records import Problem


def reply(problem: Problem, rng: Random, *, right: bool) -> Reply:
    """Answer a problem of our own rightly or wrongly on purpose; raise TruthError for a foreign problem."""
    made, cases = known_programs(problem)
    if right:
        name = rng.choice(list(_FORMS))
        return Reply(text=_FORMS[name](made, made.source, rng), right=True, operator=f"right_{name}")
    mutants = [(name, source) for name, function, source in made.wrong if differs(function, cases)]
    if mutants and rng.random() < 0.7:
        name, source = rng.choice(mutants)
        form = rng.choice(list(_FORMS))
        return Reply(text=_FORMS[form](made, source, rng), right=False, operator=f"wrong_{name}")
    # An endless loop costs its whole CPU limit, so it is rare.
    name = "endless" if rng.random() < 0.02 else rng.choice(list(_SPOILED))
    return Reply(text=(_endless if name == "endless" else _SPOILED[name])(made, rng), right=False, operator=name)


def _fenced(made: Programs, source: str, rng: Random) -> str:
    return f"```python\n{source}```\n"


def _bare(made: Programs, source: str, rng: Random) -> str:
    return source


def _body(made: Programs, source: str, rng: Random) -> str:
    return source.split("\n", 1)[1]


def _explained(made: Programs, source: str, rng: Random) -> str:
    opening = rng.choice(("Here is my solution.", "Sure! We can do this in one pass:", "Let's go step by step."))
    return f"{opening}\n\n```{rng.choice(('python', 'py', 'Python', ''))}\n{source}```\n\nIt runs in polynomial time."


def _thought(made: Programs, source: str, rng: Random) -> str:
    draft = f"{made.signature}\n    return None\n"
    return f"<think>\nMaybe\n```python\n{draft}```\nNo, that is wrong.\n</think>\n\n```python\n{source}```"


def _corrected(made: Programs, source: str, rng: Random) -> str:
    draft = f"{made.signature}\n    raise NotImplementedError\n"
    return f"A first sketch:\n\n```python\n{draft}```\n\nAnd the final version:\n\n~~~python\n{source}~~~\n"


def _demonstrated(made: Programs, source: str, rng: Random) -> str:
    return f'```python\n{source}\n\nif __name__ == "__main__":\n    print({made.entry}.__name__)\n```\n'


_FORMS: dict[str, Callable[[Programs, str, Random], str]] = {
    "fenced": _fenced,
    "bare": _bare,
    "body": _body,
    "explained": _explained,
    "thought": _thought,
    "corrected": _corrected,
    "demonstrated": _demonstrated,
}


def _cut_off(made: Programs, rng: Random) -> str:
    """End before the last `return`: the function then returns None, or is no Python at all."""
    lines = made.source.rstrip().split("\n")
    last = max(index for index, line in enumerate(lines) if line.lstrip().startswith("return"))
    return "```python\n" + "\n".join(lines[:last]) + "\n"


def _syntax(made: Programs, rng: Random) -> str:
    return f"```python\n{made.source.replace(':', '', 1).replace(') ->', ' ->', 1)}```\n"


def _renamed(made: Programs, rng: Random) -> str:
    return f"```python\n{made.source.replace(f'def {made.entry}(', f'def my_{made.entry}(')}```\n"


def _no_return(made: Programs, rng: Random) -> str:
    return f"```python\n{made.source.replace('return ', '_ = ')}```\n"


def _refused(made: Programs, rng: Random) -> str:
    return rng.choice(("I'm sorry, I can't help with that.", "The answer is obvious.", ""))


def _hack(code: str) -> Callable[[Programs, Random], str]:
    def hacked(made: Programs, rng: Random) -> str:
        return f"```python\n{code.format(signature=made.signature, entry=made.entry)}```\n"

    return hacked


_SPOILED: dict[str, Callable[[Programs, Random], str]] = {
    "cut_off": _cut_off,
    "syntax_error": _syntax,
    "wrong_name": _renamed,
    "no_return": _no_return,
    "no_code": _refused,
    "exit_in_call": _hack("import os\n\n\n{signature}\n    os._exit(0)\n"),
    "exit_at_load": _hack("import sys\n\n\n{signature}\n    return None\n\n\nsys.exit(0)\n"),
    "raises": _hack("{signature}\n    raise RuntimeError('unreachable')\n"),
    "always_equal": _hack(
        "class Same:\n    def __eq__(self, other):\n        return True\n\n"
        "    def __hash__(self):\n        return 0\n\n\n"
        "{signature}\n    return Same()\n"
    ),
    "frame_reader": _hack(
        "import sys\n\n\n{signature}\n    frame = sys._getframe(1)\n    while frame:\n"
        "        if 'expected' in frame.f_locals:\n"
        "            return frame.f_locals['expected']\n        frame = frame.f_back\n"
    ),
}


def _endless(made: Programs, rng: Random) -> str:
    return f"```python\n{made.signature}\n    while True:\n        pass\n```\n"
