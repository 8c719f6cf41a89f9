/**
 * The kinds of values in gate.yaml. Each schema carries what is expected in its place, for what is told
 * about mistakes. Numbers arrive as they are written (`1.40`, `0660`): as texts.
 */

import * as z from "zod";

/** What must stand at a schema's place, as a clause after "expected". */
const expectations = new WeakMap<z.core.$ZodType, string>();
/** Schemas of texts that may be written as numbers too. */
const numbers = new WeakSet<z.core.$ZodType>();

export function expectedBy(schema: z.core.$ZodType): string | undefined {
  return expectations.get(schema);
}

/** A value with what it means (for the schema's readers) and what is expected (for who wrote another). */
export function says<T extends z.ZodType>(schema: T, expected: string, description: string): T {
  const described = schema.meta({ description });
  expectations.set(described, expected);
  return described;
}

function numeric(pattern: RegExp): z.ZodString {
  return z.string().regex(pattern);
}

export function number(pattern: RegExp, expected: string, description: string): z.ZodString {
  const schema = says(numeric(pattern), expected, description);
  numbers.add(schema);
  return schema;
}

export const text = z.string().trim().min(1).max(4096);
export const flag = (description: string): z.ZodBoolean =>
  says(z.boolean(), "true or false", description);

const SIZE = /^\d{1,15}(?:\.\d{1,9})?(?: ?(?:b|[kmgt](?:i?b)?))?$/i;
const TIME = /^\d{1,9}(?:ms|s|m|h)$/;
const COUNT = /^[1-9]\d{0,8}$/;
const PATH = /^\/[^\0]*$/;

export const size = (description: string): z.ZodString =>
  number(SIZE, "a size: 512k, 64m, 2g, or a number of bytes", description);
export const time = (description: string): z.ZodString =>
  says(numeric(TIME), "a time with its unit: 500ms, 10s, 5m, 1h", description);
export const count = (description: string): z.ZodString =>
  number(COUNT, "a whole number from 1", description);
export const file = (description: string): z.ZodString =>
  says(text, "the path of a file, as text; relative to this file's folder", description);
export const hostPath = (description: string): z.ZodString =>
  says(z.string().max(4096).regex(PATH), "an absolute path", description);
/** How many items a list may have. */
export const MOST_ITEMS = 1000;

export const names = (expected: string, description: string): z.ZodArray<z.ZodString> =>
  says(
    z.array(says(text, expected, description)).max(MOST_ITEMS),
    `a list of at most ${String(MOST_ITEMS)}, each ${expected}`,
    description,
  );

/** Whether a schema's texts may be written as numbers. */
export function mayBeNumber(schema: z.core.$ZodType): boolean {
  return numbers.has(schema);
}
