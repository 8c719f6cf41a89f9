/** For tests: a client's policy from the words of gate.yaml, and requests as a client would send them. */

import type { GateRequest } from "./judge/contract.ts";
import { readHead, withBody } from "./judge/read-request.ts";
import type { ClientPolicy } from "./policy/client-policy.ts";
import { compilePolicy } from "./policy/compile.ts";
import type { RawHeaders } from "./wire/headers.ts";
import { DEFAULT_VERSIONS } from "./wire/target.ts";

/** `settings`: what stands under the client's name, as one line of YAML's flow form. */
export function clientPolicy(name: string, settings: string): ClientPolicy {
  const text = `version: 1\nclients:\n  ${name}: {listen: {unix: /run/gate/${name}.sock}, ${settings}}\n`;
  const compiled = compilePolicy({ path: "gate.yaml", text });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const [client] = compiled.gate.clients;
  if (client === undefined) throw new Error("no client");
  return client.policy;
}

/** The request that the gate makes of a client's words. */
export function gateRequest(
  method: string,
  target: string,
  body?: unknown,
  headers: RawHeaders = [],
): GateRequest {
  const sent: RawHeaders =
    body === undefined ? headers : [...headers, ["Content-Type", "application/json"]];
  const head = readHead(method, target, sent, DEFAULT_VERSIONS);
  if (!head.ok) throw new Error(head.refusal.message);
  if (body === undefined) return head.value;
  const read = withBody(head.value, Buffer.from(JSON.stringify(body)), sent);
  if (!read.ok) throw new Error(`${read.refusal.at}: ${read.refusal.message}`);
  return read.value;
}
