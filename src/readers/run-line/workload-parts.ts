/** Parts of workloads that all kinds of run lines share. */

import type { Fact, SetOrigin, UnknownFact } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import { parseDynamicTag, parseImageReference } from "../../model/image-reference.ts";
import type { Span } from "../../model/source.ts";
import { parseUser } from "../../model/user.ts";
import type { CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { User } from "../../model/user.ts";
import type { ReadContext } from "../contract.ts";
import type { Argument } from "./argument.ts";
import { outlineOf, slice, unknownText } from "./argument.ts";
import { variableOf, variablesOfFile } from "./environment-options.ts";
import type { Report } from "./option-facts.ts";
import { all, factOf, last } from "./option-facts.ts";
import { join } from "./parse-flags.ts";
import type { Option } from "./parse-flags.ts";
import type { Variables } from "./variables.ts";

/** Where a run line stands and what is known around it. */
export interface Scope {
  readonly context: ReadContext;
  /** Directories that relative paths may be relative to, likelier first. */
  readonly bases: readonly string[];
  readonly variables: Variables;
}

/** The origin of a value that a word gives. */
function originOfArgument(argument: Argument): SetOrigin {
  const { derived, through } = argument;
  return {
    kind: "set",
    span: argument.span,
    ...(through === undefined || through.length === 0 ? {} : { through }),
    ...(derived === undefined ? {} : { derived }),
  };
}

/** Podman: where an image is fetched from, before its name. */
const TRANSPORT = /^(docker:\/\/|docker-daemon:|containers-storage:)/;

/** What a word names as an image; undefined when its repository is not written out. */
export function imageReference(image: Argument): ImageReference | undefined {
  const prefix = TRANSPORT.exec(image.text)?.[0].length ?? 0;
  if (!image.dynamic) return parseImageReference(image.text.slice(prefix));
  const { shown, outline } = outlineOf(slice(image, prefix));
  return parseDynamicTag(shown, outline);
}

export function imageFact(image: Argument): Fact<ImageReference> {
  const origin = originOfArgument(image);
  const reference = imageReference(image);
  if (reference !== undefined) return known(reference, origin);
  if (image.dynamic) {
    const variable = unknownText(image);
    return unknownFact(
      `the value of ${variable} is not known here`,
      `write the image out, or give ${variable} a default in this file`,
      origin,
    );
  }
  return unknownFact("the text is no image reference", "correct the image's name", origin);
}

/** No image at all: the line starts none. */
export function noImage(why: string, settle: string, span: Span): UnknownFact {
  return unknownFact(why, settle, { kind: "set", span });
}

/** The user of `-u`; undefined when there is none. */
export function userOption(options: readonly Option[]): Fact<User> | undefined {
  const option = last(options, "user");
  if (option === undefined) return undefined;
  const fact = factOf(option, parseUser);
  if (fact.known || !/\$\(id |\$\{?(UID|EUID)\b/.test(option.value?.text ?? "")) return fact;
  return {
    ...fact,
    why: "it is the user of whoever runs the line, who may be root",
    settle: "write a fixed user, for instance `--user 1000:1000`",
  };
}

/** Variables of `-e` and `--env-file`; a flag wins over a file, so it comes last. */
export function environmentOf(
  options: readonly Option[],
  surface: EnvironmentVariable["surface"],
  scope: Scope,
  report: Report,
): readonly EnvironmentVariable[] {
  const files = all(options, "env-file").flatMap((option) =>
    variablesOfFile(option, scope.context, scope.bases, report),
  );
  const flags = all(options, "env").flatMap((option) => {
    const variable = variableOf(option, surface, scope.variables, report);
    return variable === undefined ? [] : [variable];
  });
  return [...files, ...flags];
}

/** Words in exec form, with their places. */
export function commandLine(words: readonly Argument[]): CommandLine | undefined {
  const [first] = words;
  const lastWord = words.at(-1);
  if (first === undefined || lastWord === undefined) return undefined;
  return {
    words: words.map((word) => word.text),
    shell: false,
    span: join(first.span, lastWord.span),
    spans: words.map((word) => word.span),
  };
}
