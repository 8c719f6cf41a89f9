import fc from "fast-check";
import { expect, test } from "vitest";
import {
  familiarRepository,
  isWindowsImage,
  parseDynamicTag,
  parseImageReference,
} from "./image-reference.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

test.each([
  ["node", "docker.io/library/node", undefined, undefined],
  ["node:22-alpine", "docker.io/library/node", "22-alpine", undefined],
  ["bitnami/redis", "docker.io/bitnami/redis", undefined, undefined],
  ["index.docker.io/library/node:22", "docker.io/library/node", "22", undefined],
  ["docker.io/node", "docker.io/library/node", undefined, undefined],
  ["localhost/app", "localhost/app", undefined, undefined],
  ["localhost:5000/a/b:1", "localhost:5000/a/b", "1", undefined],
  ["ghcr.io/a/b@" + DIGEST, "ghcr.io/a/b", undefined, DIGEST],
  ["ghcr.io/a/b:1.2@" + DIGEST, "ghcr.io/a/b", "1.2", DIGEST],
  ["scratch", "scratch", undefined, undefined],
])("%s", (text, repository, tag, digest) => {
  const reference = parseImageReference(text);
  expect(reference?.repository).toBe(repository);
  expect(reference?.tag).toBe(tag);
  expect(reference?.digest).toBe(digest);
});

test.each(["", " ", "a b", "$IMAGE", "${IMAGE}:1", "{{ .Values.image }}", "@sha256:abc"])(
  "%j is no reference",
  (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  },
);

test("the familiar form leaves out what everybody leaves out", () => {
  expect(familiarRepository("docker.io/library/node")).toBe("node");
  expect(familiarRepository("docker.io/bitnami/redis")).toBe("bitnami/redis");
  expect(familiarRepository("ghcr.io/a/b")).toBe("ghcr.io/a/b");
});

test("any text is a reference or none, quickly", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 500 }), (text) => {
      const reference = parseImageReference(text);
      if (reference !== undefined) expect(reference.repository).not.toBe("");
    }),
  );
  expect(parseImageReference("a:".repeat(50_000))).toBeUndefined();
});

test.each([
  ["api:$TAG", "docker.io/library/api"],
  ["ghcr.io/shop/api:${{ github.sha }}", "ghcr.io/shop/api"],
  ["localhost:5000/api:v1-${TAG:-a/b}", "localhost:5000/api"],
  ["shop/api@${DIGEST}", "docker.io/shop/api"],
  ["shop/api:1@$DIGEST", "docker.io/shop/api"],
  ["shop/api:{{ .Values.tag }}", "docker.io/shop/api"],
  ["shop/api:`git describe`", "docker.io/shop/api"],
])("%s has a known repository and an open tag", (text, repository) => {
  expect(parseDynamicTag(text)).toMatchObject({ text, repository, dynamicTag: true });
});

test.each([
  "$IMAGE",
  "$REGISTRY/api:1",
  "localhost:$PORT/api",
  "localhost:${PORT}/api:1",
  "api$SUFFIX:1",
  "api",
  "api:1",
  ":$TAG",
  "api:$TAG --flag",
  "api:$TAG/x",
])("of %s no repository is known", (text) => {
  expect(parseDynamicTag(text)).toBeUndefined();
});

test("takes any text for a reference with an open tag", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z:@/${}().`-]{0,40}$/), (text) => {
      const reference = parseDynamicTag(text);
      expect(
        reference === undefined ||
          text.startsWith(familiarRepository(reference.repository).slice(0, 1)) ||
          text.includes("/"),
      ).toBe(true);
    }),
  );
});

test.each<[string, boolean]>([
  ["mcr.microsoft.com/windows/nanoserver:ltsc2022", true],
  ["mcr.microsoft.com/windows/servercore/iis:x", true],
  ["mcr.microsoft.com/dotnet/framework/aspnet:4.8", true],
  ["microsoft/nanoserver", true],
  ["golang:1.25-windowsservercore-ltsc2022", true],
  ["mcr.microsoft.com/dotnet/aspnet:8.0", false],
  ["mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022", true],
  ["dockurr/windows", false],
  ["example/windows-exporter:1", false],
  ["nginx", false],
])("%s holds a Windows: %s", (text, expected) => {
  const reference = parseImageReference(text);
  expect(reference !== undefined && isWindowsImage(reference)).toBe(expected);
});
