/** `npm run generate`: writes every file that is made from another one. A test fails when one is stale. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commands } from "../src/cli/commands.ts";
import { configJsonSchema } from "../src/cli/config/schema.ts";
import { commandHelp, generalHelp } from "../src/cli/help.ts";
import { version } from "../src/cli/version.ts";
import { gateJsonSchema } from "../src/gate/policy/schema/gate.ts";
import type { RuleLayer } from "../src/rules/contract.ts";
import { rules } from "../src/rules/registry.ts";
import { moduleConstant } from "./compile-wat.ts";
import { prefilterFile } from "./generate-prefilter.ts";
import { generatedFiles as generatedRules } from "./generate-rules.ts";

const root = join(import.meta.dirname, "..");

/** Path below the repository to text, as they should be now. */
export function generatedFiles(): Readonly<Record<string, string>> {
  const ruleFiles = Object.entries(generatedRules()).map(([name, text]) => [
    `src/rules/${name}`,
    text,
  ]);
  return {
    ...(Object.fromEntries(ruleFiles) as Record<string, string>),
    "src/detect/scan/prefilter.generated.ts": prefilterFile(),
    "src/readers/image/stream/inflate.generated.ts": [
      "/** Made by `npm run generate`; do not edit. */",
      "",
      moduleConstant("inflateModule", "src/readers/image/stream/inflate.wat"),
      "",
    ].join("\n"),
    "schema/gate.schema.json": `${JSON.stringify(gateJsonSchema(), undefined, 2)}\n`,
    "schema/plimsoll.schema.json": `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
    "docs/commands.md": commandPage(),
    "docs/rules.md": rulePage(),
  };
}

function commandPage(): string {
  const parts = ["# Commands", "", "Made from the command table by `npm run generate`.", ""];
  parts.push("```text", generalHelp(commands, version).trim(), "```", "");
  for (const command of commands) {
    parts.push(
      `## plimsoll ${command.name}`,
      "",
      "```text",
      commandHelp(command).trim(),
      "```",
      "",
    );
  }
  return parts.join("\n");
}

const LAYERS: Readonly<Record<RuleLayer, string>> = {
  user: "User",
  capabilities: "Capabilities",
  "control-planes-and-mounts": "Control planes and mounts",
  "seccomp-mac-kernel": "seccomp, AppArmor and SELinux, the kernel's view",
  namespaces: "Namespaces",
  "cgroups-and-file-system": "Limits and the root file system",
  secrets: "Secrets",
  build: "Build",
};

function rulePage(): string {
  const parts = [
    "# Rules",
    "",
    "Made from `src/rules` by `npm run generate`. Each page says what the rule finds, why, what an attacker",
    "gains, how to fix it in each form, and when an exception is right; `plimsoll explain RULE` prints it.",
    "The severity is the usual one; a finding may carry another, and says why.",
    "",
  ];
  for (const layer of Object.keys(LAYERS) as RuleLayer[]) {
    parts.push(`## ${LAYERS[layer]}`, "", "| rule | severity | what |", "| --- | --- | --- |");
    for (const rule of rules.filter((candidate) => candidate.layer === layer)) {
      parts.push(
        `| [${rule.id}](../src/rules/${rule.id}/rule.md) | ${rule.severity} | ${rule.title} |`,
      );
    }
    parts.push("");
  }
  return parts.join("\n");
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
