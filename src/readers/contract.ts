/** What every reader takes and gives. */

import type { Unknown } from "../model/fact.ts";
import type { Span } from "../model/source.ts";
import type { ImageReference } from "../model/image-reference.ts";
import type { User } from "../model/user.ts";
import type { Workload } from "../model/workload.ts";
import type { Files } from "./files.ts";

/** What a reader may ask of the world besides the file that it reads. */
export interface ReadContext {
  readonly files: Files;
  /** The caller's environment, for Compose interpolation; empty in tests unless given. */
  readonly environment: Readonly<Record<string, string>>;
  /** What is known of images that are at hand, such as those of a local engine. */
  readonly images?: ImageLookup;
}

/** Tells what an image brings; undefined when it is not at hand. */
export type ImageLookup = (image: ImageReference) => ImageAtHand | undefined;

export interface ImageAtHand {
  /** The `User` of its configuration, with numbers where the image's accounts tell them. */
  readonly user: User;
  readonly env: Readonly<Record<string, string>>;
  /** Its entrypoint starts as root and gives root up. */
  readonly drop?: { readonly tool: string; readonly to?: string };
  /** Where it was read, for people: "the local engine, sha256:…". */
  readonly source: string;
}

/** What came of reading one file. Readers never throw on input: what they cannot read is an unknown. */
export interface Reading {
  readonly workloads: readonly Workload[];
  readonly unknowns: readonly Unknown[];
  /** Dockerfiles that became part of other workloads here; they are not reported by themselves. */
  readonly consumed?: readonly ConsumedDockerfile[];
  /** Ids of Compose services in other files that services here extend. */
  readonly extended?: ReadonlySet<string>;
  /** Images that something here builds from a Dockerfile, so that others who name them can be joined. */
  readonly builds?: readonly BuiltImage[];
  /** Pods as written, for the published standards. */
  readonly pods?: readonly PodSource[];
}

export interface ConsumedDockerfile {
  readonly path: string;
  readonly target?: string;
}

/** An image name that is given to the result of building a Dockerfile. */
export interface BuiltImage {
  readonly image: ImageReference;
  /** Path of the Dockerfile as reported. */
  readonly dockerfile: string;
  readonly target?: string;
  /** Where the name is given to it. */
  readonly span: Span;
}

/** A pod as written: plain data, and where each of its fields stands. */
export interface PodSource {
  /** "Deployment web" */
  readonly name: string;
  readonly source: Span;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
  /** The span of a field of the spec or metadata: `["spec", "containers", 0, "securityContext"]`; the nearest existing parent when the field is absent. */
  readonly locate: (path: readonly (string | number)[]) => Span;
}
