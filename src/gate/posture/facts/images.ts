/**
 * Images as the engine has them. A name may be given to another image at any time, so that what was told of
 * it is believed for a moment only; the user that it told is written into the body, and cannot change after.
 */

import type { EngineAsk } from "../../judge/contract.ts";
import { isName } from "../../wire/names.ts";
import { percentEncode } from "../../wire/percent.ts";
import { imageIn } from "./answers.ts";
import type { Answer, ImageFact } from "./facts.ts";
import { ABSENT, UNANSWERED } from "./facts.ts";

const BELIEVED_MILLISECONDS = 1000;
const MOST_KEPT = 256;

interface Kept {
  readonly fact: ImageFact;
  readonly until: number;
}

const kept = new WeakMap<EngineAsk, Map<string, Kept>>();

export function knownImage(name: string, engine: EngineAsk): ImageFact | undefined {
  const found = kept.get(engine)?.get(name);
  return found !== undefined && performance.now() < found.until ? found.fact : undefined;
}

/** Undefined when one of them must be asked for. */
export function knownImages(
  names: ReadonlySet<string>,
  engine: EngineAsk,
): ReadonlyMap<string, ImageFact> | undefined {
  const known = new Map<string, ImageFact>();
  for (const name of names) {
    const fact = knownImage(name, engine);
    if (fact === undefined) return undefined;
    known.set(name, fact);
  }
  return known;
}

export async function askImage(name: string, engine: EngineAsk): Promise<Answer<ImageFact>> {
  if (!isName("image", name)) return ABSENT;
  const reply = await engine({ method: "GET", path: `/images/${percentEncode(name, "/:@")}/json` });
  if (!reply.ok) return UNANSWERED;
  if (reply.status === 404) return ABSENT;
  const fact = reply.status === 200 ? imageIn(reply.value) : undefined;
  if (fact === undefined) return UNANSWERED;
  keep(name, fact, engine);
  return fact;
}

function keep(name: string, fact: ImageFact, engine: EngineAsk): void {
  const images = kept.get(engine) ?? new Map<string, Kept>();
  kept.set(engine, images);
  images.delete(name);
  images.set(name, { fact, until: performance.now() + BELIEVED_MILLISECONDS });
  for (const oldest of images.keys()) {
    if (images.size <= MOST_KEPT) break;
    images.delete(oldest);
  }
}
