/** `process` and `hooks`: user, groups, command, environment. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { parseUser } from "../../model/user.ts";
import type { Command } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { User } from "../../model/user.ts";
import type { Exec } from "../../model/workload.ts";
import { asString, asText, entryOf, entrySpan } from "../yaml/access.ts";
import { commandLine } from "../yaml/command-line.ts";
import type { Report } from "../yaml/fields.ts";
import {
  factOf,
  integerField,
  listAt,
  mapAt,
  mapsAt,
  textAt,
  textField,
  wrongItem,
} from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { variablesAt } from "../yaml/variables.ts";

const SPEC = "runtime-spec v1.3.0, config.md";

function byDefault(span: Span): Origin {
  return { kind: "default", of: "the OCI runtime", source: SPEC, span };
}

/** Without `user` the process runs as uid 0 and gid 0. */
export function readUser(
  process: YamlMap | undefined,
  platform: "linux" | "windows",
  source: Span,
  report: Report,
): Fact<User> {
  const user = mapAt(process, "user", report);
  const root: Fact<User> = known(parseUser("0:0"), byDefault(source));
  if (platform === "windows") {
    const name = textField(user, "username");
    return factOf(
      name === undefined
        ? undefined
        : {
            ...name,
            value: name.value === undefined ? undefined : { text: name.value, name: name.value },
          },
      root,
    );
  }
  const uid = integerField(user, "uid");
  const gid = integerField(user, "gid");
  const group = gid?.value ?? 0;
  if (uid === undefined) return root;
  const value = uid.value === undefined ? undefined : parseUser(`${uid.value}:${group}`);
  return factOf<User>({ ...uid, value }, root);
}

export function readGroups(process: YamlMap | undefined, report: Report): Runtime["groups"] {
  const groups: { readonly text: string; readonly origin: Origin }[] = [];
  for (const item of listAt(
    mapAt(process, "user", () => {}),
    "additionalGids",
    report,
  )) {
    const text = asText(item);
    if (text === undefined) report(wrongItem(item, "additionalGids", "a whole number"));
    else groups.push({ text, origin: { kind: "set", span: item.span } });
  }
  return groups;
}

export function readCommand(
  process: YamlMap | undefined,
  source: Span,
  report: Report,
): Fact<Command> {
  const entrypoint = commandLine(process, "args", report, asString);
  return known(
    entrypoint === undefined ? {} : { entrypoint },
    entrypoint?.span === undefined ? byDefault(source) : { kind: "set", span: entrypoint.span },
  );
}

const HOOKS = [
  "prestart",
  "createRuntime",
  "createContainer",
  "startContainer",
  "poststart",
  "poststop",
];
/** Hooks that run inside the container's namespaces; the others run on the host, as the engine does. */
const HOOKS_INSIDE = new Set(["createContainer", "startContainer"]);

export function readEnvironment(
  root: YamlMap,
  process: YamlMap | undefined,
  report: Report,
): EnvironmentVariable[] {
  const variables = variablesAt(process, "env", "environment", report);
  const hooks = mapAt(root, "hooks", report);
  for (const name of HOOKS) {
    for (const hook of mapsAt(hooks, name, () => {})) {
      variables.push(...variablesAt(hook, "env", "exec", report));
    }
  }
  return variables;
}

/** Hooks that run inside the container. */
export function readHooks(root: YamlMap, user: Fact<User>, report: Report): Exec[] {
  const hooks = mapAt(root, "hooks", () => {});
  const execs: Exec[] = [];
  const origin: Origin = {
    kind: "inherited",
    from: "the container",
    ...(user.origin.span === undefined ? {} : { span: user.origin.span }),
  };
  for (const name of HOOKS) {
    for (const hook of mapsAt(hooks, name, report)) {
      if (!HOOKS_INSIDE.has(name)) continue;
      const path = textAt(hook, "path", report);
      const entry = entryOf(hook, "path");
      const span = entry === undefined ? hook.span : entrySpan(entry);
      const args = commandLine(hook, "args", report, asString);
      const words = args?.words.slice(1) ?? [];
      execs.push({
        what: `${name} hook`,
        // createContainer hooks run before the process takes on its user.
        user:
          name === "createContainer"
            ? known(parseUser("0:0"), byDefault(span))
            : { ...user, origin },
        privileged: known(false, origin),
        ...(path === undefined ? {} : { command: { words: [path, ...words], shell: false, span } }),
        origin: { kind: "set", span },
      });
    }
  }
  return execs;
}
