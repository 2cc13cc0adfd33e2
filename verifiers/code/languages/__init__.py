"""Programming languages: how a program in one is found in a reply, and the jobs that test it.

A language is one file here that defines `language`; nothing else names it. Judging is the same for all
(`runner.judge`), because every job speaks the same wire and its tester makes the same report.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from verisieve.sandboxes import Job, Limits
from verisieve.verifiers.code.compiling import Plan
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.runner import Tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language: its names, the styles of tests that it can run, and its jobs.

    `find` takes a reply, the entry point (empty for a whole program) and the prompt; `None` means no code at all.
    `job` splits: the candidate's box gets the program, the tester's box the tests. `program` runs one program on a
    standard input. Jobs work without the `library`, only slower.
    """

    name: str
    aliases: frozenset[str] = frozenset()
    toolchain: str
    tools: tuple[str, ...] = ()  # programs that a sandbox must have, by absolute path
    styles: frozenset[str]
    cpu: float  # seconds that a program may use where its row does not say, compiling included
    find: Callable[[str, str, str], Source | None]
    job: Callable[[Source, Tests, Limits], Job]
    program: Callable[[str, bytes, Limits], Job]
    library: Plan | None = None  # builds what of ours all its programs need


@cache
def known() -> Mapping[str, Language]:
    """All languages by each of their names."""
    found: dict[str, Language] = {}
    for info in pkgutil.iter_modules(__path__):
        language: Language = import_module(f"{__name__}.{info.name}").language
        found |= dict.fromkeys((language.name, *language.aliases), language)
    return found
