// The tester's end of the wire: one request, one answer, and nothing but plain data believed.
"use strict";

const { isGeneratorObject, isPromise } = require("util").types;
const { setFlagsFromString } = require("v8");
const { HangupError } = require("./channel.js");
const { NotANumberError, Reader, Tuple, WireError, Writer, isPlain } = require("./wire.js");
const { rebuild } = require("./errors.js");

setFlagsFromString("--allow-natives-syntax");
const runMicrotasks = new Function("%PerformMicrotaskCheckpoint()");
setFlagsFromString("--no-allow-natives-syntax");

class LostError extends Error {} // the candidate hung up or broke the format: nothing can be judged any more
class BrokenError extends Error {} // the tests cannot be run as they are, whatever the candidate does
class WrongError extends Error {} // an answer that no test may accept

class Link {
  constructor(channel, { objects, members, watch, nan }) {
    Object.assign(this, { channel, watch, nan });
    this.objects = objects || members.some((name) => !PLAIN.has(name)); // what the tests read, no plain value has
    this.calls = 0;
    this.usedObjects = false;
    this.last = null; // name, arguments and, once it is there, the answer
    this.broken = null; // what ended the run, even where a test swallows it
    this.told = new WeakMap(); // exceptions of the candidate's, and what it told of them
    this.ours = [null]; // what the candidate holds of the tests
    this.act = [null]; // how it is used
    this.ourNumbers = new Map();
    this.proxies = () => refuse(); // set by remote.js
    this.theirNumbers = new WeakMap(); // proxies, and the numbers that they stand for
  }

  fail(error) {
    this.broken ??= error;
    return this.broken;
  }

  encode(value) {
    const writer = new Writer((...parts) => this.put(...parts));
    try {
      writer.put(value);
    } catch (error) {
      if (!(error instanceof WireError || error instanceof RangeError)) throw error;
      throw this.fail(new BrokenError(error.message));
    }
    return writer.bytes();
  }

  decode(payload) {
    const member = (key, value) => this.member(key, value);
    try {
      return new Reader(payload, { handle: (reader) => this.read(reader), member, nan: this.nan }).whole();
    } catch (error) {
      if (error instanceof NotANumberError) throw this.fail(new WrongError("an answer that is not a number"));
      if (error instanceof WireError) throw this.fail(new LostError(`malformed message: ${error.message}`));
      throw error;
    }
  }

  send(kind, payload) {
    try {
      this.channel.send(kind, payload);
    } catch (error) {
      throw this.fail(error instanceof HangupError ? new LostError(error.message) : new BrokenError(error.message));
    }
  }

  receive() {
    try {
      return this.channel.receive();
    } catch (error) {
      throw this.fail(new LostError(error.message));
    }
  }

  /** Send one message and return what came back, or throw the candidate's exception. */
  request(kind, ...parts) {
    if (this.broken) throw this.broken;
    if (kind !== "G") this.calls++;
    this.send(kind, this.encode(new Tuple(...parts)));
    for (;;) {
      const [answer, payload] = this.receive();
      if (answer === "R") return this.decode(payload);
      if (answer === "M") return new Changes(this.decode(payload));
      if (answer === "X") throw this.exception(this.decode(payload));
      if (answer !== "K") throw this.fail(new LostError("message out of order"));
      this.runCallback(this.decode(payload));
    }
  }

  /** Call a function of the candidate; changed arguments are changed here too where that is due. */
  call(target, name, args) {
    this.last = [name, args];
    const answer = this.request("C", target, new Tuple(...args), {}, this.watch);
    const result = answer instanceof Changes ? this.writeBack(answer.message, args) : answer;
    this.last = [name, args, result];
    return result;
  }

  construct(target, name, args) {
    this.last = [`new ${name}`, args];
    return this.request("O", "new", target, args);
  }

  writeBack(message, args) {
    const [same, result, changed] = Array.isArray(message) ? message : [];
    const entries = Object.entries(Object(changed));
    // Unasked changes would let an emptied argument become what the tests expect.
    const unasked = entries.length > 0 && !this.watch && (same !== null || result !== undefined);
    const known = same === null || same in args;
    if (!known || unasked || !entries.every(([index, value]) => overwrite(args[index], value))) {
      throw this.fail(new LostError("malformed message: changed arguments"));
    }
    return same === null ? result : args[same];
  }

  runCallback(message) {
    const [number, args] = Array.isArray(message) ? message : [];
    if (!this.act[number] || !Array.isArray(args)) throw this.fail(new LostError("malformed message: callback"));
    let answer;
    try {
      answer = ["R", this.encode(this.act[number](...args))];
    } catch (error) {
      if (this.broken) throw this.broken;
      answer = ["X", this.encode(new Tuple(String(error?.name), String(error?.message ?? error)))];
    }
    this.send(...answer);
  }

  exception(message) {
    const [name, bases, known, text, args, attributes, where] = Array.isArray(message) ? message : [];
    if (!Array.isArray(bases) || !Array.isArray(known)) {
      throw this.fail(new LostError("malformed message: exception"));
    }
    if (name === "Thrown" && bases.length === 0) return this.thrown(args, text);
    const error = rebuild(String(name), bases, String(text), Object(attributes));
    this.told.set(error, { type: String(name), message: String(text), where: String(where), known });
    return error;
  }

