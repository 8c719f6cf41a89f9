import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JudgeContext } from "../../judge/contract.ts";
import { clientPolicy, gateRequest } from "../../testing.ts";
import { postureSteps } from "../steps.ts";
import { judgeArchiveBeginning } from "./archive.ts";

function archive(...options: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-archive-"));
  try {
    writeFileSync(join(folder, "file"), "content");
    return execFileSync("tar", ["-c", ...options, "-C", folder, "file"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const begin = (bytes: Uint8Array): string | undefined =>
  judgeArchiveBeginning(bytes.subarray(0, 512))?.rule;

test.each(["gnu", "ustar", "pax", "v7"])("a plain archive in the form %s passes", (form) => {
  expect(begin(archive(`--format=${form}`))).toBeUndefined();
});

test("an empty archive and an empty upload pass", () => {
  expect(begin(new Uint8Array(1024))).toBeUndefined();
  expect(begin(new Uint8Array())).toBeUndefined();
});

test("a compressed archive does not", () => {
  expect(begin(archive("-z"))).toBe("compressed-archive");
});

test.each<[string, readonly number[]]>([
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["bzip2", [0x42, 0x5a, 0x68, 0x39]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["a frame that zstd passes over", [0x53, 0x2a, 0x4d, 0x18]],
])("nor anything that begins as %s", (_, bytes) => {
  const block = new Uint8Array(512);
  block.set(bytes);
  expect(begin(block)).toBe("compressed-archive");
  expect(begin(Uint8Array.from(bytes))).toBe("compressed-archive");
});

test("a file whose name begins as a compressed stream is one for the engine", () => {
  const block = archive("--transform=s/file/BZh9/").slice(0, 512);
  expect(begin(block)).toBe("compressed-archive");
});

test("what is no archive does not pass", () => {
  expect(begin(new TextEncoder().encode("x".repeat(600)))).toBe("compressed-archive");
  expect(begin(new TextEncoder().encode("short"))).toBe("compressed-archive");
});

test("an upload into a container is asked for its beginning", async () => {
  const request = gateRequest("PUT", "/v1.48/containers/c/archive?path=/tmp");
  const context: JudgeContext = {
    client: clientPolicy("c", "allow: {containers: [copy-in]}"),
    engine: async () => ({ ok: false, why: "nobody is asked" }),
    host: { realPath: async () => "unseen" },
  };
  const result = await postureSteps[0]?.(request, context);
  expect(result?.denials).toEqual([]);
  expect(result?.upload?.(archive("-z").subarray(0, 512))?.rule).toBe("compressed-archive");
});
