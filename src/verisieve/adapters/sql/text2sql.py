"""Questions of text2sql-data: queries with variables, each asked in several sentences, and one SQLite file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from verisieve.adapters.readers import records as read
from verisieve.adapters.sql import golds, places
from verisieve.adapters.sql.places import Database, Shelf
from verisieve.errors import InputError
from verisieve.records import Json, Reason
from verisieve.rows import Place
from verisieve.verifiers.sql import files, lexer

_MOST = 400_000  # characters of rows: there is one database


def records(path: Path) -> Iterator[tuple[Place, int, Json | InputError]]:
    """Yield every sentence with the golds of its query; `entry` and `sentence` count from 0."""
    name = path.name.partition(".")[0]
    shelf = Shelf("database", lambda name: _file(path.parent, name), "sqlite")
    number = 0
    for record in read(path, "json"):
        sentences = record.value.get("sentences") if isinstance(record.value, dict) else None
        if not isinstance(sentences, list) or not sentences:
            bad = InputError(Reason.BAD_ROW, "no sentences", "sentences")
            yield record.place, number, record.value if isinstance(record.value, InputError) else bad
            number += 1
            continue
        for index, sentence in enumerate(sentences):
            try:
                assert isinstance(record.value, dict)
                made = _sentence(record.value, sentence, shelf.take(name))
                where = {"database": name, "entry": f"{record.number:03}", "sentence": f"{index:02}"}
                yield record.place, number, {**made, **where}
            except InputError as error:
                field = f"sentences[{index}].{error.field}" if error.field in ("text", "variables") else error.field
                yield record.place, number, InputError(error.reason, str(error), field)
            number += 1


def _file(root: Path, name: str) -> Database:
    path = places.first(root, [f"{name}-db.sqlite", f"{name}.sqlite", f"{name}.db"])
    dump = files.read(path, within=root, most=_MOST)
    return Database(dump.schema, dump.data, not dump.whole)


def _sentence(entry: Mapping[str, Json], sentence: Json, found: Database) -> dict[str, Json]:
    if not isinstance(sentence, dict) or not isinstance(sentence.get("text"), str):
        raise InputError(Reason.BAD_ROW, "is no text", "text")
    values = _values(entry, sentence)
    queries = entry.get("sql")
    if not isinstance(queries, list) or not queries:
        raise InputError(Reason.BAD_ROW, "no queries", "sql")
    filled = [_gold(sql, values, found.schema, f"sql[{i}]") for i, sql in enumerate(queries)]
    return {
        **found._asdict(),
        "question": _named(sentence["text"], values),
        "golds": list(dict.fromkeys(filled)),
        "question_split": str(sentence.get("question-split", "")),
        "query_split": str(entry.get("query-split", "")),
    }


def _gold(sql: Json, values: Mapping[str, str], schema: str, field: str) -> str:
    written = golds.strings(_filled(golds.one(sql, field), values), schema)
    return golds.one(written, field)  # a value may hold anything


def _values(entry: Mapping[str, Json], sentence: Mapping[str, Json]) -> dict[str, str]:
    """Return what each variable stands for: as the sentence says, else as its example."""
    variables, said = entry.get("variables"), sentence.get("variables", {})
    if not isinstance(variables, list) or not isinstance(said, dict):
        raise InputError(Reason.BAD_ROW, "are no variables", "variables")
    examples = {str(one.get("name")): one.get("example") for one in variables if isinstance(one, dict)}
    found = {**examples, **said}
    if not all(isinstance(value, str) and value for value in found.values()):
        raise InputError(Reason.BAD_ROW, "a variable stands for nothing", "variables")
    return {str(name): str(value) for name, value in found.items()}


def _named(text: str, values: Mapping[str, str]) -> str:
    names = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda found: values[found[0]], text) if names else text


def _filled(sql: str, values: Mapping[str, str]) -> str:
    """Put values in the place of variables: as text in quotes, as they are where a word stands alone."""
    parts, end = [], 0
    for token in lexer.tokens(sql):
        quote = token.text[0] if token.text[0] in "\"'" else ""
        if not quote and token.text not in values:
            continue
        inside = _named(token.text[1:-1] if quote else token.text, values)
        value = inside.replace(quote, quote * 2) if quote and inside != token.text[1:-1] else inside
        parts += [sql[end : token.start], f"{quote}{value}{quote}"]
        end = token.start + len(token.text)
    return "".join([*parts, sql[end:]])
