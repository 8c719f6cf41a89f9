/** What Plimsoll computes from a seccomp profile is what the kernel does with it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heldCapabilities } from "../../src/linux/capability-sets.ts";
import { dockerDefaultProfile } from "../../src/linux/seccomp/docker-default.ts";
import type { Verdict } from "../../src/linux/seccomp/evaluate.ts";
import { decide, evaluateProfile } from "../../src/linux/seccomp/evaluate.ts";
import { parseSeccompProfile } from "../../src/linux/seccomp/parse.ts";
import type { SeccompProfile } from "../../src/linux/seccomp/profile.ts";
import { claimOf } from "../support/command-line-view.ts";
import type { Outcome, TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";

const missing = engineMissing();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-seccomp-"));

/** Programs of busybox that make one telling system call. */
const NEW_MOUNTS = { words: ["unshare", "-m", "true"], call: "unshare", args: [0x20000n] };
const NEW_HOST_NAME = { words: ["unshare", "-u", "true"], call: "unshare", args: [0x4000000n] };
const MOUNT = { words: ["mount", "-t", "tmpfs", "none", "/tmp"], call: "mount", args: [] };
const CHROOT = { words: ["chroot", "/", "/bin/busybox", "true"], call: "chroot", args: [] };
const MKNOD = { words: ["mknod", "/tmp/n", "p"], call: "mknod", args: [] };
const MAKE_DIRECTORY = { words: ["mkdir", "/tmp/d"], call: "mkdir", args: [] };
const SET_NAME = { words: ["hostname", "other"], call: "sethostname", args: [] };
const KERNEL_LOG = { words: ["dmesg", "-s", "1"], call: "syslog", args: [3n] };

type Program = typeof NEW_MOUNTS | typeof MOUNT;

const DEFAULTS: readonly { readonly flags: string; readonly program: Program }[] = [
  { flags: "", program: NEW_MOUNTS },
  { flags: "--cap-add SYS_ADMIN", program: NEW_MOUNTS },
  { flags: "--cap-add SYS_ADMIN", program: NEW_HOST_NAME },
  { flags: "", program: MOUNT },
  { flags: "--cap-add sys_admin", program: MOUNT },
  { flags: "--cap-add ALL --cap-drop SYS_ADMIN", program: MOUNT },
  { flags: "", program: CHROOT },
  { flags: "--cap-drop SYS_CHROOT", program: CHROOT },
  { flags: "", program: MKNOD },
  { flags: "", program: SET_NAME },
  { flags: "--cap-add SYS_ADMIN", program: SET_NAME },
  { flags: "", program: KERNEL_LOG },
  { flags: "--cap-add SYSLOG", program: KERNEL_LOG },
];

const errno = (names: readonly string[], errnoRet: number, more: object = {}) => ({
  names,
  action: "SCMP_ACT_ERRNO",
  errnoRet,
  ...more,
});
const allow = (names: readonly string[], more: object = {}) => ({
  names,
  action: "SCMP_ACT_ALLOW",
  ...more,
});
const whenFirst = (op: string, value: number, valueTwo = 0) => ({
  args: [{ index: 0, op, value, valueTwo }],
});
const ADMIN = { caps: ["CAP_SYS_ADMIN"] };
const NEWNS = 0x20000;

interface Custom {
  readonly name: string;
  readonly rules: readonly object[];
  readonly flags?: string;
  readonly programs: readonly Program[];
}

/** On top of a profile that allows the rest. Errors are ones that the kernel itself does not give here. */
const CUSTOM: readonly Custom[] = [
  { name: "an error of its own", rules: [errno(["unshare"], 71)], programs: [NEW_MOUNTS, MOUNT] },
  {
    name: "a rule for those without a capability",
    rules: [errno(["unshare", "mount"], 71, { excludes: ADMIN })],
    programs: [NEW_MOUNTS, MOUNT],
  },
  {
    name: "a rule that a capability takes away",
    flags: "--cap-add SYS_ADMIN",
    rules: [errno(["unshare", "mount"], 71, { excludes: ADMIN })],
    programs: [NEW_MOUNTS, MOUNT],
  },
  {
    name: "a rule that a capability brings",
    flags: "--cap-add SYS_ADMIN",
    rules: [
      errno(["mount"], 71, { includes: ADMIN }),
      errno(["unshare"], 62, { includes: { caps: ["CAP_BPF"] } }),
    ],
    programs: [NEW_HOST_NAME, MOUNT],
  },
  {
    name: "by argument: equal",
    flags: "--cap-add SYS_ADMIN",
    rules: [errno(["unshare"], 71, whenFirst("SCMP_CMP_EQ", NEWNS))],
    programs: [NEW_MOUNTS, NEW_HOST_NAME],
  },
  {
    name: "by argument: masked",
    flags: "--cap-add SYS_ADMIN",
    rules: [errno(["unshare"], 71, whenFirst("SCMP_CMP_MASKED_EQ", 0x4000000, 0x4000000))],
    programs: [NEW_MOUNTS, NEW_HOST_NAME],
  },
  {
    name: "by argument: greater",
    flags: "--cap-add SYS_ADMIN",
    rules: [errno(["unshare"], 71, whenFirst("SCMP_CMP_GT", NEWNS))],
    programs: [NEW_MOUNTS, NEW_HOST_NAME],
  },
  {
    name: "two conditions on one argument: either is enough",
    flags: "--cap-add SYS_ADMIN",
    rules: [
      errno(["unshare"], 71, {
        args: [
          { index: 0, op: "SCMP_CMP_EQ", value: NEWNS },
          { index: 0, op: "SCMP_CMP_EQ", value: 0x4000000 },
        ],
      }),
    ],
    programs: [NEW_MOUNTS, NEW_HOST_NAME],
  },
  {
    name: "a rule without conditions wins over one with",
    flags: "--cap-add SYS_ADMIN",
    rules: [errno(["unshare"], 71, whenFirst("SCMP_CMP_EQ", NEWNS)), errno(["unshare"], 62)],
    programs: [NEW_MOUNTS, NEW_HOST_NAME],
  },
  {
    name: "an allow beside a denial",
    flags: "--cap-add SYS_ADMIN",
    rules: [errno(["unshare"], 71), allow(["unshare"])],
    programs: [NEW_MOUNTS],
  },
  {
    name: "killed",
    rules: [{ names: ["unshare"], action: "SCMP_ACT_KILL_PROCESS" }],
    programs: [NEW_MOUNTS],
  },
  {
    name: "trapped",
    rules: [{ names: ["unshare"], action: "SCMP_ACT_TRAP" }],
    programs: [NEW_MOUNTS],
  },
  {
    name: "only logged",
    flags: "--cap-add SYS_ADMIN",
    rules: [{ names: ["unshare"], action: "SCMP_ACT_LOG" }],
    programs: [NEW_MOUNTS],
  },
  {
    name: "an unknown name does nothing",
    rules: [errno(["no_such_call"], 71)],
    programs: [MAKE_DIRECTORY],
  },
];

