"""Java: solutions behind our server, tests against a class whose method asks them; hacks do not pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Limits, Sandbox, engine, images
from verisieve.sandboxes.container import ContainerSandbox
from verisieve.verifiers.code import runner
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import known
from verisieve.verifiers.code.runner import CodeReason

USUAL = "import java.util.*;\n"
SUM = "public int f(List<Integer> xs)"
LOOP = "int s = 0; for (int x : xs) s += x; return s;"
DECLARED = f"{USUAL}class Solution {{ {SUM} {{"
TESTS = [
    "assert f(List.of(1, 2)) == 3;",
    "assert f(new ArrayList<>()) == 0",
    "assert new Solution().f(List.of(-5, 42)) == 37;",
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One docker sandbox, or a skip that says what is missing."""
    if reason := engine.missing(images.tag("jvm")):
        pytest.skip(reason)
    opened = ContainerSandbox()
    yield opened
    opened.close()


def check(sandbox: Sandbox, reply: str, tests: Any = None, declaration: str = DECLARED, **more: Json) -> Check:
    """Judge a reply against statements, or what else is given."""
    given: dict[str, Json] = {"style": "asserts", "entry_point": "f", "tests": TESTS if tests is None else tests}
    truth = {"language": "java", "declaration": declaration, **given, **more}
    return domain.check(Problem(domain="code", id="p", prompt="Write f.", truth=truth), reply, sandbox)[0]


def solution(body: str, more: str = "") -> str:
    """A reply whose f has a body, in a class with more members."""
    return f"```java\n{USUAL}class Solution {{\n{SUM} {{ {body} }}\n{more} }}\n```"


ODD = [
    (solution(LOOP, "public static void main(String[] a) { System.exit(7); }"), "a main of its own"),
    (f"```java\npackage com.answer;\n{USUAL}public class Solution {{ {SUM} {{ {LOOP} }} }}\n```", "a package"),
    (f"```java\n{USUAL}public class Answer {{ public static int f(List<Integer> xs) {{ {LOOP} }} }}\n```", "another class, static"),
    (f"```java\n{SUM} {{ {LOOP} }}\n```", "a method without a class"),
    (f"```java\nclass Helper {{ int s; }}\nclass Solution {{ private Helper h; Solution() {{ h = new Helper(); }} int f(java.util.List<Integer> xs) {{ for (int x : xs) h.s += x; int s = h.s; h.s = 0; return s; }} }}\nclass Remote {{}} class Server {{}} record Frames(int x) {{}}\n```", "state, and our names"),
    (solution('System.out.println("Exception in thread \\"main\\" java.lang.AssertionError"); ' + LOOP), "prints what a failed test prints"),
    (solution("return xs.stream().mapToInt(Integer::intValue).sum();"), "streams"),
    (solution(LOOP.replace("xs)", "new ArrayList<>(xs))"), 'String note = "} \\" {"; char c = \'{\'; /* } */ String block = """\n } " """;'), "braces in literals"),
    (solution("Thread t = new Thread(() -> { while (true) {} }); t.setDaemon(false); t.start(); " + LOOP), "a thread that stays"),
    (solution("return g(xs, 0);", "int g(List<Integer> xs, int at) { return at == xs.size() ? 0 : xs.get(at) + g(xs, at + 1); } int f(int a, int b) { return 9; }"), "an overload"),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "why"), ODD, ids=[why for _, why in ODD])
def test_odd_but_right_passes(sandbox: Sandbox, reply: str, why: str) -> None:
    """A right program passes, whatever Java it uses."""
    found = check(sandbox, reply)
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


