import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "../model/fact.ts";
import { known, unknownFact } from "../model/fact.ts";
import type { ImageContents, SecretSighting } from "../model/image-contents.ts";
import { parseUser } from "../model/user.ts";
import type { Mount } from "../model/mounts.ts";
import type { Namespace } from "../model/namespaces.ts";
import type { Runtime } from "../model/runtime.ts";
import type { Workload, WorkloadKind } from "../model/workload.ts";
import { checkWorkloads } from "./check-workload.ts";
import { rules } from "./registry.ts";
import { minimalWorkload, written } from "./testing.ts";

const unknown = unknownFact("it is not at hand", "bring it", written);

function fact<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Fact<T>> {
  return fc.oneof(
    value.map((it) => known(it, written)),
    fc.constant(unknown),
  );
}

/** Words that rules look for, and anything else. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "/",
    "/etc",
    "/run/docker.sock",
    "../..",
    "~",
    "root",
    "0:0",
    "ALL",
    "tcp://",
    "",
  ),
);

const request = text.map((name) => ({ text: name, name: name.toUpperCase(), origin: written }));

const namespace: fc.Arbitrary<Namespace> = fc.record({
  mode: fc.constantFrom("own", "host", "pod", "joined", "shareable", "none"),
});

const mount: fc.Arbitrary<Mount> = fc
  .record(
    {
      type: fc.constantFrom("bind", "volume", "npipe", "other"),
      source: text,
      hostPath: text,
      target: text,
      readOnly: fc.boolean(),
      propagation: fc.constantFrom("shared", "rshared", "rslave"),
      via: fc.constantFrom("volume-driver", "api-socket"),
    },
    { requiredKeys: ["type", "readOnly"] },
  )
  .map((it) => ({ ...it, origin: written }));

const runtime: fc.Arbitrary<Partial<Runtime>> = fc.record({
  privileged: fact(fc.boolean()),
  capAdd: fc.array(request, { maxLength: 4 }),
  capDrop: fc.array(request, { maxLength: 4 }),
  noNewPrivileges: fact(fc.boolean()),
  seccomp: fact(
    fc.record({
      mode: fc.constantFrom("default", "unconfined", "custom", "not-set"),
      profile: fc.jsonValue(),
    }),
  ),
  apparmor: fact(fc.record({ mode: fc.constantFrom("default", "unconfined", "profile") })),
  selinux: fact(fc.record({ mode: fc.constantFrom("default", "disabled", "custom"), type: text })),
  procMask: fact(fc.constantFrom("masked", "unmasked")),
  namespaces: fc.record({
    network: fact(namespace),
    pid: fact(namespace),
    ipc: fact(namespace),
    uts: fact(namespace),
    user: fact(namespace),
    cgroup: fact(namespace),
  }),
  readOnlyRoot: fact(fc.boolean()),
  mounts: fc.array(mount, { maxLength: 4 }),
  devices: fc.array(
    fc
      .record({
        path: text,
        form: fc.constantFrom("device", "cgroup-rule", "gpu", "cdi", "block-volume"),
      })
      .map((it) => ({ ...it, origin: written })),
    { maxLength: 3 },
  ),
  sysctls: fc.array(
    fc.record({ name: text, value: text }).map((it) => ({ ...it, origin: written })),
    { maxLength: 3 },
  ),
  ports: fc.array(
    fc
      .record({ host: text, container: text, protocol: text, address: text })
      .map((it) => ({ ...it, origin: written })),
    { maxLength: 3 },
  ),
});

const layer = fc.record({ index: fc.nat(200), digest: text, createdBy: text });

const file = fc.record({
  path: text,
  layer,
  mode: fc.nat(0o7777),
  uid: fc.nat(2000),
  gid: fc.nat(2000),
});

const sighting: fc.Arbitrary<SecretSighting> = fc.record(
  {
    detector: fc.oneof(text, fc.constantFrom("aws-access-key-id", "default-credential")),
    title: text,
    confidence: fc.constantFrom("high", "medium", "low"),
    checksum: fc.constantFrom("valid", "invalid", "none"),
    encoding: fc.constantFrom("plain", "base64", "utf-16le", "utf-16be"),
    place: fc.oneof(
      fc.record({ image: text, layer, path: text, offset: fc.nat(), length: fc.nat() }),
      fc.record({
        image: text,
        field: fc.oneof(text, fc.constantFrom("history[0]", "attestation[1]", "config.Env[0]")),
      }),
    ),
    state: fc.oneof(
      fc.constant({ is: "live" } as const),
      fc.record({
        is: fc.constantFrom("overwritten", "deleted", "hidden"),
        byLayer: fc.nat(200),
      }),
    ),
    keyedHash: text,
    name: text,
    aliases: fc.array(text, { maxLength: 12 }),
  },
  { requiredKeys: ["detector", "title", "confidence", "checksum", "encoding", "place", "state"] },
);

const imageContents: fc.Arbitrary<ImageContents> = fc.record({
  image: text,
  layers: fc.array(layer, { maxLength: 3 }),
  secrets: fc.array(sighting, { maxLength: 8 }),
  setuid: fc.array(file, { maxLength: 4 }),
  capable: fc.array(
    fc
      .record({ it: file, permitted: fc.array(text, { maxLength: 10 }) })
      .map(({ it, permitted }) => ({ ...it, permitted, inheritable: [], effective: true })),
    { maxLength: 4 },
  ),
  writableCode: fc.array(file, { maxLength: 4 }),
});

const kinds: readonly WorkloadKind[] = [
  "dockerfile-stage",
  "compose-service",
  "kubernetes-container",
  "run-line",
  "image",
  "container",
  "oci-config",
];

const SECRET = "correct-horse-battery-staple";

const workload: fc.Arbitrary<Workload> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    runtime,
    user: fact(text.map(parseUser)),
    words: fc.array(text, { maxLength: 4 }),
    platform: fc.constantFrom("linux" as const, "windows" as const),
    contents: fc.option(imageContents),
  })
  .map(({ kind, runtime, user, words, platform, contents }) =>
    minimalWorkload(kind, runtime, {
      user,
      platform,
      ...(contents === null ? {} : { imageContents: contents }),
      command: known({ command: { words, shell: false } }, written),
      env: ["DOCKER_HOST", "PASSWORD"].map((name) => ({
        name,
        value: `tcp://${SECRET}:2375`,
        from: "literal",
        surface: "environment",
        origin: written,
      })),
    }),
  );

test("rules are total, give the same findings again, and never show a variable's value", () => {
  fc.assert(
    fc.property(workload, (it) => {
      const findings = checkWorkloads([it], rules);
      expect(checkWorkloads([it], rules)).toEqual(findings);
      for (const finding of findings) {
        const { message, detail, help, label, subject } = finding;
        expect(`${message}${detail}${help}${label}${subject}`).not.toContain(SECRET);
        expect(message).not.toBe("");
        expect(help).not.toBe("");
      }
    }),
    { numRuns: 300 },
  );
});

test("what is not known is no finding, except the user", () => {
  const facts = Object.fromEntries(
    [
      "privileged",
      "noNewPrivileges",
      "seccomp",
      "apparmor",
      "selinux",
      "procMask",
      "readOnlyRoot",
    ].map((name) => [name, unknown]),
  );
  const limits = { memory: unknown, cpus: unknown, pids: unknown };
  const it = minimalWorkload("compose-service", { ...facts, limits }, { user: unknown });
  const ids = checkWorkloads([it], rules).map(({ rule }) => rule);
  expect(ids.sort()).toEqual(["capabilities-not-dropped", "runs-as-root"]);
});
