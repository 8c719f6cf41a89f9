/** Command-line arguments against a command's options; an option may also come from `PLIMSOLL_…`. */

import { nearest } from "../model/nearest.ts";
import type { Command, Option, OptionValues, UsageProblem } from "./command.ts";

export interface ParsedArguments {
  readonly arguments: readonly string[];
  readonly rest: readonly string[] | undefined;
  readonly options: OptionValues;
}

const PREFIX = "PLIMSOLL_";

/** `PLIMSOLL_FAIL_ON` for `--fail-on`. */
export function environmentName(option: Option): string {
  return `${PREFIX}${option.name.toUpperCase().replaceAll("-", "_")}`;
}

/** Long and short options, `--name=value`, `-fvalue`, grouped switches, `--no-…` as its own name, `--`. */
export function parseArguments(
  words: readonly string[],
  command: Command,
  environment: Readonly<Record<string, string | undefined>>,
): ParsedArguments | UsageProblem {
  const values = new Map<string, string[]>();
  const positional: string[] = [];
  let rest: readonly string[] | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") {
      rest = words.slice(index + 1);
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positional.push(word);
      continue;
    }
    const split = splitOption(word, command);
    if ("problem" in split) return split;
    for (const { option, value } of split.settings) {
      let text = value;
      if (option.value === undefined && text !== undefined) {
        return problem(command, `--${option.name} takes no value`);
      }
      if (option.value !== undefined && text === undefined) {
        text = words[++index];
        if (text === undefined)
          return problem(
            command,
            `--${option.name} needs a value: ${option.choices?.join(", ") ?? option.value}`,
          );
      }
      const list = values.get(option.name) ?? [];
      list.push(text ?? "true");
      values.set(option.name, list);
    }
  }
  const inEnvironment = new Set<Option>();
  for (const option of command.options) {
    const fromEnvironment = environment[environmentName(option)];
    if (fromEnvironment === undefined || fromEnvironment === "" || values.has(option.name))
      continue;
    inEnvironment.add(option);
    if (option.value === undefined) {
      if (!/^(0|false|no)$/i.test(fromEnvironment)) values.set(option.name, ["true"]);
    } else {
      values.set(option.name, option.repeatable ? fromEnvironment.split(",") : [fromEnvironment]);
    }
  }
  const wrong = checkValues(values, command, inEnvironment);
  if (wrong !== undefined) return wrong;
  return {
    arguments: positional,
    rest,
    options: {
      flag: (name) => values.has(name),
      text: (name) => values.get(name)?.at(-1),
      texts: (name) => values.get(name) ?? [],
    },
  };
}

/**
 * A variable whose name is nearly that of an option, as a misspelt key of plimsoll.yaml stops the run. Names
 * that are like none may be of something else: an orchestrator makes PLIMSOLL_SERVICE_HOST of a service.
 */
export function misspeltVariable(
  environment: Readonly<Record<string, string | undefined>>,
  commands: readonly Command[],
): UsageProblem | undefined {
  const names = new Set(commands.flatMap(({ options }) => options.map(environmentName)));
  for (const [name, value] of Object.entries(environment)) {
    if (!/^PLIMSOLL_/i.test(name) || names.has(name) || value === undefined) continue;
    // Without the prefix, which would make every two names near to each other.
    const near = nearest(
      name.slice(PREFIX.length),
      // Two letters are near to any two others: PLIMSOLL_CI is not meant for --ca.
      [...names].map((known) => known.slice(PREFIX.length)).filter(({ length }) => length > 2),
    );
    if (near === undefined) continue;
    return {
      problem: `no option has the environment variable ${name}; did you mean ${PREFIX}${near}?`,
      help: "correct it, or unset it",
    };
  }
  return undefined;
}

type Split = { settings: { option: Option; value: string | undefined }[] } | UsageProblem;

function splitOption(word: string, command: Command): Split {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const option = command.options.find((candidate) => candidate.name === name);
    if (option === undefined) return unknownOption(`--${name}`, command);
    return { settings: [{ option, value: equals < 0 ? undefined : word.slice(equals + 1) }] };
  }
  const settings: { option: Option; value: string | undefined }[] = [];
  for (let index = 1; index < word.length; index++) {
    const letter = word[index] ?? "";
    const option = command.options.find((candidate) => candidate.short === letter);
    if (option === undefined) return unknownOption(`-${letter}`, command);
    if (option.value !== undefined) {
      const value = word.slice(index + 1).replace(/^=/, "");
      settings.push({ option, value: value === "" ? undefined : value });
      break;
    }
    settings.push({ option, value: undefined });
  }
  return { settings };
}

function checkValues(
  values: ReadonlyMap<string, string[]>,
  command: Command,
  inEnvironment: ReadonlySet<Option>,
): UsageProblem | undefined {
  for (const option of command.options) {
    const given = values.get(option.name) ?? [];
    if (given.length > 1 && option.value !== undefined && option.repeatable !== true) {
      return problem(
        command,
        `--${option.name} is given ${given.length} times, and takes one value`,
      );
    }
    if (option.choices === undefined) continue;
    for (const value of given) {
      if (option.choices.includes(value)) continue;
      const near = nearest(value, option.choices);
      const name = inEnvironment.has(option) ? environmentName(option) : `--${option.name}`;
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return problem(
        command,
        `${name} is ${option.choices.join(", ")}, not ${JSON.stringify(value)}${hint}`,
      );
    }
  }
  return undefined;
}

function unknownOption(word: string, command: Command): UsageProblem {
  const near = nearest(
    word,
    command.options.map((option) => `--${option.name}`),
  );
  return problem(
    command,
    `there is no option ${word}${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}

function problem(command: Command, text: string): UsageProblem {
  return { problem: text, help: `plimsoll ${command.name} --help lists the options` };
}
