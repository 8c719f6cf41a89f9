/** Files that hold credentials, by their path alone. */

import type { Confidence } from "../model/finding.ts";
import type { PathPattern } from "./path-index.ts";
import { pathIndex } from "./path-index.ts";

export interface CredentialFile {
  /** For people: "environment file", "SSH private key". */
  readonly what: string;
  readonly confidence: Confidence;
}

interface FilePattern extends CredentialFile {
  /** Matched against the lower-case path, from a `/` or its beginning to its end. */
  readonly path: RegExp;
}

/** Samples and templates hold no values. */
const SAMPLE =
  /(?:[._-](?:example|sample|template|tmpl|dist|defaults?|skel|schema|j2|tpl|md|enc|encrypted|gpg|age|sops|asc)|\.pub)$/;
const SAMPLE_INSIDE = /(?:^|[./_-])(?:example|sample|template)s?[._-]/;

const high = "high";
const medium = "medium";
const low = "low";

/** Collected from the documentation of the tools that read them, and from public scanners' lists (2026). */
const patterns: readonly FilePattern[] = [
  { path: /\.env$/, what: "environment file", confidence: high },
  { path: /\.env\.[\w.-]+$/, what: "environment file", confidence: medium },
  {
    path: /\.env(?:\.[\w.-]+)?~$/,
    what: "editor's copy of an environment file",
    confidence: medium,
  },
  { path: /\.envrc$/, what: "direnv file", confidence: medium },
  { path: /[\w-]+\.env$/, what: "environment file", confidence: low },
  { path: /\.npmrc$/, what: "npm configuration, which holds registry tokens", confidence: medium },
  {
    path: /\.yarnrc\.yml$/,
    what: "Yarn configuration, which may hold registry tokens",
    confidence: low,
  },
  { path: /\.pypirc$/, what: "PyPI credentials", confidence: high },
  {
    path: /pip\.(?:conf|ini)$/,
    what: "pip configuration, which may hold index passwords",
    confidence: low,
  },
  { path: /[._]netrc$/, what: "netrc file with logins", confidence: high },
  { path: /\.git-credentials$/, what: "Git credentials", confidence: high },
  { path: /\.pgpass$/, what: "PostgreSQL passwords", confidence: high },
  { path: /\.my\.cnf$/, what: "MySQL client configuration with a password", confidence: medium },
  { path: /\.mylogin\.cnf$/, what: "MySQL login file", confidence: high },
  {
    path: /id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)$/,
    what: "SSH private key",
    confidence: high,
  },
  { path: /ssh_host_\w+_key$/, what: "SSH host key", confidence: high },
  { path: /\.ssh$/, what: "directory of SSH keys", confidence: high },
  { path: /[\w.-]*\.ppk$/, what: "PuTTY private key", confidence: high },
  {
    path: /[\w.-]*(?:^|[._-]|\b)(?:priv(?:ate)?(?:[._-]?key)?|key)\.pem$/,
    what: "private key",
    confidence: high,
  },
  {
    path: /(?:server|client|tls|ssl|ca|root|domain|app|private|signing)\.key$/,
    what: "private key",
    confidence: high,
  },
  { path: /[\w.-]*[\w-]\.key$/, what: "key file", confidence: medium },
  { path: /[\w.-]*\.pem$/, what: "PEM file, which may hold a private key", confidence: low },
  { path: /[\w.-]*\.(?:p12|pfx)$/, what: "PKCS#12 key store", confidence: high },
  { path: /[\w.-]*\.p8$/, what: "PKCS#8 private key", confidence: high },
  { path: /[\w.-]*\.(?:jks|keystore|bcfks)$/, what: "Java key store", confidence: medium },
  { path: /[\w.-]*\.kdbx?$/, what: "password database", confidence: high },
  { path: /\.aws\/credentials$/, what: "AWS credentials", confidence: high },
  { path: /\.aws$/, what: "directory of AWS credentials", confidence: high },
  { path: /\.boto$/, what: "boto credentials", confidence: high },
  { path: /\.s3cfg$/, what: "s3cmd credentials", confidence: high },
  { path: /\.passwd-s3fs$/, what: "s3fs credentials", confidence: high },
  { path: /rclone\.conf$/, what: "rclone credentials", confidence: high },
  {
    path: /\.docker\/config\.json$/,
    what: "Docker configuration with registry logins",
    confidence: high,
  },
  { path: /\.dockercfg$/, what: "Docker configuration with registry logins", confidence: high },
  {
    path: /\.dockerconfigjson$/,
    what: "Docker configuration with registry logins",
    confidence: high,
  },
  { path: /\.kube\/config$/, what: "kubeconfig", confidence: high },
  { path: /(?:[\w-]+\.)?kubeconfig(?:\.ya?ml|\.conf)?$/, what: "kubeconfig", confidence: high },
  {
    path: /(?:etc\/kubernetes\/)(?:admin|super-admin|kubelet|controller-manager|scheduler)\.conf$/,
    what: "kubeconfig",
    confidence: high,
  },
  {
    path: /application_default_credentials\.json$/,
    what: "Google Cloud credentials",
    confidence: high,
  },
  {
    path: /(?:[\w-]*[-_])?service[-_]?account(?:[-_.][\w-]*)?\.json$/,
    what: "Google service account key",
    confidence: medium,
  },
  {
    path: /[\w-]*(?:gcp|gcloud|firebase)[-_](?:key|credentials?|adminsdk)[\w-]*\.json$/,
    what: "Google service account key",
    confidence: high,
  },
  {
    path: /[\w-]*firebase-adminsdk[\w-]*\.json$/,
    what: "Google service account key",
    confidence: high,
  },
  { path: /client_secrets?[\w.-]*\.json$/, what: "OAuth client secret", confidence: high },
  {
    path: /credentials(?:\.json|\.ya?ml|\.xml|\.toml|\.ini|\.csv|\.txt)?$/,
    what: "credentials file",
    confidence: medium,
  },
  { path: /credentials\.yml\.enc$/, what: "encrypted credentials", confidence: low },
  { path: /(?:config\/)?master\.key$/, what: "Rails master key", confidence: high },
  {
    path: /[\w-]*secrets?\.(?:ya?ml|json|toml|ini|env|properties|txt|tfvars)$/,
    what: "secrets file",
    confidence: medium,
  },
  {
    path: /\.?passwords?(?:\.txt|\.csv|\.ya?ml|\.json)?$/,
    what: "passwords file",
    confidence: medium,
  },
  {
    path: /\.?vault[-_]pass(?:word)?(?:\.txt)?$/,
    what: "Ansible vault password",
    confidence: high,
  },
  {
    path: /[\w.-]*\.tfstate(?:\.backup|\.\d+\.backup)?$/,
    what: "Terraform state, which holds secrets in clear",
    confidence: high,
  },
  { path: /[\w.-]*\.auto\.tfvars(?:\.json)?$/, what: "Terraform variables", confidence: low },
  { path: /terraform\.tfvars(?:\.json)?$/, what: "Terraform variables", confidence: medium },
  { path: /\.terraformrc$/, what: "Terraform credentials", confidence: high },
  {
    path: /\.terraform\.d\/credentials\.tfrc\.json$/,
    what: "Terraform credentials",
    confidence: high,
  },
  { path: /\.vault-token$/, what: "Vault token", confidence: high },
  { path: /\.htpasswd$/, what: "password hashes", confidence: high },
  { path: /etc\/shadow-?$/, what: "password hashes", confidence: high },
  {
    path: /wp-config\.php$/,
    what: "WordPress configuration with database password and keys",
    confidence: medium,
  },
  {
    path: /\.m2\/settings\.xml$/,
    what: "Maven settings with server passwords",
    confidence: medium,
  },
  {
    path: /settings\.xml$/,
    what: "Maven settings, which may hold server passwords",
    confidence: low,
  },
  { path: /\.m2\/settings-security\.xml$/, what: "Maven master password", confidence: high },
  {
    path: /\.gradle\/gradle\.properties$/,
    what: "Gradle properties, which may hold passwords",
    confidence: medium,
  },
  { path: /\.cargo\/credentials(?:\.toml)?$/, what: "Cargo registry token", confidence: high },
  { path: /\.gem\/credentials$/, what: "RubyGems API key", confidence: high },
  { path: /\.config\/gh\/hosts\.yml$/, what: "GitHub CLI login", confidence: high },
  { path: /\.composer\/auth\.json$/, what: "Composer credentials", confidence: high },
  { path: /auth\.json$/, what: "Composer or container registry credentials", confidence: medium },
  {
    path: /nuget\.config$/,
    what: "NuGet configuration, which may hold passwords",
    confidence: low,
  },
  {
    path: /\.azure\/(?:accesstokens|azureprofile|msal_token_cache)\.(?:json|bin)$/,
    what: "Azure login",
    confidence: high,
  },
  { path: /\.gnupg$/, what: "GnuPG key ring", confidence: high },
  { path: /secring\.gpg$/, what: "GnuPG secret key ring", confidence: high },
  {
    path: /\.(?:bash|zsh|ash|ksh|sh|psql|mysql|python|rediscli)_?history$/,
    what: "shell history",
    confidence: medium,
  },
  { path: /sftp-config\.json$/, what: "SFTP login", confidence: high },
  { path: /\.ftpconfig$/, what: "FTP login", confidence: high },
  { path: /[\w.-]*\.ovpn$/, what: "OpenVPN profile, which may hold a key", confidence: medium },
  { path: /wg\d?\.conf$/, what: "WireGuard configuration with its private key", confidence: high },
  { path: /[\w.-]*\.agekey$/, what: "age key", confidence: high },
  { path: /age\/keys\.txt$/, what: "age key", confidence: high },
];

