/**
 * Which names of variables, keys and flags may hold a secret, for hiding values in shown source.
 *
 * This is wider than the detectors' judgement on purpose: a value hidden for nothing costs a reader a
 * look into the file, a value shown for nothing costs the secret.
 */

import { classifyName, MAYBE_SCORE } from "../../detect/classify-name.ts";

/** Anywhere in the name, whatever the case and with separators taken out. */
const ANYWHERE =
  /password|passwd|passphrase|passcode|secret|token|credential|apikey|accesskey|privatekey|signingkey|encryptionkey|connectionstring|connstr|webhook|pwd/;

/** As a word of the name. */
const WORDS = new Set(
  "pass pw psk pin otp key keys auth authorization bearer cookie cred creds dsn jwt pat salt sas session signature x509 pem".split(
    " ",
  ),
);

/** As the end of a word that is written without separators: DBPASS, ADMINPW, GITHUBPAT. */
const ENDING = /(?:pass|pw|pat|key|creds?|auth|dsn|jwt)$/;

/** Names of Compose, Kubernetes and command lines that name a secret or configure one, and never hold it. */
const NAMES_ONLY = new Set([
  "automountserviceaccounttoken",
  "imagepullsecrets",
  "key",
  "keys",
  "secret",
  "secrets",
  "secretkeyref",
  "secretname",
  "secretref",
  "serviceaccounttoken",
  "tokenexpirationseconds",
  "topologykey",
]);

/** The same names recur on every line; so many short ones are remembered. */
const remembered = new Map<string, boolean>();
const MAX_REMEMBERED = 5000;

/** Whether a value under this name has to be hidden. */
export function nameMayHoldSecret(name: string): boolean {
  const earlier = remembered.get(name);
  if (earlier !== undefined) return earlier;
  const may = judgeName(name);
  if (name.length <= 60 && remembered.size < MAX_REMEMBERED) remembered.set(name, may);
  return may;
}

function judgeName(name: string): boolean {
  const joined = name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  // In capitals it is a variable: `SECRET=…`.
  if (NAMES_ONLY.has(joined)) return /^[A-Z][A-Z0-9_]*$/.test(name);
  if (ANYWHERE.test(joined)) return true;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some((word) => WORDS.has(word) || ENDING.test(word))) return true;
  return classifyName(name).score >= MAYBE_SCORE;
}

/** Whether the name says that its value is the path of a file. */
export function nameHoldsPath(name: string): boolean {
  return /(?:_|-|\.|[a-z])(?:file|path|dir)$/i.test(name);
}
