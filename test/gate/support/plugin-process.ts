/**
 * The authorization plugin as a process of its own, as an engine needs it: `plugin-process.ts SOCKET POLICY
 * ENGINE`. It lets everything pass until SIGUSR2. Decisions are lines of JSON on standard output.
 */

import { readFileSync } from "node:fs";
import { BuildRegistry } from "../../../src/gate/buildkit/registry.ts";
import type { PluginContext } from "../../../src/gate/plugin/authorize.ts";
import { pluginClients } from "../../../src/gate/plugin/clients.ts";
import { ownQuestions } from "../../../src/gate/plugin/own-questions.ts";
import { servePlugin } from "../../../src/gate/plugin/serve.ts";
import { compilePolicy } from "../../../src/gate/policy/compile.ts";
import { gateSteps } from "../../../src/gate/server/core.ts";
import { hostBelow } from "../../../src/gate/server/host-view.ts";

const [socket = "", policy = "", engine = ""] = process.argv.slice(2);
const compiled = compilePolicy({ path: policy, text: readFileSync(policy, "utf8") });
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const clients = pluginClients(compiled.gate, "everyone");
if (typeof clients === "string") throw new Error(clients);
const questions = ownQuestions(engine);

const say = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const context: PluginContext = {
  clients,
  steps: gateSteps(new BuildRegistry()),
  engine: questions.ask,
  isOwn: questions.isOwn,
  host: hostBelow("/"),
  versions: ({ versions }) => versions,
  mode: "enforce",
  observer: {
    decided: ({ client, asked, decision, denials }) => {
      const rules = denials.map(({ rule }) => rule);
      say({ client: client.name, operation: asked?.operation.id, decision, rules });
      return undefined;
    },
    finished: () => undefined,
    malformed: (_, status, problem) => say({ status, problem }),
    bug: (error) => say({ bug: String(error) }),
  },
  now: () => performance.now(),
};

let mode: PluginContext["mode"] = "shadow";
process.on("SIGUSR2", () => {
  mode = "enforce";
  say({ now: "enforce" });
});
const served = await servePlugin(socket, () => ({ ...context, mode }));
say(typeof served === "string" ? { problem: served } : { now: "ready" });
