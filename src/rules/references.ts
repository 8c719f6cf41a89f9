/** The published standards that rules refer to, named in one way everywhere. */

import type { Reference } from "./contract.ts";

/** A recommendation of the CIS Docker Benchmark 1.6.0, numbered as in docker-bench-security (2024-10-21). */
export function cisDocker(...ids: readonly string[]): readonly Reference[] {
  return ids.map((id) => ({ standard: "CIS Docker Benchmark 1.6.0", id }));
}

/** A control of the Pod Security Standards, by the name that its documentation page gives. */
export function podSecurity(level: "baseline" | "restricted", control: string): Reference {
  return { standard: `Pod Security Standards (${level})`, id: control };
}

/** A section of NIST SP 800-190, Application Container Security Guide (September 2017). */
export function nist(...sections: readonly string[]): readonly Reference[] {
  return sections.map((id) => ({ standard: "NIST SP 800-190", id }));
}

/** A section of the Kubernetes Hardening Guide, version 1.2 (August 2022), by its heading. */
export function kubernetesHardening(section: string): Reference {
  return { standard: "NSA/CISA Kubernetes Hardening Guide 1.2", id: section };
}
