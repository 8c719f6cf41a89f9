#!/usr/bin/env node
// Kept to syntax that any Node understands, so that an old one gets a sentence and not a stack trace.
"use strict";
var major = Number(process.versions.node.split(".")[0]);
if (!(major >= 24)) {
  process.stderr.write(
    "plimsoll: Node.js 24 or later is needed, this is " +
      process.version +
      ". Run it with `npx plimsoll` in a project that has it as a dependency, or install a newer Node.js.\n",
  );
  process.exitCode = 2;
} else {
  void import("./start.js");
}
