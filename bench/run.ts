/**
 * `npm run bench`: speed as ratios, each against a limit or a peer measured in the same run.
 *
 * Times alone mean nothing on a shared machine. Every line says what was run, what it is compared
 * with, the ratio and the goal. Peers are installed into node_modules/.cache when the machine can;
 * one that cannot be installed is named with the reason.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageCopy } from "./support/package-copy.ts";
import { median, peakMemory, seconds } from "./support/measure.ts";
import { installPeers } from "./support/peers.ts";
import { mixedTree, podTree } from "./support/trees.ts";

const root = join(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const node = process.execPath;
const rows: string[][] = [];

function row(what: string, against: string, ratio: number, goal: string): void {
  rows.push([what, against, `${ratio.toFixed(2)}x`, goal]);
  console.log(`${what}  vs  ${against}:  ${ratio.toFixed(2)}x  (goal ${goal})`);
}

const cli = packageCopy(root, work);
const check = (...words: string[]): [string, ...string[]] => [
  node,
  cli,
  "check",
  "--fail-on",
  "none",
  "-f",
  "json=/dev/null",
  ...words,
];

// Cold start: the published bundle on one Dockerfile.
const dockerfile = join(root, "examples/shop-hardened/worker/Dockerfile");
const nothing = median(15, () => seconds([node, "-e", "0"]));
const cold = median(15, () => seconds(check(dockerfile)));
row("cold start, one Dockerfile", "node -e 0", cold / nothing, "3 or less");

const pods = join(root, "../shared/corpora/pod-security/pods");
if (existsSync(pods)) {
  const tree = podTree(pods, join(work, "pods"), 4500);
  const yamlAlone = median(3, () =>
    seconds([node, join(root, "bench/support/parse-yaml.ts"), tree]),
  );
  const ours = median(3, () => seconds(check(tree)));
  row("4,500 pod manifests", "parsing them with the yaml package", ours / yamlAlone, "under 3");
} else console.log("skipped: 4,500 pod manifests (../shared/corpora is not here)");

// A mixed tree, and ten times as much of it.
const small = mixedTree(join(root, "examples"), join(work, "mixed-1"), 1000);
const large = mixedTree(join(root, "examples"), join(work, "mixed-10"), 10_000);
const readSmall = median(3, () => seconds([node, join(root, "bench/support/read-tree.ts"), small]));
const smallTime = median(3, () => seconds(check(small)));
row("1,000-file mixed tree", "reading its files only", smallTime / readSmall, "recorded");
const largeTime = median(1, () => seconds(check(large)));
row("10,000-file mixed tree", "1,000-file mixed tree", largeTime / smallTime, "10 or less: linear");

const idle = peakMemory([node, "-e", "0"]);
row(
  `peak memory, 1,000-file tree (${Math.round(peakMemory(check(small)) / 1024)} MiB)`,
  "node -e 0",
  peakMemory(check(small)) / idle,
  "recorded",
);
row(
  `peak memory, 10,000-file tree (${Math.round(peakMemory(check(large)) / 1024)} MiB)`,
  "node -e 0",
  peakMemory(check(large)) / idle,
  "recorded",
);

// Peers, each on what it reads, beside us on the same files.
for (const peer of installPeers(join(root, "node_modules/.cache/plimsoll-bench"))) {
  if ("missing" in peer) {
    console.log(`skipped: ${peer.name} (${peer.missing})`);
    continue;
  }
  const tree =
    peer.reads === "dockerfiles"
      ? mixedTree(join(root, "examples"), join(work, `only-${peer.name}`), 300, /(^|\/)Dockerfile$/)
      : existsSync(pods)
        ? podTree(pods, join(work, `pods-${peer.name}`), peer.files)
        : undefined;
  if (tree === undefined) continue;
  const runs = peer.slow ? 1 : 3;
  const theirs = median(runs, () => seconds(peer.command(tree, listFiles(tree))));
  const ours = median(runs, () => seconds(check(tree)));
  row(`${listFiles(tree).length} files`, peer.name, ours / theirs, "1 or less: never slower");
}

console.log(`\n| what | against | ratio | goal |\n| --- | --- | --- | --- |`);
for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
const cpu = /model name\s*:\s*(.*)/.exec(
  existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "",
)?.[1];
const cores = spawnSync("nproc", { encoding: "utf8" }).stdout?.trim();
console.log(
  `\n${cpu ?? "unknown CPU"}, ${cores} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
);
rmSync(work, { recursive: true, force: true });

function listFiles(tree: string): string[] {
  return readdirSync(tree, { recursive: true, encoding: "utf8" })
    .map((name) => join(tree, name))
    .filter((path) => statSync(path).isFile());
}
