/** The workload that an image is: its configuration, and what its layers hold. */

import type { Unknown } from "../../model/fact.ts";
import { known, setAt, unknownFact } from "../../model/fact.ts";
import type { ImageContents, LayerIdentity } from "../../model/image-contents.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { parseUser } from "../../model/user.ts";
import type { Command, CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { PrivilegeDrop } from "../../model/privilege-drop.ts";
import type { Workload } from "../../model/workload.ts";
import { asText, entriesOf, entryOf, entrySpan, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import { dropAtStart, numbered } from "./image-accounts.ts";
import type { DroppingScript, LayerReport } from "./layers/layer-report.ts";
import type { StateOf } from "./layers/whole-image.ts";

export interface ImageFacts {
  /** Shown name: the first tag, else the digest. */
  readonly title: string;
  readonly root: YamlNode;
  /** Why the configuration could not be read, as a clause. */
  readonly unread?: string;
  readonly file: SourceFile;
  readonly contents?: ImageContents;
  readonly layers: readonly LayerReport[];
  readonly states: StateOf;
  readonly unknowns: readonly Unknown[];
}

/** An image with more says nothing by them. */
const MAX_PORTS = 1000;

/** Reads an image's configuration as a workload. */
export function imageWorkload(facts: ImageFacts): Workload {
  const { title, root, unread, file, contents, unknowns } = facts;
  const config = get(root, "config");
  const source: Span = { file, start: 0, end: Math.min(1, file.text.length) };
  const at = entryOf(root, "config")?.key.span ?? source;
  const command = commandOf(config);
  const user = numbered(parseUser(asText(get(config, "User")) ?? ""), facts.layers);
  const userEntry = entryOf(config, "User");
  const image = parseImageReference(title) ?? { text: title, repository: title };
  const words = [...(command.entrypoint?.words ?? []), ...(command.command?.words ?? [])];
  const drop = dropOf(dropAtStart(words, user, facts.layers, facts.states), at);
  const undecided =
    unread === undefined
      ? undefined
      : unknownFact(
          `the image's configuration decides it, and ${unread}`,
          "build, save or pull the image anew",
          setAt(source),
        );
  return {
    id: file.path,
    kind: "image",
    name: `image ${title}`,
    source: at,
    engine: "docker",
    platform: asText(get(root, "os")) === "windows" ? "windows" : "linux",
    image: known(image, setAt(at)),
    user:
      undecided ??
      known(
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
    command: undecided ?? known(command, setAt(entrySpanOf(config, ["Entrypoint", "Cmd"]) ?? at)),
    ...(drop === undefined ? {} : { privilegeDrop: drop }),
    env: environmentOf(config),
    execs: [],
    unknowns,
    places: [],
    exposedPorts: entriesOf(get(config, "ExposedPorts"))
      .slice(0, MAX_PORTS)
      .map(([text, entry]) => ({ text, origin: setAt(entrySpan(entry)) })),
    ...(contents === undefined ? {} : { imageContents: contents }),
  };

  function entrySpanOf(node: YamlNode | undefined, names: readonly string[]): Span | undefined {
    const entry = names.map((name) => entryOf(node, name)).find((found) => found !== undefined);
    return entry === undefined ? undefined : entrySpan(entry);
  }
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

function dropOf(script: DroppingScript | undefined, at: Span): PrivilegeDrop | undefined {
  if (script === undefined) return undefined;
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
      // What `docker save` of old wrote goes by paths; its layers are not compressed.
      digest: digest.includes(":") ? digest : (diffId ?? digest),
      ...(diffId === undefined ? {} : { diffId }),
      ...(step === undefined || step === "" ? {} : { createdBy: step }),
    };
  });
}
