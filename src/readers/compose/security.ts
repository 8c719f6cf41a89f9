/** Capabilities, `security_opt`, `privileged` and the rest of what a service asks of the kernel's guards. */

import type { Fact } from "../../model/fact.ts";
import type { CapabilityRequest, Runtime } from "../../model/runtime.ts";
import type { ReadContext } from "../contract.ts";
import { joinPath } from "../paths.ts";
import type { SecurityEntry, SecurityFacts } from "../docker-syntax/security-options.ts";
import { readSecurityOptions } from "../docker-syntax/security-options.ts";
import { get } from "../yaml/access.ts";
import type { YamlScalar } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { booleanFact, missingVariable, originOf, reportUnknown, settledItems } from "./facts.ts";

/** The names of `cap_add` or `cap_drop`. Docker reads them in any case, with or without `CAP_`. */
export function capabilities(
  scope: ServiceScope,
  field: "cap_add" | "cap_drop",
): CapabilityRequest[] {
  return settledItems(scope, field, field).map(({ node, text }) => ({
    text,
    name: text.trim().toUpperCase().replace(/^CAP_/, ""),
    origin: originOf(node),
  }));
}

/** What `security_opt` makes of the defaults. A profile is a file relative to the project. */
export function securityOptions(
  scope: ServiceScope,
  defaults: Runtime,
  context: ReadContext,
): SecurityFacts {
  const written = get(scope.service, "security_opt");
  const nodes = (written?.kind === "list" ? written.items : []).filter(
    (node) => node.kind === "scalar",
  );
  const { facts, strangers } = readSecurityOptions(
    nodes.map(entryOf),
    "docker",
    defaults,
    (name, index) => {
      const span = nodes[index]?.span ?? scope.source;
      return context.files.read(joinPath(scope.project.directoryOf(span), name));
    },
  );
  for (const { index, why, settle } of strangers) {
    const node = nodes[index];
    if (node !== undefined) reportUnknown(scope, node, "security option", why, settle);
  }
  return facts;
}

function entryOf(node: YamlScalar): SecurityEntry {
  const doubt = missingVariable(node);
  return { text: node.text, origin: originOf(node), ...(doubt === undefined ? {} : { doubt }) };
}

/** `privileged`, in all its spellings. */
export function privileged(scope: ServiceScope, defaults: Runtime): Fact<boolean> {
  return booleanFact(get(scope.service, "privileged"), defaults.privileged);
}
