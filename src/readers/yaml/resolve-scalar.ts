/** Plain scalars as go-yaml resolves them. */

/**
 * Which words are booleans. `yaml-1.1`: also yes, no, on, off, y and n (go-yaml v2, which Kubernetes
 * reads through sigs.k8s.io/yaml). `yaml-1.2`: only true and false (go-yaml v3 and v4, which Compose uses).
 */
export type BooleanWords = "yaml-1.1" | "yaml-1.2";

type Value = string | number | boolean | null;

/** Source: yaml/go-yaml resolve.go, branch v2 43b627a and branch v3 1666663. */
const SHARED: readonly (readonly [Value, readonly string[]])[] = [
  [true, ["true", "True", "TRUE"]],
  [false, ["false", "False", "FALSE"]],
  [null, ["", "~", "null", "Null", "NULL"]],
  [Number.NaN, [".nan", ".NaN", ".NAN"]],
  [Number.POSITIVE_INFINITY, [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"]],
  [Number.NEGATIVE_INFINITY, ["-.inf", "-.Inf", "-.INF"]],
];

const YAML_1_1: readonly (readonly [Value, readonly string[]])[] = [
  [true, ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]],
  [false, ["n", "N", "no", "No", "NO", "off", "Off", "OFF"]],
];

const words: Readonly<Record<BooleanWords, ReadonlyMap<string, Value>>> = {
  "yaml-1.1": tableOf([...SHARED, ...YAML_1_1]),
  "yaml-1.2": tableOf(SHARED),
};

function tableOf(rows: typeof SHARED): ReadonlyMap<string, Value> {
  return new Map(rows.flatMap(([value, spellings]) => spellings.map((word) => [word, value])));
}

/** Longest text that is tried as a number; a longer one is text for every practical purpose. */
const MAX_NUMBER_LENGTH = 400;

/** The value of a plain scalar without a tag. A date stays text, as it does in both readers' data. */
export function resolvePlain(text: string, booleans: BooleanWords): Value {
  const word = words[booleans].get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const digit = first >= 48 && first <= 57;
  const sign = first === 43 || first === 45;
  if (!digit && !sign && first !== 46) return text;
  if (text.length > MAX_NUMBER_LENGTH) return text;
  if (first === 46) return /^\.\d+(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : text;
  return resolveNumber(text.replaceAll("_", "")) ?? text;
}

/** Integers with Go's prefixes (`0x`, `0o`, `0b`, and a leading `0` for octal), then decimal floats. */
function resolveNumber(plain: string): number | undefined {
  const negative = plain.startsWith("-");
  const digits = negative || plain.startsWith("+") ? plain.slice(1) : plain;
  const magnitude = resolveInteger(digits);
  if (magnitude !== undefined) return negative && magnitude !== 0 ? -magnitude : magnitude;
  if (!/^(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits)) return undefined;
  const float = Number(digits);
  if (!Number.isFinite(float)) return undefined;
  return negative ? -float : float;
}

function resolveInteger(digits: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return Number(digits);
  if (/^0[bB][01]+$/.test(digits)) return Number(digits);
  if (/^0[oO][0-7]+$/.test(digits)) return Number(digits);
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  return /^(?:0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined;
}

/** Tags that say how a value takes part, not what it is: Compose's own. */
const TRANSPARENT = ["!!int", "!!float", "!!bool", "!!null", "!reset", "!override"];

/** The value of a plain scalar with a tag: resolved for YAML's own types and Compose's tags, else text. */
export function resolveTagged(tag: string, text: string, booleans: BooleanWords): Value {
  return TRANSPARENT.includes(tag) ? resolvePlain(text, booleans) : text;
}
