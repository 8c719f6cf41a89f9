/** Where an engine is reached, and how that is written. */

import type { EngineProblem } from "./problem.ts";
import { shown } from "./problem.ts";

export type Endpoint = { readonly name: string } & (
  | { readonly kind: "unix"; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      /** Stands before every path of the API, without a slash at its end. */
      readonly basePath: string;
      readonly tls?: TlsMaterial;
    }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** The engine's socket on the other machine, where it is not the usual one. */
      readonly path?: string;
    }
);

export interface TlsMaterial {
  /** PEM. Without it the authorities that Node knows are asked. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False only where the user's own settings say so. */
  readonly verify: boolean;
}

const DEFAULT_SOCKET = "/var/run/docker.sock";
const PORT = 2375;
const TLS_PORT = 2376;
const MAX_LENGTH = 2048;

/**
 * Reads what stands in `DOCKER_HOST`, in a context or behind `--host`, as the docker command line does.
 * Source: docker/cli opts/hosts.go (ParseHost), cli/connhelper/ssh/ssh.go. TLS is for tcp:// alone.
 */
export function parseEndpoint(text: string, tls?: TlsMaterial): Endpoint | EngineProblem {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return unreadable(trimmed, "it is too long");
  const scheme = /^([a-z]{1,16}):\/\//.exec(trimmed)?.[1];
  const rest = scheme === undefined ? trimmed : trimmed.slice(scheme.length + 3);
  const isPath = scheme === undefined && /^\.?\//.test(rest);
  if (scheme === "unix" || isPath) return unixEndpoint(trimmed, rest);
  if (scheme === "tcp" || scheme === undefined) return tcpEndpoint(trimmed, rest, tls);
  if (scheme === "ssh") return sshEndpoint(trimmed, rest);
  if (scheme === "npipe")
    return unreadable(trimmed, "named pipes are Windows' own and are not read");
  return unreadable(trimmed, `the scheme ${scheme} is none of unix, tcp and ssh`);
}

function unixEndpoint(text: string, rest: string): Endpoint | EngineProblem {
  const path = rest === "" ? DEFAULT_SOCKET : rest;
  if (path.includes("\0") || path.includes("://")) return unreadable(text, "it is no path");
  return { kind: "unix", path, name: `unix://${shown(path)}` };
}

const HOST = String.raw`(\[[0-9A-Fa-f:.%\w]{2,64}\]|[\w.-]{0,253})`;
const TCP = new RegExp(String.raw`^${HOST}(?::(\d{0,5}))?((?:/[\w.~-]+)*)/?$`);
const SSH = new RegExp(String.raw`^(?:([^@/]{1,128})@)?${HOST}(?::(\d{1,5}))?(/[\w./-]*)?$`);

function tcpEndpoint(text: string, rest: string, tls?: TlsMaterial): Endpoint | EngineProblem {
  const match = TCP.exec(rest);
  if (match === null) return unreadable(text, "it is no HOST:PORT");
  const [, bracketed = "", written = "", basePath = ""] = match;
  const host = withoutBrackets(bracketed) || "localhost";
  const port = written === "" ? (tls === undefined ? PORT : TLS_PORT) : Number(written);
  if (port < 1 || port > 65_535) return unreadable(text, "its port is none");
  if (basePath.split("/").some((part) => part === "." || part === ".."))
    return unreadable(text, "its path has dots");
  return {
    kind: "tcp",
    host,
    port,
    basePath,
    name: `tcp://${bracketed === "" ? host : bracketed}:${String(port)}${basePath}`,
    ...(tls === undefined ? {} : { tls }),
  };
}

function sshEndpoint(text: string, rest: string): Endpoint | EngineProblem {
  const match = SSH.exec(rest);
  if (match === null) return unreadable(text, "it is no USER@HOST:PORT/PATH");
  const [, user, bracketed = "", written, path = ""] = match;
  if (user?.includes(":") === true)
    return unreadable("ssh://…", "a password does not belong there: use a key");
  const host = withoutBrackets(bracketed);
  // What begins so would be an option of ssh.
  if (host === "" || host.startsWith("-") || user?.startsWith("-") === true)
    return unreadable(text, "it names no host");
  const port = written === undefined ? undefined : Number(written);
  if (port !== undefined && (port < 1 || port > 65_535))
    return unreadable(text, "its port is none");
  return {
    kind: "ssh",
    host,
    name: `ssh://${shown(rest)}`,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(/[^/]/.test(path) ? { path } : {}),
  };
}

function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

/** Nothing between `//` and `@` is repeated: it may hold a password. */
function unreadable(text: string, why: string): EngineProblem {
  const harmless = text.replace(/\/\/[^/]*@/, "//…@");
  return {
    problem: `no engine is read at "${shown(harmless, 100)}": ${why}`,
    settle: "write unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
  };
}
