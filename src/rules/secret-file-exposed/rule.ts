/** The file of a secret may be read or written by more than its reader. */

import { findAssignedSecrets } from "../../detect/assignments.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { kubernetesHardening, nist } from "../references.ts";

/** What engines give a secret's file when nothing is asked: Compose and Swarm 0444, Kubernetes 0644. */
const DEFAULT_MODES = new Set([0o444, 0o644]);
const WRITABLE_BY_OTHERS = 0o022;
const USABLE_BY_ALL = 0o007;

export const rule: Rule = {
  id: "secret-file-exposed",
  title: "Secret's file is open to others",
  layer: "secrets",
  severity: "medium",
  references: [kubernetesHardening("Secrets"), ...nist("4.1.4")],
  check: (workload) =>
    (workload.runtime?.mounts ?? []).flatMap((mount) => [
      ...openMode(mount, workload),
      ...secretInConfig(mount),
    ]),
};

function openMode(mount: Mount, workload: Workload): FindingDraft[] {
  const { fileMode } = mount;
  if (mount.type !== "secret" || fileMode === undefined || DEFAULT_MODES.has(fileMode)) return [];
  const writable = (fileMode & WRITABLE_BY_OTHERS) !== 0;
  if (!writable && (fileMode & USABLE_BY_ALL) === 0) return [];
  const mode = fileMode.toString(8).padStart(4, "0");
  const name = mount.source ?? mount.target ?? "secret";
  return [
    {
      severity: writable ? "medium" : "low",
      confidence: "medium",
      message: `secret ${name} is ${writable ? "writable" : "open"} to others (mode ${mode})`,
      detail: `The file's mode lets ${writable ? "users other than its owner change" : "every user of the container read"} it. An attacker who runs as any user of the container gets the secret${writable ? " or puts another in its place" : ""}.`,
      help: inForm(workload, {
        compose: "Set `mode: 0400` and `uid:` to the user of the program",
        kubernetes:
          "Set `defaultMode: 0400`; with `fsGroup` and a program that is not the owner, `0440`",
        run: "Use `mode=0400` and `uid=` of the program's user.",
        oci: "Give the file mode 0400 on the host",
      }),
      at: mount.origin,
      label: `mode ${mode}`,
      subject: `secret ${name}`,
    },
  ];
}

/** Configs are made for what everybody may read: files of mode 0444, shown by inspection. */
function secretInConfig(mount: Mount): FindingDraft[] {
  if (mount.type !== "config" || mount.content === undefined) return [];
  const { text, span } = mount.content;
  const [first, ...others] = findAssignedSecrets(text);
  if (first === undefined) return [];
  const name = mount.source ?? mount.target ?? "config";
  const more = others.length === 0 ? "" : ` There are ${others.length} more.`;
  return [
    {
      severity: first.confidence === "low" ? "medium" : "high",
      confidence: first.confidence,
      message: `config ${name} holds a secret in clear`,
      detail: `Its content holds ${first.what}.${more} A config stands in the source, and its file is readable by every user of the container.`,
      help: `Move it into a secret with \`file:\` outside of the repository, and list it under the service's \`secrets:\``,
      at: span,
      label: "holds a secret",
      subject: `config ${name}`,
    },
  ];
}
