import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capabilityNames } from "../capabilities.ts";
import { engines } from "../engines.ts";
import { syscallNumber, syscallTable } from "../syscalls.ts";
import { compareWithDefault } from "./compare.ts";
import { dockerDefaultProfile } from "./docker-default.ts";
import type { SyscallVerdict } from "./evaluate.ts";
import { decide, evaluateProfile, mayPass } from "./evaluate.ts";
import { parseSeccompProfile } from "./parse.ts";
import type { SeccompProfile } from "./profile.ts";
import { seccompActions } from "./profile.ts";

const corpus = "../shared/corpora/seccomp";
const hasCorpus = existsSync(`${corpus}/docker-default.json`);
const usual = engines.docker.defaults.capabilities;

function parsed(json: unknown): SeccompProfile {
  const result = parseSeccompProfile(json);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.profile;
}

function verdict(json: unknown, name: string, architecture = "x86_64" as const) {
  return evaluateProfile(parsed(json), { architecture, capabilities: usual }).verdicts.get(name);
}

const allow = (names: string[], more: object = {}) => ({
  names,
  action: "SCMP_ACT_ALLOW",
  ...more,
});
const deny = { defaultAction: "SCMP_ACT_ERRNO" };

describe("Docker's default profile", () => {
  test.each([
    ["x86_64", usual, 306, 3, 385],
    ["x86_64", [], 305, 3, 385],
    ["x86_64", capabilityNames, 349, 2, 385],
    ["aarch64", usual, 264, 3, 327],
    ["riscv64", usual, 265, 3, 328],
    ["x86", usual, 357, 3, 461],
  ] as const)(
    "on %s counts as moby's does",
    (architecture, capabilities, allowed, filtered, total) => {
      const { counts } = evaluateProfile(dockerDefaultProfile(), { architecture, capabilities });
      expect(counts).toMatchObject({ allowed, filtered, total, watched: 0 });
      expect(counts.denied).toBe(total - allowed - filtered);
    },
  );

  test.skipIf(!hasCorpus)("does what the published file does, call by call", () => {
    const file: unknown = JSON.parse(readFileSync(`${corpus}/docker-default.json`, "utf8"));
    const published = parsed(file);
    const values = [0n, 0x10000000n, 8n, 0x40000n, 37n, 38n, 39n, 40n, 41n, 0xffffffffn];
    const capabilitySets = [usual, [], capabilityNames, ...capabilityNames.map((name) => [name])];
    for (const architecture of ["x86_64", "aarch64", "x86", "riscv64"] as const) {
      for (const capabilities of capabilitySets) {
        for (const kernel of [undefined, { major: 4, minor: 7 }, { major: 4, minor: 8 }]) {
          const around = {
            architecture,
            capabilities,
            ...(kernel === undefined ? {} : { kernel }),
          };
          const ours = evaluateProfile(dockerDefaultProfile(), around);
          const theirs = evaluateProfile(published, around);
          expect(ours.architectures).toEqual(theirs.architectures);
          const different = [...theirs.verdicts].filter(([name, verdict]) => {
            const own = ours.verdicts.get(name);
            const answer = (of: SyscallVerdict, value: bigint) => {
              const { kind, ...rest } = decide(of, [value, value]);
              return `${of.kind} ${kind} ${Object.values(rest).join()}`;
            };
            return values.some(
              (value) => own === undefined || answer(own, value) !== answer(verdict, value),
            );
          });
          expect(different.map(([name]) => name)).toEqual([]);
        }
      }
    }
  });

  test("filters what it filters", () => {
    const { verdicts } = evaluateProfile(dockerDefaultProfile(), {
      architecture: "x86_64",
      capabilities: usual,
    });
    const answer = (name: string, ...args: bigint[]) => {
      const found = verdicts.get(name);
      return found && decide(found, args);
    };
    expect(answer("clone", 17n)).toEqual({ kind: "allow" });
    expect(answer("clone", 0x10000011n)).toEqual({ kind: "errno", errno: 1 });
    expect(answer("clone3")).toEqual({ kind: "errno", errno: 38 });
    expect(answer("socket", 2n)).toEqual({ kind: "allow" });
    expect(answer("socket", 38n)).toEqual({ kind: "errno", errno: 1 });
    expect(answer("socket", 40n)).toEqual({ kind: "errno", errno: 1 });
    expect(answer("mount")).toEqual({ kind: "errno", errno: 1 });
    // Newer than anything the profile names: libc must be able to fall back.
    expect(answer("rseq_slice_yield")).toEqual({ kind: "errno", errno: 38 });
  });
});

