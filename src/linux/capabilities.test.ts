import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Origin } from "../model/fact.ts";
import { known, unknownFact } from "../model/fact.ts";
import type { EngineName } from "../model/workload.ts";
import { capabilities, capability, capabilityNames } from "./capabilities.ts";
import type { UserClass } from "./capability-sets.ts";
import { heldCapabilities } from "./capability-sets.ts";
import { engines } from "./engines.ts";
import { parseCapability } from "./parse-capability.ts";

const origin: Origin = { kind: "default", of: "test", source: "test" };
const defaults = engines.docker.defaults.capabilities;
const all = [...capabilityNames];

interface Case {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
  readonly privileged?: boolean;
  readonly noNewPrivileges?: boolean;
  readonly engine?: EngineName;
  readonly user?: UserClass;
}

function held(given: Case) {
  const { add = [], drop = [], privileged = false, noNewPrivileges = false } = given;
  const { engine = "docker", user = "root" } = given;
  const request = (text: string) => ({ text, name: parseCapability(text, "docker").name, origin });
  return heldCapabilities(
    {
      privileged: known(privileged, origin),
      noNewPrivileges: known(noNewPrivileges, origin),
      capAdd: add.map(request),
      capDrop: drop.map(request),
    },
    engine,
    user,
  );
}

const sorted = (names: readonly string[]) => capabilityNames.filter((name) => names.includes(name));
const without = (names: readonly string[], ...gone: string[]) =>
  sorted(names.filter((name) => !gone.includes(name)));

test("the table has the 41 capabilities of Linux under their numbers", () => {
  expect(capabilities).toHaveLength(41);
  expect(capability("CHOWN")?.number).toBe(0);
  expect(capability("NET_RAW")?.number).toBe(13);
  expect(capability("SYS_ADMIN")?.number).toBe(21);
  expect(capability("SYSLOG")?.number).toBe(34);
  expect(capability("CHECKPOINT_RESTORE")?.number).toBe(40);
  expect(new Set(capabilityNames).size).toBe(41);
});

describe("what moby's TweakCapabilities gives", () => {
  test.each<[Case, readonly string[]]>([
    [{}, defaults],
    [{ add: ["SYS_ADMIN"] }, [...defaults, "SYS_ADMIN"]],
    [{ drop: ["NET_RAW"] }, without(defaults, "NET_RAW")],
    [{ drop: ["ALL"] }, []],
    [{ add: ["ALL"] }, all],
    [{ add: ["ALL"], drop: ["SYS_ADMIN"] }, without(all, "SYS_ADMIN")],
    // An added ALL is looked at first: dropping ALL as well drops nothing.
    [{ add: ["ALL"], drop: ["ALL"] }, all],
    [{ add: ["KILL"], drop: ["ALL"] }, ["KILL"]],
    // Dropped first, then added.
    [{ add: ["KILL"], drop: ["KILL"] }, defaults],
    // With a dropped ALL the single drops are not looked at any more.
    [{ add: ["KILL"], drop: ["ALL", "KILL"] }, ["KILL"]],
    [{ privileged: true, drop: ["ALL"] }, all],
  ])("%j", (given, wanted) => {
    expect(held(given).bounding).toEqual(sorted(wanted));
    expect(held(given).effective).toEqual(sorted(wanted));
  });
});

