/** An image is named so that it may be another one tomorrow. */

import { familiarRepository } from "../../model/image-reference.ts";
import { wellKnownImage } from "../../linux/well-known-images.ts";
import type { Fact, Origin } from "../../model/fact.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { kubernetesHardening, nist } from "../references.ts";

/** Tags that publishers move with every release or build. */
const MOVING_TAGS =
  /^(?:latest|stable|edge|nightly|main|master|dev|develop|canary|rolling|next|current|snapshot|unstable|testing|lts|mainline)(?:[-.]|$)/;

export const rule: Rule = {
  id: "image-not-pinned",
  title: "Image is not pinned",
  layer: "build",
  severity: "medium",
  references: [
    kubernetesHardening("Building secure container images"),
    ...nist("3.1.5", "3.2.2", "4.1.5", "4.2.2"),
  ],
  check: (workload) => {
    if (workload.kind === "image" || workload.kind === "container") return [];
    // What is built here is judged by what it is built from.
    if (workload.build !== undefined) {
      return workload.build.images.flatMap(({ image, what, origin }) =>
        judge(image, what, origin, workload),
      );
    }
    if (workload.imageBuiltHere === true) return [];
    return judge(workload.image, "image", workload.image.origin, workload);
  },
};

function judge(
  fact: Fact<ImageReference>,
  what: string,
  origin: Origin,
  workload: Workload,
): FindingDraft[] {
  if (!fact.known || fact.value.digest !== undefined) return [];
  const { repository, tag, dynamicTag, text } = fact.value;
  if (repository === "scratch" || repository === "") return [];
  // A variable for the digest pins the image as far as can be seen here.
  if (dynamicTag === true && text.includes("@")) return [];
  const name = familiarRepository(repository);
  const open = dynamicTag === true;
  const moving = !open && (tag === undefined || MOVING_TAGS.test(tag));
  const built = workload.build !== undefined;
  // A bare word that no well-known image has is more often the name of a build context.
  const isContext =
    /^(?:COPY|RUN)/.test(what) &&
    tag === undefined &&
    !/[/.:]/.test(name) &&
    wellKnownImage(fact.value) === undefined;
  const example = `${name}:${moving || open ? "<version>" : tag}@sha256:<digest>`;
  return [
    {
      severity: isContext ? "low" : moving ? "medium" : "info",
      confidence: isContext ? "low" : "high",
      message: open
        ? `image ${name} has a tag that is filled in elsewhere, and no digest`
        : tag === undefined
          ? `image ${name} has no tag, so it is latest`
          : moving
            ? `image ${name} has the moving tag ${tag}`
            : `image ${name}:${tag} has no digest`,
      detail: `${
        moving
          ? "The tag is moved with every release: nobody can say which image runs, and two machines may run different ones."
          : "A tag can be moved to another image at any time; a digest cannot."
      } Whoever gets at the publisher's account decides what ${built ? "goes into the next build" : "runs at the next pull"}.${
        isContext ? ` If ${name} is a build context (\`--build-context\`), nothing is pulled.` : ""
      }`,
      help: inForm(workload, {
        dockerfile: `Write \`${what === "FROM" ? "FROM " : "--from="}${example}\``,
        compose: built ? `Write \`${example}\` in the Dockerfile` : `Write \`image: ${example}\``,
        kubernetes: built
          ? `Write \`${example}\` in the Dockerfile`
          : `Write \`image: ${example}\``,
        run: `Name the image as \`${example}\`.`,
        oci: `Name the image as \`${example}\``,
      }),
      at: origin,
      label: open
        ? "a variable for a tag"
        : tag === undefined
          ? "no tag"
          : moving
            ? "a moving tag"
            : "a tag alone",
      subject: `${name}${tag === undefined ? "" : `:${tag}`}`,
    },
  ];
}