/** For whole path parts at the end of a path: `id_rsa`, `keys/id_rsa`, not `my_id_rsa`. */
const ends = patterns.map((pattern) => ({
  ...pattern,
  path: new RegExp(`(?:^|/)(?:${pattern.path.source})`),
}));

const candidatesFor = pathIndex(ends);

/** Expressions of which one holds for every path, in small letters and with `/`, that names a credential. */
export const credentialPaths: readonly PathPattern[] = ends;

/** Public certificates, and files of tools that only sound like secrets. */
const HARMLESS =
  /(?:^|\/)(?:[\w.-]*(?:cert|certificate|chain|fullchain|bundle|public|pub|cacert|root-ca|ca|dhparams?)\.pem|(?:[\w-]+[-_.])?public[\w-]*\.key|[\w.-]*\.pub|external-secrets?\.ya?ml|sealed-?secrets?\.ya?ml|[\w.-]+\.sealed\.ya?ml|env\.d\.ts|next-env\.d\.ts|(?:[\w-]+[-_])?(?:known_hosts|authorized_keys))$/;

/** Longer paths are judged by their end. */
const MAX_PATH = 1024;

/**
 * What credential a file holds by its name, or undefined. The path may be relative or absolute,
 * with `/` or `\`; only its last parts count. Samples (`.env.example`), public halves (`id_rsa.pub`)
 * and certificates hold none.
 */
export function credentialFile(path: string): CredentialFile | undefined {
  const tail = path.slice(-MAX_PATH);
  const slashed = tail.includes("\\") ? tail.replaceAll("\\", "/") : tail;
  const possible = candidatesFor(slashed);
  if (possible.length === 0) return undefined;
  const clean = slashed.replace(/\/+$/, "").toLowerCase();
  const name = clean.slice(clean.lastIndexOf("/") + 1);
  if (name === "") return undefined;
  const pattern = possible.find(({ path: end }) => end.test(clean));
  if (
    pattern === undefined ||
    SAMPLE.test(name) ||
    SAMPLE_INSIDE.test(name) ||
    HARMLESS.test(clean)
  ) {
    return undefined;
  }
  return { what: pattern.what, confidence: pattern.confidence };
}
