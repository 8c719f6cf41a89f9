import fc from "fast-check";
import { expect, test } from "vitest";
import { readShortPort } from "./short-port.ts";

/** `address host container protocol`, as the posture is told elsewhere. */
function told(text: string, outline?: string): string {
  const { address, host, container, protocol } = readShortPort(text, outline);
  return `${address ?? "*"} ${host ?? "any"} ${container} ${protocol}`;
}

test.each([
  ["80", "* any 80 tcp"],
  ["8080:80", "* 8080 80 tcp"],
  ["53:53/udp", "* 53 53 udp"],
  ["53:53/UDP", "* 53 53 udp"],
  ["80/", "* any 80 tcp"],
  ["8000-8010:9000-9010", "* 8000-8010 9000-9010 tcp"],
  ["127.0.0.1:5432:5432", "127.0.0.1 5432 5432 tcp"],
  ["127.0.0.1::5432", "127.0.0.1 any 5432 tcp"],
  ["[::1]:81:80", "::1 81 80 tcp"],
  ["::1:81:80", "::1 81 80 tcp"],
  [":80", "* any 80 tcp"],
  ["", "* any  tcp"],
  ["80/tcp/udp", "* any 80 tcp/udp"],
])("%j", (text, expected) => {
  expect(told(text)).toBe(expected);
});

test("what the outline hides is not taken apart", () => {
  expect(told("${P:-1/2}:80", "$$$$$$$$$:80")).toBe("* ${P:-1/2} 80 tcp");
  expect(told("80/$PROTO", "80/$$$$$$")).toBe("* any 80 $PROTO");
});

test("any text: the parts are taken from it", () => {
  const near = fc
    .array(fc.constantFrom(..."09:/[]-tcp".split("")), { maxLength: 16 })
    .map((characters) => characters.join(""));
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const { address = "", host = "", container, protocol } = readShortPort(text);
      for (const part of [address, host, container]) expect(text).toContain(part);
      expect(protocol === "tcp" || text.toLowerCase().endsWith(protocol.toLowerCase())).toBe(true);
      expect(container).not.toMatch(/[:/]/);
    }),
    { numRuns: 2000 },
  );
});
