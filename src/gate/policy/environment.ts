/**
 * The environment dialect of the common socket proxy (`CONTAINERS=1`, `POST=0`…) as a policy with one
 * client, made safe: the posture ceiling judges what it creates, tunnels and plugins stay closed, secrets
 * are hidden. Source of the dialect: `environment-table.ts`.
 */

import { nearest } from "../../model/nearest.ts";
import { compileClient } from "./compile-client.ts";
import { DEFAULT_DRAIN, DEFAULT_LIMITS, DEFAULT_UPSTREAM } from "./compile-settings.ts";
import type { CompiledGate, Listener, Upstream } from "./compiled.ts";
import { actions, closed, methods, others, type Section, sections } from "./environment-table.ts";
import { quoted } from "./problems.ts";
import type { ClientData } from "./schema/client.ts";
import { areaNames } from "./words.ts";

export interface EnvironmentPolicy {
  readonly gate: CompiledGate;
  readonly warnings: readonly EnvironmentWarning[];
}

export interface EnvironmentWarning {
  /** Or `port 2375`, for what no variable says. */
  readonly variable: string;
  /** One sentence, without a full stop. */
  readonly message: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Words = NonNullable<ClientData["allow"]>;

type Lists = Partial<Record<keyof Words, string[]>>;

export const ENVIRONMENT_CLIENT = "socket-proxy";
const PORT = 2375;

const names: readonly string[] = [
  ...[...sections, ...actions].map(({ name }) => name),
  ...Object.keys(closed),
  ...methods,
  ...others,
];

/** Whether the environment speaks the dialect at all; `VERSION=1.2.3` and `BUILD=417` are something else. */
export function speaksDialect(environment: Environment): boolean {
  return [...sections, ...actions].some(({ name }) => isSwitch(environment[name]));
}

function isSwitch(text: string | undefined): boolean {
  return text === "0" || text === "1";
}

/** `listener` replaces the dialect's own: plain TCP on port 2375 of every address. */
export function policyFromEnvironment(
  environment: Environment,
  listener?: Listener,
): EnvironmentPolicy {
  const warnings: EnvironmentWarning[] = [];
  const warn = (variable: string, message: string): void => {
    warnings.push({ variable, message });
  };
  const isOn = (name: string, usual = false): boolean => {
    const text = environment[name];
    if (text === undefined || text === "" || isSwitch(text))
      return (text || (usual ? "1" : "0")) === "1";
    // The value is not repeated: a name such as AUTH may hold something else altogether.
    warn(name, `${name} is neither 0 nor 1: taken as ${usual ? "1" : "0"}, which is its default`);
    return usual;
  };
  warnOfMisspelt(environment, warn);
  const post = isOn("POST");
  const remove = environment["DELETE"] === undefined ? post : isOn("DELETE");
  const allow: Lists = {};
  const deny: Lists = {};
  const add = (words: Words | undefined, to = allow): void => {
    for (const area of areaNames) (to[area] ??= []).push(...(words?.[area] ?? []));
  };
  for (const section of sections) {
    if (!isOn(section.name, section.on)) continue;
    add(section.reads);
    if (post) add(section.posts);
    if (remove) add(section.deletes);
    warnOfSection(section, post, warn);
  }
  for (const action of actions) {
    if (!isOn(action.name)) {
      if (action.takes === true && environment[action.name] !== undefined) add(action.reads, deny);
      continue;
    }
    add(action.reads);
    if (action.means !== undefined) warn(action.name, action.means);
  }
  addExec({ containers: isOn("CONTAINERS"), exec: isOn("EXEC"), post }, add, warn);
  if (isOn("ALLOW_DELETE")) add({ containers: ["remove"] });
  for (const [name, message] of Object.entries(closed)) if (isOn(name)) warn(name, message);
  if (post && allow.containers?.includes("create") === true) {
    warn(
      "POST",
      "binds, published ports, devices and capabilities are refused until a gate.yaml grants them: record one with --learn",
    );
  }
  for (const word of ["ping", "version"]) {
    if (allow.system?.includes(word) !== true) add({ system: [word] }, deny);
  }
  const way = listener ?? plainListener(environment, warn);
  const data: ClientData = {
    listen: {},
    allow,
    deny,
    ...COMPATIBLE,
  };
  return {
    gate: {
      upstream: upstreamOf(environment, warn),
      clients: [{ policy: compileClient(ENVIRONMENT_CLIENT, data) }],
      listeners: [way],
      drainMilliseconds: DEFAULT_DRAIN,
      limits: DEFAULT_LIMITS,
    },
    warnings: unique(warnings),
  };
}

/** The dialect knows no owners, and its clients bring images as registries have them. */
const COMPATIBLE: Omit<ClientData, "listen"> = {
  ownership: false,
  redact: "secrets",
  force: { "cap-drop-all": false, "read-only-root": false },
  grant: { networks: ["bridge"], restart: true },
  posture: { rules: { "image-not-pinned": "off", "runs-as-root": "off", "secret-in-env": "off" } },
};

type Warn = (variable: string, message: string) => void;

function warnOfSection({ name, means, meansWithPost }: Section, post: boolean, warn: Warn): void {
  if (means !== undefined) warn(name, means);
  if (post && meansWithPost !== undefined) warn(name, meansWithPost);
}

/** Making an exec is a route of containers, starting it one of exec: the common proxy wants all three. */
function addExec(
  on: { readonly containers: boolean; readonly exec: boolean; readonly post: boolean },
  add: (words: Words) => void,
  warn: Warn,
): void {
  if (!on.exec) return;
  if (!on.containers || !on.post) {
    warn("EXEC", "EXEC says nothing without CONTAINERS=1 and POST=1, as in the common proxy");
    return;
  }
  add({ containers: ["exec"] });
  const means = actions.find(({ name }) => name === "ALLOW_EXEC")?.means;
  if (means !== undefined) warn("EXEC", means);
}

function plainListener(environment: Environment, warn: Warn): Listener {
  const only4 = /^(?:1|true|yes)$/i.test(environment["DISABLE_IPV6"] ?? "");
  warn(
    `port ${String(PORT)}`,
    "nobody is asked who they are: whoever reaches this address is the client; keep it in a network of its own, or write a gate.yaml that listens on a unix socket",
  );
  return {
    kind: "plain",
    address: { host: only4 ? "0.0.0.0" : "::", port: PORT },
    client: ENVIRONMENT_CLIENT,
  };
}

function upstreamOf(environment: Environment, warn: Warn): Upstream {
  const path = environment["SOCKET_PATH"];
  if (path === undefined || path === "") return DEFAULT_UPSTREAM;
  if (path.startsWith("/") && !path.includes("\0")) return { kind: "unix", path };
  warn("SOCKET_PATH", "SOCKET_PATH is no absolute path: /var/run/docker.sock is taken");
  return DEFAULT_UPSTREAM;
}

/** The environment holds much else, so only a near miss that is set as these are is told. */
function warnOfMisspelt(environment: Environment, warn: Warn): void {
  for (const [name, value] of Object.entries(environment)) {
    if (names.includes(name) || !isSwitch(value) || name.length < 4) continue;
    const near = nearest(name, names);
    if (near === undefined) continue;
    warn(name, `${quoted(name)} is no variable of the common proxy; did you mean ${near}?`);
  }
}

function unique(warnings: readonly EnvironmentWarning[]): EnvironmentWarning[] {
  return warnings.filter(
    (one, index) =>
      warnings.findIndex(
        (other) => other.variable === one.variable && other.message === one.message,
      ) === index,
  );
}
