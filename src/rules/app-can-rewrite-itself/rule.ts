/** The user as whom the application runs owns the application's own files. */

import { clip } from "../../model/clip.ts";
import type { Origin } from "../../model/fact.ts";
import type { ImageContents } from "../../model/image-contents.ts";
import { describeUser, isRoot, parseUser } from "../../model/user.ts";
import type { CopyStep, RunStep } from "../../model/build-steps.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import type { User } from "../../model/user.ts";
import type { Workload } from "../../model/workload.ts";
import { wellKnownImage } from "../../linux/well-known-images.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { listWords } from "../in-form.ts";
import { isKnown } from "../posture.ts";
import { kubernetesHardening } from "../references.ts";
import type { ImagePaths } from "./image-paths.ts";
import { imagePaths } from "./image-paths.ts";
import { writableBy } from "./writable-by.ts";

export const rule: Rule = {
  id: "app-can-rewrite-itself",
  title: "Application may change its own files",
  layer: "user",
  severity: "low",
  references: [kubernetesHardening("Immutable container file systems")],
  check: (workload) => {
    const { user, runtime, imageContents } = workload;
    if (!user.known || isRoot(user.value)) return [];
    if (runtime !== undefined && isKnown(runtime.readOnlyRoot, true)) return [];
    const built = givenByBuild(workload, user.value);
    // The Dockerfile's line is where it is changed.
    if (built.length > 0 || imageContents === undefined) return built;
    return writableCode(imageContents, user.value, workload);
  },
};

/** What the build gives to the user, as one finding. */
function givenByBuild(workload: Workload, user: User): FindingDraft[] {
  const { build } = workload;
  if (build === undefined) return [];
  const copies = build.copies.filter(({ inImage }) => inImage);
  const owner = ownerTest(user, workload);
  const paths = imagePaths(build, copies);
  const given = [
    ...copies.filter((step) => isGiven(step, owner)).map(({ origin }) => origin),
    ...build.runs.flatMap((step) => givenByCommand(step, paths, owner)),
  ];
  const [first, ...others] = given;
  if (first === undefined) return [];
  return [
    {
      severity: "low",
      confidence: "medium",
      message: "the application's files belong to the user that runs it",
      detail: GAIN,
      help: HELP,
      at: first,
      label: "writable by the application's own user",
      related: others
        .slice(0, MAX_RELATED)
        .flatMap(({ span }) => (span === undefined ? [] : [{ span, label: "and here" }])),
      subject: "files",
    },
  ];
}

const GAIN =
  "An attacker who takes over the application changes its code or its dependencies, and the change is run at the next start or by the next worker.";
const HELP =
  "Leave the code to root (no `--chown`, no `chown -R` over it) and give the application's user only the directories that it writes; or run with a read-only root file system";

/** More places than these are not named. */
const MAX_RELATED = 8;

/** The code of an image that its user may write, as one finding. */
function writableCode(
  { image, writableCode: files }: ImageContents,
  user: User,
  workload: Workload,
): FindingDraft[] {
  const own = files.filter((file) => writableBy(file, user));
  const [first, ...others] = own;
  if (first === undefined) return [];
  const named = own.slice(0, MAX_RELATED).map(({ path }) => clip(path, 120));
  const more = others.length >= MAX_RELATED ? ["others"] : [];
  return [
    {
      severity: "low",
      confidence: "high",
      message: "the application's files can be written by the user that runs it",
      detail: `${describeUser(user)} may write ${listWords([...named, ...more])}. ${GAIN}`,
      help: HELP,
      at: workload.source,
      label: "the image",
      place: { image, layer: first.layer, path: first.path, offset: 0, length: 0 },
      state: { is: "live" },
      subject: "files",
    },
  ];
}

type OwnerTest = (owner: string) => boolean;

/** Whether an owner as `chown` takes it is the user that runs the application. */
function ownerTest(user: User, workload: Workload): OwnerTest {
  const alias = sameUserInImage(user, workload);
  return (text) => {
    if (/[$`]/.test(text)) return false;
    const owner = parseUser(text.replace(".", ":"));
    if (text.startsWith(":")) return false;
    if (owner.uid !== undefined) return owner.uid === user.uid || owner.uid === alias?.uid;
    return owner.name === user.name || owner.name === alias?.name;
  };
}

/** `node` and `1000` are the same user in the image `node`. */
function sameUserInImage(
  user: User,
  { image }: Workload,
): { name: string; uid: number } | undefined {
  if (!image.known) return undefined;
  return wellKnownImage(image.value)?.unprivileged.find(
    ({ name, uid }) => name === user.name || uid === user.uid,
  );
}

function isGiven({ chown, chmod }: CopyStep, owner: OwnerTest): boolean {
  return (chown !== undefined && owner(chown)) || (chmod !== undefined && opensToAll(chmod));
}

/** `chown -R app /app` and `chmod -R 777 /app` over what was copied into the image. */
function givenByCommand(step: RunStep, paths: ImagePaths, owner: OwnerTest): Origin[] {
  if (!step.inImage) return [];
  return step.commands.flatMap((command) => {
    const given = ownershipChange(command);
    if (given === undefined || !given.recursive) return [];
    const matters = given.program === "chown" ? owner(given.to) : opensToAll(given.to);
    const covers = (path: string): boolean => paths.holdsCopies(paths.absolute(path, step.origin));
    return matters && given.paths.some(covers) ? [{ kind: "set", span: command.span }] : [];
  });
}

function ownershipChange({
  words,
}: ShellCommand):
  | { program: "chown" | "chmod"; recursive: boolean; to: string; paths: readonly string[] }
  | undefined {
  const [program, ...rest] = words.map(({ text }) => text);
  if (program !== "chown" && program !== "chmod") return undefined;
  const options = rest.filter((word) => /^-(-|[RfvchLHP]+$)/.test(word));
  const [to, ...paths] = rest.filter((word) => !options.includes(word));
  if (to === undefined) return undefined;
  const recursive = options.some((option) => option === "--recursive" || /^-\w*R/.test(option));
  return { program, recursive, to, paths };
}

/** Whether a mode lets everybody write: `777`, `0666`, `a+w`, `o+rw`, `+w` (less the umask). */
function opensToAll(mode: string): boolean {
  if (/^[0-7]{3,4}$/.test(mode)) return (Number(mode.at(-1)) & 2) !== 0;
  return mode.split(",").some((clause) => /^[ug]*[oa][ugoa]*[+=][rxXst]*w/.test(clause));
}
