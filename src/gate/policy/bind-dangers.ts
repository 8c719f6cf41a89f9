/** What a grant of a path of the host means where it means more than it seems. */

import { exposedSockets, looksLikeEngineSocket } from "../../linux/engine-sockets.ts";
import { sensitiveHostPath } from "../../linux/host-paths.ts";
import type { BindGrant, ClientPolicy } from "./client-policy.ts";
import type { Danger, Surroundings } from "./danger.ts";

export function bindDangers(
  bind: BindGrant,
  policy: ClientPolicy,
  around: Surroundings | undefined,
): Danger[] {
  const { source, below, readOnly } = bind;
  const grant = `binds ${source}${below ? " and below" : ""}${readOnly ? "" : ", writable"}`;
  const dangers: Danger[] = [];
  const place = placeDanger(bind, policy.name, around);
  if (place !== undefined) dangers.push({ ...place, grant });
  if (below && !readOnly) {
    dangers.push({
      severity: "high",
      grant,
      meaning:
        "a container that writes there can leave a symbolic link and have the next bind follow it; the gate resolves links before it compares, which needs host-root, and a link can change after",
    });
  }
  const wider = policy.grants.binds.find(
    (other) => readOnly && !other.readOnly && other !== bind && covers(other, source),
  );
  if (wider !== undefined) {
    dangers.push({
      severity: "medium",
      grant,
      meaning: `read-only says nothing here: ${wider.source} is granted to be written`,
    });
  }
  return dangers;
}

/** What lies at the path, or below it. */
export function placeDanger(
  { source, readOnly }: BindGrant,
  client: string,
  around?: Surroundings,
): Omit<Danger, "grant"> | undefined {
  if (source === "/") {
    const meaning = readOnly
      ? "every file of the host can be read: password hashes, keys, data of all containers"
      : "this is root of the host";
    return { severity: "critical", meaning };
  }
  const sockets = (around?.listeners ?? []).filter((listener) => listener.kind === "unix");
  // Behind it stands the policy that grants it.
  if (sockets.some((one) => one.path === source && one.client === client)) return undefined;
  const upstream = around?.upstream;
  const holdsEngine = upstream?.kind === "unix" && isWithin(upstream.path, source);
  if (holdsEngine || exposedSockets(source).length > 0 || looksLikeEngineSocket(source)) {
    return {
      severity: "critical",
      meaning: "the engine's own socket lies there: a container that mounts it is root of the host",
    };
  }
  const other = sockets.find((one) => one.client !== client && isWithin(one.path, source));
  if (other !== undefined) {
    return {
      severity: "high",
      meaning: `the socket of the client ${other.client} lies there: a container that mounts it is that client`,
    };
  }
  const sensitive = sensitiveHostPath(source, readOnly);
  if (sensitive === undefined) return undefined;
  return {
    severity: sensitive.severity,
    meaning: `${sensitive.reason}: who mounts it ${sensitive.gain}`,
  };
}

function covers({ source, below }: BindGrant, path: string): boolean {
  return path === source || (below && isWithin(path, source));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}
