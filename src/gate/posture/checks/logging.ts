/** Log drivers: for some the daemon connects to any address, and reads files of the host as root. */

import { objectOf, shown, textOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { CheckRow, Judge } from "./check.ts";

/** Drivers that write to a file of the engine's own, and what concerns that file. */
const OWN_FILES = new Set(["", "json-file", "local"]);
const FILE_OPTIONS = new Set([
  "max-size",
  "max-file",
  "compress",
  "labels",
  "labels-regex",
  "env",
  "env-regex",
  "tag",
  "mode",
  "max-buffer-size",
]);

/** Options that name a file of the host: moby/moby b985e2313a, daemon/logger. */
const FILE_NAMES = /(?:^|-)(?:capath|tls-ca-cert|tls-cert|tls-key|credentials-endpoint)$/;
/** Addresses of sockets on the host. */
const SOCKET = /^(?:unix|unixgram):/i;

function judgeLogging(
  type: string,
  options: Iterable<readonly [string, string]>,
  at: LogAt,
  judging: Judging,
): void {
  const own = OWN_FILES.has(type);
  if (!own) {
    if (!judging.grants.logDrivers.has(type)) {
      judging.miss({
        rule: "log-driver-not-granted",
        at: at.driver,
        message: `the policy does not grant the log driver ${shown(type)}: the engine itself connects or writes for it`,
        key: "log-drivers",
        value: type,
        instead: "use json-file or local",
      });
      return;
    }
    judging.grant(at.driver);
  }
  for (const [name, value] of options) {
    if (FILE_OPTIONS.has(name)) continue;
    const reason = own
      ? "is not one of a log that the engine keeps in a file"
      : FILE_NAMES.test(name)
        ? "names a file of the host, which the engine reads as root"
        : SOCKET.test(value)
          ? "names a socket of the host, to which the engine connects as root"
          : undefined;
    if (reason === undefined) continue;
    judging.deny({
      rule: "log-option-not-granted",
      at: `${at.options}["${shown(name)}"]`,
      message: `the log option ${shown(name)} ${reason}`,
      help: "Leave it out, or set it for the whole engine in daemon.json",
    });
  }
}

interface LogAt {
  readonly driver: string;
  readonly options: string;
}

function logging(driver: string, options: string): Judge {
  return (value, at, judging) => {
    const written = objectOf(valueAt(value, options));
    judgeLogging(
      textOf(valueAt(value, driver)),
      [...written].map(([name, text]) => [name, textOf(text)] as const),
      { driver: `${at}.${driver}`, options: `${at}.${options}` },
      judging,
    );
  };
}

export const loggingChecks: readonly CheckRow[] = [
  ["HostConfig", "LogConfig", "log drivers", logging("Type", "Config")],
  ["HostConfig.LogConfig", "Type Config", "log drivers", "with HostConfig.LogConfig"],
  ["TaskSpec", "LogDriver", "log drivers", logging("Name", "Options")],
  ["TaskSpec.LogDriver", "Name Options", "log drivers", "with TaskSpec.LogDriver"],
];
