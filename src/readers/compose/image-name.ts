/** The image that a scalar names, also where a variable without value decides its tag. */

import { parseDynamicTag, parseImageReference } from "../../model/image-reference.ts";
import { spanText } from "../../model/source.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { YamlScalar } from "../yaml/node.ts";

/** Undefined when the text is no image's name, or a variable without value stands in the repository. */
export function imageNamed(node: YamlScalar): ImageReference | undefined {
  if (node.unresolved === undefined) return parseImageReference(node.text);
  // The text has nothing in a variable's place, so what is written decides.
  return parseDynamicTag(spanText(node.span).replaceAll(/^["']|["']$/g, ""));
}
