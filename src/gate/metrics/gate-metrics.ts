/** What a running gate counts and measures. Every label value is a word of the policy or of the gate's own. */

import type { AuditState } from "../audit/audit-log.ts";
import type { Decided, Finished } from "../server/observer.ts";
import { Counter, Gauge, Histogram, type Metric } from "./metric.ts";
import { processMetrics } from "./process.ts";

/** What is asked when the metrics are read. */
export interface GateGauges {
  readonly connections: () => number;
  /** Connections to the engine. */
  readonly upstreamConnections: () => { readonly idle: number; readonly busy: number };
  readonly audit?: () => AuditState;
}

/** Seconds; the gate adds tenths of a millisecond, and answers of the engine may take minutes. */
const ADDED = [0.000_05, 0.0001, 0.000_2, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1];
const TOOK = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Operations whose answers stay open as long as both sides like. */
const STREAMS = new Set(["hijack", "stream", "http2"]);

export class GateMetrics {
  readonly #requests = new Counter({
    name: "plimsoll_gate_requests_total",
    help: "Requests by client, operation and decision (allow, deny, shadow).",
    labels: ["client", "operation", "decision"],
    most: 4000,
  });
  readonly #denials = new Counter({
    name: "plimsoll_gate_denials_total",
    help: "Reasons for refusals by client and rule; one request may have several.",
    labels: ["client", "rule"],
    most: 2000,
  });
  readonly #answers = new Counter({
    name: "plimsoll_gate_answers_total",
    help: "Answers by client and class of status; 4xx and 5xx of the engine count here too.",
    labels: ["client", "status"],
  });
  readonly #malformed = new Counter({
    name: "plimsoll_gate_malformed_requests_total",
    help: "Requests whose bytes were no HTTP that the gate speaks, by status answered.",
    labels: ["client", "status"],
  });
  readonly #judging = new Histogram(
    {
      name: "plimsoll_gate_judging_seconds",
      help: "What the gate adds before a request is forwarded: from its head until it is decided, with the gate's own questions to the engine.",
      labels: ["client"],
    },
    ADDED,
  );
  readonly #rest = new Histogram(
    {
      name: "plimsoll_gate_answering_seconds",
      help: "From the decision to the answer's end, streams left out: the engine's time and the client's.",
      labels: ["client"],
    },
    TOOK,
  );
  readonly #open = new Gauge({
    name: "plimsoll_gate_open_requests",
    help: "Admitted requests whose answer has not ended, by kind: stream (attach, exec, logs, events, pulls, builds) or other.",
    labels: ["client", "kind"],
  });
  readonly #bytes = new Counter({
    name: "plimsoll_gate_bytes_total",
    help: "Bytes of bodies and streams, in from clients and out to them.",
    labels: ["client", "direction"],
  });
  readonly #cut = new Counter({
    name: "plimsoll_gate_cut_answers_total",
    help: "Answers that did not end by themselves, by who left: engine or client.",
    labels: ["client", "by"],
  });
  readonly #bugs = new Counter({
    name: "plimsoll_gate_bugs_total",
    help: "Exceptions that should not have been; each was answered with an error.",
  });
  readonly #reloads = new Counter({
    name: "plimsoll_gate_policy_reloads_total",
    help: "Policies that were read, by result (applied, refused).",
    labels: ["result"],
  });
  readonly #reloadOk = new Gauge({
    name: "plimsoll_gate_policy_last_reload_successful",
    help: "Whether the policy that was read last is the one that holds.",
  });
  readonly #reloadTime = new Gauge({
    name: "plimsoll_gate_policy_applied_timestamp_seconds",
    help: "When the policy that holds was applied.",
  });
  readonly #policy = new Gauge({
    name: "plimsoll_gate_policy_info",
    help: "The policy that holds: the SHA-256 of its text.",
    labels: ["sha256"],
  });
  readonly #build = new Gauge({
    name: "plimsoll_gate_build_info",
    help: "The version that runs.",
    labels: ["version"],
  });
  readonly #process = processMetrics();
  readonly #gauges: GateGauges;

  constructor(version: string, gauges: GateGauges) {
    this.#gauges = gauges;
    this.#build.set(1, version);
  }

  /** Once for each decision. */
  decided({ client, asked, request, decision, denials, judgedMs }: Decided): void {
    const operation = (asked ?? request)?.operation;
    this.#requests.add(1, client.name, operation?.id ?? "unknown", decision);
    for (const { rule } of denials) this.#denials.add(1, client.name, rule);
    this.#judging.observe(judgedMs / 1000, client.name);
    if (decision !== "deny") this.#open.add(1, client.name, kindOf(operation?.response));
  }

  /** Once for each decision, when its answer has ended. */
  finished(decided: Decided, { status, bytesIn, bytesOut, tookMs, end }: Finished): void {
    const { client, asked, request, decision, judgedMs } = decided;
    const { name } = client;
    const kind = kindOf((asked ?? request)?.operation.response);
    this.#answers.add(1, name, classOf(status));
    this.#bytes.add(bytesIn, name, "in");
    this.#bytes.add(bytesOut, name, "out");
    if (end !== "whole") this.#cut.add(1, name, end === "left" ? "client" : "engine");
    if (decision === "deny") return;
    this.#open.add(-1, name, kind);
    if (kind !== "stream") this.#rest.observe((tookMs - judgedMs) / 1000, name);
  }

  malformed(client: string | undefined, status: number): void {
    this.#malformed.add(1, client ?? "unknown", String(status));
  }

  bug(): void {
    this.#bugs.add(1);
  }

  /** `sha256` of the policy's text in hexadecimal; `at` in seconds since the epoch. */
  policyApplied(sha256: string, at: number): void {
    this.#reloads.add(1, "applied");
    this.#reloadOk.set(1);
    this.#reloadTime.set(at);
    this.#policy.clear();
    this.#policy.set(1, sha256);
  }

  /** The one before holds on. */
  policyRefused(): void {
    this.#reloads.add(1, "refused");
    this.#reloadOk.set(0);
  }

  text(): string {
    const { connections, upstreamConnections, audit } = this.#gauges;
    const state = audit?.();
    const metrics: readonly Metric[] = [
      this.#build,
      this.#requests,
      this.#denials,
      this.#answers,
      this.#malformed,
      this.#judging,
      this.#rest,
      this.#open,
      this.#bytes,
      this.#cut,
      this.#bugs,
      gauge("plimsoll_gate_connections", "Open connections of clients.", connections()),
      upstreamGauge(upstreamConnections()),
      this.#reloads,
      this.#reloadOk,
      this.#reloadTime,
      this.#policy,
      ...(state === undefined ? [] : auditMetrics(state)),
      this.#process,
    ];
    return metrics.map((metric) => metric.text()).join("");
  }
}

