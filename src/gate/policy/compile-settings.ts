/** What holds for all clients of gate.yaml. */

import { parseEndpoint } from "../../engine/endpoint.ts";
import { isProblem } from "../../engine/problem.ts";
import { checkSize, cleanPath, type Tell } from "./check-client.ts";
import type { AuditSettings, CompiledGate, GateLimits, Upstream } from "./compiled.ts";
import { quoted } from "./problems.ts";
import type { GateData } from "./schema/gate.ts";
import { readAdmin, readSize, readTime } from "./values.ts";

export type Settings = Omit<CompiledGate, "clients" | "listeners">;

export const DEFAULT_UPSTREAM: Upstream = { kind: "unix", path: "/var/run/docker.sock" };
export const DEFAULT_DRAIN = 10_000;
export const DEFAULT_AUDIT = {
  maxBytes: 100 * 1024 ** 2,
  keep: 10,
  onFailure: "deny",
} as const satisfies Partial<AuditSettings>;
export const DEFAULT_LIMITS: GateLimits = {
  bodyBytes: 4 * 1024 ** 2,
  headBytes: 256 * 1024,
  headMilliseconds: 10_000,
  bodyMilliseconds: 30_000,
  idleMilliseconds: 300_000,
  connections: 8192,
  upstreamConnections: 8192,
};

/** Undefined when something is wrong, which is told. */
export function compileSettings(data: GateData, tell: Tell): Settings | undefined {
  const upstream = readUpstream(data.upstream, tell);
  const audit = readAudit(data.audit, tell);
  const admin = data.admin === undefined ? undefined : readAdmin(data.admin);
  if (data.admin !== undefined && admin === undefined) {
    tell(
      ["admin"],
      `${quoted(data.admin)} is no address`,
      "expected 127.0.0.1:9323 or unix:///run/plimsoll/admin.sock",
    );
  }
  const hostRoot = data["host-root"];
  if (hostRoot !== undefined && cleanPath(hostRoot) !== hostRoot) {
    const help = `write ${cleanPath(hostRoot)}`;
    tell(["host-root"], `${quoted(hostRoot)} is not the shortest form of its path`, help);
  }
  const drainMilliseconds = timeAt(data.drain, ["drain"], DEFAULT_DRAIN, tell);
  const limits = readLimits(data.limits ?? {}, tell);
  if (upstream === undefined) return undefined;
  return {
    upstream,
    ...(audit === undefined ? {} : { audit }),
    ...(admin === undefined ? {} : { admin }),
    drainMilliseconds,
    limits,
    ...(hostRoot === undefined ? {} : { hostRoot }),
  };
}

function readUpstream(data: GateData["upstream"], tell: Tell): Upstream | undefined {
  if (data === undefined) return DEFAULT_UPSTREAM;
  const text = typeof data === "string" ? data : data.address;
  const at = typeof data === "string" ? ["upstream"] : ["upstream", "address"];
  const written = typeof data === "string" ? undefined : data.tls;
  const secure = text.startsWith("https://");
  const tls = written ?? (secure ? {} : undefined);
  const endpoint = parseEndpoint(
    secure ? text.replace("https:", "tcp:") : text,
    tls === undefined ? undefined : { verify: true },
  );
  if (isProblem(endpoint)) {
    tell(
      at,
      endpoint.problem,
      "expected unix:///PATH, tcp://HOST:PORT, https://HOST:PORT, ssh://USER@HOST",
    );
    return undefined;
  }
  if (endpoint.kind !== "tcp") {
    if (tls !== undefined) {
      tell(["upstream", "tls"], "certificates are for tcp:// and https:// alone", "remove tls");
      return undefined;
    }
    if (endpoint.kind === "unix") {
      if (endpoint.path.startsWith("/")) return { kind: "unix", path: cleanPath(endpoint.path) };
      tell(at, `${quoted(endpoint.path)} is no absolute path`, "expected unix:///PATH");
      return undefined;
    }
    const { host, user, port, path } = endpoint;
    return {
      kind: "ssh",
      host,
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
      ...(path === undefined ? {} : { path }),
    };
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    tell(["upstream", "tls"], "cert and key go together", "write both, or neither");
    return undefined;
  }
  const { host, port, basePath } = endpoint;
  return {
    kind: "tcp",
    host,
    port,
    basePath,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
          },
        }),
  };
}

function readAudit(data: GateData["audit"], tell: Tell): AuditSettings | undefined {
  if (data === undefined) return undefined;
  const maxBytes = sizeAt(data["max-size"], ["audit", "max-size"], DEFAULT_AUDIT.maxBytes, tell);
  if (maxBytes < 4096) {
    tell(["audit", "max-size"], "max-size is less than a page", "expected 4k or more");
  }
  return {
    file: data.file,
    maxBytes,
    keep: data.keep === undefined ? DEFAULT_AUDIT.keep : Number(data.keep),
    onFailure: data["on-failure"] ?? DEFAULT_AUDIT.onFailure,
  };
}

function readLimits(data: NonNullable<GateData["limits"]>, tell: Tell): GateLimits {
  const at = (key: string): readonly string[] => ["limits", key];
  const count = (text: string | undefined, usual: number): number =>
    text === undefined ? usual : Number(text);
  const upload = data["upload-size"];
  const head = sizeAt(data["head-size"], at("head-size"), DEFAULT_LIMITS.headBytes, tell);
  if (head < 8192 || head > 16 * 1024 ** 2) {
    tell(at("head-size"), "head-size is out of range", "expected 8k to 16m");
  }
  return {
    bodyBytes: sizeAt(data["body-size"], at("body-size"), DEFAULT_LIMITS.bodyBytes, tell),
    ...(upload === undefined ? {} : { uploadBytes: sizeAt(upload, at("upload-size"), 0, tell) }),
    headBytes: head,
    headMilliseconds: timeAt(
      data["head-time"],
      at("head-time"),
      DEFAULT_LIMITS.headMilliseconds,
      tell,
    ),
    bodyMilliseconds: timeAt(
      data["body-time"],
      at("body-time"),
      DEFAULT_LIMITS.bodyMilliseconds,
      tell,
    ),
    idleMilliseconds: timeAt(
      data["idle-time"],
      at("idle-time"),
      DEFAULT_LIMITS.idleMilliseconds,
      tell,
    ),
    connections: count(data.connections, DEFAULT_LIMITS.connections),
    upstreamConnections: count(data["upstream-connections"], DEFAULT_LIMITS.upstreamConnections),
  };
}

function sizeAt(
  text: string | undefined,
  path: readonly string[],
  usual: number,
  tell: Tell,
): number {
  if (text === undefined) return usual;
  checkSize(text, path, tell);
  return Number(readSize(text) ?? usual);
}

function timeAt(
  text: string | undefined,
  path: readonly string[],
  usual: number,
  tell: Tell,
): number {
  const milliseconds = text === undefined ? usual : readTime(text);
  if (milliseconds === 0 && path[0] === "limits") {
    tell(path, `${quoted(text ?? "")} is no time in which anything can arrive`, "expected 10s");
  }
  if (milliseconds !== undefined) return milliseconds;
  tell(path, `${quoted(text ?? "")} is longer than a timer can wait`, "expected 24 days at most");
  return usual;
}
