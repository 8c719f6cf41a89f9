/**
 * A workload: one container as the kernel will see it, whatever form it was written in.
 *
 * A workload has up to three parts. `image` facts (user, entrypoint, environment) hold for every form.
 * `runtime` holds what is decided when a container is started; a Dockerfile alone has none.
 * `build` holds what a Dockerfile and those who call its build decide.
 */

import type { Fact, Origin, RelatedPlace, Unknown } from "./fact.ts";
import type { ImageContents, SecretSighting } from "./image-contents.ts";
import type { Span } from "./source.ts";

export type WorkloadKind =
  | "dockerfile-stage"
  | "compose-service"
  | "kubernetes-container"
  | "run-line"
  | "image"
  | "container"
  | "oci-config";

/** Whose defaults fill what is not written. */
export type EngineName = "docker" | "podman" | "containerd" | "cri-o" | "kubernetes" | "oci";

export interface Workload {
  /** Stable and readable: `path#services.api`, `path#Deployment/web/containers/app`, `path#stage:final`. */
  readonly id: string;
  readonly kind: WorkloadKind;
  /** For people: "service api", "container app of Deployment web", "stage final", "docker run nginx". */
  readonly name: string;
  /** The place that names it: the service's key, the container's entry, the FROM line. */
  readonly source: Span;
  readonly engine: EngineName;
  /** For a run line that no shell calls: the file whose keys stand for its flags. */
  readonly configuredBy?: "workflow" | "devcontainer" | "gitlab";
  readonly platform: "linux" | "windows";
  readonly image: Fact<ImageReference>;
  /** The file that names the image also builds it, so that nothing is pulled by this name. */
  readonly imageBuiltHere?: true;
  readonly user: Fact<User>;
  /** Entrypoint and command together. `undefined` value parts mean that the image decides them. */
  readonly command: Fact<Command>;
  /** Set when the entrypoint starts as root and then gives root up (gosu, su-exec, setpriv…). */
  readonly privilegeDrop?: PrivilegeDrop;
  readonly env: readonly EnvironmentVariable[];
  readonly runtime?: Runtime;
  /** Of a PersistentVolume, which starts no container: the host paths that it offers to whoever claims it. */
  readonly hostVolumes?: readonly Mount[];
  readonly build?: Build;
  /** Ports on which an image's program listens, as its configuration says: `8080/tcp`. Nothing is published by that. */
  readonly exposedPorts?: readonly { readonly text: string; readonly origin: Origin }[];
  /** What the layers of an image hold, where they were read. */
  readonly imageContents?: ImageContents;
  /** Of a running container: its labels, those of the image among them. */
  readonly labels?: readonly EnvironmentVariable[];
  /** Of a running container: secrets that somebody who looks on sees besides its configuration. */
  readonly observed?: readonly ObservedSecret[];
  /** Further processes started in the container: lifecycle hooks, `docker exec`. */
  readonly execs: readonly Exec[];
  readonly unknowns: readonly Unknown[];
  /** Other places of this workload that every finding on it may point at: the Dockerfile of a service. */
  readonly places: readonly RelatedPlace[];
}

/** A secret that a running container shows to whoever looks at it. It never holds the value. */
export interface ObservedSecret {
  /** Where: in the arguments of a process, in a line of the log, in what a health check printed. */
  readonly surface: "process" | "log" | "health-check";
  readonly sighting: SecretSighting;
}

export interface ImageReference {
  /** As written after expansion: `docker.io/library/node:22@sha256:…`. */
  readonly text: string;
  /** Without tag and digest, normalised: `docker.io/library/node`; `scratch` for the empty base. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** The repository is known, but a variable that has no value here decides the tag or the digest. */
  readonly dynamicTag?: true;
}

/** A user as an engine reads it. Uid and gid are decimal numbers; a name may map to any uid. */
export interface User {
  /** As written, expanded and unquoted: `1000:0`, `root`, `app`. Empty means the default, root. */
  readonly text: string;
  readonly uid?: number;
  readonly name?: string;
  readonly gid?: number;
  readonly group?: string;
  /** Kubernetes `runAsNonRoot: true`: the kubelet refuses to start it as uid 0. */
  readonly verifiedNonRoot?: boolean;
}

