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
import type { Objects } from "./objects.ts";

/** Who looks, and where. */
export interface ImageEyes {
  readonly owner: string;
  /** The policy's patterns of images. */
  readonly granted: readonly string[] | undefined;
  /** The engine's id; undefined when it did not tell. */
  readonly engine: string | undefined;
}

/** Labels stand at the root in a list, in Config in an inspection. */
function ownerOfImage(image: JsonObject, { engine }: ImageEyes): string | undefined {
  return imageOwnerOf(image.get("Labels") ?? at(image, "Config", "Labels"), engine);
}

export function isOwnImage(image: JsonObject, eyes: ImageEyes): boolean {
  return ownerOfImage(image, eyes) === eyes.owner;
}

export function isStrangersImage(image: JsonObject, eyes: ImageEyes): boolean {
  const owner = ownerOfImage(image, eyes);
  return owner !== undefined && owner !== eyes.owner;
}

/**
 * `granted` are the policy's patterns of images: of those that are nobody's, they show what they name. They never
 * show another client's: whoever builds an image chooses its name, and would choose one that others may run.
 */
export function isSharedImage(image: JsonObject, eyes: ImageEyes): boolean {
  if (ownerOfImage(image, eyes) !== undefined) return false;
  const { granted } = eyes;
  const names = [...texts(image, "RepoTags"), ...texts(image, "RepoDigests")];
  return granted === undefined ? names.length > 0 : names.some((name) => isGranted(granted, name));
}

function isGranted(granted: readonly string[], name: string): boolean {
  const reference = parseImageReference(name);
  return reference !== undefined && isNamedBy(granted, reference);
}

export function isSeenImage(image: JsonObject, eyes: ImageEyes): boolean {
  return isOwnImage(image, eyes) || isSharedImage(image, eyes);
}

/**
 * Whether the engine has images of another owner, or may have some by the time that a build reads its Dockerfile:
 * a client can keep that back as long as it likes. Also where it cannot be told.
 */
export async function mayHoldStrangers(objects: Objects): Promise<boolean> {
  if (objects.client.besideOwners === true) return true;
  const images = await objects.images();
  if (typeof images === "string") return true;
  const eyes = await objects.imageEyes();
  return images.some((image) => isStrangersImage(image, eyes));
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
