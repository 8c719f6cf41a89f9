/**
 * A workload: one container as the kernel will see it, whatever form it was written in.
 *
 * A workload has up to three parts. `image` facts (user, entrypoint, environment) hold for every form.
 * `runtime` holds what is decided when a container is started; a Dockerfile alone has none.
 * `build` holds what a Dockerfile and those who call its build decide.
 */

import type { Build } from "./build.ts";
import type { Command, CommandLine } from "./command.ts";
import type { EnvironmentVariable } from "./environment-variable.ts";
import type { Fact, Origin, RelatedPlace, Unknown } from "./fact.ts";
import type { ImageContents, SecretSighting } from "./image-contents.ts";
import type { ImageReference } from "./image-reference.ts";
import type { Mount } from "./mounts.ts";
import type { PrivilegeDrop } from "./privilege-drop.ts";
import type { Runtime } from "./runtime.ts";
import type { Span } from "./source.ts";
import type { User } from "./user.ts";

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
  /** Of a service or of a running container, then with those of the image among them. */
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

export interface Exec {
  /** "post_start hook", "docker exec", "preStop hook", "exec probe". */
  readonly what: string;
  readonly user: Fact<User>;
  readonly privileged: Fact<boolean>;
  readonly command?: CommandLine;
  readonly origin: Origin;
}
