/** Whom an image runs as in the end, by the accounts and the scripts that its layers hold. */

import type { User } from "../../model/user.ts";
import type { Account, DroppingScript, LayerReport } from "./layers/layer-report.ts";
import type { StateOf } from "./layers/whole-image.ts";

/** The accounts of the uppermost /etc/passwd. */
export function accountsOf(layers: readonly Pick<LayerReport, "accounts">[]): readonly Account[] {
  return layers.findLast(({ accounts }) => accounts !== undefined)?.accounts ?? [];
}

/** The user with its number, where the accounts tell it. */
export function numbered(user: User, layers: readonly Pick<LayerReport, "accounts">[]): User {
  if (user.uid !== undefined || user.name === undefined) return user;
  const account = accountsOf(layers).find(({ name }) => name === user.name);
  return account === undefined ? user : { ...user, uid: account.uid, gid: user.gid ?? account.gid };
}

/** The script that an image starts as root and that gives root up. `words` are entrypoint and command. */
export function dropAtStart(
  words: readonly string[],
  user: User,
  layers: readonly Pick<LayerReport, "dropping">[],
  states: StateOf,
): DroppingScript | undefined {
  const [first = ""] = words;
  if (user.uid !== 0 || first === "") return undefined;
  for (const [index, { dropping }] of [...layers.entries()].toReversed()) {
    const script = dropping.find(({ path }) =>
      first.startsWith("/") ? path === first : path.endsWith(`/${first}`),
    );
    if (script !== undefined && states(index, script.path).is === "live") return script;
  }
  return undefined;
}
