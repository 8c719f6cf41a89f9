/** What the build of an image decides. */

import type { CopyStep, RunStep } from "./build-steps.ts";
import type { EnvironmentVariable } from "./environment-variable.ts";
import type { Fact, Origin } from "./fact.ts";
import type { ImageReference } from "./image-reference.ts";
import type { Span } from "./source.ts";

/** What the build of an image decides. */
export interface Build {
  /** The stage that becomes the image; undefined for a build that is only called here (a build line). */
  readonly target?: string;
  /** Every image that the build pulls: FROM, COPY --from, RUN --mount=from. */
  readonly images: readonly ImageUse[];
  /** ARG declarations and build arguments passed by callers. */
  readonly args: readonly BuildArgument[];
  /** ENV of stages that do not end in the image. */
  readonly env: readonly EnvironmentVariable[];
  readonly runs: readonly RunStep[];
  readonly copies: readonly CopyStep[];
  /** VOLUME, WORKDIR and other instructions with a path inside the image. */
  readonly paths: readonly {
    readonly what: "VOLUME" | "WORKDIR";
    readonly path: string;
    readonly origin: Origin;
  }[];
  readonly labels: readonly EnvironmentVariable[];
  readonly privileged: Fact<boolean>;
  /** `security.insecure`, `network.host`, `device`. */
  readonly entitlements: readonly { readonly name: string; readonly origin: Origin }[];
  readonly hostNetwork: Fact<boolean>;
}

export interface ImageUse {
  readonly image: Fact<ImageReference>;
  readonly what: "FROM" | "COPY --from" | "RUN --mount from" | "image";
  readonly origin: Origin;
}

export interface BuildArgument {
  readonly name: string;
  readonly value?: string;
  readonly from: "declared" | "passed";
  /** For a passed one without literal value: taken from the caller's environment or a variable. */
  readonly reference?: boolean;
  readonly origin: Origin;
  readonly valueSpan?: Span;
}