describe.skipIf(missing !== undefined)(`seccomp on a real kernel (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let count = 0;
  beforeAll(async () => {
    engine = await startEngine();
  }, 60_000);
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** Runs a program as the only process; the shell is there to tell of the signal that ended it. */
  const run = (flags: readonly string[], program: Program): Promise<Outcome> =>
    engine.start(
      "run",
      "--rm",
      "--network=none",
      ...flags,
      "busybox:test",
      "sh",
      "-c",
      `/bin/busybox ${program.words.join(" ")}; echo ended $?`,
    );

  // The engine's profile may be older than the one that is known here; these calls are the same in both.
  test.concurrent.each(DEFAULTS.map((one) => ({ ...one, title: one.program.words.join(" ") })))(
    "the default profile: $flags $title",
    async ({ flags, program }) => {
      const words = flags.split(" ").filter((word) => word !== "");
      const claim = claimOf(["run", ...words, "busybox:test"]);
      const { effective, bounding } = heldCapabilities(claim.runtime, "docker", "root");
      const verdict = verdictOn(dockerDefaultProfile(), bounding, program);
      const outcome = await run(words, program);
      // Besides the filter, the kernel asks for the capability itself.
      const needed: Readonly<Record<string, string>> = {
        unshare: "SYS_ADMIN",
        mount: "SYS_ADMIN",
        sethostname: "SYS_ADMIN",
        chroot: "SYS_CHROOT",
        syslog: "SYSLOG",
      };
      const capability = needed[program.call];
      const may = capability === undefined || effective.includes(capability);
      expect(outcome.out.includes("ended 0")).toBe(verdict.kind === "allow" && may);
    },
  );

  test.concurrent.each(
    CUSTOM.flatMap((custom) =>
      custom.programs.map((program) => ({ ...custom, program, title: program.words.join(" ") })),
    ),
  )("$name: $title", async ({ rules, flags = "", program }) => {
    const written = { defaultAction: "SCMP_ACT_ALLOW", syscalls: rules };
    const path = join(folder, `${count++}.json`);
    writeFileSync(path, JSON.stringify(written));
    const words = flags.split(" ").filter((word) => word !== "");
    const claim = claimOf(["run", ...words, "busybox:test"]);
    const parsed = parseSeccompProfile(written);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const { bounding, effective } = claim.capabilities;
    const verdict = verdictOn(parsed.profile, bounding, program);
    const outcome = await run([...words, "--security-opt", `seccomp=${path}`], program);
    const may = program.call === "mkdir" || effective.includes("SYS_ADMIN");
    expect(observed(outcome)).toBe(predicted(verdict, may));
  });
});

function verdictOn(
  profile: SeccompProfile,
  capabilities: readonly string[],
  program: Program,
): Verdict {
  const { verdicts } = evaluateProfile(profile, {
    architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
    capabilities,
  });
  const verdict = verdicts.get(program.call);
  if (verdict === undefined) throw new Error(`no verdict on ${program.call}`);
  return decide(verdict, program.args);
}

const MESSAGES: Readonly<Record<number, string>> = {
  62: "Timer expired",
  71: "Protocol error",
};

function predicted(verdict: Verdict, may: boolean): string {
  if (verdict.kind === "errno") return MESSAGES[verdict.errno] ?? "not permitted";
  if (verdict.kind === "kill" || verdict.kind === "trap") return "signal SYS";
  return may ? "done" : "not permitted";
}

function observed({ out, err }: Outcome): string {
  const message = Object.values(MESSAGES).find((text) => err.includes(text));
  if (message !== undefined) return message;
  if (out.includes("ended 159")) return "signal SYS";
  if (out.includes("ended 0")) return "done";
  return /not permitted|permission denied|are you root/i.test(err)
    ? "not permitted"
    : `${out}${err}`;
}
