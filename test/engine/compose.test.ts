/** What the library of Docker Compose makes of projects is what Plimsoll says of their services. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Fact } from "../../src/model/fact.ts";
import type { CommandLine } from "../../src/model/command.ts";
import type { Namespace } from "../../src/model/namespaces.ts";
import type { Workload } from "../../src/model/workload.ts";
import { undecidedFacts } from "../../src/readers/undecided.ts";
import { readCompose } from "../../src/readers/compose/read.ts";
import type { Reading } from "../../src/readers/contract.ts";
import { memoryFiles } from "../../src/readers/memory-files.ts";
import type { OracleAnswer } from "../support/compose-oracle.ts";
import { composeOracle } from "../support/compose-oracle.ts";
import { differences } from "../support/differences.ts";
import type { ComposeProject } from "./compose-projects.ts";
import { composeProjects } from "./compose-projects.ts";

const oracle = composeOracle();
const missing = "missing" in oracle ? oracle.missing : undefined;
const top = mkdtempSync(join(tmpdir(), "plimsoll-compose-"));

describe.skipIf(missing !== undefined)(
  `projects as compose-go resolves them (${missing ?? "here"})`,
  () => {
    const answers = "resolve" in oracle ? oracle.resolve(composeProjects.map(write)) : [];
    afterAll(() => {
      if ("remove" in oracle) oracle.remove();
      rmSync(top, { recursive: true, force: true });
    });

    test.each(composeProjects.map((project, index) => ({ ...project, index })))(
      "$name",
      ({ index, ...project }) => {
        const names = project.merged ?? ["compose.yaml"];
        const files = memoryFiles(project.files);
        const sources = names.flatMap((name) => {
          const read = files.read(name);
          return read.ok ? [read.file] : [];
        });
        const reading = readCompose(sources, { files, environment: project.environment ?? {} });
        expect(compare(project, reading, answers[index])).toEqual(expectedOf(project));
      },
    );
  },
);

/** Where what Plimsoll says of the services and what compose-go makes of them differ. */
function compare(
  project: ComposeProject,
  reading: Reading,
  answer: OracleAnswer | undefined,
): string[] {
  if (project.refused === true) {
    const refused = answer !== undefined && "error" in answer;
    const noticed =
      reading.unknowns.length > 0 ||
      reading.workloads.some((workload) => undecidedFacts(workload).length > 0);
    return [refused ? "refused" : "accepted", noticed ? "noticed" : "unnoticed"];
  }
  if (answer === undefined || "error" in answer) return [answer?.error ?? "no answer"];
  const services = answer.project.services ?? {};
  const names = reading.workloads.map(({ name }) => name.replace("service ", "")).sort();
  const lines = [
    ...differences({ services: names }, { services: Object.keys(services).sort() }),
    ...reading.workloads.flatMap((workload) => {
      const service = services[workload.name.replace("service ", "")];
      if (service === undefined) return [];
      return differences(claimedOf(workload), resolvedOf(service as Service, workload)).map(
        (line) => `${workload.name}: ${line}`,
      );
    }),
  ];
  return project.differs !== undefined && lines.length > 0 ? ["differs"] : lines;
}

function expectedOf({ refused, differs }: ComposeProject): string[] {
  if (refused === true) return ["refused", "noticed"];
  return differs === undefined ? [] : ["differs"];
}

