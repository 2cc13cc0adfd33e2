// The values of the wire that harness/encode.py describes.
// A reader builds exact builtins only, whatever the bytes are; what is not plain is left to a hook.
"use strict";

const { WireError, bigBytes, bigFrom, textBytes, textFrom } = require("./scalars.js");
const { isDate, isMap, isRegExp, isSet, isTypedArray } = require("util").types;

const MAX_FRAME = 16 << 20; // bytes of one message
const MAX_ITEMS = 2_000_000; // values in containers of one message
const FREE = { enumerable: true, writable: true, configurable: true };
const TWO_32 = 2 ** 32;
const MAX_DEPTH = 150; // nested containers
const HOLE = "h".charCodeAt(0);

/** A tuple of Python's: parts of a message that are no array of the solution's. */
class Tuple {
  constructor(...items) {
    this.items = items;
  }
}

/** A dict of Python's whose keys need not be texts. */
class Dict {
  constructor(entries) {
    this.entries = entries;
  }
}

class Writer {
  constructor(hook) {
    this.hook = hook;
    this.buffer = Buffer.alloc(512);
    this.at = 0;
    this.left = MAX_ITEMS;
  }

  bytes() {
    return this.buffer.subarray(0, this.at);
  }

  room(size) {
    if (this.at + size > MAX_FRAME) throw new WireError("message too large");
    if (this.at + size > this.buffer.length) {
      const grown = Buffer.alloc(2 * (this.at + size));
      this.buffer.copy(grown, 0, 0, this.at);
      this.buffer = grown;
    }
  }

  tag(letters, number) {
    this.room(letters.length + 4);
    for (let index = 0; index < letters.length; index++) this.buffer[this.at++] = letters.charCodeAt(index);
    if (number !== undefined) this.at = this.buffer.writeUInt32BE(number, this.at);
    return this;
  }

  raw(tag, data) {
    this.tag(tag, data.length).room(data.length);
    this.buffer.set(data, this.at);
    this.at += data.length;
  }

  put(value, depth = 0) {
    switch (typeof value) {
      case "undefined":
        return this.tag("e");
      case "boolean":
        return this.tag(value ? "T" : "F");
      case "number":
        return this.number(value);
      case "bigint":
        return this.raw("I", bigBytes(value));
      case "string":
        return this.raw("s", textBytes(value));
      default:
        return value === null ? this.tag("N") : this.object(value, depth);
    }
  }

  number(value) {
    this.room(9);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.tag("i");
      this.at = this.buffer.writeInt32BE(Math.floor(value / TWO_32), this.at);
      this.at = this.buffer.writeUInt32BE(value - Math.floor(value / TWO_32) * TWO_32, this.at);
    } else {
      this.tag("f");
      this.at = this.buffer.writeDoubleBE(value, this.at);
    }
  }

  object(value, depth) {
    if (depth >= MAX_DEPTH) throw new WireError("nested too deeply");
    if (value instanceof Tuple) this.items("t", value.items, depth);
    else if (value instanceof Dict) this.pairs(value.entries, depth);
    else if (isMatch(value)) this.extended("Match", [[...value], value.index, value.input, value.groups], depth);
    else if (Array.isArray(value)) this.items("l", value, depth);
    else if (isPlain(value)) this.pairs(Object.entries(value), depth);
    else if (isMap(value)) this.extended("OrderedDict", [[...Map.prototype.entries.call(value)]], depth);
    else if (isSet(value)) this.items("S", [...Set.prototype.values.call(value)], depth);
    else if (Buffer.isBuffer(value)) this.raw("b", value);
    else if (value instanceof Uint8Array) this.raw("a", value);
    else if (isRegExp(value)) this.extended("RegExp", [value.source, value.flags], depth);
    else if (isTypedArray(value)) this.extended("TypedArray", [value.constructor.name, Array.from(value)], depth);
    else if (isDate(value)) this.date(value, depth);
    else this.hook(value, this, depth);
  }

  date(value, depth) {
    const time = Date.prototype.getTime.call(value);
    if (Number.isNaN(time)) this.extended("Date", [time], depth);
    else this.extended("datetime", [Date.prototype.toISOString.call(value).slice(0, -1)], depth);
  }

  items(tag, items, depth) {
    this.count(items.length);
    this.tag(tag, items.length);
    for (let index = 0; index < items.length; index++) {
      if (Object.hasOwn(items, index)) this.put(items[index], depth + 1);
      else this.tag("h"); // a hole: `deepStrictEqual` tells one from undefined, and `forEach` leaves it out
    }
  }

  pairs(entries, depth) {
    this.count(2 * entries.length);
    this.tag("m", entries.length);
    for (let index = 0; index < entries.length; index++) {
      this.put(entries[index][0], depth + 1);
      this.put(entries[index][1], depth + 1);
    }
  }

  extended(name, parts, depth) {
    this.tag("E").put(name);
    this.put(new Tuple(...parts), depth);
  }

  count(number) {
    this.left -= number;
    if (this.left < 0) throw new WireError("too many items");
  }
}

