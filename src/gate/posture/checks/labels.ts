/** Labels from which other programs on the host take orders. */

import { OWNER_LABEL } from "../../judge/contract.ts";
import { IMAGE_ENGINE_LABEL, IMAGE_OWNER_LABEL, isReservedLabel } from "../../ownership/labels.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { JsonValue } from "../../wire/json/value.ts";
import { matchesAny } from "../../policy/pattern.ts";
import { objectOf, shown, textOf } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { Judge } from "./check.ts";

/**
 * By what a program reads: proxies that open a container to the world, updaters and schedulers that start and run
 * commands in containers, monitors that connect and log in, dashboards, sockets' filters that grant rights by label.
 * Compose's own labels are not among them: its clients need them for their own projects.
 */
const STEERING: readonly string[] = [
  // opened to the world
  "traefik.*",
  "traefik",
  "caddy",
  "caddy.*",
  "caddy_*",
  "com.github.nginx-proxy.*",
  "com.github.jrcs.*",
  "nginx-proxy.*",
  "swag",
  "swag_*",
  "cloudflare.*",
  "tsdproxy.*",
  "sablier.*",
  "haproxy.*",
  "easyhaproxy.*",
  "yacht.*",
  "pangolin.*",
  "godoxy.*",
  "proxy.*",
  "dokku",
  "com.dokku.*",
  "SERVICE_*",
  // started, replaced, run in
  "com.centurylinklabs.watchtower",
  "com.centurylinklabs.watchtower.*",
  "com.ouroboros.*",
  "ofelia",
  "ofelia.*",
  "chadburn",
  "chadburn.*",
  "deck-chores.*",
  "swarm.cronjob.*",
  "autoheal",
  "autoheal.*",
  "willfarrell/autoheal*",
  "diun.*",
  "wud.*",
  "dockcheck.*",
  "mag37.dockcheck.*",
  "docker-volume-backup.*",
  "restic-compose-backup.*",
  "shepherd.*",
  "crazymax.*",
  // connected to, logged in to, read from
  "com.datadoghq.*",
  "co.elastic.*",
  "prometheus.*",
  "prometheus_*",
  "prometheus-*",
  "promtail.*",
  "logspout.*",
  "io.newrelic.*",
  "com.signalfx.*",
  "telegraf.*",
  // dashboards and what governs the engine
  "io.portainer.*",
  "com.docker.swarm.*",
  "com.docker.stack.*",
  "com.docker.ucp.*",
  "com.docker.extension.*",
  "com.docker.desktop.*",
  "io.balena.*",
  "io.rancher.*",
  "io.kubernetes.*",
  "io.podman.*",
  "io.containers.*",
  "org.projectatomic.*",
  "cattle.*",
  "coolify.*",
  // filters of the socket
  "socket-proxy.*",
  "docker-socket-proxy.*",
  "com.sockguard.*",
  "sockguard.*",
];

const EXACT: ReadonlySet<string> = new Set(STEERING.filter((pattern) => !pattern.includes("*")));
const PREFIXES: readonly string[] = STEERING.filter((pattern) => pattern.endsWith("*")).map(
  (pattern) => pattern.slice(0, -1).toLowerCase(),
);

/** Some readers take no notice of case. */
export function isSteering(label: string): boolean {
  const lower = label.toLowerCase();
  return EXACT.has(lower) || PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** Labels that the policy grants, or writes itself; and the gate's own, which the gate has written. */
export function isLabelAdmitted(name: string, value: string, judging: Judging): boolean {
  const { client, grants } = judging;
  if (isReservedLabel(name)) return isGatesOwn(name, value, client);
  if (!isSteering(name)) return true;
  return client.forced.labels.get(name) === value || matchesAny(grants.labels, name);
}

function isGatesOwn(name: string, value: string, { ownership, owner }: ClientPolicy): boolean {
  // Images say of their containers that they are nobody's.
  if (name === OWNER_LABEL && value === "") return true;
  if (ownership && name === IMAGE_ENGINE_LABEL) return true;
  return ownership && value === owner && (name === OWNER_LABEL || name === IMAGE_OWNER_LABEL);
}

export function judgeLabels(value: JsonValue | undefined, at: string, judging: Judging): void {
  for (const [name, text] of objectOf(value)) {
    if (isLabelAdmitted(name, textOf(text), judging)) continue;
    const place = `${at}["${shown(name)}"]`;
    if (isReservedLabel(name)) {
      judging.deny({
        rule: "reserved-label",
        at: place,
        message: "this label is the gate's own: it says who owns an object",
        help: "Leave it out",
      });
      continue;
    }
    judging.miss({
      rule: "label-not-granted",
      at: place,
      message: `other programs on this host take orders from the label ${shown(name)}`,
      key: "labels",
      value: name,
      instead: "leave it out",
    });
  }
}

export const labels: Judge = (value, at, judging) => judgeLabels(value, at, judging);
