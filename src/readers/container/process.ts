/** User, command, environment, labels and health check of a container, as `Config` tells them. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known, setAt } from "../../model/fact.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import { isRoot, parseUser } from "../../model/user.ts";
import type { Command, CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { PrivilegeDrop } from "../../model/privilege-drop.ts";
import type { User } from "../../model/user.ts";
import type { Exec } from "../../model/workload.ts";
import { imageFacts } from "../image-facts.ts";
import { asString, entriesOf, entryOf, entrySpan } from "../yaml/access.ts";
import { commandLine } from "../yaml/command-line.ts";
import { factOf, listAt, mapAt, textField, wrongItem } from "../yaml/fields.ts";
import { variablesAt } from "../yaml/variables.ts";
import { placeOf } from "./applied.ts";
import { textOfField } from "./document.ts";
import type { Inspected } from "./inspected.ts";

const NO_USER = "moby/moby b985e23 daemon/create.go: the image's user is filled in; none is root";

/** Engines fill the image's user in when a container is created, so that none is known to be root. */
export function readUser({ root, config, defaults }: Inspected): Fact<User> {
  const span = placeOf(config, "User", root.span);
  const { origin } = defaults.privileged;
  const of = origin.kind === "default" ? origin.of : "the engine";
  const none: Fact<User> = known(parseUser(""), { kind: "default", of, source: NO_USER, span });
  const written = textField(config, "User");
  if (written === undefined || written.value === "") return none;
  const { value } = written;
  return factOf<User>(
    { ...written, value: value === undefined ? undefined : parseUser(value) },
    none,
  );
}

/** The name by which it was started, which may be an id. */
export function readImage({ root, config }: Inspected): Fact<ImageReference> {
  const own = textOfField(root, "ImageName");
  const name = own ?? textOfField(config, "Image") ?? textOfField(root, "Image") ?? "";
  const span =
    own === undefined ? placeOf(config, "Image", root.span) : placeOf(root, "ImageName", root.span);
  const isId = /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name);
  const reference = isId ? undefined : parseImageReference(name);
  return known(reference ?? { text: name, repository: name, digest: name }, setAt(span));
}

/** Entrypoint and command; where they stand in no list (old Podman), the words of the first process. */
export function readCommand({ root, config, report }: Inspected): Fact<Command> {
  const isText =
    typeof asString(entryOf(config, "Entrypoint")?.value) === "string" && root.entries.has("Path");
  const entrypoint = isText ? undefined : commandLine(config, "Entrypoint", report, asString);
  const command = isText ? undefined : commandLine(config, "Cmd", report, asString);
  if (entrypoint !== undefined || command !== undefined) {
    const span = entrypoint?.span ?? command?.span ?? root.span;
    return known(
      {
        ...(entrypoint === undefined ? {} : { entrypoint }),
        ...(command === undefined ? {} : { command }),
      },
      setAt(span),
    );
  }
  const path = entryOf(root, "Path");
  const first = asString(path?.value);
  if (path === undefined || first === undefined) return known({}, setAt(root.span));
  const rest = commandLine(root, "Args", report, asString);
  const line: CommandLine = {
    words: [first, ...(rest?.words ?? [])],
    shell: false,
    span: entrySpan(path),
    spans: [path.value.span, ...(rest?.spans ?? [])],
  };
  return known({ entrypoint: line }, setAt(entrySpan(path)));
}

/** An entrypoint that gives root up, where the image is one that is known for it. */
export function readPrivilegeDrop(
  { root }: Inspected,
  user: Fact<User>,
  image: Fact<ImageReference>,
  command: Fact<Command>,
): PrivilegeDrop | undefined {
  if (!user.known || !isRoot(user.value) || !command.known) return undefined;
  const words = [
    ...(command.value.entrypoint?.words ?? []),
    ...(command.value.command?.words ?? []),
  ];
  // With another entrypoint nothing is dropped.
  if (!words.slice(0, 4).some((word) => /entrypoint/.test(word))) return undefined;
  return imageFacts(image, image.origin.span ?? root.span, {}).privilegeDrop;
}

/** Podman shows no value of what it takes from its own secrets. */
const HIDDEN_VALUE = "*******";

export function readEnvironment({ config, report }: Inspected): EnvironmentVariable[] {
  return variablesAt(config, "Env", "environment", report).map((variable) => {
    if (variable.value !== HIDDEN_VALUE) return variable;
    const { value: _value, ...rest } = variable;
    const reference = { kind: "secret", name: "a secret of Podman" } as const;
    return { ...rest, from: "reference", reference };
  });
}

export function readLabels({ config, report }: Inspected): EnvironmentVariable[] {
  return entriesOf(mapAt(config, "Labels", report)).flatMap(([name, entry]) => {
    const value = asString(entry.value);
    if (value === undefined) return [];
    return [
      {
        name,
        value,
        from: "literal",
        surface: "environment",
        origin: setAt(entry.key.span),
        valueSpan: entry.value.span,
      },
    ];
  });
}

/** `["CMD", …]`, `["CMD-SHELL", script]`, `["NONE"]`. It runs as the container's user. */
export function readHealthCheck(
  { config, report }: Inspected,
  user: Fact<User>,
  privileged: Fact<boolean>,
): Exec[] {
  const check = mapAt(config, "Healthcheck", report);
  const items = listAt(check, "Test", report);
  const [kind, ...rest] = items;
  const how = asString(kind);
  const entry = entryOf(check, "Test");
  if (kind === undefined || entry === undefined || how === "NONE" || rest.length === 0) return [];
  const words: string[] = [];
  for (const item of rest) {
    const text = asString(item);
    if (text === undefined) report(wrongItem(item, "Test", "text"));
    words.push(text ?? "");
  }
  const span = entrySpan(entry);
  const spans = rest.map((item) => item.span);
  const from: Origin = { kind: "inherited", from: "the container", span };
  return [
    {
      what: "health check",
      // It is judged with the container.
      user: { ...user, origin: user.origin.kind === "set" ? from : user.origin },
      privileged: { ...privileged, origin: from },
      command: { words, shell: how === "CMD-SHELL", span, spans },
      origin: setAt(span),
    },
  ];
}
