/** A workload's facts as plain data: values or unknowns, each with its origin. No value of a variable. */

import { spanText } from "../../model/source.ts";
import { looksLikeVariableName } from "../../detect/variable-name.ts";
import { heldDrop } from "../../model/privilege-drop.ts";
import type { Fact, Origin, RelatedPlace } from "../../model/fact.ts";
import { positionAt } from "../../model/source.ts";
import type { Span } from "../../model/source.ts";
import type { CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Seccomp } from "../../model/security-profiles.ts";
import type { Workload } from "../../model/workload.ts";
import { maskWords } from "../mask/command.ts";
import { maskText } from "../mask/line.ts";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** All facts of a workload. A fact is `{value, origin}` or `{unknown: {why, settle}, origin}`. */
export function factsJson(workload: Workload): JsonObject {
  const { image, user, command, env, exposedPorts, runtime, execs } = workload;
  const privilegeDrop = heldDrop(workload);
  return {
    image: factJson(image, ({ text, repository, tag, digest }) =>
      present({ text: safeText(text), repository, tag, digest }),
    ),
    user: factJson(user, ({ text, uid, name, gid, group, verifiedNonRoot }) =>
      present({ text, uid, name, gid, group, verifiedNonRoot }),
    ),
    command: factJson(command, ({ entrypoint, command: arguments_ }) => {
      // The program in one decides what the words of the other are.
      const first = entrypoint?.words ?? [];
      const masked = maskWords([...first, ...(arguments_?.words ?? [])]);
      return present({
        entrypoint:
          entrypoint === undefined
            ? undefined
            : commandJson(entrypoint, masked.slice(0, first.length)),
        command:
          arguments_ === undefined
            ? undefined
            : commandJson(arguments_, masked.slice(first.length)),
      });
    }),
    ...(privilegeDrop === undefined
      ? {}
      : {
          privilegeDrop: present({
            value: present({ tool: privilegeDrop.tool, to: privilegeDrop.to }),
            origin: originJson(privilegeDrop.origin),
          }),
        }),
    environment: env.map(variableJson),
    processes: execs.map(({ what, user: as, privileged, origin }) => ({
      what,
      user: factJson(as, ({ text }) => text),
      privileged: factJson(privileged, (value) => value),
      origin: originJson(origin),
    })),
    ...(exposedPorts === undefined
      ? {}
      : {
          exposedPorts: exposedPorts.map(({ text, origin }) => ({
            value: text,
            origin: originJson(origin),
          })),
        }),
    ...(runtime === undefined ? {} : runtimeJson(runtime)),
  };
}

function runtimeJson(runtime: Runtime): JsonObject {
  const { namespaces, limits } = runtime;
  const request = ({ name, origin }: Runtime["capAdd"][number]): JsonObject => ({
    value: name,
    origin: originJson(origin),
  });
  const namespace = (fact: (typeof namespaces)["network"]): JsonObject =>
    factJson(fact, ({ mode, target }) => present({ mode, target }));
  const limit = (fact: (typeof limits)["memory"]): JsonObject =>
    factJson(fact, (value) => value ?? null);
  return {
    privileged: factJson(runtime.privileged, (value) => value),
    capabilitiesAdded: runtime.capAdd.map(request),
    capabilitiesDropped: runtime.capDrop.map(request),
    noNewPrivileges: factJson(runtime.noNewPrivileges, (value) => value),
    seccomp: factJson(runtime.seccomp, ({ mode, name, unread }: Seccomp) =>
      present({ mode, name, unread }),
    ),
    apparmor: factJson(runtime.apparmor, ({ mode, name }) => present({ mode, name })),
    selinux: factJson(runtime.selinux, ({ mode, user, role, type, level }) =>
      present({ mode, user, role, type, level }),
    ),
    procMask: factJson(runtime.procMask, (value) => value),
    namespaces: {
      network: namespace(namespaces.network),
      pid: namespace(namespaces.pid),
      ipc: namespace(namespaces.ipc),
      uts: namespace(namespaces.uts),
      user: namespace(namespaces.user),
      cgroup: namespace(namespaces.cgroup),
    },
    readOnlyRoot: factJson(runtime.readOnlyRoot, (value) => value),
    limits: {
      memoryBytes: limit(limits.memory),
      cpus: limit(limits.cpus),
      processes: limit(limits.pids),
    },
    mounts: runtime.mounts.map(
      ({ type, source, hostPath, target, readOnly, propagation, fileMode, via, origin }) => ({
        value: present({
          type,
          source: source === undefined ? undefined : safeText(source),
          hostPath,
          target,
          readOnly,
          propagation,
          fileMode,
          via,
        }),
        origin: originJson(origin),
      }),
    ),
    devices: runtime.devices.map(({ path, target, permissions, form, origin }) => ({
      value: present({ path, target, permissions, form }),
      origin: originJson(origin),
    })),
    sysctls: runtime.sysctls.map(({ name, value, origin }) => ({
      value: { name, value },
      origin: originJson(origin),
    })),
    ports: runtime.ports.map(({ host, container, protocol, address, origin }) => ({
      value: present({ host, container, protocol, address }),
      origin: originJson(origin),
    })),
    groups: runtime.groups.map(({ text, origin }) => ({ value: text, origin: originJson(origin) })),
    ...(runtime.serviceAccountToken === undefined
      ? {}
      : { serviceAccountToken: factJson(runtime.serviceAccountToken, (value) => value) }),
    ...(runtime.ociRuntime === undefined
      ? {}
      : { ociRuntime: factJson(runtime.ociRuntime, (value) => value) }),
    ...(runtime.exactCapabilities === undefined
      ? {}
      : {
          exactCapabilities: {
            value: {
              bounding: runtime.exactCapabilities.bounding,
              effective: runtime.exactCapabilities.effective,
              permitted: runtime.exactCapabilities.permitted,
              inheritable: runtime.exactCapabilities.inheritable,
              ambient: runtime.exactCapabilities.ambient,
            },
            origin: originJson(runtime.exactCapabilities.origin),
          },
        }),
  };
}

