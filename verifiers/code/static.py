"""Definite mistakes that a program's text shows, found by ruff in a process of its own; nothing is imported or run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from verisieve.errors import MissingExtraError, SandboxError, TruthError
from verisieve.plaintext import shown
from verisieve.records import Outcome
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.runner import CodeReason, Finding

# what cannot be meant: bad formats, `is` with a literal, asserts on tuples, jumps out of place, undefined names
RULES = "F50,F52,F63,F70,F82,PLE01,PLE06,PLE07,PLE11,PLE13"
SECONDS = 30.0
SHOWN = 20


def check(source: Source) -> Finding:
    """Look at a program, which may lean on the prompt's own names; raise TruthError where ruff is not installed."""
    margin = source.context + "\n" if source.context else ""
    skipped = margin.count("\n")
    found = [
        {
            "rule": str(item.get("code")),
            "line": item["location"]["row"] - skipped,
            "message": shown(item["message"], 300),
        }
        for item in _ruff(margin + source.code)
        if item["location"]["row"] > skipped
    ]
    if found:
        return Finding(outcome=Outcome.FAIL, reason=CodeReason.STATIC, evidence={"errors": found[:SHOWN]})
    return Finding(outcome=Outcome.PASS, evidence={"rules": RULES})


def _ruff(text: str) -> list[dict[str, Any]]:
    options = ["--isolated", "--no-cache", "--ignore-noqa", "--target-version", "py311", "--select", RULES]
    command = [_program(), "check", *options, "--output-format", "json", "--stdin-filename", "solution.py", "-"]
    data = text.encode("utf-8", "replace")
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False, cwd="/")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"ruff did not come to its end: {error}") from error
    if done.returncode not in (0, 1):
        raise SandboxError(f"ruff ended with code {done.returncode}: {done.stderr[:300].decode(errors='replace')}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _program() -> str:
    beside = Path(sys.executable).with_name("ruff")
    found = str(beside) if beside.exists() else shutil.which("ruff")
    if found is None:
        raise TruthError("checks", str(MissingExtraError("the check `static`", "checks")), "unverifiable")
    return found
