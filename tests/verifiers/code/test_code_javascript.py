"""JavaScript: what tests may do with a solution in another process, what no solution gains there, how one is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox, engine, images
from verisieve.sandboxes.container import ContainerSandbox
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.verifiers.code.runner import CodeReason


@pytest.fixture(scope="module", params=["embedded", pytest.param("docker", marks=pytest.mark.engine)])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Each back end that has node, one for the module."""
    if request.param == "embedded" and not Path("/usr/bin/node").exists():
        pytest.skip("no /usr/bin/node")
    if request.param == "docker" and (reason := engine.missing(images.tag("node"))):
        pytest.skip(reason)
    opened: Sandbox = EmbeddedSandbox() if request.param == "embedded" else ContainerSandbox()
    yield opened
    opened.close()


def judge(sandbox: Sandbox, code: str, tests: Any, *, style: str = "", entry: str = "f", **more: Any) -> Check:
    """Judge code, given as a whole program: statements in a list, or a test program."""
    style = style or ("asserts" if isinstance(tests, list) else "unittest")
    limits = {"cpu": 3.0, "wall": 60.0}
    truth = {"language": "javascript", "style": style, "entry_point": entry, "tests": tests, "limits": limits}
    problem = Problem(domain="code", id="one", prompt=more.pop("prompt", ""), truth=truth | more)
    return domain.check(problem, f"```js\n{code}\n```", sandbox)[0]


