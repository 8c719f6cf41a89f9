/** The modes of namespaces in `HostConfig`. */

import { namespaceModes, parseNamespaceMode } from "../../linux/namespace-modes.ts";
import type { Fact } from "../../model/fact.ts";
import { known, setAt, unknownFact } from "../../model/fact.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import { asString, get, itemsOf } from "../yaml/access.ts";
import { factOf, textField } from "../yaml/fields.ts";
import { placeOf, shownAt } from "./applied.ts";
import { textOfField } from "./document.ts";
import type { Inspected } from "./inspected.ts";

const FIELDS: Readonly<Record<keyof Namespaces, readonly string[]>> = {
  network: ["NetworkMode"],
  pid: ["PidMode"],
  ipc: ["IpcMode"],
  uts: ["UTSMode"],
  user: ["UsernsMode"],
  // Podman itself calls it otherwise.
  cgroup: ["CgroupnsMode", "CgroupMode"],
};

export function readNamespaces(inspected: Inspected): Namespaces {
  const of = (name: keyof Namespaces): Fact<Namespace> => namespaceOf(name, inspected);
  return {
    network: of("network"),
    pid: of("pid"),
    ipc: of("ipc"),
    uts: of("uts"),
    user: userNamespace(of("user"), inspected),
    cgroup: of("cgroup"),
  };
}

function namespaceOf(name: keyof Namespaces, inspected: Inspected): Fact<Namespace> {
  const { host, engine, defaults, root } = inspected;
  const fields = FIELDS[name];
  const field = fields.find((each) => textOfField(host, each) !== undefined) ?? fields[0] ?? "";
  const written = textField(host, field);
  const otherwise = shownAt(defaults.namespaces[name], host, field);
  if (name === "cgroup" && engine.name === "podman" && textOfField(host, field) === undefined) {
    return unknownFact(
      "Podman does not tell it to clients of Docker",
      "look at CgroupMode with `podman inspect`",
      setAt(placeOf(host, field, root.span)),
    );
  }
  if (written === undefined) return otherwise;
  if (written.value === undefined) return factOf({ ...written, value: undefined }, otherwise);
  const text = written.value;
  if (text === "") return otherwise;
  const namespace = parseNamespaceMode(name, text, engine.name);
  if (namespace === undefined) {
    return unknownFact(
      `${field} holds no mode of the ${name} namespace that is known here`,
      `look at ${field} with inspect; known are ${namespaceModes(name, engine.name)}`,
      setAt(written.span),
    );
  }
  if (engine.name === "podman" && namespace.mode === "shareable") {
    return shareableOfPodman(otherwise, inspected);
  }
  if (otherwise.known && namespace.mode === otherwise.value.mode && name !== "user") {
    return otherwise;
  }
  if (namespace.mode !== "joined") return known(namespace, setAt(written.span));
  const inPod = engine.name === "podman" && textOfField(root, "Pod") !== undefined;
  return known(
    inPod ? { mode: "pod" } : { mode: "joined", target: shortId(namespace.target ?? "") },
    setAt(written.span),
  );
}

/**
 * Podman opens the IPC namespace of every container to others, and says so of each; version 4 said so of the
 * host's too.
 */
function shareableOfPodman(otherwise: Fact<Namespace>, { created }: Inspected): Fact<Namespace> {
  if (created === undefined) {
    return unknownFact(
      "what Podman says of it may mean the host's too, before version 5",
      "look at `readlink /proc/PID/ns/ipc` for a process of the container",
      otherwise.origin,
    );
  }
  const { ipc } = created.runtime.namespaces;
  return ipc.origin.kind === "set" ? { ...ipc, origin: created.origin } : otherwise;
}

/** Engines give the whole id; twelve digits of it are what they print otherwise. */
function shortId(target: string): string {
  return /^[0-9a-f]{64}$/.test(target) ? target.slice(0, 12) : target;
}

/** Whether root inside is root of the host: the engine may map users for all its containers. */
function userNamespace(asked: Fact<Namespace>, inspected: Inspected): Fact<Namespace> {
  const { host, engine } = inspected;
  const mapped = (from: string): Fact<Namespace> =>
    known(
      { mode: "own" },
      {
        kind: "inherited",
        from,
        ...(asked.origin.span === undefined ? {} : { span: asked.origin.span }),
      },
    );
  if (engine.rootless) return mapped("the engine, which runs without root");
  if (engine.mapsUsers && !(asked.known && asked.origin.kind === "set")) {
    return mapped("the engine, which maps users");
  }
  const mappings = get(host, "IDMappings");
  const first = itemsOf(get(mappings, "UidMap")).find((item) =>
    /^0:0:[1-9]/.test(asString(item) ?? ""),
  );
  if (first === undefined || !asked.known || asked.value.mode !== "own") return asked;
  const span = first.span ?? placeOf(host, "IDMappings", first.span);
  return known({ mode: "host" }, { ...setAt(span), derived: "it maps root to the host's root" });
}
