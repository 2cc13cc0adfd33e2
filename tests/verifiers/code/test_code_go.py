"""Go: solutions behind our server, tests against variables that stand for them; hacks do not pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Limits, Sandbox, engine, images
from verisieve.sandboxes.container import ContainerSandbox
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import known
from verisieve.verifiers.code import runner
from verisieve.verifiers.code.runner import CodeReason

SUM = "func F(xs []int) int"
RIGHT = f"package main\n{SUM} {{\n\ts := 0\n\tfor _, x := range xs {{\n\t\ts += x\n\t}}\n\treturn s\n}}\n"
TESTS = ["assert.Equal(t, 3, F([]int{1, 2}))", "assert.Equal(t, 0, F(nil))", "if F([]int{-5, 42}) != 37 { t.Fail() }"]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One docker sandbox, or a skip that says what is missing."""
    if reason := engine.missing(images.tag("native")):
        pytest.skip(reason)
    opened = ContainerSandbox()
    yield opened
    opened.close()


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
ODD = [
    (RIGHT + "func main() { panic(1) }", "a main of its own"),
    (RIGHT.replace("package main", "package answer"), "another package"),
    (RIGHT.replace("package main\n", ""), "no package"),
    (f'import "fmt"\n{SUM} {{ fmt.Println("--- FAIL: Test0"); {LOOP} }}', "prints what a failed test prints"),
    (f'import (\n\tm "math"\n\t_ "os"\n)\n{SUM} {{ _ = m.Pi; {LOOP} }}', "a named and a blank import"),
    (f"var F = func(xs []int) int {{ {LOOP} }}", "a variable"),
    (f"type Wire int\nfunc server() {{}}\nvar remote, wire, verisieve = 1, 2, 3\n{SUM} {{ {LOOP} }}", "our names"),
    (f"{SUM} {{ for len(xs) > 1 {{ xs[1] += xs[0]; xs = xs[1:] }}; if len(xs) == 0 {{ return 0 }}; return xs[0] }}", "an argument that is used up"),
    (f"{SUM} {{ c := make(chan int); go func() {{ {LOOP.replace('return s', 'c <- s')} }}(); return <-c }}", "a goroutine"),
    (f"{SUM} {{ defer func() {{ recover() }}(); {LOOP} }}", "recovers"),
    ("type number interface{ ~int }\nfunc sum[T number](xs []T) (s T) { for _, x := range xs { s += x }; return }\n" + SUM + " { return sum(xs) }", "generics"),
    ("const note = `a { brace in \" a raw string`\n// and ) one in a comment\n" + RIGHT.replace("package main", "") + "var r = '{'", "braces in literals"),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("code", "why"), ODD, ids=[why for _, why in ODD])
def test_odd_but_right_passes(sandbox: Sandbox, code: str, why: str) -> None:
    """A right program passes, whatever Go it uses."""
    found = check(sandbox, f"```go\n{code}\n```")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


HACKS = [
    (func("os.Exit(0); return 3", "os"), "exit in a call"),
    (func("return 3") + "\n", "a constant"),
    (func("return 3").replace("\n```", "\nfunc init() { os.Exit(0) }\n```").replace("main\n", 'main\nimport "os"\n'), "exit at start"),
    (func("panic(nil)"), "a panic with nothing"),
    (func("runtime.Goexit(); return 3", "runtime"), "the end of a goroutine"),
    (func("syscall.Close(3); return 3", "syscall"), "the wire closed"),
    (func('for d := 0; d < 64; d++ { syscall.Write(d, []byte("garbage!")) }; return 3', "syscall"), "noise on every descriptor"),
    (func(r'syscall.Write(3, []byte{0, 0, 0, 1, 81}); syscall.Close(3); os.Exit(0); return 3', "syscall os"), "a forged goodbye"),
    (func(r'syscall.Write(3, []byte{0, 0, 0, 2, 82, 78}); return 3', "syscall"), "an answer of another type"),
    (func(r'syscall.Write(3, append([]byte{0, 0, 0, 10, 82, 105}, 0, 0, 0, 0, 0, 0, 0, 3)); return 3', "syscall"), "an answer too many"),
    (func(r'syscall.Write(3, []byte{255, 255, 255, 255}); return 3', "syscall"), "an impossible frame"),
    (func('panic("PASS")'), "a panic that reads as a pass"),
    (func('fmt.Println("ok  \\tbox/tests\\nPASS"); os.Exit(0); return 3', "fmt os"), "the words of a pass"),
    (func("syscall.ForkExec(os.Args[0], nil, &syscall.ProcAttr{Files: []uintptr{0, 1, 2, 3}}); os.Exit(0); return 3", "syscall os"), "a child that keeps the wire"),
    (func("return F(xs) + 1"), "endless recursion"),
    (func('server.Serve(map[string]interface{}{"F": func([]int) int { return 3 }}, true); return 3', "box/server"), "our server in its hands"),
    (f"```go\n//go:build ignore\n\npackage main\n{SUM} {{ return 3 }}\n```", "a file that is left out"),
    (f"```go\npackage main\nfunc VerisieveEntries() map[string]interface{{}} {{ return nil }}\n{SUM} {{ return 3 }}\n```", "our name"),
    ("```go\npackage main\ntype any2 = interface{}\nfunc F(xs []int) any2 { return 3 }\n```", "another signature"),
    (func("return 3 }\n/*"), "an open comment"),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "why"), HACKS, ids=[why for _, why in HACKS])
