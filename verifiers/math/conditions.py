"""Functions told with their domain: `x\\sqrt{x}, x >= 0`, `\\cos(\\pi n) (n \\in Z)`, `|x| for all real x`.

The gold's domain is put into both sides by a change of variable that runs over it, such as x = x^2 for x >= 0; what
then agrees everywhere agrees on the domain. Trees in, trees out; compares nothing.
"""

from __future__ import annotations

from verisieve.verifiers.math.nodes import (
    INEQUALITIES,
    INTERVALS,
    Apply,
    Node,
    Sym,
    apply,
    heads,
    number,
    substitute,
    symbols,
)

_TELLING = INEQUALITIES | {"chain", "in"}
_WHOLE, _ANY = frozenset({"ZZ", "NN"}), frozenset({"RR", "QQ"})
_COUNTS = ("n", "k", "m")
_UP, _DOWN = frozenset({"gt", "ge"}), frozenset({"lt", "le"})
_NO_FUNCTIONS = (
    frozenset({"eq", "tuple", "list", "set", "setof", "or", "and", "union", "cong", "matrix"}) | INTERVALS | _TELLING
)


def narrowed(gold: Node, answer: Node) -> list[tuple[Node, Node]]:
    """Return the pairs of which one must be equal for both sides to be one function on the gold's domain."""
    if heads(gold).isdisjoint(_TELLING) and heads(answer).isdisjoint(_TELLING):
        return []
    (body, told), (other, said) = _parted(gold), _parted(answer)
    if not (told or said) or not (_function(body) and _function(other)):
        return []
    if any(part not in told and not _idle(part, told) for part in said):
        return []
    table = dict[Node, Node]()
    for name in sorted(symbols(body) | symbols(other)):
        bounds = [part for part in told if name in symbols(part)]
        inserted = _inserted(Sym(name), bounds, table)
        if inserted is None:
            return [(body, other)]
        if inserted != Sym(name):
            table[Sym(name)] = inserted
    return [(body, other), (substitute(body, table), substitute(other, table))] if table else [(body, other)]


def _parted(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """Return what a tree says, and the conditions behind it."""
    if not isinstance(node, Apply):
        return node, ()
    if node.head in {"setof", "list"} and all(_condition(part) for part in node.args[1:]):
        return node.args[0], tuple(each for part in node.args[1:] for each in _conditions(part))
    if node.head in {"mul", "add", "eq", "neg"} and node.args:  # in brackets behind the last term
        *others, last = node.args
        if node.head == "mul" and _condition(last):
            return (apply("mul", *others) if len(others) > 1 else others[0]), _conditions(last)
        inner, told = _parted(last) if heads(last) & _TELLING else (last, ())
        return (Apply(node.head, (*others, inner)), told) if told else (node, ())
    return node, ()


def _condition(node: Node) -> bool:
    parts = node.args if isinstance(node, Apply) and node.head in {"tuple", "and", "list"} else (node,)
    last = parts[-1]
    return (
        isinstance(last, Apply)
        and last.head in _TELLING
        and all(isinstance(part, Sym) or (isinstance(part, Apply) and part.head in _TELLING) for part in parts)
    )


def _conditions(node: Node) -> tuple[Node, ...]:
    """Return conditions one by one; `x, y > 0` is said of both."""
    parts = node.args if isinstance(node, Apply) and node.head in {"tuple", "and", "list"} else (node,)
    last = parts[-1]
    assert isinstance(last, Apply)
    both = [Apply(last.head, (part, *last.args[1:])) if isinstance(part, Sym) else part for part in parts]
    links = [part.args if isinstance(part, Apply) and part.head == "chain" else (part,) for part in both]
    return tuple(link for group in links for link in group)


def _function(node: Node) -> bool:
    """Say whether a tree is a value, or an equation of f(x) or of a name with its value."""
    value = node.args[1] if isinstance(node, Apply) and node.head == "eq" else node
    return "cases" in heads(value) or (bool(symbols(value)) and heads(value).isdisjoint(_NO_FUNCTIONS))


def _idle(part: Node, told: tuple[Node, ...]) -> bool:
    """Say whether a condition takes nothing away: of real or whole numbers, all but some."""
    if not isinstance(part, Apply):
        return False
    name, kind = part.args[0], part.args[-1]
    ranged = [one.args[0] for one in told if isinstance(one, Apply) and one.head == "in"]
    if part.head == "in" and name in ranged:  # another range than the gold's
        return False
    if part.head == "in" and isinstance(kind, Sym):
        whole = isinstance(name, Sym) and name.name in _COUNTS and kind.name in _WHOLE
        return whole or kind.name in _ANY
    return part.head == "ne"


def _inserted(name: Sym, told: list[Node], table: dict[Node, Node]) -> Node | None:
    """Return what runs over all values of a variable that conditions allow; None where they say something else."""
    low, high = list[Node](), list[Node]()
    for part in told:
        assert isinstance(part, Apply)
        left, right = part.args[0], part.args[1]
        if part.head == "in" and left == name and isinstance(right, Sym):
            if right.name in _WHOLE:
                free = [count for count in _COUNTS if Sym(count) not in table.values()]
                return name if name.name in _COUNTS else Sym(free[0]) if free else None
            if right.name not in _ANY:
                return None
        elif part.head == "ne":
            continue
        elif part.head in _DOWN and left == apply("abs", name) and not symbols(right):
            low.append(apply("neg", right))
            high.append(right)
        elif left == name and not symbols(right) and part.head in _UP | _DOWN:
            (low if part.head in _UP else high).append(right)
        elif right == name and not symbols(left) and part.head in _UP | _DOWN:
            (high if part.head in _UP else low).append(left)
        else:
            return None
    if len(low) > 1 or len(high) > 1:
        return None
    square = apply("pow", name, number(2))
    if low and high:
        share = apply("div", square, apply("add", number(1), square))
        return apply("add", low[0], apply("mul", apply("add", high[0], apply("neg", low[0])), share))
    if low:
        return square if low[0] == number(0) else apply("add", low[0], square)
    return apply("add", high[0], apply("neg", square)) if high else name