  /** A value that is no Error, thrown as it is; where it is no object, what was told of it is found by its value. */
  thrown(args, text) {
    const value = Array.isArray(args) ? args[0] : undefined;
    this.lastThrown = { value, told: { type: "Thrown", message: String(text), where: "", known: [] } };
    return value;
  }

  /** What the candidate told of an exception, or nothing where it is the tests' own. */
  toldOf(error) {
    if (this.lastThrown && Object.is(this.lastThrown.value, error)) return this.lastThrown.told;
    return typeof error === "object" && error !== null ? this.told.get(error) : undefined;
  }

  /** Write what a test passes that is not plain. */
  put(value, writer) {
    const number = this.theirNumbers.get(value)?.();
    if (number !== undefined) writer.tag("Hh", number);
    else if (typeof value === "function") writer.tag("Hk", this.keep(value, (...args) => value(...args)));
    else if (isPromise(value)) this.putPromise(value, writer);
    else if (value instanceof Error) writer.tag("Hx").put(value.message);
    else if (typeof value !== "object") throw new WireError(`a ${typeof value} cannot cross`);
    else if (isIterator(value)) writer.tag("Hn", this.keep(value, pull(value)));
    else writer.tag("Ho", this.keep(value, use(value)));
  }

  /** A promise crosses with its value, so it must be settled without a turn of the event loop. */
  putPromise(promise, writer) {
    let settled;
    promise.then((value) => (settled = [true, value]), (error) => (settled = [false, error]));
    runMicrotasks();
    if (!settled) throw new WireError("a promise of the tests that waits for the event loop cannot cross");
    writer.tag("Hp").put(settled[0]);
    writer.put(settled[1], 1);
  }

  keep(value, act) {
    if (!this.ourNumbers.has(value)) {
      this.ourNumbers.set(value, this.ours.push(value) - 1);
      this.act.push(act);
    }
    return this.ourNumbers.get(value);
  }

  read(reader) {
    const tag = reader.letter();
    if (tag === "x") return this.exception(reader.value());
    if (tag !== "k") return this.proxies(tag, reader);
    const number = reader.u32();
    if (!(number > 0 && number < this.ours.length)) throw new WireError("unknown callback");
    return this.ours[number];
  }

  /** A method of the candidate's may not stand in for one that plain values have, such as `every` or `toJSON`. */
  member(key, value) {
    return typeof value === "function" && !this.objects && BUILTIN.has(key) ? Object.freeze({}) : value;
  }
}

/** An answer that also tells which arguments were changed; never seen by a test. */
class Changes {
  constructor(message) {
    this.message = message;
  }
}

const KINDS = [
  Object, Array, String, Number, Boolean, BigInt, Map, Set, Promise, Function, Date, Error, RegExp, Uint8Array,
];
// Of a plain value's members, these are read to look at it; the others change a container, as tests of objects do.
const CHANGING = new Set(["add", "clear", "delete", "get", "pop", "push", "set", "shift", "unshift"]);
const OWN = ["next", "return", "throw", "value", "done", "message", "stack", "code", "cause", "errors", "size"];
const BUILTIN = new Set(KINDS.flatMap((kind) => Object.getOwnPropertyNames(kind.prototype)).concat("toJSON", "then"));
const PLAIN = new Set([...BUILTIN, ...OWN].filter((name) => !CHANGING.has(name)));

/** A generator, or what has a `next` to call; a node of a list has one too, and is none. */
function isIterator(value) {
  return isGeneratorObject(value) || (typeof value.next === "function" && Symbol.iterator in value);
}

function pull(iterator) {
  return () => {
    const { done, value } = iterator.next();
    return done ? [] : [value];
  };
}

/** How the candidate uses an object of the tests: by the names of its members. */
function use(object) {
  const acts = {
    get: (name) => object[name],
    set: (name, value) => void (object[name] = value),
    has: (name) => name in object,
    delete: (name) => delete object[name],
    keys: () => Object.keys(object),
  };
  return (act, ...rest) => {
    const [name] = rest;
    const hidden = name === "constructor" || name === "__proto__";
    if (!Object.hasOwn(acts, act) || hidden) throw new TypeError("no such member");
    const value = acts[act](...rest);
    return act === "get" && typeof value === "function" ? value.bind(object) : value;
  };
}

function overwrite(old, fresh) {
  if (Array.isArray(old) && Array.isArray(fresh)) refill(old, fresh);
  else if (old instanceof Map && fresh instanceof Map) replace(old, fresh, (key, value) => old.set(key, value));
  else if (old instanceof Set && fresh instanceof Set) replace(old, fresh, (value) => old.add(value));
  else if (old instanceof Uint8Array && fresh instanceof Uint8Array && old.length === fresh.length) old.set(fresh);
  else if (isPlain(old ?? 0) && isPlain(fresh ?? 0)) {
    for (const key of Object.keys(old)) delete old[key];
    Object.assign(old, fresh);
  } else return false;
  return true;
}

/** Make an array hold what another one holds, and holes where that has them. */
function refill(old, fresh) {
  old.length = 0;
  Object.assign(old, fresh);
  old.length = fresh.length;
}

function replace(old, fresh, add) {
  old.clear();
  fresh.forEach((value, key) => (old instanceof Map ? add(key, value) : add(value)));
}

function refuse() {
  throw new WireError("unknown handle");
}

module.exports = { BrokenError, Link, LostError, WrongError };
