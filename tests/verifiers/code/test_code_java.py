"""Java: solutions behind our server, tests against a class whose method asks them; hacks do not pass."""

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
TOOLCHAIN = "jvm"
USUAL = "import java.util.*;\n"
SUM = "public int f(List<Integer> xs)"
LOOP = "int s = 0; for (int x : xs) s += x; return s;"
DECLARED = f"{USUAL}class Solution {{ {SUM} {{"
TESTS = [
    "assert f(List.of(1, 2)) == 3;",
    "assert f(new ArrayList<>()) == 0",
    "assert new Solution().f(List.of(-5, 42)) == 37;",
]


def check(sandbox: Sandbox, reply: str, tests: Any = None, declaration: str = DECLARED, **more: Json) -> Check:
    """Judge a reply against statements, or what else is given."""
    given: dict[str, Json] = {"style": "asserts", "entry_point": "f", "tests": TESTS if tests is None else tests}
    truth = {"language": "java", "declaration": declaration, **given, **more}
    return domain.check(Problem(domain="code", id="p", prompt="Write f.", truth=truth), reply, sandbox)[0]


def solution(body: str, more: str = "") -> str:
    """A reply whose f has a body, in a class with more members."""
    return f"```java\n{USUAL}class Solution {{\n{SUM} {{ {body} }}\n{more} }}\n```"


@pytest.mark.engine
@pytest.mark.parametrize("reply", table("java_programs.md", "odd"))
def test_odd_but_right_passes(sandbox: Sandbox, reply: str) -> None:
    """A right program passes, whatever Java it uses."""
    found = check(sandbox, reply)
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
@pytest.mark.parametrize("reply", table("java_programs.md", "hacks"))
def test_a_hack_does_not_pass(sandbox: Sandbox, reply: str) -> None:
    """A wrong program fails, whatever it does to its own process."""
    assert check(sandbox, reply).outcome is Outcome.FAIL


LIMITS = [
    (solution("while (true) {}"), 6, 300, CodeReason.TIMEOUT_CPU),
    (solution("try { Thread.sleep(999999); } catch (Exception e) {} return 3;"), 30, 30, CodeReason.TIMEOUT_WALL),
    (
        solution("List<byte[]> all = new ArrayList<>(); while (true) all.add(new byte[1 << 20]);"),
        30,
        90,
        CodeReason.MEMORY,
    ),
]


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "cpu", "wall", "reason"), LIMITS, ids=[reason for *_, reason in LIMITS])
def test_what_never_answers_ends(sandbox: Sandbox, reply: str, cpu: int, wall: int, reason: CodeReason) -> None:
    """A program that never answers meets its limit; a full heap is one too."""
    found = check(sandbox, reply, limits={"cpu": cpu, "wall": wall, "memory": 400_000_000})
    assert (found.outcome, found.reason) == (Outcome.LIMIT, reason), found.evidence


@pytest.mark.engine
@pytest.mark.parametrize("case", table("java_programs.md", "values"))
def test_values_cross_unchanged(sandbox: Sandbox, case: str) -> None:
    """Arguments, answers, exceptions and changed arguments are the same on both sides."""
    code, tests = fences(case)
    found = check(sandbox, f"```\n{code}```", tests.splitlines(), code)
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
def test_a_failed_test_is_shown(sandbox: Sandbox) -> None:
    """Evidence names the test, the call, and what it gave."""
    found = check(sandbox, solution("return 3;"))
    assert found.reason == CodeReason.WRONG_ANSWER
    assert (found.evidence["test"], found.evidence["call"], found.evidence["got"]) == ("test1", "f([])", "3")


@pytest.mark.engine
def test_what_is_not_a_number_passes_no_tolerance(sandbox: Sandbox) -> None:
    """A comparison with it is false, so that a test that fails on a large difference alone would let it through."""
    head = "class Solution { List<Double> f(double x) {"
    reply = f"```java\n{USUAL}{head} return List.of(Double.NaN); }} }}\n```"
    test = "if (Math.abs(f(1).get(0) - 2) > 1e-6) throw new AssertionError();"
    found = check(sandbox, reply, [test], USUAL + head)
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.WRONG_ANSWER)


@pytest.mark.engine
def test_faults_of_a_program_are_told_apart(sandbox: Sandbox) -> None:
    """What does not compile, lacks the method, or throws has a reason each, with its line."""
    found = check(sandbox, solution("return y;"))
    assert found.reason == CodeReason.COMPILE_ERROR
    assert "Solution.java:3: error: cannot find symbol" in str(found.evidence["compiler"])
    assert check(sandbox, solution(LOOP).replace(" f(", " g(")).reason == CodeReason.NO_ENTRY_POINT
    found = check(sandbox, solution("return xs.get(9);"))
    assert found.reason == CodeReason.EXCEPTION
    assert found.evidence["exception"]["where"] == "line 3, in f"


