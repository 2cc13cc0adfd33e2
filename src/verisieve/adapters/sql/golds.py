"""Gold queries as data sets write them: several in one text, columns in braces, strings in double quotes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from verisieve.errors import InputError
from verisieve.records import Json, Reason
from verisieve.verifiers.sql import lexer

_MOST, _MOST_COLUMNS = 200, 7


def one(value: Json, field: str) -> str:
    """Return the one query that a field holds; raise InputError for anything else."""
    if not isinstance(value, str):
        raise InputError(Reason.BAD_ROW, "missing" if value is None else "is no text", field)
    parts = lexer.statements(value)
    if len(parts) != 1:
        raise InputError(Reason.BAD_ROW, f"holds {len(parts)} statements, not one", field)
    return query(parts[0], field)


def query(sql: str, field: str) -> str:
    """Return a statement that is a query; raise InputError for any other."""
    if not lexer.is_query(sql):
        raise InputError(Reason.BAD_ROW, f"the gold is no query: {sql[:40]!r}", field)
    return sql


def several(text: Json, field: str) -> list[str]:
    """Return the queries of a gold of defog: parts by semicolon, each with every choice of the columns in braces.

    `GROUP BY {}` stands for the columns that were chosen.

    >>> several("SELECT {a, b}, COUNT(*) FROM t GROUP BY {}; SELECT 1", "query")[:2]
    ['SELECT a, COUNT(*) FROM t GROUP BY a', 'SELECT b, COUNT(*) FROM t GROUP BY b']
    """
    if not isinstance(text, str) or not text.strip():
        raise InputError(Reason.BAD_ROW, "missing", field)
    parts = lexer.statements(text)
    if not parts:
        raise InputError(Reason.BAD_ROW, "holds no query", field)
    found = list(dict.fromkeys(form for part in parts for form in _choices(part, field)))
    if len(found) > _MOST:
        raise InputError(Reason.BAD_ROW, f"stands for more than {_MOST} queries", field)
    return [query(sql, field) for sql in found]


def _choices(part: str, field: str) -> Iterator[str]:
    """Yield a query for each choice of the columns in its first braces; braces in strings are text."""
    marks = [token for token in lexer.tokens(part) if token.text in ("{", "}")]
    begin, end = (marks[0].start, marks[1].start) if len(marks) > 1 else (0, 0)
    columns = [column.strip() for column in part[begin + 1 : end].split(",") if column.strip()]
    if not columns:
        yield part
        return
    if len(columns) > _MOST_COLUMNS:
        raise InputError(Reason.BAD_ROW, f"a choice among more than {_MOST_COLUMNS} columns", field)
    for chosen in chain.from_iterable(combinations(columns, size + 1) for size in range(len(columns))):
        names = ", ".join(chosen)
        yield f"{part[:begin]}{names}{part[end + 1 :].replace('{}', names)}"


def strings(sql: str, schema: str) -> str:
    """Write as strings what SQLite reads as strings: texts in double quotes that name nothing.

    >>> print(strings('SELECT "name" FROM t WHERE "name" = "Ada"', "CREATE TABLE t (name)"))
    SELECT "name" FROM t WHERE "name" = 'Ada'
    """
    found = list(lexer.tokens(sql))
    names = {_name(token) for token in lexer.tokens(schema)} | {
        _name(token)
        for before, token in zip([None, *found], found, strict=False)
        if token.kind is lexer.Kind.WORD or (before is not None and _names_a_result(before))
    }
    parts, end = [], 0
    for before, token in zip([None, *found], found, strict=False):
        if token.text[0] != '"' or _name(token) in names or (before is not None and before.text == "."):
            continue
        parts += [sql[end : token.start], "'" + token.text[1:-1].replace('""', '"').replace("'", "''") + "'"]
        end = token.start + len(token.text)
    return "".join([*parts, sql[end:]])


def _names_a_result(before: lexer.Token) -> bool:
    """Tell whether a name after this token is given, not used: AS "x", a "x", COUNT(*) "x"."""
    word = before.text.upper()
    if before.kind is lexer.Kind.WORD:
        return word == "AS" or word not in lexer.CLAUSE_WORDS | {"SELECT", "VALUES", "WITH", "ESCAPE", "GLOB", "REGEXP"}
    return before.kind is lexer.Kind.NAME or before.text == ")"


def _name(token: lexer.Token) -> str:
    return token.text.strip('"`[]').replace('""', '"').lower()
