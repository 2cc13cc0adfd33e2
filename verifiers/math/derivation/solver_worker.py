"""The solvers' worker: reads premises and a claim a line as JSON, asks z3 and cvc5. Run as a script, never imported.

Stands alone on purpose. Trees are lists of heads and integers; no text reaches a solver. Each solver has a budget in
its own resource units, so that a verdict does not depend on how busy a machine is; CPU time is the outer stop.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any

MEMORY = 3 << 30
Z3_UNITS = 2_000_000
CVC5_UNITS = 50_000
SECONDS = 6.0  # of CPU for both; the units end first


def main() -> None:
    """Answer questions until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        import cvc5.pythonic as second  # loaded in the worker only
        import z3 as first
    except ImportError:
        say("missing")
        return
    say("ready")
    for line in sys.stdin:
        premises, claim, integers = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        answers = {}
        failures = (first.Z3Exception, second.SMTException)
        for name, api, ask in (("z3", first, ask_z3), ("cvc5", second, ask_cvc5)):
            try:
                answers[name] = ask(api, premises, claim, integers)
            except (
                ArithmeticError,
                AttributeError,
                KeyError,
                RecursionError,
                RuntimeError,
                TypeError,
                ValueError,
                *failures,
            ) as error:
                answers[name] = {"verdict": "unknown", "note": f"{type(error).__name__}: {error}"[:200]}
        signal.setitimer(signal.ITIMER_PROF, 0)
        say(json.dumps(answers))


def say(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def ask_z3(z3: Any, premises: list[Any], claim: Any, integers: list[str]) -> dict[str, Any]:
    """Ask z3 for a point where the premises hold and the claim does not."""
    solver = z3.Solver()
    solver.set("rlimit", Z3_UNITS)
    return answered(z3, solver, premises, claim, integers)


def ask_cvc5(cvc5: Any, premises: list[Any], claim: Any, integers: list[str]) -> dict[str, Any]:
    """Ask cvc5 the same."""
    solver = cvc5.SolverFor("QF_NIRA" if integers else "QF_NRA")  # its default logic does not try cylindrical coverings
    solver.setOption("rlimit", str(CVC5_UNITS))
    solver.setOption("produce-models", "true")
    return answered(cvc5, solver, premises, claim, integers)


def answered(api: Any, solver: Any, premises: list[Any], claim: Any, integers: list[str]) -> dict[str, Any]:
    """Build the question in either library, whose interfaces are alike, and read the answer."""
    builder = Builder(api, integers)
    formulas = [builder.formula(each) for each in premises]
    denied = api.Not(builder.formula(claim))
    for each in (*formulas, denied, *builder.defined):
        solver.add(each)
    verdict = str(solver.check())
    if verdict != "sat":
        return {"verdict": verdict}
    model = solver.model()
    return {"verdict": verdict, "model": {name: rational(model[symbol]) for name, symbol in builder.names.items()}}


def rational(value: Any) -> str | None:
    """Return a model's value as a fraction, None for anything else."""
    try:
        return str(value.as_fraction())
    except (AttributeError, TypeError, ValueError, RuntimeError):
        pass
    try:
        return str(value.as_long())
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return None


class Builder:
    """Turns trees of lists into terms, and remembers where divisions and roots are defined."""

    def __init__(self, api: Any, integers: list[str]) -> None:
        self.api = api
        self.integers = frozenset(integers)
        self.names: dict[str, Any] = {}
        self.defined: list[Any] = []

    def formula(self, tree: Any) -> Any:
        """Build a relation, a conjunction or a disjunction."""
        _, head, args = tree
        if head in {"and", "or"}:
            parts = [self.formula(arg) for arg in args]
            return self.api.And(*parts) if head == "and" else self.api.Or(*parts)
        left, right = (self.term(arg) for arg in args)
        rules = {
            "eq": lambda: left == right,
            "ne": lambda: left != right,
            "lt": lambda: left < right,
            "le": lambda: left <= right,
            "gt": lambda: left > right,
            "ge": lambda: left >= right,
        }
        return rules[head]()

    def term(self, tree: Any) -> Any:
        """Build a number."""
        if tree[0] == "num":
            return self.api.Q(int(tree[1]), int(tree[2]))
        if tree[0] == "sym":
            return self._symbol(tree[1])
        _, head, args = tree
        if head == "pow":
            return self._power(args)
        parts = [self.term(arg) for arg in args]
        if head == "add":
            return sum(parts[1:], parts[0])
        if head == "mul":
            total = parts[0]
            for part in parts[1:]:
                total = total * part
            return total
        if head == "neg":
            return -parts[0]
        if head == "abs":
            return self.api.If(parts[0] >= 0, parts[0], -parts[0])
        if head == "div":
            self.defined.append(parts[1] != 0)
            return parts[0] / parts[1]
        if head == "sqrt":
            return self._root(parts[0])
        raise ValueError(head)

    def _symbol(self, name: str) -> Any:
        if name not in self.names:
            make = self.api.Int if name in self.integers else self.api.Real
            self.names[name] = make(f"v{len(self.names)}")
        symbol = self.names[name]
        return self.api.ToReal(symbol) if name in self.integers else symbol

    def _power(self, args: Any) -> Any:
        base, count = self.term(args[0]), int(args[1][1])
        if args[1][0] != "num" or args[1][2] != "1" or not 1 <= count <= 8:  # a budget
            raise ValueError("an exponent")
        total = base
        for _ in range(count - 1):
            total = total * base
        return total

    def _root(self, radicand: Any) -> Any:
        root = self.api.Real(f"r{len(self.defined)}")
        self.defined += [root >= 0, root * root == radicand]
        return root


if __name__ == "__main__":
    main()
