/** The two connections that BuildKit has of its own, spoken anew on both sides. */

import type { Duplex } from "node:stream";
import { mediateControl } from "../buildkit/control.ts";
import { mediateSession, type Mediated } from "../buildkit/session.ts";
import { SESSION_HEADER } from "../buildkit/steps.ts";
import type { Denial, GateRequest } from "../judge/contract.ts";
import { engineId } from "../ownership/engine-id.ts";
import { checkTarget } from "../ownership/image-names.ts";
import { mayHoldStrangers } from "../ownership/images.ts";
import { Objects } from "../ownership/objects.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { Decided } from "./observer.ts";
import type { Runtime } from "./runtime.ts";

/** API 1.42 came with Docker 23, and that with BuildKit 0.11. */
const SOURCE_POLICY_SINCE = 42;

/** Undefined for what is not BuildKit's, and for a session whose id is taken. */
export function mediate(
  request: GateRequest,
  client: Duplex,
  engine: Duplex,
  policy: ClientPolicy,
  runtime: Runtime,
): Mediated | undefined {
  const { builds, versions, observer } = runtime;
  if (request.operation.id === "Session") {
    const id = request.headers.find(([name]) => name === SESSION_HEADER)?.[1] ?? "";
    const close = builds.openSession(id, policy.name);
    if (close === undefined) return undefined;
    const mediated = mediateSession(client, engine);
    void mediated.done.then(close);
    return mediated;
  }
  const objects = (): Objects =>
    new Objects({ client: policy, engine: runtime.engine, host: runtime.host });
  return mediateControl(client, engine, {
    policy,
    engineId: () => engineId(runtime.engine),
    pullsAnew: async () => policy.ownership && (await mayHoldStrangers(objects())),
    ownsSession: (id) => builds.ownsSession(id, policy.name),
    claimBuild: (ref) => builds.claimBuild(ref, policy.name),
    appliesSourcePolicy: versions.atLeast(SOURCE_POLICY_SINCE),
    judgeNames: async (names) => {
      if (!policy.ownership) return undefined;
      const asked = objects();
      for (const name of names) {
        const denial = await checkTarget(asked, name, "Exporters.name");
        if (denial !== undefined) return denial;
      }
      return undefined;
    },
    decided: async (denials): Promise<Denial | undefined> => {
      const decided: Decided = {
        id: runtime.nextId(),
        client: policy,
        method: "POST",
        request,
        asked: request,
        decision: denials.length > 0 ? "deny" : "allow",
        denials,
        judgedMs: 0,
      };
      const stopped = await observer.decided(decided);
      // Its answer is a part of the connection's, which is told of when it ends.
      const status = denials.length > 0 || stopped !== undefined ? 403 : 200;
      observer.finished(decided, { status, bytesIn: 0, bytesOut: 0, tookMs: 0, end: "whole" });
      return stopped;
    },
  });
}
