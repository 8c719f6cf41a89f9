/** Settles what files leave to their base images by the configurations that registries have of them. */

import { homedir } from "node:os";
import { parseUser } from "../../../../model/user.ts";
import type { ImageReference } from "../../../../model/image-reference.ts";
import type { ImageAtHand } from "../../../../readers/contract.ts";
import { asObject, parseJson, strings } from "../../../../readers/image/manifest/descriptor.ts";
import { resolveImages } from "../../../../readers/image/manifest/resolve-images.ts";
import { openRegistry } from "../../../../readers/image/stores/registry/registry-store.ts";
import type { Io } from "../../../command.ts";
import { environmentOf } from "./image-environment.ts";

/** The user and the environment are alike on every platform; this one nearly every image has. */
const PLATFORM = "linux/amd64";
const AT_ONCE = 4;

/** What registries tell of the wanted images, by their text. Those that cannot be had are left out. */
export async function imagesAtRegistry(
  io: Io,
  wanted: readonly ImageReference[],
): Promise<ReadonlyMap<string, ImageAtHand>> {
  const found = new Map<string, ImageAtHand>();
  const waiting = [...wanted];
  const work = async (): Promise<void> => {
    for (let image = waiting.shift(); image !== undefined; image = waiting.shift()) {
      const atHand = await configured(io, image);
      if (atHand !== undefined) found.set(image.text, atHand);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function configured(io: Io, image: ImageReference): Promise<ImageAtHand | undefined> {
  const store = await openRegistry({
    reference: image.text,
    name: `registry:${image.text}`,
    scan: () => Promise.reject(new Error("no layer is read for its configuration")),
    places: { environment: io.environment, home: io.environment["HOME"] ?? homedir() },
  });
  if ("problem" in store) return undefined;
  try {
    const { images } = await resolveImages(store, { platform: PLATFORM });
    const [first] = images;
    if (first === undefined) return undefined;
    const document = await store.document(first.config);
    if ("problem" in document || document.mismatch !== undefined) return undefined;
    const parsed = parseJson(document.bytes);
    if ("problem" in parsed) return undefined;
    const config = asObject(asObject(parsed.value)?.["config"]);
    const entries: unknown = config?.["Env"];
    return {
      user: parseUser(strings(config)["User"] ?? ""),
      env: environmentOf(
        Array.isArray(entries) ? entries.filter((entry) => typeof entry === "string") : [],
      ),
      source: `its registry, ${first.config.digest.slice(0, 19)}`,
    };
  } finally {
    store.close();
  }
}
