/**
 * Finds secrets that a key word beside them names: connection strings (`Server=…;Password=…`), HTTP
 * headers, `.netrc` entries. Works line by line.
 */

import type { SecretMatch } from "./detector.ts";
import { decodeBase64Text } from "./base64.ts";
import { holdsVariable, judgeValue, looksRandom } from "./judge-value.ts";
import { isPublished } from "./published.ts";
import { linesEnd } from "./value-line.ts";

/** Longer lines are searched in pieces of this many characters. */
const PIECE = 16_384;

interface KeyedFinder {
  readonly detector: string;
  readonly title: string;
  /** The line must hold one of these, in lower case. */
  readonly marks: readonly string[];
  /** Stands directly before the value. Sticky matching is not needed: it is searched for in the line. */
  readonly key: RegExp;
  readonly value: RegExp;
  /** The value was made by a machine; examples in documentation were not. */
  readonly random?: true;
}

/** A literal in quotes, escaped for a shell or not. A parameter (`:pw`, `@pw`, `%s`, `?`) is none. */
const SQL = {
  detector: "sql-password",
  title: "password in an SQL statement",
  value: /^[^\s'"\\$:@%?{}<;|&()][^'"\\]{0,300}(?=['"\\])/,
} as const;

const FINDERS: readonly KeyedFinder[] = [
  {
    detector: "connection-string",
    title: "password in a connection string",
    marks: [
      "server=",
      "data source=",
      "datasource=",
      "host=",
      "jdbc:",
      "driver=",
      "initial catalog=",
      "dbname=",
    ],
    key: /(?:^|[;?&\s"'])(?:password|pwd|passwd|pass)[ \t]{0,4}=[ \t]{0,4}/gi,
    value: /^(?:'[^']{1,300}'|[^\s;&"']{1,300})/,
  },
  {
    detector: "authorization-header",
    title: "credential in an HTTP header",
    marks: ["authorization"],
    // `name: Authorization`, `value: Bearer x` of probes in Kubernetes; `proxy_set_header Authorization "Basic x"`.
    key: /authorization["']?(?:,?\s{1,80}["']?value["']?)?(?:[ \t]{0,4}[:=]|[ \t]{1,8}(?=["']))[ \t]{0,4}["']?(?:bearer|basic|token|splunk)[ \t]{1,4}/gi,
    value: /^[A-Za-z0-9+/=_.~-]{6,4096}/,
  },
  {
    detector: "api-key-header",
    title: "credential in an HTTP header",
    marks: [
      "x-api-key",
      "private-token",
      "x-auth-token",
      "x-vault-token",
      "job-token",
      "x-access-token",
    ],
    key: /(?:x-api-key|private-token|x-auth-token|x-vault-token|job-token|x-access-token)[ \t]{0,4}:[ \t]{0,4}/gi,
    value: /^[^\s"',;]{6,1024}/,
  },
  {
    detector: "netrc-password",
    title: "password of a .netrc entry",
    marks: ["machine "],
    key: /\blogin[ \t]+(?!(?:and|or|name|with|string|anonymous|ftp)\b)\S{1,200}[ \t]+(?:account[ \t]+\S{1,200}[ \t]+)?password[ \t]+/gi,
    value: /^(?=[^\s"'\x00-\x1f]{0,300}[A-Za-z0-9])[^\s"'\x00-\x1f]{1,300}/,
  },
  {
    // docs.ansible.com, "How to build your inventory", and mount.cifs(8).
    detector: "login-option",
    title: "password of a login",
    marks: ["ansible_", "username="],
    key: /(?:\bansible_(?:[a-z]{1,20}_)?pass(?:word)?|\b(?:username|user)=[^,\s]{1,100},(?:[^\s]{1,200},)?pass(?:word)?)=["']?/gi,
    value: /^[^\s"',]{4,300}/,
  },
  {
    ...SQL,
    marks: ["alter user", "create user", "alter role", "create role", "grant "],
    key: /\bidentified[ \t]{1,4}(?:with[ \t]{1,4}[\w'"`]{1,60}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:password[ \t]{1,4})?(?:\\?['"]){1,5}/gi,
  },
  {
    ...SQL,
    marks: [
      "alter user",
      "create user",
      "alter role",
      "create role",
      "alter login",
      "create login",
    ],
    key: /\bpassword[ \t]{0,4}(?:=[ \t]{0,4})?N?\\?'(?:\\?['"]){0,4}/gi,
  },
  {
    ...SQL,
    marks: ["set password"],
    key: /\bset[ \t]{1,4}password\b[^=;]{0,100}=[ \t]{0,4}(?:password[ \t]{0,4}\([ \t]{0,4})?(?:\\?['"]){1,5}/gi,
  },
  {
    detector: "query-token",
    title: "token in the query of a URL",
    marks: ["api_key=", "apikey=", "access_token=", "?token=", "&token="],
    key: /[?&](?:api_?key|access_token|token)=/gi,
    value: /^[\w.~%+-]{16,1000}/,
    random: true,
  },
  {
    detector: "azure-sas",
    title: "Azure shared access signature",
    marks: ["&sig=", "?sig="],
    key: /[?&]sig=/gi,
    value: /^[A-Za-z0-9%+/=]{40,100}/,
  },
];

/** `password = ask(`, `password=%s"`, `Token: {0}`: a program that handles a password. */
const IN_CODE = /^(?:[A-Za-z_$][\w.$]{0,80}\(|\{\w{0,20}\}|%[#\d]?\$?[sdvq@](?![\w]))/;

/** Secrets that a key beside them names, in order of line and finder. */
export function findKeyedSecrets(text: string, limit: number): SecretMatch[] {
  const found: SecretMatch[] = [];
  const finders = findersFor(text);
  if (finders.length === 0) return found;
  for (let start = 0; start < text.length && found.length < limit;) {
    const newline = text.indexOf("\n", start);
    const lines = newline < 0 ? text.length : linesEnd(text, newline);
    const end = Math.min(lines === newline ? newline + 1 : lines, start + PIECE);
    searchLine(text.slice(start, end), start, finders, found);
    start = end;
  }
  return found;
}

/** What follows `Basic` and is no base64 of a user and a password, or of a password that stands for one. */
function isWeakLogin(key: string, value: string): boolean {
  if (!/basic[ \t]+$/i.test(key)) return false;
  const password = /^[\x20-\x7e]{0,200}?:([\x20-\x7e]{1,500})$/.exec(decodeBase64Text(value, 1024));
  if (password === null) return true;
  const look = judgeValue(password[1] ?? "");
  return look !== "literal" && look !== "number";
}

/** The finders of which a mark is in the text. */
function findersFor(text: string): readonly KeyedFinder[] {
  const lower = text.toLowerCase();
  return FINDERS.filter(({ marks }) => marks.some((mark) => lower.includes(mark)));
}

function searchLine(
  line: string,
  offset: number,
  finders: readonly KeyedFinder[],
  found: SecretMatch[],
): void {
  const lower = line.toLowerCase();
  for (const finder of finders) {
    if (!finder.marks.some((mark) => lower.includes(mark))) continue;
    for (const key of line.matchAll(finder.key)) {
      const start = key.index + key[0].length;
      const value = finder.value.exec(line.slice(start, start + 4200))?.[0];
      if (value === undefined || holdsVariable(value) || isPublished(value)) continue;
      if (IN_CODE.test(value) || (finder.random === true && !looksRandom(value))) continue;
      const look = judgeValue(value);
      if (look === "empty" || look === "reference" || look === "placeholder" || look === "setting")
        continue;
      found.push({
        start: offset + start,
        end: offset + start + value.length,
        detector: finder.detector,
        title: finder.title,
        confidence: look === "default" || isWeakLogin(key[0], value) ? "low" : "medium",
        checksum: "none",
      });
    }
  }
}
