/** The formats by name. Each is loaded when it is asked for, so that a start pays for one. */

import type { Format } from "./contract.ts";

interface FormatEntry {
  /** One line for help. */
  readonly about: string;
  /** How the name of a file ends that is written in this format when none is named. */
  readonly endings: readonly string[];
  readonly load: () => Promise<Format>;
}

const formats = {
  terminal: {
    about: "code frames for people, in colour on a terminal",
    endings: [".txt"],
    load: async () => (await import("./terminal/format.ts")).terminalFormat,
  },
  json: {
    about: "everything, as versioned JSON (plimsoll/report/v1)",
    endings: [".json"],
    load: async () => (await import("./json/format.ts")).jsonFormat,
  },
  sarif: {
    about: "SARIF 2.1.0, for code scanning",
    endings: [".sarif", ".sarif.json"],
    load: async () => (await import("./sarif/format.ts")).sarifFormat,
  },
  junit: {
    about: "JUnit XML, for test reports",
    endings: [".xml"],
    load: async () => (await import("./junit/format.ts")).junitFormat,
  },
  github: {
    about: "annotations of GitHub workflows",
    endings: [],
    load: async () => (await import("./github/format.ts")).githubFormat,
  },
  gitlab: {
    about: "GitLab's Code Quality report",
    endings: ["codequality.json", "code-quality.json", "code-quality-report.json"],
    load: async () => (await import("./gitlab/format.ts")).gitlabFormat,
  },
  markdown: {
    about: "a summary for job summaries and comments",
    endings: [".md", ".markdown"],
    load: async () => (await import("./markdown/format.ts")).markdownFormat,
  },
} as const satisfies Record<string, FormatEntry>;

export type FormatName = keyof typeof formats;

export const formatNames: readonly FormatName[] = Object.keys(formats) as FormatName[];

export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

/** One line on a format, for help. */
export function describeFormat(name: FormatName): string {
  return formats[name].about;
}

export function loadFormat(name: FormatName): Promise<Format> {
  return formats[name].load();
}

/** The format that a file's name asks for, by its longest ending; undefined when it asks for none. */
export function formatForFile(path: string): FormatName | undefined {
  const lower = path.toLowerCase();
  let best: { name: FormatName; length: number } | undefined;
  for (const name of formatNames) {
    for (const ending of formats[name].endings) {
      if (lower.endsWith(ending) && ending.length > (best?.length ?? 0)) {
        best = { name, length: ending.length };
      }
    }
  }
  return best?.name;
}
