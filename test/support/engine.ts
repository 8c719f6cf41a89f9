/** A private Docker engine for tests: own data, own socket, no network, gone at the end. */

import { execFile, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { capabilityNames } from "../../src/linux/capabilities.ts";
import { capabilitiesOfHost } from "./kernel-view.ts";

export interface Outcome {
  /** -1 when it did not end in time. */
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface TestEngine {
  readonly socket: string;
  /** Its own folder: data root, exec root, socket. */
  readonly folder: string;
  /** "20.10.24" */
  readonly version: string;
  /** Runs the docker command line against this engine. */
  readonly docker: (...words: string[]) => Outcome;
  /** The same without waiting, for several at once. */
  readonly start: (...words: string[]) => Promise<Outcome>;
  /**
   * Builds with BuildKit. The words are those after `docker build`. Clients since 23 leave BuildKit to a
   * plugin, so the client that came with the engine is asked first.
   */
  readonly build: (...words: string[]) => Promise<Outcome>;
  readonly stop: () => Promise<void>;
}

/** Why no engine can be started here; undefined when one can. */
export function engineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "an engine needs root";
  if (dockerd() === undefined) return "dockerd is not installed";
  return existsSync("/bin/busybox") ? undefined : "busybox-static is not installed";
}

function dockerd(): string | undefined {
  return ["/usr/sbin/dockerd", "/usr/bin/dockerd"].find((path) => existsSync(path));
}

/**
 * Starts an engine and gives it the image `busybox:test`, made from the machine's static busybox. `words`
 * are further ones for dockerd.
 */
export async function startEngine(...words: string[]): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-engine-"));
  const socket = join(folder, "docker.sock");
  const log = openSync(join(folder, "log"), "a");
  const daemon = spawn(
    dockerd() ?? "dockerd",
    [
      "--data-root",
      join(folder, "data"),
      "--exec-root",
      join(folder, "docker"),
      "--pidfile",
      join(folder, "pid"),
      "-H",
      `unix://${socket}`,
      "--bridge=none",
      "--iptables=false",
      "--storage-driver=vfs",
      ...trimmedRuntime(folder),
      ...words,
    ],
    { stdio: ["ignore", log, log] },
  );
  const options = {
    encoding: "utf8",
    env: { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: folder },
    timeout: 120_000,
  } as const;
  const docker: TestEngine["docker"] = (...words) => {
    const result = spawnSync("docker", words, options);
    return { status: result.status ?? -1, out: result.stdout, err: result.stderr };
  };
  for (let tries = 0; docker("version").status !== 0; tries++) {
    if (tries > 120 || daemon.exitCode !== null) {
      throw new Error(
        `the engine did not start: ${readFileSync(join(folder, "log"), "utf8").slice(-2000)}`,
      );
    }
    await sleep(250);
  }
  importBusybox(folder, docker);
  return {
    socket,
    folder,
    version: docker("version", "--format", "{{.Server.Version}}").out.trim(),
    docker,
    start: (...words) => run("docker", words, options),
    build: (...words) =>
      run(existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker", ["build", ...words], {
        ...options,
        env: { ...options.env, DOCKER_BUILDKIT: "1" },
      }),
    stop: async () => {
      const ids = docker("ps", "-aq")
        .out.split("\n")
        .filter((id) => id !== "");
      if (ids.length > 0) docker("rm", "-f", "-v", ...ids);
      daemon.kill("SIGTERM");
      for (let tries = 0; daemon.exitCode === null && tries < 80; tries++) await sleep(125);
      if (daemon.exitCode === null) daemon.kill("SIGKILL");
      unmountBelow(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface RunOptions {
  readonly encoding: "utf8";
  readonly env: NodeJS.ProcessEnv;
  readonly timeout: number;
}

function run(command: string, words: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(command, words, options, (_, out, err) => {
      resolve({ status: child.exitCode ?? -1, out, err });
    });
  });
}

/**
 * On a machine that may itself not hold every capability the runtime cannot start a container that is
 * given them all. Then those that the machine lacks are taken out of what the runtime is told.
 */
function trimmedRuntime(folder: string): string[] {
  const held = capabilitiesOfHost();
  const lacking = capabilityNames.filter((name) => !held.includes(name));
  if (lacking.length === 0) return [];
  const script = join(folder, "runc");
  const names = lacking.map((name) => `"CAP_${name}"`).join("|");
  writeFileSync(
    script,
    `#!/bin/sh
for word; do
  if [ "$previous" = --bundle ]; then sed -i -E 's/(${names}),?//g; s/,\\]/]/g' "$word/config.json"; fi
  previous=$word
done
exec runc "$@"
`,
    { mode: 0o755 },
  );
  return [`--add-runtime=trimmed=${script}`, "--default-runtime=trimmed"];
}

/** What a container or the engine left mounted. */
function unmountBelow(folder: string): void {
  const mounted = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .filter((target) => target.startsWith(`${folder}/`));
  for (const target of mounted.reverse()) spawnSync("umount", ["--lazy", target]);
}

function importBusybox(folder: string, docker: TestEngine["docker"]): void {
  const rootfs = join(folder, "rootfs");
  for (const name of ["bin", "etc", "tmp", "proc", "sys", "dev"]) {
    mkdirSync(join(rootfs, name), { recursive: true });
  }
  const script = `cp /bin/busybox ${rootfs}/bin/busybox && for n in sh cat id ls sleep; do ln -s busybox ${rootfs}/bin/$n; done
printf 'root:x:0:0::/:/bin/sh\\napp:x:1000:1000::/:/bin/sh\\ntoor:x:0:0::/:/bin/sh\\n' > ${rootfs}/etc/passwd
printf 'root:x:0:\\napp:x:1000:\\n' > ${rootfs}/etc/group
tar -C ${rootfs} -cf ${folder}/busybox.tar .`;
  spawnSync("/bin/sh", ["-c", script], { stdio: "inherit" });
  const imported = docker("import", join(folder, "busybox.tar"), "busybox:test");
  if (imported.status !== 0) throw new Error(`the image could not be imported: ${imported.err}`);
}
