/**
 * What tools of a kind need, as a client of gate.yaml would say it. Each has a page under
 * docs/gate-presets that gives the reasons; test/gate/preset-calls.json has the calls that tools really make.
 */

import type { PresetName } from "./preset-names.ts";
import type { ClientData } from "./schema/client.ts";

export interface Preset {
  /** What it is for, one line. */
  readonly summary: string;
  readonly client: Omit<ClientData, "listen" | "preset" | "deny">;
}

/** Images as they come from a registry: root inside, with the engine's usual capabilities, and no more. */
const ORDINARY_IMAGES = { "cap-drop-all": false, "read-only-root": false } as const;

export const presets: Readonly<Record<PresetName, Preset>> = {
  monitoring: {
    summary: "metrics and inventory, read only: Telegraf, cAdvisor, exporters",
    client: {
      allow: {
        containers: ["list", "inspect", "stats"],
        images: ["list"],
        networks: ["list"],
        volumes: ["list"],
        swarm: ["services-read", "tasks-read", "nodes-read"],
        system: ["info", "events", "df"],
      },
      ownership: false,
    },
  },
  discovery: {
    summary: "routes from labels and addresses of containers: Traefik, nginx-proxy, Caddy",
    client: {
      allow: {
        containers: ["list", "inspect"],
        networks: ["list", "inspect"],
        system: ["events"],
      },
      ownership: false,
    },
  },
  "log-viewer": {
    summary: "logs and live statistics in a browser: Dozzle, log shippers",
    client: {
      allow: {
        containers: ["list", "inspect", "logs", "stats"],
        system: ["info", "events"],
      },
      ownership: false,
    },
  },
  updater: {
    summary: "pulls newer images and makes the same containers anew: Watchtower",
    client: {
      allow: {
        containers: ["list", "inspect", "create", "start", "kill", "rename", "remove"],
        images: ["inspect", "pull", "remove"],
        networks: ["connect", "disconnect"],
      },
      // It makes other clients' containers anew and must read their environment to do so.
      ownership: false,
      redact: "none",
      force: { "cap-drop-all": false, "no-new-privileges": false, "read-only-root": false },
      grant: { restart: true, networks: ["bridge"] },
      posture: {
        rules: {
          "image-not-pinned": "off",
          "privilege-escalation-allowed": "off",
          "runs-as-root": "off",
          "secret-in-env": "off",
        },
      },
    },
  },
  manager: {
    summary: "a management interface for what it deploys itself: Portainer",
    client: {
      allow: {
        containers: [
          "list",
          "inspect",
          "logs",
          "stats",
          "top",
          "attach",
          "create",
          "start",
          "stop",
          "restart",
          "kill",
          "pause",
          "unpause",
          "resize",
          "rename",
          "update",
          "remove",
          "exec",
          "commit",
        ],
        images: ["list", "inspect", "history", "pull", "push", "tag", "remove", "save", "load"],
        networks: ["list", "inspect", "create", "remove", "connect", "disconnect"],
        volumes: ["list", "inspect", "create", "remove"],
        build: ["classic"],
        plugins: ["list"],
        system: ["info", "events"],
      },
      // It edits a container by making it anew from what inspect says; with ownership on, that is its own.
      redact: "none",
      force: ORDINARY_IMAGES,
      grant: { restart: true, networks: ["bridge"] },
      posture: {
        rules: { "image-not-pinned": "off", "runs-as-root": "off", "secret-in-env": "off" },
      },
    },
  },
  "ci-runner": {
    summary:
      "a container per job, with its services: GitLab Runner, act, Gitea and Forgejo runners",
    client: {
      allow: {
        containers: [
          "list",
          "inspect",
          "logs",
          "attach",
          "create",
          "start",
          "stop",
          "kill",
          "wait",
          "remove",
          "exec",
          "copy-out",
          "copy-in",
        ],
        images: ["inspect", "pull", "tag", "load", "remove"],
        networks: ["list", "inspect", "create", "remove", "disconnect"],
        volumes: ["list", "inspect", "create", "remove"],
        build: ["classic"],
        system: ["info"],
      },
      force: ORDINARY_IMAGES,
      grant: { networks: ["bridge"] },
      posture: {
        rules: { "image-not-pinned": "off", "runs-as-root": "off", "secret-in-env": "off" },
      },
    },
  },
  testcontainers: {
    summary: "throw-away databases and services for tests, with Ryuk: Testcontainers",
    client: {
      allow: {
        containers: [
          "list",
          "inspect",
          "logs",
          "create",
          "start",
          "stop",
          "remove",
          "exec",
          "copy-out",
          "copy-in",
        ],
        images: ["list", "inspect", "pull", "save", "remove"],
        networks: ["list", "inspect", "create", "remove", "connect"],
        volumes: ["list", "remove"],
        build: ["classic"],
        system: ["info", "events"],
      },
      force: ORDINARY_IMAGES,
      grant: { networks: ["bridge"], ports: ["0"] },
      posture: {
        rules: { "image-not-pinned": "off", "runs-as-root": "off", "secret-in-env": "off" },
      },
    },
  },
  "agent-sandbox": {
    summary: "containers that a program of an AI makes for itself: no network, no host, small",
    client: {
      allow: {
        containers: [
          "list",
          "inspect",
          "logs",
          "stats",
          "top",
          "attach",
          "create",
          "start",
          "stop",
          "kill",
          "wait",
          "resize",
          "remove",
          "exec",
          "copy-out",
          "copy-in",
        ],
        images: ["list", "inspect", "pull"],
      },
      ownership: true,
      redact: "strict",
      posture: { refuse: "medium", rules: { "image-not-pinned": "off" } },
      force: {
        "cap-drop-all": true,
        "no-new-privileges": true,
        "read-only-root": true,
        user: "65532:65532",
        network: "none",
      },
      grant: {
        networks: ["none"],
        registries: ["docker.io"],
        limits: { memory: "2g", pids: "512", cpus: "2", shm: "64m", containers: "8" },
      },
      concurrency: "32",
      rate: { "per-second": "20", burst: "60" },
    },
  },
};