describe("as a runtime applies rules", () => {
  test("conditions on different arguments must all hold, on the same argument any is enough", () => {
    const different = [
      { index: 0, op: "SCMP_CMP_EQ", value: 1 },
      { index: 1, op: "SCMP_CMP_EQ", value: 2 },
    ];
    const and = verdict({ ...deny, syscalls: [allow(["kill"], { args: different })] }, "kill");
    const or = verdict(
      {
        ...deny,
        syscalls: [allow(["kill"], { args: different.map((arg) => ({ ...arg, index: 0 })) })],
      },
      "kill",
    );
    expect(and && decide(and, [1n, 2n]).kind).toBe("allow");
    expect(and && decide(and, [1n, 3n]).kind).toBe("errno");
    expect(or && decide(or, [1n]).kind).toBe("allow");
    expect(or && decide(or, [2n]).kind).toBe("allow");
    expect(or && decide(or, [3n]).kind).toBe("errno");
  });

  test("a rule without conditions covers rules with conditions, whichever comes first", () => {
    const some = allow(["kill"], { args: [{ index: 1, op: "SCMP_CMP_EQ", value: 9 }] });
    for (const syscalls of [
      [some, allow(["kill"])],
      [allow(["kill"]), some],
    ]) {
      expect(verdict({ ...deny, syscalls }, "kill")).toEqual({ kind: "allow" });
    }
  });

  test("of two rules without conditions the first stays", () => {
    const syscalls = [{ names: ["kill"], action: "SCMP_ACT_KILL_PROCESS" }, allow(["kill"])];
    expect(verdict({ ...deny, syscalls }, "kill")).toEqual({ kind: "kill", scope: "process" });
  });

  test("a rule that repeats the default action is left out", () => {
    const syscalls = [{ names: ["kill"], action: "SCMP_ACT_ERRNO" }, allow(["kill"])];
    expect(verdict({ ...deny, syscalls }, "kill")).toEqual({ kind: "allow" });
  });

  test("the default error number is not for rules", () => {
    const json = {
      ...deny,
      defaultErrnoRet: 38,
      syscalls: [{ names: ["kill"], action: "SCMP_ACT_ERRNO" }, allow(["rseq_slice_yield"])],
    };
    expect(verdict(json, "kill")).toEqual({ kind: "errno", errno: 1 });
    expect(verdict(json, "mount")).toEqual({ kind: "errno", errno: 38 });
  });

  test("calls newer than the profile get ENOSYS, unless the default lets them pass", () => {
    const syscalls = [{ names: ["openat2"], action: "SCMP_ACT_KILL" }];
    expect(verdict({ ...deny, syscalls }, "futex_waitv")).toEqual({ kind: "errno", errno: 38 });
    expect(verdict({ ...deny, syscalls }, "mount")).toEqual({ kind: "errno", errno: 1 });
    for (const [action, kind] of [
      ["SCMP_ACT_ALLOW", "allow"],
      ["SCMP_ACT_LOG", "log"],
    ]) {
      expect(verdict({ defaultAction: action, syscalls }, "futex_waitv")).toEqual({ kind });
    }
  });

  test("includes need every part, excludes any", () => {
    const rule = (filter: object) => ({ ...deny, syscalls: [allow(["kill"], filter)] });
    const kind = (filter: object) => verdict(rule(filter), "kill")?.kind;
    expect(kind({ includes: { caps: ["CAP_CHOWN", "CAP_KILL"] } })).toBe("allow");
    expect(kind({ includes: { caps: ["CAP_CHOWN", "CAP_BPF"] } })).toBe("errno");
    expect(kind({ excludes: { caps: ["CAP_CHOWN", "CAP_BPF"] } })).toBe("errno");
    expect(kind({ includes: { arches: ["arm64"] } })).toBe("errno");
    expect(kind({ includes: { arches: ["amd64"], caps: ["CAP_KILL"] } })).toBe("allow");
    expect(kind({ excludes: { arches: ["amd64"] } })).toBe("errno");
  });

  test("names that do not exist are told", () => {
    const result = evaluateProfile(parsed({ ...deny, syscalls: [allow(["opne", "open"])] }), {
      architecture: "x86_64",
      capabilities: [],
    });
    expect(result.unknownNames).toEqual(["opne"]);
    expect(result.counts.allowed).toBe(1);
  });
});

