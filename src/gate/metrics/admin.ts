/** What the admin listener answers: `/metrics`, `/healthz`. It says nothing of any request. */

import type { GateMetrics } from "./gate-metrics.ts";

export interface AdminAnswer {
  readonly status: 200 | 404 | 405 | 503;
  readonly type: string;
  readonly body: string;
}

export interface AdminSources {
  readonly metrics: Pick<GateMetrics, "text">;
  /** What is wrong, one sentence each, of the gate's own words; none when all is well. */
  readonly problems: () => readonly string[];
}

const PLAIN = "text/plain; charset=utf-8";

/** `path` without its query. */
export function adminAnswer(method: string, path: string, sources: AdminSources): AdminAnswer {
  if (path !== "/metrics" && path !== "/healthz") {
    return { status: 404, type: PLAIN, body: "here are /metrics and /healthz\n" };
  }
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, type: PLAIN, body: "only GET is answered here\n" };
  }
  if (path === "/metrics") {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return { status: 200, type, body: sources.metrics.text() };
  }
  const problems = sources.problems();
  return problems.length === 0
    ? { status: 200, type: PLAIN, body: "ok\n" }
    : { status: 503, type: PLAIN, body: problems.map((problem) => `${problem}\n`).join("") };
}
