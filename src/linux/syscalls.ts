/** System calls by architecture: which exist, and under which number. */

import { syscallRuns } from "./syscall-numbers.ts";

/** As `uname -m` names them; `x86` is the 32-bit entry of an x86_64 kernel. */
export type Architecture = keyof typeof syscallRuns;

const architectures: readonly Architecture[] = ["x86_64", "aarch64", "x86", "riscv64"];

const tables = new Map<Architecture, ReadonlyMap<string, number>>();

/** Every system call of an architecture with its number, in the order of the numbers. */
export function syscallTable(architecture: Architecture): ReadonlyMap<string, number> {
  const known = tables.get(architecture);
  if (known !== undefined) return known;
  const { runs, without } = syscallRuns[architecture];
  const table = new Map<string, number>();
  for (const [first, names] of runs) {
    for (const [index, name] of names.split(/\s+/).entries()) table.set(name, first + index);
  }
  for (const name of without) table.delete(name);
  tables.set(architecture, table);
  return table;
}

/** The number of a system call, or undefined when the architecture has no such call. */
export function syscallNumber(architecture: Architecture, name: string): number | undefined {
  return syscallTable(architecture).get(name);
}

/** The architectures that have a call of this name. */
export function architecturesOf(name: string): readonly Architecture[] {
  return architectures.filter((architecture) => syscallTable(architecture).has(name));
}
