"""A database that was written as INSERT statements, read back as tables to look at, with the names of its columns.

Reads what verdicts hold (plain literals) and runs nothing; a text that is anything else gives no tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from verisieve.errors import TruthError
from verisieve.records import Json
from verisieve.verifiers.sql import fixtures, lexer
from verisieve.verifiers.sql.lexer import Kind, Token

_NO_COLUMNS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "KEY", "EXCLUDE", "LIKE"})


class Table(NamedTuple):
    """One table: its name, its columns, and its rows as they were written."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables(text: str, truth: Json = None) -> list[Table]:
    """Read INSERT statements; `truth` may name the columns, by its schema or its fixture.

    >>> tables("INSERT INTO t VALUES (1, 'it''s'), (2, NULL);", {"schema": "CREATE TABLE t (id INT, word TEXT)"})
    [Table(name='t', columns=['id', 'word'], rows=[['1', "it's"], ['2', 'NULL']])]
    """
    named = {name.lower(): columns for name, columns in _declared(_schema(truth))}
    named |= {name.lower(): columns for name, columns in _declared(text)}
    found = []
    for statement in lexer.statements(text.removesuffix(" …")):
        tokens = list(lexer.tokens(statement))
        if [token.text.upper() for token in tokens[:2]] != ["INSERT", "INTO"]:
            continue
        name, rest = _target(tokens[2:])
        rows = list(_rows(rest))
        width = max(map(len, rows), default=0)
        columns = named.get(name.lower(), ())
        if rows:
            found.append(Table(name, columns if len(columns) == width else _numbers(width), rows))
    return found


def _numbers(width: int) -> list[str]:
    return [str(place + 1) for place in range(width)]


def _schema(truth: Json) -> str:
    if not isinstance(truth, Mapping):
        return ""
    if isinstance(name := truth.get("fixture"), str):
        try:
            return fixtures.load(name).schema
        except TruthError:
            return ""
    schema = truth.get("schema")
    return schema if isinstance(schema, str) else ""


def _target(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """Return the last part of the name that an INSERT goes to, and what follows VALUES."""
    head = list(takewhile(lambda token: token.text.upper() != "VALUES", tokens))
    names = list(takewhile(lambda token: token.text != "(", head))
    return _bare(names[-1]) if names else "", tokens[len(head) + 1 :]


def _rows(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """Yield the complete rows of VALUES."""
    row: list[str] | None = None
    sign, cast = "", False
    for token in tokens:
        if token.text == "(":
            row = []
        elif token.text == ")" and row is not None:
            yield row
            row = None
        elif token.text in ("-", "::"):
            sign, cast = ("-", False) if token.text == "-" else ("", True)
        elif row is not None and token.text != "," and not cast:
            row.append(sign + _value(token))
            sign = ""
        else:
            cast = False


def _value(token: Token) -> str:
    return token.text[1:-1].replace("''", "'") if token.text.startswith("'") else token.text


def _declared(schema: str) -> Iterator[tuple[str, list[str]]]:
    """Yield tables and their columns, as CREATE TABLE statements name them."""
    for statement in lexer.statements(schema):
        tokens = list(lexer.tokens(statement))
        words = [token.text.upper() for token in tokens]
        if words[:1] == ["CREATE"] and "TABLE" in words and "(" in words:
            begin = words.index("(")
            yield _bare(tokens[begin - 1]), list(_columns(tokens[begin + 1 :]))


def _columns(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the first word of each item between the outer brackets, but for constraints of the table."""
    depth, fresh = 0, True
    for token in tokens:
        if fresh and (token.kind is Kind.NAME or token.text.upper() not in _NO_COLUMNS):
            yield _bare(token)
        fresh = depth == 0 and token.text == ","
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            return


def _bare(token: Token) -> str:
    if token.kind is not Kind.NAME:
        return token.text
    return token.text[1:-1].replace('""', '"')
