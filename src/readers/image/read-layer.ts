/** Reads one layer of an image, and tells what does not fit it. */

import type { LayerIdentity } from "../../model/image-contents.ts";
import type { LayerReport } from "./layers/layer-report.ts";
import type { Descriptor } from "./manifest/descriptor.ts";
import type { ImageStore, Problem } from "./manifest/store.ts";

export async function readLayer(
  store: ImageStore,
  descriptor: Descriptor,
  diffId: string | undefined,
): Promise<LayerReport | Problem> {
  if (descriptor.mediaType.endsWith("+encrypted")) {
    return {
      problem: "it is encrypted, so nothing in it was read",
      settle: "decrypt it by whoever has the key (`skopeo copy --decryption-key`), and check that",
    };
  }
  const report = await store.layer(descriptor, diffId);
  if ("problem" in report && descriptor.urls.length > 0) {
    return {
      problem: "it is a foreign layer that is not distributed with the image, and was not read",
      settle: "check it where it is to be had; it is no part of what is pulled from this registry",
    };
  }
  return report;
}

/** What is unknown of it, and what would settle that. */
export function problemsOf(
  report: LayerReport | Problem,
  { digest, diffId }: LayerIdentity,
): { readonly why: string; readonly settle: string }[] {
  if ("problem" in report)
    return [
      { why: report.problem, settle: report.settle ?? "pull the image whole, and check it again" },
    ];
  const problems = report.problems.map((why) => ({
    why,
    settle: "build or pull the image anew, and check it again",
  }));
  const forged = "pull the image anew: its content is not what was promised";
  const isDigest = digest.startsWith("sha256:");
  if (
    isDigest &&
    report.digest !== undefined &&
    report.digest !== digest &&
    report.diffId !== digest
  ) {
    problems.push({
      why: `its content has the digest ${report.digest}, not ${digest}`,
      settle: forged,
    });
    // Of other bytes all other digests differ too.
  } else if (
    diffId !== undefined &&
    diffId !== "" &&
    report.diffId !== undefined &&
    report.diffId !== diffId
  ) {
    problems.push({
      why: `its uncompressed content has the digest ${report.diffId}, not ${diffId}`,
      settle: forged,
    });
  }
  return problems;
}
