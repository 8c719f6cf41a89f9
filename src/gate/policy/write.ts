/** A policy as the text of a gate.yaml, which compiles to the same policy: what a learned one is kept in. */

import { atLeast } from "../../model/finding.ts";
import type { AuditSettings, CompiledGate, GateLimits, Upstream } from "./compiled.ts";
import {
  DEFAULT_AUDIT,
  DEFAULT_DRAIN,
  DEFAULT_LIMITS,
  DEFAULT_UPSTREAM,
} from "./compile-settings.ts";
import type { Danger } from "./danger.ts";
import { dangersOf } from "./dangers.ts";
import { type Emitted, emitMapping } from "./emit-yaml.ts";
import { writeAddress, writeSize, writeTime } from "./values.ts";
import { clientData } from "./write-client.ts";

export interface WriteOptions {
  /** Lines above a client, without `#`: where its policy comes from. */
  readonly notes?: ReadonlyMap<string, readonly string[]>;
}

export function writePolicy(gate: CompiledGate, options: WriteOptions = {}): string {
  const lines = [
    "# Policy of plimsoll gate. docs/gate-policy.md describes every key; what is not written here is refused.",
    ...emitMapping(settingsData(gate), 0),
    "clients:",
  ];
  for (const { policy, preset } of gate.clients) {
    const notes = [
      ...(options.notes?.get(policy.name) ?? []),
      ...(preset === undefined ? [] : [`begun from the preset ${preset}`]),
      ...dangersOf(policy, gate)
        .filter(({ severity }) => atLeast(severity, "medium"))
        .map((danger) => dangerNote(danger)),
    ];
    lines.push(...notes.map((note) => `  # ${note.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")}`));
    const data = clientData(policy, gate.listeners);
    // Keys without a value are left out by the emitter; the cast tells that none other is left.
    lines.push(...emitMapping({ [policy.name]: withoutGaps(data) }, 2));
  }
  return `${lines.join("\n")}\n`;
}

function dangerNote({ severity, grant, meaning }: Danger): string {
  return `${severity}: ${grant}: ${meaning}`;
}

/** The same data without keys that have no value. */
function withoutGaps(value: unknown): Emitted {
  if (Array.isArray(value)) return value.map((item) => withoutGaps(item));
  if (typeof value !== "object" || value === null) return value as string | boolean;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, withoutGaps(inner)]),
  );
}

function settingsData(gate: CompiledGate): Record<string, Emitted | undefined> {
  const { admin, audit, drainMilliseconds } = gate;
  return {
    version: "1",
    upstream: upstreamData(gate.upstream),
    audit: audit === undefined ? undefined : auditData(audit),
    admin:
      admin === undefined
        ? undefined
        : admin.kind === "unix"
          ? `unix://${admin.path}`
          : writeAddress(admin.address),
    drain: drainMilliseconds === DEFAULT_DRAIN ? undefined : writeTime(drainMilliseconds),
    limits: limitData(gate.limits),
    "host-root": gate.hostRoot,
  };
}

function upstreamData(upstream: Upstream): Emitted | undefined {
  if (upstream.kind === "unix") {
    const isUsual = DEFAULT_UPSTREAM.kind === "unix" && upstream.path === DEFAULT_UPSTREAM.path;
    return isUsual ? undefined : `unix://${upstream.path}`;
  }
  if (upstream.kind === "ssh") {
    const { user, host, port, path } = upstream;
    const name = host.includes(":") ? `[${host}]` : host;
    return `ssh://${user === undefined ? "" : `${user}@`}${name}${port === undefined ? "" : `:${String(port)}`}${path ?? ""}`;
  }
  const address = `tcp://${writeAddress(upstream)}${upstream.basePath}`;
  return upstream.tls === undefined ? address : { address, tls: withoutGaps(upstream.tls) };
}

function auditData({ file, maxBytes, keep, onFailure }: AuditSettings): Emitted {
  return withoutGaps({
    file,
    "max-size": maxBytes === DEFAULT_AUDIT.maxBytes ? undefined : writeSize(BigInt(maxBytes)),
    keep: keep === DEFAULT_AUDIT.keep ? undefined : String(keep),
    "on-failure": onFailure === DEFAULT_AUDIT.onFailure ? undefined : onFailure,
  });
}

function limitData(limits: GateLimits): Emitted | undefined {
  const size = (key: "bodyBytes" | "headBytes" | "uploadBytes"): string | undefined => {
    const bytes = limits[key];
    return bytes === undefined || bytes === DEFAULT_LIMITS[key]
      ? undefined
      : writeSize(BigInt(bytes));
  };
  const time = (
    key: "headMilliseconds" | "bodyMilliseconds" | "idleMilliseconds",
  ): string | undefined =>
    limits[key] === DEFAULT_LIMITS[key] ? undefined : writeTime(limits[key]);
  const count = (key: "connections" | "upstreamConnections"): string | undefined =>
    limits[key] === DEFAULT_LIMITS[key] ? undefined : String(limits[key]);
  const data = withoutGaps({
    "body-size": size("bodyBytes"),
    "upload-size": size("uploadBytes"),
    "head-size": size("headBytes"),
    "head-time": time("headMilliseconds"),
    "body-time": time("bodyMilliseconds"),
    "idle-time": time("idleMilliseconds"),
    connections: count("connections"),
    "upstream-connections": count("upstreamConnections"),
  });
  return Object.keys(data).length === 0 ? undefined : data;
}
