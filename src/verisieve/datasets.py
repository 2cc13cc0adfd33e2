"""External data sets as input rows; an adapter (a TOML file, or `--map` options) says which column goes where.

Fetches nothing and judges nothing. A broken source row becomes a BadRow and never stops the others.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

from verisieve.adapters import hub, spec
from verisieve.adapters.hub import Source
from verisieve.adapters.readers import Record, records
from verisieve.adapters.spec import Adapter, Field
from verisieve.adapters.transforms import TRANSFORMS
from verisieve.errors import InputError, UsageError
from verisieve.records import Json, Problem, Reason
from verisieve.rows import BadRow, Place, parse

_HOLE = re.compile(r"\{(\$?[A-Za-z_][\w.]*)\}")


def names() -> tuple[str, ...]:
    """All adapters that come with verisieve, sorted; none is read."""
    folder = resources.files("verisieve") / "adapters"
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def load(name: str) -> Adapter:
    """Read one adapter by its name, or from a path that ends in `.toml`; raise UsageError for a wrong one."""
    if name.endswith(".toml"):
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{name}: {error}") from error
        return spec.parse(text, name)
    if name not in names():
        raise UsageError(f"unknown data set {name!r}; known: {', '.join(names())}, or a path to a .toml file")
    file = resources.files("verisieve") / "adapters" / f"{name}.toml"
    return spec.parse(file.read_text(encoding="utf-8"), name)


def from_maps(maps: Iterable[str], *, name: str = "own") -> Adapter:
    """Make an adapter from `TARGET=COLUMN`, `TARGET:=CONSTANT` and `TARGET~=TEMPLATE`, as `--map` takes them.

    A constant is JSON where it reads as JSON, else text; `=` and `~=` may end in `|transform|transform`.
    The id is `FILE-NUMBER` unless mapped; `domain` and a field of `truth` must be there.

    >>> from_maps(["prompt=question", "truth.answer=final|plain_number", "domain:=math"]).fields[2].do
    ('plain_number',)
    """
    fields = tuple(spec.mapped(text) for text in maps)
    targets = [field.target for field in fields]
    if "domain" not in targets or not any(target.partition(".")[0] == "truth" for target in targets):
        raise UsageError("--map: needs domain (domain:=math) and truth (truth.answer=COLUMN)")
    if "prompt" not in targets:
        fields += (Field(target="prompt", constant=""),)
    if "id" not in targets:
        fields = (Field(target="id", template="{$stem}-{$index}"), *fields)
    spec.check(fields, "--map")
    return Adapter(name=name, fields=fields)


def convert(
    adapter: Adapter, path: str | Path | Source, *, with_gold: bool = False
) -> Iterator[dict[str, Json] | BadRow]:
    """Yield an input row, or what is wrong, for each record of a file (or of the adapter's files in a folder).

    A `Source` stands for a data set that the extra `datasets` opens by name.
    `with_gold` adds the data set's own solution as the response. Ids are unique and do not shift when rows break.
    """
    if with_gold and not adapter.gold:
        raise UsageError(f"data set {adapter.name!r} has no solutions of its own to use as responses")
    fields = adapter.fields + (adapter.gold if with_gold else ())
    seen: set[tuple[str, Json, Json]] = set()
    for stem, record in _records(adapter, path):
        for item in _rows(adapter, fields, record, stem):
            yield _once(item, record.place, seen)


def problems(adapter: Adapter, path: str | Path | Source) -> Iterator[Problem | BadRow]:
    """Yield each problem of a data set once, for models to answer; recorded responses are left out."""
    seen: set[str] = set()
    for item in convert(adapter, path):
        if isinstance(item, BadRow):
            yield item
        elif item["id"] not in seen:
            seen.add(item["id"])
            meta = item.get("meta")
            fields = {key: item[key] for key in ("domain", "id", "prompt", "truth")}
            yield Problem(**fields, meta=meta if isinstance(meta, dict) else {})


def card(adapter: Adapter) -> str:
    """Return the data set's card as Markdown: what it is, where from, which column goes where, its quirks."""
    lines = [f"# {adapter.name}", "", adapter.description, ""]
    facts = {"Source": adapter.source, "Licence": adapter.licence, "Files": ", ".join(adapter.files)}
    lines += [f"- {name}: {fact}" for name, fact in facts.items() if fact]
    lines += ["", "| field | from |", "|---|---|"]
    lines += [f"| `{field.target}` | {_origin(field)} |" for field in adapter.fields]
    lines += [f"| `{field.target}` (with gold) | {_origin(field)} |" for field in adapter.gold]
    notes = [*adapter.quirks, *(f"{dict(patch.where)}: {patch.why}" for patch in adapter.patches)]
    lines += ["", *(f"- {note}" for note in notes)]
    return "\n".join(lines).rstrip() + "\n"


def _records(adapter: Adapter, path: str | Path | Source) -> Iterator[tuple[str, Record]]:
    """Each record with the name of its file, endings aside."""
    if isinstance(path, Source):
        yield from ((path.stem, record) for record in hub.records(path))
        return
    for file in _files(adapter, Path(path)):
        yield from (
            (file.name.partition(".")[0], record) for record in records(file, adapter.format, rows=adapter.rows)
        )


def _files(adapter: Adapter, path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted({file for pattern in adapter.files for file in path.glob(pattern) if file.is_file()})
    if not found:
        wanted = " or ".join(adapter.files) or "a file, not a folder"
        raise UsageError(f"{path}: data set {adapter.name!r} looks for {wanted}")
    return found


def _rows(adapter: Adapter, fields: tuple[Field, ...], record: Record, stem: str) -> Iterator[dict[str, Json] | BadRow]:
    if isinstance(record.value, InputError):
        yield _bad(record.place, record.value)
        return
    facts = {"$index": f"{record.number:04}", "$stem": stem, "$record": record.value}
    try:
        items = _items(adapter, record.value)
    except InputError as error:
        yield _bad(record.place, error)
        return
    for item in items:
        try:
            yield _row(adapter, fields, {**record.value, **facts, **item}, record.place)
        except InputError as error:
            yield _bad(record.place, error)


def _items(adapter: Adapter, value: dict[str, Json]) -> list[dict[str, Json]]:
    """What `$key` and `$value` are in each row of a record; a record without parts is one row."""
    if adapter.unfold:
        inside = _lookup(value, adapter.unfold)
        pairs = inside.items() if isinstance(inside, dict) else enumerate(inside) if isinstance(inside, list) else ()
        return [{"$key": str(key), "$value": item} for key, item in pairs]
    return [{"$key": key, **({"$value": value[key]} if key in value else {})} for key in adapter.each] or [{}]


def _row(adapter: Adapter, fields: tuple[Field, ...], source: dict[str, Json], place: Place) -> dict[str, Json]:
    """Build one row; the door of `verify` (rows.parse) has the last word on its shape."""
    row: dict[str, Json] = {}
    patches = (patch for patch in adapter.patches if all(source.get(key) == want for key, want in patch.where.items()))
    mended = (field for patch in patches for field in patch.fields)
    golden = any(field.target == "response" for field in fields)  # a patch may mend a solution, but brings none
    for field in (*fields, *(field for field in mended if golden or field.target != "response")):
        value = _value(field, source)
        if field.optional and value in (None, "", [], {}):
            continue
        _put(row, field.target, value)
    for checked in parse(row if "responses" in row else {"response": "", **row}, place):
        if isinstance(checked, BadRow):
            raise InputError(checked.reason, checked.message, checked.field)
    return {**row, "id": str(row["id"])}


def _value(field: Field, source: dict[str, Json]) -> Json:
    if field.template is not None:
        value: Json = _HOLE.sub(lambda hole: _as_text(source, hole[1]), field.template)
    elif field.either:
        value = _first(source, field)
    elif field.columns:
        found = [_lookup(source, column, optional=field.optional) for column in field.columns]
        if None in found:
            return None
        value = found[0] if len(found) == 1 else found
    else:
        return copy.deepcopy(field.constant)
    if value is None:
        return None
    for name in field.do:
        try:
            value = TRANSFORMS[name](value)
        except InputError as error:
            where = ", ".join(field.columns or field.either) or field.target
            raise InputError(error.reason, f"{name}: {error}", where) from error
    return value


def _first(source: Mapping[str, Json], field: Field) -> Json:
    found = (_lookup(source, column, optional=True) for column in field.either)
    value = next((value for value in found if value is not None), None)
    if value is None and not field.optional:
        raise InputError(Reason.BAD_ROW, "none of them is there", ", ".join(field.either))
    return value


def _lookup(source: Mapping[str, Json], path: str, *, optional: bool = False) -> Json:
    """Return a column, or what lies inside it along dots; missing and null are one."""
    value: Json = source.get(path)
    if path not in source:
        value = source
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
    if value is None and not optional:
        raise InputError(Reason.BAD_ROW, "missing", path)
    return value


def _as_text(source: Mapping[str, Json], path: str) -> str:
    """Text and numbers as they are, a list of them one a line."""
    value = _lookup(source, path)
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, bool) or not isinstance(part, str | int | float) for part in parts):
        raise InputError(Reason.BAD_ROW, "only text, numbers and lists of them fit into a template", path)
    return "\n".join(map(str, parts))


def _put(row: dict[str, Json], target: str, value: Json) -> None:
    *parents, last = target.split(".")
    for parent in parents:
        row = row.setdefault(parent, {})
    row[last] = value


def _once(item: dict[str, Json] | BadRow, place: Place, seen: set[tuple[str, Json, Json]]) -> dict[str, Json] | BadRow:
    if isinstance(item, BadRow):
        return item
    identity = (item["id"], item.get("model"), item.get("sample"))
    if identity in seen:
        return _bad(place, InputError(Reason.DUPLICATE_ID, f"id {item['id']!r} was seen before", "id"))
    seen.add(identity)
    return item


def _bad(place: Place, error: InputError) -> BadRow:
    return BadRow(place=place, reason=error.reason, message=str(error), field=error.field)


def _origin(field: Field) -> str:
    if field.template is not None:
        origin = f"`{field.template}`"
    elif field.either:
        origin = " or ".join(f"`{column}`" for column in field.either)
    elif field.columns:
        origin = ", ".join(f"`{column}`" for column in field.columns)
    else:
        origin = f"always `{field.constant}`"
    return " → ".join((origin.replace("\n", "⏎"), *field.do)) + (" (if there)" if field.optional else "")
