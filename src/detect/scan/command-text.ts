/**
 * Passwords on command lines in any text: shell histories, scripts, logs, documentation. Where a command
 * is known to be one, `command-secrets.ts` reads it word by word and knows more programs.
 */

import type { SecretMatch } from "../detector.ts";
import { holdsVariable, judgeValue } from "../judge-value.ts";
import { isPublished } from "../published.ts";

interface CommandForm {
  /** Where to look: what the line must hold. */
  readonly anchor: string;
  /** Up to the value; the value follows. */
  readonly head: RegExp;
}

const CURL = /\bcurl\b[^|;&\n]{0,300}?[ \t](?:-u|--user)[ \t=]{0,2}["']?[\w.@%+-]{1,100}:/g;
const MYSQL = /\b(?:mysql|mysqldump|mysqladmin|mariadb)[ \t][^|;&\n]{0,200}?-p/g;
const OPTION = /[ \t"']--?(?:[a-z]{1,20}-)?password(?:=|[ \t]{1,4})["']?/g;

const LOGIN =
  /\b(?:docker|podman|nerdctl|buildah|skopeo|oras|crane[ \t]{1,4}auth|helm[ \t]{1,4}registry)[ \t]{1,4}login\b[^|;&\n]{0,280}?[ \t](?:-p[ \t=]{0,4}|--password[ \t=]{1,4})["']?/g;
const REDIS = /\b(?:redis|valkey)-cli[ \t][^|;&\n]{0,200}?(?<=[ \t])(?:-a|--pass)[ \t]{1,4}["']?/g;
/** Options that take a password, of programs that have no long one; the manual pages of each. */
const SHORT =
  /\b(?:(?:ldapsearch|ldapadd|ldapmodify|ldapdelete|ldappasswd)[ \t][^|;&\n]{0,200}?[ \t]-w|(?:mongo|mongosh|mongodump|mongorestore)[ \t][^|;&\n]{0,200}?[ \t](?:-p|--password)|sqlcmd[ \t][^|;&\n]{0,200}?[ \t]-P|smbclient[ \t][^|;&\n]{0,200}?[ \t](?:-U[ \t]{0,4}|--user=)["']?[^\s%"']{1,100}%(?=\S)|keytool[ \t][^|;&\n]{0,280}?[ \t]-(?:storepass|keypass|srcstorepass|deststorepass))[ \t]{0,4}["']?/g;
const OPENSSL = /\bopenssl[ \t][^|;&\n]{0,280}?[ \t]-pass(?:in|out)?[ \t]{1,4}["']?pass:/g;
/** Variables that clients take their password from. */
const VARIABLE =
  /(?<![\w-])(?:PGPASSWORD|MYSQL_PWD|SSHPASS|REDISCLI_AUTH|RESTIC_PASSWORD|BORG_PASSPHRASE)=["']?/g;

const FORMS: readonly CommandForm[] = [
  { anchor: "sshpass -p", head: /\bsshpass[ \t]{1,4}-p[ \t]{0,4}["']?/g },
  { anchor: "curl ", head: CURL },
  { anchor: "mysql ", head: MYSQL },
  { anchor: "mysqldump ", head: MYSQL },
  { anchor: "mysqladmin ", head: MYSQL },
  { anchor: "mariadb ", head: MYSQL },
  { anchor: "-password=", head: OPTION },
  ...["docker", "podman", "nerdctl", "buildah", "skopeo", "oras", "auth", "registry"].map(
    (program) => ({ anchor: `${program} login`, head: LOGIN }),
  ),
  ...[
    "ldapsearch ",
    "ldapadd ",
    "ldapmodify ",
    "ldappasswd ",
    "mongosh ",
    "mongodump ",
    "mongorestore ",
    "sqlcmd ",
    "smbclient ",
    "keytool ",
  ].map((anchor) => ({ anchor, head: SHORT })),
  { anchor: "openssl ", head: OPENSSL },
  { anchor: "redis-cli ", head: REDIS },
  { anchor: "valkey-cli ", head: REDIS },
  { anchor: "PGPASSWORD=", head: VARIABLE },
  { anchor: "MYSQL_PWD=", head: VARIABLE },
  { anchor: "SSHPASS=", head: VARIABLE },
  { anchor: "REDISCLI_AUTH=", head: VARIABLE },
  { anchor: "RESTIC_PASSWORD=", head: VARIABLE },
  { anchor: "BORG_PASSPHRASE=", head: VARIABLE },
];

export const COMMAND_ANCHORS: readonly string[] = FORMS.map(({ anchor }) => anchor);

const HEADS = [...new Set(FORMS.map(({ head }) => head))];

/** A value that is no option, no other word of prose and no place to be filled in. */
const VALUE = /^[^\s"'\\<>()[\]{}|;&,\x00-\x1f]{4,200}/;

/** Passwords in one line, after what tells them. */
export function findCommandPasswords(line: string): SecretMatch[] {
  return HEADS.flatMap((head) =>
    Array.from(line.matchAll(head), (match) => passwordAt(line, match.index + match[0].length)),
  ).filter((match) => match !== undefined);
}

/** Programs that take a password from a pipe. */
export const PIPE_ANCHORS: readonly string[] = ["chpasswd", "--password-stdin"];

const PIPED =
  /\b(?:echo|printf)[ \t]{1,4}(?:-[neE]{1,3}[ \t]{1,4})?["']?(?=[^\s|;&]{4,300}[ \t]{0,4}\|[^|;&\n]{0,300}(?:--password-stdin|(?<colon>chpasswd)))/g;

/** Passwords in one line that a pipe brings to a program: `echo user:password | chpasswd`. */
export function findPipedPasswords(line: string): SecretMatch[] {
  return Array.from(line.matchAll(PIPED), (match) => {
    const start = match.index + match[0].length;
    if (match.groups?.["colon"] === undefined) return passwordAt(line, start);
    const user = /^[\w.-]{1,40}:/.exec(line.slice(start, start + 42))?.[0];
    return user === undefined ? undefined : passwordAt(line, start + user.length);
  }).filter((match) => match !== undefined);
}

function passwordAt(line: string, start: number): SecretMatch | undefined {
  const value = VALUE.exec(line.slice(start, start + 201))?.[0].replace(/\\n$/, "");
  if (value === undefined || value.startsWith("-") || holdsVariable(value)) return undefined;
  const look = judgeValue(value);
  if ((look !== "literal" && look !== "default" && look !== "number") || isPublished(value)) {
    return undefined;
  }
  // Help texts, in every language, have a word here.
  if (!/\d/.test(value)) return undefined;
  return {
    start,
    end: start + value.length,
    detector: "command-line-password",
    title: "password on a command line",
    confidence: look === "literal" ? "medium" : "low",
    checksum: "none",
  };
}
