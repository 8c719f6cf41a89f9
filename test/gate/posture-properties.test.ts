/** Whatever a body asks for: what passes grants nothing of the host, and is what was judged. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { wireType } from "../../src/gate/api/types.ts";
import type { GateRequest, JudgeContext } from "../../src/gate/judge/contract.ts";
import { readHead } from "../../src/gate/judge/read-request.ts";
import { postureSteps } from "../../src/gate/posture/steps.ts";
import { gateRequest } from "../../src/gate/testing.ts";
import { checkJson } from "../../src/gate/wire/json/check.ts";
import { parseJsonText } from "../../src/gate/wire/json/parse.ts";
import type { JsonValue } from "../../src/gate/wire/json/value.ts";
import { writeJson } from "../../src/gate/wire/json/write.ts";
import { DEFAULT_VERSIONS } from "../../src/gate/wire/target.ts";
import { hostRootIn } from "./support/host-root-oracle.ts";
import { comparable, canonical, referenceDecode } from "./support/json-values.ts";
import { policyOf, scriptedEngine, scriptedHost } from "./support/judge-posture.ts";

const CREATE = wireType("#ContainerCreateRequest");
const GRANTED = { binds: ["/srv/app"], capabilities: ["NET_BIND_SERVICE"] };

/** One of the client's own containers, by its name and by its id. */
function inspected(name: string, digit: string, parts: object): Readonly<Record<string, unknown>> {
  const Id = digit.repeat(64);
  const container = { Id, Config: { Labels: { "dev.plimsoll.owner": "client" } }, ...parts };
  return { [`GET /containers/${name}/json`]: container, [`GET /containers/${Id}/json`]: container };
}

const context: JudgeContext = {
  client: policyOf([
    "grant: {binds: [{source: /srv/app, read-only: false}], capabilities: [NET_BIND_SERVICE], restart: true}",
  ]),
  engine: scriptedEngine({
    "GET /volumes/bad": { Name: "bad", Driver: "local", Options: { o: "bind", device: "/" } },
    ...inspected("mine", "a", { HostConfig: { NetworkMode: "bridge" } }),
    ...inspected("open", "b", {
      HostConfig: { NetworkMode: "host", PidMode: "host", IpcMode: "host" },
      Mounts: [{ Type: "bind", Source: "/", RW: true }],
    }),
  }),
  host: scriptedHost({ "/srv/link": "/", "/srv/other": "/srv/app" }),
};

async function judgeBody(body: JsonValue): Promise<{ request: GateRequest; passed: boolean }> {
  const empty = gateRequest("POST", "/v1.48/containers/create", { Image: "app:1" });
  const [step] = postureSteps;
  if (step === undefined) throw new Error("no step");
  const { request, denials } = await step({ ...empty, body }, context);
  return { request, passed: denials.length === 0 };
}

/** Values near the edges of what each field may hold; most bodies have but a few fields. */
const paths = fc.constantFrom(
  "/",
  "/etc",
  "/srv/app",
  "/srv/app/",
  "/srv/app/../app",
  "/srv/app/..",
  "/srv/link",
  "/srv/other",
  "/srv/appx",
  "//srv//app",
  "srv/app",
  "data",
  "bad",
  "",
);
const modes = fc.constantFrom(
  "",
  "host",
  "private",
  "container:mine",
  "container:open",
  "container:x",
  "bridge",
  "none",
  "default",
  "shareable",
  "HOST",
  "ns:/proc/1/ns/net",
);
const names = fc.constantFrom(
  "NET_BIND_SERVICE",
  "net_bind_service",
  "CAP_NET_BIND_SERVICE",
  "SYS_ADMIN",
  "all",
  "\u017fys_admin",
  "CHOWN",
  "",
);
const options = fc.constantFrom(
  "no-new-privileges",
  "no-new-privileges=true",
  "no-new-privileges:false",
  "no-new-privileges=1",
  "seccomp=unconfined",
  "seccomp=builtin",
  "apparmor=docker-default",
  "apparmor:unconfined",
  "label=disable",
  "disable",
  "writable-cgroups",
  "seccomp={}",
  "x",
);
const binds = fc
  .tuple(
    paths,
    fc.constantFrom("/x", ""),
    fc.constantFrom("", ":ro", ":rw", ":rshared", ":z", ":ro,rslave", ":x"),
  )
  .map(([source, target, mode]) => `${source}:${target}${mode}`);
