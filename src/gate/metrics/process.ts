/** What the process itself uses, under the names that Prometheus' own clients give it. */

import { readdirSync } from "node:fs";
import { Gauge, Counter, type Metric } from "./metric.ts";

const START_SECONDS = (Date.now() - performance.now()) / 1000;

/** Measured when it is asked for. */
export function processMetrics(): Metric {
  const memory = new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
  });
  const files = new Gauge({
    name: "process_open_fds",
    help: "Number of open file descriptors.",
  });
  const start = new Gauge({
    name: "process_start_time_seconds",
    help: "Start time of the process since the Unix epoch in seconds.",
  });
  start.set(START_SECONDS);
  return {
    text: () => {
      memory.set(process.memoryUsage.rss());
      files.set(openFiles());
      const cpu = new Counter({
        name: "process_cpu_seconds_total",
        help: "Total user and system CPU time spent in seconds.",
      });
      const { user, system } = process.cpuUsage();
      cpu.add((user + system) / 1e6);
      return memory.text() + files.text() + start.text() + cpu.text();
    },
  };
}

/** NaN where the system does not tell. */
function openFiles(): number {
  try {
    // Reading the folder takes one itself.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return Number.NaN;
  }
}
