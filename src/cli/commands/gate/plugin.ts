/** `plimsoll gate --plugin`: the same policy as an authorization plugin of the engine. */

import process from "node:process";
import { BuildRegistry } from "../../../gate/buildkit/registry.ts";
import type { PluginContext } from "../../../gate/plugin/authorize.ts";
import { pluginClients, type PluginClients } from "../../../gate/plugin/clients.ts";
import { PLUGIN_LIMITS, unkeptBy } from "../../../gate/plugin/limits.ts";
import { ownQuestions } from "../../../gate/plugin/own-questions.ts";
import { PLUGIN_SOCKET, servePlugin } from "../../../gate/plugin/serve.ts";
import type { CompiledGate } from "../../../gate/policy/compiled.ts";
import { gateSteps } from "../../../gate/server/core.ts";
import { hostBelow, unseenHost } from "../../../gate/server/host-view.ts";
import { openObserver } from "../../../gate/server/observe.ts";
import type { ExitStatus, Invocation } from "../../command.ts";
import { printableLine } from "../../printable.ts";
import { version } from "../../version.ts";
import { loadFile, loadPolicy, usage } from "./load-policy.ts";

export async function runPlugin(invocation: Invocation): Promise<ExitStatus> {
  const { io, options } = invocation;
  const loaded = loadPolicy(invocation);
  if (!loaded.ok) return usage(io, loaded.problems);
  const say = (line: string): void => io.err(`plimsoll: ${printableLine(line)}\n`);
  const { policy } = loaded;
  if (policy.gate.upstream.kind !== "unix") {
    return usage(io, [
      {
        problem: "a plugin asks the engine over its unix socket",
        help: "write `upstream: unix:///…`",
      },
    ]);
  }
  const everyone = options.text("client");
  const clients = pluginClients(policy.gate, everyone);
  if (typeof clients === "string") {
    return usage(io, [{ problem: clients, help: "name the client with --client NAME" }]);
  }
  const mode = options.flag("shadow") ? "shadow" : "enforce";
  const settings = { gate: policy.gate, mode, version, say } as const;
  const observer = await openObserver({ ...settings, tap: () => undefined });
  if ("problem" in observer) return usage(io, [observer]);
  const questions = ownQuestions(policy.gate.upstream.path);
  const fixed = {
    steps: gateSteps(new BuildRegistry()),
    engine: questions.ask,
    isOwn: questions.isOwn,
    observer: observer.observer,
    now: () => performance.now(),
    mode,
  } as const;
  let context = contextOf(policy.gate, clients, fixed);
  const path = options.text("listen") ?? PLUGIN_SOCKET;
  const server = await servePlugin(path, () => context);
  if (typeof server === "string") {
    await observer.close();
    return usage(io, [{ problem: server, help: "choose another socket with --listen" }]);
  }
  say(`authorization plugin at ${path}; dockerd --authorization-plugin=plimsoll asks it`);
  for (const limit of PLUGIN_LIMITS) say(`limit: ${limit}`);
  for (const { policy: client } of policy.gate.clients) {
    for (const unkept of unkeptBy(client)) say(`not kept: ${unkept}`);
  }
  const reload = (): void => {
    observer.reopen();
    const again = policy.path === undefined ? undefined : loadFile(policy.path, io);
    const next = again?.ok === true ? pluginClients(again.policy.gate, everyone) : undefined;
    if (again?.ok !== true || next === undefined || typeof next === "string") {
      observer.reloaded(undefined);
      const problems = again?.ok === false ? again.problems : [];
      for (const { problem, help } of problems) say(`${problem}; ${help}`);
      if (typeof next === "string") say(next);
      say("the policy was not reloaded: the one before goes on");
      return;
    }
    context = contextOf(again.policy.gate, next, fixed);
    observer.reloaded(again.policy.sha256);
    say("reloaded the policy");
  };
  await new Promise<void>((resolve) => {
    process.on("SIGHUP", reload).once("SIGTERM", resolve).once("SIGINT", resolve);
  });
  process.off("SIGHUP", reload);
  await server.close();
  questions.close();
  await observer.close();
  return 0;
}

function contextOf(
  { hostRoot }: CompiledGate,
  clients: PluginClients,
  fixed: Omit<PluginContext, "clients" | "host" | "versions">,
): PluginContext {
  return {
    ...fixed,
    clients,
    host: hostRoot === undefined ? unseenHost : hostBelow(hostRoot),
    versions: ({ versions }) => versions,
  };
}