PLAIN = "new Map([['a', new Set([1, 2n, undefined, null, NaN, -0, Infinity, '\\ud800'])]])"
FULL = "class Full extends Error { constructor(n) { super('full'); this.name = 'Full'; this.n = n } }\n"
SORTED = """const got = f([3, 1, 2]);
console.assert(JSON.stringify(got) === JSON.stringify([1, 2, 3]));
assert.deepStrictEqual(f([2, 1]), [1, 2]);
"""
RIGHT = [
    ("class L extends Array {}\nfunction f(xs) { return L.from(xs).sort() }", SORTED, "array subclass"),
    (
        "module.exports = function f(xs) { return xs.toString().split(',').map(Number).sort() }",
        SORTED,
        "module.exports function",
    ),
    ("export default function f(xs) { return Array.from(xs).sort() }", SORTED, "default export"),
    ("'use strict'\nvar f\nf = Array.prototype.sort.call.bind(Array.prototype.sort)", SORTED, "bound call"),
    ("const f = new Proxy((xs) => xs.sort(), {})", SORTED, "proxied function"),
    (
        "class A { static #k = 2; static f(n) { return n * A.#k } }\nconst f = A.f",
        ["assert.strictEqual(f(2), 4)", "assert.strictEqual(f(5), 10)"],
        "private static",
    ),
    (
        "setTimeout(() => {}, 5); setInterval(() => {}, 1000); function f(n) { return 2 * n }",
        ["assert.strictEqual(f(2), 4)", "assert.strictEqual(f(5), 10)"],
        "timers",
    ),
    (
        (
            "Array.prototype.last = function () { return this[this.length - 1] }; String.prototype.up = "
            "String.prototype.toUpperCase; function f(s) { return s.up() }"
        ),
        ["assert.strictEqual(f('ab'), 'AB')", "assert(f('x').length === 1)"],
        "extends prototypes",
    ),
    (
        "if (require.main === module) process.exit(1)\nfunction f(n) { return 2 * n }",
        ["assert.strictEqual(f(2), 4)", "assert.strictEqual(f(5), 10)"],
        "main guard",
    ),
    ("function f(n) { return (...more) => more.length + n }", ["assert.equal(f(2)(1, 2, 3), 5)"], "a closure"),
    (
        "function* f(n) { while (true) yield n++ }",
        ["const it = f(3); it.next(); assert.deepStrictEqual(it.next(), { value: 4, done: false })"],
        "an endless generator is pulled lazily",
    ),
    ("async function f(n) { return 2 * n }", ["f(2).then((v) => assert.strictEqual(v, 4))"], "a promise"),
    (
        "const f = (n) => new Promise((done) => setTimeout(() => done(n), 20))",
        ["(async () => assert.deepEqual(await Promise.all([f(1), f(2)]), [1, 2]))()"],
        "promises that wait for timers",
    ),
    (
        "async function f() { throw new RangeError('bad') }",
        ["assert.rejects(f(1), { name: 'RangeError', message: 'bad' })", "assert.rejects(f(1), RangeError)"],
        "a rejection",
    ),
    (
        "async function* f(n) { for (let i = 0; i < n; i++) yield i }",
        ["(async () => { const s = []; for await (const x of f(2)) s.push(x); assert.deepEqual(s, [0, 1]) })()"],
        "an asynchronous generator",
    ),
    ("function f(g, xs) { return xs.map((x) => g(x)) }", ["assert.deepEqual(f((x) => -x, [1]), [-1])"], "a callback"),
    ("function f(done) { done(null, 3) }", ["let got; f((e, r) => { got = r }); assert.equal(got, 3)"], "a callback's"),
    (
        "async function f(g) { return (await g(2)) + 1 }",
        ["(async () => assert.equal(await f(async (x) => 2 * x), 5))()"],
        "an asynchronous callback",
    ),
    (
        f"function f() {{ return {PLAIN} }}",
        [f"assert.deepStrictEqual(f(), {PLAIN})"],
        "every plain value, exactly",
    ),
    (
        "function f(o) { return { ...o, t: new Date(5) } }",
        ["assert.deepStrictEqual(f({ a: 1 }), { a: 1, t: new Date(5) })"],
        "a date",
    ),
    (
        "function f(n) { return Float64Array.of(n) }",
        ["assert.deepStrictEqual(f(.5), Float64Array.of(.5))"],
        "typed arrays",
    ),
    (
        FULL + "function f() { throw new Full(7) }",
        ["assert.throws(f, (e) => e instanceof Error && e.name === 'Full' && e.n === 7)", "assert.throws(f, Full)"],
        "an exception of its own class",
    ),
    (
        "function f() { throw 'text' }",
        ["try { f(); assert.fail() } catch (e) { assert.equal(e, 'text') }"],
        "a thrown text",
    ),
    ("function f(xs) { xs.sort() }", ["const xs = [3, 1]; f(xs); assert.deepEqual(xs, [1, 3])"], "a changed argument"),
    (
        "function f(xs) { xs.push(1); return 5 }",
        "const xs = [3];\nf(xs);\nassert.deepStrictEqual(xs, [3, 1]);",
        "a changed argument beside an answer",
    ),
    ("function f(xs) { return xs }", ["const xs = [3]; assert.strictEqual(f(xs), xs)"], "the very argument"),
    (
        "function f(n) { let c = n; return { up() { return ++c }, get: () => c } }",
        ["const c = f(1); c.up(); assert.equal(c.get(), 2)"],
        "an object of closures",
    ),
    (
        "class P { constructor(x) { this.x = x } }\nfunction f(x) { return new P(x) }",
        ["assert.equal(JSON.stringify(f(1)), '{\"x\":1}')"],
        "the fields of an instance",
    ),
    (
        "function f(head) { let p = null; while (head) { [head.next, p, head] = [p, head, head.next] } return p }",
        [
            "class Node { constructor(v, next = null) { this.v = v; this.next = next } }",
            "const got = f(new Node(1, new Node(2))); assert.equal(got.v, 2); assert.equal(got.next.next, null)",
        ],
        "objects of the tests",
    ),
    ("const f = (re, s) => s.replace(re, 'x')", ["assert.equal(f(/a/g, 'aba'), 'xbx')"], "a regular expression"),
    ("module.exports = function f(x) { return x }", ["assert.equal(f(1), 1)"], "an exported function"),
    (
        "function f(xs, n) { let seen = 0; xs.forEach(() => seen++); delete xs[n]; return [seen, , Array(3)] }",
        "const a = [1, , 3];\nassert.deepStrictEqual(f(a, 2), [2, , [, , ,]]);\nassert.deepStrictEqual(a, [1, , ,]);",
        "holes, there, back and in an argument",
    ),
    (
        "const f = (s) => [Buffer.from(s), new Uint8Array([1]), /b+/g, s.match(/(?<y>b)/), new Date(NaN)]",
        [
            "const [b, u] = f('abc'); assert.deepStrictEqual([b, u], [Buffer.from('abc'), new Uint8Array([1])])",
            "const [, , r] = f('abc'); assert.deepStrictEqual(r, /b+/g); assert.equal(r.test('abb'), true)",
            "const [, , , m, d] = f('abc'); assert.equal(m.index, 1); assert.equal(m.groups.y, 'b'); assert(isNaN(d))",
        ],
        "buffers, regular expressions, matches and dates that are none",
    ),
    (
        "function f() { throw new AggregateError([new TypeError('a')], 'm', { cause: [1] }) }",
        ["assert.throws(f, (e) => e.errors[0] instanceof TypeError && e.cause[0] === 1 && !Object.keys(e).length)"],
        "what an exception hides",
    ),
    (
        "import fs from 'fs'\nexport default function f(x) { return typeof fs }",
        ["assert.equal(f(1), 'object')"],
        "a module",
    ),
    ("const g = await 2;\nfunction f() { return g }", ["assert.equal(f(), 2)"], "a module that waits"),
    (
        "const fs = require('fs'), assert = 1, module_ = module;\nlet f = () => assert",
        ["assert.equal(f(), 1)"],
        "names of ours",
    ),
    (
        "console.log('x'.repeat(1e6)); Array.prototype.last = 1; function f() { return 1 }",
        ["assert(f() === 1)"],
        "noise",
    ),
    ("Promise.reject(new Error('x'))\nvar f = () => 1", ["assert(f() === 1)"], "a rejection that nobody sees"),
    ("let n = 0\nconst f = () => ++n", "for (let i = 1; i <= 1000; i++) console.assert(f() === i)", "a thousand calls"),
]


