"""What models are shown in the tasks of new problems; each template has a version, so that rows say which they had."""

from __future__ import annotations

import json
from functools import cache
from hashlib import blake2b

from verisieve.domains import read_prompts
from verisieve.domains.engineering import fill
from verisieve.domains.reasoning import banks
from verisieve.domains.reasoning.families import load
from verisieve.domains.reasoning.variants import Raw, shape_of

PACKAGE = "verisieve.domains.reasoning"


@cache
def _templates() -> dict[str, str]:
    return read_prompts(PACKAGE)


@cache
def version(operator: str) -> str:
    """Return a digest of what stands in the templates of an operator; it changes when they do."""
    names = (operator,) if operator in ("formalise", "feasible") else (operator, "form")
    text = "\n".join(_templates()[name] for name in names)
    return f"{operator}@{blake2b(text.encode(), digest_size=4).hexdigest()}"


def has_language(family: str) -> bool:
    """Say whether there is a description of the family's specs to show."""
    return "language" in banks.bank(family)


def problem(operator: str, family: str, parent: str, spec: Raw) -> str:
    """Return the request for a new problem from another one."""
    words = family.replace("_", " ").rstrip("0123456789")
    told = fill(_templates()[operator], family=words, prompt=parent, spec=json.dumps(spec, ensure_ascii=False))
    unique = "It must have exactly one answer.\n" if hasattr(load(family), "solutions") else ""
    return told + fill(_templates()["form"], language=_language(family), unique=unique)


def formalise(family: str, text: str, spec: Raw) -> str:
    """Return the request for the spec of a text; its names are given, so that the same are used."""
    shape = shape_of(family)
    groups = shape.words(spec) if shape.words else []
    names = "; ".join(", ".join(sorted(words)) for _, words in groups)
    letters = ", ".join(f"{letter}: {said}" for letter, said in sorted(spec.get("atoms", {}).items()))
    told = f"Use exactly these names: {letters or names}.\n" if letters or names else ""
    return fill(_templates()["formalise"], prompt=text, language=_language(family), names=told)


def feasible(prompt: str, clues: str) -> str:
    """Return a question with the remark that nothing may fit; `clues` names what is then to be listed by number."""
    form = f": {clues} ..., naming by number {clues} that clash, no one of which can be left out" if clues else ""
    return fill(_templates()["feasible"], prompt=prompt, form=form)


def _language(family: str) -> str:
    return "\n".join(banks.bank(family)["language"])
