import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Decided } from "../server/observer.ts";
import { clientPolicy, gateRequest } from "../testing.ts";
import { adminAnswer } from "./admin.ts";
import { GateMetrics } from "./gate-metrics.ts";
import { Counter, Gauge, Histogram } from "./metric.ts";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const VALUE = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** By the rules of the exposition format; throws where one is broken. */
function parse(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no line feed");
  const families = new Map<string, Family & { samples: Sample[] }>();
  let current: (Family & { samples: Sample[] }) | undefined;
  let help: readonly string[] = [];
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const [, keyword = "", name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (families.has(name)) throw new Error(`${name} is described twice`);
      if (/\\(?![\\n])/.test(rest)) throw new Error(`a bad escape: ${rest}`);
      help = [name, rest];
    } else if (keyword === "TYPE") {
      if (help[0] !== name) throw new Error(`${name} has no help before its type`);
      current = { name, type: rest, help: help[1] ?? "", samples: [] };
      families.set(name, current);
    } else {
      const sample = parseSample(line);
      const base =
        current?.type === "histogram"
          ? sample.name.replace(/_(?:bucket|sum|count)$/, "")
          : sample.name;
      if (current === undefined || base !== current.name)
        throw new Error(`out of its group: ${line}`);
      const key = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function parseSample(line: string): Sample {
  const [, name = "", inner = "", value = ""] = SAMPLE.exec(line) ?? [];
  if (name === "" || !VALUE.test(value)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const match = LABEL.exec(inner);
    if (match?.[1] === undefined) throw new Error(`bad labels: ${line}`);
    if (match[1] in labels) throw new Error(`a label twice: ${line}`);
    labels[match[1]] = (match[2] ?? "").replaceAll(/\\(.)/g, (_, escaped: string) =>
      escaped === "n" ? "\n" : escaped,
    );
  }
  const number = value.endsWith("Inf")
    ? Infinity * (value.startsWith("-") ? -1 : 1)
    : Number(value);
  return { name, labels, value: number };
}

/** Names by Prometheus' conventions, histograms by their own rules. */
function checkFamily({ name, type, samples }: Family): void {
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`a counter is ${name}`);
  if (type === "gauge" && name.endsWith("_total")) throw new Error(`a gauge is ${name}`);
  if (type !== "histogram") return;
  const groups = Map.groupBy(samples, ({ labels }) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== "le")),
  );
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) =>
      labels["le"] === "+Inf" ? Infinity : Number(labels["le"]),
    );
    const counts = buckets.map(({ value }) => value);
    const total = group.find((sample) => sample.name === `${name}_count`)?.value;
    const isAscending = (list: readonly number[]): boolean =>
      list.every((value, at) => at === 0 || value >= (list[at - 1] ?? 0));
    if (bounds.at(-1) !== Infinity || !isAscending(bounds)) throw new Error(`bounds of ${key}`);
    if (counts.at(-1) !== total || !isAscending(counts)) throw new Error(`counts of ${key}`);
    if (!group.some((sample) => sample.name === `${name}_sum`)) throw new Error(`no sum: ${key}`);
  }
}

