/**
 * The ordinary life of the docker command line through a gate with an adequate policy, in front of a real
 * engine: what it prints is what it prints without the gate.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type Outcome, type TestEngine } from "../support/engine.ts";
import { runAt, startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing = engineMissing();

const CLIENTS = `
  dev:
    listen: {unix: "@/dev.sock", mode: "0600"}
    allow:
      containers: [all]
      images: [all]
      networks: [all]
      volumes: [all]
      build: [classic, mediated, prune]
      system: [info, events, df, auth]
    ownership: false
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {restart: true, networks: ["*"], volumes: ["*"]}
    posture: {refuse: none}
  reader:
    preset: monitoring
    listen: {unix: "@/reader.sock", mode: "0600"}
`;

describe.skipIf(missing !== undefined)(`docker through a gate (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: GateProcess;
  beforeAll(async () => {
    engine = await startEngine();
    gate = await startGateProcess({ upstream: engine.socket, clients: CLIENTS, first: "dev" });
  }, 90_000);
  afterAll(async () => {
    await gate.stop();
    await engine.stop();
  }, 60_000);

  const through = (...words: string[]): Promise<Outcome> => gate.as("dev", "docker", ...words);
  const direct = (...words: string[]): Promise<Outcome> =>
    runAt(engine.socket, gate.folder, "docker", words);
  const shell = (script: string, socket = gate.socket("dev")): Promise<Outcome> =>
    runAt(socket, gate.folder, "sh", ["-c", script]);
  const good = async (outcome: Promise<Outcome>): Promise<string> => {
    const { status, out, err } = await outcome;
    expect(status === 0 ? "" : `${String(status)}: ${err}`).toBe("");
    return out;
  };

  test("run, with its output, its errors and its exit status", async () => {
    const script = "echo out; echo err >&2; exit 3";
    expect(
      await through("run", "--rm", "--network=none", "busybox:test", "sh", "-c", script),
    ).toEqual({
      status: 3,
      out: "out\n",
      err: "err\n",
    });
  });

  test("what goes in comes out, and its end ends the program", async () => {
    const bytes = "x".repeat(100_000);
    const file = join(gate.folder, "in");
    writeFileSync(file, bytes);
    const out = await good(shell(`docker run -i --rm --network=none busybox:test cat < ${file}`));
    expect(out).toBe(bytes);
  });

  test("run -it has a terminal", async () => {
    const command = "docker run -it --rm --network=none busybox:test sh -c tty";
    const out = await good(shell(`script -qec "${command}" /dev/null < /dev/null`));
    expect(out).toContain("/dev/pts/0");
  });

  test("a container's life, and what is told of it", async () => {
    await good(
      through(
        "run",
        "-d",
        "--name=life",
        "--network=none",
        "busybox:test",
        "sh",
        "-c",
        "echo one; echo two >&2; sleep 300",
      ),
    );
    for (const words of [
      ["ps", "-a", "--no-trunc"],
      ["inspect", "life"],
      ["logs", "life"],
      ["port", "life"],
      ["diff", "life"],
      ["images", "--no-trunc"],
      ["image", "inspect", "busybox:test"],
      ["history", "--no-trunc", "busybox:test"],
      ["network", "ls"],
      ["network", "inspect", "none"],
      ["volume", "ls"],
      ["info"],
      ["version", "--format", "{{json .Server}}"],
      ["system", "df"],
    ]) {
      // Ages and free file descriptors change between two looks.
      const steady = ({ out, ...rest }: Outcome): Outcome => ({
        ...rest,
        out: out
          .replaceAll(
            /^(?:.*(?:Goroutines|File Descriptors|System Time|SystemTime|Runtimes).*)$/gm,
            "",
          )
          .replaceAll(
            /\d+ (?:seconds|minutes?) ago|Up \S+ \S+|About a minute ago|Less than a second ago/g,
            "AGE",
          ),
      });
      const [one, other] = [steady(await through(...words)), steady(await direct(...words))];
      expect([words, one]).toEqual([words, other]);
    }
    expect(await good(through("exec", "life", "sh", "-c", "echo hello"))).toBe("hello\n");
    expect((await through("exec", "life", "sh", "-c", "exit 7")).status).toBe(7);
    expect(await good(shell("echo in | docker exec -i life sh -c cat"))).toBe("in\n");
    await good(through("pause", "life"));
    expect(await good(through("inspect", "life", "--format", "{{.State.Status}}"))).toBe(
      "paused\n",
    );
    await good(through("unpause", "life"));
    await good(through("rename", "life", "lived"));
    await good(through("update", "--restart=no", "lived"));
    expect(await good(through("kill", "--signal=KILL", "lived"))).toBe("lived\n");
    expect(await good(through("wait", "lived"))).toBe("137\n");
    await good(through("start", "lived"));
    await good(through("restart", "-t", "0", "lived"));
    await good(through("stop", "-t", "0", "lived"));
    await good(through("commit", "lived", "lived:1"));
    await good(through("rm", "lived"));
    await good(through("rmi", "lived:1"));
  }, 120_000);

  test("files in and out", async () => {
    await good(through("create", "--name=files", "--network=none", "busybox:test", "true"));
    const source = join(gate.folder, "copied");
    mkdirSync(source);
    writeFileSync(join(source, "a"), "a".repeat(3_000_000));
    await good(through("cp", source, "files:/copied"));
    await good(through("cp", "files:/copied/a", join(gate.folder, "back")));
    expect(readFileSync(join(gate.folder, "back"), "utf8")).toBe("a".repeat(3_000_000));
    expect(await good(shell("docker cp files:/copied - | tar -tf -"))).toContain("copied/a");
    expect(await good(shell("docker export files | tar -tf - | grep copied/"))).toContain(
      "copied/a",
    );
    await good(through("rm", "-f", "files"));
  });

  test("logs that are followed, and events, come as they happen and stop", async () => {
    const script = "i=0; while [ $i -lt 5 ]; do echo line $i; i=$((i+1)); sleep 0.2; done";
    await good(
      through("run", "-d", "--name=follow", "--network=none", "busybox:test", "sh", "-c", script),
    );
    const out = await good(through("logs", "-f", "follow"));
    expect(out).toBe("line 0\nline 1\nline 2\nline 3\nline 4\n");
    await good(through("wait", "follow"));
    const events = await good(
      shell(
        "docker events --since 60s --until $(($(date +%s) + 2)) --filter container=follow --format '{{.Action}}'",
      ),
    );
    expect(events).toMatch(/create\n(?:.*\n)*start\n(?:.*\n)*die\n/);
    await good(through("rm", "-f", "follow"));
  });

  test("stats", async () => {
    await good(
      through("run", "-d", "--name=stats", "--network=none", "busybox:test", "sleep", "60"),
    );
    expect(await good(through("stats", "--no-stream", "--format", "{{.Name}}", "stats"))).toBe(
      "stats\n",
    );
    await good(through("rm", "-f", "stats"));
  });

  test("attach, and detach by its keys", async () => {
    await good(
      through(
        "run",
        "-d",
        "--name=attach",
        "--network=none",
        "busybox:test",
        "sh",
        "-c",
        "sleep 1; echo late; sleep 1",
      ),
    );
    expect(await good(through("attach", "--no-stdin", "attach"))).toBe("late\n");
    await good(through("rm", "-f", "attach"));
  });

  test("build, save, load, tag, volumes, networks", async () => {
    const context = join(gate.folder, "context");
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), "FROM busybox:test\nCOPY file /file\nENV A=b\n");
    writeFileSync(join(context, "file"), "f".repeat(500_000));
    expect(await good(through("build", "-t", "built:1", context))).toContain(
      "Successfully tagged built:1",
    );
    await good(through("tag", "built:1", "built:2"));
    const archive = join(gate.folder, "built.tar");
    await good(through("save", "-o", archive, "built:2"));
    await good(through("rmi", "built:1", "built:2"));
    expect(await good(through("load", "-i", archive))).toContain("built:2");
    await good(through("volume", "create", "data"));
    await good(
      through(
        "run",
        "--rm",
        "--network=none",
        "-v",
        "data:/data",
        "built:2",
        "sh",
        "-c",
        "cp /file /data/",
      ),
    );
    expect(
      await good(
        through(
          "run",
          "--rm",
          "--network=none",
          "-v",
          "data:/data",
          "busybox:test",
          "sh",
          "-c",
          "wc -c /data/file",
        ),
      ),
    ).toBe("500000 /data/file\n");
    await good(through("volume", "rm", "data"));
    await good(through("image", "prune", "-f"));
    await good(through("rmi", "built:2"));
  });

  test.skipIf(!existsSync("/usr/bin/docker"))("build with BuildKit, a secret with it", async () => {
    const context = join(gate.folder, "kit");
    mkdirSync(context);
    writeFileSync(
      join(context, "Dockerfile"),
      "FROM busybox:test\nRUN --mount=type=secret,id=s wc -c < /run/secrets/s > /count\nCOPY . /all/\n",
    );
    mkdirSync(join(context, "sub"));
    for (let index = 0; index < 50; index++)
      writeFileSync(join(context, "sub", `f${String(index)}`), "y".repeat(20_000));
    const secret = join(gate.folder, "secret");
    writeFileSync(secret, "sixteen letters!");
    const built = await shell(
      `DOCKER_BUILDKIT=1 /usr/bin/docker build --network=none --progress=plain --secret id=s,src=${secret} -t kit:1 ${context}`,
    );
    expect(built.err).toContain("naming to docker.io/library/kit:1");
    const look = "cat /count; ls /all/sub | wc -l; cat /all/sub/* | wc -c";
    expect(await good(through("run", "--rm", "--network=none", "kit:1", "sh", "-c", look))).toBe(
      "16\n50\n1000000\n",
    );
    await good(through("rmi", "kit:1"));
  });

  test("what the policy does not allow is told in the command line's own way", async () => {
    const refused = await gate.as("reader", "docker", "run", "--rm", "busybox:test", "true");
    expect(refused.status).not.toBe(0);
    expect(refused.err).toContain("plimsoll: not-in-policy");
    expect(refused.err).toContain("allow: {containers: [create]}");
    expect((await gate.as("reader", "docker", "ps", "-q")).status).toBe(0);
  });
});