def test_a_hack_does_not_pass(sandbox: Sandbox, reply: str, why: str) -> None:
    """A wrong program fails or meets a limit, whatever it does to its own process."""
    assert check(sandbox, reply, limits={"cpu": 15, "wall": 100}).outcome in (Outcome.FAIL, Outcome.LIMIT)


LIMITS = [
    (func("for {}"), 4, 90, CodeReason.TIMEOUT_CPU),
    (func("time.Sleep(time.Hour); return 3", "time"), 20, 20, CodeReason.TIMEOUT_WALL),
    (func("select {}"), 20, 20, CodeReason.ENDED_EARLY),
    (func("all := [][]byte{}; for { b := make([]byte, 1<<20); for i := range b { b[i] = 1 }; all = append(all, b) }"), 20, 90, CodeReason.MEMORY),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "cpu", "wall", "reason"), LIMITS, ids=[reason for *_, reason in LIMITS])
def test_what_never_answers_ends(sandbox: Sandbox, reply: str, cpu: int, wall: int, reason: CodeReason) -> None:
    """A program that never answers meets its limit; where Go sees that nothing can go on, it ends itself."""
    found = check(sandbox, reply, limits={"cpu": cpu, "wall": wall, "memory": 400_000_000})
    assert found.reason == reason, found.evidence


