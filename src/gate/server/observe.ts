/** Who is told of what the gate does: the audit log, the metrics, and standard error for what a person must see. */

import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { AuditLog } from "../audit/audit-log.ts";
import { decisionRecord, endRecord } from "../audit/records.ts";
import type { Denial } from "../judge/contract.ts";
import type { AdminAddress, CompiledGate } from "../policy/compiled.ts";
import { bindUnixSocket } from "./unix-socket.ts";
import type { Gate } from "./gate.ts";
import type { Observer } from "./observer.ts";
import type { Mode } from "./runtime.ts";

export interface ObserverOptions {
  readonly gate: CompiledGate;
  readonly mode: Mode;
  /** One line for standard error. */
  readonly say: (line: string) => void;
}

export interface OpenObserver {
  readonly observer: Observer;
  readonly stranger: (listener: string, why: string) => void;
  /** Begins to serve /healthz and /metrics of the gate. */
  readonly serve: (gate: Gate) => void;
  /** With the problems of a policy that did not come to hold. */
  readonly reloaded: (gate: CompiledGate, problems: readonly string[]) => void;
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
  say,
}: ObserverOptions): Promise<OpenObserver | { readonly problem: string; readonly help: string }> {
  const audit = gate.audit === undefined ? undefined : await openAudit(gate.audit, say);
  const run = randomBytes(4).toString("hex");
  audit?.event("start", mode);
  let admin: Server | undefined;
  if (gate.admin !== undefined) {
    admin = createServer();
    const why = await listenAdmin(admin, gate.admin);
    if (why !== undefined) {
      await audit?.close();
      return { problem: why, help: "choose another `admin` address, or free this one" };
    }
  }
  const observer: Observer = {
    decided: (decided) => {
      const written = audit?.decided(decisionRecord(decided, run)) ?? true;
      if (written === true) return undefined;
      return written === false ? NOT_WRITTEN : written.then((ok) => (ok ? undefined : NOT_WRITTEN));
    },
    finished: (decided, finished) => audit?.ended(endRecord(decided, finished, run)),
    malformed: (client, status, problem) => {
      audit?.event("malformed", `${client?.name ?? "?"} ${String(status)} ${problem}`);
    },
    bug: (error) => {
      say(
        `this is a bug in Plimsoll: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    },
  };
  return {
    observer,
    stranger: (listener, why) => audit?.event("stranger", `${listener}: ${why}`),
    serve: (running) => {
      admin?.on("request", (request, response) => {
        const healthy = running.listening.length > 0 && audit?.state.failing === undefined;
        response.writeHead(request.url === "/healthz" ? (healthy ? 200 : 503) : 404);
        response.end(healthy ? "ok\n" : "failing\n");
      });
    },
    reloaded: (_gate, problems) => {
      audit?.event(problems.length > 0 ? "reload-failed" : "reload");
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
