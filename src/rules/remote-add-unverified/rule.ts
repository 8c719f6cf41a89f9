/** `ADD https://…` without a checksum: whatever the server sends becomes part of the image. */

import type { CopyStep } from "../../model/build-steps.ts";
import type { Workload } from "../../model/workload.ts";
import type { Span } from "../../model/source.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { lessGrave } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

export const rule: Rule = {
  id: "remote-add-unverified",
  title: "Remote file added without a checksum",
  layer: "build",
  severity: "medium",
  references: [...cisDocker("4.9"), ...nist("3.1.5", "4.1.5")],
  check: (workload: Workload) =>
    (workload.build?.copies ?? []).flatMap((step) =>
      step.what === "ADD" && step.checksum === undefined
        ? step.sources.flatMap(({ text, span }) => remote(text, span, step))
        : [],
    ),
};

function remote(text: string, span: Span, step: CopyStep): FindingDraft[] {
  const kind = remoteKind(text);
  if (kind === undefined) return [];
  if (kind === "git" && namesCommit(text)) return [];
  const host = hostOf(text);
  const plain = /^(?:http|git):\/\//i.test(text);
  return [
    {
      severity: step.inImage ? "medium" : lessGrave("medium"),
      confidence: "high",
      message:
        kind === "git"
          ? `ADD takes a Git repository from ${host} without a fixed commit`
          : `ADD downloads from ${host} without a checksum`,
      detail: `${plain ? "The download is not even encrypted: anybody on the way may change it. " : ""}Whoever controls the server, its domain or the path to it decides what goes into the image, and the same Dockerfile gives another image tomorrow.`,
      help:
        kind === "git"
          ? "Name a full commit: `ADD https://host/repo.git#<40 hex digits> /target`"
          : "Add `--checksum=sha256:<digest of the file>` (needs `# syntax=docker/dockerfile:1.6` or later)",
      at: span,
      label: kind === "git" ? "a moving reference" : "unverified",
      subject: host,
    },
  ];
}

/**
 * Source: moby/buildkit frontend/dockerfile/dfgitutil: git sources are `git@…`, `ssh://`, `git://`, and
 * http(s) URLs whose path ends in `.git`.
 */
function remoteKind(text: string): "git" | "http" | undefined {
  if (/^(?:git@[\w.-]+:|ssh:\/\/|git:\/\/)/i.test(text)) return "git";
  if (!/^https?:\/\//i.test(text)) return undefined;
  const path = text.replace(/[?#].*$/s, "");
  return path.endsWith(".git") ? "git" : "http";
}

/** `repo.git#<commit>[:subdirectory]`, or `?commit=`, `?checksum=`, `?ref=` with a full commit. */
function namesCommit(text: string): boolean {
  return (
    /#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)/.test(text) ||
    /[?&](?:commit|checksum|ref)=[0-9a-f]{40}/.test(text)
  );
}

/** The host alone: user information and paths may hold secrets. */
function hostOf(text: string): string {
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").split(/[/?#]/)[0] ?? "";
  const host = rest.slice(rest.lastIndexOf("@") + 1).replace(/:.*$/s, "");
  return /^[\w.-]{1,200}$/.test(host) ? host : "a remote host";
}
