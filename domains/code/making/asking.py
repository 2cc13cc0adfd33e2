"""What a model is asked for each task: a template of `prompts/` filled in; and replies in the form that it asks for."""

from __future__ import annotations

from functools import cache

from verisieve.domains import read_prompts
from verisieve.domains.engineering import fill


@cache
def templates() -> dict[str, str]:
    """The templates of the code domain, by name."""
    return read_prompts("verisieve.domains.code")


def ask(template: str, **values: str) -> str:
    """Fill in a template; every hole needs a value. What a value holds is never read as a hole."""
    return fill(templates()[template], **values)


def numbered(program: str) -> str:
    r"""Write a program with its line numbers.

    >>> print(numbered("a = 1\nb = 2\n"))
     1  a = 1
     2  b = 2
    """
    return "\n".join(f"{index:2d}  {line}".rstrip() for index, line in enumerate(program.splitlines(), start=1))


def fenced(program: str, language: str = "python") -> str:
    """Write a program as a model would."""
    return f"```{language}\n{program.rstrip()}\n```\n"
