import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../../engine/calls/images.ts";
import { layerSteps } from "./engine-config.ts";

const buildKit = (createdBy: string, bytes = 0): HistoryEntry => ({
  createdBy,
  bytes,
  comment: "buildkit.dockerfile.v0",
});
const classic = (createdBy: string, bytes = 0): HistoryEntry => ({ createdBy, bytes });

function numbers(history: readonly HistoryEntry[], layers: number): readonly number[] {
  return layerSteps(history, layers).flatMap((is, index) => (is ? [index] : []));
}

describe("the steps that made layers", () => {
  const import_ = classic("", 100);

  test("those that added bytes", () => {
    const history = [
      import_,
      buildKit("ENV A=1"),
      buildKit("COPY a b # buildkit", 5),
      buildKit('CMD ["a"]'),
    ];
    expect(numbers(history, 2)).toEqual([0, 2]);
  });

  test("BuildKit's RUN makes one even when it did nothing, and WORKDIR where the number says so", () => {
    const history = [
      import_,
      buildKit("RUN /bin/sh -c true # buildkit"),
      buildKit("WORKDIR /srv"),
      buildKit("COPY a b", 5),
    ];
    expect(numbers(history, 4)).toEqual([0, 1, 2, 3]);
    expect(numbers(history, 3)).toEqual([0, 1, 3]);
  });

  test("the classic builder makes none where nothing changed: what cannot be told is not guessed", () => {
    const history = [
      import_,
      classic("|1 TOKEN=abc /bin/sh -c true"),
      classic("/bin/sh -c #(nop) WORKDIR /srv"),
      classic("/bin/sh -c #(nop) COPY file:b in /x ", 92),
      classic('/bin/sh -c #(nop)  CMD ["sh"]'),
    ];
    expect(numbers(history, 4)).toEqual([0, 1, 2, 3]);
    expect(numbers(history, 2)).toEqual([0, 3]);
    expect(numbers(history, 3)).toEqual([0]);
  });

  test("a history that does not fit the layers tells nothing", () => {
    expect(numbers([import_, buildKit("COPY a b", 5)], 1)).toEqual([]);
    expect(numbers([import_], 3)).toEqual([]);
    expect(numbers([], 3)).toEqual([]);
  });

  test("never more steps than layers", () => {
    const step = fc.record({
      createdBy: fc.constantFrom(
        "RUN x # buildkit",
        "/bin/sh -c x",
        "ENV A=1",
        "",
        "WORKDIR /a",
        "COPY a b",
      ),
      bytes: fc.constantFrom(0, 0, 7),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat({ max: 12 }), (history, layers) => {
        expect(numbers(history, layers).length).toBeLessThanOrEqual(layers);
      }),
    );
  });
});
