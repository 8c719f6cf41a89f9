/** The database of the cache: its tables, and what can go wrong with it. */

import { chmodSync, rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

/** Counted up with every change of the tables below. */
const SCHEMA = 2;

/**
 * `layers`: what the scan of a layer found, by the digest of its uncompressed bytes, as it was computed from them.
 * `blobs`: which layer a blob holds, by the digest of its bytes as they are stored; it was computed from them too.
 * `files`: which blob a file holds, by what the file system says of it.
 * `images`: what an engine's export of an image held. Nothing here comes from what an image says of itself.
 */
const TABLES = `
  CREATE TABLE layers (
    diff_id TEXT NOT NULL, rules TEXT NOT NULL,
    report BLOB NOT NULL, paths BLOB NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (diff_id, rules)
  ) WITHOUT ROWID;
  CREATE TABLE blobs (
    digest TEXT NOT NULL PRIMARY KEY, diff_id TEXT NOT NULL, used INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE files (
    identity TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, used INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE images (
    image TEXT NOT NULL, rules TEXT NOT NULL,
    layers TEXT NOT NULL, sightings TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (image, rules)
  ) WITHOUT ROWID;
`;

const COLUMNS = [
  ["layers", "diff_id, rules, report, paths, used"],
  ["blobs", "digest, diff_id, used"],
  ["files", "identity, digest, used"],
  ["images", "image, rules, layers, sightings, used"],
] as const;

/**
 * Opens the database in a file. One that is none, that is broken, or that another version of the tables wrote,
 * is thrown away: it can be made anew.
 */
export function openDatabase(file: string): DatabaseSync {
  // Not imported: the published package is run in a way in which Node imports nothing on demand.
  const { DatabaseSync: Database } = quietly(() => process.getBuiltinModule("node:sqlite"));
  for (let attempt = 0; ; attempt++) {
    let database: DatabaseSync | undefined;
    try {
      database = new Database(file);
      database.exec("PRAGMA busy_timeout = 5000");
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      withTables(database);
      for (const [table, columns] of COLUMNS) {
        database.prepare(`SELECT ${columns} FROM ${table} WHERE FALSE`).all();
      }
      chmodSync(file, 0o600);
      return database;
    } catch (error) {
      database?.close();
      if (!isBroken(error) || attempt > 0) throw error;
      removeDatabase(file);
    }
  }
}

/** Makes the tables unless they are there. Two runs that begin at once wait for each other here. */
function withTables(database: DatabaseSync): void {
  if (schemaOf(database) === SCHEMA) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    if (schemaOf(database) !== SCHEMA) {
      const names = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .all()
        .map(({ name }) => String(name).replaceAll('"', '""'));
      for (const name of names) database.exec(`DROP TABLE "${name}"`);
      database.exec(TABLES);
      database.exec(`PRAGMA user_version = ${String(SCHEMA)}`);
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function schemaOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

export function removeDatabase(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
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

/** Primary result codes. Source: sqlite.org/rescode.html. */
const [NO_SUCH_COLUMN, CORRUPT, NOT_A_DATABASE] = [1, 11, 26];
const REASONS: Readonly<Record<number, string>> = {
  [NO_SUCH_COLUMN]: "it has other tables",
  5: "another program holds it",
  6: "another program holds it",
  8: "it may not be written",
  10: "the disk does not take what is written",
  [CORRUPT]: "it is broken",
  13: "the disk is full",
  14: "it cannot be opened",
  [NOT_A_DATABASE]: "it is broken",
};
const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it is not there and cannot be made",
  EROFS: "the file system is read-only",
  EACCES: "it may not be written",
  EPERM: "it may not be written",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a file stands in its place",
};

function resultOf(error: unknown): number | undefined {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}

export function isBroken(error: unknown): boolean {
  const result = resultOf(error);
  return result === CORRUPT || result === NOT_A_DATABASE || result === NO_SUCH_COLUMN;
}

/** Why the cache cannot be used, as a clause. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[resultOf(error) ?? 0] ?? SYSTEM_REASONS[code ?? ""] ?? code ?? message;
}
