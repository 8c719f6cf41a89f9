/** What a command is. Help, man page, shell completion and documentation are made from this. */

export interface Command {
  readonly name: string;
  /** One line, lower case, no full stop. */
  readonly summary: string;
  /** After `plimsoll`: `check [TARGET…]`. */
  readonly usage: string;
  /** A paragraph or more, wrapped when shown. */
  readonly description: readonly string[];
  readonly options: readonly Option[];
  readonly examples: readonly { readonly line: string; readonly note: string }[];
  /** What completes the command's arguments in a shell. */
  readonly completes: "files" | "words" | "none";
  /** Words for `completes: "words"`; loaded when asked for. */
  readonly words?: () => Promise<readonly string[]>;
  /** Loads and runs it. Gives the exit status. */
  readonly run: (invocation: Invocation) => Promise<ExitStatus>;
}

export interface Option {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** The value's name in capitals; absent for a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly repeatable?: boolean;
  readonly summary: string;
  /** The value when neither option, environment nor configuration gives one; for display. */
  readonly default?: string;
}

/** 0 nothing at or above the threshold, 1 findings, 2 usage or configuration, 3 nothing to check, 4 incomplete and --strict, 70 a bug. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 70;

export interface Invocation {
  readonly command: Command;
  /** The whole table, for what is made from it. */
  readonly commands: readonly Command[];
  readonly arguments: readonly string[];
  /** The words after `--`. Undefined when there was no `--`. */
  readonly rest: readonly string[] | undefined;
  readonly options: OptionValues;
  readonly io: Io;
}

export interface OptionValues {
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
}

/** The process as commands see it, so that tests can stand in for it. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of standard output, when it is a terminal. */
  readonly columns: number | undefined;
  readonly readStandardInput: () => Promise<Uint8Array>;
  readonly now: () => Date;
}

/** A mistake of the user's: the message says what, where and what to do. */
export interface UsageProblem {
  readonly problem: string;
  readonly help: string;
}
