import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { spawnSync } from "node:child_process";
import { bindUnixSocket } from "./unix-socket.ts";

const directory = mkdtempSync(join(tmpdir(), "plimsoll-socket-"));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function listening(path: string, mode = 0o660) {
  const server = createServer();
  servers.push(server);
  return bindUnixSocket(server, { path, mode });
}

function fresh(): string {
  return join(mkdtempSync(join(directory, "s-")), "gate.sock");
}

test("it has its mode, whatever the mask", async () => {
  const path = fresh();
  expect(await listening(path, 0o666)).toBeUndefined();
  expect(statSync(path).mode & 0o777).toBe(0o666);
});

test("a socket that a killed process left is replaced", async () => {
  const path = fresh();
  spawnSync(process.execPath, [
    "-e",
    `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`,
  ]);
  expect(statSync(path).isSocket()).toBe(true);
  expect(await listening(path)).toBeUndefined();
});

test("a socket that somebody listens on is left alone", async () => {
  const path = fresh();
  expect(await listening(path)).toBeUndefined();
  expect(await listening(path)).toBe(`another process listens on ${path}`);
});

test("a file is never removed", async () => {
  const path = fresh();
  writeFileSync(path, "mine");
  expect(await listening(path)).toBe(`${path} is there already, and is no socket`);
});

test("what cannot be bound is told", async () => {
  expect(await listening("/proc/none/gate.sock")).toMatch(/cannot be listened on/);
  expect(await listening(`/tmp/${"a".repeat(120)}`)).toMatch(/is longer than/);
  const path = fresh();
  chmodSync(join(path, ".."), 0o700);
  const server = createServer();
  servers.push(server);
  const refused = await bindUnixSocket(server, { path, mode: 0o660, owner: -5 });
  expect(refused).toMatch(/mode and owner/);
});
