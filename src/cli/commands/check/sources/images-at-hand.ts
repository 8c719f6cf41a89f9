/**
 * Settles what files leave to their base images by the images of an engine: their user, environment
 * and entrypoint. Loaded only when a file names an image that no table knows.
 */

import type { Engine } from "../../../../engine/engine.ts";
import { connectEngine } from "../../../../engine/engine.ts";
import type { InspectedImage } from "../../../../engine/calls/images.ts";
import { inspectImage } from "../../../../engine/calls/images.ts";
import { textAt, textsAt } from "../../../../engine/guards.ts";
import { findEndpoints } from "../../../../engine/find-endpoints.ts";
import { isProblem } from "../../../../engine/problem.ts";
import { parseUser } from "../../../../model/user.ts";
import type { ImageReference } from "../../../../model/image-reference.ts";
import type { User } from "../../../../model/user.ts";
import type { ImageAtHand } from "../../../../readers/contract.ts";
import type { LayerCache } from "../../../../readers/image/layers/cache.ts";
import type { LayerReport } from "../../../../readers/image/layers/layer-report.ts";
import { layerStates } from "../../../../readers/image/layers/whole-image.ts";
import { imageIdentity } from "../../../../readers/image/stores/engine-store.ts";
import { dropAtStart, numbered } from "../../../../readers/image/image-accounts.ts";
import type { Io } from "../../../command.ts";
import { environmentOf } from "./image-environment.ts";

/** More images than this are not asked for; a project names some dozens. */
const MAX_IMAGES = 200;
/** A local engine answers in milliseconds; one that hangs must not hold up a check. */
const LIMITS = { connectMs: 1000, answerMs: 5000, idleMs: 5000, totalMs: 10_000 };

export interface AtHandOptions {
  readonly io: Io;
  readonly wanted: readonly ImageReference[];
  /** Looks layers up, for the accounts and scripts in them. */
  readonly cache: LayerCache;
  /** Asks an engine over the network too. */
  readonly remote: boolean;
}

/** What an engine has of the wanted images, by their text; nothing when there is no engine. */
export async function imagesAtHand({
  io,
  wanted,
  cache,
  remote,
}: AtHandOptions): Promise<ReadonlyMap<string, ImageAtHand>> {
  const found = new Map<string, ImageAtHand>();
  if (!remote && !isLocal(io.environment)) return found;
  const engine = await connectEngine({ env: io.environment, limits: LIMITS });
  if (isProblem(engine)) return found;
  try {
    for (const { text } of wanted.slice(0, MAX_IMAGES)) {
      const image = await inspectImage(engine, text);
      if (!isProblem(image)) found.set(text, atHand(image, engine, cache));
    }
  } finally {
    engine.close();
  }
  return found;
}

/** Without being told to, only an engine of this machine is asked. */
function isLocal(environment: Io["environment"]): boolean {
  const found = findEndpoints(environment);
  return !isProblem(found) && found.endpoints.every(({ kind }) => kind === "unix");
}

function atHand(image: InspectedImage, engine: Engine, cache: LayerCache): ImageAtHand {
  // The layers that an earlier check of this image read; what it claims to hold is not looked up.
  const kept = cache.getImage(imageIdentity(image))?.layers ?? [];
  const reports = kept.map(({ digest }) => cache.get(digest));
  const known = reports.filter((report): report is LayerReport => report !== undefined);
  const whole = known.length === image.layers.length;
  const user = numbered(parseUser(textAt(image.config, "User") ?? ""), known);
  const words = [...textsAt(image.config, "Entrypoint"), ...textsAt(image.config, "Cmd")];
  const drop = whole ? dropAtStart(words, user, known, layerStates(known)) : undefined;
  return {
    user: user satisfies User,
    env: environmentOf(textsAt(image.config, "Env")),
    ...(drop === undefined ? {} : { drop }),
    source: `${engine.kind === "podman" ? "Podman" : "Docker"} on this machine, ${image.id.slice(0, 19)}`,
  };
}
