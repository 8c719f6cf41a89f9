/**
 * What a mediated build may fetch, as a policy that the engine itself applies to every source: the stages' images,
 * those of `# syntax=` and of `COPY --from`, and addresses of `ADD`. The last rule that matches wins.
 * Source: moby/buildkit 73ed682 (2026-08-21), sourcepolicy/engine.go; there since BuildKit 0.11 (Docker 23).
 */

import { normaliseRepository } from "../../model/image-reference.ts";
import type { Grants } from "../policy/client-policy.ts";
import { ProtoMessage } from "./proto/codec.ts";

const ALLOW = 0n;
const DENY = 1n;
const REGEX = 2n;

/**
 * Everything is denied but the client's own files and what is granted. No frontend is fetched: the engine's own
 * builds (see `frontend-attributes.ts`).
 */
export function sourcePolicy(grants: Grants): ProtoMessage {
  const rules: ProtoMessage[] = [deny("(?s)^.*$"), allow("^local://"), allow("^oci-layout://")];
  for (const pattern of grants.buildSources ?? []) rules.push(allow(`^${addressRegex(pattern)}$`));
  if (grants.images === undefined && grants.registries === undefined) {
    rules.push(allow("^docker-image://"));
  } else {
    for (const pattern of imagePatterns(grants)) rules.push(allow(`^docker-image://${pattern}$`));
  }
  return new ProtoMessage(
    new Map<string, bigint | readonly ProtoMessage[]>([
      ["version", 1n],
      ["rules", rules],
    ]),
  );
}

/** Whether the engine must apply the policy for the grants to hold; an old one would ignore it. */
export function needsSourcePolicy({ images, registries }: Grants): boolean {
  return images !== undefined || registries !== undefined;
}

/** Names in the engine's normal form: with registry, with tag or digest. */
function imagePatterns({ images, registries }: Grants): readonly string[] {
  if (images === undefined) {
    return [...(registries ?? [])].map((registry) => regexOf(`${registry}/*`));
  }
  return images.flatMap((pattern) => {
    const tagged = pattern.lastIndexOf(":") > pattern.lastIndexOf("/") || pattern.includes("@");
    return inFull(pattern, registries)
      .filter((name) => name.startsWith("*") || isOf(registries, name))
      .map((name) => `${regexOf(name)}${tagged ? "(?:@.*)?" : "(?::[^@/]*)?(?:@.*)?"}`);
  });
}

/** A pattern that begins with `*` stands for every registry, or for those that are granted. */
function inFull(pattern: string, registries: Grants["registries"]): readonly string[] {
  if (!pattern.startsWith("*")) return [normaliseRepository(pattern)];
  if (registries === undefined) return [pattern];
  const slash = pattern.indexOf("/");
  const rest = slash < 0 ? "*" : pattern.slice(slash + 1);
  return [...registries].map((registry) => `${registry}/${rest}`);
}

const isOf = (registries: Grants["registries"], name: string): boolean =>
  registries === undefined || registries.has(name.split("/")[0] ?? "");

/** Go's RE2 reads the same escapes. */
const regexOf = (pattern: string, star = ".*"): string =>
  pattern.replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`).replaceAll("*", star);

/** A star before the path stands for a part of the host's name, and for no user, port or path. */
function addressRegex(pattern: string): string {
  const host = pattern.indexOf("://") + 3;
  const end = host < 3 ? 0 : pattern.indexOf("/", host);
  const authority = end < 0 ? pattern : pattern.slice(0, end);
  return `${regexOf(authority, "[^/?#@:]*")}${regexOf(pattern.slice(authority.length))}`;
}

const rule = (action: bigint, identifier: string): ProtoMessage =>
  new ProtoMessage(
    new Map<string, bigint | ProtoMessage>([
      ["action", action],
      [
        "selector",
        new ProtoMessage(
          new Map<string, bigint | string>([
            ["identifier", identifier],
            ["match_type", REGEX],
          ]),
        ),
      ],
    ]),
  );

const allow = (identifier: string): ProtoMessage => rule(ALLOW, identifier);
const deny = (identifier: string): ProtoMessage => rule(DENY, identifier);
