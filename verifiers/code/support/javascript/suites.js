// How each style of tests is run against the candidate's proxies; a failed test throws.
"use strict";

const assert = require("assert");
const { createRequire } = require("module");
const { isPromise } = require("util").types;
const vm = require("vm");
const { expect } = require("./expect.js");
const { BrokenError, WrongError } = require("./link.js");

class Suite {
  constructor(link, plan) {
    this.link = link;
    this.plan = plan;
    this.texts = {};
    this.done = 0;
    this.failed = null; // the first failed assertion, even where a test swallows it
    this.cases = []; // what `test` and `it` were given
  }

  fail(error) {
    this.failed ??= error;
    throw error;
  }

  /** Run trusted text at the top of this realm, and return the value of its last expression. */
  execute(text, file) {
    this.texts[file] = text;
    let script;
    try {
      script = new vm.Script(text, { filename: file });
    } catch (error) {
      throw new BrokenError(`${file} does not compile: ${error.message}`);
    }
    return script.runInThisContext();
  }
}

const STYLES = {
  async check(suite) {
    suite.execute(suite.plan.tests, "tests.js");
    const check = lookUp("check");
    if (typeof check !== "function") throw new BrokenError("tests.js defines no check(candidate)");
    await check(lookUp(suite.plan.entry));
    suite.done = 1;
  },

  async asserts(suite) {
    for (const [index, text] of suite.plan.tests.entries()) {
      const held = await suite.execute(text, `test ${index}.js`);
      if (held === false) throw new assert.AssertionError({ message: "is false", actual: false, expected: true });
      suite.done++;
    }
  },

  async unittest(suite) {
    const ended = suite.execute(suite.plan.tests, "tests.js");
    if (isPromise(ended)) await ended;
    for (const run of suite.cases) {
      await run();
      suite.done++;
    }
    if (suite.link.calls === 0) throw new BrokenError("tests.js calls nothing of the solution");
    suite.done ||= 1;
  },
};

function lookUp(name) {
  try {
    return vm.runInThisContext(name);
  } catch {
    return undefined;
  }
}

/** Give tests what they expect of a runner: asserts that throw, `test` and `it`, the solution as a module. */
function install(suite, solution) {
  console.assert = (value, ...told) => {
    const message = told.map(String).join(" ") || "is false";
    if (!value) suite.fail(new assert.AssertionError({ message, stackStartFn: console.assert }));
  };
  if (!suite.plan.nan) tightenAbs(suite);
  const real = createRequire(`${process.cwd()}/tests.js`);
  const runner = cases(suite);
  const require = (name) => {
    if (/(?:^|\/)solution(?:\.[cm]?js)?$/.test(name)) return solution;
    return /^(?:node:test|vitest|@jest\/globals)$/.test(name) ? runner : real(name);
  };
  process.exit = (code = process.exitCode) => {
    if (code) suite.fail(new WrongError(`the tests exited with code ${code}`));
  };
  Object.assign(globalThis, { require, assert, module: { exports: {} }, exports: {}, ...runner });
}

/** Fail where a distance is not a number: `Math.abs("x" - 3) > 1e-6` would hold for no answer that is no number. */
function tightenAbs(suite) {
  const { abs } = Math;
  Math.abs = (value) => {
    const size = abs(value);
    if (size !== size) suite.fail(new WrongError("the size of something that is not a number"));
    return size;
  };
}

function cases(suite) {
  const before = [];
  const it = (name, ...rest) => {
    const run = rest.find((part) => typeof part === "function");
    if (!run) throw new BrokenError(`test ${name} has no function`);
    const setups = [...before];
    suite.cases.push(async () => {
      for (const setup of setups) await setup();
      await run();
    });
  };
  const describe = (name, ...rest) => {
    const kept = before.length;
    rest.find((part) => typeof part === "function")();
    before.length = kept;
  };
  return { it, test: it, describe, suite: describe, beforeEach: (setup) => void before.push(setup), expect };
}

module.exports = { STYLES, Suite, install };
