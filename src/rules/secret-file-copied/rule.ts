/** A file with credentials is copied into an image. */

import { findAssignedSecrets } from "../../detect/assignments.ts";
import type { CredentialFile } from "../../detect/credential-files.ts";
import { credentialFile } from "../../detect/credential-files.ts";
import type { Severity } from "../../model/finding.ts";
import type { Span } from "../../model/source.ts";
import type { CopyStep } from "../../model/build-steps.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { listWords } from "../in-form.ts";
import { lessGrave } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

/** More files than this are counted, not named. */
const MAX_NAMED = 5;

export const rule: Rule = {
  id: "secret-file-copied",
  title: "File with credentials copied into the image",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) =>
    (workload.build?.copies ?? []).flatMap((step) => [
      ...copiedByStep(step),
      ...writtenByStep(step),
    ]),
};

interface Copied {
  readonly path: string;
  readonly file: CredentialFile;
}

function copiedByStep(step: CopyStep): FindingDraft[] {
  const named = step.sources.flatMap(({ text, span }) => {
    const copied = step.harmlessSources?.includes(text) ? undefined : judgePath(text, step);
    return copied === undefined ? [] : [{ copied, span }];
  });
  const findings = named.map(({ copied, span }) =>
    finding(step, [copied], span, `${step.what} puts ${copied.path} into the image`),
  );
  const covered = new Set(named.map(({ copied }) => clean(copied.path)));
  const swept = (step.credentialFiles ?? [])
    .filter((path) => !covered.has(clean(path)))
    .flatMap((path) => {
      const copied = judgePath(path, step);
      return copied === undefined ? [] : [copied];
    });
  const [first] = swept;
  const source = step.sources[0];
  if (first !== undefined && source !== undefined) {
    const others = swept.length === 1 ? "" : ` and ${swept.length - 1} more`;
    findings.push(
      finding(
        step,
        swept,
        source.span,
        `${step.what} takes ${first.path}${others} along into the image`,
      ),
    );
  }
  return findings;
}

/** `COPY <<EOF /app/.env`: the content stands in the Dockerfile, so it is judged and not the name. */
function writtenByStep(step: CopyStep): FindingDraft[] {
  return (step.contents ?? []).flatMap(({ text, span }) => {
    const [first, ...others] = findAssignedSecrets(text);
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` There are ${others.length} more.`;
    const severity: Severity = first.confidence === "low" ? "medium" : "high";
    return [
      {
        severity: step.inImage ? severity : lessGrave(severity),
        confidence: first.confidence,
        message: `${step.what} writes a file with a secret into ${step.inImage ? "the image" : "a build stage"}`,
        detail: `The heredoc holds ${first.what}.${more} It stands in the source, and the file in a layer, which deleting it in a later step does not change.`,
        help: "Remove the file from the image; a build step that needs it takes it with `RUN --mount=type=secret,id=NAME,target=PATH,required=true`, a running container gets it as a mounted file. Replace the value if it was ever pushed",
        at: { file: span.file, start: span.start + first.start, end: span.start + first.end },
        label: "a literal secret",
        subject: `heredoc ${step.target.slice(0, 100)}`,
      },
    ];
  });
}

function judgePath(path: string, step: CopyStep): Copied | undefined {
  if (/[$*?[]/.test(path) || path.includes("://") || path === ".") return undefined;
  const file = credentialFile(path);
  // What another stage made is more often harmless; only sure names count.
  if (file === undefined || (step.from !== undefined && file.confidence !== "high"))
    return undefined;
  return { path, file };
}

function finding(
  step: CopyStep,
  files: readonly Copied[],
  span: Span,
  message: string,
): FindingDraft {
  const graver = files.toSorted((left, right) => rank(left.file) - rank(right.file))[0] ?? files[0];
  const confidence = graver?.file.confidence ?? "low";
  const severity: Severity = confidence;
  const list = listWords(
    files.slice(0, MAX_NAMED).map(({ path, file }) => `${path} (${file.what})`),
  );
  const more = files.length > MAX_NAMED ? ` There are ${files.length - MAX_NAMED} more.` : "";
  return {
    severity: step.inImage ? severity : lessGrave(severity),
    confidence,
    message: step.inImage ? message : message.replace("into the image", "into a build stage"),
    detail: `By its name this holds credentials: ${list}.${more} ${
      step.inImage
        ? "Everybody who can pull the image reads it. Deleting it in a later step does not help: the layer that holds it stays."
        : "The stage is not part of the image, but its layers stay in the builder's cache and go out with an exported cache."
    }`,
    help:
      step.credentialFiles !== undefined &&
      files.every(({ path }) => step.credentialFiles?.includes(path))
        ? `Add ${listWords(files.slice(0, MAX_NAMED).map(({ path }) => `\`${path}\``))} to .dockerignore; a build step that needs it takes it with \`RUN --mount=type=secret,id=NAME,target=PATH,required=true\``
        : "Remove it from the COPY; a build step that needs it takes it with `RUN --mount=type=secret,id=NAME,target=PATH,required=true`, a running container gets it as a mounted file",
    at: span,
    label: graver?.file.what ?? "credentials",
    subject: files
      .map(({ path }) => path)
      .slice(0, MAX_NAMED)
      .join(" "),
  };
}

function rank(file: CredentialFile): number {
  return ["high", "medium", "low"].indexOf(file.confidence);
}

function clean(path: string): string {
  return path.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
}
