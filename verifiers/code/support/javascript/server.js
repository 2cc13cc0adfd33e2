// The program in the candidate's box: loads the solution and answers one message at a time.
// It holds no tests and no expected values, and its word about itself counts for nothing.
"use strict";

const fs = require("fs");
const { createRequire } = require("module");
const { pathToFileURL } = require("url");
const { isMap, isSet } = require("util").types;
const vm = require("vm");
const { Channel, HangupError } = require("./channel.js");
const { Exports, describe } = require("./exports.js");
const { Dict, Reader, Tuple, isPlain } = require("./wire.js");

const leave = process.reallyExit.bind(process); // no exit handler of the solution's runs
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

class Server {
  constructor(channel, settles) {
    this.channel = channel;
    this.settles = settles; // for tests that know of no promises
    this.exports = new Exports((number, args) => this.request(number, args));
    this.lookUp = (name) => vm.runInThisContext(name);
  }

  async serve() {
    for (;;) {
      const [kind, payload] = this.channel.receive();
      if (kind === "Q") {
        this.channel.send("Q", Buffer.alloc(0));
        this.channel.close();
        return this.decode(payload);
      }
      if (kind === "W") this.channel.send(...(await this.settle(() => this.target(...this.decode(payload)))));
      else if (kind === "C" && this.settles) this.channel.send(...(await this.settle(() => this.plainCall(payload))));
      else this.channel.send(...this.answer(kind, payload));
    }
  }

  /** Ask the tests to run a function of theirs; meanwhile they may call us again. */
  request(number, args) {
    this.channel.send("K", this.exports.write(new Tuple(number, new Tuple(...args), {})));
    for (;;) {
      const [kind, payload] = this.channel.receive();
      if (kind === "R") return this.decode(payload);
      if (kind === "X") throw thrown(...this.decode(payload));
      this.channel.send(...this.answer(kind, payload));
    }
  }

  decode(payload) {
    return new Reader(payload, { handle: (reader) => this.exports.read(reader) }).whole();
  }

  /** Carry out one message; whatever the solution throws is an answer too. */
  answer(kind, payload) {
    try {
      if (kind === "C") return this.call(payload);
      return ["R", this.exports.encode(OPERATIONS[kind](this, ...this.decode(payload)))];
    } catch (error) {
      return this.failed(error);
    }
  }

  failed(error) {
    return ["X", this.exports.encode(new Tuple(...describe(error, this.exports)))];
  }

  /** Answer with what a promise comes to. */
  async settle(start) {
    try {
      return ["R", this.exports.encode(await start())];
    } catch (error) {
      return this.failed(error);
    }
  }

  plainCall(payload) {
    const [target, args] = this.decode(payload);
    return this.target(target)(...args);
  }

  /** Call a function; tell which mutable arguments it changed if that may matter. */
  call(payload) {
    const [target, args, , watch] = this.decode(payload);
    const result = this.target(target)(...args);
    const mutable = [...args.entries()].filter(([, value]) => isMutable(value));
    const same = mutable.find(([, value]) => value === result)?.[0];
    if (!mutable.length || (same === undefined && result !== undefined && !watch)) {
      return ["R", this.exports.encode(result)];
    }
    const changed = this.changed(payload, mutable);
    if (watch || result === undefined) {
      return ["M", this.exports.encode(new Tuple(same ?? null, same === undefined ? result : null, new Dict(changed)))];
    }
    if (changed.some(([index]) => index === same)) return ["R", this.exports.encode(result)];
    return ["M", this.exports.encode(new Tuple(same, null, new Dict([])))];
  }

  /** Return the arguments that are no longer what the payload says. */
  changed(payload, mutable) {
    const fresh = this.decode(payload)[1];
    return mutable.filter(
      ([index, value]) => !Buffer.from(this.exports.encode(value)).equals(this.exports.encode(fresh[index])),
    );
  }

  /** Find what a message is about: a global by its name, or an object itself. */
  target(target) {
    if (typeof target !== "string") return target[0];
    if (!IDENTIFIER.test(target)) throw new ReferenceError(`${target} is not a name`);
    try {
      return this.lookUp(target);
    } catch (error) {
      const exported = globalThis.module.exports;
      if (target in Object(exported)) return exported[target];
      if (typeof exported === "function" && exported.name === target) return exported;
      throw error;
    }
  }

