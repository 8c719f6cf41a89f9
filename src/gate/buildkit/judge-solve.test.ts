import { expect, test } from "vitest";
import type { ClientPolicy, Grants } from "../policy/client-policy.ts";
import { clientPolicy } from "../testing.ts";
import { judgeBridgeSolve, judgeSolve, type BuildContext } from "./judge-solve.ts";
import { ProtoMessage, type ProtoValue } from "./proto/codec.ts";

const OPEN = clientPolicy("a", "allow: {build: [mediated], images: [pull]}, ownership: true");
const LIMITED = clientPolicy(
  "a",
  'allow: {build: [mediated], images: [pull]}, grant: {images: ["team/*"], registries: [docker.io, "registry.example:5000"], limits: {memory: 1g, cpus: 2}}',
);

const SESSION = "a1b2c3d4e5f6g7h8i9j0k1l2m";

function context(policy: ClientPolicy, changes: Partial<BuildContext> = {}): BuildContext {
  return {
    policy,
    sessions: new Set([SESSION]),
    appliesSourcePolicy: true,
    pullsAnew: false,
    engineId: "ENGINE",
    ...changes,
  };
}

const map = (record: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(record));
const message = (fields: Readonly<Record<string, ProtoValue>>): ProtoMessage =>
  new ProtoMessage(new Map(Object.entries(fields)));
const solve = (fields: Readonly<Record<string, ProtoValue>> = {}): ProtoMessage =>
  message({ Ref: "ref", Frontend: "dockerfile.v0", Session: SESSION, ...fields });
const withAttributes = (record: Readonly<Record<string, string>>): ProtoMessage =>
  solve({ FrontendAttrs: map(record) });
const exporting = (Type: string, record: Readonly<Record<string, string>>): ProtoMessage =>
  solve({ Exporters: [message({ Type, Attrs: map(record) })] });
const caching = (
  direction: "Exports" | "Imports",
  Type: string,
  record: Readonly<Record<string, string>>,
): ProtoMessage =>
  solve({ Cache: message({ [direction]: [message({ Type, Attrs: map(record) })] }) });

const refusalOf = (asked: ProtoMessage, policy = OPEN, changes: Partial<BuildContext> = {}) => {
  const judged = judgeSolve(asked, context(policy, changes));
  return judged.ok ? "passes" : judged.denial.rule;
};

test.each<[string, string, ProtoMessage]>([
  ["the gateway", "frontend-not-granted", solve({ Frontend: "gateway.v0" })],
  ["another's session", "not-yours", solve({ Session: "z9b2c3d4e5f6g7h8i9j0k1l2m" })],
  ["a session behind a prefix", "not-yours", solve({ Session: `x:${SESSION}` })],
  [
    "files of another's session",
    "build-attribute-refused",
    withAttributes({ "local-sessionid:context": "z9b2c3d4e5f6g7h8i9j0k1l2m" }),
  ],
  ["a source policy of its own", "unknown-field", solve({ SourcePolicy: message({}) })],
  ["privileged steps", "entitlement-not-granted", solve({ Entitlements: ["security.insecure"] })],
  [
    "steps on the host's network",
    "entitlement-not-granted",
    solve({ Entitlements: ["network.host"] }),
  ],
  ["a device", "entitlement-not-granted", solve({ Entitlements: ["device=all"] })],
  ["an exporter that is not known", "build-output-not-granted", exporting("verifier", {})],
  [
    "an image's configuration as an attribute",
    "build-output-not-granted",
    exporting("moby", { "containerimage.config": "{}" }),
  ],
  ["a name that the build gives", "build-output-not-granted", exporting("image", { name: "*" })],
  [
    "a name for what has none",
    "build-output-not-granted",
    exporting("image", { "dangling-name-prefix": "docker.io/library/alpine:latest" }),
  ],
  [
    "a push without the right",
    "build-output-not-granted",
    exporting("image", { name: "a/b", push: "true" }),
  ],
  [
    "a push by the old field",
    "build-output-not-granted",
    solve({
      ExporterDeprecated: "image",
      ExporterAttrsDeprecated: map({ name: "a/b", push: "1" }),
    }),
  ],
  [
    "a registry without TLS",
    "build-output-not-granted",
    exporting("oci", { "registry.insecure": "true" }),
  ],
  ["a cache by a push", "build-cache-refused", caching("Exports", "registry", { ref: "a/b" })],
  ["a cache in a cloud", "build-cache-refused", caching("Imports", "gha", { url: "http://x/" })],
  [
    "a cache with what is not known",
    "build-cache-refused",
    caching("Imports", "registry", { ref: "a/b", "registry.insecure": "true" }),
  ],
  [
    "a cache by the oldest fields",
    "build-cache-refused",
    solve({ Cache: message({ ImportRefsDeprecated: ["a/b"] }) }),
  ],
])("%s is refused", (_what, rule, asked) => {
  expect(refusalOf(asked)).toBe(rule);
});

