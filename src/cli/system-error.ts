/** What the system said when a file could not be read or written, in words. */

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a directory",
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is a file",
  ENOSPC: "no space is left",
  EDQUOT: "no space is left for this user",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "its name is too long",
};

/** `permission is denied, EACCES`; the code alone, or the whole error, when it has no words here. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const words = code === undefined ? undefined : REASONS[code];
  return words === undefined ? (code ?? String(error)) : `${words}, ${code ?? ""}`;
}
