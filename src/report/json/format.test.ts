import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { known, setAt, unknownFact } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import { checkWorkloads } from "../../rules/check-workload.ts";
import { fileOf, imageOf, sightingIn } from "../../rules/image-contents-testing.ts";
import { rules } from "../../rules/registry.ts";
import { somewhere } from "../../rules/testing.ts";
import { composeFile, report, shopReport, spanOf, workload } from "../testing.ts";
import type { Report } from "../contract.ts";
import { jsonPieces } from "./format.ts";

type Schema = Readonly<Record<string, unknown>>;
const schema = JSON.parse(
  readFileSync(new URL("../../../schema/report.schema.json", import.meta.url), "utf8"),
) as Schema;

/** The schema with every object closed, so that a property that it does not describe is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, closed(inner)]),
  );
  return Object.hasOwn(copy, "properties") && Object.hasOwn(copy, "type")
    ? { ...copy, additionalProperties: false }
    : copy;
}

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  closed(schema) as Schema,
);

function jsonFormat(shown: Report): string {
  return [...jsonPieces(shown)].join("");
}

function errorsOf(text: string): unknown {
  return validate(JSON.parse(text)) ? [] : validate.errors;
}

test("a report is valid by the schema, and the schema describes all of it", () => {
  expect(errorsOf(jsonFormat(shopReport()))).toEqual([]);
});

test("every kind of fact is valid by the schema", () => {
  expect(errorsOf(jsonFormat(report({ workloads: [everything(), bare()] })))).toEqual([]);
});

test("findings in images are valid by the schema, and the schema describes all of them", () => {
  const image = imageOf(
    {
      secrets: [
        sightingIn("/app/.npmrc", { state: { is: "deleted", byLayer: 7 }, aliases: ["/b"] }),
        sightingIn("/c", { encoding: "base64", detector: "jwt", checksum: "none" }),
        sightingIn("", { place: { image: "image:app:1.0", field: "config.Env[3]" } }),
      ],
      setuid: [fileOf("/bin/bash")],
    },
    { exposedPorts: [{ text: "80/tcp", origin: setAt(somewhere) }] },
  );
  const findings = checkWorkloads([image], rules);
  const text = jsonFormat(report({ workloads: [image], findings }));
  expect(errorsOf(text)).toEqual([]);
  const places = (JSON.parse(text) as { findings: { location: object }[] }).findings;
  expect(places.map(({ location }) => Object.keys(location).join(" ")).sort()).toEqual([
    "image field",
    "image layer path offset length",
    "image layer path offset length",
    "image layer path offset length",
  ]);
});

test("the schema refuses what is no report", () => {
  expect(validate({ schema: "plimsoll/report/v1" })).toBe(false);
});

test("lines and columns count from 1 and an unknown without a place has none", () => {
  const { findings, unknowns } = JSON.parse(jsonFormat(shopReport()));
  expect(findings[0].location).toEqual({
    path: "compose.yaml",
    line: 5,
    column: 9,
    endLine: 5,
    endColumn: 53,
  });
  expect(unknowns[1]).toMatchObject({ path: "chart/templates/web.yaml", line: null, column: null });
});

test("suppressed findings are in it, whatever the options", () => {
  const { findings, summary } = JSON.parse(jsonFormat(shopReport()));
  const suppressed = findings.filter((one: { suppressed: unknown }) => one.suppressed !== null);
  expect(suppressed).toHaveLength(summary.suppressed);
  expect(suppressed[0].suppressed).toEqual({
    by: "inline",
    reason: "writes a cache",
    until: "2027-01-31",
    location: null,
  });
});

test("facts are values or unknowns with origins, and variables have names only", () => {
  const text = jsonFormat(shopReport());
  const [, api, worker] = JSON.parse(text).workloads;
  expect(api.facts.limits.memoryBytes).toEqual({
    value: 536870912,
    origin: { kind: "set", path: "compose.yaml", line: 13, column: 16 },
  });
  expect(worker.facts.user.unknown.settle).not.toBe("");
  expect(api.facts.environment[0]).toMatchObject({ name: "DB_PASSWORD", from: "literal" });
  expect(text).not.toContain("correct-horse");
});

test("secrets in a command, a mount or an image are masked", () => {
  const text = jsonFormat(report({ workloads: [everything()] }));
  expect(text).toContain("--token");
  expect(text).not.toContain("hunter2");
});

const at = spanOf(composeFile, "worker:");
const origin = {
  kind: "set",
  span: at,
  derived: "default of `${X:-1}`",
  through: [{ span: at, label: "anchor" }],
} as const;
const inherited = {
  kind: "inherited",
  from: "the pod",
  span: at,
  source: "upstream",
  through: [{ span: at, label: "pod" }],
} as const;

function bare(): Workload {
  const { runtime: _, ...image } = workload("worker", at, "node:22", at);
  return { ...image, image: unknownFact("`${IMAGE}` has no value", "set IMAGE", origin) };
}

function everything(): Workload {
  const base = workload(
    "worker",
    at,
    "registry.example.com/a/b:1@sha256:" + "0".repeat(64),
    at,
    fill,
  );
  return {
    ...base,
    user: known({ ...parseUser("app:users"), verifiedNonRoot: true }, inherited),
    command: known(
      {
        entrypoint: { words: ["tool", "--token", "hunter2", "--password=hunter2"], shell: false },
        command: { words: ["DB_PASSWORD=hunter2 run\nAPI_KEY=hunter2"], shell: true },
      },
      origin,
    ),
    privilegeDrop: { tool: "gosu", to: "app", origin },
    env: [
      {
        name: "A",
        from: "reference",
        reference: { kind: "secret", name: "key a of Secret b" },
        surface: "environment",
        origin,
      },
      { name: "B", from: "unresolved", surface: "env-file", origin: inherited },
    ],
    execs: [
      {
        what: "preStop hook",
        user: known(parseUser("0"), origin),
        privileged: unknownFact("why", "settle", origin),
        origin,
      },
    ],
  };
}

function fill(runtime: Runtime): Partial<Runtime> {
  return {
    privileged: unknownFact("why", "settle", origin),
    capAdd: [{ text: "CAP_SYS_ADMIN", name: "SYS_ADMIN", origin }],
    capDrop: [{ text: "all", name: "ALL", origin }],
    seccomp: known(
      { mode: "custom", name: "p.json", unread: "it is missing", profile: { a: 1 } },
      origin,
    ),
    apparmor: known({ mode: "profile", name: "mine" }, origin),
    selinux: known({ mode: "custom", user: "u", role: "r", type: "t", level: "l" }, origin),
    namespaces: {
      ...runtime.namespaces,
      pid: known({ mode: "joined", target: "container db" }, origin),
    },
    limits: {
      memory: known(1.5, origin),
      cpus: known(undefined, origin),
      pids: unknownFact("why", "settle", origin),
    },
    mounts: [
      {
        type: "volume",
        source: "//me:hunter2hunter2@host/share".replace("//", "https://"),
        hostPath: "/",
        target: "/data",
        readOnly: false,
        propagation: "rshared",
        fileMode: 0o444,
        via: "volume-driver",
        origin,
      },
    ],
    devices: [{ path: "/dev/sda", target: "/dev/sdb", permissions: "rwm", form: "device", origin }],
    sysctls: [{ name: "kernel.shm_rmid_forced", value: "1", origin }],
    ports: [{ host: "80", container: "8080", protocol: "tcp", address: "127.0.0.1", origin }],
    groups: [{ text: "docker", origin }],
    serviceAccountToken: known(true, inherited),
    ociRuntime: known("runsc", origin),
    exactCapabilities: {
      bounding: ["KILL"],
      effective: [],
      permitted: [],
      inheritable: [],
      ambient: [],
      origin,
    },
  };
}
