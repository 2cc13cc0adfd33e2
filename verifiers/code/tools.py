"""Whether a sandbox has the tools of a language: asked once, by a box that holds nothing foreign."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Program, Sandbox
from verisieve.verifiers.code.languages import Language

_PROBE = "import os, sys; sys.exit(not all(map(os.path.exists, sys.stdin.read().split())))"
_seen: WeakKeyDictionary[Sandbox, set[str]] = WeakKeyDictionary()


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
