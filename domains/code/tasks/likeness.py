"""Whether two programs are one under other names, and how much logic a program has; parses, never runs."""

from __future__ import annotations

import ast

from verisieve.verifiers.code.parsing import parse

_BRANCHING = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)


def shape(program: str) -> str:
    r"""Return a program without its docstrings, comments, annotations and choice of names.

    >>> shape("def f(x):\n    return x + 1") == shape("def g(y: int) -> int:\n    'Add.'\n    return y + 1  # one")
    True
    """
    tree = _Renamer().visit(parse(program))
    return ast.dump(tree)


def decisions(program: str) -> int:
    r"""Return the number of places where a run may go one way or another (cyclomatic complexity less one).

    >>> decisions("def f(x):\n    return [y for y in x if y and y > 1]")
    3
    """
    total = 0
    for node in ast.walk(parse(program)):
        total += isinstance(node, _BRANCHING)
        total += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
        total += len(node.ifs) if isinstance(node, ast.comprehension) else 0
    return total


class _Renamer(ast.NodeTransformer):
    """Gives every name that the program makes the number of its first use; those of Python stay."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_Module(self, node: ast.Module) -> ast.AST:  # ast's name
        made = [part for part in ast.walk(node) if isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.arg))]
        stored = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
        own = {part.arg if isinstance(part, ast.arg) else part.name for part in made} | set(stored)
        self.names = dict.fromkeys(own, "")
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # ast's name
        node.name, node.returns, node.type_comment = self._of(node.name), None, None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=self._of(node.arg))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:  # ast's name
        if node.value is None:
            return ast.Pass()
        return self.generic_visit(ast.Assign(targets=[node.target], value=node.value))

    def visit_Name(self, node: ast.Name) -> ast.AST:  # ast's name
        return ast.Name(id=self._of(node.id), ctx=node.ctx)

    def _of(self, name: str) -> str:
        if name not in self.names:
            return name
        self.names[name] = self.names[name] or f"_{sum(map(bool, self.names.values()))}"
        return self.names[name]