function kindOf(response: string | undefined): "stream" | "other" {
  return response !== undefined && STREAMS.has(response) ? "stream" : "other";
}

function classOf(status: number): string {
  return status >= 100 && status < 600 ? `${String(Math.floor(status / 100))}xx` : "none";
}

function gauge(name: string, help: string, value: number): Metric {
  const made = new Gauge({ name, help });
  made.set(value);
  return made;
}

function counter(name: string, help: string, value: number): Metric {
  const made = new Counter({ name, help });
  made.add(value);
  return made;
}

function upstreamGauge({ idle, busy }: { readonly idle: number; readonly busy: number }): Metric {
  const made = new Gauge({
    name: "plimsoll_gate_upstream_connections",
    help: "Open connections to the engine by state (idle, busy).",
    labels: ["state"],
  });
  made.set(idle, "idle");
  made.set(busy, "busy");
  return made;
}

function auditMetrics({
  written,
  lost,
  failures,
  failing,
  waiting,
  head,
}: AuditState): readonly Metric[] {
  const name = "plimsoll_gate_audit";
  return [
    counter(`${name}_entries_total`, "Entries written to the audit log.", written),
    counter(`${name}_lost_entries_total`, "Entries that were never written.", lost),
    counter(`${name}_failures_total`, "How often writing the audit log began to fail.", failures),
    gauge(
      `${name}_failing`,
      "Whether the audit log cannot be written now.",
      failing === undefined ? 0 : 1,
    ),
    gauge(`${name}_waiting_entries`, "Entries that wait for the disk.", waiting),
    gauge(`${name}_last_sequence`, "Number of the last entry that was written.", head.seq),
  ];
}
