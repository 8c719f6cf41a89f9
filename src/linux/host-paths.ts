/**
 * Host paths whose mounting gives a container more than files of its own: what, and how grave.
 *
 * Paths are taken as engines take them: `.`, `..`, repeated and trailing slashes resolved, `/var/run`
 * as `/run`, `~` for the home of whoever starts the container. They are compared by whole
 * segments: `/var` does not match `/variant`.
 */

import { hostDevice } from "./devices.ts";
import type { PathSeverity, SensitiveRow } from "./sensitive-paths.ts";
import {
  closedByRoot,
  harmless,
  harmlessToRead,
  homeRows,
  ownedByRoot,
  sensitiveRows,
} from "./sensitive-paths.ts";

export interface SensitivePath {
  /** The sensitive path that holds the mounted one. */
  readonly path: string;
  readonly severity: PathSeverity;
  /** What an attacker gains, as a clause after "it": "reads the host's password hashes". */
  readonly gain: string;
  /** What the path is, as a noun phrase: "the host's scheduled jobs". */
  readonly reason: string;
  /** Set for device files that the device rules keep the container from opening. */
  readonly cannotOpen?: true;
}

/**
 * What mounting a host path gives, or undefined when it is a path like any other.
 * Engine sockets are not its business: see `exposedSockets`. `opensDevices` tells that the container's
 * device rules allow more than the devices that every container has.
 */
export function sensitiveHostPath(
  hostPath: string,
  readOnly: boolean,
  opensDevices = false,
): SensitivePath | undefined {
  const path = cleanHostPath(hostPath);
  if (path === "/") return wholeHost(readOnly);
  if (harmless.some((entry) => isWithin(path, entry))) return undefined;
  if (readOnly && harmlessToRead.some((entry) => isWithin(path, entry))) return undefined;
  return (
    graded(path, readOnly, path.startsWith("~") ? homeRows : sensitiveRows) ??
    inHome(path, readOnly) ??
    deviceFile(path, opensDevices) ??
    otherConfiguration(path, readOnly)
  );
}

function wholeHost(readOnly: boolean): SensitivePath {
  return {
    path: "/",
    severity: "critical",
    reason: "the host's whole file system",
    gain: readOnly
      ? "reads every file of the host: password hashes, keys, tokens, data of other containers"
      : "changes any file of the host and becomes its root",
  };
}

/** The longest row that holds the path decides. */
function graded(
  path: string,
  readOnly: boolean,
  rows: readonly SensitiveRow[],
): SensitivePath | undefined {
  let nearest: SensitiveRow | undefined;
  for (const row of rows) {
    const holds = row.exactly === true ? path === row.path : isWithin(path, row.path);
    if (holds && row.path.length > (nearest?.path.length ?? 0)) nearest = row;
  }
  const grade = readOnly ? nearest?.read : nearest?.write;
  if (nearest === undefined || grade === undefined) return undefined;
  const [severity, gain] = grade;
  return { path: nearest.path, severity, gain, reason: nearest.is };
}

/** `/root`, `/home/NAME` and `/Users/NAME` as `~`; what else lies in a home is a path like any other. */
function inHome(path: string, readOnly: boolean): SensitivePath | undefined {
  const groups = /^(?<home>\/root|\/(?:home|Users)\/[^/]+)(?<rest>\/.*)?$/.exec(path)?.groups;
  if (groups === undefined) {
    return path === "/Users" ? graded("/home", readOnly, sensitiveRows) : undefined;
  }
  const home = groups["home"] ?? "";
  const found = graded(`~${groups["rest"] ?? ""}`, readOnly, homeRows);
  if (found === undefined) return undefined;
  const root = home === "/root" && !readOnly && found.severity === "high";
  return {
    ...found,
    path: found.path.replace("~", home),
    ...(root ? { severity: "critical" } : {}),
  };
}

/**
 * A mount shows the file of a device and does not change the device rules: without `--device` or a rule the kernel
 * refuses to open it, for root too. Source: Linux security/device_cgroup.c; runc libcontainer/specconv, AllowedDevices.
 */
function deviceFile(path: string, opens: boolean): SensitivePath | undefined {
  if (!isWithin(path, "/dev")) return undefined;
  const device = hostDevice(path);
  if (device.severity === "none") return undefined;
  if (!opens) {
    return {
      path,
      severity: "low",
      gain: "sees the device file, which the device rules keep it from opening",
      reason: device.is,
      cannotOpen: true,
    };
  }
  return { path, severity: device.severity, gain: device.gain, reason: device.is };
}

/** Whether the tree belongs to root, so that another user writes nothing there and reads no secret. */
export function isOwnedByRoot(hostPath: string): boolean {
  const path = cleanHostPath(hostPath);
  return closedByRoot.includes(path) || ownedByRoot.some((entry) => isWithin(path, entry));
}

/** Whether a row names a file, not a directory. */
export function isSingleFile(hostPath: string): boolean {
  return SINGLE_FILES.has(
    cleanHostPath(hostPath).replace(/^(?:\/root|\/(?:home|Users)\/[^/]+)\//, "~/"),
  );
}

const SINGLE_FILES = new Set(
  `/etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/sudoers /etc/ld.so.preload /etc/profile /etc/environment
  /etc/rc.local /etc/crontab /etc/anacrontab ~/.netrc ~/.git-credentials ~/.vault-token ~/.npmrc ~/.pypirc
  ~/.cargo/credentials.toml ~/.m2/settings.xml ~/.gem/credentials ~/.bashrc ~/.bash_profile ~/.profile ~/.zshrc
  ~/.zshenv ~/.bash_history ~/.zsh_history ~/.docker/config.json ~/.kube/config`.split(/\s+/),
);

/** Configuration that is in no row gives no root, but the host's services believe what it says. */
function otherConfiguration(path: string, readOnly: boolean): SensitivePath | undefined {
  if (readOnly || !isWithin(path, "/etc")) return undefined;
  return {
    path,
    severity: "low",
    gain: "changes configuration of the host",
    reason: "configuration of the host",
  };
}

/**
 * A path as engines clean it, with `/var/run` as `/run`. Windows paths and named pipes stay as they are.
 * Total and linear.
 */
export function cleanHostPath(text: string): string {
  const home = text === "~" || text.startsWith("~/");
  if (!home && !text.startsWith("/")) return text;
  const segments: string[] = [];
  for (const segment of (home ? text.slice(1) : text).split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  const path = `/${segments.join("/")}`;
  if (home) return path === "/" ? "~" : `~${path}`;
  return path === "/var/run" || path.startsWith("/var/run/") ? path.slice("/var".length) : path;
}

/** Whether a clean path is another or lies below it, by whole segments. */
function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(parent === "/" ? "/" : `${parent}/`);
}
