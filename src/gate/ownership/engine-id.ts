/** The engine's id: it is given once, when the engine is first started. */

import type { EngineAsk } from "../judge/contract.ts";
import { isJsonObject } from "../wire/json/value.ts";

const ids = new WeakMap<EngineAsk, string>();

/** Undefined when it does not tell; then it is asked again. */
export async function engineId(engine: EngineAsk): Promise<string | undefined> {
  const known = ids.get(engine);
  if (known !== undefined) return known;
  const reply = await engine({ method: "GET", path: "/info" });
  const id = reply.ok && isJsonObject(reply.value) ? reply.value.get("ID") : undefined;
  if (typeof id !== "string" || id === "") return undefined;
  ids.set(engine, id);
  return id;
}
