"""Tables of programs for tests: a file of sections (`# odd`), each with replies under their names (`## a closure`)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_HEADING = re.compile(r"^(#{1,2}) (.+)$", re.MULTILINE)


def table(file: str, section: str) -> list[object]:
    """Return the replies of a section as parameters of a test, named by their reasons."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    cuts = [*_HEADING.finditer(text)]
    found, current = list[object](), ""
    for match, end in zip(cuts, [*(cut.start() for cut in cuts[1:]), len(text)], strict=True):
        if match[1] == "#":
            current = match[2]
        elif current == section:
            found.append(pytest.param(text[match.end() : end].strip() + "\n", id=match[2]))
    assert found, f"{file} has no section {section}"
    return found


def fences(text: str) -> list[str]:
    """Return the bodies of the fenced blocks."""
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