/** Writes a project to disk and gives the question to ask of the oracle. */
function write(project: ComposeProject, index: number) {
  const dir = join(top, String(index));
  mkdirSync(dir, { recursive: true });
  for (const [path, text] of Object.entries(project.files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const files = (project.merged ?? ["compose.yaml"]).map((name) => join(dir, name));
  return { dir, files, environment: project.environment ?? {} };
}

/** The fields of a service that are compared, as compose-go writes them. */
interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly command?: readonly string[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly deploy?: {
    readonly resources?: {
      readonly limits?: {
        readonly cpus?: string;
        readonly memory?: string;
        readonly pids?: number;
      };
    };
  };
  readonly pid?: string;
  readonly ipc?: string;
  readonly uts?: string;
  readonly userns_mode?: string;
  readonly network_mode?: string;
  readonly group_add?: readonly string[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly tmpfs?: readonly string[];
  readonly devices?: readonly {
    readonly source: string;
    readonly target?: string;
    readonly permissions?: string;
  }[];
  readonly volumes?: readonly {
    readonly type: string;
    readonly source?: string;
    readonly target: string;
    readonly read_only?: boolean;
    readonly bind?: { readonly propagation?: string };
  }[];
}

function claimedOf({ image, user, command, env, runtime }: Workload) {
  if (runtime === undefined) throw new Error("a service has runtime facts");
  const words = (line: CommandLine | undefined) => line?.words;
  const line = command.known ? command.value : {};
  const { limits, namespaces, mounts } = runtime;
  return {
    image: image.known ? image.value.text : "unknown",
    user: user.origin.kind !== "set" ? "" : user.known ? user.value.text : "unknown",
    privileged: valueOf(runtime.privileged),
    readOnly: valueOf(runtime.readOnlyRoot),
    capAdd: runtime.capAdd.map(({ text }) => text).sort(),
    capDrop: runtime.capDrop.map(({ text }) => text).sort(),
    entrypoint: words(line.entrypoint),
    command: words(line.command),
    environment: effective(env),
    noNewPrivileges: valueOf(runtime.noNewPrivileges),
    seccomp: runtime.seccomp.known ? runtime.seccomp.value.mode : "unknown",
    apparmor: runtime.apparmor.known ? runtime.apparmor.value.mode : "unknown",
    memory: valueOf(limits.memory),
    cpus: valueOf(limits.cpus),
    pids: valueOf(limits.pids),
    namespaces: [namespaces.pid, namespaces.ipc, namespaces.uts, namespaces.user].map(modeOf),
    network: modeOf(namespaces.network),
    groups: runtime.groups.map(({ text }) => text).sort(),
    sysctls: runtime.sysctls.map(({ name, value }) => `${name}=${value}`).sort(),
    devices: runtime.devices
      .map(({ path, target, permissions }) => `${path} ${target ?? path} ${permissions ?? "rwm"}`)
      .sort(),
    mounts: mounts
      .map(({ type, source, target, readOnly, propagation }) =>
        mountText(type, source, target, readOnly, propagation),
      )
      .sort(),
  };
}

/** The last of each name, as a container is given it. */
function effective(env: Workload["env"]): string[] {
  const values = new Map(
    env.map(({ name, value, from }) => [name, from === "literal" ? (value ?? "") : null]),
  );
  return [...values].map(([name, value]) => (value === null ? name : `${name}=${value}`)).sort();
}

function mountText(
  type: string,
  source = "",
  target = "",
  readOnly = false,
  propagation = "",
): string {
  // A path of the project is kept as it is written; compose-go makes it absolute.
  const ofProject = source.startsWith(".") || source.startsWith(top);
  const from = type === "tmpfs" ? "" : ofProject ? `… ${basename(source)}` : source;
  return [type, from, target, readOnly ? "ro" : "rw", propagation].join(" ").trim();
}

function valueOf<T>(fact: Fact<T>): T | "unknown" {
  return fact.known ? fact.value : "unknown";
}

function modeOf(fact: Fact<Namespace>): string {
  if (!fact.known) return "unknown";
  return fact.value.mode === "own" || fact.origin.kind === "default" ? "" : fact.value.mode;
}

function resolvedOf(service: Service, workload: Workload): ReturnType<typeof claimedOf> {
  const options = new Map(
    (service.security_opt ?? []).map((option) => {
      const at = option.search(/[=:]/);
      return at < 0 ? [option, "true"] : [option.slice(0, at), option.slice(at + 1)];
    }),
  );
  // A value that the caller or a further file decides is not Plimsoll's to tell.
  const literal = new Set(
    workload.env.flatMap(({ name, from }) => (from === "literal" ? [name] : [])),
  );
  const mode = (name: string) => (options.get(name) === "unconfined" ? "unconfined" : "default");
  const limits = service.deploy?.resources?.limits;
  const number = (value: string | number | undefined) =>
    value === undefined || Number(value) <= 0 ? undefined : Number(value);
  return {
    image: service.image ?? "unknown",
    user: service.user ?? "",
    privileged: service.privileged ?? false,
    readOnly: service.read_only ?? false,
    capAdd: [...(service.cap_add ?? [])].sort(),
    capDrop: [...(service.cap_drop ?? [])].sort(),
    entrypoint: service.entrypoint ?? undefined,
    command: service.command ?? undefined,
    environment: Object.entries(service.environment ?? {})
      .map(([name, value]) => (value === null || !literal.has(name) ? name : `${name}=${value}`))
      .sort(),
    noNewPrivileges: options.get("no-new-privileges") === "true",
    seccomp: mode("seccomp"),
    apparmor: mode("apparmor"),
    memory: number(limits?.memory ?? service.mem_limit),
    cpus: number(limits?.cpus ?? service.cpus),
    pids: number(limits?.pids ?? service.pids_limit),
    namespaces: [service.pid, service.ipc, service.uts, service.userns_mode].map(
      (text) => text ?? "",
    ),
    network: service.network_mode ?? "",
    groups: [...(service.group_add ?? [])].sort(),
    sysctls: Object.entries(service.sysctls ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
    devices: (service.devices ?? [])
      .map(
        ({ source, target, permissions }) =>
          `${source} ${target ?? source} ${permissions ?? "rwm"}`,
      )
      .sort(),
    mounts: [
      ...(service.volumes ?? []).map(({ type, source, target, read_only, bind }) =>
        mountText(type, source, target, read_only, bind?.propagation),
      ),
      ...(service.tmpfs ?? []).map((text) => mountText("tmpfs", "", text.split(":")[0])),
    ].sort(),
  };
}
