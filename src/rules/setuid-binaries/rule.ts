/** Programs of an image that give whoever starts them more than they had: setuid, setgid, file capabilities. */

import { clip } from "../../model/clip.ts";
import type { CapableFile, ImageContents, PrivilegedFile } from "../../model/image-contents.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { stepOf } from "../image-secrets.ts";
import { inForm, listWords } from "../in-form.ts";
import { isKnown, lessGrave, linuxRuntime, startsAs } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";
import type { Judgement } from "./judge.ts";
import { isSetgid, isSetuid, judgeCapable, judgeSetuid } from "./judge.ts";

export const rule: Rule = {
  id: "setuid-binaries",
  title: "Programs in the image that give more rights",
  layer: "user",
  severity: "medium",
  references: [...cisDocker("4.8"), ...nist("3.1.2", "4.1.2")],
  check: (workload) => {
    const { imageContents: contents, platform } = workload;
    if (contents === undefined || platform !== "linux") return [];
    const runtime = linuxRuntime(workload);
    // Then the kernel passes over all of these bits.
    if (runtime !== undefined && isKnown(runtime.noNewPrivileges, true)) return [];
    const judged = [
      ...contents.setuid.map((file) => ({
        file,
        judgement: judgeSetuid(file),
        bits: bitsOf(file),
      })),
      ...contents.capable
        .filter(({ permitted }) => permitted.length > 0)
        .map((file) => ({
          file,
          judgement: judgeCapable(file, workload.engine),
          bits: capabilitiesOf(file),
        })),
    ].filter(({ bits }) => bits !== "");
    const grave = judged.filter(({ judgement }) => judgement !== undefined);
    const usual = judged.filter(({ judgement }) => judgement === undefined);
    return [
      ...grave
        .slice(0, MAX_FINDINGS)
        .flatMap(({ file, judgement, bits }) =>
          judgement === undefined ? [] : [finding(file, judgement, bits, contents, workload)],
        ),
      ...(grave.length > MAX_FINDINGS ? [furtherFiles(grave.slice(MAX_FINDINGS), workload)] : []),
      ...(usual.length === 0 ? [] : [usualFiles(usual, workload)]),
    ];
  },
};

/** An image with more has no use for a finding each. */
const MAX_FINDINGS = 100;
const MAX_NAMED = 20;

function finding(
  { path, layer }: PrivilegedFile,
  { severity, message, gain }: Judgement,
  bits: string,
  { image }: ImageContents,
  workload: Workload,
): FindingDraft {
  const root = startsAs(workload) === "root";
  return {
    severity: root ? lessGrave(severity) : severity,
    confidence: "high",
    message,
    detail: `${gain}${root ? " The container runs as root unless it is told otherwise, and gains nothing by it then; a container that is given another user does." : ""}`,
    help: helpFor(
      bits.startsWith("capabilities") ? `setcap -r ${path}` : `chmod u-s,g-s ${path}`,
      `, or delete it, in the step that brought it in (${stepOf(layer)})`,
      workload,
    ),
    at: workload.source,
    label: "the image",
    place: { image, layer, path, offset: 0, length: 0 },
    state: { is: "live" },
    subject: `${path} ${bits}`,
  };
}

/** Those that distributions bring, together: what they do is made for everybody, and old flaws gave root. */
function usualFiles(
  files: readonly { readonly file: PrivilegedFile; readonly bits: string }[],
  workload: Workload,
): FindingDraft {
  const root = startsAs(workload) === "root";
  return {
    severity: root ? "info" : "low",
    confidence: "high",
    message: `${String(files.length)} setuid, setgid or capable ${files.length === 1 ? "program" : "programs"} of the distribution`,
    detail: `${listed(files)}. They are made to be run by everybody, and a container rarely needs any of them; each is code that runs with more rights than its caller has, and flaws in several of them gave root.`,
    help: helpFor(
      "find / -xdev -perm /6000 -type f -exec chmod a-s {} +",
      " in the last step that runs as root",
      workload,
    ),
    at: workload.source,
    label: "the image",
    subject: "programs of the distribution",
  };
}

function furtherFiles(
  files: readonly { readonly file: PrivilegedFile; readonly bits: string }[],
  workload: Workload,
): FindingDraft {
  return {
    severity: "medium",
    confidence: "high",
    message: `${String(files.length)} further programs give more rights to whoever starts them`,
    detail: `${listed(files)}.`,
    help: helpFor("chmod u-s,g-s FILE", " in the steps that brought them in", workload),
    at: workload.source,
    label: "the image",
    subject: "further programs",
  };
}

function listed(
  files: readonly { readonly file: PrivilegedFile; readonly bits: string }[],
): string {
  const named = files
    .slice(0, MAX_NAMED)
    .map(({ file, bits }) => `${clip(file.path, 120)} (${bits})`);
  const more = files.length > MAX_NAMED ? [`${String(files.length - MAX_NAMED)} more`] : [];
  return listWords([...named, ...more]);
}

/** Taking the bits away in the image, or passing over them when a container starts. */
function helpFor(command: string, where: string, workload: Workload): string {
  const built = `Take it away with \`RUN ${command}\`${where}`;
  return inForm(workload, {
    dockerfile: `${built}; or start its containers with \`--security-opt no-new-privileges\``,
    compose: `Add \`no-new-privileges:true\` to \`security_opt\`, or change the image: \`RUN ${command}\`${where}`,
    kubernetes: `Set \`allowPrivilegeEscalation: false\`, or change the image: \`RUN ${command}\`${where}`,
    run: `Add \`--security-opt no-new-privileges\`, or change the image: \`RUN ${command}\`${where}`,
    oci: `Set \`process.noNewPrivileges\` to true, or change the image: \`RUN ${command}\`${where}`,
  });
}

/** `setuid`, `setgid`, `setuid and setgid`; empty when the bits do nothing. */
function bitsOf(file: PrivilegedFile): string {
  return [isSetuid(file) ? "setuid" : "", isSetgid(file) ? "setgid" : ""]
    .filter((bit) => bit !== "")
    .join(" and ");
}

function capabilitiesOf({ permitted }: CapableFile): string {
  return `capabilities ${permitted.slice(0, 5).join(" ")}${permitted.length > 5 ? " …" : ""}`;
}
