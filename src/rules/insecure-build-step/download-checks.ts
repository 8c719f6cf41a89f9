/** Commands that do not check what they download, as a table. */

import { baseName } from "../../readers/paths.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import type { CommandCheck } from "./command-check.ts";
import {
  CURL_VALUES,
  either,
  given,
  has,
  letter,
  PLAIN_HTTP,
  setting,
  starts,
} from "./command-check.ts";
import { OWN_AUTHORITY, plainHttp, signature, transport } from "./weakness.ts";

const blindlyTrusts = either(
  starts("--trusted-host", "--allow-insecure-host"),
  setting(/trusted-host$/, /./),
);

const namesPlainIndex = either(
  given(
    ["-i", "--index-url", "--extra-index-url", "--default-index", "--index", "-f", "--find-links"],
    PLAIN_HTTP,
  ),
  setting(/(?:^|\.)(?:extra-)?index-url$|(?:^|\.)find-links$/, PLAIN_HTTP),
);

/** `python -m pip`, and not any other program of Python's. */
function isPip(words: readonly string[], program: string): boolean {
  return !program.startsWith("python") || words.some((word) => /^(?:pip[\d.]*|-mpip)$/.test(word));
}

export const downloadChecks: readonly CommandCheck[] = [
  {
    programs: /^curl$/,
    shows: either(has("--insecure", "--proxy-insecure"), letter("k", CURL_VALUES)),
    subject: "curl -k",
    weakness: transport("curl runs with -k", `Remove \`-k\`; ${OWN_AUTHORITY}`),
  },
  {
    programs: /^wget2?$/,
    shows: has("--no-check-certificate"),
    subject: "wget --no-check-certificate",
    weakness: transport(
      "wget runs with --no-check-certificate",
      `Remove \`--no-check-certificate\`; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^(?:pip[\d.]*|uv|python[\d.]*)$/,
    shows: blindlyTrusts,
    subject: "pip --trusted-host",
    weakness: transport(
      "pip trusts a host blindly",
      `Remove \`--trusted-host\`; ${OWN_AUTHORITY} and name it with \`--cert\``,
    ),
  },
  {
    programs: /^(?:pip[\d.]*|uv|python[\d.]*)$/,
    // Where the host is trusted blindly, that is said; where hashes are demanded, the path does not matter.
    shows: (words, command) =>
      isPip(words, programOf(command)) &&
      namesPlainIndex(words, command) &&
      !blindlyTrusts(words, command) &&
      !words.includes("--require-hashes"),
    subject: "pip index over http",
    weakness: plainHttp("pip", "Write the index's URL with `https://`"),
  },
  {
    programs: /^(?:npm|pnpm|yarn)$/,
    shows: either(
      setting(/^(?:strict-ssl|enableStrictSsl)$/, /^(?:false|0)$/),
      has("--no-strict-ssl"),
    ),
    subject: "npm strict-ssl",
    weakness: transport(
      "strict-ssl is off",
      `Leave \`strict-ssl\` on and set \`cafile\`; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^(?:npm|pnpm|yarn)$/,
    shows: setting(/^(?:@[\w.-]+:registry|registry|npmRegistryServer)$/, PLAIN_HTTP),
    subject: "npm registry over http",
    weakness: plainHttp("npm", "Write the registry's URL with `https://`"),
  },
  {
    programs: /^git$/,
    shows: setting(/^http\.(?:.*\.)?sslVerify$/i, /^(?:false|0|no|off)$/i),
    subject: "git http.sslVerify",
    weakness: transport(
      "git runs with http.sslVerify off",
      `Remove the setting; ${OWN_AUTHORITY} or set \`http.sslCAInfo\``,
    ),
  },
  {
    programs: /^(?:apt|apt-get|aptitude)$/,
    shows: either(
      has(
        "--allow-unauthenticated",
        "--force-yes",
        "--allow-insecure-repositories",
        "--no-allow-secure-repositories",
      ),
      setting(
        /^(?:APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories)$/i,
        /^(?:true|1|yes)$/i,
      ),
    ),
    subject: "apt unauthenticated",
    weakness: signature(
      "apt skips authentication",
      "Remove the option; add the repository's key with `signed-by=` in its source entry",
    ),
  },
  {
    programs: /^(?:apt|apt-get)$/,
    shows: setting(/^Acquire::https::(?:.*::)?Verify-(?:Peer|Host)$/i, /^(?:false|0)$/i),
    subject: "apt Verify-Peer",
    weakness: transport("apt runs with Verify-Peer off", `Remove the setting; ${OWN_AUTHORITY}`),
  },
  {
    programs: /^(?:yum|dnf\d?|microdnf|tdnf|zypper|yum-config-manager)$/,
    shows: either(
      has("--nogpgcheck", "--no-gpg-checks", "--no-gpgchecks", "--allow-unsigned-rpm"),
      setting(/(?:^|\.)gpgcheck$/, /^(?:0|false|no)$/i),
      given(["--setopt"], /^(?:[^=]{1,100}\.)?gpgcheck=(?:0|false|no)$/i),
    ),
    subject: "yum --nogpgcheck",
    weakness: signature(
      "the package manager runs without its GPG check",
      "Remove the option and import the repository's key with `rpm --import`",
    ),
  },
  {
    programs: /^(?:yum|dnf\d?|microdnf|yum-config-manager)$/,
    shows: either(
      setting(/(?:^|\.)sslverify$/, /^(?:0|false|no)$/i),
      given(["--setopt"], /^(?:[^=]{1,100}\.)?sslverify=(?:0|false|no)$/i),
    ),
    subject: "yum sslverify",
    weakness: transport(
      "the package manager runs with sslverify off",
      `Remove the setting; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^rpm$/,
    shows: has("--nosignature", "--nodigest", "--nogpg"),
    subject: "rpm --nosignature",
    weakness: signature(
      "rpm skips signatures",
      "Remove the option and import the key with `rpm --import`",
    ),
  },
  {
    programs: /^apk$/,
    shows: has("--allow-untrusted"),
    subject: "apk --allow-untrusted",
    weakness: signature(
      "apk takes untrusted packages",
      "Remove `--allow-untrusted` and copy the publisher's key into /etc/apk/keys",
    ),
  },
  {
    programs: /^(?:gem|bundle)$/,
    shows: setting(/^(?:ssl_verify_mode|BUNDLE_SSL_VERIFY_MODE)$/i, /^0$/),
    subject: "bundle ssl_verify_mode",
    weakness: transport(
      "Bundler runs without certificate checks",
      `Remove the setting; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^gem$/,
    shows: given(["-s", "--source", "--add", "-a"], PLAIN_HTTP),
    subject: "gem source over http",
    weakness: plainHttp("gem", "Write the source's URL with `https://`"),
  },
  {
    programs: /^composer$/,
    shows: either(
      setting(/^secure-http$/, /^(?:false|0)$/),
      setting(/^disable-tls$/, /^(?:true|1)$/),
    ),
    subject: "composer secure-http",
    weakness: transport(
      "composer runs with secure-http off",
      `Remove the setting; ${OWN_AUTHORITY} and set \`cafile\``,
    ),
  },
  {
    programs: /^(?:conda|mamba|micromamba)$/,
    shows: setting(/^ssl_verify$/, /^(?:false|no|0)$/i),
    subject: "conda ssl_verify",
    weakness: transport(
      "conda runs with ssl_verify off",
      `Set \`ssl_verify\` to your own authority's certificate; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^(?:helm|kubectl|oc)$/,
    shows: starts("--insecure-skip-tls-verify"),
    subject: "--insecure-skip-tls-verify",
    weakness: transport(
      "the cluster's tool runs with --insecure-skip-tls-verify",
      "Remove the option and name your own authority's certificate",
    ),
  },
  {
    programs: /^(?:ssh|scp|sftp)$/,
    shows: setting(/^(?:-o)?StrictHostKeyChecking$/i, /^(?:no|off)$/i),
    subject: "ssh StrictHostKeyChecking",
    weakness: {
      ...transport(
        "ssh runs with StrictHostKeyChecking off",
        "Copy the host's key into known_hosts, from a place that you trust",
      ),
      message: "ssh runs with StrictHostKeyChecking off, so it talks to whoever answers",
      label: "host keys are not checked",
    },
  },
];

function programOf(command: Parameters<CommandCheck["shows"]>[1]): string {
  return baseName(effectiveWords(command)[0]?.text ?? "");
}
