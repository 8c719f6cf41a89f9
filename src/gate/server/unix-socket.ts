/** Binds a unix socket so that nobody else can connect before its mode and owner are right. */

import { chmodSync, chownSync, lstatSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import process from "node:process";

export interface SocketPlace {
  readonly path: string;
  readonly mode: number;
  readonly owner?: number;
  readonly group?: number;
}

/** sun_path of unix(7), without the NUL. */
const LONGEST_PATH = 107;

/** Why it could not be bound, as a sentence; undefined on success. */
export async function bindUnixSocket(
  server: Server,
  { path, mode, owner, group }: SocketPlace,
): Promise<string | undefined> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    return `${path} is longer than the ${String(LONGEST_PATH)} bytes that a socket's path may have`;
  }
  const occupied = await clearStale(path);
  if (occupied !== undefined) return occupied;
  // Node binds within the call, so that no other file is made under this mask.
  const mask = process.umask(0o177);
  const bound = new Promise<string | undefined>((resolve) => {
    server.once("error", ({ message }) => resolve(`${path} cannot be listened on: ${message}`));
    server.listen({ path, backlog: 511 }, () => resolve(undefined));
  });
  process.umask(mask);
  const failed = await bound;
  if (failed !== undefined) return failed;
  try {
    if (owner !== undefined || group !== undefined) chownSync(path, owner ?? -1, group ?? -1);
    chmodSync(path, mode);
    return undefined;
  } catch (error) {
    server.close();
    return `${path} cannot be given its mode and owner: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Removes a socket that nobody listens on. Anything else that lies there is left alone. */
async function clearStale(path: string): Promise<string | undefined> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isSocket()) return `${path} is there already, and is no socket`;
  if (await answers(path)) return `another process listens on ${path}`;
  unlinkSync(path);
  return undefined;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      // Only this says that nobody is there: a full queue or a missing right does not.
      resolve(code !== "ECONNREFUSED");
    });
  });
}
