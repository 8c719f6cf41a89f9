/** Targets that are no files of a project: images and containers, wherever they lie. */

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
