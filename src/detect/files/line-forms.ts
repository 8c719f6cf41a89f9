/** Secrets that only the form of their file tells: what a field of a line is, no word in it says. */

import type { SecretMatch } from "../detector.ts";
import { holdsVariable, judgeValue } from "../judge-value.ts";

interface LineForm {
  readonly path: RegExp;
  readonly detector: string;
  readonly title: string;
  /** Up to the value, from the start of a line. */
  readonly head: RegExp;
  readonly value: RegExp;
}

const FORMS: readonly LineForm[] = [
  {
    // postgresql.org, "The Password File": host:port:database:user:password, with `\\:` and `\\\\` as escapes.
    path: /(?:^|\/)(?:\.pgpass|pgpass\.conf)$/i,
    detector: "pgpass-password",
    title: "password of a PostgreSQL password file",
    head: /^(?!#)(?:(?:[^:\\\n]|\\.){1,300}:){4}/gm,
    value: /^(?:[^:\\\r\n]|\\.){1,300}/,
  },
  {
    // docs.npmjs.com, "npmrc", auth-related configuration: `_password` is base64.
    path: /(?:^|\/)\.?npmrc$/i,
    detector: "npmrc-password",
    title: "password of an npm configuration",
    head: /^[ \t]*(?:\/\/[^=\s]{1,300}:)?_password[ \t]*=[ \t]*["']?/gm,
    value: /^[A-Za-z0-9+/=_-]{4,1000}/,
  },
  {
    // httpd.apache.org, "Password Formats": SHA-1 without salt.
    path: /(?:^|\/)[\w.-]*htpasswd[\w.-]*$/i,
    detector: "htpasswd-sha1",
    title: "password hash without salt",
    head: /^[^:\s#][^:\n]{0,255}:(?=\{SHA\})/gm,
    value: /^\{SHA\}[A-Za-z0-9+/]{27}=/,
  },
];

const MAX_FOUND = 1000;

/** Secrets of a file whose path tells such a form, in order. */
export function findByForm(path: string, text: string): SecretMatch[] {
  const form = FORMS.find((each) => each.path.test(path));
  if (form === undefined) return [];
  const found: SecretMatch[] = [];
  for (const head of text.matchAll(form.head)) {
    if (found.length >= MAX_FOUND) break;
    const start = head.index + head[0].length;
    const value = form.value.exec(text.slice(start, start + 1100))?.[0];
    if (value === undefined || holdsVariable(value)) continue;
    const look = judgeValue(value);
    if (look === "empty" || look === "reference" || look === "placeholder") continue;
    found.push({
      start,
      end: start + value.length,
      detector: form.detector,
      title: form.title,
      confidence: look === "default" ? "low" : "high",
      checksum: "none",
    });
  }
  return found;
}
