/** For tests: reads text as a file and tells what is set, one short line for each fact. */

import type { Fact, Origin } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { Namespace } from "../../model/namespaces.ts";
import type { Workload } from "../../model/workload.ts";
import type { Reading } from "../contract.ts";
import { memoryFiles } from "../memory-files.ts";
import { readRunLines } from "./read.ts";

/** Reads `text` as the file `path`; `others` are further files at hand. */
export function readText(
  path: string,
  text: string,
  others: Readonly<Record<string, string>> = {},
): Reading {
  const files = memoryFiles(others);
  return readRunLines({ path, text }, { files, environment: {} });
}

/** The facts that a workload sets itself. */
export function postureOf(workload: Workload): string[] {
  const lines: string[] = [];
  const { runtime } = workload;
  const say = <T>(name: string, fact: Fact<T> | undefined, show: (value: T) => string): void => {
    if (fact === undefined || fact.origin.kind === "default") return;
    lines.push(`${name}: ${fact.known ? show(fact.value) : "?"}`);
  };
  say("image", workload.image, (image) => image.text);
  if (workload.user.origin.kind === "set") say("user", workload.user, (user) => user.text);
  if (runtime !== undefined) {
    say("privileged", runtime.privileged, String);
    say("no-new-privileges", runtime.noNewPrivileges, String);
    say("seccomp", runtime.seccomp, ({ mode, name }) => [mode, name ?? ""].join(" ").trim());
    say("apparmor", runtime.apparmor, ({ mode, name }) => [mode, name ?? ""].join(" ").trim());
    say("selinux", runtime.selinux, ({ mode, type }) => [mode, type ?? ""].join(" ").trim());
    say("proc", runtime.procMask, String);
    say("read-only", runtime.readOnlyRoot, String);
    for (const [name, fact] of Object.entries(runtime.namespaces) as [string, Fact<Namespace>][]) {
      say(name, fact, ({ mode, target }) => [mode, target ?? ""].join(" ").trim());
    }
    say("memory", runtime.limits.memory, String);
    say("cpus", runtime.limits.cpus, String);
    say("pids", runtime.limits.pids, String);
    say("runtime", runtime.ociRuntime, String);
    for (const { name } of runtime.capAdd) lines.push(`+${name}`);
    for (const { name } of runtime.capDrop) lines.push(`-${name}`);
    for (const mount of runtime.mounts) {
      const { type, hostPath, source, target, readOnly, propagation, via } = mount;
      const place = hostPath === undefined ? (source ?? "") : `host ${hostPath}`;
      const rest = [readOnly ? "ro" : "", propagation ?? "", via ?? ""].filter(
        (word) => word !== "",
      );
      lines.push([`${type}: ${place} at ${target ?? "-"}`, ...rest].join(" "));
    }
    for (const { form, path } of runtime.devices) lines.push(`${form}: ${path}`);
    for (const { name, value } of runtime.sysctls) lines.push(`sysctl: ${name}=${value}`);
    for (const { address, host, container, protocol } of runtime.ports) {
      lines.push(`port: ${address ?? "*"} ${host ?? "any"} ${container} ${protocol}`);
    }
    for (const { text } of runtime.groups) lines.push(`group: ${text}`);
  }
  for (const { name, from } of workload.env) lines.push(`env: ${name} ${from}`);
  for (const exec of workload.execs) {
    const user =
      exec.user.known && exec.user.origin.kind === "set" ? ` as ${exec.user.value.text}` : "";
    const privileged = exec.privileged.known && exec.privileged.value ? " privileged" : "";
    lines.push(
      `${exec.what}:${user}${privileged} ${exec.command?.words.join(" ") ?? ""}`.trimEnd(),
    );
  }
  if (workload.build !== undefined) {
    const { target, args, entitlements, hostNetwork } = workload.build;
    if (target !== undefined) lines.push(`target: ${target}`);
    for (const { name, reference } of args) {
      lines.push(`arg: ${name} ${reference === true ? "reference" : "literal"}`);
    }
    for (const { name } of entitlements) lines.push(`allow: ${name}`);
    if (hostNetwork.known && hostNetwork.value) lines.push("build network: host");
  }
  for (const { what } of workload.unknowns) lines.push(`unknown ${what}`);
  return lines;
}

/** Every span of a reading. */
export function spansOf(reading: Reading): Span[] {
  const spans: Span[] = [];
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (isSpan(value)) spans.push(value);
    else for (const inner of Object.values(value)) walk(inner);
  };
  walk(reading);
  return spans;
}

function isSpan(value: object): value is Span {
  return "file" in value && "start" in value && "end" in value;
}

/** What an origin points at. */
export function placeOf(origin: Origin): string {
  return origin.span === undefined ? "" : spanText(origin.span);
}
