/** Everything that is mounted into a service's container. */

import type { Mount } from "../../model/mounts.ts";
import { apiSocketMount } from "../docker-syntax/api-socket.ts";
import { joinPath } from "../paths.ts";
import { get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { originOf, reportUnknown, settledBoolean, settledItems } from "./facts.ts";
import { grants } from "./grants.ts";
import { volumeMount } from "./volumes.ts";

/** Volumes, tmpfs, secrets, configs and the engine's socket; not `volumes_from`, which needs the other services. */
function ownMounts(scope: ServiceScope): Mount[] {
  return [
    ...itemsOf(get(scope.service, "volumes")).flatMap((item) => volumeMount(scope, item)),
    ...settledItems(scope, "tmpfs", "tmpfs").map(({ node, text }) => tmpfsMount(node, text)),
    ...grants(scope, "secrets"),
    ...grants(scope, "configs"),
    ...apiSocket(scope),
  ];
}

function tmpfsMount(node: YamlNode, text: string): Mount {
  const colon = text.indexOf(":");
  const options = colon < 0 ? [] : text.slice(colon + 1).split(",");
  const target = joinPath(colon < 0 ? text : text.slice(0, colon));
  return { type: "tmpfs", target, readOnly: options.includes("ro"), origin: originOf(node) };
}

function apiSocket(scope: ServiceScope): Mount[] {
  const node = get(scope.service, "use_api_socket");
  if (node === undefined || !settledBoolean(scope, node, "use_api_socket")) return [];
  return [apiSocketMount(originOf(node))];
}

/** How many mounts a service may take over from others, and through how many of them. */
const MAX_TAKEN_OVER = 50;
const MAX_DEPTH = 50;

/**
 * The mounts of a service with those that `volumes_from` brings, which may come from services that
 * themselves take mounts over. A circle ends where it closes; Compose refuses it.
 */
export function mountsOf(
  scope: ServiceScope,
  others: ReadonlyMap<string, ServiceScope>,
  memo: Map<string, readonly Mount[] | "open">,
  depth = 0,
): readonly Mount[] {
  const ready = memo.get(scope.name);
  if (ready === "open") return [];
  if (ready !== undefined) return ready;
  memo.set(scope.name, "open");
  const mounts = ownMounts(scope);
  const limit = mounts.length + MAX_TAKEN_OVER;
  for (const { node, text } of settledItems(scope, "volumes_from", "volumes_from")) {
    if (text.startsWith("container:")) {
      const why = "the mounts of a container that runs elsewhere are not at hand";
      reportUnknown(scope, node, "volumes_from", why, "mount what it needs by itself");
      continue;
    }
    const [name = "", mode] = text.split(":");
    const other = others.get(name);
    if (other === undefined) {
      reportUnknown(scope, node, "volumes_from", "there is no such service", "correct the name");
      continue;
    }
    if (memo.get(name) === "open") {
      const why = "the services take mounts over from each other in a circle";
      reportUnknown(scope, node, "volumes_from", why, "break the circle");
      continue;
    }
    const brought = depth >= MAX_DEPTH ? [] : mountsOf(other, others, memo, depth + 1);
    if (depth >= MAX_DEPTH || mounts.length + brought.length > limit) {
      reportUnknown(
        scope,
        node,
        "volumes_from",
        "more mounts are taken over than are read",
        "mount what the service needs by itself",
      );
    }
    for (const mount of brought) {
      if (mounts.length >= limit) break;
      if (mount.type === "secret" || mount.type === "config" || mount.via === "api-socket")
        continue;
      mounts.push(takenOver(mount, node, name, mode === "ro"));
    }
  }
  memo.set(scope.name, mounts);
  return mounts;
}

function takenOver(mount: Mount, node: YamlNode, name: string, readOnly: boolean): Mount {
  const { span } = mount.origin;
  const place = span === undefined ? [] : [{ span, label: `mounted in service ${name} here` }];
  const origin = originOf(node);
  return {
    ...mount,
    readOnly: mount.readOnly || readOnly,
    via: "volumes-from",
    origin: { ...origin, through: [...(origin.through ?? []), ...place] },
  };
}
