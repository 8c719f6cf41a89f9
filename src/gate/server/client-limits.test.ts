import { expect, test } from "vitest";
import { ClientLimits } from "./client-limits.ts";

function clocked() {
  let now = 1000;
  return { now: () => now, pass: (milliseconds: number) => void (now += milliseconds) };
}

test("a burst passes, then one by one as time passes", () => {
  const clock = clocked();
  const limits = new ClientLimits({ rate: { perSecond: 10, burst: 3 } }, clock.now);
  const admitted = (): boolean => limits.admit().ok;
  expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
  clock.pass(99);
  expect(admitted()).toBe(false);
  clock.pass(1);
  expect([admitted(), admitted()]).toEqual([true, false]);
  clock.pass(3_600_000);
  expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
});

test("a slow rate says when to come again", () => {
  const clock = clocked();
  const limits = new ClientLimits({ rate: { perSecond: 0.1, burst: 1 } }, clock.now);
  limits.admit();
  expect(limits.admit()).toEqual({ ok: false, why: "rate", retryAfterSeconds: 10 });
});

test("a clock that goes back gives nothing and takes nothing", () => {
  const clock = clocked();
  const limits = new ClientLimits({ rate: { perSecond: 1, burst: 1 } }, clock.now);
  limits.admit();
  clock.pass(-500);
  expect(limits.admit().ok).toBe(false);
  clock.pass(1000);
  expect(limits.admit().ok).toBe(true);
});

test("so many at a time, and a release counts once", () => {
  const limits = new ClientLimits({ concurrency: 2 }, clocked().now);
  const [first, second] = [limits.admit(), limits.admit()];
  expect(limits.admit()).toMatchObject({ ok: false, why: "concurrency" });
  if (!first.ok || !second.ok) throw new Error("two must be admitted");
  first.release();
  first.release();
  expect(limits.open).toBe(1);
  expect([limits.admit().ok, limits.admit().ok]).toEqual([true, false]);
});

test("a change of settings keeps what is open", () => {
  const limits = new ClientLimits({ concurrency: 5 }, clocked().now);
  limits.admit();
  limits.change({ concurrency: 1 });
  expect(limits.admit().ok).toBe(false);
});
