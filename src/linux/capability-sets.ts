/**
 * The capability sets that the kernel will hold for a container's first process.
 *
 * Sources: moby/moby b985e23 (29.7.2) daemon/pkg/oci/caps/utils.go TweakCapabilities;
 * containerd 301026e internal/cri/opts WithCapabilities, WithoutAmbientCaps;
 * cri-o f954a17 setupCapabilities; containers/container-libs f0ddf1a common/pkg/capabilities MergeCapabilities
 * and containers/podman pkg/specgen/generate/security_linux.go; capabilities(7) on execve.
 */

import type { CapabilityRequest, Runtime } from "../model/runtime.ts";
import type { EngineName } from "../model/workload.ts";
import { capability, capabilityNames } from "./capabilities.ts";
import { engines } from "./engines.ts";

export type UserClass = "root" | "non-root" | "unknown";

export interface CapabilitySets {
  /** The most that any process of the container can ever hold. */
  readonly bounding: readonly string[];
  readonly permitted: readonly string[];
  /** What the first process can use at once. */
  readonly effective: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
  /** What a process of a non-root user regains by running a setuid-root program; empty with no-new-privileges. */
  readonly throughSetuid: readonly string[];
}

export interface HeldCapabilities extends CapabilitySets {
  /** For whom the sets above hold. When the user is not known they are those of root, the worse case. */
  readonly user: UserClass;
  /** When the user is not known: the sets if it is not root. */
  readonly ifNonRoot?: CapabilitySets;
  /** Additions that change nothing, with the reason as a clause. */
  readonly ineffectiveAdds: readonly IneffectiveRequest[];
  readonly ineffectiveDrops: readonly IneffectiveRequest[];
  /** Why the engine refuses to start the container at all, as a sentence. */
  readonly refused?: string;
  /** What was not known and was taken as off: "whether it is privileged". */
  readonly undecided: readonly string[];
}

export interface IneffectiveRequest {
  readonly request: CapabilityRequest;
  readonly why: string;
}

/** The part of a runtime that decides on capabilities. */
export type CapabilityRuntime = Pick<
  Runtime,
  "capAdd" | "capDrop" | "privileged" | "noNewPrivileges" | "exactCapabilities"
>;

interface Requests {
  readonly adds: readonly CapabilityRequest[];
  readonly drops: readonly CapabilityRequest[];
}

export function heldCapabilities(
  runtime: CapabilityRuntime,
  engine: EngineName,
  user: UserClass,
): HeldCapabilities {
  const undecided = [
    ...(runtime.privileged.known ? [] : ["whether it is privileged"]),
    ...(runtime.noNewPrivileges.known ? [] : ["whether no-new-privileges is set"]),
  ];
  const noNewPrivileges = runtime.noNewPrivileges.known && runtime.noNewPrivileges.value;
  const { exactCapabilities: exact } = runtime;
  if (exact !== undefined) {
    const sets = (as: UserClass) => afterExec(exact, as === "non-root", noNewPrivileges);
    const both = bothUsers(user, sets);
    const ineffectiveAdds = idleEntries(runtime.capAdd, both);
    return { ...both, ineffectiveAdds, ineffectiveDrops: [], undecided };
  }
  const privileged = runtime.privileged.known && runtime.privileged.value;
  const requests = { adds: runtime.capAdd, drops: runtime.capDrop };
  const rules = rulesOf(engine);
  const bounding = ordered(privileged ? capabilityNames : rules.bounding(requests));
  const refused = privileged ? undefined : rules.refuses(requests);
  const sets = (as: UserClass): CapabilitySets => {
    const ambient = as === "non-root" ? rules.ambient(requests) : [];
    const spec = { bounding, permitted: bounding, inheritable: ambient, ambient };
    return afterExec(spec, as === "non-root", noNewPrivileges);
  };
  const both = bothUsers(user, sets);
  return {
    ...both,
    ineffectiveAdds: idleAdds(requests, engine, privileged, both),
    ineffectiveDrops: idleDrops(requests, engine, privileged, bounding),
    ...(refused === undefined ? {} : { refused }),
    undecided,
  };
}

function bothUsers(
  user: UserClass,
  sets: (user: UserClass) => CapabilitySets,
): CapabilitySets & Pick<HeldCapabilities, "user" | "ifNonRoot"> {
  return user === "unknown"
    ? { ...sets("root"), user, ifNonRoot: sets("non-root") }
    : { ...sets(user), user };
}