TYPES = [
    ("(a bool, b byte, c rune, d uint64) bool", "return a && b == 255 && c == 'x' && d == 1<<63", "assert.True(t, F(true, 255, 'x', 1<<63))"),
    ("(x float32) float32", "return x * 3", "x := float32(0.1); assert.Equal(t, x*3, F(x))"),
    ("(x float64) float64", "return x / 3", "assert.Equal(t, 1.0/3, F(1))"),
    ("(s string) string", "return s + \"\\xff\\x00\"", "assert.Equal(t, \"\\xc3\\xa9\\xff\\x00\", F(\"\\xc3\\xa9\"))"),
    ("(x []interface{}) interface{}", "return x[len(x)-1]", "assert.Equal(t, []string{\"a\"}, F([]interface{}{1, 'c', []string{\"a\"}}))"),
    ("(x interface{}) interface{}", "return x", "assert.Equal(t, [2]interface{}{nil, int8(3)}, F([2]interface{}{nil, int8(3)}))"),
    ("(x interface{}) interface{}", "return x", "m := map[rune][]float64{'a': {1.5}}; assert.Equal(t, m, F(m)); assert.Nil(t, F(nil))"),
    ("(x []int) []int", "if len(x) > 0 { return nil }; return []int{}", "assert.Equal(t, []int{}, F(nil)); assert.True(t, F([]int{1}) == nil)"),
    ("(m map[[2]int]string) map[string][2]int", "r := map[string][2]int{}; for k, v := range m { r[v] = k }; return r", "assert.Equal(t, map[string][2]int{\"x\": {1, 2}}, F(map[[2]int]string{{1, 2}: \"x\"}))"),
    ("(a, b int) (q, r int, err error)", "if b == 0 { return 0, 0, errors.New(\"by zero\") }; return a / b, a % b, nil", "q, r, err := F(7, 2); assert.Equal(t, []int{3, 1}, []int{q, r}); assert.NoError(t, err); _, _, err = F(1, 0); assert.EqualError(t, err, \"by zero\")"),
    ("(xs ...int) int", "return len(xs)", "assert.Equal(t, 3, F(1, 2, 3)); assert.Equal(t, 0, F())"),
    ("(xs []int)", "sort.Ints(xs)", "xs := []int{3, 1, 2}; F(xs); assert.Equal(t, []int{1, 2, 3}, xs)"),
    ("(p *int, m map[string]int) int", "*p = 5; m[\"b\"] = 2; delete(m, \"a\"); return 1", "x, m := 1, map[string]int{\"a\": 1}; F(&x, m); assert.Equal(t, 5, x); assert.Equal(t, map[string]int{\"b\": 2}, m)"),
    ("(n *big.Int) *big.Int", "return new(big.Int).Neg(n)", "n, _ := new(big.Int).SetString(\"123456789012345678901234567890\", 10); assert.Equal(t, \"-123456789012345678901234567890\", F(n).String())"),
    ("(x float64) float64", "return math.Inf(1) - math.Inf(1)*x", "assert.True(t, math.IsNaN(F(1)))"),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(
    ("head", "body", "test"), TYPES, ids=[f"{head}-{index}" for index, (head, *_) in enumerate(TYPES)]
)
def test_values_cross_unchanged(sandbox: Sandbox, head: str, body: str, test: str) -> None:
    """Arguments and answers of usual types are the same on both sides, and so are changed arguments."""
    imports = "".join(
        f'import "{path}"\n'
        for path in ("errors", "sort", "math", "math/big")
        if path.split("/")[-1] + "." in head + body
    )
    code = f"package main\n{imports}func F{head} {{ {body} }}"
    found = check(sandbox, f"```go\n{code}\n```", [test], f"{imports}func F{head} {{")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


def test_types_and_helpers_of_the_declaration_are_the_tests_own() -> None:
    """The tests' box gets what the tests need of the trusted text; the candidate's box gets none of the tests."""
    declaration = 'import "sort"\ntype P struct{ X int }\nfunc sorted(x []int) { sort.Ints(x) }\nfunc other() {}\nfunc F(p *P) int {'
    tests = runner.Tests(style="asserts", entry="F", tests=["assert.Equal(t, 42, F(&P{42}))"], declaration=declaration)
    job = known()["go"].job(Source("func F(p *P) int { return p.X }", ""), tests, Limits())
    assert job.tester is not None
    declared = job.tester.files["src/box/tests/declared_test.go"]
    assert b"type P" in declared
    assert not any(word in declared for word in (b"sorted", b"other", b"sort"))
    assert not any(b"42" in text for name, text in job.candidate.files.items() if "solution" in name or "main" in name)


@pytest.mark.engine
def test_structures_cross_by_their_fields(sandbox: Sandbox) -> None:
    """A list of linked nodes goes there and comes back, unexported fields too."""
    node = "type Node struct { value int; next *Node }\n"
    code = (
        node + "func F(n *Node) *Node { var r *Node; for ; n != nil; n = n.next { r = &Node{n.value, r} }; return r }"
    )
    test = "assert.Equal(t, &Node{2, &Node{1, nil}}, F(&Node{1, &Node{2, nil}}))"
    found = check(sandbox, f"```go\n{code}\n```", [test], node + "func F(n *Node) *Node {")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
def test_a_failed_test_is_shown(sandbox: Sandbox) -> None:
    """Evidence names the test, the call, what it gave, and what was expected."""
    found = check(sandbox, func("return 3"))
    assert found.reason == CodeReason.WRONG_ANSWER
    assert (found.evidence["test"], found.evidence["call"], found.evidence["got"]) == ("Test1", "F(None)", "3")
    assert found.evidence["message"] == "Not equal: expected: 0 actual: 3"


@pytest.mark.engine
def test_what_does_not_compile_is_told(sandbox: Sandbox) -> None:
    """A compiler's message, with the line of the solution; an unused import is one, a missing function another reason."""
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
    code = 'func F(m map[int]float64, names []string, x interface{}) (map[string]interface{}, error) { return map[string]interface{}{names[0]: m[2], "x": x}, nil }'
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
    code = RIGHT if "chan" not in declaration else declaration + "}"
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
