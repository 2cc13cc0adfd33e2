"""The weakest level of the grammar: items between commas, `and`, `or`, and the conditions that close an answer."""

from __future__ import annotations

from verisieve.verifiers.math import units
from verisieve.verifiers.math.nodes import Apply, Node, Sym, Unit, UnreadableError, apply
from verisieve.verifiers.math.reader import Reader

_SEPARATORS = {",", ";", "&"}


def answers(reader: Reader) -> Node:
    """Read alternatives: items between commas, `and`, `or`; the weakest separator names the head."""
    items, joins = [reader.grammar.item(reader)], set[str]()
    while True:
        join = _separator(reader)
        if not join or reader.here.kind == "end":
            break
        joins |= join
        if reader.word("where", "if") or _quantifier(reader):
            items = [_conditioned(reader, items)]
            continue
        items.append(reader.grammar.item(reader))
    if len(items) == 1:
        return items[0]
    if joins == {"and"} and len(items) == 2 and _one_quantity(*items):  # 2 hours and 15 minutes
        return reader.build("add", *items)
    head = "or" if "or" in joins else "and" if joins == {"and"} else "list"
    return reader.build(head, *items)


def _one_quantity(left: Node, right: Node) -> bool:
    """Say whether two amounts in different units of one dimension make one quantity."""
    ends = [node.args[-1] for node in (left, right) if isinstance(node, Apply) and node.head == "mul"]
    names = [end.name for end in ends if isinstance(end, Unit) and end.name in units.UNITS]
    if len(names) != 2 or names[0] == names[1]:  # a pair
        return False
    scales = [units.UNITS[name] for name in names]
    return scales[0].powers == scales[1].powers and scales[0].factor > scales[1].factor


def _separator(reader: Reader) -> set[str]:
    found = set[str]()
    while True:
        if reader.here.kind == "op" and reader.here.text in _SEPARATORS:
            found.add(",")
        elif reader.word("and", "or"):
            found.add(reader.here.text)
        elif reader.word("where", "if") and reader.position:
            return found | {"where"}
        else:
            return found
        reader.take()


def _quantifier(reader: Reader) -> bool:
    """Say whether `k \\in \\mathbb{Z}` (or `k integer`) comes next."""
    if reader.here.kind != "sym":
        return False
    follower = reader.ahead()
    return follower.text == "in" or (follower.kind in {"word", "text"} and "integer" in follower.text.lower())


def _conditioned(reader: Reader, items: list[Node]) -> Node:
    """Read the conditions that close an answer: `..., k in Z` or `... where k is an integer`."""
    while reader.word("where", "if", "and") or reader.at(","):
        reader.take()
    body = items[0] if len(items) == 1 else reader.build("list", *items)
    name = reader.here.text
    if reader.here.kind == "sym" and reader.ahead().kind in {"word", "text"}:
        reader.take()
        described = " ".join(_words(reader)).lower()
        if "integer" not in described:
            raise UnreadableError("a condition in words")
        return reader.build("setof", body, apply("in", Sym(name), Sym("ZZ")))
    return reader.build("setof", body, reader.grammar.item(reader))


def _words(reader: Reader) -> list[str]:
    found = []
    while reader.here.kind in {"word", "text", "sym"}:
        found.append(reader.take().text)
    return found
