/** What the mode of a `chmod`, `install` or `mkdir` lets others do. */

type ModeWeakness = "setid" | "world-writable" | "none";

/** What the mode of a chmod, its first word that is no option, lets others do. */
export function modeOf(words: readonly string[]): ModeWeakness {
  const mode = words.find(
    (word) =>
      /^(?:[0-7]{3,5}|[ugoa]*[+=-][rwxXstugo]*(?:,.*)?)$/.test(word) &&
      !/^-[RvcfhHLP]+$/.test(word),
  );
  return mode === undefined ? "none" : judgeMode(mode);
}

/** What the mode that `install -m` or `mkdir -m` sets lets others do. */
export function givenMode(words: readonly string[]): ModeWeakness {
  const at = words.findIndex((word) => /^(?:-[a-zA-Z]*m|--mode(?:=.*)?)/.test(word));
  const word = words[at];
  if (word === undefined) return "none";
  const attached = /^(?:-[a-zA-Z]*?m|--mode=)(.+)$/.exec(word)?.[1];
  return judgeMode(attached ?? words[at + 1] ?? "");
}

function judgeMode(mode: string): ModeWeakness {
  if (isSetidMode(mode)) return "setid";
  const octal = /^[0-7]{3,5}$/.test(mode) ? Number.parseInt(mode, 8) : 0;
  // With the sticky bit, as on /tmp, nobody removes what belongs to others.
  const sticky = (octal & 0o1000) !== 0;
  const parts = mode.split(",");
  const keptSticky = parts.some((part) => /^[oa]*[+=][rwxX]*t/.test(part));
  const symbolic = parts.some(
    (part) => /^(?:[ug]*[oa][ugoa]*|)[+=][rwxXst]*w/.test(part) && /[oa]/.test(part),
  );
  return ((octal & 0o002) !== 0 && !sticky) || (symbolic && !keptSticky)
    ? "world-writable"
    : "none";
}

function isSetidMode(mode: string): boolean {
  if (/^[0-7]{4,5}$/.test(mode)) return (Number.parseInt(mode, 8) & 0o6000) !== 0;
  return mode.split(",").some((part) => /^[uga]*[+=][rwxXt]*s/.test(part));
}

/** `chmod g+s` on what is no program: new files in the directory get its group. */
export function isGroupOfDirectory(words: readonly string[]): boolean {
  return (
    words.some((word) => /^g[+=][rwxX]*s[rwxX]*$/.test(word)) &&
    !words.some((word) => /(?:^|\/)s?bin\//.test(word))
  );
}

/** Directories whose purpose is to be writable by all. */
export function onlyTemporary(words: readonly string[]): boolean {
  const paths = words.filter((word) => word.startsWith("/"));
  return (
    paths.length > 0 && paths.every((path) => /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/.test(path))
  );
}
