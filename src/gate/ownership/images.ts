/**
 * Whose images are whose. What a client built or committed is its own and nobody else's. What has no owner and
 * a name (it was pulled, or made by other ways than the gate) is everybody's to run and look at. What has neither is
 * what a build left behind, and nobody's.
 */

import { isJsonList, type JsonObject } from "../wire/json/value.ts";
import { familiarReference } from "./denials.ts";
import { at, imageOwnerOf } from "./labels.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import { isNamedBy } from "../policy/image-grant.ts";

/** Labels stand at the root in a list, in Config in an inspection. */
function ownerOfImage(image: JsonObject): string | undefined {
  return imageOwnerOf(image.get("Labels") ?? at(image, "Config", "Labels"));
}

export function isOwnImage(image: JsonObject, owner: string): boolean {
  return ownerOfImage(image) === owner;
}

/** `granted` are the policy's patterns of images: they show an image that is somebody else's. */
export function isSharedImage(image: JsonObject, granted: readonly string[] | undefined): boolean {
  const tags = texts(image, "RepoTags");
  if (ownerOfImage(image) === undefined) {
    return tags.length > 0 || texts(image, "RepoDigests").length > 0;
  }
  return granted !== undefined && tags.some((tag) => isGranted(granted, tag));
}

function isGranted(granted: readonly string[], tag: string): boolean {
  const reference = parseImageReference(tag);
  return reference !== undefined && isNamedBy(granted, reference);
}

export function isSeenImage(
  image: JsonObject,
  owner: string,
  granted: readonly string[] | undefined,
): boolean {
  return isOwnImage(image, owner) || isSharedImage(image, granted);
}

/** Whether the image goes by that name, and is not only found by the beginning of its id. */
export function isTaggedAs(image: JsonObject, reference: string): boolean {
  return texts(image, "RepoTags").includes(familiarReference(reference));
}

/** Whether a tag of that repository is the image's. */
export function isTaggedUnder(image: JsonObject, repository: string): boolean {
  const prefix = familiarReference(repository).replace(/latest$/, "");
  return texts(image, "RepoTags").some((tag) => tag.startsWith(prefix));
}

const NONE = "<none>";

/** Older engines write `<none>:<none>` for no tag. */
function texts(image: JsonObject, key: string): readonly string[] {
  const list = image.get(key);
  return isJsonList(list)
    ? list
        .filter((text) => typeof text === "string")
        .filter((text) => !text.startsWith(NONE) && !text.endsWith(`@${NONE}`))
    : [];
}
