/** Where a text goes when it is secret: files of credentials, and programs that read a password. */

import { credentialFile } from "../../detect/credential-files.ts";
import { bareWord } from "./bare-word.ts";

/** Whoever reads one of these reads a secret: `echo X | docker login --password-stdin`. */
export const SINK =
  /^(?:-S|chpasswd|passwd|vncpasswd|htpasswd|kinit|cryptsetup|login|secrets?|.*(?:-stdin|with-token|--stdin|passphrase-fd).*)$/;

/** The file of `> file`, `>file` or `2>> file`. */
export function redirected(words: readonly string[], index: number): string | undefined {
  const text = words[index] ?? "";
  const sign = /^\d?&?>{1,2}\|?/.exec(text)?.[0];
  if (sign === undefined || text.startsWith(">&")) return undefined;
  const file = text.length > sign.length ? text.slice(sign.length) : (words[index + 1] ?? "");
  return bareWord(file.replace(/[;&|)]{1,4}$/, ""));
}

/** Whether a command with these words writes a file of credentials, or reads a secret from its input. */
export function takesSecret(words: readonly string[]): boolean {
  return words.some((word) => {
    const bare = bareWord(word).replace(/^\d?>{1,2}/, "");
    return SINK.test(bare) || isSecretFile(bare);
  });
}

/** Whether what is written into the file is secret: a file of credentials, one below `secrets/`, or named so. */
export function isSecretFile(path: string): boolean {
  if (path === "" || path.length > 1000 || path.startsWith("-")) return false;
  if (/(?:^|\/)\.?secrets?(?:\/|$)/.test(path) || credentialFile(path) !== undefined) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return path.includes("/") && /^(?:credentials?|passw(?:or)?d|token)\b/i.test(name);
}
