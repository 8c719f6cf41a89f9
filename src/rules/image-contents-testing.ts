/** What layers hold, for tests of rules: by hand, without an image. */

import type {
  CapableFile,
  ImageContents,
  LayerIdentity,
  PrivilegedFile,
  SecretSighting,
} from "../model/image-contents.ts";
import type { Workload } from "../model/workload.ts";
import { minimalWorkload } from "./testing.ts";

export function layerOf(index: number, rest: Partial<LayerIdentity> = {}): LayerIdentity {
  const digit = String(index % 10);
  return {
    index,
    digest: `sha256:${digit.repeat(64)}`,
    diffId: `sha256:d${digit.repeat(63)}`,
    createdBy: "RUN make # buildkit",
    ...rest,
  };
}

/** A setuid-root program unless told otherwise. */
export function fileOf(path: string, rest: Partial<PrivilegedFile> = {}): PrivilegedFile {
  return { path, layer: layerOf(1), mode: 0o4755, uid: 0, gid: 0, ...rest };
}

export function capableOf(path: string, ...permitted: string[]): CapableFile {
  return { ...fileOf(path, { mode: 0o755 }), permitted, inheritable: [], effective: true };
}

/** A token in a file of layer 1 that containers see. */
export function sightingIn(
  path: string,
  rest: Partial<SecretSighting> = {},
  layer: LayerIdentity = layerOf(1),
): SecretSighting {
  return {
    detector: "github-token",
    title: "GitHub token",
    confidence: "high",
    checksum: "valid",
    encoding: "plain",
    place: { image: "image:app:1.0", layer, path, offset: 10, length: 40 },
    state: { is: "live" },
    keyedHash: "ab".repeat(32),
    ...rest,
  };
}

export function imageOf(contents: Partial<ImageContents>, rest: Partial<Workload> = {}): Workload {
  return minimalWorkload(
    "image",
    {},
    {
      imageContents: {
        image: "image:app:1.0",
        layers: [],
        secrets: [],
        setuid: [],
        capable: [],
        writableCode: [],
        ...contents,
      },
      ...rest,
    },
  );
}
