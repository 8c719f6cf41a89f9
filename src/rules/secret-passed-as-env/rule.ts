/** A secret reaches the container as an environment variable, though not in clear in the source. */

import { classifyVariable } from "../../detect/classify-variable.ts";
import { shownName } from "../../detect/shown-name.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { kubernetesHardening, nist } from "../references.ts";
import { idOf } from "../secret-advice.ts";

export const rule: Rule = {
  id: "secret-passed-as-env",
  title: "Secret passed as an environment variable",
  layer: "secrets",
  severity: "low",
  references: [kubernetesHardening("Secrets"), ...nist("4.1.4")],
  check: (workload) => [
    ...workload.env.flatMap((variable) => passedVariable(variable, workload)),
    ...(workload.runtime?.mounts ?? []).flatMap(secretOfEnvironment),
  ],
};

function passedVariable(variable: EnvironmentVariable, workload: Workload): FindingDraft[] {
  if (variable.surface === "image-env" || variable.surface === "build-env") return [];
  const source = sourceOf(variable);
  if (source === undefined) return [];
  const all = variable.name.endsWith("*");
  const name = shownName(variable.name, "with a secret for a name");
  return [
    {
      severity: "low",
      confidence: source.sure ? "high" : "medium",
      message: all
        ? "a whole Secret is passed as environment variables"
        : `variable ${name} carries a secret`,
      detail: `${source.text} That is better than a literal and worse than a file: every process of the container inherits it, inspection and crash reports show it, and it cannot be renewed without a restart.`,
      help: inForm(workload, {
        compose: `Declare a secret \`${idOf(name)}\` with \`file:\`, list it under the service's \`secrets:\`, and let the program read /run/secrets/${idOf(name)}`,
        kubernetes:
          "Mount the Secret as a volume with `defaultMode: 0400` and let the program read the file",
        run: `Mount it as a file: \`--mount type=bind,src=/path/outside/${idOf(name)},dst=/run/secrets/${idOf(name)},readonly\`.`,
        oci: "Mount a file with the secret under `mounts`",
      }),
      at: variable.origin,
      label: all ? "every key becomes a variable" : "a secret in the environment",
      subject: all ? (variable.reference?.name ?? name) : name,
    },
  ];
}

/** Where the value comes from, in a sentence; undefined when it is no secret or stands in the source. */
function sourceOf(variable: EnvironmentVariable): { text: string; sure: boolean } | undefined {
  if (variable.from === "reference") {
    if (variable.reference?.kind !== "secret" || isUserName(variable)) return undefined;
    return { text: `It is filled from ${variable.reference.name}.`, sure: true };
  }
  if (variable.from === "literal") return undefined;
  if (classifyVariable(variable.name, undefined).kind !== "secret") return undefined;
  return {
    text: "It is filled from the environment of whoever starts the container.",
    sure: false,
  };
}

/** A Secret that holds a password often holds the user's name beside it, which is none. */
function isUserName({ name, reference }: EnvironmentVariable): boolean {
  const key = /^key (\S{1,253}) of Secret /.exec(reference?.name ?? "")?.[1] ?? "";
  return (
    /(?:^|[_.-])(?:user|username|login)$/i.test(key) &&
    /(?:^|_)(?:user|username|login)$/i.test(name)
  );
}

/** Compose copies a secret with `environment:` into the container's own file system. */
function secretOfEnvironment(mount: Mount): FindingDraft[] {
  if (mount.type !== "secret" || mount.environment === undefined) return [];
  const name = mount.source ?? mount.environment;
  return [
    {
      severity: "low",
      confidence: "high",
      message: `secret ${name} is taken from the variable ${mount.environment}`,
      detail:
        "The value stands in the environment of whoever runs Compose, and Compose copies it into the container's writable layer, readable by all (0444) unless a mode is set. It fails with a read-only root file system.",
      help: `Use \`file:\` for the secret \`${name}\`, with a file that only its owner can read`,
      at: mount.origin,
      label: "filled from the environment",
      subject: `secret ${name}`,
    },
  ];
}
