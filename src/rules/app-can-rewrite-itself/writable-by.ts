/** Whether a user may write a file, by the file's permission bits. */

import type { PrivilegedFile } from "../../model/image-contents.ts";
import type { User } from "../../model/user.ts";

const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;

/**
 * As the kernel decides (path_resolution(7), Permissions): the group's bits count for the group, the last ones for
 * others. A user whose number is not known is one of the others. A number
 * without a group is in group 0: moby/sys user.GetExecUser, where no account says otherwise.
 */
export function writableBy({ mode, uid, gid }: PrivilegedFile, user: User): boolean {
  // Who owns a file may give himself the right.
  if (user.uid === uid) return true;
  const group = user.gid ?? (user.uid === undefined || user.group !== undefined ? undefined : 0);
  if (group === gid) return (mode & GROUP_WRITE) !== 0;
  return (mode & OTHERS_WRITE) !== 0;
}
