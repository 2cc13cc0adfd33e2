"""C++: right solutions pass, hacks do not, limits and faults of the data are told for what they are."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import prebuilt
from verisieve.verifiers.code.languages import known
from verisieve.verifiers.code.runner import CodeReason

SANDBOX = "embedded"
pytestmark = pytest.mark.skipif(not shutil.which("g++", path="/usr/bin"), reason="needs /usr/bin/g++")
HEAD = "#include <vector>\n#include <string>\nusing namespace std;\n"
SYSTEM = "#include <unistd.h>\n#include <cstdlib>\n" + HEAD
SUM = "int f(vector<int> xs)"
RIGHT = HEAD + SUM + " { int s = 0; for (int x : xs) s += x; return s; }\n"
TESTS = ["assert(f({1, 2}) == 3)", "assert(f({}) == 0)", "assert(f({-5, 2, 40}) == 37)"]


def check(sandbox: Sandbox, reply: str, tests: Any = None, declaration: str = HEAD + SUM + " {", **more: Json) -> Check:
    """Judge a reply against statements, or what else is given."""
    given: dict[str, Json] = {"style": "asserts", "entry_point": "f", "tests": TESTS if tests is None else tests}
    truth = {"language": "cpp", "declaration": declaration, **given, **more}
    return domain.check(Problem(domain="code", id="p", prompt="Write f.", truth=truth), reply, sandbox)[0]


ODD = [
    (RIGHT + "int main() { return 7; }", "a main program of its own"),
    ("#define int long long\n" + RIGHT.replace("<int>", "<signed>") + "signed main() {}", "a keyword as a macro"),
    (HEAD + "template <class T> T f(vector<T> xs) { T s = 0; for (T x : xs) s += x; return s; }", "a template"),
    (HEAD + "int f(int* a, int n);\n" + RIGHT + "int f(int* a, int n) { return n; }", "an overloaded name"),
    (RIGHT.replace("int f(", "auto f = [](") + ";", "a lambda"),
    (RIGHT.replace("vector<int> xs)", "const vector<int>& xs) noexcept"), "noexcept"),
    (RIGHT.replace("return s;", "xs.clear(); return s;").replace("> xs", ">& xs"), "an argument that is used up"),
    (RIGHT.replace("int", "long long"), "wider types"),
    ("#include <ranges>\n" + RIGHT.replace(": xs", ": xs | views::all"), "C++20"),
    ("#include <iostream>\n" + RIGHT.replace("return s;", 'cout << "Q" << s << endl; cerr << s; return s;'), "prints"),
    (RIGHT + "namespace verisieve { int x; }", "our namespace"),
    ("int count, data, size, next_, prev, distance, read_, index_;\n" + RIGHT, "names of the standard library"),
]


@pytest.mark.parametrize(("code", "why"), ODD, ids=[why for _, why in ODD])
def test_odd_but_right_passes(sandbox: Sandbox, code: str, why: str) -> None:
    """A right program passes, whatever C++ it uses."""
    found = check(sandbox, f"```cpp\n{code}\n```")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)
    assert found.evidence["tests"] == 3


def test_programs_are_built_without_what_was_built_before(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own part is then compiled with the program, on both sides."""
    monkeypatch.setattr(prebuilt, "add", lambda job, *_: job)
    assert check(sandbox, RIGHT).outcome is Outcome.PASS


WRONG = HEAD + SUM + " { return 3; }\n"
EQUAL = "struct Any { template <class T> operator T(); template <class T> bool operator==(T) { return true; } };\n"
HACKS = [
    ("#define assert(x) ((void)0)\n" + WRONG, "assert as a macro"),
    ("#define NDEBUG\n" + WRONG, "asserts switched off"),
    (SYSTEM + SUM + " { return 3; } struct G { G() { _exit(0); } } g;", "exit before main"),
    (SYSTEM + SUM + " { exit(0); }", "exit in a call"),
    (SYSTEM + SUM + " { abort(); }", "abort"),
    (SYSTEM + SUM + " { close(3); return 3; }", "the wire closed"),
    (SYSTEM + SUM + ' { for (int d = 0; d < 64; d++) write(d, "noise!!!", 8); return 3; }', "noise"),
    (SYSTEM + SUM + ' { write(3, "\\0\\0\\0\\1Q", 5); _exit(0); }', "a forged goodbye"),
    (SYSTEM + SUM + " { if (fork()) _exit(0); return 3; }", "a fork that stays"),
    ("#undef main\n" + WRONG + "int main() { return 0; }", "a main of its own after all"),
    (WRONG + 'extern "C" int verisieve_main; namespace verisieve { Entry e("f", nullptr); }', "our registry"),
    (HEAD + EQUAL + "Any f(vector<int>) { return {}; }", "an answer that equals everything"),
    ("namespace std { }\n#define main int\n" + WRONG, "main as a macro"),
    ("#define f(x) 3\n" + WRONG, "the entry point as a macro"),
    ("#define verisieve std\n" + WRONG, "our name as a macro"),
    (HEAD + "double f(vector<int>) { return 0.0 / 0.0; }", "not a number"),
    (HEAD + "string f(vector<int>) { return string(20 << 20, 'x'); }", "an answer that is too large"),
    (HEAD + SUM + " { return f(xs) + 1; }", "endless recursion"),
    (RIGHT.replace("return s", "return s + 0 * xs[xs.size()]"), "an index out of range"),
    ("#include <tests.cpp>\n" + WRONG, "the tests as a header"),
]


