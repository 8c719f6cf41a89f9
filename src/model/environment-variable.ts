/** A variable of a container's environment. */

import type { Origin } from "./fact.ts";
import type { Span } from "./source.ts";

export interface EnvironmentVariable {
  readonly name: string;
  /** The literal value, or undefined when it is not in the source. Never printed. */
  readonly value?: string;
  /** literal: in the source; reference: a secret or config reference; inherited: passed through from the caller's environment; unresolved: a variable without value; image: from the image. */
  readonly from: "literal" | "reference" | "inherited" | "unresolved";
  /** For a reference: what it refers to, for people: "key password of Secret db". */
  readonly reference?: { readonly kind: "secret" | "config" | "field"; readonly name: string };
  /** Where: on which surface the variable stands. */
  readonly surface: "image-env" | "environment" | "env-file" | "build-env" | "exec";
  readonly origin: Origin;
  /** The value's own span, where it differs from the origin's. */
  readonly valueSpan?: Span;
}