export interface Command {
  readonly entrypoint?: CommandLine;
  readonly command?: CommandLine;
}

export interface CommandLine {
  /** Exec form: the words. Shell form: one word, the script. */
  readonly words: readonly string[];
  readonly shell: boolean;
  readonly span?: Span;
  /** The span of each word, where words have places of their own. */
  readonly spans?: readonly Span[];
}

export interface PrivilegeDrop {
  readonly tool: string;
  /** To which user, where it can be told. */
  readonly to?: string;
  /** A variable with which the entrypoint keeps root. */
  readonly unless?: string;
  readonly origin: Origin;
}

export interface EnvironmentVariable {
  readonly name: string;
  /** The literal value, or undefined when it is not in the source. Never printed. */
  readonly value?: string;
  /** literal: in the source; reference: a secret or config reference; inherited: passed through from the caller's environment; unresolved: a variable without value; image: from the image. */
  readonly from: "literal" | "reference" | "inherited" | "unresolved";
  /** For a reference: what it refers to, for people: "key password of Secret db". */
  readonly reference?: { readonly kind: "secret" | "config" | "field"; readonly name: string };
  /** Where: on which surface the variable stands. */
  readonly surface: "image-env" | "environment" | "env-file" | "build-env" | "exec";
  readonly origin: Origin;
  /** The value's own span, where it differs from the origin's. */
  readonly valueSpan?: Span;
}

/** What is decided when a container starts. Every fact is there: set, inherited, default or unknown. */
export interface Runtime {
  readonly privileged: Fact<boolean>;
  readonly capAdd: readonly CapabilityRequest[];
  readonly capDrop: readonly CapabilityRequest[];
  readonly noNewPrivileges: Fact<boolean>;
  readonly seccomp: Fact<Seccomp>;
  readonly apparmor: Fact<AppArmor>;
  readonly selinux: Fact<Selinux>;
  /** Whether `/proc` and `/sys` keep the engine's masked and read-only paths. */
  readonly procMask: Fact<"masked" | "unmasked">;
  readonly namespaces: Namespaces;
  readonly readOnlyRoot: Fact<boolean>;
  readonly limits: Limits;
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly sysctls: readonly Sysctl[];
  readonly ports: readonly PublishedPort[];
  /** Kubernetes: whether a service-account token is mounted. Absent elsewhere. */
  readonly serviceAccountToken?: Fact<boolean>;
  /** Kubernetes: the account whose token that is. Absent elsewhere. */
  readonly serviceAccount?: ServiceAccount;
  /** Supplementary groups, as written. */
  readonly groups: readonly { readonly text: string; readonly origin: Origin }[];
  /** OCI config.json: the exact capability sets, which then need no computing. */
  readonly exactCapabilities?: ExactCapabilities;
  /** A runtime that is a further barrier of its own: runsc, kata. */
  readonly ociRuntime?: Fact<string>;
}

export interface ServiceAccount {
  readonly name: string;
  /** Whether the pod names it; else it is the one that every pod gets. */
  readonly named: boolean;
  /** Bindings of the account that stand in the same files; there may be others. */
  readonly bindings: readonly AccountBinding[];
}

/** A RoleBinding or ClusterRoleBinding. */
export interface AccountBinding {
  /** For people: "ClusterRoleBinding web". */
  readonly name: string;
  readonly role: { readonly kind: "Role" | "ClusterRole"; readonly name: string };
  /** Whether it holds in every namespace. */
  readonly clusterWide: boolean;
  /** What the role allows; absent when the role does not stand here. */
  readonly rules?: readonly RoleRule[];
  readonly span: Span;
}

/** A rule of a Role or ClusterRole; `*` stands for all. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only for objects of given names. */
  readonly named: boolean;
}

export interface CapabilityRequest {
  /** As written, for messages. */
  readonly text: string;
  /** Without `CAP_`, upper case; `ALL` for all. */
  readonly name: string;
  readonly origin: Origin;
}

