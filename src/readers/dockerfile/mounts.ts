/** `RUN --mount` and `RUN --device`. Follows moby/buildkit 73ed6825c, instructions/commands_runmount.go. */

import { nearest } from "../../model/nearest.ts";
import { printableWord } from "./instruction.ts";

const types = ["bind", "cache", "tmpfs", "secret", "ssh"];

/** Every key, and the name under which it is kept. */
const keys: Readonly<Record<string, string>> = {
  type: "type",
  from: "from",
  source: "source",
  src: "source",
  target: "target",
  dst: "target",
  destination: "target",
  readonly: "readonly",
  ro: "readonly",
  readwrite: "readwrite",
  rw: "readwrite",
  id: "id",
  sharing: "sharing",
  required: "required",
  size: "size",
  mode: "mode",
  uid: "uid",
  gid: "gid",
  env: "env",
};

const flagKeys = new Set(["readonly", "readwrite", "required"]);

export interface MountOptions {
  readonly type: string;
  /** Under one name each: `src` is `source`, `dst` is `target`, `rw` is `readonly: "false"`. */
  readonly options: Readonly<Record<string, string>>;
}

/** The options of a mount; values go through `expandValue`. Unknown keys are left out. */
export function parseMount(value: string, expandValue: (text: string) => string): MountOptions {
  const options: Record<string, string> = {};
  let type = "bind";
  for (const field of csvFields(value)) {
    const equals = field.indexOf("=");
    const written = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const key = Object.hasOwn(keys, written) ? keys[written] : undefined;
    if (key === undefined) continue;
    const text = equals < 0 ? "true" : expandValue(field.slice(equals + 1));
    if (key === "type") type = text.toLowerCase();
    else if (key === "readwrite") {
      options["readonly"] = /^(1|t|true)$/i.test(text) ? "false" : "true";
    } else if (key === "readonly" || key === "required") {
      options[key] = /^(1|t|true)$/i.test(text) ? "true" : "false";
    } else options[key] = text;
  }
  return { type, options };
}

/** Why BuildKit refuses a mount, if it does. */
export function mountProblem(
  value: string,
): { readonly why: string; readonly settle: string } | undefined {
  for (const field of csvFields(value)) {
    const equals = field.indexOf("=");
    const written = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const key = Object.hasOwn(keys, written) ? keys[written] : undefined;
    const shown = printableWord(written);
    if (key === undefined) {
      const suggestion = nearest(written, Object.keys(keys));
      return suggestion === undefined
        ? { why: "--mount has no such option; BuildKit refuses the file", settle: "remove it" }
        : {
            why: `--mount has no option \`${shown}\`; BuildKit refuses the file`,
            settle: `did you mean \`${suggestion}\`?`,
          };
    }
    if (equals < 0 && !flagKeys.has(key)) {
      return { why: `the option ${shown} of --mount has no value`, settle: `write ${shown}=VALUE` };
    }
    const text = field.slice(equals + 1).toLowerCase();
    if (key === "type" && !text.includes("$") && !types.includes(text)) {
      const suggestion = nearest(text, types);
      return {
        why: "--mount has no such type; BuildKit refuses the file",
        settle:
          suggestion === undefined
            ? `write one of ${types.join(", ")}`
            : `did you mean type=${suggestion}?`,
      };
    }
  }
  return undefined;
}

/** The name of a device: `vendor.com/class=name`, `name=…,required`. */
export function deviceName(value: string): string {
  let name = "";
  for (const field of csvFields(value)) {
    const lower = field.toLowerCase();
    if (lower === "required" || lower.startsWith("required=")) continue;
    if (lower.startsWith("name=")) return field.slice("name=".length);
    if (name === "") name = field;
  }
  return name;
}

/** Fields at commas; a field in double quotes may hold commas. */
function csvFields(value: string): string[] {
  if (!value.includes('"')) return value.split(",");
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < value.length; index++) {
    const char = value.charAt(index);
    if (char === '"' && quoted && value.charAt(index + 1) === '"') {
      field += char;
      index++;
    } else if (char === '"') quoted = !quoted;
    else if (char === "," && !quoted) {
      fields.push(field);
      field = "";
    } else field += char;
  }
  fields.push(field);
  return fields;
}
