import { expect, test, vi } from "vitest";
import { BuildRegistry } from "./registry.ts";

const ID = "abcdefghijklmnopqrstuvwxy";

test("a session is its client's alone, while it is open", async () => {
  const registry = new BuildRegistry();
  const close = registry.openSession(ID, "a");
  expect(registry.ownsSession(ID, "a")).toBe(true);
  expect(registry.ownsSession(ID, "b")).toBe(false);
  expect(registry.openSession(ID, "b")).toBeUndefined();
  close?.();
  expect(registry.openSession(ID, "b")).toBeDefined();
});

test("a build may come before its session", async () => {
  const registry = new BuildRegistry();
  const [mine, others] = [registry.ownsSession(ID, "a"), registry.ownsSession(ID, "b")];
  registry.openSession("another-session", "b");
  registry.openSession(ID, "a");
  expect([await mine, await others]).toEqual([true, false]);
});

test("a session that does not come is nobody's", async () => {
  vi.useFakeTimers();
  const waiting = new BuildRegistry().ownsSession(ID, "a");
  vi.advanceTimersByTime(5000);
  expect(await waiting).toBe(false);
  vi.useRealTimers();
});

test("what is no id is not waited for", () => {
  expect(new BuildRegistry().ownsSession("a\nb", "a")).toBe(false);
  expect(new BuildRegistry().openSession("", "a")).toBeUndefined();
});

test("a build's reference belongs to the first who names it", () => {
  const registry = new BuildRegistry();
  expect(registry.claimBuild("ref", "a")).toBe(true);
  expect(registry.claimBuild("ref", "a")).toBe(true);
  expect(registry.claimBuild("ref", "b")).toBe(false);
  for (let index = 0; index < 5000; index++) registry.claimBuild(`b${String(index)}`, "b");
  expect(registry.claimBuild("", "a")).toBe(false);
});
