/** Whether the policy admits the operation at all: asked before the body is taken in. */

import { neverAdmitted, wordOf } from "../policy/words.ts";
import type { Denial, GateRequest, JudgeContext } from "./contract.ts";

const BUILDKIT = new Set(["Session", "Grpc"]);

export function notAdmitted(
  { operation: { id } }: GateRequest,
  { client }: JudgeContext,
): Denial | undefined {
  return client.operations.has(id) ? undefined : denialOf(id, client.name);
}

function denialOf(operation: string, client: string): Denial {
  const never = neverAdmitted[operation];
  if (never !== undefined) {
    return {
      status: 403,
      rule: "never-admitted",
      at: "",
      message: `no policy admits this: ${never}`,
    };
  }
  const word = wordOf(operation);
  if (word === undefined) throw new Error(`${operation} has no word`);
  const shown = `${word.area}: [${word.word}]`;
  if (BUILDKIT.has(operation)) {
    return {
      status: 404,
      rule: "not-in-policy",
      at: "",
      message: "BuildKit's own connections do not pass this gate",
      help: `Build with DOCKER_BUILDKIT=0, or with a builder of your own (docker buildx create); the policy of the client ${client} would say \`allow: {build: [mediated]}\``,
      needs: { key: ["allow", word.area], value: word.word },
    };
  }
  return {
    status: 403,
    rule: "not-in-policy",
    at: "",
    message: `the policy does not let the client ${client} do this (${operation})`,
    help: `Whoever keeps the policy would add \`allow: {${shown}}\``,
    needs: { key: ["allow", word.area], value: word.word },
  };
}
