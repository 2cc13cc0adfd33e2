// Exceptions of the candidate's as the tests see them: the builtin class of their name, or one made after it.
"use strict";

const BUILTIN = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError];
const made = new Map();

/** Return an error of the named class, whose class is like the first builtin one among its bases. */
function rebuild(name, bases, message, attributes) {
  const names = Array.isArray(bases) ? bases.map(String) : [];
  const base = BUILTIN.find((kind) => kind.name === names.find((each) => BUILTIN.some((known) => known.name === each)));
  const own = names[0] ?? name;
  const kind = base && base.name === own ? base : classOf(own, base ?? Error);
  const error = kind === AggregateError ? new kind([], message) : new kind(message);
  for (const [key, value] of Object.entries(attributes)) {
    const enumerable = key !== "cause" && key !== "errors";
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  }
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, writable: true, configurable: true });
  return error;
}

function classOf(name, base) {
  const key = `${base.name} ${name}`;
  if (!made.has(key)) {
    const kind = class extends base {};
    Object.defineProperty(kind, "name", { value: name });
    made.set(key, kind);
  }
  return made.get(key);
}

module.exports = { rebuild };
