"""SQL text into tokens: enough to split statements, find the leading keyword and list the literals.

Does not parse, and does not decide what is safe: the engine's authorizer does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What a token is; comments and white space are no tokens."""

    STRING = auto()
    NAME = auto()
    NUMBER = auto()
    WORD = auto()
    END = auto()
    MARK = auto()


class Token(NamedTuple):
    """One token: its text as written and where it starts."""

    kind: Kind
    text: str
    start: int


# Possessive repeats keep hostile text linear: an unclosed quote is tried once.
_TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<string>[eE]'(?:[^'\\]|\\.|'')*+'|[xX]?'(?:[^']|'')*+'|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))
      | (?P<name>"(?:[^"]|"")*+"|`(?:[^`]|``)*+`|\[[^\W\d][^][',()]*+\])
      | (?P<number>0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d][\w$]*)
      | (?P<end>;)
      | (?P<mark>\|\||<=|>=|<>|!=|==|::|.)""",
    re.VERBOSE | re.DOTALL,
)

QUERY_WORDS = frozenset({"SELECT", "WITH", "VALUES"})
_COMMANDS = """
ALTER ANALYZE ATTACH BEGIN CALL CHECKPOINT COMMENT COMMIT COPY CREATE DEALLOCATE DELETE DESCRIBE DETACH DO
DROP END EXECUTE EXPLAIN EXPORT FLUSH GRANT IMPORT INSERT INSTALL LISTEN LOAD LOCK MERGE NOTIFY PRAGMA PREPARE
REFRESH REINDEX RELEASE REPLACE RESET REVOKE ROLLBACK SAVEPOINT SET SHOW START TRUNCATE UPDATE USE VACUUM
"""
COMMAND_WORDS = frozenset(_COMMANDS.split())
_CLAUSES = """
ALL AND AS ASC BETWEEN BY CASE CAST COLLATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DESC DISTINCT
ELSE EXCEPT EXISTS FALSE FROM FULL GLOB GROUP HAVING IN INNER INTERSECT IS ISNULL JOIN LEFT LIKE LIMIT NATURAL
NOT NOTNULL NULL OFFSET ON OR ORDER OUTER OVER PARTITION RIGHT THEN TRUE UNION USING WHEN WHERE WINDOW
"""
CLAUSE_WORDS = frozenset(_CLAUSES.split())


def tokens(sql: str) -> Iterator[Token]:
    """Yield the tokens of a text; every character that fits nowhere is a mark of its own.

    >>> [token.text for token in tokens("SELECT 'it''s' -- why\\nFROM t;")]
    ['SELECT', "'it''s'", 'FROM', 't', ';']
    """
    for match in _TOKEN.finditer(sql):
        group = match.lastgroup
        if group and group != "skip":
            yield Token(Kind[group.upper()], match.group(), match.start())


def statements(sql: str) -> list[str]:
    """Split at semicolons outside strings and comments; parts without a token vanish.

    >>> statements("SELECT ';';-- done\\n ; DROP TABLE t")
    ["SELECT ';'", 'DROP TABLE t']
    """
    parts: list[str] = []
    begin: int | None = None
    for token in tokens(sql):
        if token.kind is not Kind.END:
            begin = token.start if begin is None else begin
        elif begin is not None:
            parts.append(sql[begin : token.start].rstrip())
            begin = None
    if begin is not None:
        parts.append(sql[begin:].rstrip())
    return parts


def leading_word(sql: str) -> str | None:
    """Return the first keyword in capitals, past opening parentheses; None where a statement has none.

    >>> leading_word("/* x */ (select 1)")
    'SELECT'
    """
    first = next((token for token in tokens(sql) if token.text != "("), None)
    return first.text.upper() if first and first.kind is Kind.WORD else None


def is_query(sql: str) -> bool:
    """Tell whether a statement starts as a query does."""
    return leading_word(sql) in QUERY_WORDS


def is_command(sql: str) -> bool:
    """Tell whether a statement starts with a keyword that changes or inspects the database."""
    return leading_word(sql) in COMMAND_WORDS


def unreadable(sql: str) -> str:
    """Say why a text can be sent to no engine; empty where it can.

    >>> unreadable("SELECT 1")
    ''
    """
    if "\0" in sql:
        return "the query contains a null character"
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        return str(error)
    return ""


def normal(sql: str) -> tuple[str, ...]:
    """Return the tokens with words in lower case; equal tokens, equal query.

    Quoted names stay as they are: SQLite reads "Ada" as a string where no column is called so.

    >>> normal("select Name from T") == normal("SELECT name FROM t ;")
    True
    """
    return tuple(
        token.text.lower() if token.kind is Kind.WORD else token.text
        for token in tokens(sql)
        if token.kind is not Kind.END
    )
