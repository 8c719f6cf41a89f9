/** Podman's API service for tests: own storage, own socket, gone at the end. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "./engine.ts";

export interface TestPodman {
  readonly socket: string;
  readonly podman: (...words: string[]) => Outcome;
  readonly stop: () => Promise<void>;
}

/** Why Podman cannot be started here; undefined when it can. */
export function podmanMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "the tests run it as root";
  return existsSync("/usr/bin/podman") ? undefined : "podman is not installed";
}

export async function startPodman(): Promise<TestPodman> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-podman-"));
  const socket = join(folder, "podman.sock");
  const common = [
    "--root",
    join(folder, "root"),
    "--runroot",
    join(folder, "run"),
    "--tmpdir",
    join(folder, "tmp"),
    "--storage-driver=vfs",
    "--cgroup-manager=cgroupfs",
    "--events-backend=file",
  ];
  const log = openSync(join(folder, "log"), "a");
  const service = spawn(
    "/usr/bin/podman",
    [...common, "system", "service", "--time=0", `unix://${socket}`],
    { stdio: ["ignore", log, log] },
  );
  const podman: TestPodman["podman"] = (...words) => {
    const result = spawnSync("/usr/bin/podman", [...common, ...words], {
      encoding: "utf8",
      timeout: 120_000,
    });
    return { status: result.status ?? -1, out: result.stdout, err: result.stderr };
  };
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries > 120 || service.exitCode !== null) {
      throw new Error(
        `podman did not start: ${readFileSync(join(folder, "log"), "utf8").slice(-2000)}`,
      );
    }
    await sleep(125);
  }
  return {
    socket,
    podman,
    stop: async () => {
      podman("rm", "--all", "--force", "--time=0");
      service.kill("SIGTERM");
      for (let tries = 0; service.exitCode === null && tries < 40; tries++) await sleep(125);
      if (service.exitCode === null) service.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
