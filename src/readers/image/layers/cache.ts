/**
 * Keeps what the scan of a layer found in the user's cache directory, so that a base layer is scanned
 * once per machine. It holds places and keyed hashes, never a value.
 *
 * What an image says of itself finds nothing here: its configuration may claim another layer's digest, and
 * would hide its own content behind it. Layers are looked up by digests that were computed from their bytes.
 */

import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { tokenDetectors } from "../../../detect/detectors.ts";
import type { SecretSighting } from "../../../model/image-contents.ts";
import { isBroken, openDatabase, reasonOf, removeDatabase } from "./cache-database.ts";
import type { Environment } from "./cache-directory.ts";
import {
  cacheDirectory,
  existingKey,
  KEY_BYTES,
  machineKey,
  ownDirectory,
} from "./cache-directory.ts";
import type { LayerReport } from "./layer-report.ts";
import { pathSetOf } from "./path-set.ts";

/** Counted up when the same detectors find something else: another reader, another bound. */
const SCAN_REVISION = 5;

/** The least recently used go first beyond this. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_REPORT_BYTES = 256 * 1024 * 1024;

/** What an engine's export of an image held, and only that shows. */
export interface KeptImage {
  /** Its layers, the lowest first: the digest that each goes by, and that of its bytes as they were read. */
  readonly layers: readonly { readonly name: string; readonly digest: string }[];
  /** Secrets of its attestations and its inline cache. */
  readonly sightings: readonly SecretSighting[];
}

export interface LayerCache {
  /**
   * What was found in a blob, by the digest of its bytes as they are stored. Whoever asks has computed it, or
   * gets the blob by it from where nothing else can stand under it.
   */
  readonly get: (digest: string) => LayerReport | undefined;
  /** Whether `get` would give something. */
  readonly has: (digest: string) => boolean;
  /** Keeps a report whose layer was read whole. */
  readonly put: (report: LayerReport) => void;
  /** The digest of a file's bytes, by what tells that they are still the same. */
  readonly getFile: (identity: string) => string | undefined;
  readonly putFile: (identity: string, digest: string) => void;
  readonly getImage: (identity: string) => KeptImage | undefined;
  readonly putImage: (identity: string, image: KeptImage) => void;
  /** The key of this machine's hashes. */
  readonly key: Uint8Array;
  /** Why nothing is kept, or no more is, as a clause; undefined as long as all goes well. */
  readonly trouble: () => string | undefined;
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
  readonly environment: Environment;
  readonly version: string;
}

/** Opens the cache; where it cannot be used, one that keeps nothing and says why. */
export function openCache({ environment, version }: CacheOptions): LayerCache {
  const directory = cacheDirectory(environment);
  let key: Uint8Array | undefined;
  try {
    ownDirectory(directory);
    key = machineKey(directory);
    const file = join(directory, "layers.sqlite");
    return cacheIn(openDatabase(file), file, ruleSetHash(version, key), key);
  } catch (error) {
    return nothingKept(key, `${directory} cannot be used: ${reasonOf(error)}`);
  }
}

/** A cache that keeps nothing, with this machine's key where there is one: hashes stay comparable. */
export function noCache(environment: Environment = {}): LayerCache {
  return nothingKept(existingKey(environment));
}

function nothingKept(key: Uint8Array | undefined, trouble?: string): LayerCache {
  return {
    ...WITHOUT_RECALL,
    key: key ?? randomBytes(KEY_BYTES),
    trouble: () => trouble,
    ...SILENT,
  };
}

const SILENT = {
  put: () => undefined,
  putFile: () => undefined,
  putImage: () => undefined,
  close: () => undefined,
};

/** In the place of what recalls, for a run that has to read everything. */
export const WITHOUT_RECALL = {
  get: () => undefined,
  has: () => false,
  getFile: () => undefined,
  getImage: () => undefined,
} satisfies Partial<LayerCache>;

