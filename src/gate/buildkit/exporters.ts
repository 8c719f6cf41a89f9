/**
 * Where a mediated build may put its result.
 * Source: moby/buildkit 73ed682 (2026-08-21), exporter/containerimage/exptypes/keys.go, exporter/*.
 */

import type { Denial } from "../judge/contract.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import { printable } from "./printable.ts";
import { isImageGranted, isRegistryGranted } from "../policy/image-grant.ts";

/** `moby` is the engine's own image store; the others go back to the client. */
const TYPES = new Set(["moby", "image", "docker", "oci", "local", "tar"]);
const TO_STORE = new Set(["moby", "image"]);

const ATTRIBUTES = new Set([
  "name",
  "push",
  "push-by-digest",
  "name-canonical",
  "dangling-name-prefix",
  "danging-name-empty-only",
  "danglingName",
  "unpack",
  "store",
  "compression",
  "compression-level",
  "force-compression",
  "oci-mediatypes",
  "oci-artifact",
  "buildinfo",
  "buildinfo-attrs",
  "attestation-prefix",
  "attestation-inline",
  "rewrite-timestamp",
  "prefer-nondist-layers",
  "platform-split",
  "tar",
  "mode",
  "src",
  "dest",
  "prefer-image-digest",
  "source-date-epoch",
]);

/** The engine's own word. Source: moby daemon/internal/builder-next/exporter/wrapper.go. */
const DANGLING = "moby-dangling";

export interface NamedImages {
  /** Names that the result gets in the engine's store. */
  readonly stored: readonly string[];
}

export type Exported = NamedImages | Denial;

export function judgeExporter(
  type: string,
  attributes: ReadonlyMap<string, string>,
  policy: ClientPolicy,
): Exported {
  const denied = (at: string, message: string, help?: string): Denial => ({
    status: 403,
    rule: "build-output-not-granted",
    at,
    message,
    ...(help === undefined ? {} : { help }),
  });
  if (!TYPES.has(type)) return denied("Exporters", "the gate does not know this kind of output");
  for (const name of attributes.keys()) {
    if (name === "registry.insecure") {
      return denied(`Exporters.${type}.${name}`, "a registry without TLS is not pushed to");
    }
    // Whatever the engine does not know as an option it takes for the image's own data, its configuration among them.
    if (!ATTRIBUTES.has(name) && !/^annotation[.-]/.test(name)) {
      return denied(
        `Exporters.${type}.${printable(name)}`,
        "the gate does not know this attribute of an output",
      );
    }
  }
  const prefix = attributes.get("dangling-name-prefix");
  if (prefix !== undefined && prefix !== DANGLING) {
    return denied(
      `Exporters.${type}.dangling-name-prefix`,
      `an image without a name is called ${DANGLING}, and nothing else`,
    );
  }
  const names = (attributes.get("name") ?? "").split(",").filter((name) => name !== "");
  // `*` and the like take the name from what the build says.
  if (!names.every((name) => parseImageReference(name)?.text === name)) {
    return denied(`Exporters.${type}.name`, "this is no name of an image");
  }
  if (isTrue(attributes.get("push"))) {
    if (!policy.operations.has("ImagePush")) {
      return denied(
        `Exporters.${type}.push`,
        `the policy does not let the client ${policy.name} push`,
        "Whoever keeps the policy would add `allow: {images: [push]}`",
      );
    }
    if (!names.every((name) => isRegistryGranted(name, policy.grants))) {
      return denied(`Exporters.${type}.name`, "the registry to push to is not granted");
    }
  }
  if (!TO_STORE.has(type)) return { stored: [] };
  // A name by tag alone: what is built has no digest yet.
  const grants = { ...policy.grants, imagesByDigest: false };
  if (!names.every((name) => isImageGranted(name, grants))) {
    return denied(`Exporters.${type}.name`, "the image's name is not granted");
  }
  return { stored: names };
}

const isTrue = (value: string | undefined): boolean =>
  value !== undefined && !["", "0", "f", "false"].includes(value.toLowerCase());