test.each<[string, string]>([
  ["cmdline", "evil/frontend"],
  ["source", "evil/frontend"],
  ["build-arg:BUILDKIT_SYNTAX", "evil/frontend"],
  ["context", "http://169.254.169.254/latest"],
  ["context", "https://github.com/a/b.git"],
  ["contextkey", "target"],
  ["dockerfilekey", "vcs:source"],
  ["context:base", "https://evil.example/x.tar"],
  ["context:base", "git://evil.example/x"],
  ["context:base", "input:base"],
  ["context:base", "target:other"],
  ["input-metadata:base", "{}"],
  ["cgroup-parent", "/"],
  ["ulimit", "nofile=1:1"],
  ["force-network-mode", "host"],
  ["force-network-mode", "container:x"],
  ["add-hosts", "a=host-gateway"],
  ["override-copy-image", "evil"],
  ["gateway-devel", "true"],
  ["requestid", "moby.evil"],
  ["label:dev.plimsoll.image-owner", "other"],
  ["label:Dev.Plimsoll.owner", "other"],
  ["attest:evil", ""],
  ["attest:sbom", '"generator=evil/scanner"x'],
  ["cache-imports", '[{"Type":"local","type":"gha","Attrs":{}}]'],
  ["cache-imports", '[{"Type":"gha","Attrs":{"url":"http://169.254.169.254/"}}]'],
  ["cache-imports", '[{"Type":"registry","Attrs":{"ref":"a/b","insecure":"true"}}]'],
  ["cache-imports", "{}"],
  ["cache-imports", "no json"],
])(
  "the attribute %s=%s is refused, in a build and in one that the client drives",
  (name, value) => {
    expect(refusalOf(withAttributes({ [name]: value }))).toBe("build-attribute-refused");
    const driven = message({ Frontend: "dockerfile.v0", FrontendOpt: map({ [name]: value }) });
    const judged = judgeBridgeSolve(driven, context(OPEN));
    expect(judged.ok ? "passes" : judged.denial.rule).toBe("build-attribute-refused");
  },
);

test.each<[string, string]>([
  ["memory", "2147483648"],
  ["memory", "-1"],
  ["memswap", "-1"],
  ["context:base", "docker-image://other/base"],
  ["cache-from", "evil.example/cache"],
  ["attest:sbom", "generator=other/scanner"],
])("beyond the grants: %s=%s", (name, value) => {
  expect(refusalOf(withAttributes({ [name]: value }), LIMITED)).toBe("build-attribute-refused");
});

test("a build within a build is of a Dockerfile too", () => {
  for (const frontend of ["", "gateway.v0", "dockerfile.v1"]) {
    const judged = judgeBridgeSolve(message({ Frontend: frontend }), context(OPEN));
    expect(judged.ok ? "passes" : judged.denial.rule).toBe("frontend-not-granted");
  }
});

test("what buildx asks passes", () => {
  expect(
    refusalOf(
      withAttributes({
        filename: "Dockerfile",
        target: "one",
        platform: "linux/amd64",
        "no-cache": "",
        "image-resolve-mode": "local",
        "multi-platform": "true",
        "build-arg:A": "host-gateway",
        "label:a": "b",
        "attest:provenance": "mode=min,inline-only=true",
        "attest:sbom": "generator=docker/scanner,x=y",
        "context:x": "local:x",
        "context:y": "oci-layout://y@sha256:0",
        "context:z": "docker-image://docker.io/library/z",
        "local-sessionid:context": SESSION,
        "cache-imports": '[{"Type":"registry","Attrs":{"ref":"a/b"}}]',
        "vcs:source": "https://example.com",
        requestid: "frontend.lint",
      }),
    ),
  ).toBe("passes");
  expect(
    refusalOf(exporting("moby", { name: "docker.io/a/b:1,docker.io/a/c", "annotation.a": "b" })),
  ).toBe("passes");
  expect(refusalOf(exporting("local", { dest: "x" }))).toBe("passes");
  expect(refusalOf(caching("Exports", "inline", {}))).toBe("passes");
});

