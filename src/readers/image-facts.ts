/** What a workload takes over from the image that it names. */

import type { Fact, RelatedPlace } from "../model/fact.ts";
import { known, unknownFact } from "../model/fact.ts";
import { familiarRepository } from "../model/image-reference.ts";
import type { Span } from "../model/source.ts";
import { parseUser } from "../model/user.ts";
import type { ImageReference } from "../model/image-reference.ts";
import type { PrivilegeDrop } from "../model/privilege-drop.ts";
import type { User } from "../model/user.ts";
import type { ImageLookup } from "./contract.ts";
import { wellKnownImage } from "../linux/well-known-images.ts";

export interface InheritedImageFacts {
  readonly user: Fact<User>;
  readonly privilegeDrop?: PrivilegeDrop;
  /** Variables of the image, as far as they are known. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where else facts of images may come from. */
export interface ImageContext {
  readonly images?: ImageLookup | undefined;
  /** Other places that took part in naming the image. */
  readonly through?: readonly RelatedPlace[];
}

/**
 * The facts that a public image is known to bring, else those of the image itself, where it is at hand. `span` is where the image is named.
 * An image that is in no table gives an unknown user: it may be root.
 */
export function imageFacts(
  image: Fact<ImageReference>,
  span: Span,
  { images, through = [] }: ImageContext,
): InheritedImageFacts {
  if (!image.known) {
    const origin = { kind: "inherited", from: "the image", span, through } as const;
    return { user: unknownFact(`the image is not known: ${image.why}`, image.settle, origin) };
  }
  const { repository, text } = image.value;
  if (repository === "scratch") {
    const origin = {
      kind: "inherited",
      from: "scratch, the empty image,",
      span,
      through,
    } as const;
    return { user: known(parseUser(""), origin) };
  }
  const entry = wellKnownImage(image.value);
  const name = `image ${familiarRepository(repository)}`;
  if (entry === undefined) {
    const atHand = images?.(image.value);
    if (atHand !== undefined) {
      const origin = {
        kind: "inherited",
        from: name,
        span,
        through,
        source: atHand.source,
      } as const;
      return {
        user: known(atHand.user, origin),
        ...(atHand.drop === undefined ? {} : { privilegeDrop: { ...atHand.drop, origin } }),
        env: atHand.env,
      };
    }
    return {
      user: unknownFact(
        `nothing sets a user and the image ${text} is not at hand`,
        `set the user here, pull the image to the local engine, or let its registry be asked (--images pull)`,
        { kind: "inherited", from: name, span, through },
      ),
    };
  }
  const origin = { kind: "inherited", from: name, span, through, source: entry.source } as const;
  return {
    user: known(parseUser(entry.user), origin),
    ...(entry.drop === undefined ? {} : { privilegeDrop: { ...entry.drop, origin } }),
    ...(entry.env === undefined ? {} : { env: entry.env }),
  };
}
