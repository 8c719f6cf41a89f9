/** Colours and hyperlinks of the terminal. The only place that writes escape sequences. */

import type { Severity } from "../../model/finding.ts";
import { encodePath } from "../uri.ts";

export type Style =
  | Severity
  | "unknown"
  | "failed"
  | "suppressed"
  | "title"
  | "gutter"
  | "dim"
  | "good"
  | "bad";

/** SGR parameters (ECMA-48, section 8.3.117) in the 16 colours that every theme adapts. */
const CODES: Readonly<Record<Style, string>> = {
  critical: "1;35",
  high: "1;31",
  medium: "1;33",
  low: "1;36",
  info: "1;34",
  unknown: "1;33",
  failed: "1;31",
  suppressed: "2",
  title: "1",
  gutter: "34",
  dim: "2",
  good: "32",
  bad: "31",
};

export interface Paint {
  /** Colours a text that is already plain. */
  readonly in: (style: Style, text: string) => string;
  /** Makes a text that is already plain a link (OSC 8) to a file of the report. */
  readonly link: (path: string, text: string) => string;
}

/** `root`: the URL of the directory that paths are relative to; without it nothing is linked. */
export function createPaint(color: boolean, root?: string): Paint {
  return {
    in: (style, text) => (color && text !== "" ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text),
    link: (path, text) => {
      if (root === undefined) return text;
      return `\x1b]8;;${fileUrl(root, path)}\x1b\\${text}\x1b]8;;\x1b\\`;
    },
  };
}

function fileUrl(root: string, path: string): string {
  const base = root.replace(/\/*$/, "/").replace(/[^!-~]/g, "");
  return base + encodePath(path.replace(/^\.\//, ""));
}
