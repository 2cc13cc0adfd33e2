"""Commands that no proof needs: they reach for files, plugins and the outside, or tell the kernel not to look.

An early refusal with a clear reason. Nothing rests on it: such commands run in a box all the same, and what they
achieve is found by the kernel's checker.
"""

from __future__ import annotations

import re

from verisieve.verifiers.math.coq.lexing import sentences

_COMMANDS = re.compile(
    r"Redirect\b|Load\b|Cd\b|Drop\b|Quit\b|Declare ML Module\b|Add (?:Rec )?(?:LoadPath|ML Path)\b|"
    r"(?:Recursive |Separate )?Extraction\b|Extract (?:Constant|Inlined|Inductive)\b|(?:Write|Restore) State\b|"
    r"(?:Set|Unset) (?:Guard|Positivity|Universe) Checking\b|Set Definitional UIP\b|Set Debug\b"
)
_BYPASS = re.compile(r"#\[[^\]]*\bbypass_check\b")


def find(text: str) -> tuple[str, int] | None:
    """Return the first such command and the line that it begins on.

    >>> find('(* Load "a". *) Lemma a : True.\\nUnset Guard Checking.')
    ('Unset Guard Checking', 2)
    """
    for each in sentences(text):
        match = _COMMANDS.match(each.command) or _BYPASS.search(each.bare)
        if match:
            before = text[: each.start] + each.bare[: len(each.bare) - len(each.bare.lstrip())]
            return match[0], before.count("\n") + 1
    return None
