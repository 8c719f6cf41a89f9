/**
 * `-v`, `--mount`, `--tmpfs`, `--volumes-from`, `--secret`.
 * Sources: moby v28 volume/mounts/linux_parser.go; docker/cli v28 opts/mount.go and
 * cli/command/container/opts.go; podman v5 pkg/specgenutil/volumes.go and podman-run(1).
 */

import { unknownAt } from "../../model/fact.ts";
import type { Mount } from "../../model/workload.ts";
import { dirName, hostPathOf, joinPath, leavesTree } from "../paths.ts";
import type { Argument } from "./argument.ts";
import { pairOf, slice, split, unknownText } from "./argument.ts";
import type { Report } from "./option-facts.ts";
import { originOf, reportMalformed, reportUnknown } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** The mounts that one flag asks for; none when it cannot be read, which is then reported. */
export function mountsOf(option: Option, report: Report): readonly Mount[] {
  const { value } = option;
  if (option.name === "use-api-socket") return [apiSocket(option)];
  if (value === undefined) return [];
  switch (option.name) {
    case "volume":
      return volumeMount(option, value, report);
    case "mount":
      return longMount(option, value, report);
    case "tmpfs":
      return tmpfs(option, value, report);
    case "volumes-from":
      return [volumesFrom(option, value, report)];
    case "secret":
    case "config":
      return secretMount(option, value, report);
    default:
      return [];
  }
}

function apiSocket(option: Option): Mount {
  return {
    type: "bind",
    source: "/var/run/docker.sock",
    hostPath: "/run/docker.sock",
    target: "/var/run/docker.sock",
    readOnly: false,
    via: "api-socket",
    origin: originOf(option),
  };
}

/** `[SOURCE:]TARGET[:OPTIONS]`. */
function volumeMount(option: Option, value: Argument, report: Report): readonly Mount[] {
  const fields = driveLetters(split(value, ":"));
  const [first, second, third] = fields;
  if (first === undefined || fields.length > 3 || (fields.length > 1 && first.text === "")) {
    reportMalformed(report, option, "volume", "it has not the form SOURCE:TARGET:OPTIONS");
    return [];
  }
  const origin = originOf(option);
  if (second === undefined) {
    if (first.dynamic) {
      reportUnknown(report, option, "volume");
      return [];
    }
    return [{ type: "volume", target: first.text, readOnly: false, origin }];
  }
  const modes = third === undefined ? [] : third.text.split(",");
  if (third?.dynamic === true) reportUnknown(report, option, "options of the volume");
  const propagation = modes.findLast((mode) => PROPAGATIONS.includes(mode));
  return [
    {
      ...sourceOf(first, option, report),
      target: second.text,
      readOnly: modes.includes("ro") || modes.includes("readonly"),
      ...(propagation === undefined ? {} : { propagation }),
      origin,
    },
  ];
}

/** `C:\x:/y`: the letter belongs to the path. */
function driveLetters(fields: readonly Argument[]): readonly Argument[] {
  const [first, second, ...rest] = fields;
  if (first === undefined || second === undefined || !/^[A-Za-z]$/.test(first.text)) return fields;
  if (!/^[\\/]/.test(second.text) || rest.length === 0) return fields;
  const text = `${first.text}:${second.text}`;
  return [{ ...second, text, pieces: [...first.pieces, ...second.pieces] }, ...rest];
}

/** A bind mount of a path, or a volume by its name. */
function sourceOf(
  source: Argument,
  option: Option,
  report: Report,
): Pick<Mount, "type" | "source" | "hostPath"> {
  const { text } = source;
  const head = source.pieces[0];
  if (head?.unknown !== undefined) {
    const rest = text.slice(head.text.length);
    const hostPath = hostPathOfVariable(source);
    if (hostPath !== undefined) {
      if (leavesTree(".", `.${rest}`)) reportClimb(option, report);
      return { type: "bind", source: text, hostPath };
    }
    if (!isProjectPath(source)) reportSource(option, source, report);
    else if (leavesTree(directoryOf(option), `.${rest}`)) reportClimb(option, report);
    return { type: "bind", source: text };
  }
  if (/^\\\\\.\\pipe|^\/\/\.\/pipe/i.test(text)) return { type: "npipe", source: text };
  if (leavesTree(directoryOf(option), text)) reportClimb(option, report);
  if (/^[/~.]/.test(text) || /^[A-Za-z]:[\\/]/.test(text)) return bindOf(text);
  return { type: "volume", source: text };
}

function bindOf(text: string): Pick<Mount, "type" | "source" | "hostPath"> {
  const hostPath = hostPathOf(text);
  return { type: "bind", source: text, ...(hostPath === undefined ? {} : { hostPath }) };
}

