/** Help, explanations, completion and the manual page, as a user gets them. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { version } from "../../src/cli/version.ts";
import { rules } from "../../src/rules/registry.ts";
import { runIn } from "../support/cli.ts";

const here = import.meta.dirname;

test("the version is the package's", async () => {
  const manifest = JSON.parse(readFileSync(join(here, "../../package.json"), "utf8")) as {
    version: string;
  };
  expect(version).toBe(manifest.version);
  expect((await runIn(here, ["--version"])).out).toBe(`plimsoll ${version}\n`);
});

test("help names every command, and each command's help every option, within 80 columns", async () => {
  const general = await runIn(here, ["--help"]);
  for (const command of commands) {
    expect(general.out).toContain(command.summary);
    const help = await runIn(here, [command.name, "--help"]);
    expect(help.status).toBe(0);
    for (const option of command.options) expect(help.out).toContain(`--${option.name}`);
    const long = help.out.split("\n").filter((line) => line.length > 80);
    expect(long).toEqual([]);
  }
});

test("a misspelt command gets a suggestion", async () => {
  const { status, err } = await runIn(here, ["help", "chekc"]);
  expect(status).toBe(2);
  expect(err).toContain("did you mean check?");
});

test("every rule is explained", async () => {
  for (const rule of rules) {
    const { status, out } = await runIn(here, ["explain", rule.id]);
    expect(status).toBe(0);
    expect(out).toContain("What an attacker gains");
  }
});

test.each([
  "SYS_ADMIN",
  "cap_net_raw",
  "bpf",
  "seccomp",
  "pid",
  "allowPrivilegeEscalation",
  "CapAdd",
])("%s is explained", async (word) => {
  const { status, out } = await runIn(here, ["explain", word]);
  expect(status).toBe(0);
  expect(out.length).toBeGreaterThan(100);
});

test("a word that is not known gets a suggestion", async () => {
  const { status, err } = await runIn(here, ["explain", "priviledged"]);
  expect(status).toBe(2);
  expect(err).toContain("did you mean privileged?");
});

test("completion for bash completes commands, options, values and words", async () => {
  const { out } = await runIn(here, ["completion", "bash"]);
  const complete = (...words: string[]): string[] => {
    const script = `${out}
COMP_WORDS=(plimsoll ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
_plimsoll 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", script], { encoding: "utf8", cwd: tmpdir() })
      .stdout.trim()
      .split("\n");
  };
  expect(complete("che")).toContain("check");
  expect(complete("check", "--fail")).toEqual(["--fail-on"]);
  expect(complete("check", "--fail-on", "h")).toEqual(["high"]);
  expect(complete("explain", "runs")).toEqual(["runs-as-root"]);
});

test.skipIf(!existsSync("/usr/bin/zsh"))(
  "completion for zsh is valid (zsh is not installed)",
  async () => {
    expectValid("zsh", (await runIn(here, ["completion", "zsh"])).out);
  },
);

test.skipIf(!existsSync("/usr/bin/fish"))(
  "completion for fish completes (fish is not installed)",
  async () => {
    const { out } = await runIn(here, ["completion", "fish"]);
    expectValid("fish", out);
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-fish-"));
    try {
      writeFileSync(join(folder, "c.fish"), out);
      const ask = (line: string): string =>
        spawnSync("fish", ["--no-config", "-c", `source ${folder}/c.fish; complete -C '${line}'`], {
          encoding: "utf8",
          env: { ...process.env, HOME: folder },
        }).stdout;
      expect(ask("plimsoll expl")).toContain("explain");
      expect(ask("plimsoll check --fail-on h")).toContain("high");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test.skipIf(!existsSync("/usr/bin/groff"))(
  "the manual page formats without warnings (groff is not installed)",
  async () => {
    const { out } = await runIn(here, ["man"]);
    const formatted = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-z"], {
      input: out,
      encoding: "utf8",
    });
    expect(formatted.stderr).toBe("");
  },
);

function expectValid(shell: string, script: string): void {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-shell-"));
  try {
    writeFileSync(join(folder, "script"), script);
    const checked = spawnSync(shell, ["-n", join(folder, "script")], { encoding: "utf8" });
    expect([checked.status, checked.stderr]).toEqual([0, ""]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
