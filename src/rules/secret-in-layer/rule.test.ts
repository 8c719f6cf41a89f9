import { expect, test } from "vitest";
import type { SecretSighting } from "../../model/image-contents.ts";
import { checkWorkloads } from "../check-workload.ts";
import { imageOf, layerOf, sightingIn } from "../image-contents-testing.ts";
import { somewhere, verdicts } from "../testing.ts";
import { rule } from "./rule.ts";

test.each<[Partial<SecretSighting>, string]>([
  [{}, "high"],
  [{ confidence: "medium" }, "medium"],
  [{ confidence: "low", checksum: "invalid" }, "low"],
  [{ detector: "private-key-encrypted", confidence: "medium" }, "low"],
  [{ detector: "aws-access-key-id", confidence: "medium" }, "info"],
  [{ state: { is: "deleted", byLayer: 4 } }, "high"],
  [{ state: { is: "overwritten", byLayer: 4 } }, "high"],
  [{ state: { is: "hidden", byLayer: 4 } }, "high"],
])("%j is %s", (sighting, severity) => {
  const [verdict] = verdicts(rule, imageOf({ secrets: [sightingIn("/app/x", sighting)] }));
  expect(verdict?.split(" ")[0]).toBe(severity);
});

test.each<[string, "high" | "low"]>([
  ["/usr/lib/python3.13/test/certdata/key.pem", "low"],
  ["/app/node_modules/jsonwebtoken/test/priv.pem", "low"],
  ["/usr/share/doc/openssl/examples/key.pem", "low"],
  ["/usr/share/man/de/man5/apt_auth.conf.5.gz!/apt_auth.conf.5", "low"],
  ["/usr/local/go/src/crypto/tls/example_test.go", "low"],
  ["/usr/lib/python3/dist-packages/jwt/test_api.py", "low"],
  ["/app/key_test.go", "high"],
  ["/app/test/key.pem", "high"],
  ["/app/node_modules/x/config.json", "high"],
  ["/usr/lib/ssl/private/key.pem", "high"],
])("a key at %s is %s", (path, severity) => {
  const [finding] = rule.check(imageOf({ secrets: [sightingIn(path)] }));
  expect(finding?.severity).toBe(severity);
});

test("a key ring is one finding for each kind", () => {
  const secrets = [
    ...Array.from({ length: 500 }, () => sightingIn("/root/keys")),
    sightingIn("/root/keys", { detector: "private-key", title: "private key" }),
    sightingIn("/root/other"),
  ];
  const findings = rule.check(imageOf({ secrets }));
  expect(findings.map(({ message }) => message)).toEqual([
    "GitHub token in /root/keys, 500 of them",
    "private key in /root/keys",
    "GitHub token in /root/other",
  ]);
  expect(findings[0]?.evidence?.count).toBe(500);
});

test("the gravest of several in a file decides, and different ones are named", () => {
  const named = (title: string, confidence: SecretSighting["confidence"]): SecretSighting =>
    sightingIn("/app/.env", { detector: "assigned-value", title, confidence });
  const [finding, ...others] = rule.check(
    imageOf({ secrets: [named("value for A_KEY", "low"), named("value for B_TOKEN", "high")] }),
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "high",
    message: "2 secrets in /app/.env (value for A_KEY and value for B_TOKEN)",
  });
});

test("versions of a file in several layers are findings of their own", () => {
  const secrets = [
    sightingIn("/a", { state: { is: "overwritten", byLayer: 2 } }, layerOf(1)),
    sightingIn("/a", {}, layerOf(2)),
  ];
  const findings = checkWorkloads([imageOf({ secrets })], [rule]);
  expect(findings.map(({ message }) => message).sort()).toEqual([
    "GitHub token in /a",
    "GitHub token in /a, overwritten in layer 2, still recoverable from layer 1",
  ]);
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
});

test("a fingerprint survives a new name, a new compression, other layers and another machine's key", () => {
  const fingerprints = [
    sightingIn("/a"),
    sightingIn("/a", { keyedHash: "cd".repeat(32) }),
    sightingIn("/a", {}, layerOf(1, { index: 3, digest: `sha256:${"e".repeat(64)}` })),
    sightingIn("/a", { state: { is: "deleted", byLayer: 9 } }),
  ].map((sighting, index) => {
    const source = {
      ...somewhere,
      file: { ...somewhere.file, path: `image:app:${String(index)}` },
    };
    const workload = imageOf(
      { secrets: [sighting] },
      { source, name: `image app:${String(index)}` },
    );
    return checkWorkloads([workload], [rule])[0]?.fingerprint;
  });
  expect(new Set(fingerprints).size).toBe(1);
  const other = checkWorkloads([imageOf({ secrets: [sightingIn("/b")] })], [rule])[0];
  expect(other?.fingerprint).not.toBe(fingerprints[0]);
});

test("a layer that several images share is one finding for all of them", () => {
  const images = ["a", "b"].map((name) =>
    imageOf(
      { secrets: [sightingIn("/etc/key")] },
      { id: name, source: { ...somewhere, file: { path: `image:${name}`, text: "{}" } } },
    ),
  );
  const findings = checkWorkloads(images, [rule]);
  expect(findings.map(({ workloads }) => workloads)).toEqual([["a", "b"]]);
});

test("what images make of a shared layer differently is told of each, with one fingerprint", () => {
  const states: SecretSighting["state"][] = [{ is: "live" }, { is: "deleted", byLayer: 2 }];
  const images = states.map((state, index) =>
    imageOf(
      { secrets: [sightingIn("/k", { state })] },
      {
        id: String(index),
        source: { ...somewhere, file: { path: `image:${String(index)}`, text: "{}" } },
      },
    ),
  );
  const findings = checkWorkloads(images, [rule]);
  expect(findings).toHaveLength(2);
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(1);
});

test("advice names the mount that the file's tool reads", () => {
  const help = (path: string): string =>
    rule.check(imageOf({ secrets: [sightingIn(path)] }))[0]?.help ?? "";
  expect(help("/app/.npmrc")).toContain("target=/root/.npmrc");
  expect(help("/root/.aws/credentials")).toContain("target=/root/.aws/credentials");
  expect(help("/root/.ssh/id_ed25519")).toContain("type=ssh");
  expect(help("/etc/app/token.txt")).toContain("id=token_txt,target=/etc/app/token.txt");
  for (const word of [
    "Replace the value first",
    "later layer does not help",
    "layer 1, made by RUN",
    "Compose or Swarm",
    "secret store",
    "Never by ARG, COPY or ENV",
  ]) {
    expect(help("/app/x")).toContain(word);
  }
});
