/** `curl -o x.sh … && sh x.sh`: what was downloaded to a file is run, and nothing checks it in between. */

import type { RunStep } from "../../model/build-steps.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import { baseName } from "../../readers/paths.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import { CURL_VALUES } from "./command-check.ts";
import { draft } from "./weakness.ts";

const SHELL = /^(?:(?:ba|da|a|z|k)?sh|source|\.)$/;
const INTERPRETER = /^(?:python[\d.]*|perl|ruby|node|php|pwsh)$/;
const CHECKER =
  /^(?:(?:sha\d{0,3}|md5|b[23]|ck)sum|sha(?:1|224|256|384|512)|shasum|rhash|cosign|minisign|signify|slsa-verifier|gpgv|sqv|cmp)$/;
const CHECKED_INSIDE =
  /(?:\$\(|`)[^\n]{0,80}\b(?:(?:sha\d{0,3}|md5|b[23])sum|shasum|openssl)\b|\bhash_file\b|\bhashlib\b/;
/** How much of a word is looked at, in UTF-16 code units. */
const MAX_WORD = 20_000;
/** The most downloads that are kept in mind at once. */
const MAX_DOWNLOADS = 200;

/** Findings on files that the steps of one stage download and run. Once anything is checked, all is taken as checked. */
export function downloadedScripts(runs: readonly RunStep[]): FindingDraft[] {
  const found: FindingDraft[] = [];
  const byStage = new Map<string, Set<string>>();
  for (const run of runs) {
    const downloads = byStage.get(run.stage) ?? new Set<string>();
    byStage.set(run.stage, downloads);
    for (const command of run.commands) {
      const file = ranFile(command);
      const download = file === undefined ? undefined : sameFile(file, downloads);
      if (download !== undefined) {
        downloads.delete(download);
        found.push(finding(run, command));
      }
      if (checks(command)) downloads.clear();
      for (const target of targets(command)) {
        if (downloads.size < MAX_DOWNLOADS) downloads.add(target);
      }
    }
  }
  return found;
}

function checks(command: ShellCommand): boolean {
  const [first, ...rest] = effectiveWords(command);
  const program = baseName(first?.text ?? "");
  if (CHECKER.test(program)) return true;
  if (program === "gpg" || program === "gpg2") return rest.some(({ text }) => text === "--verify");
  if (program === "openssl") return rest[0]?.text === "dgst";
  return rest.some(({ text }) => CHECKED_INSIDE.test(text.slice(0, MAX_WORD)));
}

/** The file that a command runs: its own path, or the script that it gives to an interpreter. */
function ranFile(command: ShellCommand): string | undefined {
  const [first, ...rest] = effectiveWords(command).map(({ text }) => text);
  if (first === undefined) return undefined;
  const program = baseName(first);
  if (SHELL.test(program))
    return firstOperand(rest, /^[-+][a-z]*[oO]$|^--(?:rcfile|init-file)$/, /^-[a-z]*c/);
  if (INTERPRETER.test(program)) return firstOperand(rest, /^-[WXrI]$/, /^-(?:\w*[cemp]|r)$/);
  return first.includes("/") ? plain(first) : undefined;
}

/** The first word that is no option; none where an option brings the script itself. */
function firstOperand(
  words: readonly string[],
  takesNext: RegExp,
  bringsScript: RegExp,
): string | undefined {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (takesNext.test(word)) index++;
    else if (bringsScript.test(word)) return undefined;
    else if (!/^[-+]/.test(word)) return plain(word);
  }
  return undefined;
}

/** The download that a path names: the same path, or the same name where one of the two stands without a directory. */
function sameFile(file: string, downloads: ReadonlySet<string>): string | undefined {
  if (downloads.has(file)) return file;
  for (const download of downloads) {
    const oneIsBare = !file.includes("/") || !download.includes("/");
    if (oneIsBare && baseName(file) === baseName(download)) return download;
  }
  return undefined;
}

/** Files that a command writes what it downloads to. */
function targets(command: ShellCommand): readonly string[] {
  const [first, ...rest] = effectiveWords(command).map(({ text }) => text);
  const program = baseName(first ?? "");
  if (program !== "curl" && !/^wget2?$/.test(program)) return [];
  const named = program === "curl" ? curlTargets(rest) : wgetTargets(rest);
  const redirected = command.redirects.flatMap(({ operator, target }) =>
    /^1?>{1,2}\|?$/.test(operator) ? [target] : [],
  );
  return [...named, ...redirected].filter((path) => path !== "" && path !== "-").map(plain);
}

const REMOTE_NAME = new RegExp(`^-[^-${CURL_VALUES}]*O`);

function curlTargets(words: readonly string[]): readonly string[] {
  const named = optionValues(words, "o", "--output", CURL_VALUES);
  const remote = words.some(
    (word) => word === "--remote-name" || word === "--remote-name-all" || REMOTE_NAME.test(word),
  );
  return remote ? [...named, ...urlNames(words)] : named;
}

function wgetTargets(words: readonly string[]): readonly string[] {
  const named = optionValues(words, "O", "--output-document", "aABDeGiIloPQRtTUwX");
  return named.length > 0 ? named : urlNames(words);
}

/** Values of an option that is written `-o X`, `-oX`, `-fsSLo X`, `--output X` or `--output=X`. */
function optionValues(
  words: readonly string[],
  letter: string,
  long: string,
  valued: string,
): readonly string[] {
  const before = valued.replace(letter, "");
  const short = new RegExp(`^-[^-${before}${letter}]*${letter}(.*)$`, "s");
  return words.flatMap((word, index) => {
    if (word === long) return [words[index + 1] ?? ""];
    if (word.startsWith(`${long}=`)) return [word.slice(long.length + 1)];
    const attached = short.exec(word)?.[1];
    if (attached === undefined) return [];
    return [attached === "" ? (words[index + 1] ?? "") : attached];
  });
}

/** The names that the files of URLs get. */
function urlNames(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (!/^[a-z]+:\/\/[^/]+\//i.test(word)) return [];
    return [baseName(word.replace(/[?#].*$/s, ""))];
  });
}

/** A path without quotes that were kept and without `./`. */
function plain(path: string): string {
  return path.replace(/^(?:\.\/+)+/, "");
}

function finding(run: RunStep, command: ShellCommand): FindingDraft {
  return draft({
    severity: "medium",
    message: "a file from the network is run unseen",
    detail: `It was downloaded before, and nothing compares it with a digest or checks a signature. Whoever controls the server, its domain or the network path runs commands in the build${run.inImage ? " and decides what goes into the image" : ""}.`,
    help: "Check it before it runs: `echo '<digest>  file' | sha256sum -c`, with the digest in the Dockerfile; or use `ADD --checksum=sha256:<digest>`",
    label: "runs what was downloaded",
    at: command.span,
    subject: "download run",
  });
}
