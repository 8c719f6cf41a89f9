/** `plimsoll gate`: runs until it is told to stop. */

import process from "node:process";
import { Gate } from "../../../gate/server/gate.ts";
import { lasting, makeCore } from "../../../gate/server/core.ts";
import { openObserver, type OpenObserver } from "../../../gate/server/observe.ts";
import type { CompiledGate } from "../../../gate/policy/compiled.ts";
import type { ExitStatus, Invocation, Io } from "../../command.ts";
import { printableLine } from "../../printable.ts";
import { version } from "../../version.ts";
import { loadFile, loadForLearning, loadPolicy, usage, type Loaded } from "./load-policy.ts";
import { watch, type Watching } from "./watch.ts";

export async function runGate(invocation: Invocation): Promise<ExitStatus> {
  const { io, options } = invocation;
  if (options.flag("plugin")) return (await import("./plugin.ts")).runPlugin(invocation);
  const learned = options.text("learn");
  const loaded = learned === undefined ? loadPolicy(invocation) : loadForLearning(invocation);
  if (!loaded.ok) return usage(io, loaded.problems);
  const { policy } = loaded;
  const say = (line: string): void => io.err(`plimsoll: ${printableLine(line)}\n`);
  for (const warning of policy.warnings) say(`warning: ${warning}`);
  const mode = options.flag("shadow") || learned !== undefined ? "shadow" : "enforce";
  const watching = watch(learned, mode, policy.gate, invocation);
  if ("problem" in watching) return usage(io, [watching]);
  const settings = { gate: policy.gate, mode, version, say } as const;
  const observer = await openObserver({ ...settings, tap: watching.tap });
  if ("problem" in observer) return usage(io, [observer]);
  const kept = lasting(mode, observer.observer);
  const started = await Gate.start(watching.gate(policy.gate), {
    observer: observer.observer,
    makeCore: (compiled) => makeCore(compiled, kept),
    now: kept.now,
    onStranger: (listener, why) => observer.stranger(listener, why),
  });
  if (!started.ok) {
    await observer.close();
    return usage(
      io,
      started.why.map((problem) => ({ problem, help: "correct the policy, or free the address" })),
    );
  }
  const { gate } = started;
  observer.serve(gate, policy.sha256);
  for (const listening of gate.listening) say(`listening on ${listening.name}`);
  for (const line of watching.begin) say(line);
  await untilStopped(gate, observer, (path) => loadAgain(path, watching, io), policy.path, say);
  for (const line of watching.end()) io.err(line);
  return 0;
}

function loadAgain(path: string, watching: Watching, io: Io): Loaded {
  const loaded = loadFile(path, io);
  if (!loaded.ok) return loaded;
  return { ok: true, policy: { ...loaded.policy, gate: watching.gate(loaded.policy.gate) } };
}

/** SIGHUP reads the policy again, SIGTERM and SIGINT stop after a drain, a second one at once. */
function untilStopped(
  gate: Gate,
  observer: OpenObserver,
  load: (path: string) => Loaded,
  path: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    let reloading = Promise.resolve();
    const stop = (): void => {
      const grace = stopping ? 0 : gate.compiled.drainMilliseconds;
      if (!stopping && gate.connections > 0) {
        say(
          `stopping: ${String(gate.connections)} connections have ${String(grace / 1000)} s to end`,
        );
      }
      const again = stopping;
      stopping = true;
      const stopped = gate.stop(grace);
      // A second word only hastens the first.
      if (!again) void stopped.then(end);
    };
    const end = async (): Promise<void> => {
      process.off("SIGHUP", reload).off("SIGTERM", stop).off("SIGINT", stop);
      await observer.close();
      resolve();
    };
    const reload = (): void => {
      observer.reopen();
      // One after the other: the last file wins.
      reloading = reloading.then(() => reloadFrom(gate, observer, load, path, say));
    };
    process.on("SIGHUP", reload).on("SIGTERM", stop).on("SIGINT", stop);
  });
}

async function reloadFrom(
  gate: Gate,
  observer: OpenObserver,
  load: (path: string) => Loaded,
  path: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  if (path === undefined) {
    say("reload: the environment of a process does not change; start it anew");
    return;
  }
  const loaded = load(path);
  const problems = loaded.ok
    ? unchangeable(gate.compiled, loaded.policy.gate)
    : loaded.problems.map(({ problem, help }) => `${problem}; ${help}`);
  const failed =
    !loaded.ok || problems.length > 0 ? problems : await gate.reload(loaded.policy.gate);
  if (failed === undefined && loaded.ok) {
    observer.reloaded(loaded.policy.sha256);
    say("reloaded the policy");
    return;
  }
  observer.reloaded(undefined);
  for (const problem of failed ?? []) say(problem);
  say("the policy was not reloaded: the one before goes on");
}

/** What is opened once. */
function unchangeable(now: CompiledGate, next: CompiledGate): readonly string[] {
  const changed = (["audit", "admin"] as const).filter(
    (key) => JSON.stringify(now[key]) !== JSON.stringify(next[key]),
  );
  return changed.map((key) => `${key} is opened at the start: start the gate anew to change it`);
}
