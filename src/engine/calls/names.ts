/** Names that may become part of a path of the API. */

import type { EngineProblem } from "../problem.ts";
import { shown } from "../problem.ts";

/** References and ids of images, `@sha256:…` included. */
const IMAGE = /^[\w][\w.:@+-]*(?:\/[\w.:@+-]+)*$/;
/** Names and ids of containers. Source: moby/moby daemon/names (RestrictedNameChars). */
const CONTAINER = /^[A-Za-z0-9][\w.-]*$/;
const MAX_LENGTH = 512;

/** The path of an image; what would need escapes, or leads elsewhere, is no reference. */
export function imagePath(reference: string): string | EngineProblem {
  const isName =
    reference.length <= MAX_LENGTH &&
    IMAGE.test(reference) &&
    !reference.split("/").some((part) => part === "." || part === "..");
  return isName
    ? `/images/${reference}`
    : {
        problem: `"${shown(reference, 80)}" is no reference of an image`,
        settle: "write NAME:TAG or an id",
      };
}

/** The path of a container. Engines list names with a slash before them. */
export function containerPath(name: string): string | EngineProblem {
  const bare = name.startsWith("/") ? name.slice(1) : name;
  return bare.length <= MAX_LENGTH && CONTAINER.test(bare)
    ? `/containers/${bare}`
    : {
        problem: `"${shown(name, 80)}" is no name of a container`,
        settle: "docker ps --all lists them",
      };
}

/** What an answer that is not what the API promises is told as. */
export function unexpected(what: string): EngineProblem {
  return {
    problem: `the engine's answer is not what its API promises: ${what}`,
    settle: "look whether this is a Docker or Podman engine",
  };
}
