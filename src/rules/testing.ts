/** Workloads for tests: the smallest one that does what is asked, and a way to change one thing. */

import type { SetOrigin } from "../model/fact.ts";
import { known, setAt } from "../model/fact.ts";
import type { Span } from "../model/source.ts";
import { parseUser } from "../model/user.ts";
import type { Mount } from "../model/mounts.ts";
import type { Runtime } from "../model/runtime.ts";
import type { EngineName, Workload, WorkloadKind } from "../model/workload.ts";
import { defaultRuntime } from "../readers/default-runtime.ts";
import type { FindingDraft, Rule } from "./contract.ts";

/** A place in a file that does not matter. */
export const somewhere: Span = { file: { path: "test.yaml", text: "app: {}\n" }, start: 0, end: 3 };
/** The origin of what a test sets. */
export const written: SetOrigin = setAt(somewhere);

const engineOf: Readonly<Record<WorkloadKind, EngineName>> = {
  "dockerfile-stage": "docker",
  "compose-service": "docker",
  "kubernetes-container": "kubernetes",
  "run-line": "docker",
  image: "docker",
  container: "docker",
  "oci-config": "oci",
};

const digest = `sha256:${"0".repeat(64)}`;
const pinnedImage = {
  text: `example/app@${digest}`,
  repository: "docker.io/example/app",
  digest,
} as const;

/** A container of which nothing is written but a user; `runtime` replaces single facts. */
export function minimalWorkload(
  kind: WorkloadKind,
  runtime: Partial<Runtime> = {},
  rest: Partial<Workload> = {},
): Workload {
  const engine = rest.engine ?? engineOf[kind];
  const image = kind === "dockerfile-stage" || kind === "image";
  return {
    id: "test.yaml#app",
    kind,
    name: "app",
    source: somewhere,
    engine,
    platform: "linux",
    image: known(pinnedImage, written),
    user: known(parseUser("1000:1000"), written),
    command: known({}, written),
    env: [],
    execs: [],
    unknowns: [],
    places: [],
    ...(image ? {} : { runtime: { ...defaultRuntime(engine, somewhere), ...runtime } }),
    ...rest,
  };
}

/** A bind mount of a host path. */
export function bindMount(hostPath: string, rest: Partial<Mount> = {}): Mount {
  return {
    type: "bind",
    source: hostPath,
    hostPath,
    target: "/mnt",
    readOnly: false,
    origin: written,
    ...rest,
  };
}

/** Severity and subject of every finding, for short assertions: `["high NET_ADMIN"]`. */
export function verdicts(rule: Rule, workload: Workload): string[] {
  return rule
    .check(workload)
    .map(({ severity, subject }: FindingDraft) => `${severity} ${subject}`);
}
