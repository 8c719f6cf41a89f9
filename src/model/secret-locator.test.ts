import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImagePlace, SecretSighting } from "./image-contents.ts";
import { formatLocator, parseLocator, standsAt } from "./secret-locator.ts";

const hash = "5d1792137248130476c9b52bb5838b5e106599d1d45b46fab17390cbcfea28c0";
const digest = `sha256:${"ab".repeat(32)}`;

function sighting(place: ImagePlace): SecretSighting {
  return {
    detector: "npm-token",
    title: "npm token",
    confidence: "high",
    checksum: "valid",
    encoding: "plain",
    state: { is: "live" },
    keyedHash: hash,
    place,
  };
}

describe("locators of secrets", () => {
  it("are one readable word", () => {
    const layer = { index: 4, digest };
    expect(
      formatLocator(
        sighting({ image: "archive:app.tar", layer, path: "/app/.npmrc", offset: 33, length: 40 }),
      ),
    ).toBe("archive:app.tar#sha256:abababababab/app/.npmrc@33+40=5d17921372481304");
    expect(formatLocator(sighting({ image: "image:app:1.0", field: "config.Env[3]" }))).toBe(
      "image:app:1.0#field/config.Env[3]=5d17921372481304",
    );
  });

  it("lead back to the sighting, whatever its names", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
      .filter((name) => name.isWellFormed());
    const layerPlace = fc.record({
      path: text.map((name) => `/${name}`),
      offset: fc.nat(),
      length: fc.nat(),
    });
    fc.assert(
      fc.property(fc.oneof(layerPlace, fc.record({ field: text })), (place) => {
        const found = sighting(
          "field" in place
            ? { image: "oci:dir", field: place.field }
            : { image: "oci:dir", layer: { index: 0, digest }, ...place },
        );
        const locator = formatLocator(found);
        expect(locator).toMatch(/^[^\s'"`$\\<>|&;*?]+$/);
        const parsed = parseLocator(locator);
        expect(parsed).toBeDefined();
        if (parsed !== undefined) expect(standsAt(found, parsed)).toBe(true);
      }),
    );
  });

  it.each(["", "archive:x", "archive:x#sha256:ab/p@1+2=12345678", "x#field/%E0%A4%A=12345678"])(
    "%j is none",
    (text) => {
      expect(parseLocator(text)).toBeUndefined();
    },
  );
});
