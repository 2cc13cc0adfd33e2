"""The SymPy worker: reads two trees a line as JSON, answers whether they are equal. Run as a script, never imported.

Stands alone on purpose (standard library and SymPy), so that it starts without our package on its path. Text never
reaches SymPy: trees are lists of heads and integers, and names only ever become Symbol objects. Free variables get
rational values first, as a sum or an integral between numbers is decided where the general one is not.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any

MEMORY = 2 << 30
DIGITS = 40
AGREE, DIFFER = 1e-25, 1e-12
VALUES = ((1, 3), (2, 7), (5, 11), (3, 13))


def main() -> None:
    """Answer questions until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import sympy  # loaded in the worker only

    seconds = float(sys.argv[1])  # of CPU for one question; SIGPROF ends a process that does not expect it
    say("ready")
    for line in sys.stdin:
        left, right, names = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            answer = decide(sympy, left, right, names)
        except (
            ArithmeticError,
            AttributeError,
            KeyError,
            NotImplementedError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            answer = {"same": None, "note": f"{type(error).__name__}: {error}"[:300]}
        signal.setitimer(signal.ITIMER_PROF, 0)
        say(json.dumps(answer))


def say(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def decide(sympy: Any, left: Any, right: Any, names: list[str]) -> dict[str, Any]:
    """Compare at a few rational points; every one has to agree."""
    agreed = 0
    for above, below in VALUES if names else VALUES[:1]:
        table = {name: sympy.Rational(above + 2 * place, below) for place, name in enumerate(names)}
        values = [sympy.N(build(sympy, tree, table).doit(), DIGITS) for tree in (left, right)]
        if not all(value.is_number and value.is_finite for value in values):
            continue
        gap = abs(values[0] - values[1])
        scale = max(abs(values[0]), abs(values[1]), 1)
        if gap > DIFFER * scale:
            at = {name: str(value) for name, value in table.items()}
            return {"same": False, "at": at, "values": [str(sympy.N(value, 15)) for value in values]}
        if gap > AGREE * scale:
            return {"same": None, "note": "too close to tell"}
        agreed += 1
    return {"same": True if agreed > (1 if names else 0) else None}


def build(sympy: Any, tree: Any, table: dict[str, Any]) -> Any:
    """Turn a tree of lists into a SymPy object."""
    kind = tree[0]
    if kind == "num":
        return sympy.Rational(int(tree[1]), int(tree[2]))
    if kind == "sym":
        constants = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}
        return table.get(tree[1]) or constants.get(tree[1]) or sympy.Symbol(tree[1])
    head, args = tree[1], tree[2]
    if head in {"sum", "prod", "int", "lim"}:
        return bound(sympy, head, args, table)
    rule = rules(sympy)[head]
    return rule(*[build(sympy, arg, table) for arg in args])


def bound(sympy: Any, head: str, args: list[Any], table: dict[str, Any]) -> Any:
    """Build a sum, product, integral or limit; its variable hides a free one of the same name."""
    name = args[0][1]
    inner = {key: value for key, value in table.items() if key != name}
    symbol, body = sympy.Symbol(name), build(sympy, args[-1], inner)
    if head == "lim":
        return sympy.Limit(body, symbol, build(sympy, args[1], table))
    low, high = build(sympy, args[1], table), build(sympy, args[2], table)
    make = {"sum": sympy.Sum, "prod": sympy.Product, "int": sympy.Integral}[head]
    return make(body, (symbol, low, high))


def rules(sympy: Any) -> dict[str, Any]:
    """Return the constructors by head."""
    direct = str.split("sin cos tan cot sec csc sinh cosh tanh coth sech csch gcd lcm sign")
    inverse = {f"arc{name}": getattr(sympy, f"a{name}") for name in ["sin", "cos", "tan", "cot", "sec", "csc"]}
    hyperbolic = {f"ar{name}": getattr(sympy, f"a{name}") for name in ("sinh", "cosh", "tanh")}
    return {
        **{name: getattr(sympy, name) for name in direct},
        **inverse,
        **hyperbolic,
        "add": sympy.Add,
        "mul": sympy.Mul,
        "neg": lambda value: -value,
        "div": lambda above, below: above / below,
        "pow": sympy.Pow,
        "sqrt": sympy.sqrt,
        "root": sympy.real_root,
        "ln": sympy.log,
        "log": sympy.log,
        "logb": lambda value, base: sympy.log(value) / sympy.log(base),
        "fact": sympy.factorial,
        "fact2": sympy.factorial2,
        "binom": sympy.binomial,
        "abs": sympy.Abs,
        "floor": sympy.floor,
        "ceil": sympy.ceiling,
        "conj": sympy.conjugate,
        "re": sympy.re,
        "im": sympy.im,
        "min": sympy.Min,
        "max": sympy.Max,
    }


if __name__ == "__main__":
    main()