/** What is left of the sets that the runtime set once it has executed the program, which has no file capabilities. */
function afterExec(
  spec: Omit<CapabilitySets, "effective" | "throughSetuid">,
  nonRoot: boolean,
  noNewPrivileges: boolean,
): CapabilitySets {
  const { bounding, inheritable } = spec;
  if (!nonRoot) {
    // Root is given inheritable and bounding; with no-new-privileges not more than was permitted before.
    const all = ordered([...bounding, ...inheritable]);
    const held = noNewPrivileges ? all.filter((name) => spec.permitted.includes(name)) : all;
    return {
      bounding,
      permitted: held,
      effective: held,
      inheritable,
      ambient: [],
      throughSetuid: [],
    };
  }
  // The kernel keeps a capability ambient only while it is permitted and inheritable.
  const ambient = spec.ambient.filter(
    (name) => spec.permitted.includes(name) && inheritable.includes(name),
  );
  return {
    bounding,
    permitted: ambient,
    effective: ambient,
    inheritable,
    ambient,
    throughSetuid: noNewPrivileges ? [] : bounding,
  };
}

interface EngineRules {
  readonly bounding: (requests: Requests) => readonly string[];
  readonly ambient: (requests: Requests) => readonly string[];
  readonly refuses: (requests: Requests) => string | undefined;
}

function rulesOf(engine: EngineName): EngineRules {
  const { capabilities: base } = engines[engine].defaults;
  switch (engine) {
    case "docker":
      return {
        bounding: (requests) => docker(base, requests),
        ambient: none,
        refuses: unknownName,
      };
    case "podman":
      return {
        bounding: (requests) => podman(base, requests),
        ambient: ({ adds }) => expand(namesOf(adds)),
        refuses: (requests) => unknownName(requests) ?? contradiction(requests),
      };
    case "oci":
      return {
        bounding: (requests) => docker(base, requests),
        ambient: none,
        refuses: never,
      };
    default:
      return { bounding: (requests) => cri(base, requests, engine), ambient: none, refuses: never };
  }
}

const none = (): readonly string[] => [];
const never = (): undefined => undefined;

/** An added ALL wins over everything but single drops; else a dropped ALL leaves what is added; else drop first, then add. */
function docker(base: readonly string[], { adds, drops }: Requests): readonly string[] {
  const add = namesOf(adds);
  const drop = new Set(namesOf(drops));
  if (add.includes("ALL")) return capabilityNames.filter((name) => !drop.has(name));
  if (drop.has("ALL")) return add;
  return [...base.filter((name) => !drop.has(name)), ...add];
}

/** As Docker, but a dropped ALL is looked at first. Contradictions are refused. */
function podman(base: readonly string[], { adds, drops }: Requests): readonly string[] {
  const add = namesOf(adds);
  const drop = new Set(namesOf(drops));
  if (drop.has("ALL")) return add.filter((name) => name !== "ALL");
  const start = add.includes("ALL") ? capabilityNames : [...base, ...add];
  return start.filter((name) => !drop.has(name));
}

/** Added ALL, dropped ALL, single additions, single drops, in this order: a drop wins over an addition. */
function cri(
  base: readonly string[],
  { adds, drops }: Requests,
  engine: EngineName,
): readonly string[] {
  const add = namesOf(adds.filter((request) => takesEffect(request, engine, "add")));
  const drop = new Set(namesOf(drops.filter((request) => takesEffect(request, engine, "drop"))));
  const start = drop.has("ALL") ? [] : add.includes("ALL") ? capabilityNames : base;
  return [...start, ...add.filter((name) => name !== "ALL")].filter((name) => !drop.has(name));
}

/**
 * The kubelet passes names on as written. containerd puts `CAP_` before them, so that `CAP_KILL` names
 * nothing and the runtime ignores it; CRI-O takes both. Where we do not know which of them runs,
 * an addition counts and a drop does not.
 */
function takesEffect(request: CapabilityRequest, engine: EngineName, as: "add" | "drop"): boolean {
  if (!/^\s*cap_/i.test(request.text)) return true;
  return engine === "cri-o" || (engine === "kubernetes" && as === "add");
}

function unknownName({ adds, drops }: Requests): string | undefined {
  const bad = [...adds, ...drops].find(
    ({ name }) => name !== "ALL" && capability(name) === undefined,
  );
  return bad === undefined ? undefined : `The engine knows no capability ${quote(bad.text)}.`;
}