describe("the format", () => {
  test("is exactly this", () => {
    const requests = new Counter({
      name: "a_total",
      help: "A \\ and\na line.",
      labels: ["b", "c"],
    });
    requests.add(1, 'quote " back \\', "line\nend");
    requests.add(2.5, "x", "y");
    expect(requests.text()).toBe(
      "# HELP a_total A \\\\ and\\na line.\n# TYPE a_total counter\n" +
        'a_total{b="quote \\" back \\\\",c="line\\nend"} 1\na_total{b="x",c="y"} 2.5\n',
    );
    const took = new Histogram({ name: "t_seconds", help: "T." }, [0.1, 1]);
    took.observe(0.1);
    took.observe(0.5);
    took.observe(7);
    expect(took.text()).toBe(
      "# HELP t_seconds T.\n# TYPE t_seconds histogram\n" +
        't_seconds_bucket{le="0.1"} 1\nt_seconds_bucket{le="1"} 2\nt_seconds_bucket{le="+Inf"} 3\n' +
        "t_seconds_sum 7.6\nt_seconds_count 3\n",
    );
  });

  test("holds for any labels and values, which come back as they were", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.string({ unit: "binary" }).filter((text) => !text.includes("\u0000")),
          { maxLength: 20 },
        ),
        fc.double(),
        (values, number) => {
          const gauge = new Gauge({ name: "g", help: "G.", labels: ["l"] });
          for (const value of values) gauge.set(number, value);
          const [family] = parse(gauge.text()).values();
          expect(family?.samples.map(({ labels }) => labels["l"])).toEqual(values);
          for (const { value } of family?.samples ?? []) expect(value + 0).toBe(number + 0);
        },
      ),
    );
  });

  test("a metric without labels is there before anything happened", () => {
    expect(new Counter({ name: "a_total", help: "A." }).text()).toContain("\na_total 0\n");
  });

  test("series are bounded, and what comes beyond is counted together", () => {
    const counter = new Counter({ name: "a_total", help: "A.", labels: ["b"], most: 3 });
    for (let number = 0; number < 1000; number += 1) counter.add(1, String(number));
    const [family] = parse(counter.text()).values();
    expect(family?.samples).toHaveLength(4);
    expect(family?.samples.at(-1)).toEqual({ name: "a_total", labels: { b: "other" }, value: 997 });
  });
});

