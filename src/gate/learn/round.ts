/** Maxima that were observed, with some room above them. */

const MEBI = 1024n * 1024n;
const NANO = 1_000_000_000n;

/**
 * Up to the next step: of memory a power of two below 64 MiB and 64 MiB above, 32 processes, a quarter of a
 * CPU. In bytes, processes and billionths of a CPU.
 */
export function roundedLimit(name: string, amount: bigint): string {
  return String(upTo(amount, stepOf(name, amount)));
}

function stepOf(name: string, amount: bigint): bigint {
  if (name === "pids") return 32n;
  if (name === "cpus") return NANO / 4n;
  if (amount > 64n * MEBI) return 64n * MEBI;
  let power = 4n * MEBI;
  while (power < amount) power *= 2n;
  return power;
}

const upTo = (amount: bigint, step: bigint): bigint => ((amount + step - 1n) / step) * step;
