/** The seccomp profile that a policy forces: a file, or its JSON in the policy itself. */

import { parseSeccompProfile } from "../../linux/seccomp/parse.ts";
import type { Tell } from "./check-client.ts";
import { quoted } from "./problems.ts";

export type ReadText = (
  path: string,
) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

const AT = ["force", "seccomp-profile"];

/** The profile's text, trimmed; undefined when something is wrong, which is told. */
export function readProfile(
  named: string,
  tell: Tell,
  readText: ReadText = () => ({ ok: false, why: "no files are read here" }),
): string | undefined {
  const read = named.startsWith("{") ? ({ ok: true, text: named } as const) : readText(named);
  if (!read.ok) {
    tell(AT, `the profile ${quoted(named)} cannot be read: ${read.why}`, "correct the path");
    return undefined;
  }
  const text = read.text.trim();
  const json = parsedJson(text);
  const parsed = json === undefined ? undefined : parseSeccompProfile(json.value);
  if (parsed?.ok === true) return text;
  const [first] = parsed?.errors ?? [];
  const why =
    first === undefined
      ? "it is no JSON"
      : `${first.path === "" ? "" : `${first.path}: `}${first.message.replace(/\.$/, "")}`;
  tell(AT, `the seccomp profile cannot be used: ${why}`, "engines refuse it too; correct it");
  return undefined;
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
