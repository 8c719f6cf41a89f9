/** A build step has more rights than a build needs, or does not check what it downloads, or leaves a hole behind. */

import type { CopyStep } from "../../model/build-steps.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { isKnown } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";
import { commandWeaknesses } from "./commands.ts";
import { downloadedScripts } from "./downloaded-scripts.ts";
import { modeOf } from "./modes.ts";
import { buildRights } from "./rights.ts";
import { remoteScripts } from "./remote-scripts.ts";
import { usesSudo } from "./sudo.ts";
import { switchedOff } from "./switches.ts";
import { draft } from "./weakness.ts";
import { heredocSettings } from "./written-settings.ts";

export const rule: Rule = {
  id: "insecure-build-step",
  title: "Insecure build step",
  layer: "build",
  severity: "medium",
  references: [...cisDocker("4.8"), ...nist("3.1.2", "3.1.5", "4.1.2")],
  check: (workload) => {
    const { build } = workload;
    return [
      ...(build === undefined ? [] : buildRights(build, isKnown(build.privileged, true))),
      ...(build?.runs ?? []).flatMap((run) => [...commandWeaknesses(run), ...remoteScripts(run)]),
      ...(build?.runs ?? []).flatMap(({ heredocs, commands, inImage }) =>
        heredocSettings(heredocs ?? [], commands, inImage),
      ),
      ...(build?.copies ?? []).flatMap(({ contents, inImage }) =>
        heredocSettings(contents ?? [], [], inImage),
      ),
      ...downloadedScripts(build?.runs ?? []),
      ...usesSudo(build?.runs ?? []),
      ...(build?.copies ?? []).flatMap(copiedMode),
      ...[...workload.env, ...(build?.env ?? []), ...(build?.args ?? [])].flatMap((variable) =>
        switchedOff(variable, workload),
      ),
    ];
  },
};

/** `COPY --chmod=4755`, `COPY --chmod=777`. */
function copiedMode({ chmod, inImage, origin, what }: CopyStep): FindingDraft[] {
  if (!inImage || chmod === undefined) return [];
  const mode = modeOf([chmod]);
  if (mode === "none") return [];
  const weakness = mode === "setid" ? SETUID : WORLD_WRITABLE;
  return [draft({ ...weakness, at: origin, subject: `${what} --chmod` })];
}

const SETUID = {
  severity: "medium",
  message: "copied files get the setuid or setgid bit",
  detail:
    "Whoever runs such a program gets the rights of its owner, mostly root. It is how a process that gave root up gets it back.",
  help: "Use a mode without the setuid and setgid bits, such as `--chmod=0755`, and drop all capabilities and set no-new-privileges where it runs",
  label: "setuid or setgid",
} as const;

const WORLD_WRITABLE = {
  severity: "medium",
  message: "copied files may be changed by every user",
  detail:
    "An attacker who runs as any user of the container can replace them and stays after a restart of the program.",
  help: "Use a mode that only the owner may write to, such as `--chmod=0755` or `--chmod=0644`",
  label: "writable by all",
} as const;