@pytest.mark.parametrize(("code", "tests", "why"), RIGHT, ids=[why for _, _, why in RIGHT])
def test_a_right_solution_passes(sandbox: Sandbox, code: str, tests: Any, why: str) -> None:
    """What tests may do with a solution in their own process they may do with one elsewhere."""
    found = judge(sandbox, code, tests)
    assert found.outcome is Outcome.PASS, found


FRAME = """
const fs = require('fs')
function send(kind, text) {
  const data = Buffer.from('....' + kind + text)
  data.writeUInt32BE(data.length - 4)
  fs.writeSync(3, data)
}
"""
GREETING = r"t\0\0\0\x02s\0\0\0\x06loadedl\0\0\0\x01s\0\0\0\x01f"
DICT = r"Es\0\0\0\x0bOrderedDictt\0\0\0\x01s\0\0\0\x02ab"
EACH = "const fs = require('fs'); for (let i = 3; i < 30; i++) try { "
SPAWN = "require('child_process').spawn('sleep', ['60'], { stdio: 'inherit', detached: true }).unref()\n"
HACKS = [
    ("function f() { return { then(done) { done([1, 2, 3]) } } }", SORTED, "a thenable"),
    (
        "function f(n) { return { toString: () => String(2 * n + 1), valueOf: () => 2 * n } }",
        ["assert.equal(`${f(2)}`, '4')"],
        "two faces",
    ),
    (
        "function f(n) { return BigInt(2 * n) }",
        ["assert.strictEqual(f(2), 4)", "assert.strictEqual(f(5), 10)"],
        "a bigint for a number",
    ),
    ("function f() { return -0 }", ["assert.strictEqual(f(), 0)"], "minus zero"),
    ("function f() { return [undefined, 1] }", ["assert.deepStrictEqual(f(), [, 1])"], "undefined for a hole"),
    ("function f() { return [, 1] }", ["assert.deepStrictEqual(f(), [undefined, 1])"], "a hole for undefined"),
    (
        "Array.prototype[0] = 1; function f() { return [, 2] }",
        ["assert.deepStrictEqual(f(), [1, 2])"],
        "a hole that the prototype fills",
    ),
    ("function f() { const a = []; a[4e9] = 1; return a }", ["assert.deepStrictEqual(f(), [1])"], "holes without end"),
    ("function f() { return new Date(NaN) }", ["assert(!(Math.abs(f() - 5) > 1))"], "a date that is none"),
    (
        "const f = (xs) => Object.assign([9], { [Symbol.iterator]: function* () { yield* [1, 2, 3] } })",
        ["assert.deepStrictEqual([...f()], [1, 2, 3])"],
        "an array with an iterator of its own",
    ),
    (
        (
            "class M extends Map { get() { return 1 } get size() { return 1 } has() { return true } }\nfunction "
            "f() { return new M() }"
        ),
        ["assert.equal(f().get('a'), 1)"],
        "a map that lies",
    ),
    (
        "class S extends Set { has() { return true } }\nfunction f() { return new S() }",
        ["assert(f().has(3))"],
        "a set that lies",
    ),
    (
        "class D extends Date { getTime() { return 0 } }\nfunction f() { return new D(5) }",
        ["assert.equal(f().getTime(), 0)"],
        "a date that lies",
    ),
    ("Array.prototype.sort = function () { return [1, 2, 3] }; function f(xs) { return xs }", SORTED, "patched sort"),
    (
        "Array.prototype[Symbol.iterator] = function* () { yield 1; yield 2; yield 3 }; function f(xs) { return xs }",
        SORTED,
        "patched iterator",
    ),
    (
        (
            "Function.prototype.call = Function.prototype.apply = () => [1, 2, 3]; Reflect.apply = () => [1, 2, "
            "3]; function f(xs) { return xs }"
        ),
        SORTED,
        "patched call",
    ),
    (
        (
            "Buffer.prototype.writeUInt32BE = Buffer.concat = Buffer.from = () => Buffer.alloc(5); function "
            "f(xs) { return xs }"
        ),
        SORTED,
        "patched buffer",
    ),
    (
        (
            "const fs = require('fs'); const w = fs.writeSync; fs.writeSync = (fd, b) => w(fd, Buffer.from([0, "
            "0, 0, 2, 82, 84])); function f(xs) { return xs }"
        ),
        SORTED,
        "patched writeSync",
    ),
    ("Error.prepareStackTrace = () => process.exit(0); function f() { throw new Error('x') }", SORTED, "stack hook"),
    (
        "process.on('exit', () => { process.exitCode = 0; process.reallyExit(0) }); function f() { throw 1 }",
        SORTED,
        "exit hook",
    ),
    (
        "process.on('uncaughtException', () => {}); setImmediate(() => process.exit(0)); function f(xs) { return xs }",
        SORTED,
        "uncaught handler",
    ),
    (
        (
            "const { Worker } = require('worker_threads'); new Worker(\"require('fs').writeSync(3, "
            'Buffer.from([0, 0, 0, 2, 82, 84]))", { eval: true }); function f(xs) { return xs }'
        ),
        SORTED,
        "a worker writes",
    ),
    (
        (
            "const cp = require('child_process'); cp.spawnSync('/bin/sh', ['-c', 'printf "
            '"\\\\0\\\\0\\\\0\\\\2RT" >&3\'], { stdio: [0, 1, 2, 3] }); function f(xs) { return xs }'
        ),
        SORTED,
        "a shell writes",
    ),
    (
        (
            "const vm = require('vm'); vm.runInThisContext('assert = { deepStrictEqual() {}, strictEqual() {} }; "
            "console.assert = () => {}'); function f(xs) { return xs }"
        ),
        SORTED,
        "vm",
    ),
    (
        (
            "require('module')._load = () => ({}); require.cache = {}; module.constructor.prototype.require = () "
            "=> ({}); function f(xs) { return xs }"
        ),
        SORTED,
        "module loader",
    ),
    (
        "module.exports = new Proxy({}, { get: () => () => [1, 2, 3], has: () => true, ownKeys: () => ['f'] })",
        SORTED,
        "exports proxy",
    ),
    ("Object.defineProperty(exports, 'f', { get() { process.exit(0) }, enumerable: true })", SORTED, "exports getter"),
    (
        "function f() { return 'A\\u200bB' }",
        ["assert.strictEqual(f('ab'), 'AB')", "assert(f('x').length === 1)"],
        "zero width",
    ),
    ("function f() { return { 0: 1, 1: 2, 2: 3, length: 3 } }", SORTED, "array-like"),
    (
        "function f() { throw Object.create(Error.prototype, { name: { get() { process.exit(0) } } }) }",
        SORTED,
        "hostile error",
    ),
    (
        (
            "globalThis.undefined = 1; globalThis.Array = globalThis.Map = globalThis.Buffer = "
            "globalThis.Uint8Array = Object; function f(xs) { return xs }"
        ),
        SORTED,
        "globals gone",
    ),
    ("process.exit(0)", SORTED, "exits while it loads"),
    ("function f() { process.exit(0) }", SORTED, "exits in a call"),
    ("function f() { process.reallyExit(0) }", SORTED, "exits at once"),
    ("console.assert = () => {}; JSON.stringify = () => '1'; function f() {}", SORTED, "replaces what tests call"),
    ("const a = require('assert'); a.deepStrictEqual = a.equal = () => {}; function f() {}", SORTED, "replaces assert"),
    (
        "function console() {}; console.assert = () => {}; var JSON = { stringify: () => 1 }; function f() {}",
        SORTED,
        "shadows",
    ),
    (
        EACH + "fs.closeSync(i) } catch {}\nfunction f() {}",
        SORTED,
        "closes",
    ),
    (
        EACH + "fs.writeSync(i, 'passed') } catch {}\nfunction f() {}",
        SORTED,
        "writes rubbish to every descriptor",
    ),
    (
        FRAME + "function f() { send('R', 'N'); send('Q', ''); process.reallyExit(0) }",
        SORTED,
        "answers and parts ahead",
    ),
    (
        FRAME + f"send('L', '{GREETING}'); send('R', 'T'); send('Q', ''); process.reallyExit(0)",
        SORTED,
        "plays the whole of it",
    ),
    (
        "require('./wire.js').Writer.prototype.put = function () { this.tag('T') }\nfunction f() {}",
        SORTED,
        "changes our wire",
    ),
    ("function f() { return { toJSON: () => [1, 2, 3].map(String) } }", SORTED, "an object with toJSON"),
    ("function f() { return { every: () => true, length: 3 } }", ["assert(f([1]).every((x) => x === 1))"], "own every"),
    (
        "function f() { return { includes: () => true } }",
        ["for (const x of [1]) assert(f().includes(x))"],
        "own includes",
    ),
    (
        "class A extends Array { every() { return true } }\nfunction f() { return A.of(9) }",
        ["assert(f().every((x) => x === 1))"],
        "subclass",
    ),
    (
        "function f() { return new Proxy([9], { get: (t, n) => n === 'every' ? () => true : t[n] }) }",
        ["assert(f().every((x) => x === 1))"],
        "a proxy",
    ),
    (
        "let n = 0; function f() { return { valueOf: () => n++ } }",
        ["const x = f(); assert(x == 0 && x == 1)"],
        "changing value",
    ),
    (
        "let n = 0; function f() { return { get x() { return n++ } } }",
        ["const o = f(); assert(o.x !== o.x)"],
        "changing getter",
    ),
    ("function f() { return NaN }", ["if (Math.abs(f() - 3) > 1e-6) throw new Error('wrong')"], "not a number"),
    ("function f() { return 'x' }", ["if (Math.abs(f() - 3) > 1e-6) throw new Error('wrong')"], "no number at all"),
    ("function f() { return [NaN] }", ["assert(!(Math.abs(f()[0] - 3) > 1e-6))"], "not a number within"),
    ("function f(xs) { xs.length = 0; return xs }", "const xs = [2, 1]; assert.deepEqual(f(xs), xs.sort())", "empties"),
    (
        "function f(xs) { xs.fill(0) }",
        "const xs = [2]; const got = f(xs); assert.equal(got ?? xs[0], 2)",
        "changes unasked",
    ),
    (
        "function f() { const e = new Error('x'); e.code = 'ERR_ASSERTION'; throw e }",
        ["assert.throws(f, TypeError)"],
        "throws something else",
    ),
    ("function f(done) {}", ["new Promise((done) => f(done)).then(() => assert(false))"], "never calls back"),
    ("function f() { return new Promise(() => {}) }", ["f().then((x) => assert(x === 1))"], "never settles"),
    ("async function f() { return 2 }", "(async () => { assert.equal(await f(), 1) })()", "a wrong answer, seen later"),
    ("function f() { return 2 }", "try { console.assert(f() === 1) } catch {}", "a failure that tests swallow"),
    ("function f() { return 2 }", "if (f() !== 1) process.exit(1)", "a failure by exit code"),
    ("function f() { return 2 }", ["f() === 1"], "an expression that is false"),
    (
        "Object.prototype.length = 3; Object.prototype[0] = 1; function f() { return {} }",
        ["assert(f().length === 3)"],
        "prototype",
    ),
    (
        SPAWN + "function f() {}",
        SORTED,
        "leaves a child",
    ),
    ("function f() { return f() }", SORTED, "no end of calls"),
    (FRAME + "function f() { send('X', 't\\0\\0\\0\\0') }", ["assert.throws(f)"], "an exception that is none"),
    (FRAME + "function f() { send('K', 't\\0\\0\\0\\0') }", SORTED, "a callback that is none"),
    (FRAME + f"function f() {{ send('R', '{DICT}'); return 1 }}", SORTED, "a map that is none"),
    (
        "const describe = (n, g) => {}, it = describe, test = it;\nfunction f() {}",
        "test('a', () => assert(f() === 1))",
        "own runner",
    ),
]


