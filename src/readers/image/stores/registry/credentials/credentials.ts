/** What a registry may be shown. Never printed, never kept longer than the reading takes. */

export type Credentials =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** A refresh token: shown to the token service, not to the registry. */
  | { readonly kind: "identity"; readonly token: string }
  /** Shown to the registry as it is. */
  | { readonly kind: "bearer"; readonly token: string };

/** A text that can stand in a header without ending it. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,65536}$/.test(text);
}
