/** One container, written in every form: what is given is written, nothing else. */

import type { Confidence, Severity } from "../../src/model/finding.ts";
import type { Parts } from "../../src/readers/container/testing.ts";
import { dockerContainer } from "../../src/readers/container/testing.ts";

/** Path to text. */
export type Files = Readonly<Record<string, string>>;

/** The forms, each with what writes it. `cannot.ts` says which weakness cannot be written in which form. */
export const formNames = [
  "dockerfile",
  "compose",
  "kubernetes",
  "run-line",
  "service-create",
  "exec-line",
  "build-line",
  "devcontainer",
  "workflow",
  "gitlab",
  "oci-config",
  "container",
] as const;

export type Form = (typeof formNames)[number];

/** A weakness, and the same file hardened. */
export interface Case {
  readonly bad: Files;
  readonly benign: Files;
}

/** What one finding says: severity, and the confidence where it is not high. */
export type Verdict = Severity | `${Severity}, ${Exclude<Confidence, "high">} confidence`;

/** One weakness in the forms in which it can occur; `benign` is the same without the weakness. */
export interface Row {
  readonly rule: string;
  readonly weakness: string;
  /** Of the rule's findings, graver first; mostly one. */
  readonly verdict: readonly Verdict[];
  readonly forms: Partial<Readonly<Record<Form, Case>>>;
  /**
   * In which forms and spellings the finding points at the workload, or at a key above what differs: the
   * weakness is that something is missing, or it is what a list or map holds as a whole.
   */
  readonly pointsAbove?: readonly string[];
  /** Further spellings within a form: what is written, with the form's name before it. */
  readonly spellings?: Readonly<Record<`${Form}: ${string}`, Case>>;
}

const IMAGE = "example/app:1.4.2";

/** A Dockerfile; an empty text stands for none. */
export function dockerfile(text: string, further: Files = {}): Files {
  return { ...further, Dockerfile: `${text}\n` };
}

/** A Compose file with one service. `service` and `top` are YAML without indentation. */
export function compose(service: string, top = "", further: Files = {}): Files {
  const head = /^(image|build):/m.test(service) ? "" : `    image: ${IMAGE}\n`;
  return {
    ...further,
    "compose.yaml": `services:\n  app:\n${head}${indent(service, 4)}${indent(top, 0)}`,
  };
}

/** A pod with one container. `container` and `spec` are YAML without indentation. */
export function pod(container: string, spec = ""): Files {
  const image = /^image:/m.test(container) ? "" : `      image: ${IMAGE}\n`;
  return {
    "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n${indent(spec, 2)}  containers:\n    - name: app\n${image}${indent(container, 6)}`,
  };
}

/** A `docker run` line with these options. */
export function runLine(options: string, rest = IMAGE, further: Files = {}): Files {
  return { ...further, "run.sh": `#!/bin/sh\ndocker run ${options} ${rest}\n` };
}

/** A line that creates a Swarm service. */
export function serviceCreate(options: string, rest = IMAGE): Files {
  return { "run.sh": `#!/bin/sh\ndocker service create ${options} ${rest}\n` };
}

/** A line that starts a further process in a running container. */
export function execLine(options: string, command = "sh"): Files {
  return { "run.sh": `#!/bin/sh\ndocker exec ${options} app ${command}\n` };
}

/** A `docker build` line. */
export function buildLine(options: string, further: Files = {}): Files {
  return { ...further, "run.sh": `#!/bin/sh\ndocker build ${options} -t ${IMAGE} .\n` };
}

/** A `devcontainer.json` with these keys. */
export function devcontainer(keys: Readonly<Record<string, unknown>>, further: Files = {}): Files {
  const named = "image" in keys || "build" in keys ? keys : { image: IMAGE, ...keys };
  return { ...further, ".devcontainer/devcontainer.json": `${JSON.stringify(named, null, 2)}\n` };
}

/** A GitHub workflow whose job runs in a container with these keys, YAML without indentation. */
export function workflow(container: string): Files {
  const image = /^image:/m.test(container) ? "" : `      image: ${IMAGE}\n`;
  return {
    ".github/workflows/ci.yml": `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container:\n${image}${indent(container, 6)}    steps:\n      - run: make\n`,
  };
}

/** A GitLab job with a service that has these keys, YAML without indentation. */
export function gitlab(service: string): Files {
  const image = /^name:/m.test(service) ? "" : `      name: ${IMAGE}\n`;
  return {
    ".gitlab-ci.yml": `test:\n  image: example/tools@sha256:${"0".repeat(64)}\n  script: [make]\n  services:\n    -\n${image}${indent(service, 6)}`,
  };
}

interface OciParts {
  readonly process?: Readonly<Record<string, unknown>>;
  readonly root?: Readonly<Record<string, unknown>>;
  readonly linux?: Readonly<Record<string, unknown>>;
  readonly mounts?: readonly Readonly<Record<string, unknown>>[];
}

export const ociNamespaces = ["pid", "network", "ipc", "uts", "mount", "cgroup"].map((type) => ({
  type,
}));

const maskedPaths = [
  "/proc/acpi",
  "/proc/kcore",
  "/proc/keys",
  "/proc/timer_list",
  "/sys/firmware",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** The same set in all five lists, as runtimes are given it. */
export function ociCapabilities(...names: readonly string[]): Readonly<Record<string, unknown>> {
  const list = names.map((name) => `CAP_${name}`);
  return {
    capabilities: {
      bounding: list,
      effective: list,
      permitted: list,
      inheritable: [],
      ambient: [],
    },
  };
}

/** What makes `process` root's. */
export const ociRoot = { user: { uid: 0, gid: 0 } };

/** A runtime configuration, hardened but for what is given. */
export function oci(parts: OciParts): Files {
  const config = {
    ociVersion: "1.2.0",
    process: {
      user: { uid: 1000, gid: 1000 },
      args: ["/app"],
      cwd: "/",
      env: ["PATH=/usr/bin"],
      noNewPrivileges: true,
      apparmorProfile: "docker-default",
      ...ociCapabilities(),
      ...parts.process,
    },
    root: { path: "rootfs", readonly: true, ...parts.root },
    mounts: parts.mounts ?? [],
    linux: {
      namespaces: ociNamespaces,
      maskedPaths,
      readonlyPaths,
      seccomp: {
        defaultAction: "SCMP_ACT_ERRNO",
        syscalls: [{ names: ["read", "write", "execve", "exit_group"], action: "SCMP_ACT_ALLOW" }],
      },
      resources: {
        memory: { limit: 268435456 },
        cpu: { quota: 100000, period: 100000 },
        pids: { limit: 100 },
      },
      ...parts.linux,
    },
  };
  return { "config.json": `${JSON.stringify(config, null, 2)}\n` };
}

/** What an engine tells of a running container; nothing was asked for but what is given. */
export function container(parts: Parts): Files {
  return { "container:app": `${JSON.stringify(dockerContainer(parts), null, 2)}\n` };
}

function indent(text: string, by: number): string {
  if (text === "") return "";
  return text
    .split("\n")
    .map((line) => `${" ".repeat(by)}${line}\n`)
    .join("");
}
