/**
 * What the documentation promises: the usual ways from the engine's API to root of the host, with the real docker
 * command line, through every preset that may create. Each is refused with a message that teaches, the host stays
 * as it was, and docs/gate-takeovers.md shows the messages as they are.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { presets } from "../../src/gate/policy/presets.ts";
import { engineMissing, startEngine, type Outcome, type TestEngine } from "../support/engine.ts";
import { startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing = engineMissing();
const PAGE = resolve(import.meta.dirname, "../../docs/gate-takeovers.md");
/** Those whose messages the page shows. */
const SHOWN = "ci-runner";
const creators = Object.entries(presets).flatMap(([name, { client }]) =>
  client.allow?.containers?.some((word) => word === "create") === true ? [name] : [],
);

interface Takeover {
  /** After `docker`; `@` stands for a folder with a Dockerfile, `%` for the client's own container. */
  readonly line: string;
  readonly rule: string;
  /** The word without which the policy refuses it before anything else. */
  readonly word?: readonly [area: "containers" | "networks" | "volumes" | "build", word: string];
}

const CREATE = ["containers", "create"] as const;
const run = (words: string, rule: string): Takeover => ({
  line: `run --rm ${words} busybox:test sh`,
  rule,
  word: CREATE,
});

const takeovers: readonly Takeover[] = [
  run("-v /:/host", "bind-not-granted"),
  run("-v /:/host:ro", "bind-not-granted"),
  run("-v /var/run/docker.sock:/var/run/docker.sock", "bind-not-granted"),
  run("-v /run:/run", "bind-not-granted"),
  run("-v /etc:/etc", "bind-not-granted"),
  run("-v /tmp/../:/host", "bind-not-granted"),
  run("--mount type=bind,src=/root,dst=/root", "bind-not-granted"),
  run(
    "--mount type=volume,dst=/host,volume-opt=type=none,volume-opt=device=/,volume-opt=o=bind",
    "bind-not-granted",
  ),
  run("--privileged", "privileged"),
  run("--cap-add SYS_ADMIN", "capability-not-granted"),
  run("--cap-add ALL", "capability-not-granted"),
  run("--pid host", "host-namespace"),
  run("--ipc host", "host-namespace"),
  run("--uts host", "host-namespace"),
  run("--userns host", "host-namespace"),
  run("--cgroupns host", "host-namespace"),
  run("--network host", "host-namespace"),
  run("--device /dev/mem", "device-not-granted"),
  run('--device-cgroup-rule "b *:* rwm"', "host-device"),
  run("--gpus all", "device-not-granted"),
  run("--security-opt seccomp=unconfined", "seccomp-unconfined"),
  run("--security-opt apparmor=unconfined", "mac-unconfined"),
  run("--security-opt systempaths=unconfined", "unmasked-proc"),
  run("--runtime /bin/sh", "runtime-not-granted"),
  run("--cgroup-parent /", "cgroup-parent"),
  run("--log-driver syslog --log-opt syslog-address=tcp://127.0.0.1:1", "log-driver-not-granted"),
  {
    line: "volume create -o type=none -o device=/ -o o=bind all",
    rule: "bind-not-granted",
    word: ["volumes", "create"],
  },
  {
    line: "network create -d macvlan -o parent=eth0 lan",
    rule: "network-driver-not-granted",
    word: ["networks", "create"],
  },
  { line: "exec --privileged % sh", rule: "privileged", word: ["containers", "exec"] },
  { line: "build --network=host @", rule: "host-namespace", word: ["build", "classic"] },
  {
    line: "build --security-opt seccomp=unconfined @",
    rule: "build-parameter",
    word: ["build", "classic"],
  },
  { line: "build --cgroup-parent=/ @", rule: "build-parameter", word: ["build", "classic"] },
  { line: "plugin install --grant-all-permissions vieux/sshfs", rule: "not-in-policy" },
  { line: "swarm init", rule: "not-in-policy" },
  { line: "service create busybox:test", rule: "not-in-policy" },
  { line: "secret ls", rule: "not-in-policy" },
];

