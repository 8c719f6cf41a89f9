/** Reads the run lines of a file: calls of container engines, wherever such a file may hold them. */

import type { SourceFile } from "../../model/source.ts";
import type { ReadContext, Reading } from "../contract.ts";
import { entriesOf, get } from "../yaml/access.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { Collection } from "./collect.ts";
import { newCollection, readingOf } from "./collect.ts";
import { collectDevcontainer } from "./devcontainer.ts";
import { collectGitlab } from "./gitlab.ts";
import { kindOfFile } from "./looks-like.ts";
import { collectMakefile } from "./makefile.ts";
import { collectMarkdown } from "./markdown.ts";
import { collectJustfile, collectShellScript, collectSystemdUnit } from "./plain-scripts.ts";
import { newVariables } from "./variables.ts";
import { collectWorkflow } from "./workflow.ts";
import { collectScalars, collectTree, scriptScalars } from "./yaml-scripts.ts";

/** All run lines of a file. A file of no known kind is read as a shell script. */
export function readRunLines(file: SourceFile, context: ReadContext): Reading {
  const collection = newCollection(file, context);
  const kind = kindOfFile(file.path, file.text) ?? "shell";
  switch (kind) {
    case "shell":
      collectShellScript(collection);
      break;
    case "makefile":
      collectMakefile(collection);
      break;
    case "justfile":
      collectJustfile(collection);
      break;
    case "markdown":
      collectMarkdown(collection);
      break;
    case "systemd":
      collectSystemdUnit(collection);
      break;
    case "devcontainer":
      collectDevcontainer(collection);
      break;
    case "workflow":
    case "gitlab":
    case "yaml":
    case "package-json":
      collectYaml(collection, kind);
      break;
  }
  return readingOf(collection);
}

function collectYaml(
  collection: Collection,
  kind: "workflow" | "gitlab" | "yaml" | "package-json",
): void {
  const parsed = parseYaml(collection.file);
  for (const unknown of parsed.unknowns) collection.unknowns.push(unknown);
  for (const { root } of parsed.documents) {
    if (root === undefined) continue;
    if (kind === "workflow") collectWorkflow(collection, root);
    else if (kind === "gitlab") collectGitlab(collection, root);
    else if (kind === "yaml") collectTree(collection, root);
    else {
      for (const [, { value }] of entriesOf(get(root, "scripts"))) {
        collectScalars(collection, scriptScalars(value), newVariables());
      }
    }
  }
}
