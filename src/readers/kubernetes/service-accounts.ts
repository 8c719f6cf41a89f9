/**
 * Whether a pod gets its service account's token (the pod's word, else the ServiceAccount's, else yes), and
 * what binds the account.
 */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { ServiceAccount } from "../../model/service-account.ts";
import type { ReadContext } from "../contract.ts";
import type { Files } from "../files.ts";
import { dirName, joinPath } from "../paths.ts";
import type { Field } from "../yaml/fields.ts";
import { booleanField, factOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { accountKey, findObjects } from "./objects.ts";
import type { AccessObjects } from "./role-bindings.ts";
import { bindingsOf } from "./role-bindings.ts";

/** Accounts by `accountKey`, and what gives them rights. */
interface AccountObjects extends AccessObjects {
  readonly serviceAccounts: ReadonlyMap<string, YamlMap>;
}

export interface AccountUse {
  readonly name: string;
  /** Whether the pod names it. */
  readonly named: boolean;
  readonly namespace: string | undefined;
  /** `spec.automountServiceAccountToken` */
  readonly automount: Field<boolean> | undefined;
}

/**
 * Source: kubernetes v1.37, plugin/pkg/admission/serviceaccount/admission.go, shouldAutomount.
 * Accounts are looked for in the pod's file, then in files of its folder that are named like one.
 */
export function tokenMounted(
  use: AccountUse,
  inFile: AccountObjects,
  path: string,
  context: ReadContext,
  span: Span,
): Fact<boolean> {
  const otherwise: Fact<boolean> = known(true, {
    kind: "default",
    of: "Kubernetes",
    source: "kubernetes v1.37, plugin/pkg/admission/serviceaccount/admission.go",
    span,
  });
  if (use.automount !== undefined) return factOf(use.automount, otherwise);
  const key = accountKey(use.name, use.namespace);
  const account =
    inFile.serviceAccounts.get(key) ?? objectsBeside(path, context.files).serviceAccounts.get(key);
  const automount = booleanField(account, "automountServiceAccountToken");
  return automount === undefined
    ? otherwise
    : factOf({ ...automount, from: `ServiceAccount ${use.name}` }, otherwise);
}

/** The account of a pod, with the bindings that stand in the same places. */
export function serviceAccountOf(
  use: AccountUse,
  inFile: AccountObjects,
  path: string,
  context: ReadContext,
): ServiceAccount {
  const beside = objectsBeside(path, context.files);
  const bindings = bindingsOf(use, {
    roles: new Map([...beside.roles, ...inFile.roles]),
    bindings: [...inFile.bindings, ...beside.bindings],
  });
  // A file that is named like one of accounts may hold the pod too, and is then read twice.
  const seen = new Set<string>();
  const once = bindings.filter(({ name, span }) => {
    const key = `${span.file.path} ${span.start} ${name}`;
    return !seen.has(key) && seen.add(key);
  });
  return { name: use.name.slice(0, 253), named: use.named, bindings: once };
}

const LIKE_AN_ACCOUNT =
  /^(?:[\w.-]*[-_.])?(?:service-?accounts?|sa|rbac|(?:cluster-?)?role(?:-?bindings?|s)?)(?:[-_.][\w.-]*)?\.(?:ya?ml|json)$/i;
const MOST_FILES = 16;

const objectsOf = new WeakMap<Files, Map<string, AccountObjects>>();

function objectsBeside(path: string, files: Files): AccountObjects {
  const folder = dirName(path);
  const byFolder = objectsOf.get(files) ?? new Map<string, AccountObjects>();
  objectsOf.set(files, byFolder);
  const earlier = byFolder.get(folder);
  if (earlier !== undefined) return earlier;
  const serviceAccounts = new Map<string, YamlMap>();
  const roles = new Map<string, YamlMap>();
  const bindings: YamlMap[] = [];
  const names = files
    .list(folder)
    .filter((name) => name.length < 256 && LIKE_AN_ACCOUNT.test(name));
  for (const name of names.slice(0, MOST_FILES)) {
    const read = files.read(joinPath(folder, name));
    if (!read.ok) continue;
    const found = findObjects(parseYaml(read.file).documents, () => {});
    for (const [key, account] of found.serviceAccounts) serviceAccounts.set(key, account);
    for (const [key, role] of found.roles) roles.set(key, role);
    for (const binding of found.bindings) bindings.push(binding);
  }
  const objects = { serviceAccounts, roles, bindings };
  byFolder.set(folder, objects);
  return objects;
}
