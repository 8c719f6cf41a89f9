/** Steps of a build that run programs or bring files in. */

import type { CommandLine } from "./command.ts";
import type { Fact, Origin } from "./fact.ts";
import type { ShellCommand } from "./shell-command.ts";
import type { Span } from "./source.ts";
import type { User } from "./user.ts";

export interface RunStep {
  readonly stage: string;
  /** Whether the stage is in the chain of the image that results. */
  readonly inImage: boolean;
  readonly user: Fact<User>;
  readonly network?: "default" | "none" | "host";
  readonly security?: "sandbox" | "insecure";
  readonly mounts: readonly RunMount[];
  readonly devices: readonly string[];
  /** The script, or the words in exec form. */
  readonly command: CommandLine;
  /** The simple commands found in the script, in order. */
  readonly commands: readonly ShellCommand[];
  /** The heredocs behind it: the script itself, or files that its commands read. Never printed. */
  readonly heredocs?: readonly WrittenText[];
  readonly origin: Origin;
}

/** A text of several lines as it stands in a file. */
export interface WrittenText {
  readonly text: string;
  readonly span: Span;
}

export interface RunMount {
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

export interface CopyStep {
  readonly what: "COPY" | "ADD";
  readonly stage: string;
  readonly inImage: boolean;
  readonly sources: readonly { readonly text: string; readonly span: Span }[];
  /** Files whose content stands in the Dockerfile as a heredoc. Never printed. */
  readonly contents?: readonly WrittenText[];
  readonly target: string;
  /** Stage or image of `--from`; then the sources are not from the context. */
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly checksum?: string;
  /** Files of the context that the step takes in and that look like credentials, relative to the context; undefined when the context could not be listed. */
  readonly credentialFiles?: readonly string[];
  /** Sources that are named like credential files and whose content, which is at hand, holds none. */
  readonly harmlessSources?: readonly string[];
  readonly user: Fact<User>;
  readonly origin: Origin;
}
