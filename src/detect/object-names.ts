/**
 * Values that are the name of another object, which holds the secret: `secret: shop-tls`,
 * `existingSecret: shop-postgresql`, `secretKey: db-password`. Kubernetes, Compose and charts of Helm
 * write references so, under the same words that name secrets elsewhere.
 */

import { splitName } from "./name-words.ts";
import { isSpoken } from "./plain-words.ts";

/** RFC 1123 labels of words, which a number or a version may follow: `app-db-creds-2`, `tls.v3`. */
const OBJECT_NAME = /^[a-z]+\d{0,3}(?:[-._][a-z]*\d{0,3}){1,12}$/;
/** Keys in such objects: `clientSecret`. */
const CAMEL_CASE = /^[a-z]{2,20}(?:[A-Z][a-z]{1,20}){1,6}$/;

const MAX_NAME = 253;

/** What such objects, and the keys in them, are called by. */
const OBJECT_NOUNS = new Set(
  `secret secrets tls ssl cert certs certificate certificates creds credential credentials regcred ca keystore
  truststore key keys token tokens password passwords passwd pass auth config user username pull registry`.split(
    /\s+/,
  ),
);

/** Words of names that are given to references: `TLS_SECRET`, `imagePullSecret`. */
const REFERRING = new Set(
  `tls ssl cert certificate certificates ca pull image existing external ref sealed`.split(" "),
);

/** Words with dashes, dots, underlines or capitals between them, as objects are named, and no password that was made. */
export function isObjectName(value: string): boolean {
  const text = value.trim();
  if (text.length > MAX_NAME || !(OBJECT_NAME.test(text) || CAMEL_CASE.test(text))) return false;
  const words = wordsOf(text);
  return words.length >= 2 && words.every(isSpoken);
}

/**
 * Whether a name that says "secret", "token" or "key" is given the name of an object for sure; the value is
 * one. What else is so named in a variable of the environment is more often chosen badly than a reference.
 */
export function isReferenceToObject(name: string, value: string): boolean {
  if (splitName(name).some((word) => REFERRING.has(word))) return true;
  const variable = /^[A-Z][A-Z\d_]*$/.test(name);
  // `github-app.client-secret`: a setting of the program itself.
  if (variable && !value.includes(".")) return false;
  return OBJECT_NOUNS.has(wordsOf(value.trim()).at(-1) ?? "");
}

/** `client-password`, `repl_password`: words that end in what is asked for, as a person types who sets up a test. */
export function namesItself(value: string): boolean {
  const last = wordsOf(value.trim()).at(-1) ?? "";
  return isObjectName(value) && /^(?:password|passwd|pass|pw|secret)$/.test(last);
}

function wordsOf(value: string): string[] {
  return value
    .split(/[-._]|(?<=[a-z])(?=[A-Z])/)
    .map((part) => part.replace(/\d+$/, "").toLowerCase())
    .filter((word) => word.length > 1);
}
