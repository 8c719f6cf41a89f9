/** Gathers what the scan of a layer finds, within bounds. */

import { weighed } from "./by-place.ts";
import type {
  Account,
  DroppingScript,
  LayerFile,
  LayerReport,
  LayerSighting,
} from "./layer-report.ts";
import { imagePath, leavesRoot, whiteoutOf } from "./paths.ts";
import { pathSetBuilder } from "./path-set.ts";
import { withoutOverlaps } from "../../../detect/find-secrets.ts";
import type { TarMember } from "../tar/member.ts";

/** A layer with more is no ordinary one; what is beyond is counted. */
const MAX_SIGHTINGS = 10_000;
const MAX_FILES = 10_000;
const MAX_WRITABLE_EACH = 20;
const MAX_OWNERS = 100;
const MAX_DELETED = 200_000;
const MAX_LINKS = 100_000;
const MAX_SCRIPTS = 1000;
const MAX_PROBLEMS = 100;
const MAX_ALIKE = 3;
/** All texts that are kept of a layer together, in UTF-16 units. */
const MAX_TEXT = 16 * 1024 * 1024;

const SETUID_OR_SETGID = 0o6000;
const GROUP_OR_OTHERS_WRITE = 0o022;
const ANY_EXECUTE = 0o111;
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyc|rb|php|pl|sh|jar|war|class|so(?:\.[\d.]+)?|dll|exe|lua|ps1)$/i;

export interface Collector {
  /** Takes a member of the layer itself; gives its path as the container sees it. */
  readonly member: (member: TarMember) => string;
  readonly sighting: (sighting: LayerSighting) => void;
  readonly accounts: (accounts: readonly Account[]) => void;
  readonly dropping: (script: DroppingScript) => void;
  /** Files with the same problem are told by the first of them. */
  readonly problem: (problem: string, path?: string) => void;
  readonly finish: (sums: Pick<LayerReport, "diffId" | "digest" | "bytes">) => LayerReport;
}

