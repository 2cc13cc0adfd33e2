"""What it means that two factors stand side by side: a product, a mixed number, mixed units, a temperature.

One number beside another is never a product.
"""

from __future__ import annotations

from verisieve.verifiers.math import units
from verisieve.verifiers.math.lowering import measured_letters
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, Unit, UnreadableError
from verisieve.verifiers.math.operands import CONTAINERS, operand, postfixed, unit
from verisieve.verifiers.math.reader import Reader
from verisieve.verifiers.math.tokens import Token


def juxtaposed(reader: Reader, left: Node, right: Node, start: Token) -> Node:
    """Join two factors that stand side by side: a mixed number, mixed units, a temperature, or a product."""
    if start.kind == "num":
        return _beside_number(reader, left, right)
    if start.text in {"frac", "dfrac", "tfrac"} and isinstance(left, Num):
        mixed = _mixed(reader, left, right)
        if mixed is not None:
            return mixed
    price = isinstance(left, Apply) and left.head == "mul" and isinstance(left.args[0], Unit) and len(left.args) == 2
    if start.text in {"frac", "dfrac", "tfrac"} and price and isinstance(left, Apply) and isinstance(left.args[1], Num):
        mixed = _mixed(reader, left.args[1], right)
        if mixed is not None:
            return reader.build("mul", left.args[0], mixed)
    if isinstance(left, Sym) and left.name.isupper() and isinstance(right, Apply) and right.head == "tuple":
        return right  # a point with its label
    last = left.args[-1] if isinstance(left, Apply) and left.head == "mul" else left
    if last == Unit("deg") and isinstance(right, Sym | Unit) and right.name in {"C", "F", "degC", "degF"}:
        scale = Unit(f"deg{right.name[-1]}")
        return reader.build("mul", *left.args[:-1], scale) if isinstance(left, Apply) else scale
    if isinstance(left, Apply) and left.head == "mul":
        return reader.build("mul", *left.args, right)
    return reader.build("mul", left, right)


def _mixed(reader: Reader, left: Num, right: Node) -> Node | None:
    """Join 33 and 1/3, 1/3 percent or 1/3 degrees to a mixed number, or return None."""
    if _plain_fraction(left, right):
        return reader.build("add", left, right)
    if isinstance(right, Apply) and right.head == "percent" and _plain_fraction(left, right.args[0]):
        return reader.build("percent", reader.build("add", left, right.args[0]))
    if not (isinstance(right, Apply) and right.head == "mul" and _plain_fraction(left, right.args[0])):
        return None
    if not all(isinstance(part, Unit) for part in right.args[1:]):
        return None
    return reader.build("mul", reader.build("add", left, right.args[0]), *right.args[1:])


def _plain_fraction(left: Num, right: Node) -> bool:
    return (
        left.places is None
        and isinstance(right, Apply)
        and right.head == "div"
        and all(isinstance(part, Num) and part.places is None for part in right.args)
    )


def _beside_number(reader: Reader, left: Node, right: Node) -> Node:
    """Join a value and a number after it: 7 1/8, 5 feet 3 inches, $5; anything else is no product."""
    if isinstance(left, Num) and left.places is None and isinstance(right, Num) and reader.at("/"):
        reader.take()
        below = operand(reader)
        if isinstance(below, Num):
            return postfixed(reader, reader.build("add", left, reader.build("div", right, below)))
    if isinstance(left, Unit) and units.money(left.name):
        return reader.build("mul", left, right)
    last = left.args[-1] if isinstance(left, Apply) and left.head == "add" else None
    parts = last.args if isinstance(last, Apply) else ()
    ending = left.args[-1] if isinstance(left, Apply) and left.head == "mul" else (parts[-1] if parts else left)
    if isinstance(ending, Sym) and isinstance(left, Apply) and units.lookup(ending.name):
        left, ending = measured_letters(left), Unit(ending.name)
        named = units.lookup(reader.here.text) if reader.here.kind == "sym" else None
        right = reader.build("mul", right, Unit(named)) if named and reader.take() else right
    if isinstance(ending, Unit):
        if reader.here.kind in {"sym", "func"} and (named := units.lookup(reader.here.text)):  # 1 min 30 s
            reader.take()
            right = reader.build("mul", right, Unit(named))
        while reader.here.kind == "unit":
            right = reader.build("mul", right, unit(reader))
        return reader.build("add", left, right)
    if isinstance(left, Sym | Apply) and not isinstance(right, Num):
        return reader.build("mul", left, right)
    if isinstance(left, Apply) and left.head in {"fact", "pow", "call", "sqrt"} | CONTAINERS:
        raise UnreadableError("a number after a value")
    raise UnreadableError("two numbers side by side")