const driverOptions = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  { type: "tmpfs", device: "tmpfs" },
  { type: "none", o: "bind", device: "/" },
  { o: "bind", device: "/srv/app" },
  { type: "nfs", device: ":/" },
  { type: "ext4", device: "/dev/sda" },
  { type: "none", o: "bind", device: "/srv/link" },
);
const mounts = fc.record(
  {
    Type: fc.constantFrom("bind", "volume", "tmpfs", "image", "npipe", "cluster", ""),
    Source: paths,
    Target: fc.constant("/x"),
    ReadOnly: fc.boolean(),
    BindOptions: fc.record(
      {
        Propagation: fc.constantFrom("", "rprivate", "rshared", "rslave"),
        ReadOnlyNonRecursive: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    VolumeOptions: fc.record(
      {
        DriverConfig: fc.record(
          { Name: fc.constantFrom("", "local", "plugin"), Options: driverOptions },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["Target"] },
);
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 2 });
const pick = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);
const hostConfig = fc.record(
  {
    Binds: few(binds),
    Mounts: few(mounts),
    Privileged: fc.boolean(),
    CapAdd: few(names),
    CapDrop: pick([], ["ALL"], ["CHOWN"]),
    SecurityOpt: few(options),
    PidMode: modes,
    IpcMode: modes,
    NetworkMode: modes,
    UTSMode: modes,
    UsernsMode: modes,
    CgroupnsMode: modes,
    Devices: pick(
      [],
      [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/x", CgroupPermissions: "r" }],
    ),
    DeviceCgroupRules: pick([], ["a *:* rwm"]),
    DeviceRequests: pick(
      [],
      [{ Count: -1, Capabilities: [["gpu"]] }],
      [{ Driver: "cdi", DeviceIDs: ["a/b=c"] }],
    ),
    VolumesFrom: pick([], ["open"], ["x"]),
    CgroupParent: pick("", "/x"),
    Runtime: pick("", "runc", "x"),
    VolumeDriver: pick("", "local2"),
    Annotations: pick({}, { a: "" }, { a: "b" }),
    MaskedPaths: pick([], ["/proc/kcore", "/proc/keys", "/sys/firmware", "/proc/sys"], ["/tmp"]),
    ReadonlyPaths: pick(
      [],
      ["/proc/bus", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
      ["/tmp"],
    ),
    LogConfig: pick(
      {},
      { Type: "json-file" },
      { Type: "syslog" },
      { Config: { "splunk-capath": "/x" } },
    ),
    Sysctls: pick({}, { "net.ipv4.tcp_syncookies": "1" }, { "kernel.core_pattern": "|x" }),
    ReadonlyRootfs: fc.boolean(),
  },
  { requiredKeys: [] },
);
const body = fc.record(
  {
    Image: fc.constant("app:1"),
    User: pick("", "0", "root", "00", "1000", "app", "root:app"),
    HostConfig: hostConfig,
    NetworkingConfig: pick({ EndpointsConfig: { host: {} } }, { EndpointsConfig: { default: {} } }),
    Labels: pick({}, { a: "b" }, { "traefik.enable": "" }),
  },
  { requiredKeys: ["Image"] },
);

/** The dangerous values are many: with two fields at a time, whichever, a good part of the bodies pass. */
const sparse = fc.tuple(body, fc.nat({ max: 30 })).map(([each, from]) => {
  const fields = Object.entries(each.HostConfig ?? {});
  const turned = fields.map((_, index) => fields[(index + from) % fields.length]);
  const two = turned.slice(0, 2).filter((field) => field !== undefined);
  return { Image: each.Image, User: each.User ?? "", HostConfig: Object.fromEntries(two) };
});

function canonicalOf(value: unknown): JsonValue | undefined {
  const parsed = parseJsonText(JSON.stringify(value));
  const checked = parsed.ok ? checkJson(parsed.value, CREATE, 48) : parsed;
  return checked.ok ? checked.value : undefined;
}

test("what passes grants nothing of the host that the policy does not", async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(sparse, body), async (written) => {
      const value = canonicalOf(written);
      fc.pre(value !== undefined);
      const judged = await judgeBody(value);
      if (!judged.passed) return;
      passed += 1;
      const json = writeJson(judged.request.body ?? null);
      expect(hostRootIn(json, GRANTED)).toEqual([]);
    }),
    { numRuns: 1500 },
  );
  expect(passed).toBeGreaterThan(60);
});

test("what goes to the engine is canonical, decodes to what was judged, and is judged alike again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(sparse.map(canonicalOf), canonical(CREATE)), async (value) => {
      fc.pre(value !== undefined);
      const { request, passed } = await judgeBody(value);
      const json = writeJson(request.body ?? null);
      expect(comparable(referenceDecode(json))).toEqual(comparable(request.body ?? null));
      const parsed = parseJsonText(json);
      const checked = parsed.ok ? checkJson(parsed.value, CREATE, 48) : parsed;
      expect(checked.ok && comparable(checked.value)).toEqual(comparable(request.body ?? null));
      if (!passed) return;
      const again = await judgeBody(request.body ?? null);
      expect(again.passed).toBe(true);
      expect(writeJson(again.request.body ?? null)).toBe(json);
    }),
    { numRuns: 500 },
  );
});

