/** Which readers a file is for, by its name and its content. */

import { kindOfFile, looksLikeRunLines } from "./run-line/looks-like.ts";
import type { ManifestFence } from "./markdown-fences.ts";
import { isMarkdown, manifestFences } from "./markdown-fences.ts";
import { baseName } from "./paths.ts";

export type FileKind = "dockerfile" | "compose" | "kubernetes" | "run-lines" | "oci-config";

/** Whether the name alone promises a file of ours, so that failing to read it must be told. */
export function kindByName(path: string): FileKind | undefined {
  const name = baseName(path);
  if (/\.dockerignore$/i.test(name)) return undefined;
  if (
    /^(Dockerfile|Containerfile)([.-].+)?$/i.test(name) ||
    /\.(dockerfile|containerfile)$/i.test(name)
  ) {
    return /\.(sh|md|ya?ml|json|txt|j2|tmpl|go|py|ts|js)$/i.test(name) ? undefined : "dockerfile";
  }
  if (/^(docker-)?compose([.-][^/]+)?\.ya?ml$/i.test(name)) return "compose";
  return undefined;
}

/** Whether a file is worth opening at all: every other file is passed over unread. */
export function mayMatter(path: string): boolean {
  const name = baseName(path);
  if (kindByName(path) !== undefined) return true;
  if (
    /^(package-lock|npm-shrinkwrap|composer\.lock|tsconfig.*)\.json$|^pnpm-lock\.yaml$/.test(name)
  ) {
    return false;
  }
  if (/\.(ya?ml|jsonc?|service)$/i.test(name)) return true;
  // The same names as `kindOfFile` of run lines knows.
  if (/\.(ba|z|k|da)?sh$|\.(bats|command|mk|mak|make|makefile|just|md|mdx|markdown)$/i.test(name)) {
    return true;
  }
  return (
    !name.includes(".") ||
    /^(\.?justfile|(GNU)?makefile)\b/i.test(name) ||
    /^\.((bash|zsh)rc|(bash_)?aliases|(bash_)?profile|envrc)$/.test(name)
  );
}

/** The kinds of an opened file. More than one is possible: a Compose file can hold nothing else, a shell script only run lines. */
export function kindsByContent(path: string, text: string): readonly FileKind[] {
  const named = kindByName(path);
  if (named === "dockerfile") return ["dockerfile"];
  if (named === "compose") return ["compose"];
  const name = baseName(path);
  if (/\.json$/i.test(name)) {
    if (/"ociVersion"\s*:/.test(text) && /"process"\s*:|"root"\s*:/.test(text))
      return ["oci-config"];
    if (/"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text)) return ["kubernetes"];
  }
  if (isMarkdown(path)) return kindsOfMarkdown(path, text);
  // A CI file is one by its name; its keys may look like a chart's or a Compose file's.
  const script = kindOfFile(path, text);
  if (script === "gitlab" || script === "workflow") {
    return looksLikeRunLines(path, text) ? ["run-lines"] : [];
  }
  if (/\.(ya?ml|json)$/i.test(name)) {
    if (hasTopKey(text, "apiVersion") && hasTopKey(text, "kind")) return ["kubernetes"];
    if (isValues(name, text)) return [];
    if (
      hasTopKey(text, "services") &&
      /(?:^[ \t]+|[{,][ \t]*)["']?(?:image|build|extends)["']?[ \t]*:/m.test(text)
    ) {
      if (/\.json$/i.test(name) && !isComposeJson(text)) return [];
      return looksLikeRunLines(path, text) && /^stages[ \t]*:|^[ \t]+script[ \t]*:/m.test(text)
        ? ["run-lines"]
        : ["compose"];
    }
  }
  if (!name.includes(".") && BEGINS_WITH_FROM.test(text.slice(0, 4096))) {
    if (/^[ \t]*(RUN|COPY|CMD|ENTRYPOINT|ADD|USER|ENV|WORKDIR)\s/im.test(text))
      return ["dockerfile"];
  }
  return looksLikeRunLines(path, text) ? ["run-lines"] : [];
}

/** What documentation shows: run lines, and manifests in fenced code. */
function kindsOfMarkdown(path: string, text: string): readonly FileKind[] {
  const kinds = new Set<FileKind>(looksLikeRunLines(path, text) ? ["run-lines"] : []);
  for (const fence of manifestFences({ path, text })) {
    const kind = manifestKind(fence);
    if (kind !== undefined) kinds.add(kind);
  }
  return [...kinds];
}

/** Of what kind the manifest in a fence is; undefined when it is none. */
export function manifestKind({ name, text }: ManifestFence): "kubernetes" | "compose" | undefined {
  const kinds = kindsByContent(name, text);
  if (kinds.includes("kubernetes")) return "kubernetes";
  return kinds.includes("compose") ? "compose" : undefined;
}

/** Comments and ARG lines, then FROM: what a Dockerfile of any name begins with. */
const BEGINS_WITH_FROM =
  /^\uFEFF?(?!#!)(?:[ \t]*(?:#[^\n]*|ARG[ \t][^\n]*)?\n)*[ \t]*FROM[ \t]+\S/i;

/** A Helm chart's values, whatever their keys are called: no file of Compose has keys such as theirs. */
function isValues(name: string, text: string): boolean {
  return (
    /^values\b/i.test(name) ||
    /^(?:image|replicaCount|nameOverride|nodeSelector|affinity|tolerations)[ \t]*:/m.test(text)
  );
}

/**
 * Whether a key stands at the top of a document: at the start of a line, in a JSON object, in a list
 * item at the top, or as deep as the text begins when all of it is indented.
 */
function hasTopKey(text: string, key: string): boolean {
  const indent = /^(?:\uFEFF|[ \t]*(?:#.*|---.*)?\r?\n)*([ \t]*)/.exec(text)?.[1] ?? "";
  const isJson = text.startsWith("{", text.search(/\S/));
  const before = isJson ? "[ \\t]*(?:[{,][ \\t]*)?" : `[{,][ \\t]*|- |${indent}`;
  return new RegExp(`^(?:\\uFEFF|${before}|)["']?${key}["']?[ \\t]*:`, "m").test(text);
}

/** Whether a JSON file is a Compose file and not, say, a schema that speaks of services. */
function isComposeJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && Object.hasOwn(value, "services");
  } catch {
    return false;
  }
}
