/** Targets that are no files of a project: images and containers, wherever they lie. */

import type { UsageProblem } from "../../../command.ts";

export const schemes = ["archive", "oci", "image", "registry", "container", "engine"] as const;
export type Scheme = (typeof schemes)[number];

/** `archive:app.tar`: where something lies, and what it is called there. */
export interface SourceTarget {
  readonly scheme: Scheme;
  /** A file, a directory, a reference, a container's name; empty for `engine:`. */
  readonly name: string;
  /** As the user wrote it. */
  readonly text: string;
}

export interface Targets {
  /** Files, directories and `-`. */
  readonly paths: readonly string[];
  readonly sources: readonly SourceTarget[];
}

/** An example of a name after each scheme; `engine:` takes none. */
const EXAMPLES: Readonly<Record<Scheme, string | undefined>> = {
  archive: "app.tar",
  oci: "build/app",
  image: "app:1.4",
  registry: "alpine:3.22",
  container: "web",
  engine: undefined,
};

/** What is wrong with the name of a target, before anything is asked for it. */
export function nameProblem({ scheme, name, text }: SourceTarget): UsageProblem | undefined {
  const example = EXAMPLES[scheme];
  if (example === undefined) {
    if (name === "") return undefined;
    return {
      problem: `${text}: engine: takes no name, it is all that the engine holds`,
      help: `write engine: alone, or container:${name}, or image:${name}`,
    };
  }
  if (name === "-" && (scheme === "archive" || scheme === "oci")) {
    return {
      problem: `${text}: an image is not read from standard input, since it is read more than once`,
      help: "save it to a file first: docker save -o app.tar app:1.4; a file of this name is ./-",
    };
  }
  if (name.trim() !== "") return undefined;
  return {
    problem: `${text} names nothing`,
    help: `a variable that is not set, perhaps; write ${scheme}:${example}`,
  };
}

/** Tells images and containers from paths. A file of such a name is written `./image:x`. */
export function splitTargets(targets: readonly string[]): Targets {
  const paths: string[] = [];
  const sources: SourceTarget[] = [];
  for (const text of targets) {
    const scheme = schemes.find((each) => text.startsWith(`${each}:`));
    if (scheme === undefined) paths.push(text);
    else sources.push({ scheme, name: text.slice(scheme.length + 1), text });
  }
  return { paths, sources };
}
