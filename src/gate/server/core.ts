/** What a policy makes of the gate's inside: the way to the engine, the view of its host, the steps. */

import { BuildRegistry } from "../buildkit/registry.ts";
import { buildkitStep } from "../buildkit/steps.ts";
import { DEFAULT_UPSTREAM_LIMITS } from "../http/contract.ts";
import { createUpstream } from "../http/upstream.ts";
import type { Step } from "../judge/contract.ts";
import { ownLabelStep } from "../ownership/own-label.ts";
import { ownershipSteps } from "../ownership/steps.ts";
import type { CompiledGate } from "../policy/compiled.ts";
import { postureSteps } from "../posture/steps.ts";
import { redactionStep } from "../redact/step.ts";
import { engineAsk } from "./ask-engine.ts";
import { upstreamWay } from "./connect-upstream.ts";
import { EngineVersions } from "./engine-versions.ts";
import type { Core } from "./gate.ts";
import { hostBelow, unseenHost } from "./host-view.ts";
import type { Observer } from "./observer.ts";
import type { Mode } from "./runtime.ts";

/** What outlives a change of policy. */
export interface Lasting {
  readonly mode: Mode;
  readonly observer: Observer;
  readonly builds: BuildRegistry;
  readonly now: () => number;
  readonly nextId: () => number;
}

export function lasting(mode: Mode, observer: Observer): Lasting {
  let lastId = 0;
  return {
    mode,
    observer,
    builds: new BuildRegistry(),
    now: () => performance.now(),
    nextId: () => (lastId += 1),
  };
}

/** The judgement in its order: whose it is, what it may grant, what is shown of the answer. */
export function gateSteps(builds: BuildRegistry): readonly Step[] {
  return [...ownershipSteps, buildkitStep(builds), ...postureSteps, redactionStep, ownLabelStep];
}

/** Throws where a file of the TLS material cannot be read. */
export function makeCore(compiled: CompiledGate, kept: Lasting): Core {
  const { limits, hostRoot } = compiled;
  const way = upstreamWay(compiled.upstream);
  const upstream = createUpstream({
    connect: way.connect,
    limits: { ...DEFAULT_UPSTREAM_LIMITS, connections: limits.upstreamConnections },
  });
  const versions = new EngineVersions(upstream, way.basePath, kept.now);
  return {
    retire: () => upstream.close(),
    runtime: {
      ...kept,
      upstream,
      basePath: way.basePath,
      versions,
      engine: engineAsk(upstream, way.basePath, versions),
      host: hostRoot === undefined ? unseenHost : hostBelow(hostRoot),
      steps: gateSteps(kept.builds),
      bodyBytes: limits.bodyBytes,
      ...(limits.uploadBytes === undefined ? {} : { uploadBytes: limits.uploadBytes }),
    },
  };
}
