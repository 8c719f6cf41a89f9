/** Files that a policy names are relative to its own folder. */

import { resolve } from "node:path";
import type { CompiledGate, Listener, Upstream } from "./compiled.ts";

export function withAbsolutePaths(gate: CompiledGate, directory: string): CompiledGate {
  const absolute = (path: string): string => resolve(directory, path);
  const { audit, admin } = gate;
  return {
    ...gate,
    upstream: upstreamWith(gate.upstream, absolute),
    listeners: gate.listeners.map((listener) => listenerWith(listener, absolute)),
    ...(audit === undefined || audit.file === "-"
      ? {}
      : { audit: { ...audit, file: absolute(audit.file) } }),
    ...(admin?.kind === "unix" ? { admin: { ...admin, path: absolute(admin.path) } } : {}),
  };
}

function upstreamWith(upstream: Upstream, absolute: (path: string) => string): Upstream {
  if (upstream.kind === "unix") return { ...upstream, path: absolute(upstream.path) };
  if (upstream.kind !== "tcp" || upstream.tls === undefined) return upstream;
  const { ca, cert, key } = upstream.tls;
  return {
    ...upstream,
    tls: {
      ...(ca === undefined ? {} : { ca: absolute(ca) }),
      ...(cert === undefined ? {} : { cert: absolute(cert) }),
      ...(key === undefined ? {} : { key: absolute(key) }),
    },
  };
}

function listenerWith(listener: Listener, absolute: (path: string) => string): Listener {
  if (listener.kind === "unix") return { ...listener, path: absolute(listener.path) };
  if (listener.kind === "plain") return listener;
  const { cert, key, clientCa } = listener;
  return { ...listener, cert: absolute(cert), key: absolute(key), clientCa: absolute(clientCa) };
}
