"""The program in the box of a standard-input problem: runs the foreign text as the main module."""

from __future__ import annotations

import sys
import types
from pathlib import Path

SYNTAX = 97  # exit code for text that does not compile


def main_program() -> None:
    """Run solution.py as `__main__`."""
    module = types.ModuleType("__main__")
    module.__file__ = str(Path("solution.py").absolute())
    sys.modules["__main__"] = module
    sys.argv = ["solution.py"]
    try:
        code = compile(Path("solution.py").read_bytes(), "solution.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(SYNTAX)
    exec(code, module.__dict__)  # noqa: S102  # this process is the sandboxed one
