/** An image that a file names for others to start: how it is started is decided elsewhere. */

import { known } from "../../model/fact.ts";
import { familiarRepository } from "../../model/image-reference.ts";
import type { Fact } from "../../model/fact.ts";
import type { Command } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { User } from "../../model/user.ts";
import type { ReadContext } from "../contract.ts";
import { imageFacts } from "../image-facts.ts";
import type { Argument } from "./argument.ts";
import { display } from "./argument.ts";
import type { Draft } from "./run-workload.ts";
import { imageFact } from "./workload-parts.ts";

/** What the file says beside the image. */
interface Written {
  readonly env?: readonly EnvironmentVariable[];
  readonly user?: Fact<User> | undefined;
  readonly command?: Command;
}

export function imageOnlyWorkload(
  what: string,
  image: Argument,
  context: ReadContext,
  written: Written = {},
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
      user: written.user ?? imageFacts(fact, image.span, context).user,
      command: known(written.command ?? {}, { kind: "set", span: image.span }),
      env: written.env ?? [],
      execs: [],
      unknowns: [],
      places: [],
    },
  };
}