describe.skipIf(missing !== undefined)(`takeovers of the host (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: GateProcess;
  let before: string;
  beforeAll(async () => {
    engine = await startEngine();
    const clients = creators.map(
      (name) => `  ${name}:\n    preset: ${name}\n    listen: {unix: "@/${name}.sock"}\n`,
    );
    gate = await startGateProcess({
      upstream: engine.socket,
      clients: `\n${clients.join("")}`,
      first: creators.at(-1) ?? "",
    });
    mkdirSync(join(gate.folder, "context"));
    writeFileSync(join(gate.folder, "context", "Dockerfile"), "FROM busybox:test\nRUN id\n");
    for (const name of creators) {
      const own = ["run", "-d", "--name", `own-${name}`, "busybox:test", "sleep", "600"];
      const { status, err } = await gate.as(name, "docker", ...own);
      if (status !== 0) throw new Error(`${name}: ${err}`);
    }
    before = state();
  }, 120_000);
  afterAll(async () => {
    await gate.stop();
    await engine.stop();
  }, 60_000);

  const attempt = async (client: string, takeover: Takeover): Promise<Outcome> => {
    const words = takeover.line
      .replace("@", join(gate.folder, "context"))
      .replace("%", `own-${client}`)
      .match(/"[^"]+"|[^ ]+/g);
    const bare = (words ?? []).map((word) => word.replaceAll('"', ""));
    const outcome = await gate.as(client, "docker", ...bare);
    if (!outcome.err.includes("plimsoll: rate-limit")) return outcome;
    await sleep(1100);
    return gate.as(client, "docker", ...bare);
  };
  /** All that the engine has, and what of the host an attacker would change first. */
  const state = (): string =>
    [
      engine.docker("ps", "-aq", "--no-trunc").out,
      engine.docker("volume", "ls", "-q").out,
      engine.docker("network", "ls", "-q").out,
      engine.docker("images", "-aq", "--no-trunc").out,
      engine.docker("plugin", "ls", "-q").out,
      engine.docker("info", "--format", "{{.Swarm.LocalNodeState}}").out,
      readFileSync("/etc/passwd", "utf8"),
    ].join("\n--\n");

  test("the engine itself lets them happen", () => {
    const mark = join(engine.folder, "taken");
    const words = ["run", "--rm", "--network=none", "-v", "/:/host", "busybox:test", "sh", "-c"];
    const { status, err } = engine.docker(...words, `echo > /host${mark}`);
    expect(status === 0 ? "" : err).toBe("");
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
  });

  test.each(creators)(
    "through %s none does",
    async (client) => {
      const allow = presets[client as keyof typeof presets].client.allow ?? {};
      for (const takeover of takeovers) {
        const { status, err } = await attempt(client, takeover);
        const [area, word] = takeover.word ?? [];
        const words: readonly string[] = (area === undefined ? undefined : allow[area]) ?? [];
        const rule = word === undefined || words.includes(word) ? takeover.rule : "not-in-policy";
        expect(status, takeover.line).not.toBe(0);
        expect(err, takeover.line).toContain(`plimsoll: ${rule}`);
        // What would be allowed, or what to do instead.
        expect(err, takeover.line).toMatch(
          /`grant: [a-z-]+` with .+ in the policy|Leave it out|`allow: \{|Name the devices themselves/,
        );
      }
      expect(state()).toBe(before);
    },
    120_000,
  );

  test("checkpoints, whose folders are the host's, are for nobody", async () => {
    for (const client of creators) {
      const answer = await checkpoint(gate.socket(client), `own-${client}`);
      expect(answer).toMatch(/^403 .*never-admitted/);
    }
    expect(existsSync("/etc/plimsoll-checkpoint")).toBe(false);
  });

  // That of Debian: older than the one that leaves BuildKit to a plugin.
  const old = "/usr/bin/docker";
  test.skipIf(!existsSync(old))("an older command line tells its refusals too", async () => {
    const context = join(gate.folder, "context");
    const build = `DOCKER_BUILDKIT=1 ${old} build ${context}`;
    const built = await gate.as(SHOWN, "sh", "-c", build);
    expect(built.status).not.toBe(0);
    expect(built.err).toContain("plimsoll: buildkit-refused (session)");
    expect(built.err).toContain("Build with DOCKER_BUILDKIT=0");
    // Its words for any stream that is refused; it took the answer for the stream where the connection said it closes.
    const attached = await gate.as("testcontainers", old, "attach", "own-testcontainers");
    expect(attached.status).not.toBe(0);
    expect(attached.err).toContain("unable to upgrade to tcp, received 403");
  });

  test("another client's container is no way round", async () => {
    const own = `own-${creators.find((name) => name !== SHOWN) ?? ""}`;
    for (const line of [
      `exec ${own} sh`,
      `cp ${own}:/etc/passwd -`,
      `run --rm --pid container:${own} busybox:test sh`,
      `run --rm --volumes-from ${own} busybox:test sh`,
    ]) {
      const { status } = await attempt(SHOWN, { line, rule: "" });
      expect(status, line).not.toBe(0);
    }
    expect(state()).toBe(before);
  });

  test("the page shows what is said", async () => {
    const shown: string[] = [];
    for (const takeover of takeovers) {
      const { err } = await attempt(SHOWN, takeover);
      const told = err.split("\n").find((line) => line.includes("plimsoll: ")) ?? "";
      const line = takeover.line.replace("@", ".").replace("%", "my-own-container");
      shown.push(`$ docker ${line}\n${told.slice(told.indexOf("plimsoll: "))}`);
    }
    const page = readFileSync(PAGE, "utf8");
    const transcript = /```text\n([^]*?)\n```/.exec(page)?.[1];
    expect(transcript?.split("\n\n")).toEqual(shown);
  }, 60_000);
});

function checkpoint(socketPath: string, container: string): Promise<string> {
  const body = JSON.stringify({ CheckpointID: "plimsoll-checkpoint", CheckpointDir: "/etc" });
  return new Promise((settle, reject) => {
    const sent = request(
      {
        socketPath,
        method: "POST",
        path: `/v1.41/containers/${container}/checkpoints`,
        headers: { "Content-Type": "application/json" },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        answer.on("end", () => settle(`${String(answer.statusCode)} ${text}`));
      },
    );
    sent.on("error", reject).end(body);
  });
}
