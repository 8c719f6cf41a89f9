/** The formats by name. Each is loaded when it is asked for, so that a start pays for one. */

import type { Format, LongFormat } from "./contract.ts";

const formats = {
  terminal: async () => (await import("./terminal/format.ts")).terminalFormat,
  json: async () => (await import("./json/format.ts")).jsonPieces,
  sarif: async () => (await import("./sarif/format.ts")).sarifFormat,
  junit: async () => (await import("./junit/format.ts")).junitFormat,
  github: async () => (await import("./github/format.ts")).githubFormat,
  gitlab: async () => (await import("./gitlab/format.ts")).gitlabFormat,
  markdown: async () => (await import("./markdown/format.ts")).markdownFormat,
} as const satisfies Record<string, () => Promise<Format | LongFormat>>;

export type FormatName = keyof typeof formats;

export const formatNames: readonly FormatName[] = Object.keys(formats) as FormatName[];

export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

/** What a format gave, as one text. */
export function wholeText(rendered: string | Iterable<string>): string {
  return typeof rendered === "string" ? rendered : [...rendered].join("");
}

export function loadFormat(name: FormatName): Promise<Format | LongFormat> {
  return formats[name]();
}
