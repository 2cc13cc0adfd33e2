// The program in the tester's box: runs the tests against the candidate's proxies and reports to the host.
// It reports what happened; the host alone says what that means.
"use strict";

const { createHook } = require("async_hooks");
const { randomInt } = require("crypto");
const fs = require("fs");
const { Channel } = require("./channel.js");
const { gather, lastCall } = require("./evidence.js");
const { BrokenError, Link, LostError, WrongError } = require("./link.js");
const { Remote } = require("./remote.js");
const { STYLES, Suite, install } = require("./suites.js");
const { Reader, Writer } = require("./wire.js");

const leave = process.reallyExit.bind(process);

/** Wait until the candidate is loaded: its global names, or the report that it did not load. */
function greet(link) {
  const [kind, payload] = link.receive();
  const told = link.decode(payload);
  if (kind !== "L" || !Array.isArray(told) || told.length !== 2) throw link.fail(new LostError("no greeting"));
  const [status, what] = told;
  if (status === "syntax" || status === "exception") {
    const { type, message, where } = link.toldOf(link.exception(what));
    return { status, evidence: { exception: { type, message, where } } };
  }
  if (!Array.isArray(what)) throw link.fail(new LostError("no greeting"));
  return what;
}

/** Make the realm that tests run in: the prompt's helpers, then the candidate's names that tests use. */
function prepare(suite, names) {
  const { link, plan } = suite;
  const remote = new Remote(link);
  const solution = {};
  for (const name of names) lazily(solution, name, () => global(remote, name));
  install(suite, solution);
  runContext(suite);
  for (const name of names) {
    const wanted = plan.used.includes(name) && !(name in globalThis); // and never in the place of a builtin
    if (name === plan.entry || wanted) lazily(globalThis, name, () => solution[name]);
  }
  if (plan.setup) suite.execute(plan.setup, "setup.js");
}

/** Run the prompt's own code, so that tests use its helpers and not the candidate's copies of them. */
function runContext(suite) {
  const { context, helpers } = suite.plan;
  try {
    suite.execute(`(function () {${context}\n;Object.assign(globalThis, { ${helpers} })})()`, "context.js");
  } catch {
    // A prompt need not be a program.
  }
}

function global(remote, name) {
  return name === remote.link.entry ? remote.global(name) : remote.link.request("G", name);
}

function lazily(object, name, get) {
  let value;
  let known = false;
  const once = () => {
    if (!known) [value, known] = [get(), true];
    return value;
  };
  const set = (fresh) => void ([value, known] = [fresh, true]);
  Object.defineProperty(object, name, { get: once, set, enumerable: true, configurable: true });
}

/** Part from the candidate: it must say goodbye, hang up, and have sent nothing more. */
function finish(suite, pending) {
  const { link } = suite;
  if (link.broken) throw link.broken;
  if (suite.failed) throw suite.failed;
  if (process.exitCode) throw new WrongError(`the tests exited with code ${process.exitCode}`);
  if (pending.size) throw new WrongError("the tests wait for a promise that nothing settles");
  const farewell = 100 + randomInt(128); // as in harness/tester.py
  link.send("Q", link.encode(farewell));
  const [kind, payload] = link.receive();
  if (kind !== "Q" || payload.length || !link.channel.ended()) {
    throw link.fail(new LostError("bytes after the last answer"));
  }
  return { status: "passed", done: suite.done, calls: link.calls, objects: link.usedObjects, farewell };
}

/** Say why the tests did not hold, as far as the tester can know. */
function failure(caught, suite) {
  const { link } = suite;
  const error = link.broken ?? caught;
  const message = String(error?.message ?? error).slice(0, 500);
  if (error instanceof LostError) return { status: "lost", message, calls: link.calls, evidence: lastCall(link) };
  if (error instanceof BrokenError) return { status: "broken", message };
  const report = { done: suite.done, calls: link.calls, message, evidence: gather(error, link, suite.texts) };
  if (link.toldOf(error)) return { ...report, status: "raised" };
  if (error instanceof WrongError || error?.code === "ERR_ASSERTION") return { ...report, status: "wrong" };
  const missing = error instanceof ReferenceError && /^(\S+) is not defined$/.exec(message);
  if (missing) return { ...report, status: "undefined", name: missing[1] };
  return { ...report, status: link.calls ? "crashed" : "broken" };
}

function report(told) {
  const writer = new Writer(() => writer.put("?"));
  writer.put(told);
  let data = writer.bytes();
  while (data.length) data = data.subarray(fs.writeSync(4, data));
  leave(0);
}

/** The promises that the tests made and nothing settled yet. */
function watchPromises() {
  const pending = new Set();
  createHook({
    init: (id, type) => type === "PROMISE" && pending.add(id),
    promiseResolve: (id) => pending.delete(id),
  }).enable();
  return pending;
}

function main() {
  const plan = new Reader(fs.readFileSync("plan")).whole();
  const link = new Link(new Channel(3), plan);
  link.entry = plan.entry;
  const suite = new Suite(link, plan);
  const fail = (error) => report(failure(error, suite));
  process.on("uncaughtException", fail).on("unhandledRejection", fail);
  const names = greet(link);
  if (!Array.isArray(names)) return report(names);
  if (plan.entry && !names.includes(plan.entry)) {
    return report({ status: "missing", evidence: { missing: plan.entry } });
  }
  prepare(suite, names);
  const pending = watchPromises();
  let ended = false;
  STYLES[plan.style](suite).then(() => (ended = true), fail);
  process.on("beforeExit", () => {
    if (!ended) fail(new WrongError("the tests wait for something that never comes"));
    try {
      report(finish(suite, pending));
    } catch (error) {
      fail(error);
    }
  });
}

main();