export interface ExactCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
  readonly origin: Origin;
}

export interface Seccomp {
  /** default: the engine's own profile; not-set: nothing asked and the engine (Kubernetes) may apply none. */
  readonly mode: "default" | "unconfined" | "custom" | "not-set";
  /** Path or name of a custom profile. */
  readonly name?: string;
  /** The parsed profile, when it could be read. */
  readonly profile?: unknown;
  /** Why the profile of a custom mode could not be read. */
  readonly unread?: string;
}

export interface AppArmor {
  readonly mode: "default" | "unconfined" | "profile";
  readonly name?: string;
}

export interface Selinux {
  readonly mode: "default" | "disabled" | "custom";
  readonly user?: string;
  readonly role?: string;
  readonly type?: string;
  readonly level?: string;
}

export type NamespaceName = "network" | "pid" | "ipc" | "uts" | "user" | "cgroup" | "mount";

export interface Namespace {
  /** own: private to the container; pod: shared in its pod; joined: another container's; shareable: open to others; none: no network. */
  readonly mode: "own" | "host" | "pod" | "joined" | "shareable" | "none";
  /** For `joined`: whose. */
  readonly target?: string;
}

export interface Namespaces {
  readonly network: Fact<Namespace>;
  readonly pid: Fact<Namespace>;
  readonly ipc: Fact<Namespace>;
  readonly uts: Fact<Namespace>;
  readonly user: Fact<Namespace>;
  readonly cgroup: Fact<Namespace>;
}

export interface Limits {
  /** Bytes, or undefined for no limit. */
  readonly memory: Fact<number | undefined>;
  /** CPUs (1.5 is one and a half), or undefined for no limit. */
  readonly cpus: Fact<number | undefined>;
  /** Processes and threads, or undefined for no limit. */
  readonly pids: Fact<number | undefined>;
}

export interface Mount {
  readonly type:
    | "bind"
    | "volume"
    | "tmpfs"
    | "npipe"
    | "image"
    | "secret"
    | "config"
    | "projected"
    | "other";
  /** As written: a path, a volume's or secret's name. */
  readonly source?: string;
  /** The absolute, cleaned host path whose tree becomes visible (`/var/run` already as `/run`, `~/` kept); absent for a path relative to the project. */
  readonly hostPath?: string;
  /** Where in the container; absent for a pod volume that no container mounts. */
  readonly target?: string;
  readonly readOnly: boolean;
  /** `private rprivate slave rslave shared rshared`, as Linux names them. */
  readonly propagation?: string;
  /** Where the propagation is written, when not within the origin. */
  readonly propagationAt?: Span;
  /** Permission bits of a secret's or config's file (0o444). */
  readonly fileMode?: number;
  /** The inline content of a Compose config (`configs.*.content`), as written. Never printed. */
  readonly content?: { readonly text: string; readonly span: Span };
  /** For a Compose secret or config with `environment:`: the variable of the caller's environment that holds it. */
  readonly environment?: string;
  /** How it got here when not by a plain mount: a volume's driver options, `use_api_socket`, `volumes_from`. */
  readonly via?: "volume-driver" | "api-socket" | "volumes-from" | "template";
  readonly origin: Origin;
}

export interface Device {
  /** Host path (`/dev/sda`), a CDI name, or `gpus`, or a cgroup rule (`b 8:* rmw`). */
  readonly path: string;
  readonly target?: string;
  readonly permissions?: string;
  readonly form: "device" | "cgroup-rule" | "gpu" | "cdi" | "block-volume";
  readonly origin: Origin;
}

export interface Sysctl {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
}

export interface PublishedPort {
  /** Host port or range as text; absent when the engine picks one. */
  readonly host?: string;
  readonly container: string;
  readonly protocol: string;
  /** Address on the host; absent means all. */
  readonly address?: string;
  readonly origin: Origin;
}

export interface Exec {
  /** "post_start hook", "docker exec", "preStop hook", "exec probe". */
  readonly what: string;
  readonly user: Fact<User>;
  readonly privileged: Fact<boolean>;
  readonly command?: CommandLine;
  readonly origin: Origin;
}

