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

/** `layers`: a `b` for each that holds bytes, an `e` for each that holds none. */
function numbers(history: readonly HistoryEntry[], layers: string): readonly number[] {
  const isEmpty = layers.split("").map((letter) => letter === "e");
  return layerSteps(history, isEmpty).flatMap((is, index) => (is ? [index] : []));
}

describe("the steps that made layers", () => {
  const base = classic("", 100);

  test("those that added bytes", () => {
    const history = [
      base,
      buildKit("ENV A=1"),
      buildKit("COPY a b # buildkit", 5),
      buildKit('CMD ["a"]'),
    ];
    expect(numbers(history, "bb")).toEqual([0, 2]);
  });

  test("BuildKit's RUN makes one even when it did nothing, and WORKDIR where a layer is left for it", () => {
    const history = [
      base,
      buildKit("WORKDIR /srv"),
      buildKit("RUN /bin/sh -c true # buildkit"),
      buildKit("COPY a b # buildkit", 5),
    ];
    expect(numbers(history, "beeb")).toEqual([0, 1, 2, 3]);
    expect(numbers(history, "beb")).toEqual([0, 2, 3]);
  });

  test("the classic builder makes none where nothing changed: the order tells of the others", () => {
    const history = [
      base,
      classic("|1 TOKEN=abc /bin/sh -c true"),
      classic("/bin/sh -c #(nop) COPY file:b in /x ", 92),
      classic("|1 TOKEN=abc /bin/sh -c rm /x"),
      classic('/bin/sh -c #(nop)  CMD ["sh"]'),
    ];
    expect(numbers(history, "bbe")).toEqual([0, 2, 3]);
    expect(numbers(history, "beb")).toEqual([0, 1, 2]);
    expect(numbers(history, "bb")).toEqual([0, 2]);
    expect(numbers(history, "bebe")).toEqual([0, 1, 2, 3]);
  });

  test("of two that may have, the one that writes files", () => {
    const history = [
      base,
      classic("/bin/sh -c #(nop) WORKDIR /srv"),
      classic("/bin/sh -c touch /x"),
    ];
    expect(numbers(history, "be")).toEqual([0, 2]);
    expect(numbers(history, "bee")).toEqual([0, 1, 2]);
  });

  test("an engine that counts bytes otherwise: by the number", () => {
    const history = [base, buildKit("RUN rm /x # buildkit", 3584), classic("CMD x")];
    expect(numbers(history, "be")).toEqual([0, 1]);
  });

  test("a history that does not fit the layers tells nothing", () => {
    expect(numbers([base, buildKit("COPY a b # buildkit", 5)], "b")).toEqual([]);
    expect(numbers([base], "bbb")).toEqual([]);
    expect(numbers([], "be")).toEqual([]);
  });

  test("as many steps as layers, or none", () => {
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
    const layers = fc
      .array(fc.constantFrom("b", "e"), { maxLength: 12 })
      .map((letters) => letters.join(""));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), layers, (history, kinds) => {
        expect([0, kinds.length]).toContain(numbers(history, kinds).length);
      }),
    );
  });
});
