"""Go: solutions behind our server, tests against variables that stand for them; hacks do not pass."""

from __future__ import annotations

from typing import Any

import pytest
from code_tables import fences, table

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import runner
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import known
from verisieve.verifiers.code.runner import CodeReason

SANDBOX = "docker"
TOOLCHAIN = "native"
SUM = "func F(xs []int) int"
RIGHT = f"package main\n{SUM} {{\n\ts := 0\n\tfor _, x := range xs {{\n\t\ts += x\n\t}}\n\treturn s\n}}\n"
TESTS = ["assert.Equal(t, 3, F([]int{1, 2}))", "assert.Equal(t, 0, F(nil))", "if F([]int{-5, 42}) != 37 { t.Fail() }"]


def check(sandbox: Sandbox, reply: str, tests: Any = None, declaration: str = SUM + " {", **more: Json) -> Check:
    """Judge a reply against statements, or what else is given."""
    given: dict[str, Json] = {"style": "asserts", "entry_point": "F", "tests": TESTS if tests is None else tests}
    truth = {"language": "go", "declaration": declaration, **given, **more}
    return domain.check(Problem(domain="code", id="p", prompt="Write F.", truth=truth), reply, sandbox)[0]


def func(body: str, imports: str = "") -> str:
    """A program whose F has a body."""
    specs = "".join(f'import "{name}"\n' for name in imports.split())
    return f"```go\npackage main\n{specs}{SUM} {{ {body} }}\n```"


LOOP = "s := 0; for _, x := range xs { s += x }; return s"


@pytest.mark.engine
@pytest.mark.parametrize("reply", table("go_programs.md", "odd"))
def test_odd_but_right_passes(sandbox: Sandbox, reply: str) -> None:
    """A right program passes, whatever Go it uses."""
    found = check(sandbox, reply)
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
@pytest.mark.parametrize("reply", table("go_programs.md", "hacks"))
def test_a_hack_does_not_pass(sandbox: Sandbox, reply: str) -> None:
    """A wrong program fails or meets a limit, whatever it does to its own process."""
    assert check(sandbox, reply, limits={"cpu": 15, "wall": 20}).outcome in (Outcome.FAIL, Outcome.LIMIT)


LIMITS = [
    (func("for {}"), 4, 90, CodeReason.TIMEOUT_CPU),
    (func("time.Sleep(time.Hour); return 3", "time"), 20, 20, CodeReason.TIMEOUT_WALL),
    (func("select {}"), 20, 20, CodeReason.ENDED_EARLY),
    (func('s := "x"; for { s += s }'), 20, 90, CodeReason.MEMORY),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "cpu", "wall", "reason"), LIMITS, ids=[reason for *_, reason in LIMITS])
def test_what_never_answers_ends(sandbox: Sandbox, reply: str, cpu: int, wall: int, reason: CodeReason) -> None:
    """A program that never answers meets its limit; where Go sees that nothing can go on, it ends itself."""
    found = check(sandbox, reply, limits={"cpu": cpu, "wall": wall, "memory": 400_000_000})
    assert found.reason == reason, found.evidence


@pytest.mark.engine
@pytest.mark.parametrize("case", table("go_programs.md", "values"))
def test_values_cross_unchanged(sandbox: Sandbox, case: str) -> None:
    """Arguments and answers of usual types are the same on both sides, and so are changed arguments."""
    code, tests = fences(case)
    found = check(sandbox, f"```\n{code}```", tests.splitlines(), code)
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


def test_types_and_helpers_of_the_declaration_are_the_tests_own() -> None:
    """The tests' box gets what the tests need of the trusted text; the candidate's box gets none of the tests."""
    declaration = 'import "sort"\ntype P struct{ X int }\nfunc sorted(x []int) { sort.Ints(x) }\nfunc F(p *P) int {'
    tests = runner.Tests(style="asserts", entry="F", tests=["assert.Equal(t, 42, F(&P{42}))"], declaration=declaration)
    job = known()["go"].job(Source("func F(p *P) int { return p.X }", ""), tests, Limits())
    assert job.tester is not None
    declared = job.tester.files["src/box/tests/declared_test.go"]
    assert b"type P" in declared
    assert not any(word in declared for word in (b"sorted", b"sort"))
    assert not any(b"42" in text for name, text in job.candidate.files.items() if "solution" in name or "main" in name)


@pytest.mark.engine
def test_a_failed_test_is_shown(sandbox: Sandbox) -> None:
    """Evidence names the test, the call, what it gave, and what was expected."""
    found = check(sandbox, func("return 3"))
    assert found.reason == CodeReason.WRONG_ANSWER
    assert (found.evidence["test"], found.evidence["call"], found.evidence["got"]) == ("Test1", "F(None)", "3")
    assert found.evidence["message"] == "Not equal: expected: 0 actual: 3"


@pytest.mark.engine
def test_what_is_not_a_number_passes_no_tolerance(sandbox: Sandbox) -> None:
    """A comparison with it is false, so that a test that fails on a large difference alone would let it through."""
    head = "func F(x float64) float64 {"
    reply = f'```go\npackage main\nimport "math"\n{head} return math.NaN() }}\n```'
    found = check(sandbox, reply, ["if math.Abs(F(1)-2) > 1e-6 { t.Fail() }"], head)
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.WRONG_ANSWER)