function attributesOf(policy: ClientPolicy, changes: Partial<BuildContext>, asked: ProtoMessage) {
  const judged = judgeSolve(asked, context(policy, changes));
  if (!judged.ok) throw new Error(judged.denial.message);
  return judged.message.texts("FrontendAttrs");
}

test("the gate's own attributes stand over the client's", () => {
  const asked = withAttributes({
    "build-arg:BUILDKIT_CACHE_MOUNT_NS": "other",
    "sharedkey:localdir:context": "other",
    "image-resolve-mode": "local",
  });
  const attributes = attributesOf(OPEN, { pullsAnew: true }, asked);
  expect(Object.fromEntries(attributes)).toEqual({
    cmdline: "",
    "build-arg:BUILDKIT_CACHE_MOUNT_NS": OPEN.owner,
    "image-resolve-mode": "pull",
    "label:dev.plimsoll.owner": "",
    "label:dev.plimsoll.image-owner": OPEN.owner,
    "label:dev.plimsoll.image-engine": "ENGINE",
  });
});

test("limits are those of the grants where the build asks for none", () => {
  const attributes = attributesOf(LIMITED, {}, withAttributes({ memory: "0" }));
  expect(attributes.get("memory")).toBe(String(1n << 30n));
  expect(attributes.get("cpuquota")).toBe("200000");
});

test("the list of caches is written anew", () => {
  const asked = withAttributes({
    "cache-imports": ' [ {"Attrs":{"ref":"x.example/y","ref":"a/b"},"Type":"registry"}]',
  });
  expect(attributesOf(OPEN, {}, asked).get("cache-imports")).toBe(
    '[{"Type":"registry","Attrs":{"ref":"a/b"}}]',
  );
});

/** As moby/buildkit's sourcepolicy/engine.go: the last rule that matches wins. */
function fetches(grants: Partial<Grants>, identifier: string): boolean {
  const policy = { ...OPEN, grants: { ...OPEN.grants, ...grants } };
  const judged = judgeSolve(solve(), context(policy));
  if (!judged.ok) throw new Error(judged.denial.message);
  let allowed = true;
  for (const rule of judged.message.message("SourcePolicy")?.list("rules") ?? []) {
    if (!(rule instanceof ProtoMessage)) continue;
    const pattern = rule.message("selector")?.text("identifier") ?? "";
    const regex = pattern.startsWith("(?s)")
      ? new RegExp(pattern.slice(4), "s")
      : new RegExp(pattern);
    if (regex.test(identifier)) allowed = rule.fields.get("action") === 0n;
  }
  return allowed;
}

test.each<[boolean, Partial<Grants>, string]>([
  [true, {}, "local://context"],
  [true, {}, "oci-layout://x@sha256:0"],
  [true, {}, "docker-image://docker.io/library/busybox:latest"],
  [false, {}, "http://169.254.169.254/latest"],
  [false, {}, "https://example.com/x"],
  [false, {}, "git://github.com/a/b"],
  [false, {}, "git://git@host:22/x\ndocker-image://x"],
  [false, {}, "docker-image+blob://docker.io/a/b"],
  [false, {}, "HTTP://x/"],
  [true, { images: ["team/*"] }, "docker-image://docker.io/team/a:1"],
  [true, { images: ["team/*"] }, "docker-image://docker.io/team/a:1@sha256:0"],
  [false, { images: ["team/*"] }, "docker-image://docker.io/library/a:1"],
  [false, { images: ["team/*"] }, "docker-image://evil.example/docker.io/team/a:1"],
  [false, { images: ["team/*"] }, "docker-image://docker.io/docker/dockerfile:1"],
  [false, { registries: new Set(["docker.io"]) }, "docker-image://ghcr.io/a/b:1"],
  [true, { registries: new Set(["docker.io"]) }, "docker-image://docker.io/a/b:1"],
  [true, { buildSources: ["https://*.example.com/*"] }, "https://a.example.com/b/c?d"],
  [false, { buildSources: ["https://*.example.com/*"] }, "https://evil.org/.example.com/x"],
  [false, { buildSources: ["https://*.example.com/*"] }, "https://u@evil.org#.example.com/x"],
  [false, { buildSources: ["https://example.com/*"] }, "https://example.com.evil.org/x"],
])("%s: with %j a build fetches %s", (expected, grants, identifier) => {
  expect(fetches(grants, identifier)).toBe(expected);
});

test("an engine without source policies builds nothing for who is held to images", () => {
  expect(refusalOf(solve(), LIMITED, { appliesSourcePolicy: false })).toBe("build-not-mediated");
  expect(refusalOf(solve(), OPEN, { appliesSourcePolicy: false })).toBe("passes");
});
