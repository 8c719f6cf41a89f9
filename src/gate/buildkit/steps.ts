/** What of a request over HTTP/1.1 belongs to BuildKit: sessions, and builds that name one. */

import { hash } from "node:crypto";
import type { Denial, GateRequest, Step, StepResult } from "../judge/contract.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { RawHeaders } from "../wire/headers.ts";
import { serviceOf, sessionServices } from "./control-methods.ts";
import type { BuildRegistry } from "./registry.ts";

export const SESSION_HEADER = "x-docker-expose-session-uuid";
const KEY_HEADER = "x-docker-expose-session-sharedkey";
const METHOD_HEADER = "x-docker-expose-session-grpc-method";

/** Sessions are opened when the engine has changed the protocol; here they are only looked at. */
export function buildkitStep(registry: BuildRegistry): Step {
  return (request, { client }): StepResult | Promise<StepResult> => {
    switch (request.operation.id) {
      case "Session":
        return {
          request: withSessionHeaders(request, client.owner),
          denials: needsUpgrade(request),
        };
      case "Grpc":
        return { request, denials: needsUpgrade(request) };
      case "ImageBuild":
        return buildInSession(request, registry, client);
      default:
        return { request, denials: [] };
    }
  };
}

function needsUpgrade({ upgrade }: GateRequest): readonly Denial[] {
  if (upgrade === "h2c") return [];
  return [
    {
      status: 400,
      rule: "upgrade",
      at: "upgrade",
      message: "this request changes the protocol to h2c, and says so",
    },
  ];
}

function withSessionHeaders(request: GateRequest, owner: string): GateRequest {
  const valueOf = (wanted: string): string =>
    request.headers.find(([name]) => name === wanted)?.[1] ?? "";
  const headers = request.headers.flatMap(([name, value]): RawHeaders => {
    if (name === METHOD_HEADER) {
      const service = serviceOf(value);
      return service !== undefined && sessionServices.has(service) ? [[name, value]] : [];
    }
    return name === KEY_HEADER ? [] : [[name, value]];
  });
  // The engine lets sessions of one key build on each other's copies of files: those that say none have one too.
  const key = valueOf(KEY_HEADER);
  const own = key === "" ? `session ${valueOf(SESSION_HEADER)}` : `key ${key}`;
  return {
    ...request,
    headers: [...headers, [KEY_HEADER, hash("sha256", `${owner}\0${own}`, "hex")]],
  };
}

function buildInSession(
  request: GateRequest,
  registry: BuildRegistry,
  { name, build, besideOwners }: ClientPolicy,
): StepResult | Promise<StepResult> {
  const session = request.query.get("session")?.[0];
  const id = session?.kind === "text" ? session.text : "";
  if (id === "") return { request, denials: [] };
  if (build !== "mediated") return { request, denials: [NOT_MEDIATED] };
  if (besideOwners === true) return { request, denials: [FRONTENDS] };
  const result = (isOwn: boolean): StepResult => ({ request, denials: isOwn ? [] : [FOREIGN] });
  const owns = registry.ownsSession(id, name);
  return typeof owns === "boolean" ? result(owns) : owns.then(result);
}

/** The session itself was refused, which some clients do not tell. */
const NOT_MEDIATED: Denial = {
  status: 403,
  rule: "buildkit-refused",
  at: "session",
  message: "BuildKit's own connections do not pass this gate",
  help: "Build with DOCKER_BUILDKIT=0, or with a builder of your own (docker buildx create); the policy would say `allow: {build: [mediated]}`",
  needs: { key: ["allow", "build"], value: "mediated" },
};

/** Over `/grpc` the gate says which frontend builds. Here a `# syntax=` line does, which nobody reads. */
const FRONTENDS: Denial = {
  status: 403,
  rule: "build-not-seen",
  at: "version",
  message:
    "a Dockerfile's first line may bring a frontend of its own, which reaches what other clients' builds keep",
  help: "Build with docker buildx build, which asks BuildKit itself, through this gate, or with DOCKER_BUILDKIT=0",
};

const FOREIGN: Denial = {
  status: 403,
  rule: "not-yours",
  at: "session",
  message: "this session is not one that the client has open through this gate",
};