@pytest.mark.parametrize(("code", "tests", "why"), HACKS, ids=[why for _, _, why in HACKS])
def test_no_hack_passes(sandbox: Sandbox, code: str, tests: Any, why: str) -> None:
    """A solution that is not right fails, whatever it does, and the sandbox serves on."""
    found = judge(sandbox, code, tests)
    assert found.outcome is Outcome.FAIL, found
    assert judge(sandbox, "const f = (xs) => xs.sort()", SORTED).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("function f() { for (;;); }", CodeReason.TIMEOUT_CPU),
        ("function f() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }", CodeReason.TIMEOUT_WALL),
        ("function f() { const xs = []; for (;;) xs.push(new Array(1e6).fill(1.5)) }", CodeReason.MEMORY),
    ],
)
def test_what_uses_too_much_is_a_limit(sandbox: Sandbox, code: str, reason: CodeReason) -> None:
    """A loop, a sleeper and a hoarder are ended from outside, each with its own reason."""
    wall = 6.0 if reason is CodeReason.TIMEOUT_WALL else 90.0  # a busy machine may take its time to use up the others
    cpu = 20.0 if reason is CodeReason.MEMORY else 1.0  # and a slow one as much CPU to fill the memory
    found = judge(sandbox, code, ["assert(f() === 1)"], limits={"cpu": cpu, "wall": wall})
    assert (found.outcome, found.reason) == (Outcome.LIMIT, reason), found


