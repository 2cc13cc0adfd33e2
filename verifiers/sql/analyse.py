"""What a query's text tells: whether and by what it orders rows, which constants it compares, if it asks the clock.

Uses sqlglot as a reader only: its output is never the sandbox, and never decides that two results are equal. A query
that it cannot read loses hints, not its verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.verifiers.sql import lexer, orders
from verisieve.verifiers.sql.orders import OrderKeys
from verisieve.verifiers.sql.steady import steady

if TYPE_CHECKING:
    from sqlglot import exp

Constant = int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the tokens of a query tell: its words that are no strings, its constants, what it owes to the moment.

    A star that stands for columns is one of the words.

    `ordered` means an ORDER BY outside all parentheses, `sorts` one anywhere but in a window.
    """

    ordered: bool
    sorts: bool
    names: frozenset[str]
    loose: frozenset[Constant]
    unstable: str = ""

    @property
    def names_rowid(self) -> bool:
        """Tell whether the query may ask where a row is stored."""
        return not _ROWIDS.isdisjoint(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What sqlglot's tree of a query tells as well.

    `constants` are those compared with a column, by its lower-case name; `counts` are numbers of rows that a HAVING, a
    COUNT or a LIMIT asks for; `joined` are sets of column names that the
    query equates; `tie_breaks` are the query as sqlglot writes it and two forms in which every LIMIT breaks ties up or
    down; `steady` says that its rows cannot depend on how tables are stored.
    """

    glance: Glance
    keys: OrderKeys | None = None
    tie_breaks: tuple[str, ...] = ()
    constants: Mapping[str, frozenset[Constant]] = field(default_factory=dict)
    counts: frozenset[int] = frozenset()
    joined: frozenset[frozenset[str]] = frozenset()
    steady: bool = False
    tree: exp.Query | None = field(default=None, repr=False, compare=False)


_MOST_CONSTANTS = 60
_CLOCK_WORDS = frozenset({"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"})
_RANDOM_CALLS = frozenset({"RANDOM", "RANDOMBLOB", "RAND", "NOW", "UUID", "GEN_RANDOM_UUID", "CLOCK_TIMESTAMP"})
_CLOCK_CALLS = frozenset({"DATE", "TIME", "DATETIME", "JULIANDAY", "UNIXEPOCH"})
_RUN_TOGETHER = (1, 11)  # 1 || 11 is 11 || 1
_ROWIDS = frozenset({"rowid", "oid", "_rowid_"})


# What a reader of any text may trip over; the tree is only a source of hints, so none of it decides anything.
READER_FAULTS = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


def glance(sql: str) -> Glance:
    """Read the tokens of one query; cheap."""
    found = list(lexer.tokens(sql))
    depths = list(_order_depths(found))
    return Glance(
        ordered=0 in depths,
        sorts=bool(depths),
        names=frozenset(map(_plain_name, found)) - {""} | _stars(found),
        loose=frozenset(islice(_loose(found), _MOST_CONSTANTS)),
        unstable=_unstable(found),
    )


def read(sql: str, dialect: str = "sqlite") -> Reading:
    """Read one query as far as it can be read."""
    glanced = glance(sql)
    tree = parse(sql, dialect)
    if tree is None:
        return Reading(glance=glanced)
    try:
        return Reading(
            glance=glanced,
            keys=orders.order_keys(tree, dialect) if glanced.ordered else None,
            tie_breaks=tuple(orders.tie_breaks(tree, dialect)),
            constants=_by_column(tree),
            counts=frozenset(_counts(tree)),
            joined=frozenset(_joined(tree)),
            tree=tree,
            steady=not glanced.names_rowid and steady(tree, dialect),
        )
    except READER_FAULTS:
        return Reading(glance=glanced)


def parse(sql: str, dialect: str = "sqlite") -> exp.Query | None:
    """Parse with sqlglot; None where it is no query or sqlglot cannot read it."""
    import sqlglot
    from sqlglot import errors, exp

    if not (lexer.is_query(sql) or (dialect == "duckdb" and lexer.leading_word(sql) == "FROM")):
        return None
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except (errors.SqlglotError, *READER_FAULTS):
        return None
    return tree if isinstance(tree, exp.Query) else None


class Check(NamedTuple):
    """What a CHECK says of columns: constants compared with each, and columns that may only take listed values."""

    constants: Mapping[str, frozenset[Constant]]
    closed: Mapping[str, frozenset[Constant]]


def read_check(condition: str, dialect: str = "sqlite") -> Check:
    """Read a CHECK expression of a schema as far as it can be read.

    >>> read_check("ok IN (0, 1)").closed, read_check("ok IN (-1)").closed
    ({'ok': frozenset({0, 1})}, {'ok': frozenset({-1})})
    """
    from sqlglot import exp

    tree = parse(f"SELECT 1 WHERE {condition}", dialect)  # read, never run
    if tree is None:
        return Check({}, {})
    whole = tree.args["where"].this
    closed: dict[str, frozenset[Constant]] = {}
    for part in whole.flatten() if isinstance(whole, exp.And) else [whole]:
        listed = part.expressions if isinstance(part, exp.In) and isinstance(part.this, exp.Column) else []
        leaves = [item.this if isinstance(item, exp.Neg) else item for item in listed]
        if leaves and all(isinstance(leaf, exp.Literal) for leaf in leaves):
            closed[part.this.name.lower()] = frozenset(map(_constant, leaves))
    return Check(_by_column(tree), closed)


def _order_depths(found: list[lexer.Token]) -> Iterator[int]:
    """Yield how deep in parentheses each ORDER BY stands; those of windows and what is in them are left out."""
    windows: list[bool] = []
    before = ""
    for token in found:
        word = token.text.upper() if token.kind is lexer.Kind.WORD else token.text
        if word == "(":
            windows.append(before == "OVER" or (bool(windows) and windows[-1]))
        elif word == ")":
            windows = windows[:-1]
        elif word == "ORDER" and token.kind is lexer.Kind.WORD and not (windows and windows[-1]):
            yield len(windows)
        before = word


def _stars(found: list[lexer.Token]) -> frozenset[str]:
    """Return the star if one stands for columns: not that of COUNT(*), of a product, or in EXISTS."""
    before = [token.text.upper() for token in found]
    return frozenset(
        "*"
        for i, word in enumerate(before)
        if word == "*"
        and before[i - 1] in ("SELECT", "DISTINCT", "ALL", ",", ".")
        and before[i - 3 : i] != ["EXISTS", "(", "SELECT"]
    )


def _plain_name(token: lexer.Token) -> str:
    return token.text.strip('"`[]').lower() if token.kind in (lexer.Kind.WORD, lexer.Kind.NAME) else ""


def _unstable(found: list[lexer.Token]) -> str:
    """Return what makes the query depend on the moment of its run, or nothing."""
    for i, token in enumerate(found):
        word = token.text.upper() if token.kind is lexer.Kind.WORD else ""
        after = [other.text for other in found[i + 1 : i + 3]]
        if word in _CLOCK_WORDS or (word in _RANDOM_CALLS and after[:1] == ["("]):
            return token.text
        if (word in _CLOCK_CALLS and after == ["(", ")"]) or token.text.lower() == "'now'":
            return token.text
    return ""


def _loose(found: list[lexer.Token]) -> Iterator[Constant]:
    for token in found:
        if token.kind is lexer.Kind.NUMBER and len(token.text) < 16:
            yield _number(token.text)
        elif token.text == "||":
            yield from _RUN_TOGETHER
        elif (token.kind is lexer.Kind.STRING and token.text[0] == "'") or token.text[0] == '"':
            yield token.text[1:-1].replace("''", "'")


def _number(text: str) -> int | float:
    try:
        return int(text, 0) if text.lower().startswith("0x") else int(text)
    except ValueError:
        return float(text)


def _by_column(tree: exp.Query) -> dict[str, frozenset[Constant]]:
    from sqlglot import exp

    found: dict[str, set[Constant]] = {}
    for node in tree.find_all(exp.Predicate):
        if isinstance(node, (exp.Connector, exp.SubqueryPredicate)):
            continue
        # A count is compared with a number of rows, not with a value of the column that is counted.
        columns = [column for column in node.find_all(exp.Column) if not column.find_ancestor(exp.Count)][:8]
        literals = [_constant(leaf) for leaf in node.find_all(exp.Literal)][:24]
        # SQLite reads "red" as a string where no column is called red.
        literals += [column.name for column in columns if column.this.args.get("quoted") and not column.table]
        for column in columns:
            known = found.setdefault(column.name.lower(), set())
            known.update(literals)
            numbers = [value for value in literals if not isinstance(value, str)]
            known.update(_combined(numbers))
            known.update(-number for number in numbers if node.find(exp.Abs))
    for joint in tree.find_all(exp.DPipe, exp.Concat):
        for column in list(joint.find_all(exp.Column))[:8]:
            found.setdefault(column.name.lower(), set()).update(_RUN_TOGETHER)
    return {name: frozenset(values) for name, values in found.items()}


def _counts(tree: exp.Query) -> Iterator[int]:
    from sqlglot import exp

    for count in tree.find_all(exp.Count):
        around = count.find_ancestor(exp.Predicate)
        yield from _whole_numbers(around) if around is not None else ()
    for node in tree.find_all(exp.Having, exp.Limit, exp.Offset):
        yield from _whole_numbers(node)


def _whole_numbers(node: Any) -> Iterator[int]:
    from sqlglot import exp

    yield from (number for leaf in node.find_all(exp.Literal) if isinstance(number := _constant(leaf), int))


def _joined(tree: exp.Query) -> Iterator[frozenset[str]]:
    """Yield the names of columns that are set equal: in ON and WHERE, with USING, through IN (SELECT ...)."""
    from sqlglot import exp

    for equal in tree.find_all(exp.EQ):
        if isinstance(equal.this, exp.Column) and isinstance(equal.expression, exp.Column):
            yield frozenset({equal.this.name.lower(), equal.expression.name.lower()})
    for join in tree.find_all(exp.Join):
        yield from (frozenset({name.name.lower()}) for name in join.args.get("using") or ())
    for inside in tree.find_all(exp.In):
        query = inside.args.get("query")
        chosen = query.this.selects[0] if query is not None and query.this.selects else None
        if isinstance(inside.this, exp.Column) and isinstance(chosen, exp.Column):
            yield frozenset({inside.this.name.lower(), chosen.name.lower()})
    for subquery in tree.find_all(exp.Subquery):
        other = subquery.parent.this if isinstance(subquery.parent, exp.Binary) else None
        chosen = subquery.this.selects[0].find(exp.Column) if _is_query_with_outputs(subquery.this) else None
        if isinstance(other, exp.Column) and chosen is not None:
            yield frozenset({other.name.lower(), chosen.name.lower()})


def _is_query_with_outputs(tree: Any) -> bool:
    from sqlglot import exp

    return isinstance(tree, exp.Query) and bool(tree.selects)


def _combined(numbers: list[int | float]) -> Iterator[Constant]:
    """Yield what arithmetic around a comparison may move a threshold to: salary*12 > 60000 turns at 5000."""
    for a, b in permutations(sorted(set(numbers))[:3], 2):
        yield a + b
        yield a - b
        if b:
            quotient = a / b
            yield int(quotient) if quotient.is_integer() else quotient


def _constant(leaf: exp.Literal) -> Constant:
    from sqlglot import exp

    if leaf.is_string:
        return str(leaf.this)
    return -_number(str(leaf.this)) if isinstance(leaf.parent, exp.Neg) else _number(str(leaf.this))