/** What the build of an image decides. */
export interface Build {
  /** The stage that becomes the image; undefined for a build that is only called here (a build line). */
  readonly target?: string;
  /** Every image that the build pulls: FROM, COPY --from, RUN --mount=from. */
  readonly images: readonly ImageUse[];
  /** ARG declarations and build arguments passed by callers. */
  readonly args: readonly BuildArgument[];
  /** ENV of stages that do not end in the image. */
  readonly env: readonly EnvironmentVariable[];
  readonly runs: readonly RunStep[];
  readonly copies: readonly CopyStep[];
  /** VOLUME, WORKDIR and other instructions with a path inside the image. */
  readonly paths: readonly {
    readonly what: "VOLUME" | "WORKDIR";
    readonly path: string;
    readonly origin: Origin;
  }[];
  readonly labels: readonly EnvironmentVariable[];
  readonly privileged: Fact<boolean>;
  /** `security.insecure`, `network.host`, `device`. */
  readonly entitlements: readonly { readonly name: string; readonly origin: Origin }[];
  readonly hostNetwork: Fact<boolean>;
}

export interface ImageUse {
  readonly image: Fact<ImageReference>;
  readonly what: "FROM" | "COPY --from" | "RUN --mount from" | "image";
  readonly origin: Origin;
}

export interface BuildArgument {
  readonly name: string;
  readonly value?: string;
  readonly from: "declared" | "passed";
  /** For a passed one without literal value: taken from the caller's environment or a variable. */
  readonly reference?: boolean;
  readonly origin: Origin;
  readonly valueSpan?: Span;
}

export interface RunStep {
  readonly stage: string;
  /** Whether the stage is in the chain of the image that results. */
  readonly inImage: boolean;
  readonly user: Fact<User>;
  readonly network?: "default" | "none" | "host";
  readonly security?: "sandbox" | "insecure";
  readonly mounts: readonly RunMount[];
  readonly devices: readonly string[];
  /** The script, or the words in exec form. */
  readonly command: CommandLine;
  /** The simple commands found in the script, in order. */
  readonly commands: readonly ShellCommand[];
  /** The heredocs behind it: the script itself, or files that its commands read. Never printed. */
  readonly heredocs?: readonly WrittenText[];
  readonly origin: Origin;
}

/** A text of several lines as it stands in a file. */
export interface WrittenText {
  readonly text: string;
  readonly span: Span;
}

export interface RunMount {
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

/** One simple command of a script: assignments before it, its words, its redirections. */
export interface ShellCommand {
  readonly assignments: readonly {
    readonly name: string;
    readonly value: string;
    readonly span: Span;
  }[];
  readonly words: readonly ShellWord[];
  readonly redirects: readonly {
    readonly operator: string;
    readonly target: string;
    readonly span: Span;
  }[];
  /** What joins it to the command before: `;`, `&&`, `||`, `|`, newline; absent on the first. */
  readonly joinedBy?: string;
  readonly span: Span;
}

export interface ShellWord {
  /** Quotes removed; expansions kept as written. */
  readonly text: string;
  /** Whether the word holds an expansion (`$x`, `$(…)`, backticks) and so is not literal. */
  readonly dynamic: boolean;
  readonly span: Span;
}

export interface CopyStep {
  readonly what: "COPY" | "ADD";
  readonly stage: string;
  readonly inImage: boolean;
  readonly sources: readonly { readonly text: string; readonly span: Span }[];
  /** Files whose content stands in the Dockerfile as a heredoc. Never printed. */
  readonly contents?: readonly WrittenText[];
  readonly target: string;
  /** Stage or image of `--from`; then the sources are not from the context. */
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly checksum?: string;
  /** Files of the context that the step takes in and that look like credentials, relative to the context; undefined when the context could not be listed. */
  readonly credentialFiles?: readonly string[];
  /** Sources that are named like credential files and whose content, which is at hand, holds none. */
  readonly harmlessSources?: readonly string[];
  readonly user: Fact<User>;
  readonly origin: Origin;
}
