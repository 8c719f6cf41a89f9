/** `plimsoll gate explain REQUEST`: the whole judgement on one request, in words. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BuildRegistry } from "../../../gate/buildkit/registry.ts";
import { explainRequest, noEngine, type ExplainContext } from "../../../gate/explain/explain.ts";
import { readExplained } from "../../../gate/explain/read-explained.ts";
import { gateStages } from "../../../gate/explain/stages.ts";
import type { CompiledGate } from "../../../gate/policy/compiled.ts";
import { hostBelow, unseenHost } from "../../../gate/server/host-view.ts";
import { createUpstream } from "../../../gate/http/upstream.ts";
import { engineAsk } from "../../../gate/server/ask-engine.ts";
import { upstreamWay } from "../../../gate/server/connect-upstream.ts";
import { EngineVersions } from "../../../gate/server/engine-versions.ts";
import { renderExplanation } from "../../../report/gate/explain.ts";
import { createPaint } from "../../../report/terminal/paint.ts";
import type { ExitStatus, Invocation, Io } from "../../command.ts";
import { colorWanted, widthWanted } from "../../terminal.ts";
import { loadPolicy, usage } from "./load-policy.ts";

export async function explainGate(invocation: Invocation): Promise<ExitStatus> {
  const { io, options } = invocation;
  const [path] = invocation.arguments;
  if (path === undefined) {
    return usage(io, [
      {
        problem: "explain needs a request",
        help: 'a file with {"method": …, "path": …, "body": …}, with HTTP/1.1 text, or with a line of the audit log; - for standard input',
      },
    ]);
  }
  const loaded = loadPolicy(invocation);
  if (!loaded.ok) return usage(io, loaded.problems);
  const text = await readRequest(path, io);
  if (typeof text !== "string") return usage(io, [text]);
  const { gate } = loaded.policy;
  const read = readExplained(text);
  if (typeof read === "string") {
    return usage(io, [{ problem: read, help: "plimsoll gate --help says what a request is" }]);
  }
  const name = options.text("client") ?? read.client ?? gate.clients[0]?.policy.name;
  const client = gate.clients.find(({ policy }) => policy.name === name)?.policy;
  if (
    client === undefined ||
    (options.text("client") === undefined && isUnclear(gate, read.client))
  ) {
    const names = gate.clients.map(({ policy }) => policy.name).join(", ");
    return usage(io, [
      {
        problem: "whose request it is, is not clear",
        help: `name the client with --client: ${names}`,
      },
    ]);
  }
  const asked = options.flag("ask-engine") ? engineOf(gate) : undefined;
  const context: ExplainContext = {
    client,
    stages: gateStages(new BuildRegistry()),
    engine: asked?.engine ?? noEngine,
    host: gate.hostRoot === undefined ? unseenHost : hostBelow(gate.hostRoot),
    versions: client.versions,
  };
  const explanation = await explainRequest(text, context);
  asked?.close();
  if (typeof explanation === "string") {
    return usage(io, [
      { problem: explanation, help: "plimsoll gate --help says what a request is" },
    ]);
  }
  const width = Math.min(100, widthWanted(options.text("width"), io));
  io.out(
    renderExplanation(explanation, {
      width,
      paint: createPaint(colorWanted(options.text("color"), io, false)),
    }),
  );
  return explanation.verdict === "allow" ? 0 : 1;
}

const isUnclear = ({ clients }: CompiledGate, named: string | undefined): boolean =>
  named === undefined && clients.length > 1;

async function readRequest(
  path: string,
  io: Io,
): Promise<string | { readonly problem: string; readonly help: string }> {
  if (path === "-") return Buffer.from(await io.readStandardInput()).toString("utf8");
  try {
    return readFileSync(resolve(io.workingDirectory, path), "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { problem: `${path} cannot be read: ${why}`, help: "give a file with a request" };
  }
}

function engineOf(gate: CompiledGate): {
  readonly engine: ReturnType<typeof engineAsk>;
  readonly close: () => void;
} {
  const way = upstreamWay(gate.upstream);
  const upstream = createUpstream({ connect: way.connect });
  const versions = new EngineVersions(upstream, way.basePath, () => performance.now());
  return {
    engine: async (question) => {
      await versions.known();
      return engineAsk(upstream, way.basePath, versions)(question);
    },
    close: () => upstream.destroy(),
  };
}