@pytest.mark.engine
def test_what_does_not_compile_is_told(sandbox: Sandbox) -> None:
    """A compiler's message names the solution's line; an unused import is one, a missing function another reason."""
    found = check(sandbox, "```go\npackage main\n\n" + SUM + " {\n\treturn y\n}\n```")
    assert found.reason == CodeReason.COMPILE_ERROR
    assert "solution.go:4:9: undefined: y" in str(found.evidence["compiler"])
    assert check(sandbox, func(LOOP, "os")).reason == CodeReason.COMPILE_ERROR
    assert check(sandbox, func(LOOP).replace("F(", "G(")).reason == CodeReason.NO_ENTRY_POINT


@pytest.mark.engine
def test_a_panic_is_told(sandbox: Sandbox) -> None:
    """A panic that no test recovers is the reason, with its message and line; tests may expect one."""
    found = check(sandbox, func("return xs[9]"))
    assert found.reason == CodeReason.EXCEPTION
    assert found.evidence["exception"]["where"] == "line 2, in F"
    test = 'assert.PanicsWithValue(t, "no", func() { F(nil) }); assert.PanicsWithError(t, "no", func() { F([]int{1}) })'
    reply = func('if xs == nil { panic("no") }; panic(errors.New("no"))', "errors")
    assert check(sandbox, reply, [test]).outcome is Outcome.PASS


@pytest.mark.engine
def test_a_module_of_tests_in_the_usual_idioms(sandbox: Sandbox) -> None:
    """A table of subtests, require, formats and helpers work; imports that the file does not use are no fault."""
    text = """package main_test
import ("testing"; "strings"; "github.com/stretchr/testify/require")
func helper(xs ...int) []int { return xs }
func TestTable(t *testing.T) {
    for name, c := range map[string]struct{ in []int; want int }{"two": {helper(1, 2), 3}, "none": {nil, 0}} {
        t.Run(name, func(t *testing.T) { require.Equalf(t, c.want, F(c.in), "case %s", name) })
    }
    r := require.New(t)
    r.Len(helper(1), F(helper(1)))
}"""
    assert check(sandbox, f"```go\n{RIGHT}```", text, style="unittest").outcome is Outcome.PASS
    found = check(sandbox, func("return len(xs) * 2 - len(xs) / 2"), text, style="unittest")
    assert found.reason == CodeReason.WRONG_ANSWER


@pytest.mark.engine
def test_calls_need_no_declaration(sandbox: Sandbox) -> None:
    """Calls from data deduce types from the solution."""
    head = "func F(m map[int]float64, names []string, x interface{}) (map[string]interface{}, error)"
    code = head + ' { return map[string]interface{}{names[0]: m[2], "x": x}, nil }'
    call = {"args": [{"2": 1}, ["a"], [1, {"b": None}]], "expected": [{"a": 1.0, "x": [1, {"b": None}]}, None]}
    assert check(sandbox, f"```\n{code}\n```", [call], "", style="calls").outcome is Outcome.PASS
    wrong = {**call, "args": [{"2": 1}, "a", 1]}
    told = check(sandbox, f"```\n{code}\n```", [wrong], "", style="calls").evidence["exception"]["message"]
    assert told == "argument 2: a value of kind 's' for []string"


@pytest.mark.engine
def test_a_body_continues_the_prompt(sandbox: Sandbox) -> None:
    """A body is put under the prompt; imports that the prompt lacks, or has for nothing, are no fault of the reply."""
    prompt = 'import (\n    "time"\n)\n// F counts.\nfunc half(x int) int { return x / 2 }\nfunc F(s string) int {\n'
    truth: dict[str, Json] = {
        "language": "go",
        "style": "asserts",
        "entry_point": "F",
        "tests": ['assert.Equal(t, 1, F("aab"))'],
    }
    problem = Problem(domain="code", id="p", prompt=prompt, truth=truth)
    assert domain.check(problem, '    return half(strings.Count(s, "a"))\n}\n', sandbox)[0].outcome is Outcome.PASS
    whole = 'import "strings"\nfunc F(s string) int { return half(strings.Count(s, "a")) }'
    assert domain.check(problem, f"Use half:\n```go\n{whole}\n```", sandbox)[0].outcome is Outcome.PASS


BROKEN = [
    (["assert.Equal(t, 1, G())"], SUM + " {", "do not compile"),
    (["assert.Equal(t, 1, 1)"], SUM + " {", "never called the solution"),
    (TESTS, "no code at all", "says no parameters and results"),
    (TESTS, "func F[T any](xs []T) T {", "says no parameters and results"),
    (["F(make(chan int))"], "func F(c chan int) {", "cannot cross"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("tests", "declaration", "message"), BROKEN)
def test_faults_of_the_data_are_errors(sandbox: Sandbox, tests: list[str], declaration: str, message: str) -> None:
    """Tests that do not compile, never call or cannot call the solution are the data's fault."""
    code = RIGHT if "chan" not in declaration else declaration + "}\n"
    with pytest.raises(TruthError, match=message):
        check(sandbox, f"```go\n{code}```", tests, declaration)


@pytest.mark.engine
def test_programs_read_and_write(sandbox: Sandbox) -> None:
    """A program is compiled and run on each standard input; what does not compile is told."""
    code = 'package main\nimport "fmt"\nfunc main() { var a, b int; fmt.Scan(&a, &b); fmt.Println(a + b) }'
    cases = [{"stdin": "1 2", "stdout": "3\n"}, {"stdin": "-1 1\n", "stdout": "0"}]
    assert check(sandbox, f"```go\n{code}\n```", cases, style="stdin", entry_point="").outcome is Outcome.PASS
    broken = check(sandbox, f"```go\n{code.replace('a + b', 'c')}\n```", cases, style="stdin", entry_point="")
    assert broken.reason == CodeReason.COMPILE_ERROR
