/** A gate within this process before an engine, for requests of the catalogue: one for each policy. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../../src/gate/policy/compile-settings.ts";
import type { ClientPolicy } from "../../../src/gate/policy/client-policy.ts";
import { lasting, makeCore } from "../../../src/gate/server/core.ts";
import { Gate } from "../../../src/gate/server/gate.ts";
import type { Decided, Observer } from "../../../src/gate/server/observer.ts";
import { connectTo } from "./recording-engine.ts";

export interface LiveGate {
  /** Sends one request and gives the whole answer, once it has ended or stopped coming. */
  readonly send: (request: LiveRequest) => Promise<LiveAnswer>;
  readonly decisions: readonly Decided[];
  readonly bugs: readonly unknown[];
  readonly stop: () => Promise<void>;
}

export interface LiveRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface LiveAnswer {
  readonly status: number;
  readonly message: string;
}

export async function startLiveGate(
  upstream: string,
  policy: ClientPolicy,
  hostRoot?: string,
): Promise<LiveGate> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-live-"));
  const path = join(folder, "s");
  const decisions: Decided[] = [];
  const bugs: unknown[] = [];
  const observer: Observer = {
    decided: (decided) => void decisions.push(decided),
    finished: () => undefined,
    malformed: () => undefined,
    bug: (error) => void bugs.push(error),
  };
  const kept = lasting("enforce", observer);
  const started = await Gate.start(
    {
      upstream: { kind: "unix", path: upstream },
      clients: [{ policy }],
      listeners: [{ kind: "unix", path, mode: 0o600, client: policy.name }],
      drainMilliseconds: 0,
      limits: DEFAULT_LIMITS,
      ...(hostRoot === undefined ? {} : { hostRoot }),
    },
    {
      observer,
      makeCore: (compiled) => makeCore(compiled, kept),
      now: kept.now,
      onStranger: () => undefined,
    },
  );
  if (!started.ok) throw new Error(started.why.join("; "));
  return {
    decisions,
    bugs,
    send: (request) => send(path, request),
    stop: async () => {
      await started.gate.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Marks what comes from a client: the gate's own questions have no such header. */
export const ATTACKER = "attacker/1.0";
const WAIT_MILLISECONDS = 10_000;

async function send(path: string, request: LiveRequest): Promise<LiveAnswer> {
  const socket = await connectTo(path);
  socket.on("error", () => undefined);
  let text = "";
  const ended = new Promise<void>((resolve) => {
    const look = (piece: Buffer): void => {
      text += piece.toString("latin1");
      if (isWhole(text)) resolve();
    };
    socket
      .on("data", look)
      .on("end", resolve)
      .on("close", () => resolve());
    setTimeout(resolve, WAIT_MILLISECONDS).unref();
  });
  const body = Buffer.from(request.body ?? []);
  const given = Object.entries(request.headers ?? {});
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const framing =
    body.byteLength > 0 && !names.has("content-length") && !names.has("transfer-encoding")
      ? [["Content-Length", String(body.byteLength)] as const]
      : [];
  const lines = [["Host", "d"], ["User-Agent", ATTACKER], ...given, ...framing]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  socket.write(
    Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${lines}\r\n`, "latin1"),
  );
  socket.write(body);
  await ended;
  socket.destroy();
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  return { status, message: text.slice(text.indexOf("\r\n\r\n") + 4) };
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end + 2))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  return text.endsWith("\r\n0\r\n\r\n") || /^HTTP\/1\.1 (?:204|304)/.test(text);
}
