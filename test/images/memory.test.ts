/** Large and hostile layers take bounded time and memory, each in a process of its own. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Measured {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly bytes: number;
  readonly members: number;
  readonly sightings: number;
  readonly problems: readonly string[];
}

function measure(name: string): Promise<Measured> {
  const script = join(import.meta.dirname, "measure.ts");
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, name], { timeout: 120_000 }, (error, out) => {
      if (error === null) resolve(JSON.parse(out) as Measured);
      else reject(error);
    });
  });
}
