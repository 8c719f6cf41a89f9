/** Users as container engines read them. */

/** A user as an engine reads it. Uid and gid are decimal numbers; a name may map to any uid. */
export interface User {
  /** As written, expanded and unquoted: `1000:0`, `root`, `app`. Empty means the default, root. */
  readonly text: string;
  readonly uid?: number;
  readonly name?: string;
  readonly gid?: number;
  readonly group?: string;
  /** Kubernetes `runAsNonRoot: true`: the kubelet refuses to start it as uid 0. */
  readonly verifiedNonRoot?: boolean;
}

/**
 * Reads `user[:group]` as engines do: a part that is a decimal number (any leading zeros, a sign) is
 * an id, anything else a name. `00` and `+0` are uid 0.
 * Source: moby/sys user.GetExecUser, which tries strconv.Atoi on each part.
 */
export function parseUser(text: string): User {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(":");
  const userPart = colon < 0 ? trimmed : trimmed.slice(0, colon);
  const groupPart = colon < 0 ? "" : trimmed.slice(colon + 1);
  const uid = decimalId(userPart);
  const gid = decimalId(groupPart);
  return {
    text: trimmed,
    ...(uid !== undefined ? { uid } : userPart !== "" ? { name: userPart } : { uid: 0 }),
    ...(gid !== undefined ? { gid } : groupPart !== "" ? { group: groupPart } : {}),
  };
}

function decimalId(text: string): number | undefined {
  return /^[+-]?\d{1,10}$/.test(text) ? Math.abs(Number(text)) : undefined;
}

/** Whether the user is root: uid 0 or the name `root`. A name other than root is taken as not root. */
export function isRoot(user: User): boolean {
  return user.uid === 0 || (user.uid === undefined && user.name === "root");
}

/** For people: `uid 0 (root)`, `uid 1000`, `user app`. */
export function describeUser(user: User): string {
  const group =
    user.gid !== undefined
      ? `, gid ${user.gid}`
      : user.group === undefined
        ? ""
        : `, group ${user.group}`;
  if (isRoot(user)) return `root (uid 0)${group}`;
  if (user.uid !== undefined) return `uid ${user.uid}${group}`;
  if (user.name === undefined && user.verifiedNonRoot === true) return `not root${group}`;
  return `user ${user.name ?? "?"}${group}`;
}
