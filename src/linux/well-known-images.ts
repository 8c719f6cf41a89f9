/** Well-known public images: default user, the unprivileged users that they bring, entrypoints that drop root. */

import type { WellKnownImage } from "./image-table.ts";
import { imageTable } from "./image-table.ts";

export type { WellKnownImage };

let byRepository: ReadonlyMap<string, readonly WellKnownImage[]> | undefined;

/**
 * The entry for an image, if there is one. Without a tag it is `latest`, as engines take it. Where a digest
 * or a variable decides and no tag is given, only what holds for every tag is known.
 */
export function wellKnownImage(image: {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly dynamicTag?: true;
}): WellKnownImage | undefined {
  const { repository, tag, digest, dynamicTag } = image;
  byRepository ??= Map.groupBy(imageTable, (image) => image.repository);
  const entries = byRepository.get(repository) ?? [];
  if (tag === undefined && (digest !== undefined || dynamicTag === true)) {
    const [first] = entries;
    return entries.every((image) => image.user === first?.user) &&
      entries.at(-1)?.tags === undefined
      ? entries.at(-1)
      : undefined;
  }
  const wanted = (tag ?? "latest").slice(0, 128);
  return entries.find((image) => image.tags?.test(wanted) ?? true);
}