STACK = """
class Stack {
  #xs = []
  static of(...xs) { const made = new Stack(); xs.forEach((x) => made.push(x)); return made }
  push(x) { this.#xs.push(x); return this }
  pop() { if (!this.size) throw new RangeError('empty'); return this.#xs.pop() }
  get size() { return this.#xs.length }
  [Symbol.iterator]() { return this.#xs[Symbol.iterator]() }
  toString() { return this.#xs.join() }
}
module.exports = { Stack }
"""
STACK_TESTS = """
const { Stack } = require('./solution')
const stack = new Stack()
assert.ok(stack.push(1).push(2) === stack)
assert.deepEqual([...stack], [1, 2])
assert.equal(`${stack}`, '1,2')
assert.equal(stack.size, 2)
assert.equal(Stack.of(5).pop(), 5)
assert.ok(stack instanceof Stack)
assert.ok(!({} instanceof Stack))
assert.throws(() => new Stack().pop(), RangeError)
assert.notDeepStrictEqual(stack, { size: 2 })
"""


def test_a_class_is_used_from_afar(sandbox: Sandbox) -> None:
    """Instances, statics, accessors, iteration and identity work, and the evidence says so."""
    found = judge(sandbox, STACK, STACK_TESTS, entry="Stack")
    assert found.outcome is Outcome.PASS, found
    assert found.evidence["assurance"] == "objects"
    assert judge(sandbox, STACK.replace("get size", "size"), STACK_TESTS, entry="Stack").outcome is Outcome.FAIL


