"""Normal forms: queries that are the same but for layout, case, comments, output names and the order of ANDs.

Proves equality in these plain cases only; sqlglot's optimizer is not used, it has been wrong.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.analyse import parse

if TYPE_CHECKING:
    from sqlglot import exp


def same_form(left: str, right: str, dialect: str) -> bool:
    """Tell whether two queries have one normal form.

    >>> same_form("SELECT a AS x FROM t WHERE b=1 AND c=2", "select a from t where c = 2 and b = 1", "sqlite")
    True
    """
    if lexer.normal(left) == lexer.normal(right):
        return True
    form = _form(left, dialect)
    return form is not None and form == _form(right, dialect)


@lru_cache(maxsize=256)
def _form(sql: str, dialect: str) -> str | None:
    from sqlglot import exp

    tree = parse(sql, dialect)
    if tree is None:
        return None
    for identifier in list(tree.find_all(exp.Identifier)):
        if not identifier.quoted:  # "Ada" may be a string
            identifier.replace(exp.to_identifier(str(identifier.this).lower(), quoted=False))
    if isinstance(tree, exp.Select) and not tree.args.get("order") and not tree.args.get("group"):
        tree.set("expressions", [item.unalias() for item in tree.expressions])
    for kind in (exp.And, exp.Or):
        for node in [node for node in tree.find_all(kind) if not isinstance(node.parent, kind)]:
            _sort_operands(node, kind, dialect)
    return tree.sql(dialect, comments=False)


def _sort_operands(node: Any, kind: type[exp.Connector], dialect: str) -> None:
    from sqlglot import exp

    parts = sorted({part.sql(dialect, comments=False): part for part in node.flatten()}.items())
    joined = exp.and_(*[part for _, part in parts]) if kind is exp.And else exp.or_(*[part for _, part in parts])
    node.replace(joined)