function factJson<T>(fact: Fact<T>, describe: (value: T) => Json): JsonObject {
  const origin = originJson(fact.origin);
  return fact.known
    ? { value: describe(fact.value), origin }
    : { unknown: { why: fact.why, settle: fact.settle }, origin };
}

/** Name and kind of a variable, never its value. */
function variableJson({ name, from, surface, reference, origin }: EnvironmentVariable): JsonObject {
  return present({
    name: surface === "env-file" ? shownVariable(name, origin) : name,
    from,
    surface,
    reference: reference === undefined ? undefined : { kind: reference.kind, name: reference.name },
    origin: originJson(origin),
  });
}

/** A name from an environment file, where a line of a key or a bare password is read as one too. */
function shownVariable(name: string, origin: EnvironmentVariable["origin"]): string {
  const written = origin.kind === "set" ? spanText(origin.span) : `${name}=`;
  const rest = written.slice(written.indexOf(name) + name.length).trim();
  const shown = looksLikeVariableName(name, rest !== "") && !/^={2,}$/.test(rest);
  return shown ? name : "(a name that is not shown)";
}

/** The words of a command; whatever may be a secret value in them is masked. */
function commandJson({ shell }: CommandLine, words: readonly string[]): JsonObject {
  return { words, shell };
}

/** Short texts that were masked before: the same images, words and paths recur in every workload. */
const maskedTexts = new Map<string, string>();
const MAX_REMEMBERED = 10_000;

/** A text of the source, line by line with what may be a secret value masked. */
function safeText(text: string): string {
  const earlier = maskedTexts.get(text);
  if (earlier !== undefined) return earlier;
  const masked = maskText(text);
  if (text.length <= 200 && maskedTexts.size < MAX_REMEMBERED) maskedTexts.set(text, masked);
  return masked;
}

function originJson(origin: Origin): JsonObject {
  const place = origin.span === undefined ? {} : placeJson(origin.span);
  if (origin.kind === "default") {
    return { kind: "default", of: origin.of, ...place, source: origin.source };
  }
  const through = throughJson(origin.through);
  if (origin.kind === "set") {
    return present({ kind: "set", ...place, derived: origin.derived, through });
  }
  const { from, source } = origin;
  return present({ kind: "inherited", from, ...place, source, through });
}

function throughJson(places: readonly RelatedPlace[] | undefined): Json | undefined {
  if (places === undefined || places.length === 0) return undefined;
  return places.map(({ span, label }) => ({ ...placeJson(span), label }));
}

/** Where a span begins. */
export function placeJson(span: Span): { path: string; line: number; column: number } {
  const { line, column } = positionAt(span.file, span.start);
  return { path: span.file.path, line, column };
}

/** Without the properties that have no value. */
function present(properties: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(properties)) if (value !== undefined) kept[key] = value;
  return kept;
}
