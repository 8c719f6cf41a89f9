/** A real registry with TLS and a password behind a real engine: login, push and pull through a gate. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type Outcome, type TestEngine } from "../support/engine.ts";
import { registryMissing, startRegistry, type TestRegistry } from "../support/registry.ts";
import { runAt, startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing = engineMissing() ?? registryMissing();

describe.skipIf(missing !== undefined)(`a registry through a gate (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: GateProcess;
  let granted: TestRegistry;
  let other: TestRegistry;
  beforeAll(async () => {
    [granted, other] = await Promise.all([startRegistry(), startRegistry()]);
    // The engine asks registries on the machine's own addresses with TLS and without a check of the name.
    engine = await startEngine();
    gate = await startGateProcess({ upstream: engine.socket, clients: clients(), first: "open" });
  }, 120_000);
  afterAll(async () => {
    await gate.stop();
    await engine.stop();
    await Promise.all([granted.stop(), other.stop()]);
  }, 60_000);

  const clients = (): string => `
  owner:
    listen: {unix: "@/owner.sock"}
    allow: {containers: [list], images: [all], system: [auth, events]}
    ownership: true
    grant: {registries: ["${granted.host}"]}
  open:
    listen: {unix: "@/open.sock"}
    allow: {containers: [list], images: [all], system: [auth]}
    ownership: false
    grant: {registries: ["${granted.host}", "${other.host}"]}
`;
  /** Each name has a configuration of its own, and so its own credentials. */
  const docker = (socket: string, name: string, ...words: string[]): Promise<Outcome> => {
    const folder = join(gate.folder, `config-${name}`);
    mkdirSync(folder, { recursive: true });
    return runAt(socket, folder, "docker", words);
  };
  const through = (...words: string[]): Promise<Outcome> =>
    docker(gate.socket("owner"), "owner", ...words);
  const direct = (...words: string[]): Promise<Outcome> =>
    docker(engine.socket, "direct", ...words);
  const open = (...words: string[]): Promise<Outcome> =>
    docker(gate.socket("open"), "open", ...words);
  const good = async (outcome: Promise<Outcome>): Promise<string> => {
    const { status, out, err } = await outcome;
    expect(status === 0 ? "" : `${String(status)}: ${err}`).toBe("");
    return out;
  };
  const login = (registry: TestRegistry, password: string): string[] => [
    "login",
    `--username=${registry.username}`,
    `--password=${password}`,
    registry.host,
  ];

  test("login: the registry's own answer, right or wrong", async () => {
    const wrong = await through(...login(granted, "wrong"));
    expect(wrong).toEqual(await direct(...login(granted, "wrong")));
    expect(wrong.status).toBe(1);
    expect(wrong.err).toMatch(/unauthorized/i);
    for (const run of [through, direct, open]) {
      expect(await good(run(...login(granted, granted.password)))).toContain("Login Succeeded");
    }
    await good(open(...login(other, other.password)));
  });

  test("push and pull, with their progress", async () => {
    const name = `${granted.host}/team/app`;
    await good(open("tag", "busybox:test", `${name}:open`));
    const pushed = await open("push", `${name}:open`);
    expect(pushed.status).toBe(0);
    expect(pushed.out).toMatch(/digest: sha256:[0-9a-f]{64}/);
    expect(pushed).toEqual(
      await direct("push", `${name}:open`).then(({ out, ...rest }) => ({
        ...rest,
        out: out.replace("Layer already exists", "Pushed"),
      })),
    );
    // What a client with ownership pushes is its own: it made it.
    const own = `${name}:own`;
    await good(through("import", join(engine.folder, "busybox.tar"), own));
    expect((await good(through("push", own))).split("\n").length).toBe(
      pushed.out.split("\n").length,
    );

    await good(through("rmi", own));
    const pulled = await through("pull", own);
    expect(pulled.out).toContain("Status: Downloaded newer image");
    await good(direct("rmi", own));
    expect(steady(pulled)).toEqual(steady(await direct("pull", own)));
    const digest = /sha256:[0-9a-f]{64}/.exec(pulled.out)?.[0] ?? "";
    await good(through("pull", `${name}@${digest}`));
  });

  test("all tags, and what the registry does not have", async () => {
    const name = `${granted.host}/team/app`;
    for (const words of [
      ["pull", `${name}:nothing`],
      ["pull", `${granted.host}/nobody/nothing`],
    ]) {
      expect([words, steady(await through(...words))]).toEqual([
        words,
        steady(await direct(...words)),
      ]);
    }
    const nothing = ["push", `${name}:nothing`];
    expect(await open(...nothing)).toEqual(await direct(...nothing));
    expect((await through(...nothing)).err).toContain("No such image");
    expect(await good(through("pull", "--all-tags", name))).toMatch(/open: Pulling[^]*Status: /);
  });

  test("an image that is too big for one piece", async () => {
    const name = `${granted.host}/team/big:1`;
    const file = join(gate.folder, "big.tar");
    const tar = [
      `mkdir -p ${gate.folder}/big && head -c 30000000 /dev/urandom > ${gate.folder}/big/random`,
      `tar -C ${gate.folder}/big -cf ${file} .`,
      `docker import ${file} ${name}`,
    ].join(" && ");
    await good(runAt(gate.socket("owner"), join(gate.folder, "config-owner"), "sh", ["-c", tar]));
    await good(through("push", name));
    await good(through("rmi", name));
    await good(through("pull", name));
  }, 60_000);

  test("another registry is refused, whatever the name looks like", async () => {
    const [, port = ""] = other.host.split(":");
    await good(through("tag", "busybox:test", `${other.host}/app:1`)).catch(() => undefined);
    for (const words of [
      ["pull", `${other.host}/team/app:1`],
      ["pull", `127.0.0.1:${port}/team/app:1`],
      ["pull", "busybox:latest"],
      ["pull", "docker.io/library/busybox"],
      ["pull", `${other.host}/${granted.host.replace(":", "/")}/app`],
      login(other, other.password),
      ["login", "--username=a", "--password=b"],
      ["search", `${other.host}/app`],
    ]) {
      const { status, err } = await through(...words);
      expect(status, words.join(" ")).not.toBe(0);
      expect(err, words.join(" ")).toContain("plimsoll: registry-not-granted");
      expect(err, words.join(" ")).toContain("`grant: registries`");
    }
    // It is the grant alone that is missing.
    expect((await open("pull", `${other.host}/team/app:1`)).err).not.toContain("plimsoll");
  });

  test("a password stands nowhere in what the gate says", () => {
    const said = gate.said();
    expect(said).not.toContain(granted.password);
    expect(said).not.toContain(Buffer.from(granted.password).toString("base64").slice(0, 12));
  });

  /** Without the tag and the port of a connection, and with layers in one order. */
  function steady({ status, out, err }: Outcome): Outcome {
    const lines = out.replaceAll(/\b(?:direct|gate)\b/g, "TAG").split("\n");
    return {
      status,
      err: err.replaceAll(/:\d+->/g, ":PORT->"),
      out: [...new Set(lines)].toSorted().join("\n"),
    };
  }
});
