/** Shorthands for the tests of this folder. */

import type { Fact } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { Reading } from "../contract.ts";
import { memoryFiles } from "../memory-files.ts";
import { readKubernetes } from "./read.ts";

/** Reads a text as `pod.yaml`; `beside` are other files. */
export function read(text: string, beside: Readonly<Record<string, string>> = {}): Reading {
  const files = memoryFiles({ ...beside, "pod.yaml": text });
  return readKubernetes({ path: "pod.yaml", text }, { files, environment: {} });
}

export interface PodParts {
  readonly container?: unknown;
  readonly spec?: unknown;
  readonly metadata?: unknown;
}

/** A pod of one container `app` as JSON, which is YAML too; the parts add to it. */
export function podText({ container, spec, metadata }: PodParts): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...asObject(metadata) },
    spec: {
      containers: [{ name: "app", image: "example/app:1", ...asObject(container) }],
      ...asObject(spec),
    },
  });
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

export function readPod(parts: PodParts, beside: Readonly<Record<string, string>> = {}): Workload {
  return only(read(podText(parts), beside).workloads);
}

export function only<T>(items: readonly T[]): T {
  const [item, ...more] = items;
  if (item === undefined || more.length > 0) throw new Error(`expected one, got ${items.length}`);
  return item;
}

export function runtimeOf(workload: Workload): Runtime {
  if (workload.runtime === undefined) throw new Error("expected a runtime");
  return workload.runtime;
}

/** `value <- origin: text of the deciding place`; "unknown" for an unknown fact. */
export function told(fact: Fact<unknown>): string {
  const { origin } = fact;
  const from = origin.kind === "inherited" ? `inherited from ${origin.from}` : origin.kind;
  const place = origin.kind === "default" || origin.span === undefined ? "" : spanText(origin.span);
  const value = fact.known ? JSON.stringify(fact.value) : `unknown, ${fact.why}`;
  return `${value} <- ${from}${place === "" ? "" : `: ${place}`}`;
}
