/** The workload that an image is: its configuration, and what its layers hold. */

import type { Unknown } from "../../model/fact.ts";
import { known, setAt } from "../../model/fact.ts";
import type { ImageContents, LayerIdentity } from "../../model/image-contents.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { parseUser } from "../../model/user.ts";
import type {
  Command,
  CommandLine,
  EnvironmentVariable,
  PrivilegeDrop,
  User,
  Workload,
} from "../../model/workload.ts";
import { asText, entryOf, entrySpan, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { Account, DroppingScript } from "./layers/layer-report.ts";

export interface ImageFacts {
  /** Shown name: the first tag, else the digest. */
  readonly title: string;
  readonly root: YamlNode;
  readonly file: SourceFile;
  readonly contents?: ImageContents;
  readonly accounts: readonly Account[];
  readonly dropping: readonly DroppingScript[];
  readonly unknowns: readonly Unknown[];
}

/** Reads an image's configuration as a workload. */
export function imageWorkload(facts: ImageFacts): Workload {
  const { title, root, file, contents, unknowns } = facts;
  const config = get(root, "config");
  const source: Span = { file, start: 0, end: Math.min(1, file.text.length) };
  const at = entryOf(root, "config")?.key.span ?? source;
  const command = commandOf(config);
  const user = userOf(config, facts.accounts);
  const userEntry = entryOf(config, "User");
  const image = parseImageReference(title) ?? { text: title, repository: title };
  const drop = dropOf(command, facts.dropping, user, at);
  return {
    id: file.path,
    kind: "image",
    name: `image ${title}`,
    source: at,
    engine: "docker",
    platform: asText(get(root, "os")) === "windows" ? "windows" : "linux",
    image: known(image, setAt(at)),
    user: known(
      user,
      userEntry === undefined
        ? {
            kind: "default",
            of: "the image",
            source: "opencontainers/image-spec v1.1.1, config.md: no User is root",
            span: at,
          }
        : setAt(entrySpan(userEntry)),
    ),
    command: known(command, setAt(entrySpanOf(config, ["Entrypoint", "Cmd"]) ?? at)),
    ...(drop === undefined ? {} : { privilegeDrop: drop }),
    env: environmentOf(config),
    execs: [],
    unknowns,
    places: [],
    ...(contents === undefined ? {} : { imageContents: contents }),
  };

  function entrySpanOf(node: YamlNode | undefined, names: readonly string[]): Span | undefined {
    const entry = names.map((name) => entryOf(node, name)).find((found) => found !== undefined);
    return entry === undefined ? undefined : entrySpan(entry);
  }
}

/** The user with its number, where the image's accounts tell it. */
function userOf(config: YamlNode | undefined, accounts: readonly Account[]): User {
  const user = parseUser(asText(get(config, "User")) ?? "");
  if (user.uid !== undefined || user.name === undefined) return user;
  const account = accounts.find(({ name }) => name === user.name);
  return account === undefined ? user : { ...user, uid: account.uid, gid: user.gid ?? account.gid };
}

function commandOf(config: YamlNode | undefined): Command {
  const entrypoint = lineOf(get(config, "Entrypoint"));
  const command = lineOf(get(config, "Cmd"));
  return {
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(command === undefined ? {} : { command }),
  };
}

function lineOf(node: YamlNode | undefined): CommandLine | undefined {
  const items = itemsOf(node);
  if (items.length === 0) return undefined;
  const words = items.map((item) => asText(item) ?? "");
  const script = words.length === 3 && words[1] === "-c" && /(?:^|\/)\w*sh$/.test(words[0] ?? "");
  return script
    ? { words: words.slice(2), shell: true, spans: items.slice(2).map(({ span }) => span) }
    : { words, shell: false, spans: items.map(({ span }) => span) };
}

function environmentOf(config: YamlNode | undefined): EnvironmentVariable[] {
  return itemsOf(get(config, "Env")).flatMap((node): EnvironmentVariable[] => {
    const text = asText(node) ?? "";
    const equals = text.indexOf("=");
    if (equals <= 0) return [];
    return [
      {
        name: text.slice(0, equals),
        value: text.slice(equals + 1),
        from: "literal",
        surface: "image-env",
        origin: setAt(node.span),
      },
    ];
  });
}

function dropOf(
  { entrypoint, command }: Command,
  scripts: readonly DroppingScript[],
  user: User,
  at: Span,
): PrivilegeDrop | undefined {
  if (user.uid !== 0) return undefined;
  const first = (entrypoint ?? command)?.words[0] ?? "";
  const path = first.startsWith("/") ? first : undefined;
  const script = scripts.find((each) =>
    path === undefined ? each.path.endsWith(`/${first}`) : each.path === path,
  );
  if (script === undefined || first === "") return undefined;
  return {
    tool: script.tool,
    ...(script.to === undefined ? {} : { to: script.to }),
    origin: { kind: "inherited", from: `${script.path} in the image`, span: at },
  };
}

/** The place of the layers in a report, from their descriptors and the history. */
export function layerIdentities(
  layers: readonly { readonly digest: string }[],
  diffIds: readonly string[],
  createdBy: readonly string[],
): LayerIdentity[] {
  return layers.map(({ digest }, index) => {
    const diffId = diffIds[index];
    const step = createdBy[index];
    return {
      index,
      digest,
      ...(diffId === undefined ? {} : { diffId }),
      ...(step === undefined || step === "" ? {} : { createdBy: step }),
    };
  });
}

