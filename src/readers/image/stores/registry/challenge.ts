/** `WWW-Authenticate`: what a registry wants to see. Source: RFC 9110, section 11.6.1. */

export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_HEADER = 8192;
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const GAP = /[\s,]*/y;
const EQUALS = /\s*=\s*/y;

/** All challenges of a header, in their order; what is not understood ends the list. */
export function readChallenges(header: string): readonly Challenge[] {
  if (header.length > MAX_HEADER) return [];
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    match(GAP);
    const word = match(TOKEN)?.[0];
    if (word === undefined) return challenges;
    const last = challenges.at(-1);
    const equals = last === undefined ? null : match(EQUALS);
    if (equals === null || last === undefined) {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      continue;
    }
    const quoted = match(QUOTED);
    const value = quoted === null ? match(TOKEN)?.[0] : quoted[1]?.replaceAll(/\\(.)/gs, "$1");
    if (value === undefined) return challenges;
    const name = word.toLowerCase();
    if (!last.parameters.has(name)) last.parameters.set(name, value);
  }
}
