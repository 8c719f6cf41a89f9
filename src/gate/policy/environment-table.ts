/**
 * The variables of the common socket proxy, and what each says in the words of a policy.
 * Source: Tecnativa/docker-socket-proxy a6fbf38 (2025-09-05): README.md, Dockerfile (defaults), haproxy.cfg
 * (routes); ALLOW_PAUSE and what follows it: haproxy.cfg.template of its later commit b44f37d.
 */

import type { ClientData } from "./schema/client.ts";

type Words = NonNullable<ClientData["allow"]>;

export interface Section {
  readonly name: string;
  /** Those that are on where nobody sets them. */
  readonly on?: true;
  /** With the variable alone. */
  readonly reads?: Words;
  /** With `POST` too. */
  readonly posts?: Words;
  /** With `DELETE` too, which follows `POST` where it is not set. */
  readonly deletes?: Words;
  /** What its setting means, where that is more than it seems. */
  readonly means?: string;
  /** Whether a 0 that is written takes its words from what other variables give. */
  readonly takes?: true;
  /** The same as `means`, where `POST` is on as well. */
  readonly meansWithPost?: string;
}

const EVERYONE = "of every container on this host, since these variables know no owner";

export const sections: readonly Section[] = [
  { name: "EVENTS", on: true, reads: { system: ["events"] } },
  { name: "PING", on: true, reads: { system: ["ping"] } },
  { name: "VERSION", on: true, reads: { system: ["version"] } },
  {
    name: "AUTH",
    posts: { system: ["auth"] },
    meansWithPost:
      "the client can have the engine try credentials at any address, and learn what answers there",
  },
  {
    name: "SECRETS",
    reads: { swarm: ["secrets-read"] },
    posts: { swarm: ["secrets-write"] },
    meansWithPost: "the client can replace the swarm's secrets",
  },
  {
    name: "BUILD",
    posts: { build: ["classic", "prune", "cancel"] },
    meansWithPost:
      "the client runs code on the engine's network with every build; BuildKit's tunnels stay closed (DOCKER_BUILDKIT=0)",
  },
  {
    name: "COMMIT",
    posts: { containers: ["commit"] },
    meansWithPost: `the client can copy the files ${EVERYONE}, into an image`,
  },
  {
    name: "CONFIGS",
    reads: { swarm: ["configs-read"] },
    posts: { swarm: ["configs-write"] },
    means: "the answers hold the swarm's configuration files themselves",
  },
  {
    name: "CONTAINERS",
    reads: { containers: ["list", "inspect", "logs", "stats", "top", "changes"] },
    posts: {
      containers: [
        "attach",
        "create",
        "start",
        "stop",
        "restart",
        "kill",
        "pause",
        "unpause",
        "wait",
        "resize",
        "rename",
        "update",
        "prune",
      ],
    },
    deletes: { containers: ["remove"] },
    means:
      "logs are read as well; files (archive, export) are not, unless ALLOW_ARCHIVE or ALLOW_EXPORT is 1",
    meansWithPost:
      "behind the common proxy this is root of the host, by a container that mounts /; here the posture ceiling judges each creation, but every container can be stopped, renamed and removed",
  },
  {
    name: "DISTRIBUTION",
    reads: { images: ["distribution"] },
    means: "the client can have the engine ask any registry, or any address that it calls one",
  },
  {
    name: "IMAGES",
    reads: { images: ["list", "inspect", "history", "attestations", "search"] },
    posts: { images: ["pull", "push", "tag", "load", "prune"] },
    deletes: { images: ["remove"] },
    meansWithPost:
      "the client can put another image under a name that others run, and push images to any registry",
  },
  { name: "INFO", reads: { system: ["info"] } },
  {
    name: "NETWORKS",
    reads: { networks: ["list", "inspect"] },
    posts: { networks: ["create", "connect", "disconnect", "prune"] },
    deletes: { networks: ["remove"] },
    meansWithPost: "the client can connect containers of others, and cut them off",
  },
  {
    name: "NODES",
    reads: { swarm: ["nodes-read"] },
    posts: { swarm: ["nodes-write"] },
    meansWithPost: "the client can promote nodes to managers of the swarm",
  },
  { name: "PLUGINS", reads: { plugins: ["list", "inspect"] } },
  {
    name: "SERVICES",
    reads: { swarm: ["services-read", "services-logs"] },
    posts: { swarm: ["services-write"] },
    meansWithPost: "the client starts containers on every node of the swarm",
  },
  {
    name: "SWARM",
    reads: { swarm: ["inspect"] },
    posts: { swarm: ["manage"] },
    means:
      "behind the common proxy the answer holds the tokens that join the swarm; here they are hidden",
    meansWithPost: "the client can make the engine join or leave a swarm",
  },
  { name: "SYSTEM", reads: { system: ["df"] } },
  { name: "TASKS", reads: { swarm: ["tasks-read", "tasks-logs"] } },
  {
    name: "VOLUMES",
    reads: { volumes: ["list", "inspect"] },
    posts: { volumes: ["create", "update", "prune"] },
    deletes: { volumes: ["remove"] },
    meansWithPost: "the client can remove volumes of others, with their data",
  },
];

/** Variables that admit single actions; here they need no `POST` beside them. */
export const actions: readonly Section[] = [
  { name: "ALLOW_START", reads: { containers: ["start"] } },
  { name: "ALLOW_STOP", reads: { containers: ["stop"] } },
  { name: "ALLOW_RESTARTS", reads: { containers: ["stop", "restart", "kill"] } },
  { name: "ALLOW_PAUSE", reads: { containers: ["pause"] } },
  { name: "ALLOW_UNPAUSE", reads: { containers: ["unpause"] } },
  { name: "ALLOW_KILL", takes: true, reads: { containers: ["kill"] } },
  { name: "ALLOW_LOGS", takes: true, reads: { containers: ["logs"] } },
  {
    name: "ALLOW_ATTACH",
    takes: true,
    reads: { containers: ["attach"] },
    means: `the client types into the main process ${EVERYONE}`,
  },
  {
    name: "ALLOW_EXEC",
    takes: true,
    reads: { containers: ["exec"] },
    means: `the client runs commands inside ${EVERYONE.replace("of ", "")}: root of the host, where one is privileged or has the engine's socket`,
  },
  {
    name: "ALLOW_ARCHIVE",
    takes: true,
    reads: { containers: ["copy-out", "copy-in"] },
    means: `the client reads and writes the files ${EVERYONE}, those that are mounted from the host included`,
  },
  {
    name: "ALLOW_EXPORT",
    takes: true,
    reads: { containers: ["export"] },
    means: `the client reads all files ${EVERYONE}`,
  },
];

/** Opened in the common proxy, never here; with what to do instead. */
export const closed: Readonly<Record<string, string>> = {
  SESSION:
    "this is BuildKit's own tunnel, into which no filter by path can look; it stays closed: build with DOCKER_BUILDKIT=0, or write a gate.yaml with `build: [mediated]`",
  GRPC: "this is BuildKit's own tunnel, into which no filter by path can look; it stays closed: build with DOCKER_BUILDKIT=0, or write a gate.yaml with `build: [mediated]`",
};

/** Known, and of no say in what a client may do. */
export const others: readonly string[] = [
  "SOCKET_PATH",
  "DISABLE_IPV6",
  "LOG_LEVEL",
  "BIND_CONFIG",
];

/** By method. `EXEC` is half of an action: see `environment.ts`. */
export const methods: readonly string[] = [
  "POST",
  "DELETE",
  "PUT",
  "PATCH",
  "ALLOW_DELETE",
  "EXEC",
];
