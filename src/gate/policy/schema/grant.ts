/** What creations may ask for, what is written into them, and which findings stop them. */

import * as z from "zod";
import { severities } from "../../../model/finding.ts";
import { count, flag, hostPath, MOST_ITEMS, names, number, says, size, text } from "./values.ts";

const severity = z.enum(severities);

export const postureSchema = says(
  z.strictObject({
    refuse: says(
      z.enum([...severities, "none"]),
      `one of ${severities.join(", ")}, none`,
      "A creation with a finding as grave as this or graver is refused. Default: medium.",
    ).optional(),
    rules: says(
      z.record(
        z.string(),
        says(
          z.union([z.literal("off"), severity]),
          `one of off, ${severities.join(", ")}`,
          "`off` lets the rule's findings pass; a severity stands for the findings' own.",
        ),
      ),
      "rule ids with a setting each: `host-port: off`",
      "Per rule: `off`, or the severity that it shall have for this client.",
    ).optional(),
  }),
  "a mapping with `refuse` and `rules`",
  "Which findings of the rulebook stop a creation.",
);

export const bindSchema = says(
  z.union([
    hostPath("Exactly this path, to be read; written too with `:rw` behind it."),
    z.strictObject({
      source: hostPath(
        "A path of the engine's host; symbolic links are resolved before comparing.",
      ),
      below: flag("Also everything below it. Default: false.").optional(),
      "read-only": flag("Default: true.").optional(),
    }),
  ]),
  "an absolute path, read-only unless :rw stands behind it, or {source, below, read-only}",
  "A path of the host that its containers may mount.",
);

export const grantLimitsSchema = says(
  z.strictObject({
    memory: size("Memory of a container.").optional(),
    pids: count("Processes of a container.").optional(),
    cpus: number(
      /^(?=.*[1-9])\d{1,5}(?:\.\d{1,9})?$/,
      "a number of CPUs: 0.5, 2",
      "CPUs of a container.",
    ).optional(),
    shm: size("Of /dev/shm.").optional(),
    containers: count("Containers at a time, with ownership on.").optional(),
  }),
  "a mapping of memory, pids, cpus, shm and containers",
  "Maxima. A creation that asks for none gets the maximum.",
);

const NAMESPACES = ["pid", "ipc", "uts", "cgroup", "user"] as const;

export const grantSchema = says(
  z.strictObject({
    capabilities: names("a capability: NET_ADMIN", "Capabilities that may be added.").optional(),
    binds: says(
      z.array(bindSchema).max(MOST_ITEMS),
      "a list of at most 1000 paths",
      "Paths of the host.",
    ).optional(),
    networks: names(
      "a network's name, with * for any characters; host and none by name",
      "Networks that are not its own.",
    ).optional(),
    volumes: names("a volume's name, with *", "Volumes that are not its own.").optional(),
    ports: says(
      z
        .array(
          number(
            /^\S{1,80}$/,
            "a port or a range of ports, with an address where it shall be that alone: 8080, 127.0.0.1:8000-8099, [::1]:53; 0 for free ones that the engine picks",
            "A port of the host that may be published.",
          ),
        )
        .max(MOST_ITEMS),
      "a list of at most 1000 ports",
      "Ports of the host that may be published. Without an address: on every address.",
    ).optional(),
    devices: says(
      z
        .array(
          says(
            z
              .string()
              .max(4096)
              .regex(/^\/dev\/./),
            "a path below /dev",
            "A device.",
          ),
        )
        .max(MOST_ITEMS),
      "a list of paths below /dev",
      "Devices of the host.",
    ).optional(),
    "device-requests": names("a CDI name or a driver's name", "Devices by name.").optional(),
    runtimes: names("a runtime's name", "Runtimes other than the engine's default.").optional(),
    images: names(
      "a pattern of images: registry.example/team/*",
      "Images that may be used and pulled. Absent: every image.",
    ).optional(),
    "images-by-digest": flag("Images must be named by digest. Default: false.").optional(),
    registries: names(
      "a registry's host: ghcr.io, localhost:5000",
      "Registries to pull from and push to. Absent: every registry.",
    ).optional(),
    "build-sources": names(
      "a pattern of addresses: https://github.com/team/*",
      "Addresses that a mediated build may fetch through the engine. Absent: none.",
    ).optional(),
    sysctls: names("a setting's name: net.core.somaxconn", "Kernel settings.").optional(),
    "log-drivers": names("a log driver's name", "Log drivers other than the default.").optional(),
    "volume-drivers": names(
      "a volume driver's name",
      "Volume drivers other than local.",
    ).optional(),
    "network-drivers": names(
      "a network driver's name",
      "Network drivers other than bridge.",
    ).optional(),
    subnets: names(
      "a range of addresses: 10.20.0.0/16",
      "Addresses that its networks may take. Absent: those that the engine chooses.",
    ).optional(),
    labels: names(
      "a label's name, with *",
      "Labels from which other tools take orders.",
    ).optional(),
    "host-namespaces": says(
      z.array(
        says(z.enum(NAMESPACES), `one of ${NAMESPACES.join(", ")}`, "A namespace of the host."),
      ),
      `a list of ${NAMESPACES.join(", ")}`,
      "Namespaces of the host.",
    ).optional(),
    privileged: flag("Privileged containers and execs. Default: false.").optional(),
    "seccomp-unconfined": flag("Default: false.").optional(),
    "apparmor-unconfined": flag("Default: false.").optional(),
    restart: flag(
      "Restart policies: containers that outlive the client. Default: false.",
    ).optional(),
    limits: grantLimitsSchema.optional(),
  }),
  "a mapping of what creations may ask for",
  "What a creation may ask for beyond the neutral. Empty: nothing.",
);

export const forceSchema = says(
  z.strictObject({
    "cap-drop-all": flag(
      "All capabilities are dropped that are not asked for and granted. Default: true.",
    ).optional(),
    "no-new-privileges": flag("Default: true.").optional(),
    "read-only-root": flag("Default: true.").optional(),
    "seccomp-profile": says(
      z.string().trim().min(1).max(1_000_000),
      "the path of a profile in JSON, relative to this file's folder, or the profile itself",
      "Absent: the engine's default profile.",
    ).optional(),
    user: number(
      /^[\w][\w.-]{0,63}(?::[\w][\w.-]{0,63})?$/,
      "a user that is not root: 65532 or 65532:65532",
      "For creations whose client and image name no user, or root.",
    ).optional(),
    labels: says(
      z.record(z.string().min(1).max(256), says(z.string().max(4096), "text", "A label's value.")),
      "label names with a value each",
      "Labels on everything that it creates.",
    ).optional(),
    network: says(text, "a network's name", "For creations that name none.").optional(),
  }),
  "a mapping of what is written into every creation",
  "What is written into every creation, whatever the client asks.",
);

export type PostureData = z.output<typeof postureSchema>;
export type GrantData = z.output<typeof grantSchema>;
export type ForceData = z.output<typeof forceSchema>;
export type BindData = z.output<typeof bindSchema>;
