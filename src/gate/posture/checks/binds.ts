/** Paths of the host: what is mounted, where it truly leads, and whether a grant covers that. */

import { hostPathOf, joinPath } from "../../../readers/paths.ts";
import { placeDanger } from "../../policy/bind-dangers.ts";
import type { BindGrant } from "../../policy/client-policy.ts";
import type { Facts } from "../facts/facts.ts";
import { shown } from "../json.ts";
import type { Judging } from "../judging.ts";

export interface BindWish {
  readonly at: string;
  /** As the client writes it: absolute. */
  readonly source: string;
  readonly readOnly: boolean;
  /** Whether what is mounted below it stays writable although it is read-only itself. */
  readonly openBelow?: boolean;
  /** SELinux labels of the host's files are changed. */
  readonly relabels?: boolean;
  readonly propagation?: string;
}

/**
 * The path that goes to the engine: with links resolved where the gate can look, and cleaned as Go's
 * path.Clean does elsewhere.
 */
export function resolvedSource(source: string, { paths }: Pick<Facts, "paths">): string {
  const clean = joinPath(source);
  const fact = paths.get(clean);
  return fact?.kind === "found" || fact?.kind === "missing" ? fact.path : clean;
}

const PROPAGATIONS = ["", "private", "rprivate", "slave", "rslave"];
const SHARED = ["shared", "rshared"];

export function judgeBind(wish: BindWish, judging: Judging): void {
  const { at, source, propagation = "" } = wish;
  const path = resolvedSource(source, judging.facts);
  if (!source.startsWith("/") || /[\0:]/.test(path)) {
    judging.deny({
      rule: "bad-bind",
      at,
      message: "the source of a bind must be an absolute path without a colon",
    });
    return;
  }
  const grant = grantFor(wish, path, judging);
  if (grant === undefined) return;
  if (SHARED.includes(propagation)) {
    if (!judging.grants.privileged) {
      judging.deny({
        rule: "mount-propagation",
        at,
        message: "mounts made in the container would appear on the host",
        help: "Leave the propagation out, or write rslave",
      });
      return;
    }
  } else if (!PROPAGATIONS.includes(propagation)) {
    judging.deny({
      rule: "bad-bind",
      at,
      message: `the engine has no propagation ${shown(propagation)}`,
    });
    return;
  }
  judging.grant(at);
}

/** The grant that covers the wish; what is missing is said. */
function grantFor(wish: BindWish, path: string, judging: Judging): BindGrant | undefined {
  const { at, source, readOnly, openBelow = false, relabels = false } = wish;
  const fact = judging.facts.paths.get(joinPath(source));
  if (fact?.kind === "unasked") {
    judging.deny({ rule: "too-many", at, message: "so many paths are not looked at" });
    return undefined;
  }
  const unseen = fact === undefined || fact.kind === "unseen";
  const onPath = judging.grants.binds.filter((grant) => covers(grant, path, unseen));
  const needsWriting = !readOnly || openBelow || relabels;
  const [first] = onPath;
  if (first === undefined) {
    judging.miss({
      rule: "bind-not-granted",
      at,
      message: `the policy does not grant ${hostPath(path, source)}${meaning(path, needsWriting, judging)}${unseen ? unseenNote(path, judging) : ""}`,
      key: "binds",
      value: needsWriting ? `${path}:rw` : path,
      instead: grantedNote(judging),
    });
    return undefined;
  }
  const grant = onPath.find((each) => !each.readOnly || !needsWriting);
  if (grant === undefined) {
    judging.miss({
      rule: "bind-not-granted",
      at,
      message: whyWriting(wish, path),
      key: "binds",
      value: `${path}:rw`,
      instead: relabels ? "leave z and Z out" : "mount it read-only",
    });
    return undefined;
  }
  if (fact?.kind === "missing" && grant.readOnly && path !== grant.source) {
    judging.deny({
      rule: "bind-not-granted",
      at,
      message: `${shown(path)} does not exist, and the engine would make it on the host as root`,
      help: "Name a path that exists, or use a volume",
    });
    return undefined;
  }
  return grant;
}

/** Whether the policy grants the path to be read, and no more than that. */
export function isGrantedToRead(
  source: string,
  facts: Facts,
  grants: readonly BindGrant[],
): boolean {
  const clean = joinPath(source);
  const unseen = (facts.paths.get(clean)?.kind ?? "unseen") === "unseen";
  const path = resolvedSource(source, facts);
  const onPath = grants.filter((grant) => covers(grant, path, unseen));
  return onPath.length > 0 && onPath.every(({ readOnly }) => readOnly);
}

/** Where the gate cannot look, a link may hide below a folder: only the path itself is believed. */
function covers({ source, below }: BindGrant, path: string, unseen: boolean): boolean {
  if (path === source) return true;
  if (unseen) return hostPathOf(path) === hostPathOf(source);
  return below && (source === "/" || path.startsWith(`${source}/`));
}

function hostPath(path: string, source: string): string {
  return path === source
    ? `the host's ${shown(path)}`
    : `the host's ${shown(path)}, which ${shown(source)} leads to`;
}

/** What it would give away, where that is the host. */
function meaning(path: string, writing: boolean, { client }: Judging): string {
  const danger = placeDanger({ source: path, below: false, readOnly: !writing }, client.name);
  return danger === undefined ? "" : ` (${danger.meaning})`;
}

function unseenNote(path: string, { grants }: Judging): string {
  const wide = grants.binds.some((grant) => grant.below && covers(grant, path, false));
  return wide
    ? "; it lies below a granted path, but the gate does not see the host's files and cannot tell where links lead"
    : "";
}

function grantedNote({ grants }: Judging): string {
  const few = grants.binds.slice(0, 3).map(({ source }) => shown(source));
  return few.length === 0 ? "use a named volume" : `use a named volume or ${few.join(", ")}`;
}

function whyWriting({ readOnly, relabels }: BindWish, path: string): string {
  const what = `the policy grants the host's ${shown(path)} to be read only`;
  if (relabels === true) return `${what}, and z or Z changes the labels of its files`;
  if (!readOnly) return `${what}, and this mounts it writable`;
  return `${what}, and this leaves what is mounted below it writable`;
}
