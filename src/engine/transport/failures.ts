/** What the system, TLS or HTTP say of a connection that failed, in words. */

import { readFileSync, statSync } from "node:fs";
import type { Endpoint } from "../endpoint.ts";
import type { EngineProblem } from "../problem.ts";
import { shown } from "../problem.ts";
import { codeOf } from "../settings-files.ts";
import { SshError } from "./ssh.ts";

const START = "start the engine, or name one with DOCKER_HOST";

export function describeFailure(error: unknown, endpoint: Endpoint): EngineProblem {
  const code = codeOf(error);
  const { name } = endpoint;
  if (error instanceof SshError) {
    return {
      problem: `${name} failed: ${error.message}`,
      settle: "make `ssh HOST docker version` work, without a question asked",
    };
  }
  if (code === "EACCES" || code === "EPERM") return permissionDenied(endpoint);
  const system = SYSTEM[code];
  if (system !== undefined) return { problem: `${system} ${name}`, settle: START };
  if (code.startsWith("HPE_")) {
    return {
      problem: `what answers at ${name} is no proper HTTP (${code})`,
      settle: "name the socket or port of a Docker or Podman engine",
    };
  }
  const tls = tlsProblem(code, error instanceof Error ? error.message : "");
  if (tls !== undefined) return { problem: `${name}: ${tls[0]}`, settle: tls[1] };
  return { problem: `${name} failed (${shown(code, 60)})`, settle: START };
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: "there is no socket at",
  ENOTDIR: "there is no socket at",
  ENOTSOCK: "there is no socket at",
  ECONNREFUSED: "nobody listens at",
  ENOTFOUND: "no host is known by the name in",
  EAI_AGAIN: "no name server answers for",
  EHOSTUNREACH: "there is no way to",
  ENETUNREACH: "there is no way to",
  ETIMEDOUT: "there was no answer from",
  ECONNRESET: "the connection was closed without an answer by",
  EPIPE: "the connection was closed without an answer by",
};

const CERTIFICATES = "put the right ca.pem, cert.pem and key.pem into DOCKER_CERT_PATH";

/** While it shakes hands, OpenSSL's words come in the message of an EPROTO. */
function tlsProblem(code: string, message: string): readonly [string, string] | undefined {
  if (code === "CERT_HAS_EXPIRED") return ["its certificate has expired", "renew it"];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return ["its certificate is for another name", "use the name that the certificate is for"];
  if (/SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE/.test(code))
    return [`its certificate is of no authority that is trusted (${code})`, CERTIFICATES];
  if (/ALERT/.test(code) || / alert /.test(message))
    return [`it refuses our certificate, or that there is none (${code})`, CERTIFICATES];
  if (
    /WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(code) ||
    /wrong version|packet length/.test(message)
  )
    return ["it speaks no TLS", "unset DOCKER_TLS_VERIFY, or better give the engine certificates"];
  if (/^ERR_(?:OSSL|SSL|TLS|CRYPTO)_|^EPROTO$|^CERT_/.test(code))
    return [`TLS failed (${shown(code, 60)})`, CERTIFICATES];
  return undefined;
}

function permissionDenied(endpoint: Endpoint): EngineProblem {
  const group = endpoint.kind === "unix" ? groupOf(endpoint.path) : undefined;
  return {
    problem: `permission denied at ${endpoint.name}${group === undefined ? "" : `, which is for root and the group ${group}`}`,
    settle:
      group === undefined || group === "root"
        ? "run as root, or use a rootless engine"
        : `run as root or as a member of ${group} (which can do all that root can), or use a rootless engine`,
  };
}

/** The group that may use a socket, where the path can be looked at at all. */
function groupOf(path: string): string | undefined {
  try {
    const { gid } = statSync(path);
    const lines = readFileSync("/etc/group", "utf8").split("\n");
    const line = lines.map((each) => each.split(":")).find((fields) => fields[2] === String(gid));
    return shown(line?.[0] ?? String(gid), 64);
  } catch {
    return undefined;
  }
}
