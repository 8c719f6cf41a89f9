#!/usr/bin/env node
// Kept to syntax that any Node understands, so that an old one gets a sentence and not a stack trace.
"use strict";
var parts = process.versions.node.split(".");
var version = Number(parts[0]) + Number(parts[1]) / 1000;
if (!(version >= 24.005)) {
  process.stderr.write(
    "plimsoll: Node.js 24.5 or later is needed, this is " +
      process.version +
      ". Run it with `npx plimsoll` in a project that has it as a dependency, or install a newer Node.js.\n",
  );
  process.exitCode = 2;
} else {
  void import("./start.js");
}
