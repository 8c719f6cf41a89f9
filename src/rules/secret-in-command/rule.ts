/** A secret in the words of a command, or written by a build step into a layer. */

import type { CommandSecret } from "../../detect/command-secrets.ts";
import {
  findCommandSecrets,
  findPipedSecrets,
  findTextSecrets,
} from "../../detect/command-secrets.ts";
import type { Severity } from "../../model/finding.ts";
import type { Span } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import { findAssignedSecrets } from "../../detect/assignments.ts";
import type { CommandLines } from "../command-lines.ts";
import { commandLinesOf } from "../command-lines.ts";
import { OBSERVED_READERS } from "../container-readers.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { cisDocker, nist } from "../references.ts";
import { commandSecretHelp } from "../secret-advice.ts";
import { keptSecrets } from "./kept-secrets.ts";
import { observedSecrets } from "./observed.ts";

/** One script with more secrets than this is not searched further; it is bad enough. */
const MAX_SECRETS = 500;

export const rule: Rule = {
  id: "secret-in-command",
  title: "Secret in a command",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => [
    // The commands of an image by itself are secret-in-image-config's.
    ...(workload.kind === "image" && workload.imageContents !== undefined
      ? []
      : commandLinesOf(workload).flatMap((lines) => literalSecrets(lines, workload))),
    ...(workload.build?.runs ?? []).flatMap((run) => keptSecrets(run)),
    ...remoteSources(workload),
    ...observedSecrets(workload),
  ],
};

function literalSecrets(lines: CommandLines, workload: Workload): FindingDraft[] {
  const secrets: CommandSecret[] = lines.texts.flatMap(({ text, span }) =>
    findTextSecrets(text, span),
  );
  for (const [index, command] of lines.commands.entries()) {
    if (secrets.length > MAX_SECRETS) break;
    const words = effectiveWords(command);
    secrets.push(...findCommandSecrets(command, words));
    // `sudo -u x env A=b cmd` puts assignments before the words that are really started.
    if (words.length < command.words.length) secrets.push(...findCommandSecrets(command));
    const before = lines.commands[index - 1];
    if (command.joinedBy === "|" && before !== undefined) {
      secrets.push(...findPipedSecrets(before, command, words));
    }
  }
  for (const { text, span } of lines.run?.heredocs ?? []) {
    secrets.push(...secretsInHeredoc(text, span));
  }
  return withoutOverlaps(secrets).map((secret) => finding(secret, lines, workload));
}

/** `RUN cat <<EOF > .env`: what the command reads has the form of a file, not of a command. */
function secretsInHeredoc(text: string, span: Span): readonly CommandSecret[] {
  return findAssignedSecrets(text)
    .slice(0, MAX_SECRETS)
    .map(({ start, end, what, confidence }) => ({
      span: { file: span.file, start: span.start + start, end: span.start + end },
      what,
      confidence,
      defaultCredential: confidence === "low",
    }));
}

function finding(secret: CommandSecret, lines: CommandLines, workload: Workload): FindingDraft {
  const { run } = lines;
  return {
    severity: severityOf(secret, run !== undefined && !run.inImage),
    confidence: secret.confidence,
    message: secret.defaultCredential
      ? `${lines.what} may hold a credential in clear`
      : `${lines.what} holds a secret in clear`,
    detail: `${capitalised(secret.what)} is given as a literal. ${whoReads(lines, workload)}`,
    help:
      run === undefined
        ? commandSecretHelp(workload)
        : "Use `RUN --mount=type=secret,id=NAME,required=true` and read /run/secrets/NAME in the step, and pass `--secret id=NAME,src=path` to the build. Replace the value if it was ever pushed",
    at: secret.span,
    label: "a literal secret",
    subject: secret.what,
  };
}

function whoReads({ run }: CommandLines, { kind }: Workload): string {
  if (kind === "container") {
    return `Everybody who may inspect the container reads it. ${OBSERVED_READERS.process}`;
  }
  if (run === undefined) {
    return "It stands in the source, in what inspection of the container shows, and in the process list, which every process of the host may read.";
  }
  return run.inImage
    ? "It stands in the source and in the image's history, which everybody who can pull the image reads."
    : "It stands in the source; the stage is not part of the image, but the step stays in the builder's cache, in an exported cache and in the build's provenance.";
}

function severityOf(secret: CommandSecret, outsideImage: boolean): Severity {
  if (secret.confidence === "low") return secret.defaultCredential ? "medium" : "low";
  return outsideImage ? "medium" : "high";
}

/** `ADD https://user:password@host/…`. */
function remoteSources(workload: Workload): FindingDraft[] {
  const steps = workload.build?.copies ?? [];
  return steps.flatMap((step) =>
    step.sources.flatMap(({ text, span }) =>
      text.includes("://")
        ? findTextSecrets(text, span).map((secret): FindingDraft => ({
            severity: severityOf(secret, !step.inImage),
            confidence: secret.confidence,
            message: `${step.what} holds a secret in clear`,
            detail: `${capitalised(secret.what)} stands in the address. It stays in the source, in the image's history and in the build's records.`,
            help: "Fetch it in a `RUN` step with `--mount=type=secret,id=netrc,target=/root/.netrc,required=true`. Replace the value if it was ever pushed",
            at: secret.span,
            label: "a literal secret",
            subject: secret.what,
          }))
        : [],
    ),
  );
}

/** Several searches find one secret; what names it best comes first, the narrower place is kept. */
function withoutOverlaps(secrets: readonly CommandSecret[]): CommandSecret[] {
  const kept: CommandSecret[] = [];
  for (const secret of secrets) {
    if (!kept.some((other) => overlap(other.span, secret.span))) kept.push(secret);
  }
  return kept;
}

function overlap(left: Span, right: Span): boolean {
  return left.file.path === right.file.path && left.start < right.end && right.start < left.end;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
