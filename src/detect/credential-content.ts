/** Whether a file that is named like a credential file shows by its content that it holds none. */

import { findAssignedSecrets } from "./assignments.ts";

interface ContentRule {
  readonly path: RegExp;
  readonly isHarmless: (text: string) => boolean;
}

const LOGIN_IN_URL = /:\/\/[^\s/@]{1,200}@/;

/** A setting of .npmrc that a variable gives when npm runs: `//host/:_authToken=${NPM_TOKEN}`. */
const FROM_ENVIRONMENT =
  /^[^\n=]{0,400}=[ \t]{0,8}["']?\$\{[A-Za-z_]\w{0,100}\??\}["']?[ \t]{0,8}\r?$/gm;

/**
 * Only kinds of files that are as often harmless as not, and whose secrets have known forms. A plain
 * `.env` is not among them: what it holds here says little about what it holds where it is built.
 */
const rules: readonly ContentRule[] = [
  {
    // Certificates, public keys and parameters of Diffie-Hellman.
    path: /\.(?:pem|key)$/,
    isHarmless: (text) => text.includes("-----BEGIN ") && !text.includes("PRIVATE KEY"),
  },
  {
    // The settings of logins: docs.npmjs.com, "npmrc", auth-related configuration.
    path: /\.npmrc$/,
    isHarmless: (text) =>
      !/_auth|_password|username/i.test(text.replace(FROM_ENVIRONMENT, "")) &&
      !LOGIN_IN_URL.test(text),
  },
  {
    path: /\.yarnrc\.yml$/,
    isHarmless: (text) => !/npmAuth/i.test(text) && !LOGIN_IN_URL.test(text),
  },
  {
    // learn.microsoft.com, "nuget.config reference".
    path: /nuget\.config$/,
    isHarmless: (text) =>
      !/packageSourceCredentials|apikeys|password/i.test(text) && !LOGIN_IN_URL.test(text),
  },
  { path: /pip\.(?:conf|ini)$/, isHarmless: (text) => !LOGIN_IN_URL.test(text) },
  {
    // shadow(5): nobody has a password, as in the images of distributions.
    path: /^g?shadow-?$/,
    isHarmless: (text) =>
      text.split(/\r?\n/).every((line) => line === "" || /^[^:]*:(?:[!*][^:$]{0,40})?:/.test(line)),
  },
  { path: /[\w-]\.env$/, isHarmless: (text) => findAssignedSecrets(text).length === 0 },
];

/** Longer files are not judged. */
const MAX_LENGTH = 65_536;

/** True only when the content is proof enough; an empty or a long file proves nothing. */
export function holdsNoCredential(path: string, text: string): boolean {
  if (text.trim() === "" || text.length > MAX_LENGTH) return false;
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return rules.some((rule) => rule.path.test(name) && rule.isHarmless(text));
}
