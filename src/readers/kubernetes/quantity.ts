/**
 * Quantities: `500m`, `1Gi`, `1e3`, `0.5`.
 * Source: k8s.io/apimachinery pkg/api/resource, quantity.go (the grammar in its documentation).
 */

const QUANTITY =
  /^\+?(\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity stands for: bytes, or CPUs. Undefined when it is none, or negative. */
export function parseQuantity(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, digits = "", suffix, exponent] = match;
  if (exponent !== undefined) return finite(Number(`${digits}e${exponent}`));
  return finite(Number(digits) * (suffix === undefined ? 1 : (FACTORS[suffix] ?? Number.NaN)));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
