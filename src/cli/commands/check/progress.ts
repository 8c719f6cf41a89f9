/** A line on standard error that says what is going on, on a terminal only. */

import type { Io } from "../../command.ts";

export interface Progress {
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** Silent off a terminal, in CI, or when asked to be. */
export function startProgress(io: Io, silent: boolean): Progress {
  const environment = io.environment;
  if (
    silent ||
    !io.errIsTerminal ||
    (environment["CI"] ?? "") !== "" ||
    environment["TERM"] === "dumb"
  ) {
    return { say: () => undefined, stop: () => undefined };
  }
  let shown = false;
  return {
    say: (text) => {
      shown = true;
      io.err(`\r\u001b[Kplimsoll: ${text}`);
    },
    stop: () => {
      if (shown) io.err("\r\u001b[K");
    },
  };
}
