/** An image that a file names for others to start: how it is started is decided elsewhere. */

import { known } from "../../model/fact.ts";
import { familiarRepository } from "../../model/image-reference.ts";
import type { EnvironmentVariable } from "../../model/workload.ts";
import { imageFacts } from "../image-facts.ts";
import type { Argument } from "./argument.ts";
import { display } from "./argument.ts";
import type { Draft } from "./run-workload.ts";
import { imageFact } from "./workload-parts.ts";

export function imageOnlyWorkload(
  what: string,
  image: Argument,
  env: readonly EnvironmentVariable[] = [],
): Draft {
  const fact = imageFact(image);
  const label = fact.known ? familiarRepository(fact.value.repository) : display(image);
  return {
    key: label,
    workload: {
      kind: "run-line",
      name: `${what} ${label}`,
      source: image.span,
      engine: "docker",
      platform: "linux",
      image: fact,
      user: imageFacts(fact, image.span).user,
      command: known({}, { kind: "set", span: image.span }),
      env,
      execs: [],
      unknowns: [],
      places: [],
    },
  };
}
