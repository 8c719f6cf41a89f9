/** Names of images that a request gives away or takes: a tag is moved by whoever tags last. */

import type { Denial } from "../judge/contract.ts";
import { hasTagOrDigest, missing, refused, taken, unanswered } from "./denials.ts";
import { isOwnImage, isSeenImage, isStrangersImage, isTaggedAs, isTaggedUnder } from "./images.ts";
import type { Objects } from "./objects.ts";

/** moby daemon/server/httputils, RepoTagReference: a tag of its own replaces the one in the repository's name. */
export function referenceOf(repository: string, tag: string): string {
  if (tag === "") return repository;
  const colon = repository.indexOf(":", repository.lastIndexOf("/") + 1);
  const bare = colon === -1 ? repository : repository.slice(0, colon);
  return tag.includes(":") ? `${bare}@${tag}` : `${bare}:${tag}`;
}

const HEX = /^[0-9a-f]{1,64}$/;

/** Whether a tag may be set: nobody has it, or the client. A digest is no tag. */
export async function checkTarget(
  objects: Objects,
  reference: string,
  place: string,
): Promise<Denial | undefined> {
  if (reference === "" || reference.includes("@")) return undefined;
  const image = await objects.inspect("image", reference);
  if (typeof image === "string") return unanswered(place, image);
  if (image === undefined) return undefined;
  if (image === null)
    return refused(
      "bad-reference",
      place,
      "this is no name of an image",
      "Write it as repository:tag",
    );
  if (isOwnImage(image, await objects.imageEyes())) return undefined;
  // The engine may have found it by the beginning of its id.
  if (HEX.test(reference) && !isTaggedAs(image, reference)) return undefined;
  return taken("an image", place);
}

/** A pull takes the tag along with whoever has it; shared images are moved by every pull. */
export async function checkPulled(
  objects: Objects,
  reference: string,
  place: string,
): Promise<Denial | undefined> {
  const images = await objects.images();
  if (typeof images === "string") return unanswered(place, images);
  const eyes = await objects.imageEyes();
  const everyTag = !hasTagOrDigest(reference);
  const moved = images.filter((image) =>
    everyTag ? isTaggedUnder(image, reference) : isTaggedAs(image, reference),
  );
  // What a build left behind has no owner, and no tag that could be moved.
  const strangers = moved.some((image) => isStrangersImage(image, eyes));
  return strangers ? taken("an image", place) : undefined;
}

/** A name without a tag means all tags of its repository in an export and a push. */
export async function checkEveryTag(
  objects: Objects,
  name: string,
  place: string,
  least: "own" | "seen",
): Promise<Denial | undefined> {
  const images = await objects.images();
  if (typeof images === "string") return unanswered(place, images);
  const eyes = await objects.imageEyes();
  const under = images.filter((image) => isTaggedUnder(image, name));
  if (under.length === 0) return missing("image", name, place);
  const all = under.every((image) =>
    least === "own" ? isOwnImage(image, eyes) : isSeenImage(image, eyes),
  );
  return all
    ? undefined
    : refused(
        "not-yours",
        place,
        "without a tag this names every tag of the repository, and not all are this client's",
        "Name one tag",
      );
}