RAW = (
    "static void raw(int... bytes) { try { var m = java.io.FileDescriptor.class.getDeclaredConstructor(int.class); "
    "m.setAccessible(true); var out = new java.io.FileOutputStream(m.newInstance(3)); for (int b : bytes) out.write(b); "
    "} catch (Exception e) {} }"
)
HACKS = [
    (solution("return 3;"), "a constant"),
    (solution("System.exit(0); return 3;"), "exit in a call"),
    (solution("return 3;", "static { Runtime.getRuntime().halt(0); }"), "exit at start"),
    (solution("raw(0, 0, 0, 1, 'Q'); System.exit(0); return 3;", RAW), "a forged goodbye"),
    (solution("raw(0, 0, 0, 10, 'R', 'i', 0, 0, 0, 0, 0, 0, 0, 3); return 3;", RAW), "an answer too many"),
    (solution("raw(0, 0, 0, 2, 'R', 'N'); return 3;", RAW), "an answer of another type"),
    (solution("raw(255, 255, 255, 255); return 3;", RAW), "an impossible frame"),
    (solution('throw new AssertionError("passed");'), "an assertion of its own"),
    (solution("return f(xs) + 1;"), "endless recursion"),
    (solution("Runtime.getRuntime().addShutdownHook(new Thread(() -> raw(0, 0, 0, 1, 'Q'))); System.exit(0); return 3;", RAW), "a goodbye on the way out"),
    (solution("return 3;") + "\n```java\npackage verisieve; class Server { }\n```", "our server's name in another block"),
    (f"```java\npackage verisieve;\npublic class Server {{ public static void main(String[] a) {{}} {SUM.replace('List', 'java.util.List')} {{ return 3; }} }}\n```", "our server's name"),
    ("```java\nclass Solution { Object f(java.util.List<Integer> xs) { return new Object() { public boolean equals(Object o) { return true; } }; } }\n```", "an answer that equals everything"),
    ("```java\nclass Solution { long f(java.util.List<Integer> xs) { return 3; } }\n```", "another type of result"),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "why"), HACKS, ids=[why for _, why in HACKS])
def test_a_hack_does_not_pass(sandbox: Sandbox, reply: str, why: str) -> None:
    """A wrong program fails, whatever it does to its own process."""
    assert check(sandbox, reply).outcome is Outcome.FAIL


