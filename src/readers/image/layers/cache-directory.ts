/** Where results are kept between runs, and the key of this machine's hashes. */

import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

export const KEY_BYTES = 32;

/** Source: XDG Base Directory Specification 0.8; an empty or relative value counts as unset. */
export function cacheDirectory(environment: Environment): string {
  const base = environment["XDG_CACHE_HOME"];
  const home = environment["HOME"] ?? homedir();
  return join(base?.startsWith("/") === true ? base : join(home, ".cache"), "plimsoll");
}

/** What stands in a directory that others may write is not to be believed. */
export function ownDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const status = lstatSync(directory);
  const own = process.getuid?.();
  if (!status.isDirectory() || (own !== undefined && status.uid !== own)) {
    throw new Error("it belongs to another user");
  }
  if ((status.mode & 0o077) !== 0) chmodSync(directory, 0o700);
  // Of a file system that takes nothing, this tells more than a database that cannot be opened.
  accessSync(directory, constants.W_OK);
}

/** The key that is kept in the directory; it is made when there is none. */
export function machineKey(directory: string): Uint8Array {
  const file = join(directory, "key");
  const found = keyIn(file);
  if (found?.length === KEY_BYTES) return found;
  const written = `${file}.${String(process.pid)}`;
  try {
    writeFileSync(written, randomBytes(KEY_BYTES), { mode: 0o600 });
    // Of two runs that make one at once, both must go on with the same.
    if (found === undefined) linkUnlessThere(written, file);
    else renameSync(written, file);
  } finally {
    rmSync(written, { force: true });
  }
  const key = readFileSync(file);
  if (key.length !== KEY_BYTES) throw new Error("the key in it cannot be written");
  return key;
}

/** The key of an earlier run, where there is one that belongs to the user. */
export function existingKey(environment: Environment): Uint8Array | undefined {
  const directory = cacheDirectory(environment);
  try {
    const status = lstatSync(directory);
    const own = process.getuid?.();
    const isOwn = own === undefined || status.uid === own;
    const key = isOwn ? keyIn(join(directory, "key")) : undefined;
    return key?.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}

function keyIn(file: string): Uint8Array | undefined {
  try {
    // To open a pipe is to wait for whoever writes into it.
    if (!lstatSync(file).isFile()) throw new Error("the key in it is no file");
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    // Some file systems have no hard links.
    renameSync(from, to);
  }
}
