"""Whether a sandbox has the tools of a language, and modules for Python: asked once, by a box without foreign text."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Program, Sandbox
from verisieve.verifiers.code.languages import Language

_PROBE = "import os, sys; sys.exit(not all(map(os.path.exists, sys.stdin.read().split())))"
_IMPORTS = """
import importlib, sys
for name in sys.stdin.read().split():
    try:
        importlib.import_module(name)
    except Exception:
        sys.__stdout__.write(name + " ")
"""
_seen: WeakKeyDictionary[Sandbox, set[str]] = WeakKeyDictionary()
_modules: WeakKeyDictionary[Sandbox, dict[str, bool]] = WeakKeyDictionary()


def require_modules(names: Sequence[str], sandbox: Sandbox) -> None:
    """Raise SandboxError where Python in the sandbox cannot import a module; names are those of top-level modules."""
    seen = _modules.setdefault(sandbox, {})
    unknown = [name for name in names if name not in seen]
    if unknown:
        probe = Program(harness=_IMPORTS, stdin=" ".join(unknown).encode())
        ended = sandbox.run(Job(candidate=probe)).candidate
        if ended.code != 0:
            raise SandboxError(f"the {sandbox.name} sandbox could not say which modules it has")
        lacking = ended.stdout.decode("ascii", "replace").split()
        seen.update({name: name not in lacking for name in unknown})
    missing = [name for name in names if not seen[name]]
    if missing:
        raise SandboxError(
            f"the row needs {', '.join(missing)}, which Python in the {sandbox.name} sandbox cannot import: name a "
            "folder that has it (--sandbox embedded:packages=DIR), or an image (verisieve sandbox build --package NAME)"
        )


def require(language: Language, sandbox: Sandbox) -> None:
    """Raise SandboxError where a tool of the language is not in the sandbox."""
    seen = _seen.setdefault(sandbox, set())
    if not language.tools or language.name in seen:
        return
    probe = Program(harness=_PROBE, stdin=" ".join(language.tools).encode())
    if sandbox.run(Job(candidate=probe, toolchain=language.toolchain)).candidate.code != 0:
        missing = ", ".join(language.tools)
        raise SandboxError(
            f"the {sandbox.name} sandbox has not all of {missing}, which {language.name} needs: "
            f"install them in /usr/bin, or use --sandbox docker after `verisieve sandbox build {language.toolchain}`"
        )
    seen.add(language.name)
