/** Scanners for secrets, installed where the machine can. They get a layer's files unpacked. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "./measure.ts";
import { install } from "./peers.ts";

export type SecretPeer =
  | {
      readonly name: string;
      /** One that takes minutes gets a small layer, and so do we beside it. */
      readonly slow: boolean;
      readonly command: (folder: string) => CommandLine;
    }
  | { readonly name: string; readonly missing: string };

/** Installs each below `cache`, once. None of them may look a secret up at its service. */
export function installSecretPeers(cache: string): SecretPeer[] {
  return [
    fromGo("gitleaks", "github.com/zricethezav/gitleaks/v8@latest", cache, (binary, folder) => [
      binary,
      "dir",
      folder,
      "--no-banner",
      "--exit-code",
      "0",
      "--log-level",
      "error",
    ]),
    fromGo(
      "trufflehog",
      "github.com/trufflesecurity/trufflehog/v3@latest",
      cache,
      (binary, folder) => [
        binary,
        "filesystem",
        folder,
        "--no-verification",
        "--no-update",
        "--json",
      ],
    ),
    fromGo("trivy", "github.com/aquasecurity/trivy/cmd/trivy@latest", cache, (binary, folder) => [
      binary,
      "filesystem",
      "--scanners",
      "secret",
      "--offline-scan",
      "--quiet",
      folder,
    ]),
    fromPip("kingfisher", "kingfisher-bin", cache, false, (binary, folder) => [
      binary,
      "scan",
      folder,
      "--no-validate",
      "--no-update-check",
      "--format",
      "json",
    ]),
    fromPip("detect-secrets", "detect-secrets", cache, true, (binary, folder) => [
      binary,
      "scan",
      "--all-files",
      "--no-verify",
      folder,
    ]),
  ];
}

function fromGo(
  name: string,
  module: string,
  cache: string,
  command: (binary: string, folder: string) => CommandLine,
): SecretPeer {
  const binary = join(cache, "bin", name);
  const failure = install(binary, "go", ["install", module], {
    GOBIN: join(cache, "bin"),
    GOFLAGS: "-mod=mod",
  });
  if (failure !== undefined) return { name, missing: failure };
  return { name, slow: false, command: (folder) => command(binary, folder) };
}

function fromPip(
  name: string,
  packageName: string,
  cache: string,
  slow: boolean,
  command: (binary: string, folder: string) => CommandLine,
): SecretPeer {
  const folder = join(cache, name);
  const binary = join(folder, "bin", name);
  const pip = join(folder, "bin/pip");
  const failure = existsSync(binary)
    ? undefined
    : (install(pip, "python3", ["-m", "venv", folder]) ??
      install(binary, pip, ["install", "--quiet", packageName]));
  if (failure !== undefined) return { name, missing: failure };
  return { name, slow, command: (files) => command(binary, files) };
}
