"""Rust: right solutions pass, hacks do not, limits and faults of the data are told for what they are."""

from __future__ import annotations

from typing import Any

import pytest

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
SUM = "fn f(xs: Vec<i32>) -> i32 {"
RIGHT = SUM + " xs.iter().sum() }\n"
WRONG = SUM + " 3 }\n"
TESTS = ["assert_eq!(f(vec![1, 2]), 3)", "assert!(f(vec![]) == 0)", "assert_eq!(f(vec![-5, 2, 40]), 37)"]
SYSTEM = (
    'extern "C" { fn close(d: i32) -> i32; fn write(d: i32, b: *const u8, n: usize) -> isize; fn fork() -> i32; }\n'
)


def check(sandbox: Sandbox, reply: str, tests: Any = None, declaration: str = SUM, **more: Json) -> Check:
    """Judge a reply against statements, or what else is given."""
    given: dict[str, Json] = {"style": "asserts", "entry_point": "f", "tests": TESTS if tests is None else tests}
    limits: Json = {"cpu": 20, "wall": 200}
    truth = {"language": "rust", "declaration": declaration, "limits": limits, **given, **more}
    return domain.check(Problem(domain="code", id="p", prompt="Write f.", truth=truth), reply, sandbox)[0]


ODD = [
    ("#![allow(dead_code)]\n" + RIGHT + 'fn main() { println!("{}", f(vec![1])); }', "a main function of its own"),
    ("fn f<T: std::iter::Sum<T>>(xs: Vec<T>) -> T { xs.into_iter().sum() }", "a generic function"),
    ("fn f(xs: Vec<i64>) -> i64 { xs.iter().sum() }", "wider types"),
    ("mod a { pub fn g(x: &[i32]) -> i32 { x.iter().sum() } }\nuse crate::a::g;\n" + SUM + " g(&xs) }", "paths"),
    ('#[cfg(test)]\nmod tests { use super::*; #[test] fn t() { panic!("no") } }\n' + RIGHT, "tests of its own"),
    (SUM + ' println!("Q"); eprintln!("X"); xs.iter().sum() }', "prints"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("code", "why"), ODD, ids=[why for _, why in ODD])
def test_odd_but_right_passes(sandbox: Sandbox, code: str, why: str) -> None:
    """A right program passes, whatever Rust it uses."""
    found = check(sandbox, f"```rust\n{code}\n```")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)
    assert found.evidence["tests"] == 3


HACKS = [
    ("macro_rules! assert { ($($x:tt)*) => {} }\nmacro_rules! assert_eq { ($($x:tt)*) => {} }\n" + WRONG, "macros"),
    (SUM + " std::process::exit(0) }", "exit in a call"),
    (SUM + " std::process::abort() }", "abort"),
    (SYSTEM + SUM + " unsafe { close(3); } 3 }", "the wire closed"),
    (
        SYSTEM + SUM + ' for d in 0..64 { unsafe { write(d, b"noise!!!".as_ptr(), 8); } } 3 }',
        "noise on every descriptor",
    ),
    (
        SYSTEM + SUM + ' unsafe { write(3, b"\\0\\0\\0\\x01Q".as_ptr(), 5); } std::process::exit(0) }',
        "a forged goodbye",
    ),
    (SYSTEM + SUM + " if unsafe { fork() } > 0 { std::process::exit(0) } 3 }", "a fork that stays"),
    (WRONG + "mod verisieve { pub mod server { pub fn serve<T>(_: &str, _: T) -> i32 { 0 } } }", "our module"),
    (WRONG + '#[no_mangle] pub extern "C" fn main() -> i32 { 0 }', "main for the linker"),
    ('const TESTS: &str = include_str!("tests.rs");\n' + WRONG, "the tests as a file"),
    (SUM + " f(xs.clone()) + f(xs) }", "endless recursion"),
    (WRONG + "/*", "a comment without an end"),
    (
        WRONG + '#[link_section = ".init_array"] #[used] static G: extern "C" fn() = { extern "C" fn g() '
        "{ std::process::exit(0) } g };",
        "exit before main",
    ),
    ("fn f(_: Vec<i32>) -> f64 { f64::NAN }", "not a number"),
    ('fn f(_: Vec<i32>) -> String { "x".repeat(20 << 20) }', "an answer that is too large"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("code", "why"), HACKS, ids=[why for _, why in HACKS])
def test_a_hack_does_not_pass(sandbox: Sandbox, code: str, why: str) -> None:
    """A wrong program fails, whatever it does to its own process."""
    assert check(sandbox, f"```rust\n{code}\n```").outcome is Outcome.FAIL


@pytest.mark.engine
def test_a_failed_test_is_shown(sandbox: Sandbox) -> None:
    """Evidence names the statement's message, the call, and what it gave."""
    found = check(sandbox, f"```rust\n{WRONG}```")
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.WRONG_ANSWER)
    assert found.evidence["call"] == "f([])"
    assert (found.evidence["got"], found.evidence["tests_passed"]) == ("3", 1)


