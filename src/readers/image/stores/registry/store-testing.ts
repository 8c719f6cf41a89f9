/** What the tests of the registry's store share. For `afterEach`: `cleanUpTest`. */

import type { LayerReport } from "../../layers/layer-report.ts";
import { scanLayerWithKey } from "../../layers/scan-with-key.ts";
import { resolveImages } from "../../manifest/resolve-images.ts";
import type { ImageStore } from "../../manifest/store.ts";
import type { Layout } from "../../testing.ts";
import { ociLayout } from "../../testing.ts";
import type { ReferringStore } from "./referrers.ts";
import type { RegistryOptions } from "./registry-store.ts";
import { openRegistry } from "./registry-store.ts";
import type { FakeRegistry, FakeRegistryOptions } from "./testing.ts";
import { fakeRegistry } from "./testing.ts";

export const KEY = Buffer.alloc(32, 7);
const cleanUp: (() => unknown)[] = [];

/** Stops and removes what the test made. */
export async function cleanUpTest(): Promise<void> {
  for (const step of cleanUp.splice(0).reverse()) await step();
}

export function layout(extra: Partial<Parameters<typeof ociLayout>[0]> = {}): Layout {
  const made = ociLayout({
    config: { Env: ["MODE=x"], User: "1000" },
    layers: [
      [{ path: "app/.env", content: "DB_PASSWORD=Xk29-swordfish-77\n" }],
      [
        { path: "app/.wh..env", content: "" },
        { path: "app/main", content: "x".repeat(200_000) },
      ],
    ],
    ...extra,
  });
  cleanUp.push(made.remove);
  return made;
}

export async function registry(options: FakeRegistryOptions): Promise<FakeRegistry> {
  const made = await fakeRegistry(options);
  cleanUp.push(made.stop);
  return made;
}

export const TIMING = {
  connectMs: 8000,
  headerMs: 8000,
  idleMs: 8000,
  backoffMs: 5,
  longestWaitMs: 2000,
};
/** Where stalling is what the test is about. */
export const HASTY = { ...TIMING, headerMs: 400, idleMs: 400 };

export function options(reference: string, more: Partial<RegistryOptions> = {}): RegistryOptions {
  return {
    reference,
    name: `registry:${reference}`,
    scan: (stream) => scanLayerWithKey(stream, KEY),
    places: { environment: {}, home: "/nonexistent" },
    timing: TIMING,
    ...more,
  };
}

export async function open(
  { host }: FakeRegistry,
  more: Partial<RegistryOptions> = {},
): Promise<ReferringStore> {
  const opened = await openRegistry(options(`${host}/app:1`, more));
  if ("problem" in opened) throw new Error(opened.problem);
  cleanUp.push(opened.close);
  return opened;
}

export async function refusal(
  reference: string,
  more: Partial<RegistryOptions> = {},
): Promise<string> {
  const opened = await openRegistry(options(reference, more));
  if (!("problem" in opened)) {
    opened.close();
    return "it was opened";
  }
  if (opened.settle === "") throw new Error("nothing is said that would settle it");
  return opened.problem;
}

export async function layerReport(
  store: ImageStore,
  index = 0,
): Promise<LayerReport | { problem: string }> {
  const { images } = await resolveImages(store);
  const layer = images[0]?.layers[index];
  if (layer === undefined) throw new Error("no such layer");
  return store.layer(layer, undefined);
}

export async function layerProblem(store: ImageStore, index = 0): Promise<string> {
  const report = await layerReport(store, index);
  return "problem" in report ? report.problem : report.problems.join("; ");
}

export async function inTime<T>(work: Promise<T>, milliseconds = 8000): Promise<T> {
  const started = performance.now();
  const result = await work;
  const took = performance.now() - started;
  if (took > milliseconds) throw new Error(`it took ${String(took)} ms`);
  return result;
}
