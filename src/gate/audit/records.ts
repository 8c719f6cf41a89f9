/** What the gate tells of a request, as entries of the audit log: names and counts, no value of the request. */

import type { GateRequest } from "../judge/contract.ts";
import type { Decided, Finished } from "../server/observer.ts";
import { isJsonObject } from "../wire/json/value.ts";
import { withoutCredentials } from "./without-credentials.ts";
import type { DecisionRecord, EndRecord, Verdict } from "./entry.ts";

const VERDICTS: Readonly<Record<Decided["decision"], Verdict>> = {
  allow: "allow",
  deny: "deny",
  shadow: "shadow-deny",
};

/** `run` tells one run of the gate from another: ids count from 1 in each. */
export function decisionRecord(decided: Decided, run: string): DecisionRecord {
  const { client, method, asked, request, decision, denials, judgedMs } = decided;
  const [first] = denials;
  const known = asked ?? request;
  const object = known === undefined ? undefined : objectOf(known);
  const sent = request === undefined ? undefined : pathName(request);
  const id = sent === undefined || sent === object ? undefined : sent;
  return {
    request: `${run}-${String(decided.id)}`,
    client: client.name,
    method: known?.operation.method ?? method,
    decision: VERDICTS[decision],
    latencyMicros: judgedMs * 1000,
    ...(known === undefined
      ? {}
      : { operation: known.operation.id, route: known.route.pattern, api: known.minor }),
    ...(object === undefined ? {} : { object }),
    ...(id === undefined ? {} : { id }),
    ...(first === undefined ? {} : { rule: first.rule, denials: denials.length }),
    ...(first === undefined || first.at === "" ? {} : { field: first.at }),
    ...(first === undefined || decision !== "deny" ? {} : { status: first.status }),
  };
}

const CUTS: Readonly<Record<Finished["end"], string | undefined>> = {
  whole: undefined,
  broken: "engine-gone",
  left: "client-gone",
};

export function endRecord(decided: Decided, finished: Finished, run: string): EndRecord {
  const { status, bytesIn, bytesOut, tookMs, end } = finished;
  const operation = (decided.asked ?? decided.request)?.operation.id;
  const cut = CUTS[end];
  return {
    request: `${run}-${String(decided.id)}`,
    client: decided.client.name,
    status,
    latencyMicros: tookMs * 1000,
    bytesIn,
    bytesOut,
    ...(operation === undefined ? {} : { operation }),
    ...(cut === undefined ? {} : { cut }),
  };
}

/** Parameters that name what a request without a name in its path is about. */
const NAMING = ["name", "fromImage", "container", "t", "remote"];

/** The name of what the request is about, as the client wrote it. */
function objectOf(request: GateRequest): string | undefined {
  const named = pathName(request);
  if (named !== undefined) return named;
  for (const parameter of NAMING) {
    const [value] = request.query.get(parameter) ?? [];
    // An address may hold credentials.
    if (value?.kind === "text" && value.text !== "") return withoutCredentials(value.text);
  }
  const name = isJsonObject(request.body) ? request.body.get("Name") : undefined;
  return typeof name === "string" ? name : undefined;
}

function pathName({ names }: GateRequest): string | undefined {
  const [first] = names.values();
  return first;
}
