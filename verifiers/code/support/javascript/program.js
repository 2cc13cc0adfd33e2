// The program in the box of a standard-input problem: runs the solution as the main program.
"use strict";

const fs = require("fs");
const Module = require("module");
const path = require("path");
const { pathToFileURL } = require("url");
const vm = require("vm");

const SYNTAX = 97; // exit code for text that does not compile
const code = fs.readFileSync("solution.js", "utf8");

function compiles() {
  try {
    new vm.Script(Module.wrap(code.replace(/^#!.*/, "")), { filename: "solution.js" });
    return true;
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    return false;
  }
}

if (compiles()) {
  process.argv[1] = path.resolve("solution.js");
  Module.runMain();
} else if (/\b(?:import|export|await)\b/.test(code)) {
  fs.renameSync("solution.js", "solution.mjs");
  import(pathToFileURL("solution.mjs"));
} else {
  process.exitCode = SYNTAX;
}
