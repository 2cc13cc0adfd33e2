"""Brackets: groups, tuples, intervals, sets, absolute values, floors, and matrix environments."""

from __future__ import annotations

from verisieve.verifiers.math.nodes import Apply, Node, UnreadableError
from verisieve.verifiers.math.reader import Reader

_CLOSERS = (")", "]", "[")
_MATRICES = frozenset({"pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix", "array", "vmatrix", "Vmatrix"})
_CASES = frozenset({"cases", "dcases", "rcases"})


def bracket(reader: Reader) -> Node:
    """Read whatever a bracket opens."""
    opener = reader.take().text
    if opener in {"(", "[", "]"}:
        return _round_or_square(reader, opener)
    if opener == "{":
        return _braces(reader)
    if opener == "{:":
        return _set(reader)
    if opener == "|":
        return _between(reader, "|", "abs")
    if opener == "⌊":
        return _between(reader, "⌋", "floor")
    if opener == "⌈":
        return _between(reader, "⌉", "ceil")
    if opener == "⟨":
        return _tuple(reader)
    raise UnreadableError(f"expected a value, found {opener!r}")


def _between(reader: Reader, closer: str, head: str) -> Node:
    with reader.inside("|" if closer == "|" else "("):
        inner = reader.grammar.arith(reader)
        reader.expect(closer)
    if head == "abs" and isinstance(inner, Apply) and inner.head == "matrix":
        head = "det"
    return reader.build(head, inner)


def _tuple(reader: Reader) -> Node:
    with reader.inside("("):
        items = _items(reader)
        reader.expect("⟩")
    return reader.build("tuple", *items)


def _items(reader: Reader) -> list[Node]:
    return [item for row in _listed(reader) for item in row]


def _listed(reader: Reader) -> list[list[Node]]:
    """Read items between commas, and begin a row after each semicolon."""
    rows = [[reader.grammar.item(reader)]]
    while sign := reader.accept(",", ";"):
        if sign == ";":
            rows.append([])
        rows[-1].append(reader.grammar.item(reader))
    return rows


def arguments(reader: Reader) -> list[Node]:
    """Read the arguments of a call, its round brackets included."""
    reader.expect("(")
    with reader.inside("("):
        items = _items(reader)
        reader.expect(")")
    return items


def _round_or_square(reader: Reader, opener: str) -> Node:
    start = reader.position
    with reader.inside(opener):
        rows = _listed(reader)
        closer = reader.accept(*_CLOSERS)
    if not closer:
        raise UnreadableError("an open bracket")
    items = [item for row in rows for item in row]
    if (opener, closer) == ("[", "]") and len(rows) > 1 < len(rows[0]) == len(rows[-1]) == len(items) / len(rows):
        return reader.build("matrix", *(reader.build("row", *row) for row in rows))  # [2, 0; 1, 3]
    if opener == "[" == reader.tokens[start].text and closer == "]" and _table(items):
        return reader.build("matrix", *(reader.build("row", *item.args) for item in items if isinstance(item, Apply)))
    if len(items) == 1:
        if (opener, closer) not in {("(", ")"), ("[", "]")}:
            raise UnreadableError("brackets that do not match")
        return items[0]
    left = "[" if opener == "[" else "("
    right = "]" if closer == "]" else ")"
    if (opener, closer) == ("(", ")"):
        return reader.build("tuple", *items)
    if len(items) == 2:  # an interval has two ends
        return reader.build(f"iv{left}{right}", *items)
    if (left, right) == ("[", "]"):
        return reader.build("tuple", *items)
    raise UnreadableError("brackets that do not match")


def _table(items: list[Node]) -> bool:
    """Say whether all items are rows of one length, as in [[1,2],[3,4]]."""
    rows = [item for item in items if isinstance(item, Apply) and item.head in {"tuple", "iv[]"}]
    return len(rows) == len(items) and len({len(row.args) for row in rows}) == 1


def _braces(reader: Reader) -> Node:
    """Read TeX braces; with commas inside they are a plain-text set."""
    with reader.inside("{"):
        if reader.at("}"):
            reader.take()
            if reader.here.kind == "end" and reader.position == 2:  # the whole text is {}
                return reader.build("set")
            raise UnreadableError("empty braces")
        items = _items(reader)
        items[0] = parted(reader, items[0])
        if reader.accept("|"):
            items = [reader.build("setof", items[0], *_items(reader))]
        reader.expect("}")
    return items[0] if len(items) == 1 else reader.build("set", *items)


def parted(reader: Reader, above: Node) -> Node:
    r"""Read `a \over b` and `n \choose k`, which take the whole group."""
    if reader.here.kind == "cmd" and reader.here.text in {"over", "choose"}:
        head = "div" if reader.take().text == "over" else "binom"
        return reader.build(head, above, reader.grammar.arith(reader))
    return above


def _set(reader: Reader) -> Node:
    with reader.inside("{:"):
        if reader.accept(":}"):
            return reader.build("set")
        items = _items(reader)
        if reader.accept("|", ":"):
            with reader.inside("("):
                conditions = _items(reader)
            reader.expect(":}")
            body = items[0] if len(items) == 1 else reader.build("list", *items)
            return reader.build("setof", body, *conditions)
        reader.expect(":}")
    return reader.build("set", *items)


def environment(reader: Reader) -> Node:
    """Read from after `\\begin` to its `\\end{...}`."""
    name = _name(reader)
    if name == "array":
        _skip_group(reader)
    if name not in _MATRICES | _CASES:
        raise UnreadableError(f"environment {name!r}")
    with reader.inside("("):
        rows = _rows(reader, conditions=name in _CASES)
    reader.take()
    if _name(reader) != name:
        raise UnreadableError("environments that do not match")
    if name in _CASES:
        return _cases(reader, rows)
    if len({len(row) for row in rows}) != 1:
        raise UnreadableError("a ragged matrix")
    matrix = reader.build("matrix", *(reader.build("row", *row) for row in rows))
    return reader.build("det", matrix) if name in {"vmatrix", "Vmatrix"} else matrix


def _name(reader: Reader) -> str:
    reader.expect("{")
    name = reader.take().text
    reader.accept("*")
    reader.expect("}")
    return name


def _skip_group(reader: Reader) -> None:
    reader.expect("{")
    while not reader.accept("}"):
        if reader.take().kind == "end":
            raise UnreadableError("an open group")


def _rows(reader: Reader, *, conditions: bool) -> list[list[Node]]:
    rows: list[list[Node]] = [[]]
    while not (reader.here.kind == "cmd" and reader.here.text == "end"):
        if reader.accept("\\\\"):
            rows.append([])
        elif reader.accept("&", ",") or reader.word("if"):
            reader.position += 1 if reader.word("if") else 0
        elif conditions and reader.word("otherwise"):
            reader.take()
            rows[-1].append(reader.build("otherwise"))
        else:
            rows[-1].append(reader.grammar.item(reader))
            if reader.word("and", "or") and conditions:
                head = reader.take().text
                rows[-1].append(reader.build(head, rows[-1].pop(), reader.grammar.item(reader)))
    return [row for row in rows if row]


def _cases(reader: Reader, rows: list[list[Node]]) -> Node:
    if all(len(row) == 1 for row in rows):
        return reader.build("and", *(row[0] for row in rows))  # a system of equations
    parts: list[Node] = []
    for row in rows:
        if len(row) > 2:  # `x \\ge 0, x < 5` is one condition
            row = [row[0], reader.build("and", *row[1:])]
        parts.extend(row if len(row) == 2 else [row[0], reader.build("otherwise")])  # value, condition
    return reader.build("cases", *parts)
