/** GitLab CI: scripts and images of jobs. Source: GitLab documentation, "CI/CD YAML syntax reference". */

import { asScalar, entriesOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { Fact } from "../../model/fact.ts";
import type { Command, CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { User } from "../../model/user.ts";
import type { Collection } from "./collect.ts";
import { addDraft } from "./collect.ts";
import { hostFromVariables } from "./client-host.ts";
import { variableOf } from "./environment-options.ts";
import { imageOnlyWorkload } from "./image-only.ts";
import { listOptions, mapOptions, scalarArgument, scalarOption } from "./scalar-options.ts";
import type { Draft } from "./run-workload.ts";
import type { Variables } from "./variables.ts";
import { innerVariables, newVariables } from "./variables.ts";
import { commandLine, userOption } from "./workload-parts.ts";
import { collectScalars, scriptScalars, withEnvironment } from "./yaml-scripts.ts";

/** Top-level keys that are no jobs. */
const NOT_JOBS = new Set([
  "variables",
  "include",
  "stages",
  "workflow",
  "spec",
  "cache",
  "pages:deploy",
]);

export function collectGitlab(collection: Collection, root: YamlNode): void {
  const top = withEnvironment(newVariables(), get(root, "variables"));
  images(collection, root, "CI", top);
  scripts(collection, root, top);
  for (const [name, { value: job }] of entriesOf(root)) {
    if (NOT_JOBS.has(name) || job.kind !== "map") continue;
    const variables = withEnvironment(top, get(job, "variables"));
    images(collection, job, name === "default" ? "CI" : `job ${name}`, variables);
    scripts(collection, job, variables);
  }
}

/** `before_script` and `script` run in one shell, `after_script` in another. */
function scripts(collection: Collection, node: YamlNode, variables: Variables): void {
  const main = [
    ...scriptScalars(get(node, "before_script")),
    ...scriptScalars(get(node, "script")),
  ];
  const after = scriptScalars(get(node, "after_script"));
  collectScalars(collection, main, innerVariables(variables), ".");
  collectScalars(collection, after, innerVariables(variables), ".");
}

/** The runner decides how these are started; the file names image, command, variables and at most a user. */
function images(collection: Collection, node: YamlNode, of: string, variables: Variables): void {
  const own = asScalar(get(node, "image")) ?? asScalar(get(get(node, "image"), "name"));
  if (own !== undefined && own.value !== null) {
    const argument = scalarArgument(own, variables);
    const env = [...environment(node, variables), ...hostFromVariables(variables, "docker")];
    const written = { env, ...processOf(get(node, "image"), variables) };
    addDraft(
      collection,
      ofGitlab(imageOnlyWorkload(`image of ${of}:`, argument, collection.context, written)),
    );
  }
  for (const service of itemsOf(get(node, "services"))) {
    const image = asScalar(service) ?? asScalar(get(service, "name"));
    if (image === undefined || image.value === null) continue;
    const argument = scalarArgument(image, variables);
    const written = { env: environment(service, variables), ...processOf(service, variables) };
    addDraft(
      collection,
      ofGitlab(imageOnlyWorkload(`service of ${of}:`, argument, collection.context, written)),
    );
  }
}

function ofGitlab(draft: Draft): Draft {
  return { ...draft, workload: { ...draft.workload, configuredBy: "gitlab" } };
}

/** `entrypoint`, `command` and `docker: {user: …}` of an image or a service. */
function processOf(
  node: YamlNode | undefined,
  variables: Variables,
): { readonly user: Fact<User> | undefined; readonly command: Command } {
  const words = (key: string): CommandLine | undefined =>
    commandLine(listOptions(key, get(node, key), variables).flatMap(({ value }) => value ?? []));
  const entrypoint = words("entrypoint");
  const command = words("command");
  return {
    user: userOption(scalarOption("user", get(get(node, "docker"), "user"), variables)),
    command: {
      ...(entrypoint === undefined ? {} : { entrypoint }),
      ...(command === undefined ? {} : { command }),
    },
  };
}

function environment(node: YamlNode, variables: Variables): readonly EnvironmentVariable[] {
  const report = { unknowns: [] };
  return mapOptions("env", get(node, "variables"), variables).flatMap((option) => {
    const variable = variableOf(option, "environment", variables, report);
    return variable === undefined ? [] : [variable];
  });
}