export function createCollector(): Collector {
  const sightings: LayerSighting[] = [];
  const linked: { readonly path: string; readonly to: string }[] = [];
  const setuid: LayerFile[] = [];
  const capable: LayerFile[] = [];
  const writableCode: LayerFile[] = [];
  const writableBy = new Map<string, number>();
  const deleted: string[] = [];
  const emptied: string[] = [];
  const problems: string[] = [];
  const dropping: DroppingScript[] = [];
  let accounts: readonly Account[] | undefined;
  const paths = pathSetBuilder();
  let members = 0;
  const beyond = {
    sightings: 0,
    files: 0,
    deleted: 0,
    links: 0,
    paths: 0,
    problems: 0,
    outside: 0,
  };

  let text = 0;

  const keep = <T>(
    list: T[],
    item: T,
    most: number,
    what: keyof typeof beyond,
    length: number,
  ): void => {
    if (list.length < most && text + length <= MAX_TEXT) {
      list.push(item);
      text += length;
    } else beyond[what] += 1;
  };
  const member = (given: TarMember): string => {
    members += 1;
    if (leavesRoot(given.path)) beyond.outside += 1;
    const path = imagePath(given.path);
    const whiteout = whiteoutOf(path);
    if (whiteout !== undefined) {
      if ("deletes" in whiteout)
        keep(deleted, whiteout.deletes, MAX_DELETED, "deleted", path.length);
      else if ("empties" in whiteout)
        keep(emptied, whiteout.empties, MAX_DELETED, "deleted", path.length);
      return path;
    }
    if (!paths.add(path, given.type === "directory")) beyond.paths += 1;
    if (given.type === "hard link") {
      const to = imagePath(given.linkTarget ?? "");
      keep(linked, { path, to }, MAX_LINKS, "links", path.length + to.length);
    }
    if (given.type === "file") judgeFile(path, given);
    return path;
  };
  const judgeFile = (path: string, { mode, uid, gid, capability }: TarMember): void => {
    const file = { path, mode, uid, gid };
    const executable = (mode & ANY_EXECUTE) !== 0;
    if ((mode & SETUID_OR_SETGID) !== 0 && executable)
      keep(setuid, file, MAX_FILES, "files", path.length);
    // The kernel knows forms of at most 24 bytes.
    if (capability !== undefined && capability.length <= 64) {
      const hex = Array.from(capability, (byte) => byte.toString(16).padStart(2, "0")).join("");
      keep(capable, { ...file, capability: hex }, MAX_FILES, "files", path.length);
    }
    const writable = (mode & GROUP_OR_OTHERS_WRITE) !== 0 || uid !== 0;
    if (writable && (executable || CODE.test(path))) {
      // A whole application may belong to its user: some files tell as much as all.
      const owner = `${String(uid)}:${String(gid)}:${String(mode & GROUP_OR_OTHERS_WRITE)}`;
      const count = writableBy.get(owner) ?? 0;
      writableBy.set(owner, count + 1);
      if (count < MAX_WRITABLE_EACH && writableBy.size <= MAX_OWNERS) writableCode.push(file);
    }
  };
  const alike = new Map<string, number>();
  const problem = (text: string, path?: string): void => {
    const count = (alike.get(text) ?? 0) + 1;
    if (path !== undefined && (count > 1 || alike.size < MAX_PROBLEMS)) alike.set(text, count);
    if (path === undefined || count <= MAX_ALIKE) {
      keep(problems, path === undefined ? text : `${path}: ${text}`, MAX_PROBLEMS, "problems", 0);
    }
  };
  const finish = (sums: Pick<LayerReport, "diffId" | "digest" | "bytes">): LayerReport => {
    const holding = new Set(sightings.map(({ path }) => path.split("!/")[0] ?? path));
    const bounds: string[] = [];
    const note = (count: number, what: string): void => {
      if (count > 0) bounds.push(`${String(count)} ${what}`);
    };
    for (const [text, count] of alike) note(count - MAX_ALIKE, `more files: ${text}`);
    note(beyond.sightings, "more secrets are not listed");
    note(beyond.files, "more setuid, capable or writable files are not listed");
    note(beyond.deleted, "more deleted paths are not listed, so that states may be wrong");
    note(beyond.paths, "more paths are not remembered, so that states may be wrong");
    note(beyond.links, "more hard links are not listed");
    note(beyond.problems, "more problems are not listed");
    note(beyond.outside, "paths leave the root; engines refuse them");
    return {
      ...sums,
      members,
      sightings: withoutRepetition(sightings),
      links: linked.filter(({ to }) => holding.has(to)),
      setuid,
      capable,
      writableCode,
      ...(accounts === undefined ? {} : { accounts }),
      dropping,
      deleted,
      emptied,
      paths: paths.build(),
      problems: [...problems, ...bounds],
    };
  };
  return {
    member,
    sighting: (sighting) =>
      keep(sightings, weighed(sighting), MAX_SIGHTINGS, "sightings", sighting.path.length),
    accounts: (found) => {
      accounts = found;
    },
    dropping: (script) => {
      if (dropping.length < MAX_SCRIPTS) dropping.push(script);
    },
    problem,
    finish,
  };
}

/** A file that is read as a whole and byte by byte gives the same secret twice. */
function withoutRepetition(sightings: readonly LayerSighting[]): LayerSighting[] {
  const kept: LayerSighting[] = [];
  for (const inFile of Map.groupBy(sightings, ({ path }) => path).values()) {
    if (inFile.length === 1) {
      kept.push(...inFile);
      continue;
    }
    // What the bytes told comes first: it knows the detector and the checksum.
    const ordered = inFile
      .map((sighting) => ({
        ...sighting,
        start: sighting.offset,
        end: sighting.offset + sighting.length,
      }))
      .sort((left, right) => Number(isByForm(left)) - Number(isByForm(right)));
    for (const { start: _start, end: _end, ...sighting } of withoutOverlaps(ordered))
      kept.push(sighting);
  }
  return kept;
}

function isByForm({ detector }: LayerSighting): boolean {
  return detector === "assigned-value" || detector === "credential-file";
}