  member(target, name) {
    const owner = this.target(target);
    const value = owner[name];
    const method = typeof value === "function" && name !== "constructor" && !/^class\b/.test(`${value}`);
    return method ? value.bind(owner) : value;
  }
}

const OPERATIONS = {
  G: (server, name) => server.target(name),
  A: (server, target, name) => server.member(target, name),
  S: (server, target, name, value) => void (server.target(target)[name] = value),
  D: (server, target, name) => delete server.target(target)[name],
  O: (server, name, target, ...operands) => MORE[name](server.target(target), ...operands),
};
const MORE = {
  new: (kind, args) => new kind(...args),
  method: (target, name, args) => target[name](...args),
  keys: (target) => Object.keys(target),
  has: (target, name) => name in target,
  instance: (kind, value) => value instanceof kind,
  items: (target) => [...target],
  // In the place of an object's members where tests are not about objects: its plain data, no methods.
  fields: (target) => Object.fromEntries(Object.entries(target).filter(([, value]) => typeof value !== "function")),
};

function isMutable(value) {
  return Array.isArray(value) || isMap(value) || isSet(value) || value instanceof Uint8Array || isPlain(value ?? 0);
}

function thrown(name, message) {
  const kind = globalThis[name];
  const known = typeof kind === "function" && kind.prototype instanceof Error;
  return Object.assign(new (known ? kind : Error)(message), known ? {} : { name });
}

/** Run the prompt's helpers and the solution at the top of this realm, or as a module; say how far that came. */
async function load(server, plan) {
  const require = createRequire(`${process.cwd()}/solution.js`);
  Object.assign(globalThis, { require, module: { exports: {} }, __filename: "solution.js", __dirname: "." });
  globalThis.exports = globalThis.module.exports;
  if (plan.context) runContext(plan);
  const code = fs.readFileSync("solution.js", "utf8");
  let script;
  try {
    script = new vm.Script(code, { filename: "solution.js" });
  } catch (error) {
    return /\b(?:import|export|await)\b/.test(code) ? loadModule(server, code, plan) : told("syntax", error);
  }
  try {
    script.runInThisContext();
  } catch (error) {
    return told("exception", error);
  }
  return ["loaded", names(server, plan)];
}

/** Import the solution as a module, with a way in to its names, exported or not. */
async function loadModule(server, code, plan) {
  fs.writeFileSync("solution.mjs", `${code}\n;globalThis.verisieveLookUp = (name) => eval(name);\n`);
  try {
    await import(pathToFileURL("solution.mjs"));
  } catch (error) {
    return told(error instanceof SyntaxError && !globalThis.verisieveLookUp ? "syntax" : "exception", error);
  }
  server.lookUp = globalThis.verisieveLookUp;
  delete globalThis.verisieveLookUp;
  return ["loaded", names(server, plan)];
}

/** Give the prompt's helpers as globals, which the solution may define anew. */
function runContext({ context, helpers }) {
  try {
    const found = vm.runInThisContext(`(function () {${context}\n;return {${helpers.join(", ")}}})()`);
    Object.assign(globalThis, found);
  } catch {
    // A prompt need not be a program.
  }
}

function names(server, plan) {
  const exported = Object(globalThis.module.exports);
  return [...new Set([...plan.names, ...Object.keys(exported)])].filter((name) => {
    try {
      server.target(name);
      return true;
    } catch {
      return false;
    }
  });
}

function told(status, error) {
  return [status, new Tuple(...describe(error, new Exports()))];
}

async function main() {
  const plan = JSON.parse(fs.readFileSync("plan.json", "utf8"));
  const channel = new Channel(3);
  const server = new Server(channel, plan.settle);
  process.on("unhandledRejection", () => {}); // the tests see it where they await, as they would see it alone
  channel.send("L", server.exports.encode(new Tuple(...(await load(server, plan)))));
  try {
    leave(await server.serve());
  } catch (error) {
    if (error instanceof HangupError) leave(3);
    throw error;
  }
}

main();
