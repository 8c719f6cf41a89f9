/**
 * The engine that a container runs on, and what it says of itself.
 * Sources: moby/moby b985e23 daemon/info_unix.go (SecurityOptions); containers/podman c6580b4a52 (6.0)
 * libpod/container_inspect.go, pkg/api/handlers/compat/info.go.
 */

import { get } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import { textOfField } from "./document.ts";

/** What can be known besides the inspection itself. */
export interface ContainerContext {
  /** The target as the user named it: `container:web`. Else it is made from the container's name. */
  readonly target?: string;
  /** Told by the inspection's shape when it is not given. */
  readonly engine?: "docker" | "podman";
  /** `SecurityOptions` of `GET /info`: `name=seccomp,profile=builtin`, `name=rootless`. */
  readonly securityOptions?: readonly string[];
  /** Names of volumes with their driver options (`GET /volumes`). */
  readonly volumes?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export interface EngineFacts {
  readonly name: "docker" | "podman";
  /** `podman inspect` itself, which tells more than what it gives to clients of Docker. */
  readonly ownShape: boolean;
  readonly rootless: boolean;
  /** Users are mapped to others of the host unless a container asks for the host's. */
  readonly mapsUsers: boolean;
  readonly noNewPrivileges: boolean;
  /** Undefined when the engine was not asked. */
  readonly selinux: boolean | undefined;
  /** The filter that containers get by default; undefined when the engine was not asked. */
  readonly seccomp: string | undefined;
}

export function engineFacts(root: YamlMap, context: ContainerContext): EngineFacts {
  const options = context.securityOptions?.map((text) => fieldsOf(text));
  const option = (name: string): ReadonlyMap<string, string> | undefined =>
    options?.find((fields) => fields.get("name") === name);
  return {
    name: context.engine ?? engineOf(root),
    ownShape: root.entries.has("EffectiveCaps") && root.entries.has("BoundingCaps"),
    rootless: option("rootless") !== undefined,
    mapsUsers: option("userns") !== undefined,
    noNewPrivileges: option("no-new-privileges") !== undefined,
    selinux: options === undefined ? undefined : option("selinux") !== undefined,
    seccomp:
      options === undefined
        ? undefined
        : option("seccomp") === undefined
          ? "none"
          : (option("seccomp")?.get("profile") ?? "default"),
  };
}

/** Podman names its runtime `oci` to clients of Docker, whatever it is. */
function engineOf(root: YamlMap): "docker" | "podman" {
  const host = get(root, "HostConfig");
  const podman =
    root.entries.has("BoundingCaps") ||
    root.entries.has("OCIRuntime") ||
    (host?.kind === "map" && textOfField(host, "Runtime") === "oci");
  return podman ? "podman" : "docker";
}

/** `name=seccomp,profile=builtin`. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .slice(0, 1000)
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return equals < 0 ? ["name", field] : [field.slice(0, equals), field.slice(equals + 1)];
      }),
  );
}