LIMITS = [
    (solution("while (true) {}"), 6, 90, CodeReason.TIMEOUT_CPU),
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


TYPES = [
    ("Object f(Object x)", "return x;", ["assert f(null) == null && f('c').equals('c') && f(1L << 40).equals(1L << 40) && f(0.1f).equals(0.1f)", "assert f(Map.of(1, List.of())).equals(Map.of(1, List.of())) && f(Set.of(List.of(2.5))).equals(Set.of(List.of(2.5)))", "assert Arrays.equals((int[]) f(new int[] {1, 2}), new int[] {1, 2})", "assert f(Optional.of(\"\\ud800\")).equals(Optional.of(\"\\ud800\")) && f(new java.math.BigDecimal(\"1.10\")).equals(new java.math.BigDecimal(\"1.10\"))"]),
    ("char[][] f(char[][] x, byte b, short s, long l)", "x[0][0] += b + s + l; return x;", ["assert Arrays.deepEquals(f(new char[][] {{'a'}, {}}, (byte) 1, (short) 1, 1L), new char[][] {{'d'}, {}})"]),
    ("double f(double x, float y)", "return x / 3 + y;", ["assert f(1, 0.1f) == 1.0 / 3 + 0.1f && Double.isNaN(f(Double.NaN, 1))"]),
    ("Map<String, List<Integer>> f(TreeMap<Integer, String> m)", "Map<String, List<Integer>> r = new HashMap<>(); m.forEach((k, v) -> r.computeIfAbsent(v, a -> new ArrayList<>()).add(k)); return r;", ["assert f(new TreeMap<>(Map.of(2, \"a\", 1, \"a\"))).equals(Map.of(\"a\", List.of(1, 2)))"]),
    ("void f(int[] a, List<Integer> b, Map<String, Integer> m)", "Arrays.sort(a); b.add(7); m.clear();", ["int[] a = {2, 1}; List<Integer> b = new ArrayList<>(); Map<String, Integer> m = new HashMap<>(Map.of(\"x\", 1)); f(a, b, m); assert a[0] == 1 && b.equals(List.of(7)) && m.isEmpty()"]),
    ("List<Integer> f(List<Integer> b)", "Collections.sort(b); return b.subList(0, 1);", ["List<Integer> b = Arrays.asList(2, 1); assert f(b).equals(List.of(1)); assert b.equals(List.of(1, 2))"]),
    ("Optional<Integer> f(Deque<Integer> d, Integer... more)", "return d.isEmpty() ? Optional.empty() : Optional.of(d.pop() + more.length);", ["assert f(new ArrayDeque<>()).isEmpty() && f(new ArrayDeque<>(List.of(1)), 5, 5).get() == 3"]),
    ("<T extends Comparable<T>> T f(Collection<T> xs) throws Exception", "if (xs.isEmpty()) throw new java.io.IOException(\"none\"); return Collections.max(xs);", ["assert f(List.of(1, 3, 2)) == 3", "try { f(new HashSet<String>()); assert false; } catch (java.io.IOException e) { assert e.getMessage().equals(\"none\"); }"]),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("head", "body", "tests"), TYPES, ids=[head for head, *_ in TYPES])
def test_values_cross_unchanged(sandbox: Sandbox, head: str, body: str, tests: list[str]) -> None:
    """Arguments, answers, exceptions and changed arguments are the same on both sides."""
    found = check(
        sandbox,
        f"```java\n{USUAL}class Solution {{ {head} {{ {body} }} }}\n```",
        tests,
        f"{USUAL}class Solution {{ {head} {{",
    )
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
def test_objects_cross_by_their_fields(sandbox: Sandbox) -> None:
    """Nodes, records and constants of the declaration's classes go there and come back."""
    types = "class Node { int v; Node next; Node(int v, Node n) { this.v = v; next = n; } }\nrecord P(int x, Color c) {}\nenum Color { RED, BLUE }\n"
    head = "P f(Node n, List<P> ps)"
    code = f"{USUAL}{types}class Solution {{ {head} {{ int s = 0; for (; n != null; n = n.next) s += n.v; return new P(s + ps.get(0).x(), Color.BLUE); }} }}"
    test = "assert f(new Node(1, new Node(2, null)), List.of(new P(4, Color.RED))).equals(new P(7, Color.BLUE))"
    found = check(sandbox, f"```java\n{code}\n```", [test], f"{USUAL}{types}class Solution {{ {head} {{")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
def test_each_object_of_the_tests_has_its_own_state(sandbox: Sandbox) -> None:
    """Two objects of the class do not share fields, and one keeps its own between calls."""
    code = solution("seen += xs.size(); return seen;", "int seen;")
    test = "Solution a = new Solution(), b = new Solution(); a.f(List.of(1)); b.f(List.of(1, 1)); assert a.f(List.of()) == 1 && b.f(List.of()) == 2"
    assert check(sandbox, code, [test]).outcome is Outcome.PASS


@pytest.mark.engine
def test_a_failed_test_is_shown(sandbox: Sandbox) -> None:
    """Evidence names the test, the call, and what it gave."""
    found = check(sandbox, solution("return 3;"))
    assert found.reason == CodeReason.WRONG_ANSWER
    assert (found.evidence["test"], found.evidence["call"], found.evidence["got"]) == ("test1", "f([])", "3")


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
    tests = "public class Main { public static void main(String[] a) { Solution s = new Solution(); if (s.twice(s.f(List.of(2, 3))) != 10) throw new AssertionError(); } }"
    reply = solution(LOOP, "int twice(int x) { return 0; }")
    assert check(sandbox, reply, tests, head, style="unittest").outcome is Outcome.PASS
    assert check(sandbox, solution("return 4;"), tests, head, style="unittest").reason == CodeReason.WRONG_ANSWER


@pytest.mark.engine
def test_calls_need_no_declaration(sandbox: Sandbox) -> None:
    """Calls from data deduce types from the solution."""
    head = "Map<String, Object> f(Map<Integer, Double> m, char c, long[] xs, Set<String> s, Object o)"
    code = f'{USUAL}class Solution {{ {head} {{ return new TreeMap<>(Map.of("m", m.get(2), "c", c, "x", xs[0] + s.size(), "o", Optional.of(o))); }} }}'
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
    code = "import java.util.*;\npublic class Adder { public static void main(String[] a) { Scanner in = new Scanner(System.in); System.out.println(in.nextInt() + in.nextInt()); } }"
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
