// The candidate's side of the wire: what it does with values that are not plain data.
// They become numbered handles that the tests may use; the other end believes nothing of this.
"use strict";

const { isPromise } = require("util").types;
const { MAX_FRAME, Tuple, WireError, Writer } = require("./wire.js");

/** The objects that the tests hold by number, and the tests' own that we hold by number. */
class Exports {
  constructor(request) {
    this.request = request;
    this.kept = [null];
    this.numbers = new Map();
    this.foreign = new Map();
    this.foreignNumbers = new Map();
  }

  encode(value) {
    try {
      return this.write(value);
    } catch (error) {
      if (!(error instanceof WireError || error instanceof RangeError)) throw error;
      return this.opaque(new Writer(), "something too large or too deep").bytes();
    }
  }

  write(value) {
    const writer = new Writer((...parts) => this.put(...parts));
    writer.put(value);
    if (writer.at >= MAX_FRAME - 16) throw new WireError("message too large");
    return writer.bytes();
  }

  /** Write one value that is not plain. */
  put(value, writer) {
    if (this.foreignNumbers.has(value)) writer.tag("Hk", this.foreignNumbers.get(value));
    else if (typeof value === "function") writer.tag("Hf", this.number(value)).put(text(() => value.name));
    else if (isPromise(value)) writer.tag("Ha", this.number(value));
    else if (value instanceof Error) writer.tag("Hx").put(new Tuple(...describe(value, this)), 100);
    else if (typeof value !== "object") this.opaque(writer, typeof value);
    else if (typeof value.next === "function" && Symbol.asyncIterator in value) writer.tag("Hy", this.number(value));
    else if (typeof value.next === "function" && Symbol.iterator in value) {
      writer.tag("Hg", this.number(value)).put(text(() => value[Symbol.toStringTag]) || "Iterator");
    } else writer.tag("Hh", this.number(value)).put(text(() => value.constructor.name)), writer.put(true);
  }

  opaque(writer, name) {
    writer.tag("Ho").put(name);
    writer.put(true);
    return writer;
  }

  /** Keep an object alive under a number, the same one each time. */
  number(value) {
    if (!this.numbers.has(value)) this.numbers.set(value, this.kept.push(value) - 1);
    return this.numbers.get(value);
  }

  /** Read what the tests' end wrote for a value that is not plain. */
  read(reader) {
    switch (reader.letter()) {
      case "h":
        return this.kept[reader.u32()];
      case "k":
        return this.import(reader.u32(), (number) => (...args) => this.request(number, args));
      case "n":
        return this.import(reader.u32(), (number) => this.pulls(number));
      case "o":
        return this.import(reader.u32(), (number) => this.object(number));
      case "p":
        return settled(reader.value(), reader.value());
      case "x":
        return new Error(reader.value());
      default:
        throw new WireError("unknown handle");
    }
  }

  import(number, make) {
    if (!this.foreign.has(number)) {
      const made = make(number);
      this.foreign.set(number, made);
      this.foreignNumbers.set(made, number);
    }
    return this.foreign.get(number);
  }

  *pulls(number) {
    for (;;) {
      const item = this.request(number, []);
      if (item.length === 0) return;
      yield item[0];
    }
  }

  /** An object of the tests: its members are read and written where it lives. */
  object(number) {
    const ask = (...args) => this.request(number, args);
    return new Proxy({}, {
      get: (target, name) => (typeof name === "string" ? ask("get", name) : undefined),
      set: (target, name, value) => typeof name === "string" && (ask("set", name, value), true),
      has: (target, name) => typeof name === "string" && ask("has", name),
      deleteProperty: (target, name) => (ask("delete", name), true),
      ownKeys: () => ask("keys"),
      getOwnPropertyDescriptor: (target, name) => ask("has", name)
        ? { value: ask("get", name), enumerable: true, configurable: true, writable: true }
        : undefined,
    });
  }
}

function settled(held, value) {
  const promise = held ? Promise.resolve(value) : Promise.reject(value);
  promise.catch(() => {}); // it is the solution's to await, and no crash where it does not
  return promise;
}

const HIDDEN = ["cause", "errors"]; // members of an exception that no loop over it shows

/** An exception as plain data: name, its classes' names, known classes, text, args, attributes, place. */
function describe(error, exports) {
  const bases = [];
  const known = [];
  for (let at = error; at !== null && typeof at === "object" && bases.length < 20; at = Object.getPrototypeOf(at)) {
    const kind = text(() => at.constructor.name);
    if (kind && !bases.includes(kind)) bases.push(kind);
    if (exports.numbers.has(at.constructor)) known.push(exports.numbers.get(at.constructor));
  }
  if (!(error instanceof Error)) return ["Thrown", [], [], shown(error), new Tuple(error), {}, ""];
  const message = text(() => error.message, 2000);
  const name = text(() => error.name) || "Error";
  return [name, bases, known, message, new Tuple(message), attributes(error), place(error)];
}

function attributes(error) {
  try {
    const hidden = HIDDEN.filter((name) => Object.hasOwn(error, name)).map((name) => [name, error[name]]);
    return { ...error, ...Object.fromEntries(hidden) };
  } catch {
    return {};
  }
}

function shown(value) {
  return text(() => (typeof value === "object" ? JSON.stringify(value) : String(value)), 2000);
}

/** Where in the solution an error was made. */
function place(error) {
  const found = /solution\.m?js:(\d+)/.exec(text(() => error.stack, 20000));
  return found ? `line ${found[1]}` : "";
}

/** A text that the solution gives, or nothing where it gives none or throws. */
function text(read, most = 60) {
  try {
    const value = read();
    return typeof value === "string" ? value.slice(0, most) : "";
  } catch {
    return "";
  }
}

module.exports = { Exports, describe };
