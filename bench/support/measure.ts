/** Measures whole commands. */

import { spawnSync } from "node:child_process";

/** Wall-clock seconds of a command; its exit status does not matter, its failure to run does. */
export function seconds([command, ...words]: readonly [string, ...string[]]): number {
  const start = process.hrtime.bigint();
  const { error, signal, status, stderr } = spawnSync(command, words, {
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
  if (error !== undefined) throw error;
  if (signal !== null || (status ?? 0) > 4) {
    throw new Error(
      `${command} ended with ${signal ?? status}: ${stderr.toString().slice(0, 2000)}`,
    );
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Runs once to warm caches, then gives the median of `count` runs. */
export function median(count: number, run: () => number): number {
  if (count > 1) run();
  const times = Array.from({ length: count }, run).sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Peak resident memory of a Node command in KiB, as the process itself reports at its end. */
export function peakMemory([command, ...words]: readonly [string, ...string[]]): number {
  const report =
    "data:text/javascript,process.on('exit',()=>process.stderr.write('\\nPEAK '+process.resourceUsage().maxRSS+'\\n'))";
  const { stderr } = spawnSync(command, ["--import", report, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
  });
  return Number(/\nPEAK (\d+)/.exec(stderr.toString())?.[1] ?? Number.NaN);
}
