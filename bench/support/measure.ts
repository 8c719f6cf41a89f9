/** Measures whole commands. */

import { spawnSync } from "node:child_process";

export type CommandLine = readonly [string, ...string[]];

/** Wall-clock seconds of a command; its exit status does not matter, its failure to run does. */
export function seconds([command, ...words]: CommandLine): number {
  const start = process.hrtime.bigint();
  const { error, signal, status, stderr } = spawnSync(command, words, {
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
    timeout: 900_000,
  });
  if (error !== undefined) throw error;
  // Linters exit with 1, or with the number of their findings. One that crashed was not measured.
  if (signal !== null || /^ {4}at .*:\d+:\d+/m.test(stderr.toString())) {
    throw new Error(
      `${command} ended with ${signal ?? status}: ${stderr.toString().slice(0, 2000)}`,
    );
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
}

export interface Comparison {
  /** Median seconds. */
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

/**
 * Runs two commands in turn, so that what else the machine does falls on both alike, and compares their
 * medians. One run of each before, to warm caches, is not counted.
 */
export function compare(rounds: number, ours: CommandLine, theirs: CommandLine): Comparison {
  if (rounds > 1) for (const command of [ours, theirs]) seconds(command);
  const times = Array.from({ length: rounds }, () => [seconds(ours), seconds(theirs)] as const);
  const left = median(times.map(([own]) => own));
  const right = median(times.map(([, other]) => other));
  return { ours: left, theirs: right, ratio: left / right };
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

/** Peak resident memory of a Node command in MiB, as the process itself reports at its end. */
export function peakMemory([command, ...words]: CommandLine): number {
  const report =
    "data:text/javascript,process.on('exit',()=>process.stderr.write('\\nPEAK '+process.resourceUsage().maxRSS+'\\n'))";
  const { stderr } = spawnSync(command, ["--import", report, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
  });
  return Number(/\nPEAK (\d+)/.exec(stderr.toString())?.[1] ?? Number.NaN) / 1024;
}
