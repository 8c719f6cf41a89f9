/** Settings that a step writes into files: `echo 'deb [trusted=yes] …' > /etc/apt/sources.list.d/x.list`. */

import type { Span } from "../../model/source.ts";
import type { WrittenText } from "../../model/build-steps.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import { baseName } from "../../readers/paths.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import type { Weakness } from "./weakness.ts";
import { draft, OWN_AUTHORITY, signature, transport } from "./weakness.ts";

interface WrittenSetting {
  readonly text: RegExp;
  readonly subject: string;
  readonly weakness: Weakness;
  /** It matters only where the image keeps the file. */
  readonly leaves?: true;
}

const WRITERS = /^(?:echo|printf|sed|perl|add-apt-repository|apt-add-repository)$/;

/** Where a setting begins: at a line's start, also of one that `printf` or `echo -e` writes. */
const LINE = String.raw`(?:^|\n|\\n|\\t|\s)`;

const SETTINGS: readonly WrittenSetting[] = [
  {
    // What comes from a directory of the machine needs no signature.
    text: /\[[^\]\n]{0,80}\btrusted\s{0,9}=\s{0,9}yes\b[^\]\n]{0,80}\](?!\s{0,9}(?:file|copy):)/i,
    subject: "apt trusted=yes",
    weakness: signature(
      "a source of apt is marked trusted=yes",
      "Remove `trusted=yes`; add the repository's key with `signed-by=` in its source entry",
    ),
  },
  {
    text: new RegExp(`${LINE}gpgcheck\\s{0,9}=\\s{0,9}(?:0|no|false)(?!\\w)`, "i"),
    subject: "gpgcheck=0",
    weakness: signature(
      "a repository is added with gpgcheck off",
      "Write `gpgcheck=1` and name the repository's key with `gpgkey=`",
    ),
  },
  {
    text: /(?:APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories)["']?\s{1,9}["'\\]{0,2}(?:true|1|yes)/i,
    subject: "apt unauthenticated",
    weakness: signature(
      "apt is set to skip authentication",
      "Remove the setting; add the repository's key with `signed-by=` in its source entry",
    ),
  },
  {
    text: /Acquire::https::(?:[\w.-]{1,100}::)?Verify-(?:Peer|Host)["']?\s{1,9}["'\\]{0,2}(?:false|0|no)/i,
    subject: "apt Verify-Peer",
    weakness: transport(
      "apt is set to run with Verify-Peer off",
      `Remove the setting; ${OWN_AUTHORITY}`,
    ),
  },
  {
    text: new RegExp(`${LINE}(?:strict-ssl|sslverify)\\s{0,9}=\\s{0,9}(?:0|no|false)(?!\\w)`, "i"),
    subject: "certificate check off",
    weakness: transport(
      "a package manager is set not to check certificates",
      `Remove the setting; ${OWN_AUTHORITY}`,
    ),
  },
  {
    text: /\bNOPASSWD\s{0,9}:\s{0,9}ALL\b/,
    subject: "sudo NOPASSWD",
    leaves: true,
    weakness: {
      severity: "medium",
      message: "sudo gives root without a password",
      detail:
        "Whoever takes over a process of that user is root of the container with one command: running as another user stops nobody.",
      help: "Remove the rule and sudo: do what needs root before `USER`, and run the rest without",
      label: "root for the asking",
    },
  },
];

/** How much of a word is looked at, in UTF-16 code units. */
const MAX_WORD = 20_000;

/** Findings on what a command writes. */
export function writtenSettings(command: ShellCommand, inImage: boolean): FindingDraft[] {
  const [first, ...words] = effectiveWords(command);
  const program = baseName(first?.text ?? "");
  if (!WRITERS.test(program)) return [];
  const edits = program === "sed" || program === "perl";
  return SETTINGS.flatMap(({ text, subject, weakness, leaves }) => {
    if (leaves === true && !inImage) return [];
    const word = words.find(({ text: written }) => {
      const start = written.slice(0, MAX_WORD);
      return text.test(edits ? replacement(start) : start);
    });
    return word === undefined ? [] : [draft({ ...weakness, at: word.span, subject })];
  });
}

/** Findings on the files that the heredocs of a step hold: `RUN cat <<EOF > …`, `COPY <<EOF …`. */
export function heredocSettings(
  heredocs: readonly WrittenText[],
  commands: readonly ShellCommand[],
  inImage: boolean,
): FindingDraft[] {
  return heredocs
    .filter(({ span }) => !commands.some((command) => within(command.span, span)))
    .flatMap((heredoc) => ofFile(heredoc, inImage));
}

/** Whether a command stands in a heredoc, which then is a script whose commands are judged by themselves. */
function within(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}

/** One finding for each setting that a file holds, at its line; comments are passed over. */
function ofFile({ text, span }: WrittenText, inImage: boolean): FindingDraft[] {
  const exact = span.end - span.start === text.length;
  const left = new Set(SETTINGS.filter(({ leaves }) => leaves !== true || inImage));
  const found: FindingDraft[] = [];
  let start = 0;
  for (const line of text.slice(0, MAX_WORD).split("\n")) {
    const end = start + line.length;
    const at = exact ? { ...span, start: span.start + start, end: span.start + end } : span;
    for (const setting of /^\s*[#;]/.test(line) ? [] : left) {
      if (!setting.text.test(line)) continue;
      left.delete(setting);
      found.push(draft({ ...setting.weakness, at, subject: setting.subject }));
    }
    start = end + 1;
  }
  return found;
}

/** What `s/…/…/` puts in place of what it finds; other scripts of sed as they are, but for deletions. */
function replacement(script: string): string {
  const delimiter = /(?:^|[\s;}/\d$])s([/|#,@!~%])/.exec(script);
  if (delimiter !== null) {
    const rest = script.slice(delimiter.index + delimiter[0].length);
    return rest.split(delimiter[1] ?? "/")[1] ?? "";
  }
  return /[/\d$]d$/.test(script) ? "" : script;
}