/** The directory that a line is most leniently taken to run in; workflows run in the checkout's. */
function directoryOf({ span }: Option): string {
  return dirName(span.file.path.replace(/(^|\/)\.(?:github|gitea|forgejo)\/.*$/, "$1workflow"));
}

function reportClimb(option: Option, report: Report): void {
  report.unknowns.push(
    unknownAt(
      option.span,
      "source of a mount",
      "its `..` lead out of the files that are checked, so any path of the host may be mounted",
      "write the absolute path",
    ),
  );
}

function reportSource(option: Option, source: Argument, report: Report): void {
  report.unknowns.push(
    unknownAt(
      option.span,
      "source of a mount",
      `the value of ${unknownText(source)} is not known here, so any path of the host may be mounted`,
      "write the path out, or set the variable in this file",
    ),
  );
}

/** Variables that hold a directory below the user's own or of the system, whoever runs the line. */
function hostPathOfVariable(source: Argument): string | undefined {
  const [head] = source.pieces;
  const rest = source.text.slice(head?.text.length ?? 0);
  const name = head?.unknown?.name;
  if (name === "HOME") return hostPathOf(`~${rest}`);
  const home = /^(?:\$\{(?:localEnv|env):(?:HOME|USERPROFILE)\})+/.exec(source.text)?.[0];
  if (home !== undefined) return hostPathOf(`~${source.text.slice(home.length)}`);
  if (name === "XDG_RUNTIME_DIR") return joinPath("/run/user/$UID", `.${rest}`);
  if (/^(echo )?(~|\$HOME)$/.test(head?.unknown?.substitution ?? "")) return hostPathOf(`~${rest}`);
  return undefined;
}

const PROJECT_VARIABLES =
  /^(PWD|OLDPWD|CURDIR|BASH_SOURCE|GITHUB_WORKSPACE|CI_PROJECT_DIR|WORKSPACE|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY|CIRCLE_WORKING_DIRECTORY|BITBUCKET_CLONE_DIR|DRONE_WORKSPACE|TRAVIS_BUILD_DIR|BUILDKITE_BUILD_CHECKOUT_PATH|localWorkspaceFolder|workspaceFolder|PROJECT_?(DIR|ROOT|PATH)|REPO_?(DIR|ROOT)|ROOT_?DIR|SCRIPT_?DIR|SRC_?DIR)$/i;