@pytest.mark.parametrize(("code", "why"), HACKS, ids=[why for _, why in HACKS])
def test_a_hack_does_not_pass(sandbox: Sandbox, code: str, why: str) -> None:
    """A wrong program fails, whatever it does to its own process."""
    assert check(sandbox, f"```cpp\n{code}\n```").outcome is Outcome.FAIL


LIMITS = [
    (HEAD + SUM + " { for (;;) {} }", 4, 90, CodeReason.TIMEOUT_CPU),
    (SYSTEM + SUM + " { sleep(999); return 3; }", 20, 15, CodeReason.TIMEOUT_WALL),
    (HEAD + SUM + " { vector<string> all; for (;;) all.push_back(string(1 << 20, 'x')); }", 20, 90, CodeReason.MEMORY),
]


@pytest.mark.parametrize(("code", "cpu", "wall", "reason"), LIMITS)
def test_a_limit_is_told(sandbox: Sandbox, code: str, cpu: int, wall: int, reason: CodeReason) -> None:
    """A program that never answers ends at its limit."""
    found = check(sandbox, f"```cpp\n{code}\n```", limits={"cpu": cpu, "wall": wall, "memory": 400_000_000})
    assert (found.outcome, found.reason) == (Outcome.LIMIT, reason)


def test_a_failed_test_is_shown(sandbox: Sandbox) -> None:
    """Evidence names the statement, the call, and what it gave."""
    found = check(sandbox, f"```cpp\n{WRONG}```")
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.WRONG_ANSWER)
    assert found.evidence == {"tests_passed": 1, "line": "1", "test": "f({}) == 0", "call": "f([])", "got": "3"}


def test_a_compiler_message_is_shown(sandbox: Sandbox) -> None:
    """What does not compile fails with the compiler's words."""
    found = check(sandbox, f"```cpp\n{RIGHT.replace('s += x', 's += y')}```")
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.COMPILE_ERROR)
    assert "'y' was not declared" in str(found.evidence["compiler"]).replace("\u2018", "'").replace("\u2019", "'")


def test_a_missing_entry_point_is_told(sandbox: Sandbox) -> None:
    """A program without the entry point lacks it, rather than not compiling."""
    assert check(sandbox, f"```cpp\n{RIGHT.replace('f(', 'g(')}```").reason == CodeReason.NO_ENTRY_POINT


def test_an_exception_is_told(sandbox: Sandbox) -> None:
    """An exception that no test catches is the reason, with its type and text."""
    code = "#include <stdexcept>\n" + HEAD + SUM + ' { throw std::out_of_range("no such"); }'
    found = check(sandbox, f"```cpp\n{code}\n```")
    assert found.reason == CodeReason.EXCEPTION
    assert found.evidence["exception"] == {"type": "out_of_range", "message": "no such", "where": ""}


def test_a_test_may_expect_an_exception(sandbox: Sandbox) -> None:
    """A standard exception is rebuilt with its type on the tests' side."""
    code = "#include <stdexcept>\n" + HEAD + SUM + ' { throw std::out_of_range("no such"); }'
    test = 'try { f({}); assert(false); } catch (const std::out_of_range& e) { assert(string(e.what()) == "no such"); }'
    setup = "#include <stdexcept>"
    assert check(sandbox, f"```cpp\n{code}\n```", [test], setup=setup).outcome is Outcome.PASS
    wrong = code.replace("out_of_range", "invalid_argument")
    assert check(sandbox, f"```cpp\n{wrong}\n```", [test], setup=setup).reason == CodeReason.EXCEPTION


