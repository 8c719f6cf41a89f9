/** Secrets that only the form of their file tells: what a field of a line is, no word in it says. */

import type { SecretMatch } from "../detector.ts";
import { holdsVariable, judgeValue } from "../judge-value.ts";
import type { PathPattern } from "../path-index.ts";
import type { LineForm } from "./line-form.ts";
import { serverForms } from "./server-forms.ts";
import { systemForms } from "./system-forms.ts";

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
  {
    // maven.apache.org, "Settings Reference", servers and proxies. Encrypted ones stand in braces.
    path: /(?:^|\/)settings\.xml$/i,
    detector: "maven-password",
    title: "password of Maven's settings",
    head: /<(?:password|passphrase)>\s{0,20}/g,
    value: /^[^<>\s{][^<>\r\n]{0,300}(?=<)/,
    comments: "xml",
  },
  {
    // getcomposer.org, "Authentication for privately hosted packages": a token for each host.
    path: /(?:^|\/)auth\.json$/i,
    detector: "composer-token",
    title: "token of Composer's credentials",
    head: /"[\w.:-]{1,200}"\s{0,40}:\s{0,40}"(?<="(?:github-oauth|gitlab-oauth|gitlab-token|bearer)"\s{0,40}:\s{0,40}\{[^{}]{0,600})/g,
    value: /^[^"\\\s]{8,1000}(?=")/,
  },
  {
    path: /(?:^|\/)auth\.json$/i,
    detector: "composer-password",
    title: "password of Composer's credentials",
    head: /"password"\s{0,40}:\s{0,40}"/g,
    value: /^[^"\\\r\n]{1,1000}(?=")/,
  },
  {
    // learn.microsoft.com, "nuget.config reference", packageSourceCredentials.
    path: /(?:^|\/)nuget\.config$/i,
    detector: "nuget-password",
    title: "password of a NuGet configuration",
    comments: "xml",
    head: /<add\s{1,20}key\s{0,4}=\s{0,4}"ClearTextPassword"\s{1,20}value\s{0,4}=\s{0,4}"/gi,
    value: /^[^"\r\n]{1,300}(?=")/,
  },
  {
    // developer.wordpress.org, "Editing wp-config.php".
    path: /(?:^|\/)wp-config\.php$/i,
    detector: "wordpress-secret",
    title: "password or key of a WordPress configuration",
    head: /^[ \t]*define[ \t]{0,8}\([ \t]{0,8}["'](?:DB_PASSWORD|(?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT))["'][ \t]{0,8},[ \t]{0,40}(?=["'])["']/gm,
    value: /^[^'"\r\n]{1,300}(?=["'])/,
    literal: true,
  },
  {
    // guides.rubyonrails.org, "Custom Credentials": 16 bytes in hex, and nothing else.
    path: /(?:^|\/)(?:master|config\/credentials\/[\w-]+)\.key$/i,
    detector: "rails-master-key",
    title: "master key of Rails",
    head: /^/g,
    value: /^[0-9a-f]{32}(?=\s*$)/,
  },
  {
    // wpa_supplicant.conf(5), and nm-settings-keyfile(5).
    path: /(?:^|\/)(?:wpa_supplicant[\w.-]*\.conf|[^/]{1,200}\.nmconnection)$/i,
    detector: "wifi-key",
    title: "key of a wireless network",
    head: /^[ \t]*psk[ \t]{0,8}=[ \t]{0,8}"?/gm,
    value: /^[^"\r\n]{8,64}/,
  },
  ...serverForms,
  ...systemForms,
];

/** Expressions of which one holds for every path that tells such a form. */
export const formPaths: readonly PathPattern[] = FORMS;

const MAX_FOUND = 1000;

/** Whether a file's path tells such a form. */
export function hasForm(path: string): boolean {
  return FORMS.some((form) => form.path.test(path));
}

/** Secrets of a file whose path tells such a form, in order. */
export function findByForm(path: string, text: string): SecretMatch[] {
  const forms = FORMS.filter((form) => form.path.test(path));
  const found = forms.flatMap((form) => secretsOfForm(form, text));
  return found.toSorted((left, right) => left.start - right.start).slice(0, MAX_FOUND);
}

function secretsOfForm(form: LineForm, text: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  const searched = form.comments === "xml" ? withoutXmlComments(text) : text;
  for (const head of searched.matchAll(form.head)) {
    if (found.length >= MAX_FOUND) break;
    const start = head.index + head[0].length;
    const value = form.value.exec(text.slice(start, start + 1100))?.[0];
    if (value === undefined || (form.literal !== true && holdsVariable(value))) continue;
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

/** With spaces in their place, so that all else stays at its own. */
function withoutXmlComments(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf("<!--", from);
    if (start < 0) break;
    const close = text.indexOf("-->", start + 4);
    const end = close < 0 ? text.length : close + 3;
    parts.push(text.slice(from, start), " ".repeat(end - start));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}