describe("what Kubernetes' runtimes give", () => {
  test.each<[Case, readonly string[]]>([
    [{}, defaults],
    [{ add: ["KILL"], drop: ["ALL"] }, ["KILL"]],
    // A drop wins over an addition, also where it is ALL.
    [{ add: ["ALL"], drop: ["ALL"] }, []],
    [{ add: ["SYS_TIME"], drop: ["SYS_TIME"] }, defaults],
    [{ add: ["ALL"], drop: ["SYS_ADMIN"] }, without(all, "SYS_ADMIN")],
    // A name with prefix is CAP_CAP_NET_RAW for containerd: nothing is dropped.
    [{ drop: ["CAP_NET_RAW"] }, defaults],
    [{ drop: ["all"] }, []],
  ])("%j", (given, wanted) => {
    expect(held({ ...given, engine: "kubernetes" }).bounding).toEqual(sorted(wanted));
  });

  test("CRI-O takes names with prefix, containerd does not", () => {
    const given = { add: ["CAP_SYS_TIME"] };
    expect(held({ ...given, engine: "cri-o" }).bounding).toContain("SYS_TIME");
    expect(held({ ...given, engine: "containerd" }).bounding).not.toContain("SYS_TIME");
    // Not known which of them runs: it may be held.
    expect(held({ ...given, engine: "kubernetes" }).bounding).toContain("SYS_TIME");
  });
});

describe("what Podman gives", () => {
  test("its own defaults", () => {
    expect(held({ engine: "podman" }).bounding).toEqual(
      without(defaults, "MKNOD", "NET_RAW", "AUDIT_WRITE"),
    );
  });

  test.each<[Case]>([
    [{ add: ["ALL"], drop: ["ALL"] }],
    [{ add: ["KILL"], drop: ["KILL"] }],
    [{ add: ["NOPE"] }],
  ])("refuses %j", (given) => {
    expect(held({ ...given, engine: "podman" }).refused).toBeDefined();
  });

  test("added capabilities reach a user who is not root, by the ambient set", () => {
    const { effective, ambient } = held({ engine: "podman", user: "non-root", add: ["NET_RAW"] });
    expect(effective).toEqual(["NET_RAW"]);
    expect(ambient).toEqual(["NET_RAW"]);
  });
});

describe("a user who is not root", () => {
  test("holds nothing with Docker; what is added only widens what a setuid program gives", () => {
    const sets = held({ user: "non-root", add: ["NET_ADMIN"] });
    expect(sets.effective).toEqual([]);
    expect(sets.bounding).toContain("NET_ADMIN");
    expect(sets.throughSetuid).toContain("NET_ADMIN");
    expect(sets.ineffectiveAdds.map(({ request }) => request.name)).toEqual(["NET_ADMIN"]);
  });

  test("holds nothing even when privileged, and regains nothing with no-new-privileges", () => {
    const sets = held({ user: "non-root", privileged: true, noNewPrivileges: true });
    expect(sets.effective).toEqual([]);
    expect(sets.bounding).toEqual(all);
    expect(sets.throughSetuid).toEqual([]);
  });

  test("that is not known gives both, the worse first", () => {
    const sets = held({ user: "unknown" });
    expect(sets.effective).toEqual(sorted(defaults));
    expect(sets.ifNonRoot?.effective).toEqual([]);
  });
});

test("requests that change nothing are told, with the reason", () => {
  const whys = (given: Case) => {
    const { ineffectiveAdds, ineffectiveDrops } = held(given);
    return [...ineffectiveAdds, ...ineffectiveDrops].map(({ why }) => why);
  };
  expect(whys({ add: ["CHOWN"] })).toEqual(["it is among the engine's defaults"]);
  expect(whys({ add: ["CHOWN"], drop: ["ALL"] })).toEqual([]);
  expect(whys({ drop: ["SYS_ADMIN"] })).toEqual(["it is not among the engine's defaults"]);
  expect(whys({ add: ["ALL"], drop: ["ALL"] })).toEqual([
    "ALL is added as well, and the addition wins",
  ]);
  expect(whys({ add: ["ALL"], drop: ["ALL"], engine: "kubernetes" })).toEqual([
    "it is dropped as well, and the drop wins",
  ]);
  expect(whys({ privileged: true, drop: ["KILL"] })[0]).toContain("privileged");
  expect(whys({ drop: ["CAP_NET_RAW"], engine: "kubernetes" })[0]).toContain(
    "containerd ignores it",
  );
});

