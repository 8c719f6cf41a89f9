/**
 * `npm run bench`: speed as ratios, each against a limit or a peer measured in the same run.
 *
 * Times alone mean nothing on a shared machine. Every row says what was run, what it is compared with, the
 * ratio and the goal. Peers are installed into node_modules/.cache when the machine can; one that cannot be
 * installed is named with the reason. docs/performance.md explains the rows.
 *
 * `npm run bench -- files`, `images` and `gate` measure one of the three alone.
 */

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { measureGate } from "./gate.ts";
import { measureImages } from "./images.ts";
import type { CommandLine, Comparison } from "./support/measure.ts";
import { compare, peakMemory } from "./support/measure.ts";
import { packageCopy } from "./support/package-copy.ts";
import { installPeers } from "./support/peers.ts";
import { mixedTree, podTree } from "./support/trees.ts";

const root = join(import.meta.dirname, "..");
const examples = join(root, "examples");
const pods = join(root, "../shared/corpora/pod-security/pods");
const work = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const node = process.execPath;
const support = join(import.meta.dirname, "support");
const cache = join(root, "node_modules/.cache/plimsoll-bench");
const rows: string[][] = [];

function wanted(part: "files" | "images" | "gate"): boolean {
  const parts = process.argv.slice(2);
  return parts.length === 0 || parts.includes(part);
}

function record(what: string, against: string, measured: Comparison, goal: string): void {
  const { ours, theirs, ratio } = measured;
  rows.push([what, against, inSeconds(ours), inSeconds(theirs), `${ratio.toFixed(2)}x`, goal]);
  console.log(`${what}  vs  ${against}:  ${ratio.toFixed(2)}x  (goal: ${goal})`);
}

function recordCells(...cells: readonly string[]): void {
  rows.push([...cells]);
  console.log(cells.join("  "));
}

function skip(what: string, why: string): void {
  rows.push([what, "skipped", "", "", "", why]);
  console.log(`skipped: ${what} (${why})`);
}

const cli = packageCopy(root, work);
const check = (...words: string[]): CommandLine => [
  node,
  cli,
  "check",
  "--fail-on",
  "none",
  "-f",
  "json=/dev/null",
  ...words,
];

// Where no configuration of ours is found.
process.chdir(work);
try {
  if (wanted("files")) {
    measureStart();
    measureManifests();
    measureTrees();
    measurePeers();
  }
  if (wanted("images")) {
    await measureImages({ work, peers: cache, check, record, recordCells, skip });
  }
  if (wanted("gate")) await measureGate({ work, node, cli, recordCells, skip });
  printTable();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What everybody pays: one small file, from the command's start to its end. */
function measureStart(): void {
  const dockerfile = join(examples, "shop-hardened/worker/Dockerfile");
  const measured = compare(31, check(dockerfile), [node, "-e", "0"]);
  record("cold start, one Dockerfile", "node -e 0", measured, "3 or less");
}

/** Whole runs, JSON report included, beside nothing but the parsing. */
function measureManifests(): void {
  if (!existsSync(pods)) {
    skip("4,500 pod manifests", "../shared/corpora is not here");
    return;
  }
  const tree = podTree(pods, join(work, "pods"), 4500);
  const parse: CommandLine = [node, join(support, "parse-yaml.ts"), tree];
  const measured = compare(5, check(tree), parse);
  record("4,500 pod manifests", "parsing with the yaml package", measured, "under 3");
}

/** The examples again and again: Dockerfiles, Compose, Kubernetes, workflows, scripts. */
function measureTrees(): void {
  const small = mixedTree(examples, join(work, "mixed-1"), 1000);
  const large = mixedTree(examples, join(work, "mixed-10"), 10_000);
  const read: CommandLine = [node, join(support, "read-tree.ts"), small];
  record("1,000 mixed files", "only reading them", compare(5, check(small), read), "recorded");
  const growth = compare(3, check(large), check(small));
  record("10,000 mixed files", "1,000 mixed files", growth, "11 or less: linear");
  const idle = peakMemory([node, "-e", "0"]);
  for (const [what, tree] of [
    ["1,000 mixed files", small],
    ["10,000 mixed files", large],
  ] as const) {
    const peak = peakMemory(check(tree));
    const cells = [`${Math.round(peak)} MiB`, `${Math.round(idle)} MiB`];
    rows.push([`peak memory, ${what}`, "node -e 0", ...cells, `${(peak / idle).toFixed(2)}x`, ""]);
    console.log(`peak memory, ${what}: ${cells[0]}`);
  }
}

/** Tools of the field, each on files that it reads, beside us on the same files. */
function measurePeers(): void {
  for (const peer of installPeers(cache)) {
    if ("missing" in peer) {
      skip(peer.name, peer.missing);
      continue;
    }
    if (peer.reads === "manifests" && !existsSync(pods)) {
      skip(peer.name, "../shared/corpora is not here");
      continue;
    }
    const folder = join(work, `for-${peer.name}`);
    const tree =
      peer.reads === "dockerfiles"
        ? mixedTree(examples, folder, peer.files, peer.takes)
        : podTree(pods, folder, peer.files);
    const theirs = peer.command(tree, filesIn(tree));
    const measured = compare(peer.slow ? 1 : 5, check(tree), theirs);
    record(`${peer.files} ${peer.reads}`, peer.name, measured, "1 or less: never slower");
  }
}

function printTable(): void {
  const head = ["what", "against", "plimsoll", "the other", "ratio", "goal"];
  console.log(`\n| ${head.join(" | ")} |\n|${head.map(() => " --- |").join("")}`);
  for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
  const date = new Date().toISOString().slice(0, 10);
  console.log(
    `\n${processor()}, ${availableParallelism()} cores, Node ${process.version}, ${date}`,
  );
}

function processor(): string {
  const known = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  return /model name\s*:\s*(.*)/.exec(known)?.[1] ?? "unknown processor";
}

function inSeconds(time: number): string {
  return time < 1 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(2)} s`;
}

function filesIn(tree: string): string[] {
  return readdirSync(tree, { recursive: true, encoding: "utf8" })
    .map((name) => join(tree, name))
    .filter((path) => statSync(path).isFile());
}
