"""What a language needs is asked of the sandbox itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import languages, tools

SANDBOX = "embedded"


def test_a_missing_tool_is_our_fault_and_named(sandbox: Sandbox) -> None:
    """A sandbox without the compiler could not check, whatever the program is."""
    python = languages.known()["python"]
    tools.require(replace(python, name="old", tools=("/usr/bin/python3",)), sandbox)
    with pytest.raises(SandboxError, match=r"not all of /usr/bin/cobc, which cobol needs"):
        tools.require(replace(python, name="cobol", tools=("/usr/bin/cobc",)), sandbox)


def test_every_file_of_the_folder_is_a_language_under_each_of_its_names() -> None:
    """Nothing else names a language."""
    known = languages.known()
    assert known["python"] is known["py"]
    assert all(name in (each.name, *each.aliases) for name, each in known.items())
