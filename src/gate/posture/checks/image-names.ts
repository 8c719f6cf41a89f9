/** Names of images and registries. */

import { parseImageReference } from "../../../model/image-reference.ts";
import type { ImageReference } from "../../../model/image-reference.ts";
import { isNamedBy } from "../../policy/image-grant.ts";
import { shown } from "../json.ts";
import type { Judging } from "../judging.ts";
import { noSuchImage, unanswered } from "./others.ts";

const ID = /^(?:sha256:)?[0-9a-f]{1,64}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * An image that is used by its name. On the engine, a name that may be an id counts only by what the engine knows the image
 * as; every other name is matched as it is written. What names mean is kept by those checks that guard tagging:
 * a client may give names only to what its patterns match.
 */
export function judgeImageName(
  name: string,
  at: string,
  judging: Judging,
  where: "here" | "registry" = "here",
): void {
  const { images, imagesByDigest } = judging.grants;
  if (images === undefined && !imagesByDigest) return;
  const isId = where === "here" && ID.test(name);
  const names = isId ? namesOfId(name, at, judging) : [name];
  if (names === undefined) return;
  const parsed = names.flatMap((each) => parseImageReference(each) ?? []);
  const references = where === "registry" ? parsed.map(withEveryTag) : parsed;
  const matching = references.filter((each) => images === undefined || isNamedBy(images, each));
  if (matching.length === 0) {
    judging.miss({
      rule: "image-not-granted",
      at,
      message: `the policy does not grant the image ${shown(name)}`,
      key: "images",
      value: patternFor(references[0], name),
      instead: imagesNote(images ?? []),
    });
    return;
  }
  const pinned =
    matching.some(({ digest }) => digest !== undefined && DIGEST.test(digest)) ||
    (isId && name.replace("sha256:", "").length === 64);
  if (imagesByDigest && !pinned) {
    judging.deny({
      rule: "image-not-pinned",
      at,
      message: `the image ${shown(name)} is not named by its digest`,
      help: "Name it as NAME@sha256:… (`docker image inspect --format '{{.RepoDigests}}'` prints it)",
      needs: { key: ["grant", "images-by-digest"], value: false },
    });
  }
}

/** A name that is given to an image: by a tag, a build, a commit, an import. */
export function judgeNewName(
  name: string,
  at: string,
  judging: Judging,
  untagged: "latest" | "every tag" = "latest",
): void {
  const { images } = judging.grants;
  if (images === undefined || name === "") return;
  const reference = parseImageReference(name);
  const meant =
    reference === undefined || untagged === "latest" ? reference : withEveryTag(reference);
  if (meant !== undefined && isNamedBy(images, meant)) return;
  judging.miss({
    rule: "image-not-granted",
    at,
    message: `the policy does not grant images to be named ${shown(name)}`,
    key: "images",
    value: patternFor(reference, name),
    instead: imagesNote(images),
  });
}

/** A pull or a push without a tag is of all tags: only patterns for all of them match this one. */
export function withEveryTag(reference: ImageReference): ImageReference {
  const { tag, digest } = reference;
  return tag === undefined && digest === undefined
    ? { ...reference, tag: " every tag " }
    : reference;
}

function namesOfId(name: string, at: string, judging: Judging): readonly string[] | undefined {
  const image = judging.facts.images.get(name);
  if (image?.kind === "image") return image.names;
  if (image?.kind === "absent") judging.deny(noSuchImage(name, at));
  else judging.deny(unanswered(at, `the image ${shown(name)}`));
  return undefined;
}

function patternFor(reference: ImageReference | undefined, name: string): string {
  return reference?.repository ?? name;
}

function imagesNote(images: readonly string[]): string {
  const few = images.slice(0, 3).map(shown);
  return few.length === 0 ? "use no image" : `use one of ${few.join(", ")}`;
}

/** The host of a normalised repository, with its port. */
export function registryOf(repository: string): string {
  const slash = repository.indexOf("/");
  return slash < 0 ? repository : repository.slice(0, slash);
}

/** A registry that the engine would connect to. */
export function judgeRegistry(host: string, at: string, judging: Judging): void {
  const { registries } = judging.grants;
  if (registries === undefined || registries.has(host)) return;
  judging.miss({
    rule: "registry-not-granted",
    at,
    message: `the policy does not grant the registry ${shown(host)}, and the engine would connect to it from the host`,
    key: "registries",
    value: host,
  });
}

/** Both, for an image that the engine fetches or sends. */
export function judgeRemoteImage(name: string, at: string, judging: Judging): void {
  const reference = parseImageReference(name);
  if (reference === undefined) {
    judging.deny({ rule: "bad-image", at, message: "this is no name of an image" });
    return;
  }
  judgeRegistry(registryOf(reference.repository), at, judging);
  judgeImageName(name, at, judging, "registry");
}
