"""What an adapter is, and how it is read from TOML or from `--map` options; converts nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from verisieve.adapters.transforms import TRANSFORMS
from verisieve.errors import InputError, UsageError
from verisieve.records import Json
from verisieve.rows import loads

_ORIGINS = frozenset({"from", "either", "template", "value"})
_KEYS = _ORIGINS | {"do", "optional"}
_MAP = re.compile(r"(?P<target>[^=:~\s]+)(?P<kind>:=|~=|=)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where one field of the input row comes from: columns, the first of some that is there, a template, a constant."""

    target: str
    columns: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    template: str | None = None
    constant: Json = None
    do: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Fields of single rows that differ, and why: a data set's own quirk."""

    where: Mapping[str, Json]
    why: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """How a data set's records become input rows; `files` are looked for where a folder is given.

    A record gives a row for each column of `each`, or for each item of the column `unfold`.
    """

    name: str
    fields: tuple[Field, ...]
    description: str = ""
    licence: str = ""
    source: str = ""
    files: tuple[str, ...] = ()
    format: str = ""
    rows: str = ""
    each: tuple[str, ...] = ()
    unfold: str = ""
    gold: tuple[Field, ...] = ()
    patches: tuple[Patch, ...] = ()
    quirks: tuple[str, ...] = ()


def mapped(text: str) -> Field:
    """Read one `TARGET=COLUMN`, `TARGET:=CONSTANT` or `TARGET~=TEMPLATE`; raise UsageError for anything else."""
    match = _MAP.fullmatch(text)
    if not match:
        raise UsageError(f"--map {text!r}: write TARGET=COLUMN, TARGET:=CONSTANT or TARGET~=TEMPLATE")
    target, kind, rest = match["target"], match["kind"], match["rest"]
    if kind == ":=":
        try:
            return Field(target=target, constant=loads(rest))
        except InputError:
            return Field(target=target, constant=rest)
    origin, *do = rest.split("|")
    if kind == "~=":
        return Field(target=target, template=origin, do=tuple(do))
    return Field(target=target, columns=(origin,), do=tuple(do))


def parse(text: str, where: str) -> Adapter:
    """Read an adapter from TOML; raise UsageError that names the place."""
    try:
        table: dict[str, Json] = tomllib.loads(text)
        patches = tuple(
            Patch(where=patch["where"], why=patch["why"], fields=_fields(patch["fields"], where))
            for patch in table.pop("patch", [])
        )
        table |= {key: tuple(table.pop(key, ())) for key in ("files", "each", "quirks")}
        fields, gold = (_fields(table.pop(key, {}), where) for key in ("fields", "gold"))
        check((*fields, *gold), where)
        return Adapter(**table, fields=fields, gold=gold, patches=patches)
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise UsageError(f"adapter {where}: {error}") from error


def _fields(table: Mapping[str, Json], where: str) -> tuple[Field, ...]:
    return tuple(_field(target, spec, where) for target, spec in table.items())


def _field(target: str, spec: Json, where: str) -> Field:
    spec = {"from": spec} if isinstance(spec, str) else spec
    if not isinstance(spec, dict) or not set(spec) <= _KEYS or len(_ORIGINS & set(spec)) != 1:
        raise UsageError(
            f"adapter {where}: {target}: give one of from, either, template, value; and do, optional if wanted"
        )
    columns = spec.get("from", ())
    return Field(
        target=target,
        columns=(columns,) if isinstance(columns, str) else tuple(columns),
        either=tuple(spec.get("either", ())),
        template=spec.get("template"),
        constant=spec.get("value"),
        do=tuple(spec.get("do", ())),
        optional=spec.get("optional", False),
    )


def check(fields: tuple[Field, ...], where: str) -> None:
    """Raise UsageError for an unknown transform, an empty name, or a target that is given twice."""
    targets = [field.target for field in fields]
    for field in fields:
        for name in field.do:
            if name not in TRANSFORMS:
                raise UsageError(f"{where}: {field.target}: unknown transform {name!r}; known: {', '.join(TRANSFORMS)}")
        if "" in field.target.split(".") or "" in field.columns + field.either:
            raise UsageError(f"{where}: {field.target!r}: an empty name")
        if targets.count(field.target) > 1 or any(other.startswith(field.target + ".") for other in targets):
            raise UsageError(f"{where}: {field.target} is given twice")
