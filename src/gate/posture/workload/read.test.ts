/** The body of a creation gives the verdicts that the container gives that it makes. */

import { expect, test } from "vitest";
import {
  dockerContainer,
  MASKED,
  READ_ONLY,
  type Json,
} from "../../../readers/container/testing.ts";
import { readContainer } from "../../../readers/container/read.ts";
import type { Workload } from "../../../model/workload.ts";
import { rules } from "../../../rules/registry.ts";
import { parseJsonText } from "../../wire/json/parse.ts";
import { checkJson } from "../../wire/json/check.ts";
import { wireType } from "../../api/types.ts";
import { rulesAtTheSocket } from "../ceiling/rules-at-the-socket.ts";
import type { ImageFact } from "../facts/facts.ts";
import { objectOf } from "../json.ts";
import { readStarted, startedBy } from "./read.ts";

const IMAGE: ImageFact = {
  kind: "image",
  id: "sha256:x",
  names: [],
  user: "",
  env: [],
  labels: new Map(),
  entrypoint: [],
  command: [],
};

function fromBody(config: Json, host: Json): Workload {
  const text = JSON.stringify({ Image: "example/app:1.4.2", ...config, HostConfig: host });
  const parsed = parseJsonText(text);
  const checked = parsed.ok
    ? checkJson(parsed.value, wireType("#ContainerCreateRequest"), 48)
    : parsed;
  if (!checked.ok) throw new Error(checked.refusal.message);
  return readStarted(startedBy(objectOf(checked.value), IMAGE));
}

function fromInspection(config: Json, host: Json): Workload {
  const [workload] = readContainer(dockerContainer({ config, host })).workloads;
  if (workload === undefined) throw new Error("no workload");
  return workload;
}

/** Of the rules that hold at the socket; places and help are each door's own. */
function verdicts(workload: Workload): string[] {
  return rules
    .filter(({ id }) => rulesAtTheSocket[id] === "judged")
    .flatMap((rule) =>
      rule.check(workload).map(({ severity, subject }) => `${rule.id} ${severity} ${subject}`),
    )
    .toSorted();
}

const BOUND = { Type: "bind", RW: true, Propagation: "rprivate" };

test.each<[string, Json, Json]>([
  ["nothing", {}, {}],
  ["a user", { User: "1000:1000" }, {}],
  ["a user by name", { User: "app" }, {}],
  ["root by figures", { User: "00" }, {}],
  ["privileged", {}, { Privileged: true, SecurityOpt: ["label=disable"] }],
  ["capabilities", {}, { CapAdd: ["SYS_ADMIN", "net_admin"], CapDrop: ["ALL"] }],
  ["all capabilities", {}, { CapAdd: ["ALL"] }],
  ["no filter", {}, { SecurityOpt: ["seccomp=unconfined"] }],
  ["no-new-privileges", {}, { SecurityOpt: ["no-new-privileges"] }],
  ["the host's network", {}, { NetworkMode: "host" }],
  ["the host's processes", {}, { PidMode: "host" }],
  ["another's memory", {}, { IpcMode: "container:x" }],
  ["unmasked", {}, { MaskedPaths: [], ReadonlyPaths: [] }],
  ["masked as usual", {}, { MaskedPaths: MASKED, ReadonlyPaths: READ_ONLY }],
  ["read-only", {}, { ReadonlyRootfs: true }],
  ["limits", {}, { Memory: 67_108_864, NanoCpus: 500_000_000, PidsLimit: 50 }],
  ["a quota", {}, { CpuQuota: 50_000, CpuPeriod: 100_000 }],
  ["a device", {}, { Devices: [{ PathOnHost: "/dev/sda", CgroupPermissions: "rwm" }] }],
  ["a rule for devices", {}, { DeviceCgroupRules: ["b *:* rwm"] }],
  ["a setting", {}, { Sysctls: { "kernel.core_pattern": "x" } }],
  ["a port", {}, { PortBindings: { "22/tcp": [{ HostPort: "22" }] } }],
  [
    "a port on loopback",
    {},
    { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "80" }] } },
  ],
])("the same verdicts: %s", (_, config, host) => {
  expect(verdicts(fromBody(config, host))).toEqual(verdicts(fromInspection(config, host)));
});

test.each<[string, string, boolean]>([
  ["the socket", "/var/run/docker.sock", false],
  ["the root, read-only", "/", true],
  ["/etc", "/etc", false],
  ["a folder of its own", "/srv/app", false],
])("the same verdicts on a bind of %s", (_, source, readOnly) => {
  const asked = fromBody({}, { Binds: [`${source}:/x${readOnly ? ":ro" : ""}`] });
  const [applied] = readContainer(
    dockerContainer({
      root: { Mounts: [{ ...BOUND, Source: source, Destination: "/x", RW: !readOnly }] },
    }),
  ).workloads;
  if (applied === undefined) throw new Error("no workload");
  expect(verdicts(asked)).toEqual(verdicts(applied));
});

test("a finding stands at its field", () => {
  const workload = fromBody({ User: "0" }, { Binds: ["/srv:/s", "/etc:/x"], PidMode: "host" });
  const places = rules.flatMap((rule) =>
    rule.check(workload).map(({ at }) => {
      const span = "kind" in at ? at.span : at;
      return `${rule.id} ${span?.file.path ?? ""}`;
    }),
  );
  expect(places).toContain("runs-as-root User");
  expect(places).toContain("sensitive-host-path HostConfig.Binds[1]");
  expect(places).toContain("host-namespace HostConfig.PidMode");
});

test("an image that was not looked at may run as root", () => {
  const workload = readStarted(startedBy(new Map([["Image", "app"]]), undefined));
  expect(workload.user.known).toBe(false);
});
