/** Finds credentials in URLs: `scheme://user:password@host`, `https://token@host`. */

import type { SecretMatch } from "./detector.ts";
import { holdsVariable, judgeValue, looksRandom } from "./judge-value.ts";

/** The longest user-information part that is read. */
const MAX_USERINFO = 1024;

const DATABASES =
  /^(?:jdbc:)?(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|valkeys?|amqps?|mssql|sqlserver|oracle|clickhouse|cockroachdb|couchdb|cassandra|neo4j|bolt|influxdb|ldaps?|nats|kafka)(?:\+[a-z0-9]+)?$/;

/** Passwords in URLs, in order. */
export function findUrlSecrets(text: string, limit: number): SecretMatch[] {
  const found: SecretMatch[] = [];
  let at = text.indexOf("://");
  while (at >= 0 && found.length < limit) {
    const match = urlSecretAt(text, at);
    if (match !== undefined) found.push(match);
    at = text.indexOf("://", at + 3);
  }
  return found;
}

/** The secret of the URL whose `://` stands at a place. */
export function urlSecretAt(text: string, at: number): SecretMatch | undefined {
  const scheme = schemeBefore(text, at);
  if (scheme === "") return undefined;
  const start = at + 3;
  const end = userinfoEnd(text, start);
  if (end === undefined) return undefined;
  const colon = text.indexOf(":", start);
  const hasPassword = colon >= 0 && colon < end;
  const secretStart = hasPassword ? colon + 1 : start;
  const secret = text.slice(secretStart, end);
  const user = text.slice(start, hasPassword ? colon : end);
  if (secret === "" || holdsVariable(secret)) return undefined;
  const look = judgeValue(secret);
  if (look === "reference" || look === "placeholder" || look === "empty") return undefined;
  const database = DATABASES.test(scheme);
  if (!hasPassword) return tokenAsUser(text, scheme, { start, end });
  // Public servers of old version control take these of everybody.
  if (/(?:^|:)(?:anoncvs|anonymous)$/.test(secret)) return undefined;
  const weak = look === "default" || look === "setting" || isExample(text, end + 1, secret);
  if (user === "user" && /^pass(?:word|wd)?$/.test(secret) && !database) return undefined;
  // A colon alone may be a port in text that is no URL, so the host must follow.
  if (!/[\w[]/.test(text[end + 1] ?? "")) return undefined;
  return {
    start: secretStart,
    end,
    detector: database ? "database-url" : "basic-auth-url",
    title: database ? "password in a database URL" : "password in a URL",
    confidence: weak ? "low" : "high",
    checksum: "none",
  };
}

/** A short password for a host of a name that is reserved for examples (RFC 2606, RFC 6761). */
function isExample(text: string, host: number, secret: string): boolean {
  const reserved =
    /^(?:[\w-]{1,63}\.){0,8}(?:example(?:\.(?:com|org|net))?|invalid|test|host(?:name)?)(?![\w.-])/i;
  return secret.length < 10 && reserved.test(text.slice(host, host + 200));
}

/** `https://<token>@github.com`: a long random user is a token. Sentry's DSN has its key there. */
function tokenAsUser(
  text: string,
  scheme: string,
  { start, end }: { start: number; end: number },
): SecretMatch | undefined {
  if (scheme !== "https" && scheme !== "http") return undefined;
  const user = text.slice(start, end);
  if (!/\d/.test(user) || !/^[\w.~%-]+$/.test(user)) return undefined;
  if (user.length < 20 && !looksRandom(user)) return undefined;
  const host = text.slice(end + 1, end + 120);
  const sentry =
    /^(?:[\w.-]+\.)?(?:ingest\.)?(?:[a-z]{2}\.)?sentry\./.test(host) && user.length === 32;
  return {
    start,
    end,
    detector: sentry ? "sentry-dsn" : "token-url",
    title: sentry ? "Sentry DSN" : "token in a URL",
    confidence: sentry ? "low" : "medium",
    checksum: "none",
  };
}

/** The scheme that ends before `at`, in lower case. At most 30 characters are read. */
function schemeBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < 30 && /[A-Za-z0-9+.:-]/.test(text[start - 1] ?? "")) start -= 1;
  const scheme = text.slice(start, at).toLowerCase();
  const known = /(?:jdbc:)?[a-z][a-z0-9+.-]*$/.exec(scheme);
  return known?.[0] ?? "";
}

/** Where the `@` stands that ends the user information, or undefined. The last `@` before the path counts. */
function userinfoEnd(text: string, start: number): number | undefined {
  let end: number | undefined;
  const stop = Math.min(text.length, start + MAX_USERINFO);
  for (let index = start; index < stop; index++) {
    const char = text[index] ?? "";
    if (char === "$" && text[index + 1] === "{") {
      const close = text.slice(index, stop).indexOf("}");
      if (close < 0) return end;
      index += close;
    } else if (char === "@") end = index;
    else if (/[\s/"'<>?#,`\\|;]/.test(char)) break;
  }
  return end;
}
