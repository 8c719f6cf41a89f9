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

/** Passwords in one line. */
export function findCommandPasswords(line: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  for (const head of HEADS) {
    for (const match of line.matchAll(head)) {
      const start = match.index + match[0].length;
      const value = VALUE.exec(line.slice(start, start + 201))?.[0];
      if (value === undefined || value.startsWith("-") || holdsVariable(value)) continue;
      const look = judgeValue(value);
      if ((look !== "literal" && look !== "default" && look !== "number") || isPublished(value)) {
        continue;
      }
      // Help texts, in every language, have a word here.
      if (!/\d/.test(value)) continue;
      found.push({
        start,
        end: start + value.length,
        detector: "command-line-password",
        title: "password on a command line",
        confidence: look === "default" ? "low" : "medium",
        checksum: "none",
      });
    }
  }
  return found;
}