/** Reads one value; `handle` reads what the other end's hook wrote, `member` may replace a value of an object. */
class Reader {
  constructor(data, { handle = refuse, member = (key, value) => value, nan = true } = {}) {
    Object.assign(this, { data, handle, member, nan, at: 0, depth: 0, left: MAX_ITEMS });
  }

  whole() {
    const value = this.value();
    if (this.at !== this.data.length) throw new WireError("bytes after the value");
    return value;
  }

  take(size) {
    const start = this.at;
    if (start + size > this.data.length) throw new WireError("frame ends within a value");
    this.at = start + size;
    return start;
  }

  u32() {
    return this.data.readUInt32BE(this.take(4));
  }

  letter() {
    return String.fromCharCode(this.data[this.take(1)]);
  }

  slice() {
    const size = this.u32();
    const start = this.take(size);
    return this.data.subarray(start, start + size);
  }

  count(width) {
    const number = this.u32();
    if (number * width > this.data.length - this.at) throw new WireError("count beyond the end of the frame");
    this.left -= number;
    if (this.left < 0) throw new WireError("too many items");
    return number;
  }

  list(width, read) {
    const items = new Array(this.count(width));
    for (let index = 0; index < items.length; index++) items[index] = read();
    return items;
  }

  value() {
    const read = READ[this.letter()];
    if (read === undefined) throw new WireError("unknown kind of value");
    if (++this.depth > MAX_DEPTH) throw new WireError("nested too deeply");
    const value = read(this);
    this.depth--;
    return value;
  }

  float() {
    const value = this.data.readDoubleBE(this.take(8));
    if (!this.nan && value !== value) throw new NotANumberError();
    return value;
  }
}

/** An answer holds a not-a-number that the tests do not ask for: `Math.abs(NaN - x) > 1e-6` must not slip through. */
class NotANumberError extends Error {}

const READ = {
  N: () => null,
  T: () => true,
  F: () => false,
  e: () => undefined,
  i: readInteger,
  I: (reader) => bigFrom(reader.slice()),
  f: (reader) => reader.float(),
  s: (reader) => textFrom(reader.slice()),
  b: (reader) => Buffer.from(reader.slice()),
  a: (reader) => Uint8Array.from(reader.slice()),
  q: (reader) => reader.list(8, () => readInteger(reader)),
  D: (reader) => reader.list(8, () => reader.float()),
  l: readArray,
  t: (reader) => reader.list(1, () => reader.value()),
  S: (reader) => new Set(reader.list(1, () => reader.value())),
  m: readObject,
  E: readExtended,
  H: (reader) => reader.handle(reader),
};
Object.setPrototypeOf(READ, null);

const TYPED = [
  Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array,
];

/** An array, its holes left out. */
function readArray(reader) {
  const items = new Array(reader.count(1));
  for (let index = 0; index < items.length; index++) {
    if (reader.data[reader.at] === HOLE) reader.at++;
    else items[index] = reader.value();
  }
  return items;
}

/** A 64-bit integer as a number, rounded where it is beyond the exact ones, as JSON.parse does it. */
function readInteger(reader) {
  const at = reader.take(8);
  return reader.data.readInt32BE(at) * TWO_32 + reader.data.readUInt32BE(at + 4);
}

function readObject(reader) {
  const object = {};
  for (let left = reader.count(2); left > 0; left--) {
    const key = reader.value();
    if (typeof key !== "string" && typeof key !== "number") throw new WireError("a key that is no text");
    const value = reader.member(key, reader.value());
    // Assigning to __proto__ would change what the object is.
    if (key === "__proto__") Object.defineProperty(object, key, { value, ...FREE });
    else object[key] = value;
  }
  return object;
}

function readExtended(reader) {
  const name = reader.value();
  const parts = reader.value();
  if (!Array.isArray(parts)) throw new WireError("extended value is malformed");
  const [first, items] = parts;
  if (name === "Match" && Array.isArray(first)) return matched(...parts);
  if (name === "RegExp") return expression(String(first), String(items));
  if (name === "Date" && typeof first === "number") return new Date(first);
  if (name === "OrderedDict" && isArrayOf(first, Array.isArray)) return new Map(first);
  if (name === "datetime" && !Number.isNaN(Date.parse(`${first}Z`))) return new Date(`${first}Z`);
  const kind = name === "TypedArray" && TYPED.find((each) => each.name === first);
  const item = kind && kind.name.startsWith("Big") ? "bigint" : "number";
  if (kind && isArrayOf(items, (each) => typeof each === item)) return kind.from(items);
  throw new WireError("unknown extended value");
}

/** What `exec` and `match` find: an array with three members more. */
function matched(items, index, input, groups) {
  return Object.assign(items, { index, input, groups });
}

function isMatch(value) {
  return Array.isArray(value) && Object.hasOwn(value, "index") && Object.hasOwn(value, "input");
}

function expression(source, flags) {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new WireError("no regular expression");
  }
}

function isArrayOf(items, holds) {
  return Array.isArray(items) && items.every(holds);
}

function refuse() {
  throw new WireError("a handle where plain data is due");
}

function isPlain(value) {
  if (typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

module.exports = { Dict, NotANumberError, Reader, Tuple, WireError, Writer, MAX_FRAME, isPlain };
