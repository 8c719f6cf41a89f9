/** Addresses that may be logged. */

/** `https://user:password@host/x?token=…` to `https://host/x`. */
export function withoutCredentials(text: string): string {
  const slashes = text.indexOf("//");
  if (slashes === -1) return text;
  const address = text.slice(slashes + 2).replace(/[?#].*$/s, "");
  return text.slice(0, slashes + 2) + address.slice(address.lastIndexOf("@") + 1);
}