TYPES = [
    ("bool f(bool a, char b, unsigned char c)", "return a && b == 'x' && c == 200;", "assert(f(true, 'x', 200))"),
    ("float f(float x)", "return x * 3;", "assert(f(0.1f) == 0.1f * 3)"),
    ("double f(double x)", "return x / 3;", "assert(f(1) == 1.0 / 3)"),
    ("unsigned long long f(unsigned long long x)", "return x - 1;", "assert(f(0) == 18446744073709551615ull)"),
    ("string f(string s)", "return s + '\\xff' + '\\0';", 'assert(f("\\xc3\\xa9") == string("\\xc3\\xa9\\xff\\0", 4))'),
    ("vector<vector<bool>> f(vector<vector<bool>> x)", "x.push_back({true}); return x;", "assert(f({{}})[1][0])"),
    (
        "map<string, vector<int>> f(map<int, string> m)",
        "return {{m[1], {1, 2}}};",
        'assert(f({{1, "a"}})["a"][1] == 2)',
    ),
    (
        "map<vector<int>, int> f(map<vector<int>, int> m)",
        "m[{7}] = 1; return m;",
        "assert(f({{{1, 2}, 3}}).size() == 2)",
    ),
    ("set<int> f(multiset<int> s)", "return set<int>(s.begin(), s.end());", "assert((f({1, 1}) == set<int>{1}))"),
    (
        "tuple<int, string, pair<char, double>> f(array<int, 2> a)",
        "return {a[0], \"x\", {'c', a[1] / 2.0}};",
        "assert((f({1, 3}) == tuple<int, string, pair<char, double>>{1, \"x\", {'c', 1.5}}))",
    ),
    (
        "optional<string> f(optional<int> x)",
        "if (!x) return {}; return to_string(*x);",
        'assert(f({}) == nullopt && f(3) == "3")',
    ),
    ("any f(list<any> x)", "return x.back();", 'assert(any_cast<string>(f({1, 2.5, string("s")})) == "s")'),
    (
        "void f(vector<int>& xs, const int by, string& log)",
        "for (int& x : xs) x += by; log += '!';",
        'vector<int> v{1, 2}; string s; f(v, 3, s); assert((v == vector<int>{4, 5} && s == "!"))',
    ),
    (
        "int f(char* s, const char* t)",
        "int n = 0; while (*s) *s++ = *t, n++; return n;",
        'char s[] = "abc"; assert(f(s, "-") == 3 && string(s) == "---")',
    ),
    ("size_t f(string_view s, const deque<long>& d)", "return s.size() + d.size();", 'assert(f("ab", {1}) == 3)'),
]


@pytest.mark.parametrize(("head", "body", "test"), TYPES, ids=[head for head, *_ in TYPES])
def test_values_cross_unchanged(sandbox: Sandbox, head: str, body: str, test: str) -> None:
    """Arguments and answers of usual types are the same on both sides."""
    include = "#include <bits/stdc++.h>\nusing namespace std;\n"
    found = check(sandbox, f"```cpp\n{include}{head} {{ {body} }}\n```", [test], include + head + " {")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


def test_calls_need_no_declaration(sandbox: Sandbox) -> None:
    """Calls from data deduce types from the solution: numbers, characters, lists, floats of 32 bits."""
    code = HEAD + "vector<float> f(vector<float> xs, char c, bool b) { if (b) xs.push_back(c); return xs; }"
    calls = [{"args": [[0.1, 2], "a", True], "expected": [0.1, 2, 97]}, {"args": [[], "", False], "expected": []}]
    found = check(sandbox, f"```\n{code}\n```", calls[:1], "", style="calls")
    assert found.outcome is Outcome.PASS, found.evidence
    assert check(sandbox, f"```\n{code}\n```", calls, "", style="calls").evidence["exception"]["type"] == "TypeError"


def test_a_not_a_number_slips_through_no_tolerance(sandbox: Sandbox) -> None:
    """An answer that holds one fails, unless the tests speak of it."""
    head = "#include <math.h>\n#include <vector>\nstd::vector<double> f(double x) {"
    code = f"```cpp\n{head} return {{x, 0.0 / 0.0}}; }}\n```"
    test = "assert(!(fabs(f(1)[1] - 2) > 1e-6))"
    found = check(sandbox, code, [test], head)
    assert (found.outcome, found.reason, found.evidence["message"]) == (Outcome.FAIL, "wrong_answer", "not a number")
    assert check(sandbox, code, [f"{test}; assert(isnan(f(1)[1]))"], head).outcome is Outcome.PASS


