// What tests hold in the place of the candidate's own values: functions, iterators, promises, instances.
// An instance has methods only where the tests are about objects; else it is a copy of its plain data.
"use strict";

const { WireError } = require("./wire.js");

class Remote {
  constructor(link) {
    this.link = link;
    this.known = new Map(); // by number, so that the same object is the same here
    link.proxies = (tag, reader) => this.read(tag, reader);
  }

  read(tag, reader) {
    if (tag === "o") return new Opaque(String(reader.value()), reader.value());
    if (!Object.hasOwn(MAKE, tag)) throw new WireError("unknown handle");
    const number = reader.u32();
    const name = "fgh".includes(tag) ? String(reader.value()) : "";
    if (tag === "h") reader.value(); // its truth, which is always true here
    return this.known.get(number) ?? MAKE[tag](this, number, name);
  }

  keep(number, value) {
    this.known.set(number, value);
    this.link.theirNumbers.set(value, () => number);
    return value;
  }

  /** A global function or class by its name; it gets a number when it is first passed on. */
  global(name) {
    let number;
    const made = this.callable(name, name);
    this.link.theirNumbers.set(made, () => {
      number ??= this.link.theirNumbers.get(this.link.request("G", name))?.();
      return number;
    });
    return made;
  }

  callable(target, name) {
    const { link } = this;
    const shell = function (...args) {
      if (!new.target) return link.call(target, name, args);
      link.usedObjects = true;
      return link.construct(target, name, args);
    };
    const made = link.objects ? new Proxy(shell, traps(link, target, ["name", "prototype"])) : shell;
    Object.defineProperty(shell, "name", { value: name });
    Object.defineProperty(shell, Symbol.hasInstance, { value: (value) => this.isInstance(made, target, value) });
    return made;
  }

  isInstance(kind, target, value) {
    const told = this.link.toldOf(value);
    const number = Object(value) === value ? this.link.theirNumbers.get(value)?.() : undefined;
    if (told) return told.type === kind.name || told.known.includes(this.link.theirNumbers.get(kind)());
    return number !== undefined && this.link.request("O", "instance", target, value) === true;
  }

  instance(number, name) {
    const { link } = this;
    const shell = Object.create(standIn(name));
    if (!link.objects) {
      return Object.assign(this.keep(number, shell), Object(link.request("O", "fields", [shell])));
    }
    const proxy = new Proxy(shell, traps(link, [shell], []));
    link.theirNumbers.set(shell, () => number);
    shell[Symbol.iterator] = () => link.request("O", "items", [shell])[Symbol.iterator]();
    shell[Symbol.toPrimitive] = (hint) => primitive(proxy, hint);
    return this.keep(number, proxy);
  }

  /** An iterator, whose steps are promises where it is an asynchronous one. */
  iterator(number, prototype) {
    const { link } = this;
    const made = Object.create(prototype);
    for (const name of ["next", "return", "throw"]) {
      made[name] = (...args) => link.request("O", "method", [made], name, args);
    }
    return this.keep(number, made);
  }

  /** A promise that the candidate settles in a later turn of the loop, when all calls of this turn have been made. */
  promise(number) {
    const promise = new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          const value = this.link.request("W", [promise]);
          if (this.link.last?.[2] === promise) this.link.last[2] = value; // what evidence shows
          resolve(value);
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.keep(number, promise);
  }
}

const Iterators = { [Symbol.iterator]() { return this; }, [Symbol.toStringTag]: "Generator" };
const AsyncIterators = { [Symbol.asyncIterator]() { return this; }, [Symbol.toStringTag]: "AsyncGenerator" };
const MAKE = {
  a: (remote, number) => remote.promise(number),
  f: (remote, number, name) => {
    const target = [null];
    return (target[0] = remote.keep(number, remote.callable(target, name)));
  },
  g: (remote, number) => remote.iterator(number, Iterators),
  h: (remote, number, name) => remote.instance(number, name),
  y: (remote, number) => remote.iterator(number, AsyncIterators),
};

/** The traps of a stand-in: each asks the candidate about a member, symbols and some `own` names aside. */
function traps(link, target, own) {
  const isOwn = (name) => typeof name === "symbol" || own.includes(name);
  const ask = (kind, ...parts) => {
    link.usedObjects = true;
    return link.request(kind, ...parts);
  };
  const keys = () => [ask("O", "keys", target)].flat().filter((key) => typeof key === "string");
  const read = (name) => ask("A", target, name);
  return {
    get: (shell, name) => (isOwn(name) ? shell[name] : read(name)),
    set: (shell, name, value) => (ask("S", target, name, value), true),
    has: (shell, name) => (isOwn(name) ? name in shell : ask("O", "has", target, name) === true),
    deleteProperty: (shell, name) => ask("D", target, name) === true,
    ownKeys: () => [...new Set([...own.filter((name) => name === "prototype"), ...keys()])],
    getOwnPropertyDescriptor: (shell, name) =>
      isOwn(name) || !keys().includes(name)
        ? Reflect.getOwnPropertyDescriptor(shell, name)
        : { value: read(name), enumerable: true, configurable: true, writable: true },
  };
}

/** A value that may not cross, such as a symbol: equal to nothing, and without members. */
class Opaque {
  constructor(name) {
    const value = () => {
      throw new TypeError(`a ${name} that cannot cross`);
    };
    Object.freeze(Object.defineProperty(this, Symbol.toPrimitive, { value }));
  }
}

const prototypes = new Map();

/** The prototype of all copies of a class's instances, so that none is like a plain object. */
function standIn(name) {
  if (!prototypes.has(name)) {
    const kind = class {};
    Object.defineProperty(kind, "name", { value: name });
    prototypes.set(name, kind.prototype);
  }
  return prototypes.get(name);
}

function primitive(proxy, hint) {
  const value = hint === "string" ? proxy.toString() : proxy.valueOf();
  return Object(value) === value ? String(proxy.toString()) : value;
}

module.exports = { Remote };
