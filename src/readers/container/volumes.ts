/** Volumes of an engine with what their drivers were told. Source: moby/moby b985e23 api/types/volume. */

import type { ContainerContext } from "./engine.ts";

/** `answer` is that of `GET /volumes`. What is of another shape is left out. */
export function volumeOptions(answer: unknown): NonNullable<ContainerContext["volumes"]> {
  const found = new Map<string, Readonly<Record<string, string>>>();
  const volumes = isObject(answer) ? answer["Volumes"] : undefined;
  for (const volume of Array.isArray(volumes) ? (volumes as readonly unknown[]) : []) {
    if (!isObject(volume)) continue;
    const { Name: name, Options: options } = volume;
    if (typeof name !== "string" || !isObject(options)) continue;
    const texts = Object.entries(options).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    found.set(name, Object.fromEntries(texts));
  }
  return found;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