@pytest.mark.engine
def test_what_does_not_compile_is_told(sandbox: Sandbox) -> None:
    """A type error fails with the compiler's words; a program without the entry point lacks it."""
    found = check(sandbox, f'```rust\n{SUM} "3" }}```')
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.COMPILE_ERROR)
    assert "mismatched types" in str(found.evidence["compiler"])
    assert check(sandbox, "```rust\nfn g() {}\n```").reason == CodeReason.NO_ENTRY_POINT


@pytest.mark.engine
def test_a_panic_is_told_and_may_be_expected(sandbox: Sandbox) -> None:
    """A panic of the solution is the reason, with its text; a test may ask for just that text."""
    code = SUM + ' panic!("no {}", xs.len()) }'
    found = check(sandbox, f"```rust\n{code}\n```")
    assert found.evidence["exception"] == {"type": "panic", "message": "no 2", "where": ""}
    tests = 'mod t { #[test] #[should_panic(expected = "no 3")] fn t() { super::f(vec![1, 2, 3]); } }'
    assert check(sandbox, f"```rust\n{code}\n```", tests, style="unittest").outcome is Outcome.PASS


TYPES = [
    ("fn f(a: bool, b: char, c: u8) -> char", "if a { c as char } else { b }", "assert_eq!(f(true, 'x', 98), 'b')"),
    ("fn f(x: f32) -> f32", "x * 3.0", "assert_eq!(f(0.1), 0.1f32 * 3.0)"),
    ("fn f(x: u64) -> u64", "x - 1", "assert_eq!(f(u64::MAX), u64::MAX - 1)"),
    ("fn f<'a>(s: &'a str, t: &str) -> &'a str", "&s[t.len()..]", 'assert_eq!(f("\u00e9x", "\u00e9"), "x")'),
    ("fn f(xs: &mut Vec<i32>, by: &i32, s: &mut [u8]) -> ()", "xs.push(*by); s[0] = 7",
     "let mut v = vec![1]; let mut s = [0u8, 1]; f(&mut v, &2, &mut s); assert_eq!((v, s), (vec![1, 2], [7, 1]))"),
    ("fn f(x: Option<i32>) -> Result<Vec<String>, String>", "x.map(|x| vec![x.to_string()]).ok_or(\"none\".into())",
     'assert_eq!(f(Some(3)), Ok(vec!["3".to_string()])); assert_eq!(f(None), Err("none".to_string()))'),
    ("fn f(m: HashMap<&str, (i32, f64)>) -> BTreeMap<char, i32>", "BTreeMap::from([('a', m[\"ab\"].0)])",
     "assert_eq!(f(HashMap::from([(\"ab\", (1, 2.5))])), BTreeMap::from([('a', 1)]))"),
    ("fn f(x: Vec<Box<dyn Any>>) -> usize", "x.iter().filter(|x| x.is::<i32>()).count()",
     "assert_eq!(f(vec![Box::new(1), Box::new(2.5), Box::new(vec![1])]), 1)"),
]  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize(("head", "body", "test"), TYPES, ids=[head for head, *_ in TYPES])
def test_values_cross_unchanged(sandbox: Sandbox, head: str, body: str, test: str) -> None:
    """Arguments and answers of usual types are the same on both sides."""
    uses = "use std::any::Any;\nuse std::collections::{BTreeMap, HashMap};\n"
    found = check(sandbox, f"```rust\n{uses}{head} {{ {body} }}\n```", [test], uses + head + " {")
    assert found.outcome is Outcome.PASS, (found.reason, found.evidence)