function cacheIn(database: DatabaseSync, file: string, rules: string, key: Uint8Array): LayerCache {
  const select = database.prepare(
    "SELECT diff_id, report, paths FROM blobs JOIN layers USING (diff_id) WHERE digest = ? AND rules = ?",
  );
  const exists = database.prepare(
    "SELECT 1 FROM blobs JOIN layers USING (diff_id) WHERE digest = ? AND rules = ?",
  );
  const touch = database.prepare("UPDATE layers SET used = ? WHERE diff_id = ? AND rules = ?");
  const insert = database.prepare(
    "INSERT OR REPLACE INTO layers (diff_id, rules, report, paths, used) VALUES (?, ?, ?, ?, ?)",
  );
  const insertBlob = database.prepare(
    "INSERT OR REPLACE INTO blobs (digest, diff_id, used) VALUES (?, ?, ?)",
  );
  const oldBlobs = database.prepare(
    "DELETE FROM blobs WHERE digest NOT IN (SELECT digest FROM blobs ORDER BY used DESC LIMIT 50000)",
  );
  const total = database.prepare("SELECT SUM(LENGTH(report) + LENGTH(paths)) AS bytes FROM layers");
  const evict = database.prepare(
    "DELETE FROM layers WHERE (diff_id, rules) IN (SELECT diff_id, rules FROM layers ORDER BY rules = ? , used LIMIT 20)",
  );
  const selectFile = database.prepare("SELECT digest FROM files WHERE identity = ?");
  const insertFile = database.prepare(
    "INSERT OR REPLACE INTO files (identity, digest, used) VALUES (?, ?, ?)",
  );
  const oldFiles = database.prepare(
    "DELETE FROM files WHERE identity NOT IN (SELECT identity FROM files ORDER BY used DESC LIMIT 50000)",
  );
  const selectImage = database.prepare(
    "SELECT layers, sightings FROM images WHERE image = ? AND rules = ?",
  );
  const insertImage = database.prepare(
    "INSERT OR REPLACE INTO images (image, rules, layers, sightings, used) VALUES (?, ?, ?, ?, ?)",
  );
  const oldImages = database.prepare(
    "DELETE FROM images WHERE (image, rules) NOT IN (SELECT image, rules FROM images ORDER BY used DESC LIMIT 5000)",
  );

  let trouble: string | undefined;
  let broken = false;
  let grown = false;
  let isWritable = true;
  const failed = (error: unknown): void => {
    trouble ??= reasonOf(error);
    broken ||= isBroken(error);
  };
  /** What cannot be read is scanned again. */
  const recall = <T>(read: () => T | undefined): T | undefined => {
    if (broken) return undefined;
    try {
      return read();
    } catch (error) {
      if (isBroken(error)) failed(error);
      return undefined;
    }
  };
  /** What cannot be written only costs a scan next time; after a first failure it is not tried again. */
  const keep = (write: () => void): void => {
    if (trouble !== undefined) return;
    try {
      database.exec("BEGIN IMMEDIATE");
      write();
      database.exec("COMMIT");
      grown = true;
    } catch (error) {
      failed(error);
      try {
        if (database.isTransaction) database.exec("ROLLBACK");
      } catch {
        // It is told already.
      }
    }
  };
  /** Nothing is lost by a time of use that is not kept. */
  const used = (diffId: string): void => {
    if (!isWritable) return;
    try {
      touch.run(Date.now(), diffId, rules);
    } catch {
      isWritable = false;
    }
  };
  const tidy = (): void => {
    for (const old of [oldBlobs, oldFiles, oldImages]) old.run();
    for (let round = 0; round < 100 && Number(total.get()?.["bytes"] ?? 0) > MAX_BYTES; round++) {
      evict.run(rules);
    }
  };
  return {
    key,
    trouble: () =>
      trouble === undefined
        ? undefined
        : `${file} ${broken ? "was broken and is thrown away" : `cannot be written: ${trouble}`}`,
    has: (digest) => recall(() => exists.get(digest, rules)) !== undefined,
    get: (digest) =>
      recall(() => {
        const row = select.get(digest, rules);
        if (row === undefined) return undefined;
        used(String(row["diff_id"]));
        return thaw(row["report"], row["paths"], digest);
      }),
    put: (report) => {
      const { paths, digest, diffId, ...plain } = report;
      // What was read whole gives the same problems again: an archive in it of a kind that is not read.
      if (diffId === undefined || digest === undefined) return;
      const packed = gzipSync(JSON.stringify({ ...plain, diffId }), { level: 1 });
      const { buffer, byteOffset, byteLength } = paths.hashes;
      const hashes = new Uint8Array(buffer, byteOffset, byteLength);
      if (packed.length + hashes.length > MAX_REPORT_BYTES) return;
      keep(() => {
        insert.run(diffId, rules, packed, hashes, Date.now());
        insertBlob.run(digest, diffId, Date.now());
      });
    },
    getFile: (identity) =>
      recall(() => {
        const digest = selectFile.get(identity)?.["digest"];
        return typeof digest === "string" ? digest : undefined;
      }),
    putFile: (identity, digest) =>
      keep(() => {
        insertFile.run(identity, digest, Date.now());
      }),
    getImage: (identity) =>
      recall(() => {
        const row = selectImage.get(identity, rules);
        if (row === undefined) return undefined;
        const layers: unknown = JSON.parse(String(row["layers"]));
        const sightings: unknown = JSON.parse(String(row["sightings"]));
        return Array.isArray(layers) && Array.isArray(sightings)
          ? { layers: layers as KeptImage["layers"], sightings: sightings as SecretSighting[] }
          : undefined;
      }),
    putImage: (identity, { layers, sightings }) =>
      keep(() => {
        // Their spans are in a document that is made anew each time.
        const plain = sightings.map(({ span: _span, ...sighting }) => sighting);
        insertImage.run(identity, rules, JSON.stringify(layers), JSON.stringify(plain), Date.now());
      }),
    close: () => {
      if (grown) keep(tidy);
      try {
        database.close();
      } catch (error) {
        failed(error);
      }
      if (broken) removeDatabase(file);
    },
  };
}

function thaw(report: unknown, paths: unknown, digest: string): LayerReport | undefined {
  if (!(report instanceof Uint8Array) || !(paths instanceof Uint8Array)) return undefined;
  const plain = JSON.parse(gunzipSync(report).toString()) as Omit<LayerReport, "paths">;
  if (!Array.isArray(plain.sightings) || !Array.isArray(plain.deleted)) return undefined;
  // A copy, so that the numbers are aligned.
  const hashes = new Float64Array(new Uint8Array(paths).buffer);
  return { ...plain, digest, paths: pathSetOf(hashes) };
}
