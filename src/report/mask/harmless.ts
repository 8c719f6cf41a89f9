/** Which values need no hiding, whatever they are called. */

import { nameHoldsPath } from "./names.ts";

/** Values that hold no secret: none at all, a switch, a pure reference, the path of a file. */
export function isHarmless(name: string, value: string): boolean {
  const bare = value.trim().replace(/^["'`](.*)["'`],?$/, "$1");
  if (/^(?:|true|false|yes|no|on|off|null|~|[|>][+-]?\d?|[[{(]|\[\]|\{\}|\\)$/i.test(bare))
    return true;
  if (isPureReference(bare)) return true;
  return nameHoldsPath(name) && /^\.{0,2}\/[\w./-]*$/.test(bare);
}

/** `$NAME`, `${NAME}`, `${NAME:?message}` or `${{ secrets.NAME }}` and nothing else. */
export function isPureReference(value: string): boolean {
  const text = value.trim().replace(/^["'`](.*)["'`],?$/, "$1");
  return /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?\?[^}]*)?\}|\{\{[\s\w.-]*\}\})$/.test(text);
}
