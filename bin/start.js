// In a checkout the sources run as they are; a published package carries bundled parts and no sources.
// Built-in modules by getBuiltinModule: an import statement makes Node load their promise and stream halves too.
const {
  existsSync,
  fstatSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = process.getBuiltinModule("node:fs");
const { enableCompileCache, getCompileCacheDir } = process.getBuiltinModule("node:module");
const { join } = process.getBuiltinModule("node:path");
const { Script } = process.getBuiltinModule("node:vm");

enableCompileCache?.();
const source = new URL("../src/cli/main.ts", import.meta.url);
if (existsSync(source)) {
  const { main } = await import(source.href);
  await main(process);
} else {
  const directory = join(import.meta.dirname, "../dist/");
  const parts = partLoader(directory);
  await parts
    .load(readdirSync(directory).find((name) => name.startsWith("plimsoll-")))
    .main(process);
  parts.keep();
}

/**
 * Loads the parts of the bundle. Node's own cache keeps what V8 compiles before a module runs, and nearly all
 * functions are compiled when they are first called: a third of a short run. So the parts are loaded here,
 * and what V8 compiled by the end of a run is kept, in the directory of Node's cache and by its settings.
 */
function partLoader(directory) {
  const cache = getCompileCacheDir?.();
  const parts = new Map();
  let grown = false;

  const load = (name) => {
    const known = parts.get(name);
    if (known !== undefined) return known.exports;
    const filename = directory + name;
    const code = readFileSync(filename, "latin1");
    const cachedData = cache === undefined ? undefined : readOwn(`${cache}/plimsoll-${name}`);
    const script = new Script(code, { filename, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) grown = true;
    const part = { script, exports: {} };
    parts.set(name, part);
    const require = (path) =>
      path.startsWith("./") ? load(path.slice(2)) : process.getBuiltinModule(path);
    script.runInThisContext()(part.exports, require, filename);
    return part.exports;
  };
  /** A run that loaded something new has used more of the rest too. */
  const keep = () => {
    if (!grown || cache === undefined) return;
    for (const [name, { script }] of parts) {
      const path = `${cache}/plimsoll-${name}`;
      const written = `${path}.${process.pid}`;
      try {
        writeFileSync(written, withChecksum(script.createCachedData()), { mode: 0o600 });
        renameSync(written, path);
      } catch {
        rmSync(written, { force: true });
        return; // A full or read-only disk: the next run compiles again.
      }
    }
  };
  return { load, keep };
}

/** A file that nobody else can have written: what is read here is run. */
function readOwn(path) {
  let descriptor;
  try {
    descriptor = openSync(path, "r");
    const { uid, mode } = fstatSync(descriptor);
    const own = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return own ? checked(readFileSync(descriptor)) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** V8 ends the process when it meets data that a failing disk changed, so a checksum of four bytes follows them. */
function withChecksum(data) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(process.getBuiltinModule("node:zlib").crc32(data));
  return Buffer.concat([data, sum]);
}

function checked(bytes) {
  if (bytes.length < 4) return undefined;
  const data = bytes.subarray(0, -4);
  const sum = process.getBuiltinModule("node:zlib").crc32(data);
  return sum === bytes.readUInt32LE(data.length) ? data : undefined;
}
