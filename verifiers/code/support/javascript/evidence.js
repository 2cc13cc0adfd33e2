// What a failed test looked like: the statement, the last call, the answer, what was expected.
"use strict";

const { inspect } = require("util");

const WIDTH = 600; // characters of one shown value
const EQUAL = new Set(["strictEqual", "deepStrictEqual", "equal", "deepEqual"]);

function gather(error, link, texts) {
  const told = link.toldOf(error);
  const found = told ? { exception: { type: told.type, message: told.message, where: told.where } } : {};
  if (!told && error?.message) found.message = `${error.name}: ${error.message}`.slice(0, WIDTH);
  if (error?.code === "ERR_ASSERTION" && EQUAL.has(error.operator)) found.expected = show(error.expected);
  return { ...found, ...statement(error, texts), ...lastCall(link) };
}

function lastCall(link) {
  if (!link.last) return {};
  const [name, args, ...result] = link.last;
  const call = `${name}(${args.map(show).join(", ")})`.slice(0, WIDTH);
  return result.length ? { call, got: show(result[0]) } : { call };
}

/** The statement of the tests that was running: from its line on until its brackets are closed. */
function statement(error, texts) {
  for (const [, file, line] of String(error?.stack).matchAll(/(?:at |\()((?:test \d+|tests|setup)\.js):(\d+):\d+/g)) {
    if (!(file in texts)) continue;
    const lines = texts[file].split("\n").slice(line - 1, Number(line) + 9);
    return { line: Number(line), test: whole(lines) };
  }
  return {};
}

function whole(lines) {
  let depth = 0;
  const end = lines.findIndex((line) => {
    for (const letter of line) depth += "([{".includes(letter) - ")]}".includes(letter);
    return depth <= 0;
  });
  return lines.slice(0, end + 1 || 1).join("\n").trim().slice(0, WIDTH);
}

function show(value) {
  try {
    return inspect(value, { depth: 4, breakLength: Infinity, maxStringLength: WIDTH }).slice(0, WIDTH);
  } catch {
    return `<${typeof value}>`;
  }
}

module.exports = { gather, lastCall };
