"""The `>>>` examples of a prompt, held against a program: they run in the tester's box, against its proxies.

What a program prints itself is out of a tester's sight: an example whose output is neither a literal nor an exception
nor printed by the example is left out and counted.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Callable, Sequence
from dataclasses import replace

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.verifiers.code import cases, parsing
from verisieve.verifiers.code.runner import Finding, Tests

Run = Callable[[Tests], Finding]


def check(prompt: str, tests: Tests, run: Run, run_reference: Run | None) -> Finding:
    """Run the examples of a prompt; those that the reference fails too are the prompt's mistakes and do not count.

    Raises TruthError where nothing is left to run.
    """
    found = _examples(prompt)
    texts = [text(example) for example in found if visible(example)]
    plan = replace(tests, style="asserts", tests=texts)
    finding = run(plan) if texts else Finding(outcome=Outcome.FAIL)
    wrong: list[str] = []
    if finding.outcome is not Outcome.PASS and run_reference is not None:
        wrong = _wrong(plan, run_reference)
        plan = replace(plan, tests=[one for one in texts if one not in wrong])
        finding = run(plan) if wrong and plan.tests else finding
    if not plan.tests:
        raise TruthError(
            "checks", f"doctests: none of {len(found)} examples in the prompt can be held against a program"
        )
    told = {"examples": len(plan.tests), "invisible": len(found) - len(texts), "wrong_themselves": len(wrong)}
    return replace(finding, evidence={**told, **finding.evidence})


def _examples(prompt: str) -> list[doctest.Example]:
    try:
        found = cases.examples(prompt)
    except ValueError as error:
        raise TruthError("checks", f"doctests: the prompt's examples are malformed: {error}") from error
    if not found:
        raise TruthError("checks", "doctests: the prompt holds no >>> example")
    for example in found:
        if parsing.tree(example.source) is None:
            raise TruthError("checks", f"doctests: {example.source.strip()[:100]!r} is no Python")
    return found


def _wrong(plan: Tests, run_reference: Run) -> list[str]:
    """The examples that the reference fails, found one after the other."""
    left, wrong = list(plan.tests), list[str]()
    while left:
        finding = run_reference(replace(plan, tests=left))
        if finding.outcome is Outcome.PASS:
            break
        wrong.append(left.pop(int(finding.evidence.get("tests_passed", 0))))
    return wrong


def visible(example: doctest.Example) -> bool:
    """Whether what the example shows can be seen from the tester's box.

    >>> [visible(doctest.Example("f(1)", want)) for want in ("[1,2]", "hello", "")]
    [True, False, True]
    """
    if not example.want or example.exc_msg is not None or "print" in example.source:
        return True
    tree = parsing.tree(example.want.strip())
    body = tree.body[0] if tree and len(tree.body) == 1 else None
    shown = isinstance(body, ast.Expr) and cases.literal(body.value) is not None
    return shown or example.want.strip() == "None" or bool(example.options.get(doctest.ELLIPSIS))


def text(example: doctest.Example) -> str:
    """Write an example as a statement that fails where its output is another.

    >>> print(text(doctest.Example("f(1)", "2")))
    with __example__('2\\n', None, 0) as __show__:
        __show__(f(1))
    """
    tree = ast.parse(example.source)
    if not example.want and example.exc_msg is None and not isinstance(tree.body[-1], ast.Expr):
        return ast.unparse(tree)
    body: Sequence[ast.stmt] = [_shown(node) for node in tree.body]
    flags = sum(flag for flag, on in example.options.items() if on)
    inside = "\n".join("    " + line for node in body for line in ast.unparse(node).splitlines())
    return f"with __example__({example.want!r}, {example.exc_msg!r}, {flags}) as __show__:\n{inside}"


def _shown(node: ast.stmt) -> ast.stmt:
    if not isinstance(node, ast.Expr):
        return node
    return ast.Expr(ast.Call(ast.Name("__show__"), [node.value], []))
