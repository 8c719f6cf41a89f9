/** Variables that switch a check off: in `ENV`, before a command, in `export` and `go env -w`. */

import { judgeValue } from "../../detect/judge-value.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import type { Workload } from "../../model/workload.ts";
import { baseName } from "../../readers/paths.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import { PLAIN_HTTP } from "./command-check.ts";
import type { Weakness } from "./weakness.ts";
import { draft, OWN_AUTHORITY, plainHttp, transport } from "./weakness.ts";

type What = "certificates" | "module-sums" | "plain-http";

/** The variables, and the values with which they switch what off. */
const SWITCHES: readonly (readonly [name: RegExp, off: RegExp, what: What])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/, "certificates"],
  [/^GIT_SSL_NO_VERIFY$/, /^(?:1|true|yes|on)$/i, "certificates"],
  [/^PYTHONHTTPSVERIFY$/, /^0$/, "certificates"],
  [/^npm_config_strict_ssl$/i, /^(?:false|0)$/i, "certificates"],
  [/^YARN_ENABLE_STRICT_SSL$/, /^(?:false|0)$/i, "certificates"],
  [/^PIP_TRUSTED_HOST$/, /./, "certificates"],
  [/^GOINSECURE$/, /./, "certificates"],
  [/^GOFLAGS$/, /(?:^|\s)-insecure(?:\s|$)/, "certificates"],
  [/^(?:CURL_INSECURE|SSL_NO_VERIFY|REQUESTS_INSECURE)$/, /^(?:1|true)$/i, "certificates"],
  [/^(?:GONOSUMDB|GOPRIVATE)$/, /^\*$/, "module-sums"],
  [/^GOSUMDB$/, /^off$/, "module-sums"],
  [/^(?:PIP|UV)_(?:EXTRA_)?(?:INDEX_URL|DEFAULT_INDEX|INDEX)$/, PLAIN_HTTP, "plain-http"],
  [/^npm_config_registry$/i, PLAIN_HTTP, "plain-http"],
  [/^YARN_NPM_REGISTRY_SERVER$/, PLAIN_HTTP, "plain-http"],
];

function switchOf(name: string, value: string): What | undefined {
  return SWITCHES.find(([pattern, off]) => pattern.test(name) && off.test(value))?.[2];
}

/** `NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci`, `export …`, `go env -w GOSUMDB=off`. */
export function commandSwitches(command: ShellCommand): FindingDraft[] {
  const [program, first, ...rest] = effectiveWords(command);
  const written =
    baseName(program?.text ?? "") === "go" && first?.text === "env"
      ? rest.flatMap(({ text, span }) => {
          const [, name, value] = /^([A-Z]+)=(.*)$/s.exec(text) ?? [];
          return name === undefined || value === undefined ? [] : [{ name, value, span }];
        })
      : [];
  return [...command.assignments, ...written].flatMap(({ name, value, span }) => {
    const what = switchOf(name, value);
    return what === undefined ? [] : [draft({ ...ofCommand(name, what), at: span, subject: name })];
  });
}

function ofCommand(name: string, what: What): Weakness {
  if (what === "plain-http") return plainHttp(name, `Give ${name} a URL with https`);
  if (what === "certificates") {
    return transport(`${name} is set`, `Remove ${name}; ${OWN_AUTHORITY}`);
  }
  return moduleSums(name);
}

function moduleSums(name: string): Weakness {
  return {
    severity: "medium",
    message: `${name} switches the checksum database of Go modules off`,
    detail:
      "A module that go.sum does not hold yet is taken as the proxy or the server gives it; nobody sees when it differs from what others get.",
    help: `Remove ${name}; for modules of your own set GOPRIVATE to their path alone`,
    label: "modules are not checked",
  };
}

/** Findings on a variable of the container or of the build, or an argument of the build. */
export function switchedOff(
  variable: Pick<EnvironmentVariable, "name" | "value" | "origin">,
  workload: Workload,
): FindingDraft[] {
  const { name, value, origin: at } = variable;
  const what = value === undefined ? undefined : switchOf(name, value);
  if (what === undefined || value === undefined || judgeValue(value) === "empty") return [];
  if (what !== "certificates") return [draft({ ...ofCommand(name, what), at, subject: name })];
  return [
    draft({
      severity: "medium",
      message: `${name} switches the check of certificates off`,
      detail: `Every program ${workload.build === undefined ? "in the container" : "of the build and of the container"} that heeds it accepts any certificate: whoever sits on the network path reads and changes what is sent.`,
      help: `Remove ${name}; give the program your own authority's certificate (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, PIP_CERT)`,
      label: "certificates are not checked",
      at,
      subject: name,
    }),
  ];
}
