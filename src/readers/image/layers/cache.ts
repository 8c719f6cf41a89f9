/**
 * Keeps what the scan of a layer found in the user's cache directory, so that a base layer is scanned
 * once per machine. It holds places and keyed hashes, never a value.
 */

import { randomBytes, createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { tokenDetectors } from "../../../detect/detectors.ts";
import type { SecretSighting } from "../../../model/image-contents.ts";
import type { LayerReport } from "./layer-report.ts";
import { pathSetOf } from "./path-set.ts";

/** Counted up when the same detectors find something else: another reader, another bound. */
const SCAN_REVISION = 4;

/** The least recently used go first beyond this. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_REPORT_BYTES = 256 * 1024 * 1024;

export interface LayerCache {
  readonly get: (diffId: string) => LayerReport | undefined;
  /** Keeps a report whose layer was read whole and is what its digest says. */
  readonly put: (report: LayerReport) => void;
  /** Secrets of an image's documents that only a whole export shows; undefined when they were never read. */
  readonly getDocuments: (imageId: string) => readonly SecretSighting[] | undefined;
  readonly putDocuments: (imageId: string, sightings: readonly SecretSighting[]) => void;
  /** The key of this machine's hashes. */
  readonly key: Uint8Array;
  /** Why nothing is kept, if so. */
  readonly note?: string;
  readonly close: () => void;
}

/** What findings depend on besides the layer: the detectors, the scan, the version, the key. */
export function ruleSetHash(version: string, key: Uint8Array): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([SCAN_REVISION, version, tokenDetectors]));
  hash.update(createHash("sha256").update(key).digest());
  return hash.digest("hex").slice(0, 32);
}

export interface CacheOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Opens the cache; where it cannot be used, one that keeps nothing and says why. */
export function openCache({ environment, version }: CacheOptions): LayerCache {
  const directory = cacheDirectory(environment);
  let key: Uint8Array | undefined;
  try {
    ownDirectory(directory);
    key = machineKey(join(directory, "key"));
    // Not imported: the published package is run in a way in which Node imports nothing on demand.
    const { DatabaseSync: Database } = quietly(() => process.getBuiltinModule("node:sqlite"));
    const file = join(directory, "layers.sqlite");
    const database = openDatabase(() => new Database(file), file);
    return cacheIn(database, ruleSetHash(version, key), key);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = WHY[code ?? ""] ?? code ?? message;
    return nothingKept(key, `${directory} cannot be used (${why})`);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "it is not there and cannot be made",
  EROFS: "the file system is read-only",
  EACCES: "it may not be written",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is a file",
};

/** A cache that keeps nothing, with this machine's key where there is one: hashes stay comparable. */
export function noCache(environment: CacheOptions["environment"] = {}): LayerCache {
  const directory = cacheDirectory(environment);
  try {
    const status = lstatSync(directory);
    const own = process.getuid?.();
    const isOwn = own === undefined || status.uid === own;
    const key = isOwn ? readFileSync(join(directory, "key")) : undefined;
    return nothingKept(key?.length === 32 ? key : undefined);
  } catch {
    return nothingKept(undefined);
  }
}

function nothingKept(key: Uint8Array | undefined, note?: string): LayerCache {
  return {
    get: () => undefined,
    put: () => undefined,
    getDocuments: () => undefined,
    putDocuments: () => undefined,
    key: key ?? randomBytes(32),
    ...(note === undefined ? {} : { note }),
    close: () => undefined,
  };
}

/** Source: XDG Base Directory Specification 0.8; an empty or relative value counts as unset. */
export function cacheDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const base = environment["XDG_CACHE_HOME"];
  const home = environment["HOME"] ?? homedir();
  return join(base?.startsWith("/") === true ? base : join(home, ".cache"), "plimsoll");
}

/** What stands in a directory that others may write is not to be believed. */
function ownDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const status = lstatSync(directory);
  const own = process.getuid?.();
  if (!status.isDirectory() || (own !== undefined && status.uid !== own)) {
    throw new Error("it belongs to another user");
  }
  if ((status.mode & 0o077) !== 0) chmodSync(directory, 0o700);
}

function machineKey(file: string): Uint8Array {
  try {
    const key = readFileSync(file);
    if (key.length === 32) return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const key = randomBytes(32);
  const written = `${file}.${String(process.pid)}`;
  writeFileSync(written, key, { mode: 0o600 });
  renameSync(written, file);
  return readFileSync(file);
}

/** Older Node versions warn that their SQLite is new; that is nothing to tell a user. */
function quietly<T>(load: () => T): T {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    process.emitWarning = warn;
  }
}

