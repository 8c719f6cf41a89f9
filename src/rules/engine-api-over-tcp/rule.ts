/** An engine's API is used or served over TCP without TLS. */

import type { Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ShellWord } from "../../model/shell-command.ts";
import type { Workload } from "../../model/workload.ts";
import { readLine, startedLines } from "../command-lines.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { cisDocker, nist } from "../references.ts";

export const rule: Rule = {
  id: "engine-api-over-tcp",
  title: "Engine API over TCP without TLS",
  layer: "control-planes-and-mounts",
  severity: "high",
  references: [...cisDocker("2.7"), ...nist("3.5.1", "4.3.1")],
  check: (workload) => [...fromEnvironment(workload), ...fromCommands(workload)],
};

/** Variables by which clients find an engine. */
const HOST_VARIABLES = new Set(["DOCKER_HOST", "CONTAINER_HOST", "BUILDKIT_HOST"]);

function fromEnvironment(workload: Workload): FindingDraft[] {
  const tls = workload.env.some(asksForTls);
  return workload.env.flatMap((variable) => {
    const address = variable.value === undefined ? undefined : plainAddress(variable.value);
    if (!HOST_VARIABLES.has(variable.name) || address === undefined) return [];
    if (tls && address.port !== "2375") return [];
    return [
      {
        ...common(workload),
        message: `${flagOf(variable) ?? variable.name} names an engine's API over plain TCP`,
        at:
          variable.valueSpan === undefined || variable.origin.kind !== "set"
            ? variable.origin
            : { ...variable.origin, span: variable.valueSpan },
        label: "engine API without TLS",
        subject: variable.name,
      },
    ];
  });
}

/** The flag of a client's line that stands for the variable: `-H`. */
function flagOf({ surface, origin }: EnvironmentVariable): string | undefined {
  if (surface !== "exec" || origin.span === undefined) return undefined;
  return /^(?:-H|--host|--url)(?![\w-])|^-H/.exec(spanText(origin.span).slice(0, 20))?.[0];
}

function asksForTls({ name, value }: EnvironmentVariable): boolean {
  return (name === "DOCKER_TLS_VERIFY" || name === "DOCKER_CERT_PATH") && value !== "";
}

function fromCommands(workload: Workload): FindingDraft[] {
  const started = startedLines(workload);
  if (!started.some(({ line }) => line.words.some((word) => ADDRESS.test(word)))) return [];
  const lines = started.map((line) => readLine(line).commands);
  // An entrypoint may name the engine in a script, and the command give it its options.
  const words = lines.flat().flatMap((command) => command.words.map(({ text }) => text));
  const program = words.find((word) => PROGRAMS.test(word));
  if (program === undefined && !isEngineImage(workload)) return [];
  if (words.some((word) => /^--tls(verify|cacert)?(=(true|1|\/.*))?$/.test(word))) return [];
  return lines.flatMap((commands) => {
    const found = commands
      .flatMap((command) => hostOptions(command.words))
      .find(({ value }) => plainAddress(value) !== undefined);
    if (found === undefined) return [];
    return [
      {
        ...common(workload),
        message: `${program ?? "the engine"} is given its API over plain TCP`,
        at: { kind: "set" as const, span: found.span },
        label: "engine API without TLS",
        subject: "command",
      },
    ];
  });
}

const ADDRESS = /(?:tcp|http):\/\//;

const PROGRAMS = /(^|\/)(dockerd|docker|dockerd-entrypoint\.sh|podman|buildkitd|buildctl|nerdctl)$/;

/** The image `docker` (also `docker:dind`), whose entrypoint passes options on to the engine. */
function isEngineImage({ image }: Workload): boolean {
  return image.known && image.value.repository === "docker.io/library/docker";
}

/** Values of `-H` and `--host`, in every spelling, and addresses that stand alone (`podman system service`). */
function hostOptions(words: readonly ShellWord[]): { value: string; span: Span }[] {
  return words.flatMap(({ text, span }, index) => {
    if (/^(-H|--host|--addr)$/.test(text)) {
      const next = words[index + 1];
      return next === undefined ? [] : [{ value: next.text, span: next.span }];
    }
    const joined = /^(?:-H=?|--host=|--addr=)(.+)$/.exec(text)?.[1];
    if (joined !== undefined) return [{ value: joined, span }];
    return text.startsWith("tcp://") ? [{ value: text, span }] : [];
  });
}

/** Host and port of `tcp://…`; undefined for sockets, ssh and the port that is meant for TLS. */
function plainAddress(text: string): { host: string; port: string } | undefined {
  const match =
    /^["']?(?:tcp|http):\/\/(?<host>\[[0-9a-fA-F:]*\]|[^:/\s"']*)(?::(?<port>\d+))?/.exec(text);
  if (match === null) return undefined;
  const port = match.groups?.["port"] ?? "2375";
  return port === "2376" ? undefined : { host: match.groups?.["host"] ?? "", port };
}

function common(
  workload: Workload,
): Pick<FindingDraft, "severity" | "confidence" | "detail" | "help"> {
  const advice =
    "use the engine over TLS with client certificates (port 2376) or over ssh; when the address is a filtering proxy on a network of its clients only, say so in an exception";
  return {
    severity: "high",
    confidence: "medium",
    detail:
      "The API has no password: whoever reaches the port starts a privileged container and is root on the engine's host. An attacker in this container, or on the network between, gets the same.",
    help: inForm(workload, {
      dockerfile: `Remove the address from the image; at run time, ${advice}`,
      compose: `Remove the \`tcp://\` address from the service; ${advice}`,
      kubernetes: `Remove the \`tcp://\` address from the container; ${advice}`,
      run: `Remove the \`tcp://\` address; ${advice}`,
      oci: `Remove the \`tcp://\` address from \`process\`; ${advice}`,
    }),
  };
}