def test_calls_compare_json_values(sandbox: Sandbox) -> None:
    """Numbers are near, a map is an object, promises are awaited, undefined is not null."""
    cases = [
        ("const f = (n) => [n, { [n]: 0.1 + 0.2 }]", [3, {"3": 0.3}], Outcome.PASS),
        ("const f = async (n) => new Map([['a', n]])", {"a": 3}, Outcome.PASS),
        ("const f = (n) => 2n ** 70n", 2**70, Outcome.PASS),
        ("const f = (n) => undefined", None, Outcome.FAIL),
        ("const f = (n) => NaN", 1.5, Outcome.FAIL),
        ("const f = (n) => [, n]", [None, 3], Outcome.FAIL),
        ("const f = (n) => 'abc'.match(/b/)", ["b"], Outcome.PASS),
        ("const f = (n) => /b/", {}, Outcome.FAIL),
        ("const f = (n) => true", 1, Outcome.FAIL),
    ]
    for code, expected, outcome in cases:
        tests = [{"args": [3], "expected": expected}]
        assert judge(sandbox, code, tests, style="calls").outcome is outcome, code


def test_calls_give_what_json_gives(sandbox: Sandbox) -> None:
    """Arguments arrive as JSON values, longer lists of numbers too."""
    given = [[1, 2, 3, 4, 5], [0.5, 1.5, 2.5, 3.5], {"a": None, "b": [True]}, "\u00e9\U0001f600"]
    code = "const f = (...xs) => JSON.stringify(xs)"
    text = '[[1,2,3,4,5],[0.5,1.5,2.5,3.5],{"a":null,"b":[true]},"\u00e9\U0001f600"]'
    assert judge(sandbox, code, [{"args": given, "expected": text}], style="calls").outcome is Outcome.PASS


