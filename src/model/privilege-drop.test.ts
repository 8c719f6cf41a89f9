import { expect, test } from "vitest";
import { heldDrop } from "./privilege-drop.ts";
import type { EnvironmentVariable } from "./environment-variable.ts";

const origin = { kind: "set", span: { file: { path: "f", text: "" }, start: 0, end: 0 } } as const;
const privilegeDrop = { tool: "setpriv", to: "redis", unless: "KEEP_ROOT", origin };
const variable = (rest: Partial<EnvironmentVariable>): EnvironmentVariable => ({
  name: "KEEP_ROOT",
  from: "literal",
  surface: "environment",
  origin,
  ...rest,
});

test("a variable that the entrypoint heeds keeps root", () => {
  expect(heldDrop({ privilegeDrop, env: [variable({ value: "1" })] })).toBeUndefined();
  expect(heldDrop({ privilegeDrop, env: [variable({ value: "0" })] })).toBeUndefined();
  expect(heldDrop({ privilegeDrop, env: [variable({ from: "inherited" })] })).toBeUndefined();
});

test("without it, and empty, the drop holds", () => {
  const { unless: _, ...unconditional } = privilegeDrop;
  expect(heldDrop({ privilegeDrop, env: [] })).toBe(privilegeDrop);
  expect(heldDrop({ privilegeDrop, env: [variable({ value: "" })] })).toBe(privilegeDrop);
  expect(heldDrop({ privilegeDrop, env: [variable({ name: "OTHER", value: "1" })] })).toBe(
    privilegeDrop,
  );
  expect(heldDrop({ privilegeDrop: unconditional, env: [variable({ value: "1" })] })).toBe(
    unconditional,
  );
  expect(heldDrop({ env: [variable({ value: "1" })] })).toBeUndefined();
});
