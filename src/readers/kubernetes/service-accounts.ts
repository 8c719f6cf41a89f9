/** Whether a pod gets its service account's token: the pod's word, else the ServiceAccount's, else yes. */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { ReadContext } from "../contract.ts";
import type { Files } from "../files.ts";
import { dirName, joinPath } from "../paths.ts";
import type { Field } from "../yaml/fields.ts";
import { booleanField, factOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { accountKey, findObjects } from "./objects.ts";

/** ServiceAccount objects by namespace and name. */
type Accounts = ReadonlyMap<string, YamlMap>;

export interface AccountUse {
  readonly name: string;
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
  inFile: Accounts,
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
  const account = inFile.get(key) ?? accountsBeside(path, context.files).get(key);
  const automount = booleanField(account, "automountServiceAccountToken");
  return automount === undefined
    ? otherwise
    : factOf({ ...automount, from: `ServiceAccount ${use.name}` }, otherwise);
}

const LIKE_AN_ACCOUNT =
  /^(?:[\w.-]*[-_.])?(?:service-?accounts?|sa|rbac)(?:[-_.][\w.-]*)?\.(?:ya?ml|json)$/i;
const MOST_FILES = 16;

const accountsOf = new WeakMap<Files, Map<string, Accounts>>();

function accountsBeside(path: string, files: Files): Accounts {
  const folder = dirName(path);
  const byFolder = accountsOf.get(files) ?? new Map<string, Accounts>();
  accountsOf.set(files, byFolder);
  const earlier = byFolder.get(folder);
  if (earlier !== undefined) return earlier;
  const accounts = new Map<string, YamlMap>();
  const names = files
    .list(folder)
    .filter((name) => name.length < 256 && LIKE_AN_ACCOUNT.test(name));
  for (const name of names.slice(0, MOST_FILES)) {
    const read = files.read(joinPath(folder, name));
    if (!read.ok) continue;
    const found = findObjects(parseYaml(read.file).documents, () => {});
    for (const [key, account] of found.serviceAccounts) accounts.set(key, account);
  }
  byFolder.set(folder, accounts);
  return accounts;
}