def test_check_gets_the_candidate(sandbox: Sandbox) -> None:
    """A test text may define `check(candidate)`, asynchronous or not."""
    for head in ("function check(candidate)", "async function check(candidate)", "const check = async (candidate) =>"):
        tests = f"{head} {{ assert.equal(await_(candidate(2)), 3) }}\nfunction await_(x) {{ return x }}"
        assert judge(sandbox, "const f = (x) => x + 1", tests, style="check").outcome is Outcome.PASS
        assert judge(sandbox, "const f = (x) => x", tests, style="check").outcome is Outcome.FAIL


SUITE = """
const { describe, it, beforeEach } = require('node:test')
describe('f', () => {
  let n
  beforeEach(() => { n = 1 })
  it('adds', () => assert.equal(f(n++), 2))
  it('adds again', async () => assert.equal(f(n), 2))
})
"""


def test_cases_of_a_runner_run_in_turn(sandbox: Sandbox) -> None:
    """`describe`, `it` and `beforeEach` do what node's own runner does, one case after the other."""
    found = judge(sandbox, "const f = (x) => x + 1", SUITE)
    assert (found.outcome, found.evidence["tests"]) == (Outcome.PASS, 2)
    assert judge(sandbox, "let n = 1; const f = () => ++n", SUITE).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("tests", "style", "field"),
    [
        ("assert(", "unittest", "tests"),
        ("assert(true)", "unittest", "tests"),  # nothing of the solution's was called
        ("function verify(candidate) {}", "check", "tests"),
        ("f(new Promise((done) => setTimeout(done, 10)))", "unittest", "tests"),
        ("f(Symbol('x'))", "unittest", "tests"),
        ([{"args": [], "kwargs": {"n": 1}, "expected": 1}], "calls", r"tests\[0\].kwargs"),
    ],
)
def test_broken_tests_are_nobody_s_failure(sandbox: Sandbox, tests: Any, style: str, field: str) -> None:
    """Tests that cannot run say nothing of a solution."""
    with pytest.raises(TruthError, match=field):
        judge(sandbox, "const f = () => 1", tests, style=style)


def test_evidence_names_the_statement_and_the_call(sandbox: Sandbox) -> None:
    """A failure shows its line, what was called, what came back and what was expected."""
    tests = "const one = 1\nassert.strictEqual(\n  f({ a: [one] }),\n  'b'\n)\n"
    evidence = judge(sandbox, "const f = (o) => o.a", tests).evidence
    assert (evidence["line"], evidence["call"]) == (2, "f({ a: [ 1 ] })")
    assert (evidence["got"], evidence["expected"]) == ("[ 1 ]", "'b'")
    assert str(evidence["test"]).endswith("'b'\n)")


def test_an_exception_is_told_with_its_place(sandbox: Sandbox) -> None:
    """What a solution throws is its own, with name, text and line."""
    found = judge(sandbox, "const f = () => {\n  null.x\n}", ["assert(f())"])
    assert found.reason is CodeReason.EXCEPTION or found.reason == CodeReason.EXCEPTION
    told: Any = found.evidence["exception"]
    assert (told["type"], told["where"]) == ("TypeError", "line 2")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("const f = (x => x", CodeReason.SYNTAX),
        ("export const f = (x => x", CodeReason.SYNTAX),
        ("const g = (x) => x", CodeReason.NO_ENTRY_POINT),
        ("const f = (x) => x; throw new Error('at the top')", CodeReason.EXCEPTION),
    ],
)
def test_a_solution_that_does_not_load_says_why(sandbox: Sandbox, code: str, reason: CodeReason) -> None:
    """Text that is no JavaScript, a name that is not there, a program that ends at once."""
    found = judge(sandbox, code, ["assert.equal(f(1), 1)"])
    assert (found.outcome, found.reason) == (Outcome.FAIL, reason)