@pytest.mark.engine
def test_a_whole_program_of_tests_runs(sandbox: Sandbox) -> None:
    """A main with helpers judges the entry point alone; helper methods of the declaration are the trusted ones."""
    head = f"{USUAL}class Solution {{ int twice(int x) {{ return 2 * x; }}\n{SUM} {{"
    held = "Solution s = new Solution(); if (s.twice(s.f(List.of(2, 3))) != 10) throw new AssertionError();"
    tests = f"public class Main {{ public static void main(String[] a) {{ {held} }} }}"
    reply = solution(LOOP, "int twice(int x) { return 0; }")
    assert check(sandbox, reply, tests, head, style="unittest").outcome is Outcome.PASS
    assert check(sandbox, solution("return 4;"), tests, head, style="unittest").reason == CodeReason.WRONG_ANSWER


@pytest.mark.engine
def test_calls_need_no_declaration(sandbox: Sandbox) -> None:
    """Calls from data deduce types from the solution."""
    head = "Map<String, Object> f(Map<Integer, Double> m, char c, long[] xs, Set<String> s, Object o)"
    body = 'return new TreeMap<>(Map.of("m", m.get(2), "c", c, "x", xs[0] + s.size(), "o", Optional.of(o)));'
    code = f"{USUAL}class Solution {{ {head} {{ {body} }} }}"
    call = {
        "args": [{"2": 1}, "z", [5], ["a"], [1, {"b": None}]],
        "expected": {"m": 1.0, "c": "z", "x": 6, "o": [1, {"b": None}]},
    }
    found = check(sandbox, f"```\n{code}\n```", [call], "", style="calls")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
def test_a_body_continues_the_prompt(sandbox: Sandbox) -> None:
    """A body is put under the prompt; a method alone goes into the prompt's class, whose helpers it may use."""
    prompt = (
        f"{USUAL}class Solution {{\n    int half(int x) {{ return x / 2; }}\n    /** Half the sum. */\n    {SUM} {{\n"
    )
    truth: dict[str, Json] = {
        "language": "java",
        "style": "asserts",
        "entry_point": "f",
        "tests": ["assert f(List.of(4, 2)) == 3;"],
    }
    problem = Problem(domain="code", id="p", prompt=prompt, truth=truth)
    assert (
        domain.check(problem, f"        {LOOP.replace('return s', 'return half(s)')}\n    }}\n}}\n", sandbox)[0].outcome
        is Outcome.PASS
    )
    method = f"    {SUM} {{\n        {LOOP.replace('return s', 'return half(s)')}\n    }}"
    assert domain.check(problem, f"Use half:\n```java\n{method}\n```", sandbox)[0].outcome is Outcome.PASS


BROKEN = [
    (["assert g() == 1;"], DECLARED, "do not compile"),
    (["assert 1 == 1;"], DECLARED, "never called the solution"),
    (TESTS, "no code at all", "declares no f"),
    (["f(new Thread());"], "class Solution { int f(Thread t) {", "cannot cross"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("tests", "declaration", "message"), BROKEN)
def test_faults_of_the_data_are_errors(sandbox: Sandbox, tests: list[str], declaration: str, message: str) -> None:
    """Tests that do not compile, never call or cannot call the solution are the data's fault."""
    reply = solution(LOOP) if "Thread" not in declaration else f"```java\n{declaration} return 1; }} }}\n```"
    with pytest.raises(TruthError, match=message):
        check(sandbox, reply, tests, declaration)


@pytest.mark.engine
def test_programs_read_and_write(sandbox: Sandbox) -> None:
    """A program is compiled and run on each standard input."""
    body = "Scanner in = new Scanner(System.in); System.out.println(in.nextInt() + in.nextInt());"
    code = f"{USUAL}public class Adder {{ public static void main(String[] a) {{ {body} }} }}"
    cases = [{"stdin": "1 2", "stdout": "3\n"}, {"stdin": "-1 1\n", "stdout": "0"}]
    assert check(sandbox, f"```java\n{code}\n```", cases, style="stdin", entry_point="").outcome is Outcome.PASS


def test_the_candidates_box_holds_no_test() -> None:
    """Of the tests, of the trusted body and of helpers, nothing is in the candidate's files."""
    declaration = "class Solution { int secret() { return 4242; } int f(int x) { return 4242; } }"
    tests = runner.Tests(style="asserts", entry="f", tests=["assert f(1) == 4242"], declaration=declaration)
    job = known()["java"].job(Source("class Solution { int f(int x) { return 1; } }", ""), tests, Limits())
    held = b"\n".join(job.candidate.files.values())
    assert b"4242" not in held
    assert b"secret" not in held
