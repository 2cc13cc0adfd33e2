"""Benign forms of a derivation: numbered lines, bullets, tables, JSON, citations before or after the claim.

Used to play a noisy model and to fuzz the readers; nothing here judges.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

from verisieve.domains.reasoning import writing
from verisieve.domains.reasoning.families import Family
from verisieve.domains.reasoning.traces import Derivation, Line

LABELS = ("{}. ", "{}) ", "({}) ", "Step {}: ", "Step {}. ", "**Step {}:** ", "- Step {}: ", "* {}. ")
AFTER = (" ({})", " [{}]", ", by {}", " — from {}", " because of {}", "; using {}", " ({}).")
BEFORE = ("From {}: ", "By {}, ", "Because of {}: ", "So, from {}: ", "Using {}: ")


def write(family: Family, spec: object, derivation: Derivation, rng: Random, form: str = "") -> str:
    """Return the steps in one form (text, bullets, table, json, or any) and the answer after them."""
    kind = form or rng.choice(("text", "text", "text", "bullets", "table", "json"))
    body = {"text": _text, "bullets": _bullets, "table": _table, "json": _json}[kind](derivation.lines, rng)
    return f"{body}\n\n{writing.commit(family.write(spec, derivation.answer, rng), rng)}"


def plainly(lines: Sequence[Line]) -> str:
    """Return the steps in the form that the question asks for."""
    return "\n".join(
        f"{k}. {line.text}" + (f" ({_cites(line)})" if _cites(line) else "") for k, line in enumerate(lines, 1)
    )


def _cites(line: Line, *, bare: bool = False) -> str:
    """Return what a line cites in words; bare numbers are steps."""
    steps = ", ".join(map(str, line.refs))
    kinds: dict[str, list[str]] = {}
    for kind, number in line.sources:
        kinds.setdefault(kind, []).append(str(number))
    named = [
        f"{kind}{'es' if kind == 'box' else 's'} {' and '.join(ns)}" if len(ns) > 1 else f"{kind} {ns[0]}"
        for kind, ns in kinds.items()
    ]
    steps = steps and (steps if bare else f"step{'s' if len(line.refs) > 1 else ''} {steps}")
    return "; ".join([part for part in (steps, ", ".join(named)) if part])


def _text(lines: Sequence[Line], rng: Random) -> str:
    label, bare = rng.choice(LABELS), rng.random() < 0.3
    before, after = rng.choice(BEFORE), rng.choice(AFTER)
    lead = rng.random() < 0.3
    written = []
    for k, line in enumerate(lines, 1):
        cites = _cites(line, bare=bare)
        text = line.text if not cites else before.format(cites) + line.text if lead else line.text + after.format(cites)
        written.append(label.format(k) + text)
    return "\n".join(written)


def _bullets(lines: Sequence[Line], rng: Random) -> str:
    sign = rng.choice("-*•")
    return "\n".join(f"{sign} {line.text}" + (f" [{_cites(line)}]" if _cites(line) else "") for line in lines)


def _table(lines: Sequence[Line], rng: Random) -> str:
    head = rng.choice((("#", "claim", "because"), ("Step", "Fact", "From"), ("No.", "Claim", "Reason")))
    return writing.table([head, *([str(k), line.text, _cites(line) or "-"] for k, line in enumerate(lines, 1))])


def _json(lines: Sequence[Line], rng: Random) -> str:
    claim, refs = rng.choice(("claim", "fact", "statement")), rng.choice(("from", "refs", "cites"))
    items = []
    for k, line in enumerate(lines, 1):
        item: dict[str, object] = {"step": k, claim: line.text, refs: list(line.refs)}
        for kind, number in line.sources:
            item.setdefault(f"{kind}s" if kind != "box" else "boxes", []).append(number)  # type: ignore[attr-defined]
        items.append(item)
    text = json.dumps(items, indent=rng.choice((None, 1)), ensure_ascii=False)
    return rng.choice(("{}", "```json\n{}\n```", '{{"steps": {}}}')).format(text)