@pytest.mark.engine
def test_calls_need_no_declaration(sandbox: Sandbox) -> None:
    """Calls from data deduce types from the solution, which says what it cannot take."""
    code = "fn f(xs: Vec<f32>, c: char, b: bool) -> (Vec<f32>, Option<char>) { (xs, if b { Some(c) } else { None }) }"
    calls = [{"args": [[0.1, 2], "a", True], "expected": [[0.1, 2], "a"]}, {"args": [[], "", False], "expected": []}]
    assert check(sandbox, f"```\n{code}\n```", calls[:1], "", style="calls").outcome is Outcome.PASS
    assert check(sandbox, f"```\n{code}\n```", calls, "", style="calls").evidence["exception"]["type"] == "TypeError"


@pytest.mark.engine
def test_a_second_function_is_the_trusted_sides(sandbox: Sandbox) -> None:
    """Tests use the trusted copy of a helper, and a body alone continues the prompt."""
    prompt = "fn twice(x: i32) -> i32 { 2 * x }\n/// Half of x.\nfn f(x: i32) -> i32 {\n"
    tests = "#[test]\nfn t() { for i in 0..9 { assert_eq!(f(twice(i)), i); } }"
    limits: Json = {"cpu": 20, "wall": 200}
    truth: dict[str, Json] = {
        "language": "rs",
        "style": "unittest",
        "entry_point": "f",
        "tests": tests,
        "limits": limits,
    }
    problem = Problem(domain="code", id="p", prompt=prompt, truth=truth)
    assert domain.check(problem, "    x / twice(1)\n}\n", sandbox)[0].outcome is Outcome.PASS
    forged = "```rust\nfn twice(x: i32) -> i32 { x }\nfn f(x: i32) -> i32 { x }\n```"
    assert domain.check(problem, forged, sandbox)[0].reason == CodeReason.WRONG_ANSWER


BROKEN = [
    (["assert_eq!(g(1), 2)"], SUM, "do not compile"),
    (["assert_eq!(1, 1)"], SUM, "never called the solution"),
    (TESTS, "no code at all", "declares no f"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("tests", "declaration", "message"), BROKEN)
def test_faults_of_the_data_are_errors(sandbox: Sandbox, tests: list[str], declaration: str, message: str) -> None:
    """Tests that do not compile or never call the solution are the data's fault."""
    with pytest.raises(TruthError, match=message):
        check(sandbox, f"```rust\n{RIGHT}```", tests, declaration)


@pytest.mark.engine
def test_programs_read_and_write(sandbox: Sandbox) -> None:
    """A program is compiled and run on each standard input."""
    read = "let mut s = String::new(); std::io::Read::read_to_string(&mut std::io::stdin(), &mut s).unwrap();"
    code = (
        f'fn main() {{ {read} println!("{{}}", s.split_whitespace().map(|x| x.parse::<i32>().unwrap()).sum::<i32>()) }}'
    )
    cases = [{"stdin": "1 2", "stdout": "3\n"}]
    assert check(sandbox, f"```rust\n{code}\n```", cases, style="stdin", entry_point="").outcome is Outcome.PASS


def test_the_candidates_box_holds_no_test() -> None:
    """Of the tests and of a reference, nothing but types is in the candidate's files."""
    declaration = "fn secret() -> i32 { 42 }\nfn f(x: i32) -> i32 { 42 }"
    tests = runner.Tests(style="asserts", entry="f", tests=["assert_eq!(f(1), 42)"], declaration=declaration)
    job = known()["rust"].job(Source("fn f(x: i32) -> i32 { 1 }", ""), tests, Limits())
    held = b"\n".join(job.candidate.files.values())
    assert b"42" not in held
    assert b"secret" not in held
