/** One container, written in every form: what is given is written, nothing else. */

/** Path to text. */
export type Files = Readonly<Record<string, string>>;

export type Form = "dockerfile" | "compose" | "kubernetes" | "run-line" | "oci-config";

/** One weakness in the forms in which it can occur; `benign` is the same without the weakness. */
export interface Row {
  readonly rule: string;
  readonly weakness: string;
  /** The severities of the rule's findings, graver first; mostly one. */
  readonly verdict: readonly string[];
  readonly forms: Partial<Readonly<Record<Form, { readonly bad: Files; readonly benign: Files }>>>;
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

function indent(text: string, by: number): string {
  if (text === "") return "";
  return text
    .split("\n")
    .map((line) => `${" ".repeat(by)}${line}\n`)
    .join("");
}
