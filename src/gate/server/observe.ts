/** Who is told of what the gate does: the audit log, the metrics, and standard error for what a person must see. */

import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { AuditLog } from "../audit/audit-log.ts";
import { decisionRecord, endRecord } from "../audit/records.ts";
import type { Denial } from "../judge/contract.ts";
import { adminAnswer } from "../metrics/admin.ts";
import { GateMetrics } from "../metrics/gate-metrics.ts";
import type { AdminAddress, CompiledGate } from "../policy/compiled.ts";
import { bindUnixSocket } from "./unix-socket.ts";
import type { Gate } from "./gate.ts";
import type { Decided, Observer } from "./observer.ts";
import type { Mode } from "./runtime.ts";

export interface ObserverOptions {
  readonly gate: CompiledGate;
  readonly mode: Mode;
  readonly version: string;
  /** Is told of each decision too. */
  readonly tap: (decided: Decided) => void;
  /** One line for standard error. */
  readonly say: (line: string) => void;
}

export interface OpenObserver {
  readonly observer: Observer;
  readonly stranger: (listener: string, why: string) => void;
  /** The gate listens; with the hash of its policy's text. */
  readonly serve: (gate: Gate, sha256: string) => void;
  /** With the hash of the text that holds now; without, it was refused. */
  readonly reloaded: (sha256: string | undefined) => void;
  readonly reopen: () => void;
  readonly close: () => Promise<void>;
}

const NOT_WRITTEN: Denial = {
  status: 503,
  rule: "audit-failed",
  at: "",
  message: "the audit log cannot be written, and the policy says to refuse everything until it can",
  help: "Whoever runs the gate finds the reason in its log",
};

/** A problem is a sentence on what cannot be opened, and what to do. */
export async function openObserver({
  gate,
  mode,
  version,
  tap,
  say,
}: ObserverOptions): Promise<OpenObserver | { readonly problem: string; readonly help: string }> {
  const audit = gate.audit === undefined ? undefined : await openAudit(gate.audit, say);
  const run = randomBytes(4).toString("hex");
  audit?.event("start", mode);
  const admin = gate.admin === undefined ? undefined : createServer();
  if (admin !== undefined && gate.admin !== undefined) {
    const why = await listenAdmin(admin, gate.admin);
    if (why !== undefined) {
      await audit?.close();
      return { problem: why, help: "choose another `admin` address, or free this one" };
    }
  }
  let running: Gate | undefined;
  const metrics = new GateMetrics(version, {
    connections: () => running?.connections ?? 0,
    upstreamConnections: () => {
      const { open, idle } = running?.upstreamConnections ?? { open: 0, idle: 0 };
      return { idle, busy: open - idle };
    },
    ...(audit === undefined ? {} : { audit: () => audit.state }),
  });
  let refusedReload = false;
  const problems = (): readonly string[] => [
    ...(running === undefined ? ["the gate is starting"] : []),
    ...(audit?.state.failing === undefined ? [] : ["the audit log cannot be written"]),
    ...(refusedReload ? ["the policy on disk is refused: the one before goes on"] : []),
  ];
  admin?.on("request", ({ method = "", url = "" }, response) => {
    const [path = ""] = url.split("?", 1);
    const { status, type, body } = adminAnswer(method, path, { metrics, problems });
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
    response.end(method === "HEAD" ? undefined : body);
  });
  const observer: Observer = {
    decided: (decided) => {
      metrics.decided(decided);
      tap(decided);
      const written = audit?.decided(decisionRecord(decided, run)) ?? true;
      if (written === true) return undefined;
      return written === false ? NOT_WRITTEN : written.then((ok) => (ok ? undefined : NOT_WRITTEN));
    },
    finished: (decided, finished) => {
      metrics.finished(decided, finished);
      audit?.ended(endRecord(decided, finished, run));
    },
    malformed: (client, status, problem) => {
      metrics.malformed(client?.name, status);
      audit?.event("malformed", `${client?.name ?? "?"} ${String(status)} ${problem}`);
    },
    bug: (error) => {
      metrics.bug();
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say(`this is a bug in Plimsoll: ${text}`);
    },
  };
  return {
    observer,
    stranger: (listener, why) => audit?.event("stranger", `${listener}: ${why}`),
    serve: (started, sha256) => {
      running = started;
      metrics.policyApplied(sha256, Date.now() / 1000);
    },
    reloaded: (sha256) => {
      refusedReload = sha256 === undefined;
      if (sha256 === undefined) metrics.policyRefused();
      else metrics.policyApplied(sha256, Date.now() / 1000);
      audit?.event(sha256 === undefined ? "reload-failed" : "reload");
    },
    reopen: () => audit?.reopen(),
    close: async () => {
      admin?.close();
      admin?.closeAllConnections();
      await audit?.close();
    },
  };
}

function openAudit(
  { file, maxBytes, keep, onFailure }: NonNullable<CompiledGate["audit"]>,
  say: (line: string) => void,
): Promise<AuditLog> {
  return AuditLog.open({ path: file, maxBytes, keep, onFailure, sync: false, warn: say });
}

async function listenAdmin(server: Server, admin: AdminAddress): Promise<string | undefined> {
  if (admin.kind === "unix") return bindUnixSocket(server, { path: admin.path, mode: 0o660 });
  const { host, port } = admin.address;
  return new Promise((resolve) => {
    server.once("error", ({ message }) => {
      resolve(`the admin address cannot be listened on: ${message}`);
    });
    server.listen({ host, port }, () => resolve(undefined));
  });
}
