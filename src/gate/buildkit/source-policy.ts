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

/** The Dockerfile frontend's own images, for `# syntax=docker/dockerfile:1`. */
const FRONTEND = "docker.io/docker/dockerfile*";

export function sourcePolicy(grants: Grants): ProtoMessage {
  const rules: ProtoMessage[] = [deny("^(?:https?|git|ssh)://"), deny("^git(?:\\+[a-z]+)?:")];
  for (const pattern of grants.buildSources ?? []) rules.push(allow(`^${regexOf(pattern)}$`));
  if (grants.images !== undefined || grants.registries !== undefined) {
    rules.push(deny("^docker-image://"));
    for (const pattern of imagePatterns(grants)) rules.push(allow(`^docker-image://${pattern}$`));
    rules.push(allow(`^docker-image://${regexOf(FRONTEND)}$`));
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
const regexOf = (pattern: string): string =>
  pattern.replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`).replaceAll("*", ".*");

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
