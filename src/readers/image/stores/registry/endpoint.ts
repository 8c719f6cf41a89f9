/** Where an image lies in a registry. Source: opencontainers/distribution-spec v1.1.1, "Pull". */

import type { ImageReference } from "../../../../model/image-reference.ts";
import { isDigest } from "../../manifest/descriptor.ts";
import { isLoopbackHost } from "./address.ts";
import type { RegistryProblem } from "./problem.ts";
import { problem } from "./problem.ts";

export interface Endpoint {
  /** As in the reference: `docker.io`, `registry.example:5000`. Credentials are kept under it. */
  readonly host: string;
  /** `library/node` */
  readonly repository: string;
  /** A digest where there is one, else a tag. */
  readonly reference: string;
  /** What may be connected to, the best first. */
  readonly origins: readonly URL[];
}

const REPOSITORY =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/**
 * Plain HTTP is spoken to this machine itself, where TLS is tried first as Docker does, and elsewhere
 * only when the user says so.
 */
export function endpointOf(
  { repository: full, tag, digest }: ImageReference,
  plainHttp: boolean,
): Endpoint | RegistryProblem {
  const slash = full.indexOf("/");
  const host = full.slice(0, Math.max(0, slash)).toLowerCase();
  const repository = full.slice(slash + 1);
  const check = "check how the image is written: HOST/NAME:TAG or HOST/NAME@sha256:…";
  if (slash < 1 || repository.length > 255 || !REPOSITORY.test(repository)) {
    return problem("it is no name that an image can have in a registry", check);
  }
  if (digest !== undefined && !isDigest(digest)) {
    return problem("its digest is of a kind that cannot be checked here", "use its sha256 digest");
  }
  const reference = digest ?? tag ?? "latest";
  if (digest === undefined && !TAG.test(reference)) {
    return problem("its tag is none that an image can have", check);
  }
  const secure = originOf("https", host);
  const plain = originOf("http", host);
  if (secure === undefined || plain === undefined) {
    return problem("its registry is no host that can be connected to", check);
  }
  const mayBePlain = isLoopbackHost(secure.hostname);
  const origins = plainHttp ? [plain] : mayBePlain ? [secure, plain] : [secure];
  return { host, repository, reference, origins };
}

function originOf(scheme: string, host: string): URL | undefined {
  const real = host === "docker.io" ? "registry-1.docker.io" : host;
  if (!/^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?::\d{1,5})?$/.test(real)) return undefined;
  try {
    return new URL(`${scheme}://${real}/`);
  } catch {
    return undefined;
  }
}
