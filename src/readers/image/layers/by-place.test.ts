import { expect, test } from "vitest";
import type { LayerSighting } from "./layer-report.ts";
import { weighed } from "./by-place.ts";

function at(path: string, detector = "private-key"): LayerSighting {
  return {
    path,
    detector,
    title: "x",
    confidence: "high",
    checksum: "none",
    encoding: "plain",
    offset: 0,
    length: 9,
  };
}

test.each([
  ["/usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3", "private-key", "low"],
  ["/usr/lib/x86_64-linux-gnu/libgnutls.a", "private-key", "low"],
  ["/lib64/libfoo-1.2.so", "private-key-encrypted", "low"],
  ["/usr/share/doc/curl/examples/x.c", "github-token", "low"],
  ["/usr/lib/x86_64-linux-gnu/libgnutls.so.30", "github-token", "high"],
  ["/usr/lib/app/server.so.conf", "private-key", "high"],
  ["/opt/app/lib/libapp.so", "private-key", "high"],
  ["/usr/lib/python3/dist-packages/key.pem", "private-key", "high"],
  ["/app/usr/share/doc/x", "private-key", "high"],
])("%s, %s: %s", (path, detector, confidence) => {
  expect(weighed(at(path, detector)).confidence).toBe(confidence);
});