test("exact sets are taken as they are", () => {
  const exact = {
    bounding: ["KILL", "CHOWN"],
    permitted: ["KILL"],
    effective: ["KILL"],
    inheritable: ["KILL"],
    ambient: ["KILL"],
    origin,
  };
  const runtime = {
    privileged: known(false, origin),
    noNewPrivileges: known(true, origin),
    capAdd: [],
    capDrop: [],
    exactCapabilities: exact,
  };
  expect(heldCapabilities(runtime, "oci", "non-root").effective).toEqual(["KILL"]);
  // Without no-new-privileges a program that root executes gets the whole bounding set.
  expect(heldCapabilities(runtime, "oci", "root").effective).toEqual(["KILL"]);
  const open = { ...runtime, noNewPrivileges: known(false, origin) };
  expect(heldCapabilities(open, "oci", "root").effective).toEqual(["CHOWN", "KILL"]);
});

test("entries of exact lists that a program of an ordinary user loses have no effect", () => {
  const idle = (user: UserClass, names: readonly string[], ambient: readonly string[] = []) => {
    const exactCapabilities = {
      bounding: names,
      permitted: names,
      effective: names,
      inheritable: ambient,
      ambient,
      origin,
    };
    const runtime = {
      privileged: known(false, origin),
      noNewPrivileges: known(true, origin),
      capAdd: names.map((name) => ({ text: `CAP_${name}`, name, origin })),
      capDrop: [],
      exactCapabilities,
    };
    return heldCapabilities(runtime, "oci", user).ineffectiveAdds.map(
      ({ request }) => request.name,
    );
  };
  expect(idle("non-root", ["CHOWN", "KILL"], ["KILL"])).toEqual(["CHOWN"]);
  expect(idle("root", ["CHOWN"])).toEqual([]);
  expect(idle("unknown", ["CHOWN"])).toEqual([]);
  expect(idle("root", ["SYS_ADMN"])).toEqual(["SYS_ADMN"]);
  // Engines list their defaults for every user; nobody asked for them.
  expect(idle("non-root", defaults)).toEqual([]);
  expect(idle("non-root", [...defaults, "SYS_PTRACE"])).toEqual(["SYS_PTRACE"]);
});

test("what is not known is said", () => {
  const runtime = {
    privileged: unknownFact("a variable has no value", "set it", origin),
    noNewPrivileges: known(false, origin),
    capAdd: [],
    capDrop: [],
  };
  expect(heldCapabilities(runtime, "docker", "root").undecided).toEqual([
    "whether it is privileged",
  ]);
});

describe("names", () => {
  test.each([
    ["CAP_SYS_ADMIN", "docker", { name: "SYS_ADMIN", known: true, exact: true }],
    ["sys_admin", "docker", { name: "SYS_ADMIN", known: true, exact: true }],
    ["all", "docker", { name: "ALL", known: true, exact: true }],
    ["SYS_ADMIN", "kubernetes", { name: "SYS_ADMIN", known: true, exact: true }],
    ["CAP_CHOWN", "kubernetes", { name: "CHOWN", known: true, exact: false, suggestion: "CHOWN" }],
    ["all", "kubernetes", { name: "ALL", known: true, exact: false, suggestion: "ALL" }],
    [
      "SYSADMIN",
      "docker",
      { name: "SYSADMIN", known: false, exact: false, suggestion: "SYS_ADMIN" },
    ],
    ["CAP_ALL", "docker", { name: "ALL", known: false, exact: false, suggestion: "ALL" }],
    ["", "docker", { name: "", known: false, exact: false }],
    ["something-else", "docker", { name: "SOMETHING-ELSE", known: false, exact: false }],
  ] as const)("%j for %s", (text, dialect, wanted) => {
    expect(parseCapability(text, dialect)).toEqual(wanted);
  });

  test("any text gives a name, fast", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("docker", "kubernetes"),
        (text, as) => {
          const { known, name } = parseCapability(text, as);
          expect(known && name !== "ALL" && capability(name) === undefined).toBe(false);
        },
      ),
    );
    expect(parseCapability("X".repeat(10_000_000), "docker").known).toBe(false);
  });
});
