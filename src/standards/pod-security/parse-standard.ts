/** The name of a standard as users write it: `pod-security:restricted@1.29`. */

import { NEWEST_MINOR } from "./checks.ts";
import type { PolicyLevel } from "./evaluate.ts";

/** A level of the Pod Security Standards at a version of Kubernetes. */
export interface PodSecurityStandard {
  /** In full: "pod-security:restricted@1.37". */
  readonly name: string;
  readonly level: PolicyLevel;
  /** 29 for Kubernetes 1.29. */
  readonly minor: number;
}

export type ParsedStandard =
  | { readonly ok: true; readonly standard: PodSecurityStandard }
  | {
      readonly ok: false;
      /** One sentence: what is wrong. */
      readonly why: string;
      /** What to write instead, as an instruction that names the likeliest. */
      readonly settle: string;
      /** Names that would be accepted, the likeliest first. */
      readonly suggestions: readonly string[];
    };

const LEVELS: readonly PolicyLevel[] = ["restricted", "baseline", "privileged"];

/**
 * Reads `pod-security:LEVEL[@VERSION]`. The version is `1.29`, `v1.29` or `latest`, and `latest` when
 * absent. A version that is newer than the checks is an error: its rules are not known here.
 */
export function parseStandard(text: string): ParsedStandard {
  const trimmed = text.trim();
  const [name = "", versionText = "latest", ...more] = trimmed.split("@");
  const [family = "", levelText = ""] = name.split(":", 2);
  if (more.length > 0 || name.split(":").length > 2) {
    return refuse("a standard is written as pod-security:LEVEL@VERSION", "", "");
  }
  if (family.toLowerCase() !== "pod-security") {
    return refuse(
      `there is no standard named ${JSON.stringify(family.slice(0, 60))}`,
      levelText || family,
      "",
    );
  }
  const level = LEVELS.find((known) => known === levelText.toLowerCase());
  if (level === undefined) {
    const why =
      levelText === ""
        ? "pod-security needs a level"
        : `pod-security has no level ${JSON.stringify(levelText.slice(0, 60))}`;
    return refuse(why, levelText, "");
  }
  const minor = parseMinor(versionText);
  if (minor === undefined) {
    return refuse(
      `${JSON.stringify(versionText.slice(0, 60))} is no version of Kubernetes: write 1.29 or latest`,
      level,
      `@1.${NEWEST_MINOR}`,
    );
  }
  if (minor > NEWEST_MINOR) {
    return refuse(`the newest known version is 1.${NEWEST_MINOR}`, level, `@1.${NEWEST_MINOR}`);
  }
  return { ok: true, standard: { name: `pod-security:${level}@1.${minor}`, level, minor } };
}

/** Source of the form: kubernetes/pod-security-admission 8f84a87, api/helpers.go, ParseVersion. */
function parseMinor(text: string): number | undefined {
  if (text.toLowerCase() === "latest") return NEWEST_MINOR;
  const digits = /^v?1\.(0|[1-9]\d{0,5})$/i.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function refuse(why: string, meant: string, version: string): ParsedStandard {
  const suggestions = [...LEVELS]
    .sort((left, right) => likeness(right, meant) - likeness(left, meant))
    .map((level) => `pod-security:${level}${version}`);
  return { ok: false, why, settle: `write ${suggestions.join(" or ")}`, suggestions };
}

/** How many pairs of neighbouring letters two words share; enough to tell three levels apart. */
function likeness(level: string, word: string): number {
  const meant = word.toLowerCase().slice(0, 40);
  let shared = 0;
  for (let index = 0; index + 2 <= level.length; index++) {
    if (meant.includes(level.slice(index, index + 2))) shared++;
  }
  return shared;
}
