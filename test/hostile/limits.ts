/** The limits that hold for any input, and texts that try them. */

import { expect } from "vitest";

/** Two seconds on an idle machine. Tests run beside others, so the processor's time is counted, with some air. */
const MAX_CPU_SECONDS = 4;

/** Runs something and holds it to the limit. */
export async function within<T>(run: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(MAX_CPU_SECONDS);
  return result;
}

/** Lines, joined by newlines. */
export function many(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

export function repeat(unit: string, count: number): string {
  return unit.repeat(count);
}