def test_a_prelude_comes_first_in_both_boxes(sandbox: Sandbox) -> None:
    """What prompts of a set take for granted is there for the solution and for its tests."""
    prelude = "#include <vector>\nusing std::vector;\ntypedef vector<int> Row;\n"
    code = "Row f(Row r) { r.push_back(1); return r; }"
    found = check(sandbox, f"```cpp\n{code}\n```", ["assert(f(Row{}).size() == 1)"], "Row f(Row r) {", prelude=prelude)
    assert found.outcome is Outcome.PASS, found.evidence


def test_a_whole_program_of_tests_runs(sandbox: Sandbox) -> None:
    """A program with a main, helpers, and the trusted side's copy of a helper judges the entry point alone."""
    head = HEAD + "int twice(int x) { return 2 * x; }\nint f(int x) {"
    tests = "#include <cassert>\nint main() { for (int i = 0; i < 9; i++) assert(f(twice(i)) == i); }"
    code = HEAD + "int twice(int) { return 0; }\nint f(int x) { return x / 2; }"
    assert check(sandbox, f"```cpp\n{code}\n```", tests, head, style="unittest").outcome is Outcome.PASS
    code = HEAD + "int twice(int) { return 0; }\nint f(int x) { return 0; }"
    assert check(sandbox, f"```cpp\n{code}\n```", tests, head, style="unittest").reason == CodeReason.WRONG_ANSWER


def test_a_body_continues_the_prompt(sandbox: Sandbox) -> None:
    """A function's body alone is put under the prompt, whose helpers it may use."""
    prompt = HEAD + "int twice(int x) { return 2 * x; }\n// f: twice the sum\nint f(vector<int> xs) {\n"
    truth: dict[str, Json] = {
        "language": "c++",
        "style": "asserts",
        "entry_point": "f",
        "tests": ["assert(f({1,2}) == 6)"],
    }
    problem = Problem(domain="code", id="p", prompt=prompt, truth=truth)
    body = "    int s = 0;\n    for (int x : xs) s += x;\n    return twice(s);\n}\n"
    assert domain.check(problem, body, sandbox)[0].outcome is Outcome.PASS
    whole = HEAD + SUM + " { int s = 0; for (int x : xs) s += x; return twice(s); }"
    assert domain.check(problem, f"Use twice:\n```cpp\n{whole}\n```", sandbox)[0].outcome is Outcome.PASS


BROKEN = [
    (["assert(g(1) == 2)"], HEAD + SUM + " {", "do not compile"),
    (["assert(1 == 1)"], HEAD + SUM + " {", "never called the solution"),
    (TESTS, "no code at all", "declares no f"),
    (["int x = 0; assert(f(&x) == 0)"], "int f(int* x) {", "cannot cross"),
]


@pytest.mark.parametrize(("tests", "declaration", "message"), BROKEN)
def test_faults_of_the_data_are_errors(sandbox: Sandbox, tests: list[str], declaration: str, message: str) -> None:
    """Tests that do not compile, never call or cannot call the solution are the data's fault."""
    with pytest.raises(TruthError, match=message):
        check(sandbox, f"```cpp\n{RIGHT}```", tests, declaration)


def test_programs_read_and_write(sandbox: Sandbox) -> None:
    """A program is compiled and run on each standard input; what does not compile is told."""
    code = "#include <iostream>  // and any other\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }"
    cases = [{"stdin": "1 2", "stdout": "3\n"}, {"stdin": "-1 1\n", "stdout": "0"}]
    found = check(sandbox, f"```cpp\n{code}\n```", cases, style="stdin", entry_point="")
    assert found.outcome is Outcome.PASS
    broken = check(sandbox, f"```cpp\n{code.replace('a + b', 'c')}\n```", cases, style="stdin", entry_point="")
    assert broken.reason == CodeReason.COMPILE_ERROR


def test_the_candidates_box_holds_no_test() -> None:
    """Of the tests and of a reference, nothing but types and includes is in the candidate's files."""
    from verisieve.sandboxes import Limits
    from verisieve.verifiers.code.extract import Source
    from verisieve.verifiers.code.runner import Tests

    declaration = "#include <vector>\nint secret() { return 42; }\nint f(int x) { return 42; }"
    tests = Tests(style="asserts", entry="f", tests=["assert(f(1) == 42)"], declaration=declaration)
    job = known()["cpp"].job(Source("int f(int x);", ""), tests, Limits())
    held = b"\n".join(job.candidate.files.values())
    assert b"42" not in held
    assert b"secret" not in held