function contradiction({ adds, drops }: Requests): string | undefined {
  const dropped = new Set(namesOf(drops));
  const add = namesOf(adds);
  if (dropped.has("ALL")) {
    return add.includes("ALL") ? "Podman refuses to add ALL and drop ALL." : undefined;
  }
  const both = add.find((name) => name !== "ALL" && dropped.has(name));
  return both === undefined || add.includes("ALL")
    ? undefined
    : `Podman refuses to add and drop ${both} at once.`;
}

function idleAdds(
  { adds, drops }: Requests,
  engine: EngineName,
  privileged: boolean,
  held: CapabilitySets & Pick<HeldCapabilities, "user">,
): readonly IneffectiveRequest[] {
  const { capabilities: base } = engines[engine].defaults;
  const dropped = new Set(namesOf(drops));
  const why = (request: CapabilityRequest): string | undefined => {
    const { name } = request;
    const unheard = unheardWhy(request, engine, "add");
    if (unheard !== undefined) return unheard;
    if (privileged) return "the container is privileged and holds all capabilities anyway";
    if (held.bounding.length === 0 || (name !== "ALL" && !held.bounding.includes(name))) {
      return "it is dropped as well, and the drop wins";
    }
    if (held.user === "non-root" && held.effective.length === 0) {
      return "the user is not root, so only the bounding set grows and no process holds it";
    }
    return base.includes(name) && !dropped.has(name) && !dropped.has("ALL")
      ? "it is among the engine's defaults"
      : undefined;
  };
  return withReason(adds, why);
}

/**
 * Entries of exact lists that no process holds. A runtime keeps what an engine gives every container in the
 * lists of any user; only what is listed beyond that was asked for.
 */
function idleEntries(
  entries: readonly CapabilityRequest[],
  held: CapabilitySets & Pick<HeldCapabilities, "user">,
): readonly IneffectiveRequest[] {
  const least = engines["cri-o"].defaults.capabilities;
  const usual = least.every((name) => held.bounding.includes(name))
    ? engines.docker.defaults.capabilities
    : [];
  return withReason(entries, ({ name }) => {
    if (capability(name) === undefined) return "Linux has no such capability";
    return held.user !== "non-root" || held.ambient.includes(name) || usual.includes(name)
      ? undefined
      : "the user is not root, and the program loses what is not ambient, so no process holds it";
  });
}

function idleDrops(
  { adds, drops }: Requests,
  engine: EngineName,
  privileged: boolean,
  bounding: readonly string[],
): readonly IneffectiveRequest[] {
  const { capabilities: base } = engines[engine].defaults;
  const add = new Set(namesOf(adds));
  const why = (request: CapabilityRequest): string | undefined => {
    const { name } = request;
    const unheard = unheardWhy(request, engine, "drop");
    if (unheard !== undefined) return unheard;
    if (privileged) {
      return "the container is privileged, which gives all capabilities whatever is dropped";
    }
    if (name === "ALL") {
      return add.has("ALL") && bounding.length > 0
        ? "ALL is added as well, and the addition wins"
        : undefined;
    }
    if (bounding.includes(name)) return "it is added as well, and the addition wins";
    return base.includes(name) || add.has("ALL") || add.has(name)
      ? undefined
      : "it is not among the engine's defaults";
  };
  return withReason(drops, why);
}

function withReason(
  requests: readonly CapabilityRequest[],
  why: (request: CapabilityRequest) => string | undefined,
): readonly IneffectiveRequest[] {
  return requests.flatMap((request) => {
    const reason = why(request);
    return reason === undefined ? [] : [{ request, why: reason }];
  });
}

/** Why nobody hears a request: Linux or the engine does not know the name. */
function unheardWhy(
  request: CapabilityRequest,
  engine: EngineName,
  as: "add" | "drop",
): string | undefined {
  if (request.name !== "ALL" && capability(request.name) === undefined) {
    return "Linux has no such capability";
  }
  const cri = engine === "kubernetes" || engine === "containerd";
  return cri && !takesEffect(request, engine, as)
    ? "Kubernetes wants names without CAP_, and containerd ignores it"
    : undefined;
}

function namesOf(requests: readonly CapabilityRequest[]): readonly string[] {
  return requests
    .map(({ name }) => name)
    .filter((name) => name === "ALL" || capability(name) !== undefined);
}

function expand(names: readonly string[]): readonly string[] {
  return names.includes("ALL") ? capabilityNames : ordered(names);
}

/** Without duplicates, in the order of the numbers. */
function ordered(names: readonly string[]): readonly string[] {
  const wanted = new Set(names);
  return capabilityNames.filter((name) => wanted.has(name));
}

function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
