/** Names of images and registries. */

import { parseImageReference } from "../../../model/image-reference.ts";
import type { ImageReference } from "../../../model/workload.ts";
import { matchesPattern } from "../glob.ts";
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
  const references = names.flatMap((each) => parseImageReference(each) ?? []);
  const matching = references.filter((each) => images === undefined || matchesImage(images, each));
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
export function judgeNewName(name: string, at: string, judging: Judging): void {
  const { images } = judging.grants;
  if (images === undefined || name === "") return;
  const reference = parseImageReference(name);
  if (reference !== undefined && matchesImage(images, reference)) return;
  judging.miss({
    rule: "image-not-granted",
    at,
    message: `the policy does not grant images to be named ${shown(name)}`,
    key: "images",
    value: patternFor(reference, name),
    instead: imagesNote(images),
  });
}

function namesOfId(name: string, at: string, judging: Judging): readonly string[] | undefined {
  const image = judging.facts.images.get(name);
  if (image?.kind === "image") return image.names;
  if (image?.kind === "absent") judging.deny(noSuchImage(name, at));
  else judging.deny(unanswered(at, `the image ${shown(name)}`));
  return undefined;
}

/** `registry.example/team/*`, `alpine`, `alpine:3.20`: a pattern without a tag is for every tag and digest. */
export function matchesImage(patterns: readonly string[], reference: ImageReference): boolean {
  const { repository, tag = "latest", digest } = reference;
  return patterns.some((pattern) => {
    const { name, rest } = splitPattern(pattern);
    if (!matchesPattern(name, repository)) return false;
    if (rest === "") return true;
    return rest.startsWith("@")
      ? digest !== undefined && matchesPattern(rest.slice(1), digest)
      : digest === undefined && matchesPattern(rest.slice(1), tag);
  });
}

/** The pattern's name normalised as the engine does names, and `:tag` or `@digest`. */
function splitPattern(pattern: string): { readonly name: string; readonly rest: string } {
  const at = pattern.indexOf("@");
  const colon = pattern.lastIndexOf(":");
  const cut = at >= 0 ? at : colon > pattern.lastIndexOf("/") ? colon : pattern.length;
  const name = pattern.slice(0, cut);
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const rest = pattern.slice(cut);
  if (name.startsWith("*") || /[.:*]/.test(first) || first === "localhost") {
    return { name: name.replace(/^index\.docker\.io\//, "docker.io/"), rest };
  }
  return { name: slash < 0 ? `docker.io/library/${name}` : `docker.io/${name}`, rest };
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
