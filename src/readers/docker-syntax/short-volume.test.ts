import fc from "fast-check";
import { expect, test } from "vitest";
import { readShortVolume, sourceTypeOf } from "./short-volume.ts";

/** `type source>target rest`, and `!` for one that the engines refuse. */
function told(text: string): string {
  const { type, source, target, readOnly, propagation, malformed } = readShortVolume(
    text.split(":"),
  );
  const rest = [readOnly ? "ro" : "", propagation ?? "", malformed ? "!" : ""];
  return [type, `${source ?? ""}>${target}`, ...rest].filter((word) => word !== "").join(" ");
}

test.each([
  ["/data", "volume >/data"],
  ["data:/v", "volume data>/v"],
  ["./data:/v:ro", "bind ./data>/v ro"],
  ["~/x:/v:rw", "bind ~/x>/v"],
  ["/a:/b:ro,rw", "bind /a>/b"],
  ["/a:/b:z,rshared,ro", "bind /a>/b ro rshared"],
  ["/a:/b:readonly", "bind /a>/b"],
  ["C:\\data", "volume >C:\\data"],
  ["C:\\a:D:\\b:ro", "bind C:\\a>D:\\b ro"],
  ["c:/a:/b", "bind c:/a>/b"],
  ["\\\\server\\share:/b", "bind \\\\server\\share>/b"],
  ["\\\\.\\pipe\\docker_engine:\\\\.\\pipe\\x", "npipe \\\\.\\pipe\\docker_engine>\\\\.\\pipe\\x"],
  ["//./pipe/docker_engine://./pipe/x", "npipe //./pipe/docker_engine>//./pipe/x"],
  ["a:", "volume >a:"],
  ["", "volume > !"],
  [":/b", "volume >/b !"],
  ["/a:", "bind /a> !"],
  ["/a:/b:", "bind /a>/b !"],
  ["/a:/b:ro:x", "bind /a>/b ro !"],
])("%j", (text, expected) => {
  expect(told(text)).toBe(expected);
});

test("any text: the source begins it, the target follows", () => {
  const near = fc
    .array(fc.constantFrom(..."aZ:/\\.~,ro".split("")), { maxLength: 16 })
    .map((characters) => characters.join(""));
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const { source, target, type } = readShortVolume(text.split(":"));
      const begins = source === undefined ? target : `${source}:${target}`;
      expect(text.startsWith(begins)).toBe(true);
      expect(type).toBe(source === undefined ? "volume" : sourceTypeOf(source));
    }),
    { numRuns: 2000 },
  );
});