const PROJECT_COMMANDS = /^(pwd|realpath|readlink|dirname|git rev-parse|cd |cygpath|wslpath)/;
const PROJECT_EXPRESSIONS =
  /^\$\{\{\s*(github\.workspace|runner\.temp|github\.action_path)\s*\}\}|^\$\{(localWorkspaceFolder|containerWorkspaceFolder|workspaceFolder)/;

/** Whether a path begins with an expansion that gives a directory of the project. */
function isProjectPath(source: Argument): boolean {
  const [head] = source.pieces;
  const { name, substitution } = head?.unknown ?? {};
  if (name !== undefined && PROJECT_VARIABLES.test(name)) return true;
  if (substitution !== undefined && PROJECT_COMMANDS.test(substitution)) return true;
  return PROJECT_EXPRESSIONS.test(head?.text ?? "");
}

/** Fields that are read of one value. */
const MAX_FIELDS = 200;

/** Fields of a CSV line; a field in double quotes may hold commas. */
export function csvFields(value: Argument): readonly Argument[] {
  const fields: Argument[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index <= value.text.length && fields.length < MAX_FIELDS; index++) {
    const char = value.text[index];
    if (char === '"') quoted = !quoted;
    if (char !== undefined && (char !== "," || quoted)) continue;
    const field = slice(value, start, index);
    const bare = field.text.startsWith('"') && field.text.endsWith('"') && field.text.length > 1;
    fields.push(bare ? slice(field, 1, field.text.length - 1) : field);
    start = index + 1;
  }
  return fields;
}

interface LongFields {
  readonly single: ReadonlyMap<string, Argument>;
  readonly flags: ReadonlySet<string>;
  readonly volumeOptions: ReadonlyMap<string, Argument>;
}

function longFields(value: Argument): LongFields {
  const single = new Map<string, Argument>();
  const flags = new Set<string>();
  const volumeOptions = new Map<string, Argument>();
  for (const field of csvFields(value)) {
    const { name, value: setting } = pairOf(field);
    const key = name.text.trim().toLowerCase();
    if (setting === undefined) flags.add(key);
    else if (key === "volume-opt") {
      const inner = pairOf(setting);
      if (inner.value !== undefined) volumeOptions.set(inner.name.text, inner.value);
    } else single.set(key, setting);
  }
  return { single, flags, volumeOptions };
}

const MOUNT_TYPES: Readonly<Record<string, Mount["type"]>> = {
  bind: "bind",
  volume: "volume",
  tmpfs: "tmpfs",
  npipe: "npipe",
  image: "image",
  secret: "secret",
  config: "config",
};

/** `type=bind,source=/x,target=/y,readonly`. */
function longMount(option: Option, value: Argument, report: Report): readonly Mount[] {
  const { single, flags, volumeOptions } = longFields(value);
  const field = (...names: string[]): Argument | undefined => {
    for (const name of names) {
      const found = single.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const typeField = field("type");
  const source = field("source", "src", "from");
  const target = field("target", "destination", "dst", "dest");
  if (typeField?.dynamic === true || (single.size === 0 && value.dynamic)) {
    reportUnknown(report, option, "mount");
    return [];
  }
  const typeText = typeField?.text.toLowerCase() ?? "volume";
  const type = Object.hasOwn(MOUNT_TYPES, typeText) ? (MOUNT_TYPES[typeText] ?? "other") : "other";
  const readOnlyField = field("readonly", "ro");
  if (readOnlyField?.dynamic === true)
    reportUnknown(report, option, "whether the mount is read-only");
  const readOnly =
    flags.has("readonly") ||
    flags.has("ro") ||
    (readOnlyField !== undefined && /^(1|t|true)$/i.test(readOnlyField.text));
  const propagation = field("bind-propagation")?.text;
  const place =
    type === "bind" && source !== undefined
      ? { ...sourceOf(source, option, report), type }
      : { type, ...(source === undefined ? {} : { source: source.text }) };
  return [
    {
      ...place,
      ...(type === "volume" ? driverBind(option, volumeOptions, report) : {}),
      ...(target === undefined ? {} : { target: target.text }),
      readOnly,
      ...(propagation === undefined ? {} : { propagation }),
      origin: originOf(option),
    },
  ];
}

/** A volume whose driver options bind a path of the host, or mount one of its devices. */
function driverBind(
  option: Option,
  options: ReadonlyMap<string, Argument>,
  report: Report,
): Partial<Pick<Mount, "hostPath" | "via">> {
  const device = options.get("device");
  if (device === undefined) return {};
  const flags = options.get("o")?.text.split(",") ?? [];
  const binds = flags.includes("bind") || flags.includes("rbind");
  if (device.dynamic && device.pieces[0]?.unknown !== undefined) {
    if (binds && !isProjectPath(device)) reportSource(option, device, report);
    return binds ? { via: "volume-driver" } : {};
  }
  const hostPath = hostPathOf(device.text);
  if (hostPath === undefined || !(binds || hostPath.startsWith("/dev/"))) return {};
  return { hostPath, via: "volume-driver" };
}

/** `/run:rw,size=64m`. */
function tmpfs(option: Option, value: Argument, report: Report): readonly Mount[] {
  const [target, settings] = split(value, ":", 2);
  if (target === undefined || target.dynamic) {
    reportUnknown(report, option, "target of a tmpfs");
    return [];
  }
  const readOnly = settings?.text.split(",").includes("ro") === true;
  return [{ type: "tmpfs", target: target.text, readOnly, origin: originOf(option) }];
}

/** The other container is started elsewhere, so what it mounts is not at hand. */
function volumesFrom(option: Option, value: Argument, report: Report): Mount {
  const [container, mode] = split(value, ":", 2);
  report.unknowns.push(
    unknownAt(
      option.span,
      "mounts of another container",
      "--volumes-from takes over the mounts of a container that is not read here",
      "mount what this container needs by itself, with `-v`",
    ),
  );
  return {
    type: "other",
    source: container?.text ?? value.text,
    readOnly: mode?.text.split(",").includes("ro") === true,
    via: "volumes-from",
    origin: originOf(option),
  };
}

/** `name`, or `source=name,target=x,mode=0400`. Podman's `type=env` is no mount. */
function secretMount(option: Option, value: Argument, report: Report): readonly Mount[] {
  const fields = csvFields(value).map(pairOf);
  const field = (...names: string[]): string | undefined =>
    fields.findLast(({ name }) => names.includes(name.text))?.value?.text;
  if (field("type") === "env") return [];
  const first = fields[0];
  const source =
    field("source", "src") ?? (first?.value === undefined ? first?.name.text : undefined);
  if (source === undefined) {
    reportMalformed(report, option, option.name, "it names nothing");
    return [];
  }
  const isSecret = option.name === "secret";
  const target = field("target", "dst") ?? source;
  const mode = field("mode") ?? "0444";
  return [
    {
      type: isSecret ? "secret" : "config",
      source,
      target: target.startsWith("/") ? target : isSecret ? `/run/secrets/${target}` : `/${target}`,
      readOnly: true,
      ...(/^0?[0-7]{3,4}$/.test(mode) ? { fileMode: Number.parseInt(mode, 8) } : {}),
      origin: originOf(option),
    },
  ];
}