def test_tests_call_the_prompt_s_helper_and_not_the_solution_s(sandbox: Sandbox) -> None:
    """A solution may define a helper of the prompt anew, or lean on it, and gains nothing from a false one."""
    prompt = "const double = (x) => 2 * x\n\n// Half of it.\nconst f = (x) => {\n"
    tests = "console.assert(double(f(3)) === 3)"
    assert judge(sandbox, "  return x / 2\n}", tests, prompt=prompt).outcome is Outcome.PASS
    assert judge(sandbox, "const f = (x) => x * x / double(x)", tests, prompt=prompt).outcome is Outcome.PASS
    assert (
        judge(sandbox, "const double = () => 3\nconst f = (x) => x / 2", tests, prompt=prompt).outcome is Outcome.PASS
    )
    assert judge(sandbox, "const double = () => 3\nconst f = (x) => x", tests, prompt=prompt).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ')\nconsole.log(+a + +b)", Outcome.PASS),
        (
            "import { readFileSync } from 'node:fs'\nconsole.log(eval(readFileSync(0, 'utf8').replace(' ', '+')))",
            Outcome.PASS,
        ),
        (
            "if (require.main === module) process.stdin.on('data', (d) => console.log(d.toString() === '1 2' ? 3 : 4))",
            Outcome.PASS,
        ),
        ("console.log(4)", Outcome.FAIL),
        ("console.log(3); process.exit(1)", Outcome.FAIL),
        ("console.log(3", Outcome.FAIL),
    ],
)
def test_a_program_reads_its_input(sandbox: Sandbox, code: str, outcome: Outcome) -> None:
    """A script or a module runs as the main program."""
    tests = [{"stdin": "1 2", "stdout": "3\n"}]
    assert judge(sandbox, code, tests, style="stdin", entry="").outcome is outcome


JEST = """
const { f } = require('./solution')
describe('f', () => {
  test('values', () => {
    expect(f([1, 2])).toEqual([1, 2])
    expect(f({ a: 1, b: undefined })).toEqual({ a: 1 })
    expect(f(0.1 + 0.2)).toBeCloseTo(0.3)
    expect(f('abc')).toMatch(/b/)
    expect(f([1])).not.toContain(2)
    expect(f(null)).toBeNull()
    expect(() => f()).toThrow(TypeError)
    expect(() => f()).toThrow('none')
  })
  it('promises', async () => {
    await expect(Promise.resolve(f(1))).resolves.toBe(1)
    await expect((async () => f())()).rejects.toThrow('none')
  })
})
"""


def test_jest_s_matchers_hold_and_fail(sandbox: Sandbox) -> None:
    """`expect` works in tests as they are written for Jest and Vitest; each matcher can fail."""
    right = "function f(...xs) { if (!xs.length) throw new TypeError('none given'); return xs[0] }"
    assert judge(sandbox, right, JEST).outcome is Outcome.PASS
    for wrong in (
        right.replace("TypeError", "Error"),
        right.replace("none", "no"),
        right.replace("return xs[0]", "return xs[0] === null ? 0 : xs[0]"),
        right.replace("return xs[0]", "return Array.isArray(xs[0]) ? [2] : xs[0]"),
        right.replace("return xs[0]", "return typeof xs[0] === 'number' ? 2 : xs[0]"),
        right.replace("return xs[0]", "return typeof xs[0] === 'string' ? 'x' : xs[0]"),
    ):
        found = judge(sandbox, wrong, JEST)
        assert found.outcome is Outcome.FAIL, wrong


def test_a_prelude_runs_in_both_boxes(sandbox: Sandbox) -> None:
    """A class that the problem gives is the solution's and the tests'; its instances cross both ways, cycles too."""
    prelude = "class Node { constructor(v, next = null) { this.v = v; this.next = next } }"
    code = "const f = (head) => { const last = new Node(head.v + 1); last.next = last; return last }"
    tests = "const got = f(new Node(1))\nassert.equal(got.v, 2)\nassert.ok(got.next === got)"
    assert judge(sandbox, code, tests, prelude=prelude).outcome is Outcome.PASS


def test_a_reference_that_fails_is_the_data_s_fault(sandbox: Sandbox) -> None:
    """A reply that is the reference itself is no failure, and neither a pass."""
    code = "const f = (x) => x\n"
    with pytest.raises(TruthError, match="reference"):
        judge(sandbox, code, ["assert.equal(f(1), 2)"], reference=f"```js\n{code}```")
    assert judge(sandbox, "const f = (x) => -x", ["assert.equal(f(1), 2)"], reference=code).outcome is Outcome.FAIL
