import { expect, test } from "vitest";
import { isPortProtocol, isPortRange } from "./ports.ts";

test.each(["0", "80", "8000-8010", "65535"])("%s is a port", (text) => {
  expect(isPortRange(text)).toBe(true);
});

test.each(["", "foo", "-1", "65536", "10-9", "80-", "1-2-3", "8 0", "80.5"])(
  "%j is no port",
  (text) => {
    expect(isPortRange(text)).toBe(false);
  },
);

test("engines publish TCP, UDP and SCTP", () => {
  expect(["tcp", "UDP", "sctp", "icmp", ""].map(isPortProtocol)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
