/** Capabilities that containers add and that a level does not allow; both capability checks ask for it. */

import type { Container, FieldPath, Pod } from "./pod.ts";
import { asFields, asList } from "./pod.ts";
import { containersNamed, quoted, shown } from "./wording.ts";

export interface AddedCapabilities {
  readonly fields: readonly FieldPath[];
  readonly detail: () => string;
}

export function addedCapabilities(
  pod: Pod,
  isAllowed: (name: unknown) => boolean,
): AddedCapabilities {
  const fields: FieldPath[] = [];
  const containers: Container[] = [];
  const names: string[] = [];
  for (const container of pod.containers) {
    const added = asList(asFields(container.security["capabilities"])["add"]);
    for (const [index, name] of added.entries()) {
      if (isAllowed(name)) continue;
      fields.push([...container.path, "securityContext", "capabilities", "add", index]);
      if (containers.at(-1) !== container) containers.push(container);
      names.push(shown(name));
    }
  }
  return {
    fields,
    detail: () =>
      `${containersNamed(containers)} must not include ${quoted(names)} in securityContext.capabilities.add`,
  };
}
