/** Versions of the Engine API. Source: moby/moby api/docs/CHANGELOG.md. */

import type { EngineProblem } from "./problem.ts";
import { shown } from "./problem.ts";

export interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}

/** Docker 19.03 of 2019; also the lowest that later engines take unless told otherwise. */
const OLDEST: ApiVersion = { major: 1, minor: 40 };
/** The newest whose answers are known here; newer engines speak it too. */
const NEWEST: ApiVersion = { major: 1, minor: 52 };

/** An image's manifests in what inspect says; a platform for export and history. */
export const MANIFESTS: ApiVersion = { major: 1, minor: 48 };
/** A platform for inspect. */
export const INSPECT_PLATFORM: ApiVersion = { major: 1, minor: 49 };
/** Several platforms for export. */
export const EXPORT_PLATFORMS: ApiVersion = { major: 1, minor: 52 };

export function isAtLeast(version: ApiVersion, wanted: ApiVersion): boolean {
  return version.major === wanted.major
    ? version.minor >= wanted.minor
    : version.major > wanted.major;
}

/** The version to speak with an engine that names `header` as its newest. */
export function negotiate(header: string | undefined, engine: string): ApiVersion | EngineProblem {
  const match = /^(\d{1,3})\.(\d{1,4})$/.exec(header ?? "");
  if (match === null) {
    return {
      problem: `what answers at ${engine} is no engine: it names no version of the API`,
      settle: "name the socket or port of a Docker or Podman engine",
    };
  }
  const theirs = { major: Number(match[1]), minor: Number(match[2]) };
  if (isAtLeast(theirs, NEWEST)) return NEWEST;
  if (isAtLeast(theirs, OLDEST)) return theirs;
  return {
    problem: `${engine} speaks version ${shown(header ?? "")} of the API, which is too old to be read`,
    settle: "use Docker 19.03 or later",
  };
}
