"""Derivatives of trees by rule, so that steps with derivatives and antiderivatives become plain comparisons."""

from __future__ import annotations

from collections.abc import Callable

from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.nodes import Apply, E, Node, Num, Sym, apply, number, substitute, symbols

_ONE, _TWO = number(1), number(2)


def _plus(*parts: Node) -> Node:
    return Apply("add", parts)


def _minus(left: Node, right: Node) -> Node:
    return _plus(left, apply("neg", right))


def _times(*parts: Node) -> Node:
    return Apply("mul", parts)


def _over(above: Node, below: Node) -> Node:
    return apply("div", above, below)


def _square(node: Node) -> Node:
    return apply("pow", node, _TWO)


_OUTER: dict[str, Callable[[Node], Node]] = {
    "sin": lambda u: apply("cos", u),
    "cos": lambda u: apply("neg", apply("sin", u)),
    "tan": lambda u: _square(apply("sec", u)),
    "cot": lambda u: apply("neg", _square(apply("csc", u))),
    "sec": lambda u: _times(apply("sec", u), apply("tan", u)),
    "csc": lambda u: apply("neg", _times(apply("csc", u), apply("cot", u))),
    "sinh": lambda u: apply("cosh", u),
    "cosh": lambda u: apply("sinh", u),
    "tanh": lambda u: _square(apply("sech", u)),
    "ln": lambda u: _over(_ONE, u),
    "log": lambda u: _over(_ONE, u),
    "sqrt": lambda u: _over(_ONE, _times(_TWO, apply("sqrt", u))),
    "arcsin": lambda u: _over(_ONE, apply("sqrt", _minus(_ONE, _square(u)))),
    "arccos": lambda u: apply("neg", _over(_ONE, apply("sqrt", _minus(_ONE, _square(u))))),
    "arctan": lambda u: _over(_ONE, _plus(_ONE, _square(u))),
    "abs": lambda u: _over(u, apply("abs", u)),
}


def derivative(node: Node, name: str) -> Node:
    """Return the derivative in one variable; raise UnsupportedError for what has no rule here."""
    if node == Sym(name):
        return _ONE
    if not isinstance(node, Apply):
        return number(0)
    if node.head == "antider" and node.args[0] == Sym(name):
        return node.args[1]
    if name not in symbols(node):
        return number(0)
    rule = _RULES.get(node.head)
    if rule is not None:
        return rule(node, name)
    outer = _OUTER.get(node.head)
    if outer is None or len(node.args) != 1:
        raise UnsupportedError(node.head)
    return _times(outer(node.args[0]), derivative(node.args[0], name))


def _product(node: Apply, name: str) -> Node:
    parts = []
    for index, part in enumerate(node.args):
        parts.append(_times(*node.args[:index], derivative(part, name), *node.args[index + 1 :]))
    return _plus(*parts)


def _quotient(node: Apply, name: str) -> Node:
    above, below = node.args
    top = _minus(_times(derivative(above, name), below), _times(above, derivative(below, name)))
    return _over(top, _square(below))


def _power(node: Apply, name: str) -> Node:
    base, exponent = node.args
    if name not in symbols(exponent):
        lower = apply("pow", base, _minus(exponent, _ONE))
        return _times(exponent, lower, derivative(base, name))
    if base == E:
        return _times(node, derivative(exponent, name))
    return _times(node, derivative(_times(exponent, apply("ln", base)), name))


_RULES: dict[str, Callable[[Apply, str], Node]] = {
    "add": lambda node, name: Apply("add", tuple(derivative(arg, name) for arg in node.args)),
    "neg": lambda node, name: apply("neg", derivative(node.args[0], name)),
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "logb": lambda node, name: derivative(_over(apply("ln", node.args[0]), apply("ln", node.args[1])), name),
    "root": lambda node, name: derivative(apply("pow", node.args[0], _over(_ONE, node.args[1])), name),
}


def resolved(node: Node, table: dict[Node, Node]) -> Node:
    """Work out the derivatives and evaluation bars of a tree; `table` gives what names such as `y` stand for."""
    if not isinstance(node, Apply):
        return node
    if node.head == "deriv":
        return _derived(node, table)
    args = tuple(resolved(arg, table) for arg in node.args)
    if node.head == "bar":
        return _difference(args)
    return Apply(node.head, args)


def _derived(node: Apply, table: dict[Node, Node]) -> Node:
    inner, variable = node.args
    assert isinstance(variable, Sym)
    if isinstance(inner, Sym):
        if inner not in table:
            return Sym(f"d{inner.name}/d{variable.name}")
        inner = table[inner]
    return derivative(resolved(inner, table), variable.name)


def _difference(args: tuple[Node, ...]) -> Node:
    body, low, high = args
    names = sorted(symbols(body) - symbols(low) - symbols(high))
    if len(names) != 1:
        raise UnsupportedError("a bar over several variables")
    at = [substitute(body, {Sym(names[0]): end}) for end in (high, low)]
    return _minus(at[0], at[1])


def antiderivatives(node: Node) -> frozenset[str]:
    """Return the variables of the antiderivatives that occur."""
    if not isinstance(node, Apply):
        return frozenset()
    found = frozenset().union(*(antiderivatives(arg) for arg in node.args))
    return found | {node.args[0].name} if node.head == "antider" and isinstance(node.args[0], Sym) else found


__all__ = ["Num", "antiderivatives", "derivative", "resolved"]