describe("reading", () => {
  test("the old form with one name, and the OCI form", () => {
    expect(
      verdict({ ...deny, syscalls: [{ name: "kill", action: "SCMP_ACT_ALLOW" }] }, "kill"),
    ).toEqual({
      kind: "allow",
    });
    const oci = parsed({
      ...deny,
      architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
      flags: [],
    });
    expect(
      evaluateProfile(oci, { architecture: "x86_64", capabilities: [] }).architectures,
    ).toEqual(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]);
  });

  test.each([
    [null, ""],
    [[], ""],
    [{}, "defaultAction"],
    [{ defaultAction: "SCMP_ACT_NOTIFY" }, "defaultAction"],
    [{ defaultAction: "allow" }, "defaultAction"],
    [
      { ...deny, architectures: ["SCMP_ARCH_X86"], archMap: [{ architecture: "SCMP_ARCH_X86" }] },
      "archMap",
    ],
    [{ ...deny, syscalls: {} }, "syscalls"],
    [{ ...deny, syscalls: [{ names: ["kill"] }] }, "syscalls[0].action"],
    [{ ...deny, syscalls: [allow([])] }, "syscalls[0]"],
    [{ ...deny, syscalls: [allow(["kill"], { name: "kill" })] }, "syscalls[0]"],
    [{ ...deny, syscalls: [{ names: ["write"], action: "SCMP_ACT_NOTIFY" }] }, "syscalls[0]"],
    [
      { ...deny, syscalls: [allow(["kill"], { args: [{ index: 6, op: "SCMP_CMP_EQ" }] })] },
      "syscalls[0].args[0].index",
    ],
    [
      { ...deny, syscalls: [allow(["kill"], { includes: { minKernel: "new" } })] },
      "syscalls[0].includes.minKernel",
    ],
    [{ ...deny, defaultErrnoRet: -1 }, "defaultErrnoRet"],
  ])("refuses %j and says where", (json, path) => {
    const result = parseSeccompProfile(json);
    expect(result.ok).toBe(false);
    expect(!result.ok && result.errors.map((error) => error.path)).toContain(path);
  });

  test("takes anything without a crash, and is bounded", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
        const result = parseSeccompProfile(json);
        expect(result.ok || result.errors.length > 0).toBe(true);
      }),
    );
    const argument = fc.record({
      index: fc.integer({ min: 0, max: 5 }),
      op: fc.constantFrom("SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_GT"),
      value: fc.nat(),
      valueTwo: fc.nat(),
    });
    const rule = fc.record({
      names: fc.array(fc.constantFrom("kill", "mount", "clone", "__proto__"), { minLength: 1 }),
      action: fc.constantFrom(...seccompActions.filter((action) => action !== "SCMP_ACT_NOTIFY")),
      args: fc.array(argument, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(rule), (syscalls) => {
        const profile = parsed({ ...deny, syscalls });
        const { counts } = evaluateProfile(profile, { architecture: "x86_64", capabilities: [] });
        const { total, allowed, filtered, watched, denied } = counts;
        expect(allowed + filtered + watched + denied).toBe(total);
        expect(compareWithDefault(profile).weaker.length).toBeLessThan(total);
      }),
    );
    const huge = { ...deny, syscalls: Array.from({ length: 100_000 }, () => allow(["kill"])) };
    expect(parseSeccompProfile(huge).ok).toBe(false);
    const condition = { index: 0, op: "SCMP_CMP_EQ", value: 1 };
    const many = (rules: number) => ({
      ...deny,
      syscalls: Array.from({ length: rules }, () =>
        allow(["kill"], { args: Array.from({ length: 10 }, () => condition) }),
      ),
    });
    expect(parseSeccompProfile(many(5_001)).ok).toBe(false);
    const start = performance.now();
    const profile = parsed(many(5_000));
    expect(compareWithDefault(profile).counts.filtered).toBe(1);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("compared with Docker's default", () => {
  test("the default itself is not weaker", () => {
    expect(compareWithDefault(dockerDefaultProfile()).weaker).toEqual([]);
  });

  test("a profile that allows everything but a few calls is weaker nearly everywhere", () => {
    const { weaker, defaultPasses, notes } = compareWithDefault(
      parsed({
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: [{ names: ["mount"], action: "SCMP_ACT_ERRNO" }],
      }),
    );
    const names = weaker.map(({ name }) => name);
    expect(defaultPasses).toBe("allow");
    expect(notes[0]).toContain("SCMP_ACT_ALLOW");
    expect(names).toEqual(
      expect.arrayContaining(["bpf", "keyctl", "unshare", "clone3", "clone", "socket"]),
    );
    expect(names).not.toContain("mount");
    expect(weaker.find(({ name }) => name === "clone")).toMatchObject({
      allowed: "some-arguments",
      when: "with CLONE_NEWUSER",
    });
  });

  test("logging stops nothing", () => {
    const logging = compareWithDefault(parsed({ defaultAction: "SCMP_ACT_LOG" }));
    expect(logging.defaultPasses).toBe("log");
    expect(logging.weaker.map(({ name }) => name)).toContain("mount");
    expect(logging.counts.denied).toBe(0);
  });

  test("what the container's capabilities open in the default too is not held against the profile", () => {
    const profile = parsed({ ...deny, syscalls: [allow(["mount", "keyctl"])] });
    const names = (capabilities: readonly string[]) =>
      compareWithDefault(profile, { architecture: "x86_64", capabilities }).weaker.map(
        ({ name }) => name,
      );
    expect(names(usual)).toEqual(["mount", "keyctl"]);
    expect(names([...usual, "SYS_ADMIN"])).toEqual(["keyctl"]);
  });
});

test.skipIf(!hasCorpus)("system call numbers equal libseccomp's table", () => {
  const [head = "", ...lines] = readFileSync(`${corpus}/syscalls.tsv`, "utf8")
    .trimEnd()
    .split("\n");
  const columns = head.split("\t").slice(1) as ("x86" | "x86_64" | "aarch64" | "riscv64")[];
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [name = "", ...numbers] = line.split("\t");
    for (const [index, architecture] of columns.entries()) {
      const wanted = numbers[index] === "" ? undefined : Number(numbers[index]);
      expect(syscallNumber(architecture, name), `${name} ${architecture}`).toBe(wanted);
      if (wanted !== undefined) counts.set(architecture, (counts.get(architecture) ?? 0) + 1);
    }
  }
  for (const architecture of columns) {
    expect(syscallTable(architecture).size).toBe(counts.get(architecture));
  }
  expect(mayPass({ kind: "notify" })).toBe(true);
});