/** A file that is no database, or a broken one, is thrown away: it can be made anew. */
function openDatabase(open: () => DatabaseSync, file: string): DatabaseSync {
  for (let attempt = 0; ; attempt++) {
    let database: DatabaseSync | undefined;
    try {
      database = open();
      database.exec(`
        PRAGMA busy_timeout = 5000;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS layers (
          diff_id TEXT NOT NULL, rules TEXT NOT NULL,
          report BLOB NOT NULL, paths BLOB NOT NULL, used INTEGER NOT NULL,
          PRIMARY KEY (diff_id, rules)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS documents (
          image_id TEXT NOT NULL, rules TEXT NOT NULL,
          sightings TEXT NOT NULL, used INTEGER NOT NULL,
          PRIMARY KEY (image_id, rules)
        ) WITHOUT ROWID;
      `);
      chmodSync(file, 0o600);
      return database;
    } catch (error) {
      database?.close();
      const broken = /not a database|malformed|corrupt/i.test((error as Error).message);
      if (!broken || attempt > 0) throw error;
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
    }
  }
}

function cacheIn(database: DatabaseSync, rules: string, key: Uint8Array): LayerCache {
  const select = database.prepare(
    "SELECT report, paths FROM layers WHERE diff_id = ? AND rules = ?",
  );
  const touch = database.prepare("UPDATE layers SET used = ? WHERE diff_id = ? AND rules = ?");
  const insert = database.prepare(
    "INSERT OR REPLACE INTO layers (diff_id, rules, report, paths, used) VALUES (?, ?, ?, ?, ?)",
  );
  const total = database.prepare("SELECT SUM(LENGTH(report) + LENGTH(paths)) AS bytes FROM layers");
  const evict = database.prepare(
    "DELETE FROM layers WHERE (diff_id, rules) IN (SELECT diff_id, rules FROM layers ORDER BY rules = ? , used LIMIT 20)",
  );
  const selectDocuments = database.prepare(
    "SELECT sightings FROM documents WHERE image_id = ? AND rules = ?",
  );
  const insertDocuments = database.prepare(
    "INSERT OR REPLACE INTO documents (image_id, rules, sightings, used) VALUES (?, ?, ?, ?)",
  );
  const evictDocuments = database.prepare(
    "DELETE FROM documents WHERE (image_id, rules) NOT IN (SELECT image_id, rules FROM documents ORDER BY used DESC LIMIT 5000)",
  );
  return {
    key,
    getDocuments: (imageId) => {
      try {
        const row = selectDocuments.get(imageId, rules);
        const sightings: unknown =
          row === undefined ? undefined : JSON.parse(String(row["sightings"]));
        return Array.isArray(sightings) ? (sightings as SecretSighting[]) : undefined;
      } catch {
        return undefined;
      }
    },
    putDocuments: (imageId, sightings) => {
      try {
        // Their spans are in a document that is made anew each time.
        const plain = sightings.map(({ span: _span, ...sighting }) => sighting);
        insertDocuments.run(imageId, rules, JSON.stringify(plain), Date.now());
        evictDocuments.run();
      } catch {
        // As below: it only costs another export.
      }
    },
    get: (diffId) => {
      try {
        const row = select.get(diffId, rules);
        if (row === undefined) return undefined;
        touch.run(Date.now(), diffId, rules);
        return thaw(row["report"], row["paths"]);
      } catch {
        // What cannot be read is scanned again.
        return undefined;
      }
    },
    put: (report) => {
      // What was read whole gives the same problems again: an archive in it of a kind that is not read.
      if (report.diffId === undefined) return;
      try {
        // The digest is of the blob, and the same layer may be compressed in many ways.
        const { paths, digest: _digest, ...plain } = report;
        const packed = gzipSync(JSON.stringify(plain), { level: 1 });
        const hashes = new Uint8Array(
          paths.hashes.buffer,
          paths.hashes.byteOffset,
          paths.hashes.byteLength,
        );
        if (packed.length + hashes.length > MAX_REPORT_BYTES) return;
        insert.run(report.diffId, rules, packed, hashes, Date.now());
        for (
          let round = 0;
          round < 100 && Number(total.get()?.["bytes"] ?? 0) > MAX_BYTES;
          round++
        ) {
          evict.run(rules);
        }
      } catch {
        // A full disk or a lock that is held too long only costs a scan next time.
      }
    },
    close: () => {
      database.close();
    },
  };
}

function thaw(report: unknown, paths: unknown): LayerReport | undefined {
  if (!(report instanceof Uint8Array) || !(paths instanceof Uint8Array)) return undefined;
  const plain = JSON.parse(gunzipSync(report).toString()) as Omit<LayerReport, "paths">;
  if (!Array.isArray(plain.sightings) || !Array.isArray(plain.deleted)) return undefined;
  // A copy, so that the numbers are aligned.
  const hashes = new Float64Array(new Uint8Array(paths).buffer);
  return { ...plain, paths: pathSetOf(hashes) };
}