describe("a gate's metrics", () => {
  const client = clientPolicy("ci", "allow: {containers: [read, create]}");
  const audit = {
    head: { seq: 9, hash: "" },
    written: 9,
    lost: 1,
    failures: 2,
    waiting: 3,
    failing: "no space is left",
  };
  const made = (): GateMetrics =>
    new GateMetrics("1.2.3", {
      connections: () => 4,
      upstreamConnections: () => ({ idle: 1, busy: 2 }),
      audit: () => audit,
    });
  const decided = (target: string, more: Partial<Decided> = {}): Decided => ({
    id: 1,
    client,
    method: "GET",
    asked: gateRequest("GET", target),
    decision: "allow",
    denials: [],
    judgedMs: 0.3,
    ...more,
  });
  const valueOf = (
    text: string,
    name: string,
    labels: Readonly<Record<string, string>> = {},
  ): number | undefined => {
    const family =
      parse(text).get(name.replace(/_(?:bucket|sum|count)$/, "")) ?? parse(text).get(name);
    return family?.samples.find(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;
  };
  const WHOLE = { status: 200, bytesIn: 10, bytesOut: 20, tookMs: 10.3, end: "whole" } as const;

  test("count requests, denials, streams, bytes and time", () => {
    const metrics = made();
    const list = decided("/containers/json");
    metrics.decided(list);
    metrics.finished(list, WHOLE);
    const logs = decided("/containers/x/logs?follow=1");
    metrics.decided(logs);
    const open = metrics.text();
    expect(valueOf(open, "plimsoll_gate_open_requests", { client: "ci", kind: "stream" })).toBe(1);
    expect(valueOf(open, "plimsoll_gate_open_requests", { client: "ci", kind: "other" })).toBe(0);
    metrics.finished(logs, { ...WHOLE, end: "left" });
    const denials = [
      { status: 403, rule: "privileged", at: "", message: "" },
      { status: 403, rule: "host-namespace", at: "", message: "" },
    ] as const;
    const denied = decided("/containers/json", { decision: "deny", denials });
    metrics.decided(denied);
    metrics.finished(denied, { ...WHOLE, status: 403 });
    const { asked: _, ...unread } = decided("/info", { decision: "deny" });
    metrics.decided(unread);
    const text = metrics.text();
    const requests = "plimsoll_gate_requests_total";
    expect(valueOf(text, requests, { operation: "ContainerList", decision: "allow" })).toBe(1);
    expect(valueOf(text, requests, { operation: "ContainerList", decision: "deny" })).toBe(1);
    expect(valueOf(text, requests, { operation: "unknown" })).toBe(1);
    expect(valueOf(text, "plimsoll_gate_denials_total", { rule: "host-namespace" })).toBe(1);
    expect(valueOf(text, "plimsoll_gate_open_requests", { kind: "stream" })).toBe(0);
    expect(valueOf(text, "plimsoll_gate_bytes_total", { direction: "out" })).toBe(60);
    expect(valueOf(text, "plimsoll_gate_cut_answers_total", { by: "client" })).toBe(1);
    expect(valueOf(text, "plimsoll_gate_answers_total", { status: "4xx" })).toBe(1);
    expect(valueOf(text, "plimsoll_gate_judging_seconds_count", { client: "ci" })).toBe(4);
    expect(valueOf(text, "plimsoll_gate_judging_seconds_bucket", { le: "0.0002" })).toBe(0);
    expect(valueOf(text, "plimsoll_gate_judging_seconds_bucket", { le: "0.0005" })).toBe(4);
    // Streams are as long as people like: only the list's time counts.
    expect(valueOf(text, "plimsoll_gate_answering_seconds_count")).toBe(1);
    expect(valueOf(text, "plimsoll_gate_answering_seconds_sum")).toBeCloseTo(0.01);
  });

  test("stand in the documentation, each with its labels", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/gate-audit.md"), "utf8");
    const metrics = made();
    const denials = [{ status: 403, rule: "privileged", at: "", message: "" }] as const;
    const denied = decided("/containers/json", { decision: "deny", denials });
    const admitted = decided("/containers/json");
    for (const one of [denied, admitted]) {
      metrics.decided(one);
      metrics.finished(one, { ...WHOLE, end: "left" });
    }
    metrics.malformed("ci", 400);
    metrics.policyApplied("aa", 1000);
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    for (const { name, samples } of parse(metrics.text()).values()) {
      const row = rows.find((line) => line.includes(`\`${name}\``)) ?? "";
      expect(row, name).not.toBe("");
      const labels = Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== "le");
      for (const label of labels) expect(row.split("|")[2], name).toContain(label);
    }
  });

  test("tell of the audit log, the policy, connections and the process", () => {
    const metrics = made();
    metrics.policyApplied("aa", 1000);
    metrics.policyRefused();
    const before = metrics.text();
    expect(valueOf(before, "plimsoll_gate_policy_last_reload_successful")).toBe(0);
    expect(valueOf(before, "plimsoll_gate_policy_info", { sha256: "aa" })).toBe(1);
    metrics.policyApplied("bb", 2000);
    const text = metrics.text();
    expect(parse(text).get("plimsoll_gate_policy_info")?.samples).toHaveLength(1);
    expect(valueOf(text, "plimsoll_gate_policy_last_reload_successful")).toBe(1);
    expect(valueOf(text, "plimsoll_gate_policy_applied_timestamp_seconds")).toBe(2000);
    expect(valueOf(text, "plimsoll_gate_policy_reloads_total", { result: "applied" })).toBe(2);
    expect(valueOf(text, "plimsoll_gate_audit_failing")).toBe(1);
    expect(valueOf(text, "plimsoll_gate_audit_lost_entries_total")).toBe(1);
    expect(valueOf(text, "plimsoll_gate_connections")).toBe(4);
    expect(valueOf(text, "plimsoll_gate_upstream_connections", { state: "busy" })).toBe(2);
    expect(valueOf(text, "plimsoll_gate_build_info", { version: "1.2.3" })).toBe(1);
    expect(valueOf(text, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(valueOf(text, "process_open_fds")).toBeGreaterThan(2);
    expect(valueOf(text, "process_cpu_seconds_total")).toBeGreaterThan(0);
  });
});

describe("the admin's answers", () => {
  const sources = (problems: readonly string[]) => ({
    metrics: { text: () => "m\n" },
    problems: () => problems,
  });

  test("health is ok, or says what is wrong", () => {
    expect(adminAnswer("GET", "/healthz", sources([]))).toMatchObject({
      status: 200,
      body: "ok\n",
    });
    expect(adminAnswer("GET", "/healthz", sources(["one", "two"]))).toMatchObject({
      status: 503,
      body: "one\ntwo\n",
    });
  });

  test("metrics come with the format's version", () => {
    expect(adminAnswer("GET", "/metrics", sources([]))).toEqual({
      status: 200,
      type: "text/plain; version=0.0.4; charset=utf-8",
      body: "m\n",
    });
  });

  test("nothing else is there, and nothing is changed", () => {
    expect(adminAnswer("POST", "/metrics", sources([])).status).toBe(405);
    expect(adminAnswer("GET", "/", sources([])).status).toBe(404);
    expect(adminAnswer("GET", "/metrics/../x", sources([])).status).toBe(404);
  });
});
