/** A build step has more rights than a build needs, or does not check what it downloads, or leaves a hole behind. */

import { judgeValue } from "../../detect/judge-value.ts";
import type { CopyStep, EnvironmentVariable, Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { isKnown } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";
import { commandWeaknesses } from "./commands.ts";
import { buildRights } from "./rights.ts";
import { remoteScripts } from "./remote-scripts.ts";
import { draft } from "./weakness.ts";

export const rule: Rule = {
  id: "insecure-build-step",
  title: "Insecure build step",
  layer: "build",
  severity: "medium",
  reads: [
    "build.runs",
    "build.copies",
    "build.privileged",
    "build.entitlements",
    "build.hostNetwork",
    "env",
  ],
  references: [...cisDocker("4.8"), ...nist("3.1.2", "3.1.5", "4.1.2")],
  check: (workload) => {
    const { build } = workload;
    return [
      ...(build === undefined ? [] : buildRights(build, isKnown(build.privileged, true))),
      ...(build?.runs ?? []).flatMap((run) => [...commandWeaknesses(run), ...remoteScripts(run)]),
      ...(build?.copies ?? []).flatMap(copiedMode),
      ...[...workload.env, ...(build?.env ?? [])].flatMap((variable) =>
        switchedOff(variable, workload),
      ),
    ];
  },
};

/** `COPY --chmod=4755`, `COPY --chmod=777`. */
function copiedMode(step: CopyStep): FindingDraft[] {
  const mode = /^[0-7]{3,5}$/.test(step.chmod ?? "") ? Number.parseInt(step.chmod ?? "", 8) : 0;
  const symbolic = /[ug][^,]*\+[^,]*s/.test(step.chmod ?? "");
  if (!step.inImage) return [];
  if ((mode & 0o6000) !== 0 || symbolic) {
    return [draft({ ...SETUID, at: step.origin, subject: `${step.what} --chmod` })];
  }
  return (mode & 0o002) === 0
    ? []
    : [draft({ ...WORLD_WRITABLE, at: step.origin, subject: `${step.what} --chmod` })];
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

/** Variables that switch the check of certificates off, with the values that do so. */
const SWITCHES: readonly (readonly [name: RegExp, off: RegExp])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/],
  [/^GIT_SSL_NO_VERIFY$/, /^(?:1|true|yes|on)$/i],
  [/^PYTHONHTTPSVERIFY$/, /^0$/],
  [/^npm_config_strict_ssl$/i, /^(?:false|0)$/i],
  [/^PIP_TRUSTED_HOST$/, /./],
  [/^GOINSECURE$/, /./],
  [/^GONOSUMDB$/, /^\*$/],
  [/^GOFLAGS$/, /-insecure/],
  [/^(?:CURL_INSECURE|SSL_NO_VERIFY|REQUESTS_INSECURE)$/, /^(?:1|true)$/i],
];

function switchedOff(variable: EnvironmentVariable, workload: Workload): FindingDraft[] {
  const { name, value } = variable;
  if (value === undefined || judgeValue(value) === "empty") return [];
  if (!SWITCHES.some(([pattern, off]) => pattern.test(name) && off.test(value))) return [];
  return [
    draft({
      severity: "medium",
      message: `${name} switches the check of certificates off`,
      detail: `Every program ${workload.build === undefined ? "in the container" : "of the build and of the container"} that heeds it accepts any certificate: whoever sits on the network path reads and changes what is sent.`,
      help: `Remove ${name}; give the program your own authority's certificate (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, PIP_CERT)`,
      label: "certificates are not checked",
      at: variable.origin,
      subject: name,
    }),
  ];
}
