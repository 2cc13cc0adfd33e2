"""The plan of a run: one TOML file, checked key by key before anything starts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from importlib import resources
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from verisieve.errors import UsageError
from verisieve.models import ERROR_RATE
from verisieve.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """What is asked in one domain."""

    problems: int
    families: tuple[str, ...] = ()
    difficulty: int | None = None
    fixture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectPlan:
    """What is kept; see verisieve.select.Rules."""

    lower_assurance: bool = False
    per_problem: int | None = 4
    per_family: int | None = None
    min_chars: int = 1
    max_chars: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What is written; see verisieve.export."""

    formats: tuple[str, ...] = ("trl-sft", "trl-dpo", "jsonl")
    validation: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole run: ask, verify, select, export."""

    domains: Mapping[str, DomainPlan]
    seed: int = 0
    out: str = "out"
    models: tuple[str, ...] = ("builtin:noisy",)
    error_rate: float = ERROR_RATE
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    concurrency: int = 16
    samples: int = 4
    sandbox: str = "auto"
    select: SelectPlan = field(default_factory=SelectPlan)
    export: ExportPlan = field(default_factory=ExportPlan)


def read_plan(path: str | Path | None) -> Plan:
    """Read a plan, or the embedded default; raise UsageError naming file and key of what is wrong."""
    if path is None:
        return _plan("default.toml", (resources.files("verisieve") / "default.toml").read_text(encoding="utf-8"))
    try:
        return _plan(str(path), Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error


def _plan(file: str, text: str) -> Plan:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}") from error
    plan: Plan = _build(Plan, table, file, "")
    if not plan.domains:
        raise UsageError(f"{file}: domains: name at least one, as [domains.math]")
    return plan


def _build(kind: Any, table: Mapping[str, Json], file: str, prefix: str) -> Any:
    """Build a record from a table; every key must be a field, every value of its type."""
    hints = get_type_hints(kind)
    known = {each.name for each in fields(kind)}
    for key in table:
        if key not in known:
            raise UsageError(f"{file}: {prefix}{key}: unknown key; known: {', '.join(sorted(known))}")
    for each in fields(kind):
        if each.name not in table and each.default is MISSING and each.default_factory is MISSING:
            raise UsageError(f"{file}: {prefix}{each.name}: missing")
    return kind(**{key: _value(hints[key], value, file, prefix + key) for key, value in table.items()})


def _value(hint: Any, value: Json, file: str, key: str) -> Any:
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        return _build(hint, _table(value, file, key), file, f"{key}.")
    if get_origin(hint) in {Union, UnionType}:
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"{file}: {key}: must be a list of strings, not {value!r}")
        return tuple(value)
    if get_origin(hint) is not None:  # a table of tables
        inner = get_args(hint)[1]
        return {name: _value(inner, item, file, f"{key}.{name}") for name, item in _table(value, file, key).items()}
    if hint is float and isinstance(value, int):
        value = float(value)
    if not isinstance(value, hint) or isinstance(value, bool):
        raise UsageError(f"{file}: {key}: must be {_NAMES[hint]}, not {value!r}")
    if hint in {int, float} and value < 0:
        raise UsageError(f"{file}: {key}: must not be negative, not {value!r}")
    return value


def _table(value: Json, file: str, key: str) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise UsageError(f"{file}: {key}: must be a table, not {value!r}")
    return value


_NAMES = {int: "a whole number", float: "a number", str: "a string"}
