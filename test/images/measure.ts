/** Scans one hostile or large layer in a process of its own, and tells what that took: `node measure.ts CASE`. */

import { createScanners } from "../../src/readers/image/layers/scanners.ts";
import { KEY } from "./plan.ts";
import { bigLayers } from "./big-layers.ts";

const [name = ""] = process.argv.slice(2);
const make = bigLayers[name];
if (make === undefined) throw new Error(`there is no layer ${name}`);
const scanners = createScanners({ key: KEY, threads: 1 });
const stream = make();
const peakBefore = process.resourceUsage().maxRSS / 1024;
const begin = performance.now();
const before = process.cpuUsage();
const report = await scanners.scan(stream);
const seconds = (performance.now() - begin) / 1000;
const used = process.cpuUsage(before);
await scanners.close();
process.stdout.write(
  JSON.stringify({
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakBefore,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    bytes: report.bytes,
    members: report.members,
    sightings: report.sightings.length,
    problems: report.problems,
  }),
);
