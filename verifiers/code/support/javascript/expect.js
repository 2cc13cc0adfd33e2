// The matchers of Jest and Vitest that tests of plain functions use; a test that wants another one crashes.
"use strict";

const assert = require("assert");
const { inspect, isDeepStrictEqual } = require("util");

const MATCHERS = {
  toBe: (got, want) => Object.is(got, want),
  toEqual: (got, want) => isDeepStrictEqual(loose(got), loose(want)),
  toStrictEqual: (got, want) => isDeepStrictEqual(got, want),
  toBeCloseTo: (got, want, digits = 2) => got === want || Math.abs(got - want) < 10 ** -digits / 2,
  toBeNull: (got) => got === null,
  toBeUndefined: (got) => got === undefined,
  toBeDefined: (got) => got !== undefined,
  toBeNaN: (got) => Number.isNaN(got),
  toBeTruthy: (got) => Boolean(got),
  toBeFalsy: (got) => !got,
  toBeGreaterThan: (got, want) => got > want,
  toBeGreaterThanOrEqual: (got, want) => got >= want,
  toBeLessThan: (got, want) => got < want,
  toBeLessThanOrEqual: (got, want) => got <= want,
  toBeInstanceOf: (got, kind) => got instanceof kind,
  toContain: (got, want) => [...got].includes(want) || (typeof got === "string" && got.includes(want)),
  toContainEqual: (got, want) => [...got].some((item) => isDeepStrictEqual(loose(item), loose(want))),
  toHaveLength: (got, want) => got.length === want,
  toHaveProperty: (got, name, ...want) => name in got && want.every((value) => isDeepStrictEqual(got[name], value)),
  toMatch: (got, want) => (typeof want === "string" ? got.includes(want) : want.test(got)),
  toThrow: (got, want) => {
    const caught = typeof got === "function" ? thrownBy(got) : { error: got }; // a rejection is its error
    return caught !== null && (want === undefined || isLike(caught.error, want));
  },
};
MATCHERS.toThrowError = MATCHERS.toThrow;

function thrownBy(act) {
  try {
    act();
    return null;
  } catch (error) {
    return { error };
  }
}

function isLike(error, want) {
  const message = String(error?.message ?? error);
  if (typeof want === "string") return message.includes(want);
  if (want instanceof RegExp) return want.test(message);
  return typeof want === "function" ? error instanceof want : message === want.message;
}

/** A value without the members that are undefined and without its classes, which `toEqual` does not see. */
function loose(value) {
  if (Array.isArray(value)) return Array.from(value, loose);
  if (typeof value !== "object" || value === null || Symbol.iterator in value || value instanceof Date) return value;
  if (value instanceof Error) return value.message;
  const held = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(held.map(([key, each]) => [key, loose(each)]));
}

function verdict(name, held, got, want) {
  if (held) return;
  const message = `${name}: ${inspect(got)}, ${inspect(want)}`;
  const told = { message, actual: got, expected: want, operator: "deepEqual", stackStartFn: verdict };
  throw new assert.AssertionError(told);
}

function matchers(got, wanted) {
  const bound = {};
  for (const [name, holds] of Object.entries(MATCHERS)) {
    bound[name] = (...want) => verdict(name, Boolean(holds(got, ...want)) === wanted, got, want[0]);
  }
  return bound;
}

/** The same matchers for what a promise comes to, or is rejected with. */
function later(promise, wanted, rejected) {
  const settled = async () => {
    if (!rejected) return promise;
    const caught = await promise.then(() => null, (error) => ({ error }));
    verdict("rejects", caught !== null, promise, "a rejection");
    return caught.error;
  };
  const bound = {};
  for (const name of Object.keys(MATCHERS)) {
    bound[name] = async (...want) => matchers(await settled(), wanted)[name](...want);
  }
  return bound;
}

function expect(got) {
  const both = (wanted) => ({
    ...matchers(got, wanted),
    get resolves() {
      return later(got, wanted, false);
    },
    get rejects() {
      return later(got, wanted, true);
    },
  });
  return Object.defineProperty(both(true), "not", { get: () => both(false) });
}

module.exports = { expect };