const BODIES: readonly (readonly [method: string, target: string, type: string])[] = [
  ["POST", "/v1.48/containers/create", "ContainerCreateRequest"],
  ["POST", "/v1.43/containers/create", "ContainerCreateRequest"],
  ["POST", "/v1.48/containers/c/update", "ContainerUpdateRequest"],
  ["POST", "/v1.48/containers/c/exec", "ContainerExecRequest"],
  ["POST", "/v1.48/commit", "ContainerConfig"],
  ["POST", "/v1.48/networks/create", "NetworkCreateRequest"],
  ["POST", "/v1.48/networks/n/connect", "NetworkConnectRequest"],
  ["POST", "/v1.48/volumes/create", "VolumeCreateRequest"],
  ["PUT", "/v1.48/volumes/v?version=1", "VolumeUpdateRequest"],
  ["POST", "/v1.48/services/create", "ServiceSpec"],
  ["POST", "/v1.48/services/s/update?version=1", "ServiceSpec"],
  ["POST", "/v1.48/secrets/create", "SecretSpec"],
  ["POST", "/v1.48/configs/create", "ConfigSpec"],
  ["POST", "/v1.48/swarm/init", "SwarmInitRequest"],
];

/** Everything is forced and much is granted, so that every part has something to do. */
const everything = policyOf([
  "allow: {containers: [all], networks: [all], volumes: [all], swarm: [services-write, secrets-write, configs-write, manage]}",
  'force: {user: "65532", network: audited, labels: {team: web}, seccomp-profile: "{\\"defaultAction\\":\\"SCMP_ACT_ERRNO\\"}"}',
  'grant: {privileged: true, binds: [{source: /, below: true, read-only: true}], ports: ["1-65535"], limits: {memory: 1g, pids: 100, cpus: 1, shm: 32m}}',
  "posture: {refuse: low}",
]);

test.each(BODIES)(
  "any body of %s %s is judged, and stays canonical",
  async (method, target, name) => {
    const type = wireType(`#${name}`);
    const head = readHead(method, target, [["content-type", "application/json"]], DEFAULT_VERSIONS);
    if (!head.ok) throw new Error(head.refusal.message);
    const minor = head.value.minor;
    await fc.assert(
      fc.asyncProperty(canonical(type), fc.boolean(), async (value, sees) => {
        const [step] = postureSteps;
        if (step === undefined) throw new Error("no step");
        const { engine } = context;
        const host = sees ? context.host : scriptedHost();
        const asked = { ...head.value, body: value };
        const { request, denials } = await step(asked, { client: everything, engine, host });
        const parsed = parseJsonText(writeJson(request.body ?? null));
        const checked = parsed.ok ? checkJson(parsed.value, type, minor) : parsed;
        expect(checked.ok && comparable(checked.value)).toEqual(comparable(request.body ?? null));
        for (const { at, message, rule, help = "" } of denials) {
          expect(message.length).toBeGreaterThan(5);
          expect(`${rule}${at}${message}${help}`).toMatch(/^[\x20-\x7e\u2026]*$/u);
        }
      }),
      { numRuns: 150 },
    );
  },
);
